"""Does every target hold? One bullet per level and pollutant, as a percentage of what is required."""

import polars as pl
from matplotlib.axes import Axes

from grading.words import Language, mark, say
from reports.answers import counts_in_sum
from reports.charts.canvas import BAD, HAIR, INK, PALE, SOFT, bar, drawn, label, line, swatch
from reports.charts.chart import Chart
from reports.context import ReportContext
from reports.format import Scale, spoken
from reports.names import POLLUTANT_NAMES, level_word

LEFT, RIGHT, ROW, TOP = 210.0, 640.0, 20.0, 26.0
MOST = 2.0
"""A bullet ends at twice what is required; beyond that an arrow of words says how much."""
PERCENT = Scale("%", 0.01, 1)


def bullet_data(context: ReportContext) -> pl.DataFrame:
    """Return planned over required.

    Shape: one row per stated target, levels in order: level, target, reached, is_aside, state.
    """
    return (
        context.targets.filter(pl.col("required") > 0)
        .with_columns(is_aside=counts_in_sum())
        .select(
            pl.col("level").cast(pl.String),
            "target",
            (pl.col("planned") / pl.col("required")).alias("reached"),
            "is_aside",
            pl.col("state").cast(pl.String),
        )
    )


def bullet_chart(context: ReportContext, language: Language) -> Chart | None:
    """Return the chart, or nothing when no target is stated."""
    data = bullet_data(context)
    if data.is_empty():
        return None
    rows = data.rows(named=True)
    levels = data["level"].unique(maintain_order=True).to_list()
    height = TOP + ROW * len(rows) + 8 * len(levels) + 8

    def paint(axes: Axes) -> None:
        hundred = LEFT + (RIGHT - LEFT) / MOST
        label(axes, (hundred, 11), say(language, mark("required = 100%")), "center", SOFT)
        y, before = TOP - ROW / 2, ""
        for row in rows:
            y += ROW if row["level"] == before else ROW + 8
            if row["level"] != before:
                swatch(axes, (8, y), row["level"], level_word(row["level"], language))
                line(axes, (8, y - ROW / 2 - 3), (RIGHT + 72, y - ROW / 2 - 3), HAIR)
            before = row["level"]
            _bullet(axes, y, row, language)

    alt = "; ".join(
        f"{level_word(row['level'], language)} {POLLUTANT_NAMES[row['target']]} "
        f"{spoken(row['reached'], PERCENT, language)}"
        for row in rows
    )
    title = say(language, mark("How much of each target does the plan reach?"))
    return Chart("bullet", title, f"{title} {alt}", drawn(f"bullet-{language}", height, paint))


def _bullet(axes: Axes, y: float, row: dict[str, object], language: Language) -> None:
    reached = float(str(row["reached"]))
    is_missed = row["state"] == "missed" and not row["is_aside"]
    unit = (RIGHT - LEFT) / MOST
    end = LEFT + unit * max(min(reached, MOST), 0.0)
    color = PALE if row["is_aside"] else INK
    label(axes, (LEFT - 10, y), POLLUTANT_NAMES[str(row["target"])], "right", SOFT if row["is_aside"] else INK)
    bar(axes, (LEFT, y), (end - LEFT, 8), color)
    if is_missed:
        bar(axes, (end, y), (LEFT + unit - end, 8), BAD, hatch="////")
    line(axes, (LEFT + unit, y - 8), (LEFT + unit, y + 8), INK, 2.4)
    words = spoken(reached, PERCENT, language)
    if row["is_aside"]:
        words += say(language, mark(" (in the sum)"))
    label(axes, (max(end, LEFT + unit) + 8, y), words, "left", BAD if is_missed else SOFT if row["is_aside"] else INK)
