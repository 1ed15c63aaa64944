"""The shortest list of evidence, against brute force over every list and every answer."""

from itertools import combinations, product
from typing import Any

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings

from grading.assess import Graded, grade
from grading.scale import RANK
from tests.grading.assess.factory import ON, Row, cells, industry, make_case, make_law
from tests.grading.assess.strategies import Situation, situations, with_evidence

SLOW = settings(max_examples=18, deadline=None, suppress_health_check=list(HealthCheck))
LIMITS = {"A": 10, "B": 20, "C": 30}
Interval = tuple[int, int]


def grades_between(interval: Interval) -> range:
    return range(interval[0], interval[1] + 1)


def settles(learned: tuple[int, ...], intervals: list[Interval]) -> bool:
    """Say whether knowing `learned` leaves one grade, whatever the answers are."""
    rest = [interval for n, interval in enumerate(intervals) if n not in learned]
    answers = product(*(grades_between(intervals[n]) for n in learned))
    return all(
        max([*answer, *(best for best, _ in rest)]) == max([*answer, *(worst for _, worst in rest)])
        for answer in answers
    )


def shortest_lists(intervals: list[Interval]) -> list[tuple[int, ...]]:
    """Return every list of the least length that settles the worst of `intervals`."""
    for length in range(len(intervals) + 1):
        found = [learned for learned in combinations(range(len(intervals)), length) if settles(learned, intervals)]
        if found:
            return found
    raise AssertionError("knowing everything settles everything")


@SLOW
@given(situation=situations())
def test_the_list_is_the_shortest_that_settles_every_answer(situation: Situation) -> None:
    graded = grade(situation.case, situation.law)
    full = set(graded.industry_grades.filter("is_graded")["enterprise_id"]) - set(
        graded.industry_grades.filter(~pl.col("is_graded"))["enterprise_id"]
    )
    whole = graded.grades.filter(pl.col("scheme") == "ABBmCD")["enterprise_id"]  # every rank is a grade of its own

    for enterprise_id in full & set(whole):
        rows = graded.indicators.filter(
            (pl.col("enterprise_id") == enterprise_id) & (pl.col("verdict") != "not_applicable")
        ).select("subject_id", "industry", "subtype", "indicator", "grade_best", "grade_worst")
        if rows.height > 7:
            continue
        intervals = [(RANK[best], RANK[worst]) for *_, best, worst in rows.iter_rows()]
        told = graded.settling.filter(pl.col("enterprise_id") == enterprise_id)
        listed = set(told.select("subject_id", "industry", "subtype", "indicator").iter_rows())

        [shortest] = shortest_lists(intervals)

        assert listed == {tuple(key) for n, (*key, _, _) in enumerate(rows.iter_rows()) if n in shortest}


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ({}, ["a", "b"]),
        ({"a": "10"}, ["b"]),
        ({"a": "30"}, ["b"]),
        ({"a": "31"}, []),
        ({"a": "10", "b": "20"}, []),
    ],
)
def test_nothing_is_asked_that_cannot_decide(values: dict[str, str], expected: list[str]) -> None:
    law = make_law([*cells("a", LIMITS), *cells("b", LIMITS)])
    evidence = [{"subject_id": "E1", "indicator": name, "value": value} for name, value in values.items()]

    graded = grade(make_case(evidence=evidence), law)

    assert graded.settling["indicator"].to_list() == expected


def handed_in(graded: Graded, answers: dict[str, str]) -> list[Row]:
    rows = graded.settling.select("subject_id", "indicator").iter_rows()
    return [{"subject_id": subject, "indicator": name, "value": answers[name]} for subject, name in rows]


ANSWERS = [dict(zip("bd", pair, strict=True)) for pair in product(("1", "25", "99"), repeat=2)]


@pytest.mark.parametrize("answers", ANSWERS)
def test_handing_in_the_list_closes_the_interval(answers: dict[str, str]) -> None:
    """`c` tells A from B only; with `a` at B it is not asked for."""
    requirements = [*cells("a", LIMITS), *cells("b", LIMITS), *cells("c", {"A": 10}), *cells("d", {"A": 10, "B": 20})]
    law = make_law(requirements)
    case = make_case(evidence=[{"subject_id": "E1", "indicator": "a", "value": "15"}])
    before = grade(case, law)

    after = grade(with_evidence(case, case.evidence.to_dicts() + handed_in(before, answers)), law)

    row = after.grades.row(0, named=True)
    assert row["computed_best"] == row["computed_worst"]
    assert after.settling.is_empty()


VETO: Row = {
    "kind": "excess", "synonyms": [], "cap": "C", "look_back_days": 365, "minor_and_rectified_is_spared": False,
    "clause": "v", "status": "reported",
}  # fmt: skip
OF_ENTERPRISE = cells("a", LIMITS)
OF_KILN = cells("a", LIMITS, scope="unit", process="kiln")
OF_CLINKER = cells("a", LIMITS, subtype="clinker")
SPLIT = [industry(), industry(subtype="grinding")]


@pytest.mark.parametrize(
    ("case", "requirements", "industries", "expected"),
    [
        ({"enterprises": [{"enterprise_id": "E1", "industry": "glass"}], "units": []}, OF_ENTERPRISE, None, "table"),
        ({"penalties": [{"enterprise_id": "E1", "decided_on": ON, "kind": "占道"}]}, OF_ENTERPRISE, None, "penalty"),
        ({"enterprises": [{"enterprise_id": "E1", "subtype": None}], "units": []}, OF_CLINKER, SPLIT, "subtype"),
        ({"units": [{"unit_id": "U1", "enterprise_id": "E1", "process": "strange"}]}, OF_KILN, None, "process"),
    ],
)
def test_what_is_lacking_besides_evidence_is_named(
    case: dict[str, Any], requirements: list[Row], industries: list[Row] | None, expected: str
) -> None:
    evidence = [{"subject_id": "E1", "indicator": "a", "value": "10"}]

    graded = grade(make_case(evidence=evidence, **case), make_law(requirements, industries, vetoes=[VETO]))

    assert graded.settling["lack"].to_list() == [expected]


def test_a_cell_nobody_knows_is_for_the_pack_to_complete() -> None:
    law = make_law([*cells("a", {"A": None, "B": 20, "C": 30}), *cells("b", LIMITS)])
    case = make_case(evidence=[{"subject_id": "E1", "indicator": "a", "value": "5"}])

    rows = grade(case, law).settling.select("indicator", "lack", "is_rule_known").rows()

    assert rows == [("a", "requirement", False), ("b", "evidence", True)]


def test_grades_that_read_alike_need_nothing_more() -> None:
    """B- and C are one grade where the scheme of the enterprise has no B-."""
    law = make_law(
        [*cells("a", LIMITS), *cells("s", {"A": 10, "B": 20, "B-": 30}, industry="steel"),
         *cells("t", {"A": 10, "B": 20, "B-": 30, "C": 40}, industry="steel")],
        [industry(), industry("steel", None, "ABBmCD")],
        [("cement", "kiln"), ("steel", "kiln")],
    )  # fmt: skip
    units: list[Row] = [
        {"unit_id": "U1", "enterprise_id": "E1"},
        {"unit_id": "U2", "enterprise_id": "E1", "industry": "steel", "subtype": None},
    ]
    evidence = [
        {"subject_id": "E1", "indicator": "a", "value": "25"},
        {"subject_id": "E1", "indicator": "s", "value": "1"},
        {"subject_id": "E1", "indicator": "t", "value": "25"},
    ]

    graded = grade(make_case(units=units, evidence=evidence), law)

    assert graded.grades.select("computed_best", "computed_worst").rows() == [("C", "C")]
    assert graded.settling.is_empty()
