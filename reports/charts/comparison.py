"""What would the usual ways of planning cost over the season?"""

import polars as pl
from matplotlib.axes import Axes

from grading.words import Language, mark, say
from reports.charts.canvas import BAD, INK, SOFT, bar, drawn, label
from reports.charts.chart import Chart
from reports.charts.waterfall import waterfall_data
from reports.context import ReportContext
from reports.format import largest, money_scale, spoken
from reports.names import way_word

LEFT, RIGHT, ROW = 240.0, 560.0, 26.0


def comparison_data(context: ReportContext) -> pl.DataFrame:
    """Return the season's loss of each way. Shape: one row per way, this plan first: way, loss_cny, is_short."""
    season = context.comparison.filter(pl.col("level").cast(pl.String) == "season")
    return season.select(
        pl.col("way").cast(pl.String),
        pl.col("loss_cny_per_day").alias("loss_cny"),
        pl.col("misses").is_not_null().alias("is_short"),
    )


def comparison_chart(context: ReportContext, language: Language) -> Chart | None:
    """Return the chart, or nothing when there is nothing to compare or the waterfall compares already."""
    data = comparison_data(context)
    most = largest(data["loss_cny"])
    if data.is_empty() or most == 0 or waterfall_data(context):
        return None
    scale = money_scale(most, language)
    rows = data.rows(named=True)
    short = say(language, mark(" (misses targets)"))

    def paint(axes: Axes) -> None:
        for place, row in enumerate(rows):
            y = ROW * (place + 0.5)
            is_plan = row["way"] == "plan"
            label(axes, (LEFT - 10, y), way_word(row["way"], language), "right", is_strong=is_plan)
            width = (RIGHT - LEFT) * row["loss_cny"] / most
            bar(axes, (LEFT, y), (width, 14), INK if is_plan else SOFT, hatch="////" if row["is_short"] else "")
            words = spoken(row["loss_cny"], scale, language) + (short if row["is_short"] else "")
            label(axes, (LEFT + width + 8, y), words, color=BAD if row["is_short"] else INK)

    title = say(language, mark("What would the usual ways of planning cost over the season?"))
    alt = "; ".join(
        f"{way_word(row['way'], language)} {spoken(row['loss_cny'], scale, language)}{short if row['is_short'] else ''}"
        for row in rows
    )
    return Chart("comparison", title, f"{title} {alt}", drawn(f"comparison-{language}", ROW * len(rows), paint))
