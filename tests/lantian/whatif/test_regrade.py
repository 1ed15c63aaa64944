"""Grading only what was touched equals grading everything, for random laws, cases and changes."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from unittest.mock import Mock, patch

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from grading.assess import Graded, grade
from grading.assess.as_judged import asks_alike
from grading.case import read_case
from grading.case.model import Case
from grading.law import name_case, resolve_law
from grading.law.model import Law
from grading.platforms.join import Hearing
from lantian.whatif.regrade import OWNED, graded_whole, regraded, touched, working_in
from lantian.whatif.supposed import Standing, Supposed
from tests.grading.assess.strategies import Situation, situations

Change = Callable[[Case], Case]
FRAMES = ("indicators", "industry_grades", "grades", "unit_grades", "settling", "weak_law", "line_set_grades")


@pytest.fixture(scope="module")
def demo(root: Path) -> Standing:
    """The demo without its platforms: evidence, penalties and registers of a thousand enterprises."""
    read = read_case(root / "fixtures" / "cases" / "demo")
    law = resolve_law(read.settings.law, read.folder)
    case = name_case(read, law)
    return Standing(Supposed(case), law, Mock(spec=Hearing), case, grade(case, law))


def same(one: Graded, other: Graded) -> None:
    for name in FRAMES:
        assert_frame_equal(getattr(one, name), getattr(other, name))


@st.composite
def changed(draw: st.DrawFn, case: Case) -> Case:
    """A case with some rows gone and some enterprises told otherwise; half of the time none that an indicator reads."""
    is_judged = draw(st.booleans())

    def some(frame: pl.DataFrame) -> pl.DataFrame:
        gone = draw(st.sets(st.integers(0, max(frame.height - 1, 0)), max_size=3))
        return frame.filter(~pl.int_range(pl.len()).is_in(list(gone)))

    firms = case.enterprises["enterprise_id"].to_list()
    approved = draw(st.dictionaries(st.sampled_from(firms), st.sampled_from(["A级", "B级", "C级", "D级"]), max_size=2))
    idle = draw(st.sets(st.sampled_from(case.units["unit_id"].to_list() or ["-"]), max_size=2 if is_judged else 0))
    grades = pl.col("enterprise_id").replace_strict(approved, default=None, return_dtype=pl.String)
    status = (
        pl.when(pl.col("unit_id").is_in(list(idle))).then(pl.lit("idle")).otherwise(pl.col("status").cast(pl.String))
    )
    return replace(
        case,
        enterprises=case.enterprises.with_columns(approved_grade=pl.coalesce(grades, "approved_grade")),
        units=case.units.with_columns(status=status.cast(case.units.schema["status"])),
        evidence=some(case.evidence) if is_judged else case.evidence,
        penalties=some(case.penalties),
        registers=some(case.registers),
    )


@settings(max_examples=14, deadline=None, suppress_health_check=list(HealthCheck))
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


def put_right(case: Case) -> Case:
    """Every other penalty and register entry gone, and an approval for everybody."""
    return replace(
        case,
        penalties=case.penalties.gather_every(2),
        registers=case.registers.gather_every(2),
        enterprises=case.enterprises.with_columns(approved_grade=pl.lit("B级")),
    )


def test_what_no_indicator_reads_is_not_judged_again(demo: Standing) -> None:
    after, law = put_right(demo.named), demo.law
    made = Supposed(after, forced=dict.fromkeys(after.enterprises["enterprise_id"].head(2), "C"))
    with patch("grading.assess.grade.decide", side_effect=AssertionError("judged again")):
        found = regraded(made, after, law, demo, "unknown")
    assert not found.grades.equals(demo.graded.grades)
    same(found, graded_whole(made, after, law, "unknown"))


@pytest.mark.parametrize(
    "change",
    [
        lambda case: replace(case, evidence=case.evidence.head(-1)),
        lambda case: replace(case, enterprises=case.enterprises.with_columns(subtype=pl.lit("another"))),
        lambda case: replace(case, units=case.units.with_columns(process=pl.lit("another"))),
        lambda case: replace(case, units=case.units.head(-1)),
        lambda case: replace(case, units=case.units.with_columns(status=pl.col("status").first())),
    ],
)  # fmt: skip
def test_what_an_indicator_reads_is_judged_again(demo: Standing, change: Change) -> None:
    case = demo.named
    assert asks_alike(case, put_right(case))
    assert not asks_alike(case, change(case))


def stricter(law: Law, industry: str) -> Law:
    """The law with every number of one industry at a tenth."""
    threshold = pl.when(pl.col("industry") == industry).then(pl.col("threshold") / 10).otherwise("threshold")
    return replace(law, requirements=law.requirements.with_columns(threshold=threshold), content_sha256="another")


def test_another_law_is_asked_only_where_its_requirements_differ(demo: Standing) -> None:
    case = demo.named
    industry = "cement"
    law = stricter(demo.law, industry)
    firms = working_in(case, [industry])
    assert 0 < len(firms) < case.enterprises.height
    with patch("lantian.whatif.regrade.grade", wraps=grade) as graded:
        found = regraded(Supposed(case), case, law, demo, "unknown")
    assert set(graded.call_args.args[0].enterprises["enterprise_id"]) == firms
    whole = grade(case, law)
    assert not whole.grades.equals(demo.graded.grades)
    same(found, whole)


def test_a_law_of_another_name_alone_grades_nobody_again(demo: Standing) -> None:
    law = replace(demo.law, pack_id="another", content_sha256="another")
    made = Supposed(demo.named)
    assert regraded(made, demo.named, law, demo, "unknown") is demo.graded
    others = replace(law, vetoes=law.vetoes.head(-1))
    same(regraded(made, demo.named, others, demo, "unknown"), grade(demo.named, others))


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
