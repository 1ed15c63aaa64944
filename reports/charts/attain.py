"""How far is it from the legal minimum to what is required, and to the most that could be removed?"""

import polars as pl
from matplotlib.axes import Axes

from grading.words import Language, mark, say
from reports.answers import JOINT
from reports.charts.canvas import HAIR, INK, PALE, SOFT, bar, dot, drawn, label, line, swatch
from reports.charts.chart import Chart
from reports.context import ReportContext
from reports.format import SHARE, largest, spoken
from reports.names import POLLUTANT_NAMES, level_word

LEFT, RIGHT, ROW, TOP = 150.0, 690.0, 22.0, 34.0


def attain_data(context: ReportContext) -> pl.DataFrame:
    """Return four amounts as shares of whole-society emission (1), other lists included in each.

    Shape: one row per level and pollutant with a known whole-society emission: level, pollutant, floor, planned
    (null without a plan), most, required (null where not stated).
    """
    planned = context.targets.select(
        pl.col("level").cast(pl.String), pl.col("target").alias("pollutant"), pl.col("planned").alias("planned_kg")
    )
    society = pl.col("society_kg_per_day")
    return (
        context.attainability.filter((society > 0) & (pl.col("pollutant") != JOINT))
        .with_columns(pl.col("level").cast(pl.String))
        .join(planned, on=["level", "pollutant"], how="left", maintain_order="left")
        .select(
            "level",
            "pollutant",
            floor=(pl.col("legal_floor_kg_per_day") + pl.col("other_lists_kg_per_day")) / society,
            planned=pl.col("planned_kg") / society,
            most=pl.col("most_removable_kg_per_day") / society,
            required=pl.col("required_kg_per_day") / society,
        )
    )


def attain_chart(context: ReportContext, language: Language) -> Chart | None:
    """Return the chart, or nothing when no whole-society emission is known."""
    data = attain_data(context)
    if data.is_empty():
        return None
    most = largest([*data["most"], *data["required"], *data["planned"]]) or 1.0
    rows = data.rows(named=True)
    levels = data["level"].n_unique()

    def paint(axes: Axes) -> None:
        _legend(axes, language)
        y, before = TOP - ROW / 2, ""
        for row in rows:
            y += ROW if row["level"] == before else ROW + 8
            if row["level"] != before:
                swatch(axes, (8, y), row["level"], level_word(row["level"], language))
                line(axes, (8, y - ROW / 2 - 3), (RIGHT, y - ROW / 2 - 3), HAIR)
            before = row["level"]
            _range(axes, y, row, (RIGHT - LEFT) / most)

    title = say(language, mark("How far is it from the legal minimum to the target, and to the most removable?"))
    alt = "; ".join(_spoken_row(row, language) for row in rows)
    height = TOP + ROW * len(rows) + 8 * levels + 8
    return Chart("attain", title, f"{title} {alt}", drawn(f"attain-{language}", height, paint))


def _range(axes: Axes, y: float, row: dict[str, object], unit: float) -> None:
    label(axes, (LEFT - 10, y), POLLUTANT_NAMES[str(row["pollutant"])], "right")
    bar(axes, (LEFT, y), (unit * float(str(row["most"])), 12), PALE)
    bar(axes, (LEFT, y), (unit * float(str(row["floor"])), 5), SOFT)
    if row["required"] is not None:
        x = LEFT + unit * float(str(row["required"]))
        line(axes, (x, y - 9), (x, y + 9), INK, 2.4)
    if row["planned"] is not None:
        dot(axes, (LEFT + unit * float(str(row["planned"])), y))


def _legend(axes: Axes, language: Language) -> None:
    words = (mark("legal minimum"), mark("this plan"), mark("most removable"), mark("required"))
    x = LEFT
    for place, word in enumerate(say(language, word) for word in words):
        if place == 0:
            bar(axes, (x, 12), (18, 5), SOFT)
        elif place == 1:
            dot(axes, (x + 9, 12))
        elif place == 2:
            bar(axes, (x, 12), (18, 12), PALE)
        else:
            line(axes, (x + 9, 3), (x + 9, 21), INK, 2.4)
        label(axes, (x + 24, 12), word)
        x += 130


def _spoken_row(row: dict[str, object], language: Language) -> str:
    words = {
        "floor": mark("legal minimum"),
        "planned": mark("this plan"),
        "most": mark("most removable"),
        "required": mark("required"),
    }
    amounts = (
        f"{say(language, word)} {spoken(None if row[key] is None else float(str(row[key])), SHARE, language)}"
        for key, word in words.items()
    )
    return f"{level_word(str(row['level']), language)} {POLLUTANT_NAMES[str(row['pollutant'])]}: {', '.join(amounts)}"
