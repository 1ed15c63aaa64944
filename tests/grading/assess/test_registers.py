"""Who is exempt, up to where, and why somebody was refused."""

from datetime import timedelta

import pytest

from grading.assess import grade
from tests.grading.assess.factory import ON, Row, cells, industry, make_case, make_law


def rule(register: str, up_to: str | None, needs: str | None = None, *, quota: bool = False) -> Row:
    return {
        "register": register, "exempt_up_to": up_to, "needs_grade": needs, "uses_quota": quota,
        "clause": "r", "status": "reported",
    }  # fmt: skip


FINDING: Row = {
    "kind": "finding", "synonyms": [], "cap": "D", "until_rectified": True, "effect": "outside_grading",
    "clause": "f", "status": "reported",
}  # fmt: skip
RULES = [
    rule("protected", None, "B", quota=True),
    rule("strategic", "red"),
    rule("green_leader", "orange"),
    rule("leading", "red", "leading"),
    rule("positive_list", None),
]
DAY = timedelta(days=1)


def treated(
    *entries: Row, approved: str | None = "B", scheme: str = "ABCD", is_key: bool = True, **enterprise: object
) -> Row:
    """Return the grade row of one enterprise with these register entries."""
    law = make_law(cells("a", {"A": 1}), [industry(scheme=scheme, is_key_industry=is_key)], register_rules=RULES)
    row = {"enterprise_id": "E1", "approved_grade": approved, **enterprise}
    case = make_case(enterprises=[row], registers=[{"enterprise_id": "E1", **entry} for entry in entries])
    return grade(case, law).grades.row(0, named=True)


@pytest.mark.parametrize(
    ("register", "approved", "treatment", "up_to"),
    [
        ("strategic", "C", "register_exempt", "red"),
        ("green_leader", "C", "register_exempt", "orange"),
        ("green_leader", "A", "grade_exempt", "red"),
        ("strategic", "A", "register_exempt", "red"),
        ("positive_list", "C", "none", None),
        ("protected", "B", "register_quota", None),
        ("protected", "A", "grade_exempt", "red"),
    ],
)
def test_what_a_register_does(register: str, approved: str, treatment: str, up_to: str | None) -> None:
    row = treated({"register": register, "quota_share": 0.6, "basis": "文件1"}, approved=approved)

    assert (row["treatment"], row["exempt_up_to"], row["exemption_refused"]) == (treatment, up_to, None)
    assert row["quota_share"] == (0.6 if treatment == "register_quota" else None)


@pytest.mark.parametrize(
    ("register", "more", "refusal"),
    [
        ("strategic", {"approved": "D"}, "strategic:grade_d"),
        ("strategic", {"approved": None}, "strategic:not_graded"),
        ("strategic", {"permit_no": None}, "strategic:no_permit"),
        ("strategic", {"permit_no": " "}, "strategic:no_permit"),
        ("protected", {"approved": "C"}, "protected:grade_too_low"),
        ("protected", {"approved": "B-"}, "protected:grade_too_low"),
        ("export", {}, "export:no_rule"),
    ],
)
def test_who_is_never_exempt(register: str, more: Row, refusal: str) -> None:
    row = treated({"register": register, "quota_share": 0.5}, **more)

    assert (row["treatment"], row["exempt_up_to"], row["exemption_refused"]) == ("none", None, refusal)


def test_outside_the_key_industries_no_grade_is_asked() -> None:
    row = treated({"register": "protected", "quota_share": 0.5}, approved=None, is_key=False)

    assert (row["treatment"], row["exemption_refused"], row["reason_code"]) == ("register_quota", None, "not_graded")


@pytest.mark.parametrize(
    ("valid_from", "valid_to", "is_valid"),
    [(None, None, True), (ON, ON, True), (ON + DAY, None, False), (None, ON - DAY, False)],
)
def test_only_entries_valid_on_the_day_count(valid_from: object, valid_to: object, is_valid: bool) -> None:
    row = treated({"register": "strategic", "valid_from": valid_from, "valid_to": valid_to})

    assert row["treatment"] == ("register_exempt" if is_valid else "none")


def test_the_strongest_of_several_entries_counts_and_the_refused_one_is_named() -> None:
    row = treated({"register": "green_leader"}, {"register": "strategic"}, {"register": "protected"}, approved="C")

    assert (row["exemption_register"], row["exempt_up_to"]) == ("strategic", "red")
    assert row["exemption_refused"] == "protected:grade_too_low"


def test_a_quota_nobody_stated_is_named() -> None:
    row = treated({"register": "protected"})

    assert (row["treatment"], row["quota_share"], row["exemption_note"]) == ("register_quota", None, "quota_missing")


@pytest.mark.parametrize(
    ("scheme", "grade_planned", "reason"), [("leading", "leading", "register_leading"), ("ABCD", "D", "not_graded")]
)
def test_the_leading_register_makes_leading_where_the_scheme_has_it(
    scheme: str, grade_planned: str, reason: str
) -> None:
    row = treated({"register": "leading"}, approved=None, scheme=scheme)

    assert (row["planned_grade"], row["reason_code"]) == (grade_planned, reason)


@pytest.mark.parametrize(
    ("more", "treatment"),
    [
        ({"status": "long_idle", "approved": "A"}, "long_idle"),
        ({"is_small_micro": True, "approved": "C"}, "small_micro"),
        ({"is_small_micro": True, "approved": "D"}, "none"),
        ({"is_small_micro": True, "approved": None}, "none"),
        ({"is_small_micro": True, "approved": None, "is_key": False}, "small_micro"),
        ({"is_small_micro": True, "approved": "A"}, "grade_exempt"),
        ({"is_small_micro": None, "approved": "C"}, "none"),
    ],
)
def test_order_of_treatments(more: Row, treatment: str) -> None:
    assert treated(**more)["treatment"] == treatment


@pytest.mark.parametrize(("scheme", "lowest"), [("ABCD", "D"), ("leading", "non_leading"), ("ABC", "C")])
@pytest.mark.parametrize("effect", ["as_lowest", "outside_grading"])
def test_who_is_struck_is_never_exempt_whatever_the_lowest_grade_is_called(
    scheme: str, lowest: str, effect: str
) -> None:
    law = make_law(
        cells("a", {"A": 1}), [industry(scheme=scheme)], vetoes=[{**FINDING, "effect": effect}], register_rules=RULES
    )
    case = make_case(
        enterprises=[{"enterprise_id": "E1", "approved_grade": "A", "is_small_micro": True}],
        registers=[{"enterprise_id": "E1", "register": "strategic"}],
        penalties=[{"enterprise_id": "E1", "kind": "finding", "decided_on": ON - 900 * DAY}],
    )

    row = grade(case, law).grades.row(0, named=True)

    assert (row["planned_grade"], row["treatment"], row["exempt_up_to"]) == (lowest, "none", None)
    assert row["exemption_refused"] == "strategic:grade_d"


@pytest.mark.parametrize(("approved", "treatment"), [("B", "none"), ("A", "grade_exempt")])
def test_working_by_season_exempts_from_nothing(approved: str, treatment: str) -> None:
    assert treated(status="seasonal", approved=approved)["treatment"] == treatment
