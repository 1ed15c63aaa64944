"""Rows that depend on a condition: what is asked, what stays open, and how it is said."""

from collections.abc import Sequence

import polars as pl
import pytest

from grading.assess import Graded, grade
from grading.assess.explain import why
from grading.assess.page import page
from grading.law.model import Law
from tests.grading.assess.factory import Row, cells, condition, make_case, make_law

LIMITS = {"A": 50, "B": 100, "C": 150}
SAID = {"condition_zh": "热的除外", "condition_en": "not where it is hot"}


def law(status: str = "reported", **dependence: str) -> Law:
    """One limit of the kiln, which depends on how hot it is: surely from 1750, perhaps from 1700 on."""
    rows = cells("nox", LIMITS, unit="mg/m3", scope="unit", process="kiln", **SAID, **dependence)
    hot = condition("hot", "heat", threshold=1750, may_threshold=1700, unit="C", status=status)
    return make_law(rows, conditions=[hot, condition("old", "age", operator="is_true", scope="enterprise")])


def graded(by: Law, stated: Sequence[Row], nox: str = "120") -> Graded:
    told = [{"subject_id": "U1", "indicator": "nox", "value": nox, "unit": "mg/m3"}, *stated]
    return grade(make_case(evidence=told), by)


def heat(value: str, **more: str) -> Row:
    return {"subject_id": "U1", "indicator": "heat", "value": value, "unit": "C", **more}


def interval(found: Graded) -> tuple[str, ...]:
    row = found.indicators.select("verdict", "missing", "grade_best", "grade_worst").row(0)
    return tuple(str(part) for part in row)


APPLIES, OPEN, SILENT = (
    ("not_met", "None", "C", "C"),
    ("unknown", "condition", "A", "C"),
    ("not_applicable", "None", "A", "A"),
)


@pytest.mark.parametrize(
    ("stated", "expected"),
    [
        ([], OPEN),
        ([heat("1699.9")], APPLIES),
        ([heat("1700")], OPEN),
        ([heat("1749.9")], OPEN),
        ([heat("1750")], SILENT),
        ([heat("very hot")], OPEN),
        ([heat("1750", unit="K")], OPEN),
        ([{"subject_id": "E1", "indicator": "Fact heat", "value": "1800", "unit": "C"}], SILENT),  # the only line
        ([heat("1800", source="self_report"), heat("1500", source="permit")], APPLIES),
    ],
)
def test_an_exception_asks_nothing_only_where_it_surely_holds(stated: list[Row], expected: tuple[str, ...]) -> None:
    assert interval(graded(law(applies_unless="hot"), stated)) == expected


def test_what_meets_the_row_meets_it_whether_it_applies_or_not() -> None:
    assert interval(graded(law(applies_when="hot"), [], nox="40")) == ("met", "None", "A", "A")


def test_all_conditions_of_an_exception_are_needed() -> None:
    both = law(applies_unless="hot|old")
    old: Row = {"subject_id": "E1", "indicator": "age", "value": "是"}

    assert interval(graded(both, [heat("1800"), old])) == SILENT
    assert interval(graded(both, [heat("1800")])) == OPEN
    assert interval(graded(both, [heat("1800"), old | {"value": "否"}])) == APPLIES
    assert interval(graded(both, [heat("1500")])) == APPLIES


@pytest.mark.parametrize(("status", "expected"), [("unknown", OPEN), ("unverified", SILENT)])
def test_a_condition_nobody_has_stated_decides_nothing(status: str, expected: tuple[str, ...]) -> None:
    assert interval(graded(law(status, applies_unless="hot"), [heat("1800")])) == expected


def test_a_grade_rests_on_the_condition_by_which_a_row_is_silent() -> None:
    other = cells("so2", LIMITS, unit="mg/m3", status="verified")
    weak = law("unverified", applies_unless="hot")
    both = make_law([*weak.requirements.to_dicts(), *other], conditions=weak.conditions.to_dicts())
    met: Row = {"subject_id": "E1", "indicator": "so2", "value": "50", "unit": "mg/m3"}

    assert graded(both, [heat("1800"), met]).grades["rests_on"].to_list() == ["unverified"]


def test_why_names_the_condition_and_what_was_stated() -> None:
    rule = law(applies_unless="hot")
    open_one, told = graded(rule, []), graded(rule, [heat("1800")])

    assert "not where it is hot" in why(open_one, rule, "E1", "en")
    assert "whether this row applies is not known" in why(open_one, rule, "E1", "en")
    facts = [
        page(found, rule, "E1").facts.select("subject_id", "asks", "value", "source_row") for found in (open_one, told)
    ]
    assert [fact.rows() for fact in facts] == [[("U1", "heat", None, None)], [("U1", "heat", "1800", 3)]]
    assert open_one.settling.select("indicator", "lack").rows() == [("nox", "condition")]
    assert "condition" not in told.settling["lack"].to_list()


def test_a_law_without_conditions_asks_for_none() -> None:
    found = grade(make_case(), make_law(cells("nox", LIMITS)))

    assert found.reasons.facts_of(["E1"]).is_empty()
    assert found.indicators.filter(pl.col("condition_zh").is_not_null()).is_empty()
