"""Whose evidence is read, and what happens where a unit, process, subtype or table is missing."""

from typing import Any

import pytest

from grading.assess import grade
from grading.law import resolve_law
from tests.grading.assess.factory import Row, cells, industry, make_case, make_law
from tests.grading.law.smallcase import CHOICE, case_of, firm, unit

LIMITS: dict[str, Any] = {"A": 10, "B": 20, "C": 30}


def test_the_worse_of_two_kilns_decides_and_idle_lines_do_not_count() -> None:
    units: list[Row] = [
        {"unit_id": "U1", "enterprise_id": "E1"},
        {"unit_id": "U2", "enterprise_id": "E1"},
        {"unit_id": "U3", "enterprise_id": "E1", "status": "idle"},
    ]
    evidence = [{"subject_id": u, "indicator": "a", "value": v} for u, v in [("U1", "10"), ("U2", "30"), ("U3", "99")]]
    law = make_law(cells("a", LIMITS, scope="unit", process="kiln"))

    graded = grade(make_case(units=units, evidence=evidence), law)

    assert graded.indicators["subject_id"].to_list() == ["U1", "U2"]
    assert graded.grades["planned_grade"].to_list() == ["C"]


@pytest.mark.parametrize(
    ("process", "verdict", "missing"), [("mill", "not_applicable", None), ("strange", "unknown", "process")]
)
def test_a_process_the_enterprise_lacks_does_not_apply_only_if_all_lines_are_known(
    process: str, verdict: str, missing: str | None
) -> None:
    units = [{"unit_id": "U1", "enterprise_id": "E1", "process": process}]
    evidence = [{"subject_id": "E1", "indicator": "a", "value": "1"}]
    law = make_law(cells("a", LIMITS, scope="unit", process="kiln"))

    row = grade(make_case(units=units, evidence=evidence), law).indicators.row(0, named=True)

    assert (row["verdict"], row["missing"], row["value"]) == (verdict, missing, None)


def test_without_the_subtype_the_whole_scheme_stays_open() -> None:
    law = make_law(
        [*cells("a", LIMITS), *cells("b", {"leading": 10}, subtype="grinding")],
        [industry(), industry(subtype="grinding", scheme="leading")],
    )
    case = make_case(
        enterprises=[{"enterprise_id": "E1", "subtype": None}],
        units=[],
        evidence=[{"subject_id": "E1", "indicator": "a", "value": "10"}],
    )

    row = grade(case, law).industry_grades.row(0, named=True)

    assert (row["grade_best"], row["grade_worst"], row["deciding_indicator"]) == ("A", "D", "subtype")


@pytest.mark.parametrize(
    ("scheme", "best", "worst"),
    [
        ("ABCD", "C", "D"),
        ("ABBmCD", "C", "D"),
        ("ABC", "C", "C"),
        ("leading", "non_leading", "non_leading"),
    ],
)
def test_nothing_submitted_is_not_graded(scheme: str, best: str, worst: str) -> None:
    graded = grade(make_case(), make_law(cells("a", {"A": 1, "leading": 1}), [industry(scheme=scheme)]))

    row = graded.grades.row(0, named=True)
    assert (row["computed_best"], row["computed_worst"], row["reason_code"]) == (best, worst, "not_graded")
    assert row["missing_indicators"] == "a"


def test_the_enterprise_grade_goes_onto_a_line_that_alone_is_leading() -> None:
    law = make_law(
        [*cells("a", LIMITS), *cells("b", {"leading": 10}, subtype="grinding")],
        [industry(), industry(subtype="grinding", scheme="leading")],
    )
    case = make_case(
        units=[
            {"unit_id": "U1", "enterprise_id": "E1", "subtype": "clinker"},
            {"unit_id": "U2", "enterprise_id": "E1", "subtype": "grinding", "process": "mill"},
        ],
        evidence=[
            {"subject_id": "E1", "indicator": "a", "value": "15"},
            {"subject_id": "E1", "indicator": "b", "value": "10"},
        ],
    )

    graded = grade(case, law)

    assert graded.industry_grades["grade_worst"].to_list() == ["B", "leading"]
    assert graded.unit_grades["planned_grade"].to_list() == ["B", "B"]


def test_the_words_for_an_idle_line_do_not_hang_on_other_enterprises() -> None:
    """The grinding line of firm 1 is idle: its grade is told in the words of grinding, whoever else grinds."""
    law = resolve_law(CHOICE)
    firms = [firm("1", "cement", "clinker") | {"approved_grade": "C级"}, firm("2", "cement", "grinding")]
    idle = unit("u2", "1", "mill", industry="cement", subtype="grinding") | {"status": "idle"}
    lines = [unit("u1", "1", "kiln"), idle, unit("u3", "2", "mill")]

    alone = grade(case_of(enterprises=firms[:1], units=lines[:2]), law).unit_grades
    beside = grade(case_of(enterprises=firms, units=lines), law).unit_grades

    said = [dict(found.select("unit_id", "planned_grade").iter_rows())["u2"] for found in (alone, beside)]
    assert said == ["non_leading", "non_leading"]
