"""What changed since the earlier list, checked against a plain dictionary; and where orders fall."""

import dataclasses

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from grading.scale import GRADE_DTYPE, GRADES, RANK
from reports.changes import changes_by, grade_changes
from reports.charts.placemap import frame_of, map_chart, map_data
from reports.charts.waterfall import waterfall_chart, waterfall_data
from reports.context import ReportContext
from reports.places import places_of
from reports.sections.changes import changes_table
from reports.sections.grades import county_grades_table
from tests.reports.sample import FIRMS

LISTS = st.dictionaries(st.sampled_from([f"E{n}" for n in range(8)]), st.sampled_from(GRADES))


def frame(grades: dict[str, str], column: str) -> pl.DataFrame:
    listed = pl.DataFrame(list(grades.items()), schema={"enterprise_id": pl.String, column: GRADE_DTYPE}, orient="row")
    told = {"county": "县", "industry": "brick", "treatment": "none"}
    return listed.with_columns(pl.col("enterprise_id").alias("name"), **{k: pl.lit(v) for k, v in told.items()})


def slowly(before: dict[str, str], after: dict[str, str]) -> dict[str, str]:
    """Return the change of every enterprise, one at a time."""
    told = {}
    for enterprise in before.keys() | after.keys():
        if enterprise not in before:
            told[enterprise] = "new"
        elif enterprise not in after:
            told[enterprise] = "gone"
        else:
            step = RANK[after[enterprise]] - RANK[before[enterprise]]
            told[enterprise] = "rose" if step < 0 else "fell" if step > 0 else "same"
    return told


@given(LISTS, LISTS)
def test_every_enterprise_of_either_list_is_told_once(before: dict[str, str], after: dict[str, str]) -> None:
    changes = grade_changes(frame(before, "planned_grade"), frame(after, "planned_grade"))
    assert changes is not None
    assert dict(changes.select("enterprise_id", "change").iter_rows()) == slowly(before, after)
    assert changes["enterprise_id"].is_unique().all()
    counted = changes_by(changes, "county").drop("county")
    assert (sum(counted.row(0)) if counted.height else 0) == changes.height


def test_without_an_earlier_list_nothing_is_told(context: ReportContext) -> None:
    assert grade_changes(None, context.grades) is None
    bare = dataclasses.replace(context, changes=None, previous_season="")
    table = changes_table(bare, "zh")
    assert table.rows == ()
    assert "不等于没有变化" in table.empty
    assert "未指定上期清单" in county_grades_table(bare, "zh").note
    assert "升级" not in [column.header for column in county_grades_table(bare, "zh").columns]


def test_the_sample_rose_fell_came_and_went(context: ReportContext) -> None:
    rows = {row[0].text: [cell.text for cell in row[3:]] for row in changes_table(context, "en").rows}
    assert rows[FIRMS[0][1]] == ["grade C", "grade B", "rose", "—"]
    assert rows[FIRMS[1][1]] == ["grade B", "grade C", "fell", "—"]
    assert rows["<b>旧厂</b>"] == ["grade C", "—", "no longer on the list", "unknown"]
    assert rows[FIRMS[5][1]] == ["grade D", "grade D", "unchanged", "exempt before, not now"]
    assert rows[FIRMS[3][1]][2] == "new on the list"
    assert FIRMS[2][1] not in rows  # the same grade, and the earlier list does not say whether it was exempt


def test_the_most_severe_order_of_any_line_is_shown(context: ReportContext) -> None:
    told = dict(context.places.select("enterprise_id", "order").iter_rows())
    assert [told[firm[0]] for firm in FIRMS] == ["stop", "limit", "exempt", "exempt", "free", "stop"]
    assert map_data(context).height == 5  # one states no place


def test_an_enterprise_without_lines_is_free(context: ReportContext) -> None:
    places = places_of(context.enterprises, context.grades, context.orders.clear())
    assert set(places["order"]) == {"exempt", "free"}


def test_the_map_holds_every_point_and_says_what_it_lacks(context: ReportContext) -> None:
    frame_ = frame_of(map_data(context))
    x, y = (map_data(context).select(a=e)["a"] for e in (frame_.x(pl.col("lon")), frame_.y(pl.col("lat"))))
    assert x.is_between(0, 720).all()
    assert y.is_between(0, frame_.height).all()
    chart = map_chart(context, "en")
    assert chart is not None
    assert "1 enterprises state no place" in chart.note
    assert "a line stops 2" in chart.alt
    without = map_chart(dataclasses.replace(context, boundaries=None), "en")
    assert without is not None
    assert "Without boundaries" in without.note
    assert len(without.svg) < len(chart.svg)


def test_one_enterprise_alone_can_be_drawn(context: ReportContext) -> None:
    one = dataclasses.replace(context, places=context.places.head(1), boundaries=None)
    assert map_chart(one, "zh") is not None


def test_the_waterfall_ends_at_the_plan_and_leaves_out_who_misses(context: ReportContext) -> None:
    steps = waterfall_data(context)
    assert [step.way for step in steps] == ["uniform", "greedy", "plan"]  # grade_only misses targets
    assert steps[0].before == 0
    assert [step.before for step in steps[1:]] == [step.after for step in steps[:-1]]
    assert steps[-1].after == pytest.approx(context.loss_cny_per_season)
    assert steps[0].after + sum(s.after - s.before for s in steps[1:]) == pytest.approx(steps[-1].after)


def test_nothing_falls_from_a_way_that_misses(context: ReportContext) -> None:
    missed = pl.when(pl.col("way").cast(pl.String) == "uniform").then(pl.lit("red pm")).otherwise("misses")
    short = dataclasses.replace(context, comparison=context.comparison.with_columns(misses=missed))
    assert waterfall_data(short) == ()
    assert waterfall_chart(short, "zh") is None
