"""Which county bears more of the loss than its share of output?"""

import polars as pl
from matplotlib.axes import Axes

from grading.words import Language, mark, say
from reports.charts.canvas import HAIR, INK, SOFT, dot, drawn, label, line, short
from reports.charts.chart import Chart
from reports.context import ReportContext
from reports.format import SHARE, largest, spoken

LEFT, RIGHT, ROW, TOP = 160.0, 590.0, 22.0, 30.0


def county_data(context: ReportContext) -> pl.DataFrame:
    """Return both shares. Shape: one row per county, heaviest burden first: county, loss_share, output_share."""
    return context.cost_by_county.filter(pl.col("loss_share").is_not_null()).select(
        "county", "loss_share", "output_share"
    )


def county_chart(context: ReportContext, language: Language) -> Chart | None:
    """Return the chart, or nothing when no county bears a loss."""
    data = county_data(context)
    if data.is_empty():
        return None
    most = largest([*data["loss_share"], *data["output_share"]])
    rows = data.rows(named=True)
    bears, makes = say(language, mark("share of loss")), say(language, mark("share of output value"))

    def paint(axes: Axes) -> None:
        dot(axes, (LEFT, 12))
        label(axes, (LEFT + 10, 12), bears)
        line(axes, (LEFT + 150, 5), (LEFT + 150, 19), SOFT, 3)
        label(axes, (LEFT + 160, 12), makes)
        for place, row in enumerate(rows):
            _dumbbell(axes, TOP + ROW * (place + 0.5), row, most, language)

    title = say(language, mark("Which county bears more of the loss than its share of output?"))
    alt = "; ".join(
        f"{row['county']}: {bears} {spoken(row['loss_share'], SHARE, language)}, "
        f"{makes} {spoken(row['output_share'], SHARE, language)}"
        for row in rows
    )
    return Chart("county", title, f"{title} {alt}", drawn(f"county-{language}", TOP + ROW * len(rows), paint))


def _dumbbell(axes: Axes, y: float, row: dict[str, object], most: float, language: Language) -> None:
    loss = float(str(row["loss_share"]))
    output = None if row["output_share"] is None else float(str(row["output_share"]))
    x = LEFT + (RIGHT - LEFT) * loss / most
    label(axes, (LEFT - 10, y), short(str(row["county"]), 10), "right")
    line(axes, (LEFT, y), (RIGHT, y), HAIR)
    if output is not None:
        other = LEFT + (RIGHT - LEFT) * output / most
        line(axes, (min(x, other), y), (max(x, other), y), SOFT, 1.6)
        line(axes, (other, y - 7), (other, y + 7), SOFT, 3)
    dot(axes, (x, y))
    words = f"{spoken(loss, SHARE, language)} / {spoken(output, SHARE, language)}"
    label(axes, (RIGHT + 12, y), words, color=INK)
