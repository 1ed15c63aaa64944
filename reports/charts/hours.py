"""Which hours are over the limit, and which are no evidence at all?

One panel per stack, pollutant and month: valid hours as a line against the limit, and below it a strip in which
every hour has the colour of its state. The colours are told apart by readers with any colour vision (Okabe and Ito,
2008); hatching and lightness tell them apart in grey.
"""

import re
from typing import Any

import polars as pl
from markupsafe import Markup
from matplotlib.axes import Axes

from grading.words import Language, mark, say
from reports.charts.canvas import BAD, HAIR, INK, SOFT, bar, drawn, label, line, short
from reports.charts.chart import Chart
from reports.context import ReportContext
from reports.names import POLLUTANT_NAMES
from reports.sections.monitoring import GROUP_WORDS, GROUPS, group_of

LEFT, RIGHT, HEAD, PLOT, STRIP, PANEL = 64.0, 700.0, 20.0, 84.0, 12.0, 158.0
LEGEND_ROW, PER_ROW, LEGEND_STEP = 20.0, 3, 220
HOURS_OF_LONGEST_MONTH = 744
HOURS_PER_DAY = 24
TICK_DAYS = (1, 10, 20)
MOST_OF_LIMIT = 2.0
LONG_NUMBER = re.compile(r"(?<![\w#.])-?\d+\.\d{2,}(?![\w.])")
# colour, hatch: solid from pale to black, hatched in between, so that no two are alike in grey.
LOOK: dict[str, tuple[str, str]] = {
    "valid": ("#d9d9d9", ""),
    "changing": ("#b8860b", "...."),
    "stopped": ("#0072b2", "////"),
    "serviced": ("#009e73", "----"),
    "failed": ("#d55e00", ""),
    "unreported": ("#000000", ""),
    "unusable": ("#cc79a7", "xxxx"),
}


def hours_data(context: ReportContext) -> pl.DataFrame:
    """Return the hours that are drawn.

    Shape: one row per drawn hour: panel (0, 1, ...), outlet_id, pollutant, month, hour (of the month), group,
    limit_mg_m3, share_of_limit (null where the hour counts as no evidence or its limit is not known), is_over.
    """
    if context.platforms is None:
        return pl.DataFrame()
    month = pl.col("started_at").dt.date().dt.truncate("1mo")
    is_evidence = pl.col("state").cast(pl.String).is_in([*GROUPS["valid"], *GROUPS["changing"]])
    share = pl.col("corrected_mg_m3") / pl.col("limit_mg_m3")
    return context.platforms.shown.select(
        "outlet_id",
        "pollutant",
        month.alias("month"),
        (pl.col("started_at") - month.cast(pl.Datetime("us"))).dt.total_hours().alias("hour"),
        group_of(pl.col("state")).alias("group"),
        "limit_mg_m3",
        pl.when(is_evidence).then(share).alias("share_of_limit"),
        (is_evidence & ~pl.col("is_within_limit")).fill_null(value=False).alias("is_over"),
    ).with_columns(panel=pl.struct("outlet_id", "pollutant").rle_id())


def hours_chart(context: ReportContext, language: Language) -> Chart | None:
    """Return the chart, or nothing where no hour is worth drawing."""
    data = hours_data(context)
    if data.is_empty():
        return None
    panels = data.partition_by("panel", maintain_order=True)
    names = [_name(context, panel, language) for panel in panels]
    top = LEGEND_ROW * -(-len(GROUPS) // PER_ROW) + 8

    def paint(axes: Axes) -> None:
        _legend(axes, language)
        for at, (panel, name) in enumerate(zip(panels, names, strict=True)):
            _panel(axes, top + PANEL * at, panel, name, language)

    title = say(language, mark("Which hours are over the limit, and which are no evidence at all?"))
    alt = "; ".join(_alt(panel, name, language) for panel, name in zip(panels, names, strict=True))
    svg = drawn(f"hours-{language}", top + PANEL * len(panels), paint)
    return Chart("hours", title, f"{title} {alt}", _shorter(svg))


def _shorter(svg: Markup) -> Markup:
    """Return the drawing with a tenth of a point as its finest step: thousands of hours need no more."""
    return Markup(LONG_NUMBER.sub(lambda found: f"{float(found[0]):.1f}", svg))  # noqa: S704 - our own drawing


def _name(context: ReportContext, panel: pl.DataFrame, language: Language) -> str:
    row = panel.row(0, named=True)
    assert context.platforms is not None  # noqa: S101 - only drawn where there is one
    outlet = context.platforms.outlets.row(by_predicate=pl.col("outlet_id") == row["outlet_id"], named=True)
    firm = context.enterprises.filter(pl.col("enterprise_id") == outlet["enterprise_id"])["name"]
    return say(
        language,
        mark("{firm}, {stack}, {pollutant}, {month}"),
        firm=short(str(firm[0] if len(firm) else outlet["enterprise_id"]), 16),
        stack=short(" ".join(str(part) for part in (row["outlet_id"], outlet["name"]) if part), 16),
        pollutant=POLLUTANT_NAMES[str(row["pollutant"])],
        month=f"{row['month']:%Y-%m}",
    )


def _alt(panel: pl.DataFrame, name: str, language: Language) -> str:
    counts = dict(panel.group_by("group").len().iter_rows())
    parts = [f"{say(language, GROUP_WORDS[group])} {counts[group]} h" for group in GROUPS if group in counts]
    over = say(language, mark("over the limit {n} h"), n=int(panel["is_over"].sum()))
    return f"{name}: {over}, {', '.join(parts)}"


def _legend(axes: Axes, language: Language) -> None:
    for at, (group, (color, hatch)) in enumerate(LOOK.items()):
        x, y = LEFT + (at % PER_ROW) * LEGEND_STEP, 10 + LEGEND_ROW * (at // PER_ROW)
        bar(axes, (x, y), (14, 10), color, hatch)
        word = GROUP_WORDS[group]
        label(axes, (x + 20, y), say(language, word))


def _x(hour: float) -> float:
    return LEFT + (RIGHT - LEFT) * hour / HOURS_OF_LONGEST_MONTH


def _panel(axes: Axes, top: float, panel: pl.DataFrame, name: str, language: Language) -> None:
    label(axes, (LEFT, top + 8), name, is_strong=True)
    floor = top + HEAD + PLOT
    end = _x(float(panel["hour"].len()))
    limit = floor - PLOT / MOST_OF_LIMIT
    line(axes, (LEFT, floor), (end, floor), HAIR)
    _curve(axes, floor, panel)
    line(axes, (LEFT, limit), (end, limit), INK, 1.4)
    number = panel["limit_mg_m3"][0]
    known = say(language, mark("limit {n}"), n=f"{number:g}" if number is not None else "?")
    label(axes, (LEFT - 6, limit), known, "right")
    label(axes, (LEFT - 6, floor - PLOT + 4), say(language, mark("twice")), "right", SOFT)
    _strip(axes, floor + 4 + STRIP / 2, panel)
    for day in TICK_DAYS:
        x = _x((day - 1) * HOURS_PER_DAY)
        label(axes, (x, floor + STRIP + 14), str(day), "left", SOFT)


def _curve(axes: Axes, floor: float, panel: pl.DataFrame) -> None:
    """Draw the valid hours as a line, broken where there is no evidence, and mark every hour over the limit."""
    height = PLOT / MOST_OF_LIMIT
    shares = panel["share_of_limit"].clip(upper_bound=MOST_OF_LIMIT)
    x = [round(_x(hour + 0.5), 1) for hour in panel["hour"]]
    y: list[Any] = [float("nan") if share is None else round(floor - height * share, 1) for share in shares]
    axes.plot(x, y, color=SOFT, linewidth=0.7, solid_joinstyle="bevel")
    over = [(at, to) for at, to, is_over in zip(x, y, panel["is_over"], strict=True) if is_over]
    if over:
        axes.plot(*zip(*over, strict=True), linestyle="none", marker="|", markersize=5, color=BAD)


def _strip(axes: Axes, y: float, panel: pl.DataFrame) -> None:
    runs = panel.with_columns(run=pl.col("group").rle_id()).group_by("run", maintain_order=True)
    for group, first, hours in runs.agg(pl.col("group", "hour").first(), n=pl.len()).drop("run").iter_rows():
        color, hatch = LOOK[group]
        bar(axes, (_x(first), y), (_x(first + hours) - _x(first), STRIP), color, hatch)
