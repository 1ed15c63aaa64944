"""Grading only what was touched equals grading everything, for random laws, cases and changes."""

from dataclasses import replace
from unittest.mock import Mock

import polars as pl
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from grading.assess import Graded, grade
from grading.case.model import Case
from grading.platforms.join import Hearing
from lantian.whatif.regrade import OWNED, graded_whole, regraded, touched
from lantian.whatif.supposed import Standing, Supposed
from tests.grading.assess.strategies import Situation, situations

FRAMES = ("indicators", "industry_grades", "grades", "unit_grades", "settling", "weak_law", "line_set_grades")


def same(one: Graded, other: Graded) -> None:
    for name in FRAMES:
        assert_frame_equal(getattr(one, name), getattr(other, name))


@st.composite
def changed(draw: st.DrawFn, case: Case) -> Case:
    """A case with some rows gone and some enterprises told otherwise."""

    def some(frame: pl.DataFrame) -> pl.DataFrame:
        gone = draw(st.sets(st.integers(0, max(frame.height - 1, 0)), max_size=3))
        return frame.filter(~pl.int_range(pl.len()).is_in(list(gone)))

    firms = case.enterprises["enterprise_id"].to_list()
    approved = draw(st.dictionaries(st.sampled_from(firms), st.sampled_from(["A级", "B级", "C级", "D级"]), max_size=2))
    idle = draw(st.sets(st.sampled_from(case.units["unit_id"].to_list() or ["-"]), max_size=2))
    grades = pl.col("enterprise_id").replace_strict(approved, default=None, return_dtype=pl.String)
    status = (
        pl.when(pl.col("unit_id").is_in(list(idle))).then(pl.lit("idle")).otherwise(pl.col("status").cast(pl.String))
    )
    return replace(
        case,
        enterprises=case.enterprises.with_columns(approved_grade=pl.coalesce(grades, "approved_grade")),
        units=case.units.with_columns(status=status.cast(case.units.schema["status"])),
        evidence=some(case.evidence),
        penalties=some(case.penalties),
        registers=some(case.registers),
    )


@settings(max_examples=27, deadline=None, suppress_health_check=list(HealthCheck))
@given(situation=situations(), data=st.data())
def test_parts_put_together_equal_the_whole(situation: Situation, data: st.DataObject) -> None:
    case, law = situation.case, situation.law
    parent = Standing(Supposed(case), law, Mock(spec=Hearing), case, grade(case, law))
    after = data.draw(changed(case))
    forced = data.draw(
        st.dictionaries(
            st.sampled_from(case.enterprises["enterprise_id"].to_list()), st.sampled_from("ABCD"), max_size=2
        )
    )
    made = Supposed(after, forced=forced)
    same(regraded(made, after, law, parent, "unknown"), graded_whole(made, after, law, "unknown"))


def test_only_the_touched_are_named(standing: Standing) -> None:
    case = standing.named
    assert touched(case, case) == frozenset()
    first = pl.int_range(pl.len()) == 0
    down = case.units.with_columns(status=pl.when(first).then(pl.lit("idle")).otherwise(pl.col("status").cast(str)))
    assert touched(case, replace(case, units=down.cast(case.units.schema))) == {case.units["enterprise_id"][0]}


def test_grading_reads_no_other_column_of_a_line(standing: Standing) -> None:
    case = standing.named
    few = replace(case, units=case.units.select("enterprise_id", *OWNED["units"]))
    same(grade(few, standing.law), grade(case, standing.law))
