"""The worst indicator decides, then the worst industry, then the penalties: published vectors of the regulation."""

from datetime import timedelta

import pytest

from grading.assess import grade
from tests.grading.assess.factory import ON, Row, cells, industry, make_case, make_law

LIMITS = {"A": 10, "B": 20, "C": 30}


def _five_indicators(values: str) -> tuple[list[Row], list[Row]]:
    limit_of = {"A": "10", "B": "20", "C": "30", "D": "40"}
    names = [f"i{n}" for n in range(len(values))]
    requirements = [row for name in names for row in cells(name, LIMITS)]
    evidence = [
        {"subject_id": "E1", "indicator": name, "value": limit_of[v]} for name, v in zip(names, values, strict=True)
    ]
    return requirements, evidence


@pytest.mark.parametrize(("indicators", "expected"), [("AAABA", "B"), ("AAAAA", "A"), ("ABCDA", "D"), ("CCBCC", "C")])
def test_worst_indicator_decides(indicators: str, expected: str) -> None:
    requirements, evidence = _five_indicators(indicators)

    row = grade(make_case(evidence=evidence), make_law(requirements)).grades.row(0, named=True)

    assert (row["computed_best"], row["computed_worst"], row["planned_grade"]) == (expected,) * 3
    assert row["reason_code"] == "evidence"


def test_worst_of_two_industries_decides() -> None:
    law = make_law(
        [*cells("a", LIMITS), *cells("b", LIMITS, industry="glass")],
        industries=[industry(), industry("glass", None)],
    )
    case = make_case(
        units=[
            {"unit_id": "U1", "enterprise_id": "E1", "industry": "cement", "subtype": "clinker"},
            {"unit_id": "U2", "enterprise_id": "E1", "industry": "glass", "process": "furnace"},
        ],
        evidence=[
            {"subject_id": "E1", "indicator": "a", "value": "10"},
            {"subject_id": "E1", "indicator": "b", "value": "30"},
        ],
    )

    graded = grade(case, law)

    assert graded.industry_grades["grade_worst"].to_list() == ["A", "C"]
    assert graded.grades["planned_grade"].to_list() == ["C"]
    assert graded.unit_grades["planned_grade"].to_list() == ["C", "C"]
    assert graded.grades["industries"].item() == "cement/clinker;glass"


VETO = {
    "kind": "unapproved_construction", "synonyms": ["未批先建"], "cap": "C", "look_back_days": 365,
    "minor_and_rectified_is_spared": False, "clause": "v", "status": "reported",
}  # fmt: skip


@pytest.mark.parametrize(
    ("days", "expected", "reason"),
    [(0, "C", "veto"), (200, "C", "veto"), (365, "C", "veto"), (366, "A", "evidence")],
)
def test_penalty_inside_the_window_caps_at_c(days: int, expected: str, reason: str) -> None:
    requirements, evidence = _five_indicators("AAAAA")
    penalty = {"enterprise_id": "E1", "decided_on": ON - timedelta(days=days), "kind": "未批先建"}

    graded = grade(make_case(evidence=evidence, penalties=[penalty]), make_law(requirements, vetoes=[VETO]))

    row = graded.grades.row(0, named=True)
    assert (row["computed_best"], row["capped_best"], row["planned_grade"]) == ("A", expected, expected)
    assert row["reason_code"] == reason


def test_industry_without_table_is_between_c_and_d() -> None:
    row = grade(make_case(), make_law(industries=[industry(has_table=False)])).grades.row(0, named=True)

    assert (row["computed_best"], row["computed_worst"], row["planned_grade"]) == ("C", "D", "D")
    assert row["reason_code"] == "not_graded"
