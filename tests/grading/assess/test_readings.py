"""Numbers with two readings: what surely meets, what surely misses, and what nobody can tell."""

from typing import Any

import pytest

from grading.assess import Graded, grade
from grading.assess.explain import blockers, why
from grading.law.model import Law
from grading.words import Language
from tests.grading.assess.factory import Row, cells, condition, make_case, make_law

NOX: dict[str, Any] = {"A": (150, 200), "B": (200, 300), "C": 400}


def law(by_grade: dict[str, Any] | None = None, **common: str) -> Law:
    return make_law(cells("nox", by_grade or NOX, **({"unit": "mg/m3"} | common)))


def graded(by: Law, value: str, require: str = "unknown", **evidence: str | None) -> Graded:
    told: Row = {"subject_id": "E1", "indicator": "nox", "value": value, "unit": "mg/m3", **evidence}
    return grade(make_case(evidence=[told]), by, require)


def interval(found: Graded) -> tuple[str, ...]:
    row = found.indicators.select("verdict", "missing", "grade_best", "grade_worst").row(0)
    return tuple(str(part) for part in row)


@pytest.mark.parametrize(
    ("operator", "value", "verdict"),
    [
        ("le", "10", "met"), ("le", "10.1", "unknown"), ("le", "20", "unknown"), ("le", "20.1", "not_met"),
        ("lt", "9.9", "met"), ("lt", "10", "unknown"), ("lt", "19.9", "unknown"), ("lt", "20", "not_met"),
        ("ge", "20", "met"), ("ge", "19.9", "unknown"), ("ge", "10", "unknown"), ("ge", "9.9", "not_met"),
        ("gt", "20.1", "met"), ("gt", "20", "unknown"), ("gt", "10.1", "unknown"), ("gt", "10", "not_met"),
        ("le", "10.0000000001", "met"), ("le", "20.0000000001", "unknown"),  # nine digits: the binary rest of 0.1 * 3
    ],
)  # fmt: skip
def test_both_edges_keep_their_side(operator: str, value: str, verdict: str) -> None:
    ends = (10, 20) if operator in ("le", "lt") else (20, 10)

    found = graded(law({"A": ends}, operator=operator), value)

    assert found.indicators["verdict"].to_list() == [verdict]
    assert found.indicators["missing"].to_list() == ["readings" if verdict == "unknown" else None]


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("150", ("met", "None", "A", "A")),
        ("180", ("unknown", "readings", "A", "B")),
        ("200", ("unknown", "readings", "A", "B")),
        ("250", ("not_met", "readings", "B", "C")),
        ("301", ("not_met", "None", "C", "C")),
        ("401", ("not_met", "None", "D", "D")),
    ],
)
def test_the_grade_is_open_only_between_the_readings(value: str, expected: tuple[str, ...]) -> None:
    found = graded(law(), value)

    assert interval(found) == expected
    assert found.grades["planned_grade"].to_list() == [expected[3]]


def test_who_misses_a_worse_grade_has_no_second_reading_left() -> None:
    assert interval(graded(law({"A": (10, 30), "B": 20, "C": 40}), "25")) == ("not_met", "None", "C", "C")


def test_an_unknown_cell_above_a_second_reading_is_what_is_missing() -> None:
    both = law({"A": None, "B": (200, 300), "C": 400})

    assert interval(graded(both, "250")) == ("unknown", "requirement", "A", "C")
    assert interval(graded(both, "301")) == ("not_met", "None", "C", "C")


@pytest.mark.parametrize(("require", "expected"), [("unverified", "A"), ("reported", "C"), ("verified", "C")])
def test_what_surely_meets_rests_on_the_status_of_the_cell(require: str, expected: str) -> None:
    rows = [*cells("nox", {"A": (150, 200), "B": (200, 300)}, status="unverified"), *cells("nox", {"C": 400})]
    strong = [row | {"status": "verified"} if row["grade"] == "C" else row for row in rows]
    found = graded(make_law(strong), "140", require, unit=None)

    assert found.grades["planned_grade"].to_list() == [expected]
    assert graded(make_law(strong), "140", unit=None).grades["rests_on"].to_list() == ["unverified"]


def test_the_worse_end_rests_on_the_cell_that_left_it_open() -> None:
    rows = cells("nox", {"A": (150, 200), "B": 300, "C": 400}, status="verified")
    weak = [row | {"status": "unverified"} if row["grade"] == "A" else row for row in rows]

    found = graded(make_law(weak), "180", unit=None)

    assert found.grades.select("planned_grade", "rests_on").row(0) == ("B", "unverified")


def test_a_number_proven_too_high_by_a_thin_record_is_missed_only_beyond_both_readings() -> None:
    between, beyond = (graded(law(), f"capture_too_low>={least}") for least in ("250", "350"))

    assert interval(between) == ("not_met", "capture", "B", "D")
    assert interval(beyond) == ("not_met", "capture", "C", "D")


def test_two_readings_are_for_the_pack_to_settle_and_may_matter_after_the_evidence() -> None:
    told, silent = graded(law(), "250"), grade(make_case(evidence=[{"subject_id": "E1", "indicator": "x"}]), law())

    assert told.settling.select("indicator", "lack", "is_rule_known").row(0) == ("nox", "readings", False)
    assert silent.settling.select("indicator", "lack", "is_rule_known").row(0) == ("nox", "evidence", False)


def test_a_row_that_applies_for_sure_is_still_open_between_its_readings() -> None:
    rows = cells("nox", NOX, unit="mg/m3", scope="unit", process="kiln", applies_when="hot")
    by = make_law(rows, conditions=[condition("hot", "heat", threshold=1750, unit="C")])
    told: list[Row] = [{"subject_id": "U1", "indicator": "nox", "value": "250", "unit": "mg/m3"}]
    hot: Row = {"subject_id": "U1", "indicator": "heat", "value": "1800", "unit": "C"}

    assert interval(grade(make_case(evidence=[*told, hot]), by)) == ("not_met", "readings", "B", "C")
    assert interval(grade(make_case(evidence=told), by)) == ("unknown", "condition", "A", "C")
    assert interval(grade(make_case(evidence=[*told, hot | {"value": "1"}]), by))[0] == "not_applicable"


@pytest.mark.parametrize(
    ("language", "phrases"),
    [
        (
            "en",
            [
                "between B and C",
                "Indicator nox: 250, open between two readings (≤ 200–300 mg/m3)",
                "B needs: Indicator nox ≤ 200–300 mg/m3 (two readings; surely ≤ 200 mg/m3) "
                "(now: 250, off by 50; equipment, months).",
            ],
        ),
        ("zh", ["250，介于两种读法之间（≤ 200–300 mg/m3），不能判定", "（有两种读法，≤ 200 mg/m3方能确保）"]),
    ],
)
def test_why_names_both_readings_and_what_is_sure(language: Language, phrases: list[str]) -> None:
    text = why(graded(law(), "250"), law(), "E1", language)

    assert [phrase for phrase in phrases if phrase not in text] == [], text


def test_the_way_up_leads_to_what_is_sure() -> None:
    blocked = blockers(graded(law(), "350"), law(), "E1")

    assert blocked.select("grade", "text", "sure", "distance").rows() == [
        ("A", "≤ 150–200 mg/m3", "≤ 150 mg/m3", 200.0),
        ("B", "≤ 200–300 mg/m3", "≤ 200 mg/m3", 150.0),
    ]


def test_years_are_said_in_words_and_the_smaller_end_comes_first() -> None:
    by = law({"A": (12, 6)}, unit="month", operator="ge")

    assert "≥ 6–12 months (two readings; surely ≥ 12 months)" in why(graded(by, "3", unit="month"), by, "E1", "en")
    assert "≥ 6–12个月（有两种读法，≥ 12个月方能确保）" in why(graded(by, "3", unit="month"), by, "E1", "zh")
