"""What charts show, and that their drawing is plain text SVG with the same bytes each time."""

import dataclasses
import re
from itertools import pairwise

import matplotlib as mpl
import polars as pl
import pytest

from grading.words import LANGUAGES, Language
from reports.charts import charts_of
from reports.charts.attain import attain_data
from reports.charts.bullet import bullet_data
from reports.charts.canvas import GRADE_FILL, drawn, label
from reports.charts.chart import Chart
from reports.charts.comparison import comparison_data
from reports.charts.county import county_data
from reports.charts.grademix import MOST_INDUSTRIES, REST, grade_mix_data
from reports.context import ReportContext
from tests.reports.sample import SHARES, SOCIETY
from tests.reports.sample_plan import removed


def every(context: ReportContext, language: Language) -> list[Chart]:
    return [chart for charts in charts_of(context, language).values() for chart in charts]


def test_bullets_are_planned_over_required(context: ReportContext) -> None:
    row = bullet_data(context).row(by_predicate=(pl.col("level") == "orange") & (pl.col("target") == "pm"), named=True)
    assert row["reached"] == pytest.approx((removed("orange", "pm") + 190.0) / (SHARES["orange"] * SOCIETY["pm"]))
    assert not row["is_aside"]


def test_a_target_that_is_not_stated_has_no_bullet(context: ReportContext) -> None:
    data = bullet_data(context)
    assert data.filter((pl.col("level") == "red") & (pl.col("target") == "vocs")).is_empty()
    assert data.height == 14


def test_members_of_the_sum_stand_aside(context: ReportContext) -> None:
    assert set(bullet_data(context).filter("is_aside")["target"]) == {"so2", "nox"}


def test_comparison_shows_the_season_and_who_misses(context: ReportContext) -> None:
    data = comparison_data(context)
    assert data["way"].to_list() == ["plan", "uniform", "grade_only", "greedy"]
    assert data["is_short"].to_list() == [False, False, True, False]
    assert data["loss_cny"][0] == pytest.approx(context.loss_cny_per_season)


def test_attainability_is_in_shares_of_society(context: ReportContext) -> None:
    row = attain_data(context).row(by_predicate=(pl.col("level") == "red") & (pl.col("pollutant") == "nox"), named=True)
    assert row["required"] == pytest.approx(0.3)
    assert row["floor"] == pytest.approx((removed("red", "nox") * 0.9 + 600.0) / SOCIETY["nox"])
    assert row["floor"] < row["planned"] < row["most"]


def test_counties_come_heaviest_first(context: ReportContext) -> None:
    data = county_data(context)
    assert data["loss_share"].is_sorted(descending=True)
    assert data["output_share"].sum() == pytest.approx(1.0)


def test_small_industries_are_gathered_and_none_is_lost(context: ReportContext) -> None:
    many = pl.DataFrame(
        [(f"i{n:02}", grade, n + 1) for n in range(20) for grade in ("A", "D")],
        schema={
            "industry": pl.String,
            "planned_grade": context.grade_mix.schema["planned_grade"],
            "enterprises": pl.Int64,
        },
        orient="row",
    )
    data = grade_mix_data(dataclasses.replace(context, grade_mix=many))
    assert data["industry"].n_unique() == MOST_INDUSTRIES + 1
    assert data["industry"][-1] == REST
    assert data["enterprises"].sum() == many["enterprises"].sum()
    shares = data.group_by("industry").agg(pl.col("share").sum())["share"].to_list()
    assert shares == pytest.approx([1.0] * len(shares))


@pytest.mark.parametrize("language", LANGUAGES)
def test_charts_are_the_same_bytes_again(context: ReportContext, language: Language) -> None:
    once, again = every(context, language), every(context, language)
    assert [chart.id for chart in once] == ["bullet", "attain", "waterfall", "county", "grades", "map"]
    assert [chart.svg for chart in once] == [chart.svg for chart in again]


@pytest.mark.parametrize("language", LANGUAGES)
def test_charts_hold_text_and_nothing_from_outside(context: ReportContext, language: Language) -> None:
    for chart in every(context, language):
        assert "<text" in chart.svg
        assert not re.search(r"https?:|xmlns|<style|<metadata|<script|<!--|DejaVu", chart.svg), chart.id
        assert chart.title.endswith(("?", "\uff1f"))
        assert chart.alt.startswith(chart.title)
        assert len(chart.alt) > len(chart.title) + 20


def test_ids_of_two_charts_never_meet(context: ReportContext) -> None:
    ids = [found for chart in every(context, "zh") for found in set(re.findall(r'\bid="([^"]+)"', chart.svg))]
    assert len(ids) == len(set(ids))


@pytest.mark.parametrize("text", ["<script>", "$x^2$", "a -- b", "\u202ex", "x\ny", "🏭", "</text>", "%s {0}"])
def test_hostile_text_is_drawn_as_text(text: str) -> None:
    svg = drawn("hostile", 20, lambda axes: label(axes, (10, 10), text))
    assert "<script" not in svg
    assert svg.count("<text") == svg.count("</text>") == 1
    assert "\u202e" not in svg


def test_a_matplotlibrc_changes_nothing() -> None:
    def paint(axes: object) -> None:
        label(axes, (10, 10), "甲")  # type: ignore[arg-type]

    plain = drawn("same", 20, paint)
    with mpl.rc_context({"font.size": 30, "lines.linewidth": 9, "svg.fonttype": "path"}):
        assert drawn("same", 20, paint) == plain


def test_grades_up_to_c_differ_in_grey() -> None:
    def lightness(color: str) -> float:
        red, green, blue = (int(color[place : place + 2], 16) for place in (1, 3, 5))
        return 0.299 * red + 0.587 * green + 0.114 * blue

    scale = [lightness(GRADE_FILL[grade]) for grade in ("A", "leading", "B", "B-", "C")]
    assert all(after - before > 18 for before, after in pairwise(scale))


def test_an_empty_plan_draws_nothing_and_does_not_fail(context: ReportContext) -> None:
    bare = dataclasses.replace(
        context,
        targets=context.targets.clear(),
        comparison=context.comparison.clear(),
        cost_by_county=context.cost_by_county.clear(),
        grade_mix=context.grade_mix.clear(),
        attainability=context.attainability.clear(),
        places=context.places.clear(),
    )
    assert every(bare, "zh") == []
