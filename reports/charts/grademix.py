"""How are the grades spread over the industries?"""

import polars as pl
from matplotlib.axes import Axes

from grading.scale import GRADES
from grading.words import Language, mark, say
from reports.charts.canvas import GRADE_FILL, INK, bar, drawn, label, short
from reports.charts.chart import Chart
from reports.context import ReportContext
from reports.format import count
from reports.names import GRADE_WORDS

LEFT, RIGHT, ROW, TOP = 190.0, 630.0, 22.0, 30.0
MOST_INDUSTRIES = 12
_DARK = ("A", "leading", "B", "D")
REST = ""
"""Key of the row that gathers every further industry."""


def grade_mix_data(context: ReportContext) -> pl.DataFrame:
    """Return the mix of the largest industries; the rest is one row.

    Shape: one row per industry and grade: industry, grade, enterprises, all (of that industry), share; largest first.
    """
    mix = context.grade_mix
    sizes = (
        mix.group_by("industry")
        .agg(all=pl.col("enterprises").sum())
        .sort(["all", "industry"], descending=[True, False])
    )
    kept = sizes["industry"].head(MOST_INDUSTRIES if sizes.height > MOST_INDUSTRIES + 1 else sizes.height)
    gathered = mix.with_columns(
        industry=pl.when(pl.col("industry").is_in(kept.implode())).then("industry").otherwise(pl.lit(REST))
    )
    summed = gathered.group_by("industry", grade="planned_grade").agg(pl.col("enterprises").sum())
    return (
        summed.with_columns(all=pl.col("enterprises").sum().over("industry"), is_rest=pl.col("industry") == REST)
        .with_columns(share=pl.col("enterprises") / pl.col("all"))
        .sort(["is_rest", "all", "industry", "grade"], descending=[False, True, False, False])
        .select("industry", pl.col("grade").cast(pl.String), "enterprises", "all", "share")
    )


def grade_mix_chart(context: ReportContext, language: Language) -> Chart | None:
    """Return the chart, or nothing when no enterprise was graded."""
    data = grade_mix_data(context)
    if data.is_empty():
        return None
    named = data.with_columns(name=context.names.industry(language, pl.col("industry"))).with_columns(
        name=pl.when(pl.col("industry") == REST)
        .then(pl.lit(say(language, mark("all further industries"))))
        .otherwise("name")
    )
    groups = named.partition_by("industry", maintain_order=True)
    used = [grade for grade in GRADES if grade in data["grade"].to_list()]

    def paint(axes: Axes) -> None:
        _legend(axes, used, language)
        for place, group in enumerate(groups):
            y = TOP + ROW * (place + 0.5)
            label(axes, (LEFT - 10, y), short(group["name"][0]), "right")
            _stack(axes, y, group)
            label(axes, (RIGHT + 8, y), count(group["all"][0], language))

    title = say(language, mark("How are the grades spread over the industries?"))
    alt = "; ".join(
        f"{group['name'][0]}: "
        + ", ".join(f"{grade} {number}" for grade, number in group.select("grade", "enterprises").iter_rows())
        for group in groups
    )
    return Chart("grades", title, f"{title} {alt}", drawn(f"grades-{language}", TOP + ROW * len(groups), paint))


def _legend(axes: Axes, used: list[str], language: Language) -> None:
    x = LEFT
    for grade in used:
        bar(axes, (x, 12), (10, 10), GRADE_FILL[grade], edge="#00000055")
        word = say(language, GRADE_WORDS[grade])
        label(axes, (x + 14, 12), word)
        x += 34 + 9 * len(word)
    label(axes, (RIGHT + 8, 12), say(language, mark("enterprises")))


def _stack(axes: Axes, y: float, group: pl.DataFrame) -> None:
    x = LEFT
    for grade, share in group.select("grade", "share").iter_rows():
        width = (RIGHT - LEFT) * share
        bar(axes, (x, y), (width, 15), GRADE_FILL[grade], edge="#ffffff")
        if width > 24 and len(grade) <= 2:
            label(axes, (x + width / 2, y), grade, "center", "#ffffff" if grade in _DARK else INK)
        x += width
