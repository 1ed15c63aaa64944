"""Computed, capped, approved and planned grade stay apart, each with its reason."""

from datetime import date, timedelta

import pytest

from grading.assess import grade
from tests.grading.assess.factory import ON, Row, cells, industry, make_case, make_law

LIMITS = {"A": 10, "B": 20, "C": 30}
VALUE_OF = {"A": "10", "B": "20", "C": "30", "D": "31"}
CAP_C: Row = {
    "kind": "excess", "synonyms": ["超标排放"], "cap": "C", "look_back_days": 365,
    "minor_and_rectified_is_spared": False, "clause": "v1", "status": "reported",
}  # fmt: skip
CAP_D: Row = {**CAP_C, "kind": "fraud", "synonyms": ["监测数据造假"], "cap": "D", "clause": "v2"}
SPARED: Row = {**CAP_C, "kind": "late_ledger", "synonyms": [], "minor_and_rectified_is_spared": True}


def planned(
    computed: str | None = None,
    approved: str | None = None,
    penalties: tuple[Row, ...] = (),
    scheme: str = "ABCD",
    vetoes: tuple[Row, ...] = (),
    **enterprise: object,
) -> Row:
    """Return the grade row of one enterprise whose evidence shows `computed`."""
    evidence = [{"subject_id": "E1", "indicator": "a", "value": VALUE_OF[computed]}] if computed else []
    limits = {"leading": 10} if scheme == "leading" else LIMITS
    law = make_law(cells("a", limits), [industry(scheme=scheme)], vetoes=vetoes or (CAP_C, CAP_D, SPARED))
    row = {"enterprise_id": "E1", "approved_grade": approved, **enterprise}
    case = make_case(enterprises=[row], evidence=evidence, penalties=[{"enterprise_id": "E1", **p} for p in penalties])
    return grade(case, law).grades.row(0, named=True)


def penalty(kind: str = "超标排放", days: int = 10, **more: object) -> Row:
    return {"kind": kind, "decided_on": ON - timedelta(days=days), **more}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("A", "A"), ("A级", "A"), ("a", "A"), ("Ａ级", "A"), ("A级企业", "A"), ("B", "B"), ("B级", "B"),
        ("B-级", "B-"), ("B－", "B-"), ("B(含B-)", "B"), ("B（含B-）级", "B"), ("C级", "C"), ("D", "D"),
        ("地方B", "B"), ("地方D级", "D"), ("民生豁免-C", "C"), ("Grade B", "B"), ("引领性", "A"),
        ("引领性企业", "A"), ("非引领性", "C"), ("non-leading", "C"),
    ],
)  # fmt: skip
def test_approved_texts_of_published_lists(text: str, expected: str) -> None:
    row = planned(approved=text)

    assert (row["approved_grade"], row["planned_grade"], row["reason_code"]) == (expected, expected, "approved")
    assert row["approved_text_unused"] is None


@pytest.mark.parametrize("text", ["长期停产", "未评级", "", None, "/", "—"])
def test_texts_that_say_no_grade(text: str | None) -> None:
    row = planned(approved=text)

    assert (row["approved_grade"], row["approved_text_unused"], row["reason_code"]) == (None, None, "not_graded")


@pytest.mark.parametrize("text", ["E", "优秀", "B或C", "AB", "A?"])
def test_a_text_not_understood_is_named_and_not_used(text: str) -> None:
    row = planned(approved=text)

    assert (row["approved_grade"], row["approved_text_unused"], row["planned_grade"]) == (None, text, "D")


def test_an_approval_of_tomorrow_is_named_and_not_used() -> None:
    row = planned("B", approved="A", approved_on=ON + timedelta(days=1))

    assert (row["planned_grade"], row["approved_text_unused"], row["reason_code"]) == ("B", "A", "evidence")


@pytest.mark.parametrize(
    ("computed", "days", "expected"),
    [
        (None, 0, ("B", None, "approved")),
        (None, -1, ("D", "B", "not_graded")),
        ("A", 0, ("B", None, "approved")),
        ("A", -1, ("A", "B", "evidence")),
    ],
)
def test_an_approval_holds_up_to_its_last_day(
    computed: str | None, days: int, expected: tuple[str, str | None, str]
) -> None:
    row = planned(computed, approved="B", approved_until=ON + timedelta(days=days))

    assert (row["planned_grade"], row["approved_text_unused"], row["reason_code"]) == expected


@pytest.mark.parametrize(
    ("kind", "more", "expected"),
    [
        ("无名处罚", {}, ("A", "possible_cap")),  # of no known kind: it may cap
        ("bar", {"days": 400}, ("A", "possible_cap")),  # between the stated and the longer term heard of
        ("bar", {"days": 1096}, ("A", None)),
        ("bar", {"days": 365}, ("C", None)),  # surely: it caps
        ("超标排放", {"days": 366}, ("A", None)),
    ],
)
def test_a_cap_that_only_may_count_leaves_a_decision_standing_and_is_named(
    kind: str, more: dict[str, int], expected: tuple[str, str | None]
) -> None:
    bar: Row = {**CAP_C, "kind": "bar", "synonyms": [], "may_last_days": 1095}
    row = planned("A", "A", (penalty(kind, **more),), vetoes=(CAP_C, bar))

    assert (row["planned_grade"], row["approval_doubt"]) == expected


def test_a_doubted_decision_is_no_doubt_where_the_worse_end_is_planned_anyway() -> None:
    assert planned("A", None, (penalty("无名处罚"),))["approval_doubt"] is None
    assert planned("A", "D", (penalty("无名处罚"),))["approval_doubt"] is None


@pytest.mark.parametrize(
    ("computed", "approved", "expected", "reason"),
    [
        ("A", "B", "B", "approved"),
        ("C", "B", "C", "approved_but_capped"),
        ("B", "B", "B", "approved"),
        (None, "A", "A", "approved"),
        ("D", "D", "D", "approved"),
    ],
)
def test_approval_stands_unless_proven_too_good(
    computed: str | None, approved: str, expected: str, reason: str
) -> None:
    row = planned(computed, approved)

    assert (row["planned_grade"], row["reason_code"]) == (expected, reason)


@pytest.mark.parametrize("scheme", ["ABCD", "ABBmCD", "ABC", "leading"])
def test_a_cap_enters_the_scheme(scheme: str) -> None:
    row = planned("A", penalties=(penalty(),), scheme=scheme)

    expected = "non_leading" if scheme == "leading" else "C"
    assert (row["capped_best"], row["capped_worst"], row["planned_grade"]) == (expected,) * 3
    assert (row["veto_kind"], row["veto_clause"]) == ("excess", "v1")


def test_a_veto_caps_an_approved_grade() -> None:
    row = planned("A", "A", (penalty(),))

    assert (row["computed_best"], row["approved_grade"], row["planned_grade"]) == ("A", "A", "C")
    assert row["reason_code"] == "approved_but_capped"


def test_the_worst_of_several_vetoes_counts() -> None:
    row = planned("A", penalties=(penalty(days=3), penalty("监测数据造假", days=100)))

    assert (row["planned_grade"], row["veto_kind"], row["veto_clause"]) == ("D", "fraud", "v2")


def test_an_unknown_kind_lowers_the_worse_end_only_and_is_named() -> None:
    row = planned("A", penalties=(penalty("占道经营"),))

    assert (row["capped_best"], row["capped_worst"], row["planned_grade"]) == ("A", "D", "D")
    assert (row["veto_kind"], row["veto_clause"], row["reason_code"]) == ("占道经营", None, "veto")


@pytest.mark.parametrize(
    ("applied_days_ago", "decided_days_ago", "capped_best", "planned_grade"),
    [(100, 465, "C", "C"), (100, 466, "A", "A"), (100, 100, "C", "C"), (100, 99, "A", "C"), (0, -1, "A", "A")],
)
def test_the_window_counts_back_from_the_application(
    applied_days_ago: int, decided_days_ago: int, capped_best: str, planned_grade: str
) -> None:
    row = planned("A", penalties=(penalty(days=decided_days_ago),), applied_on=ON - timedelta(days=applied_days_ago))

    assert (row["capped_best"], row["planned_grade"]) == (capped_best, planned_grade)


DAY = timedelta(days=1)


@pytest.mark.parametrize(
    ("facts", "best", "worst"),
    [
        ({"severity": "minor", "rectified_on": ON - DAY}, "A", "A"),
        ({"severity": "minor", "rectified_on": ON - DAY, "rectify_by": ON - DAY}, "A", "A"),
        ({"severity": "minor", "rectified_on": ON - DAY, "rectify_by": ON - 2 * DAY}, "C", "C"),
        ({"severity": "minor", "rectified_on": ON + DAY}, "C", "C"),
        ({"severity": "minor"}, "C", "C"),
        ({"severity": "general", "rectified_on": ON - DAY}, "C", "C"),
        ({"severity": "serious", "rectified_on": ON - DAY}, "C", "C"),
        ({"severity": None, "rectified_on": ON - DAY}, "A", "C"),
    ],
)
def test_a_minor_penalty_put_right_in_time_is_spared(facts: Row, best: str, worst: str) -> None:
    row = planned("A", penalties=(penalty("late_ledger", **facts),))

    assert (row["capped_best"], row["capped_worst"], row["planned_grade"]) == (best, worst, worst)


@pytest.mark.parametrize("kind", ["late_ledger", "excess"])
@pytest.mark.parametrize(
    ("lifts", "repaired_on", "best", "worst"),
    [
        (True, ON, "A", "A"),
        (True, ON + DAY, "C", "C"),
        (True, None, "C", "C"),
        (False, ON, "C", "C"),
        (None, ON, "A", "C"),
        (None, None, "C", "C"),
    ],
)
def test_credit_repair_ends_a_cap_only_where_the_rule_says_so(
    kind: str, lifts: bool | None, repaired_on: date | None, best: str, worst: str
) -> None:
    rule = {**CAP_C, "kind": kind, "credit_repair_lifts": lifts}

    row = planned("A", penalties=(penalty(kind, credit_repaired_on=repaired_on),), vetoes=(rule,))

    assert (row["capped_best"], row["capped_worst"]) == (best, worst)


@pytest.mark.parametrize(
    ("days", "best", "worst"), [(0, "D", "D"), (365, "D", "D"), (366, "A", "D"), (1095, "A", "D"), (1096, "A", "A")]
)
def test_a_bar_counts_surely_for_its_term_and_possibly_for_the_longer_one(days: int, best: str, worst: str) -> None:
    rule = {**CAP_D, "may_last_days": 1095}

    row = planned("A", penalties=(penalty("fraud", days=days),), vetoes=(rule,))

    assert (row["capped_best"], row["capped_worst"]) == (best, worst)
    assert row["veto_is_sure"] == {"D": True}.get(best, None if worst == "A" else False)


@pytest.mark.parametrize(
    ("unknown", "days", "worst"),
    [({"cap": None}, 10, "D"), ({"cap": None}, 400, "A"), ({"look_back_days": None}, 10, "C"),
     ({"look_back_days": None}, 365, "C"), ({"look_back_days": None}, 366, "A")],
)  # fmt: skip
def test_terms_nobody_has_stated_lower_the_worse_end_only(unknown: Row, days: int, worst: str) -> None:
    """Without a grade the strictest cap of the pack is possible, without a term its longest."""
    rules = ({**CAP_C, "kind": "downgrade", **unknown}, CAP_D)

    row = planned("A", penalties=(penalty("downgrade", days=days),), vetoes=rules)

    assert (row["capped_best"], row["capped_worst"]) == ("A", worst)


@pytest.mark.parametrize("effect", ["as_lowest", "outside_grading"])
@pytest.mark.parametrize(
    ("rectified_on", "approved", "expected"),
    [(None, None, "D"), (None, "A", "D"), (ON, None, "A"), (ON, "B", "B"), (ON + DAY, "A", "D")],
)
def test_a_finding_counts_until_it_is_put_right(
    effect: str, rectified_on: date | None, approved: str | None, expected: str
) -> None:
    rule = {**CAP_D, "kind": "finding", "look_back_days": None, "until_rectified": True, "effect": effect}

    row = planned("A", approved, (penalty("finding", days=3000, rectified_on=rectified_on),), vetoes=(rule,))

    assert (row["planned_grade"], row["veto_effect"]) == (expected, effect if expected == "D" else None)
