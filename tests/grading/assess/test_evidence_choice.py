"""Which evidence row answers an indicator, and when a row cannot answer at all."""

from dataclasses import replace
from datetime import timedelta
from itertools import pairwise
from typing import Any

import pytest

from grading.assess import grade
from grading.case.settings import BlacklistedBody
from tests.grading.assess.factory import ON, Row, cells, make_case, make_law

ORDER = ("monitoring", "permit", "site_check", "third_party", "disclosure", "credit", "self_report")
LIMITS = {"A": 10, "B": 20, "C": 30}


LISTED = BlacklistedBody(provider="某检测 公司", valid_from=ON - timedelta(days=9), valid_to=ON, basis="通报1号")


def judged(evidence: list[Row], limits: dict[str, Any] | None = None, **requirement: object) -> Row:
    """Return the indicator row of one indicator `a` of one enterprise."""
    rows = [{"subject_id": "E1", "indicator": "a", **row} for row in evidence]
    law = make_law(cells("a", LIMITS if limits is None else limits, **requirement))
    return grade(make_case(evidence=rows), law).indicators.row(0, named=True)


@pytest.mark.parametrize(("stronger", "weaker"), list(pairwise(ORDER)))
def test_the_more_authoritative_source_wins(stronger: str, weaker: str) -> None:
    rows: list[Row] = [
        {"value": "30", "source": weaker, "observed_on": ON},
        {"value": "20", "source": stronger, "observed_on": ON - timedelta(days=300)},
    ]

    for order in (rows, rows[::-1]):
        row = judged(order)
        assert (row["value"], row["source"], row["grade_worst"]) == ("20", stronger, "B")


def test_then_the_latest_observation_then_the_first_row() -> None:
    older, newer = ON - timedelta(days=2), ON - timedelta(days=1)

    assert judged([{"value": "1", "observed_on": older}, {"value": "2", "observed_on": newer}])["value"] == "2"
    assert judged([{"value": "1"}, {"value": "2", "observed_on": older}])["value"] == "2"
    assert judged([{"value": "1"}, {"value": "2"}])["value"] == "1"


def test_evidence_of_tomorrow_is_ignored() -> None:
    row = judged([{"value": "5", "observed_on": ON + timedelta(days=1)}])

    assert (row["value"], row["verdict"], row["missing"]) == (None, "unknown", "evidence")


def test_an_unusable_row_does_not_hide_a_usable_one() -> None:
    row = judged([{"value": "see file", "source": "monitoring"}, {"value": "20", "source": "self_report"}])

    assert (row["value"], row["missing"], row["grade_worst"]) == ("20", None, "B")


@pytest.mark.parametrize(
    ("value", "unit", "asked", "missing"),
    [
        ("about 20", "mg/m3", "mg/m3", "number"),
        ("20", "kg/h", "mg/m3", "unit mg/m3"),
        ("20", None, "mg/m3", "unit mg/m3"),
        ("20", "mg/m3", None, "unit 1"),
        ("nan", "mg/m3", "mg/m3", "number"),
        ("1e999", "mg/m3", "mg/m3", "number"),
    ],
)
def test_a_row_that_cannot_answer_leaves_it_open(value: str, unit: str | None, asked: str | None, missing: str) -> None:
    row = judged([{"value": value, "unit": unit}], unit=asked)

    assert (row["verdict"], row["missing"], row["grade_best"], row["grade_worst"]) == ("unknown", missing, "A", "D")
    assert row["value"] == value


@pytest.mark.parametrize(
    ("value", "unit", "asked", "limit", "met"),
    [
        ("80", "%", "1", 0.8, True),
        ("0.8", "1", "%", 80, True),
        ("80%", None, "1", 0.8, True),
        ("95%", None, "percent", 95, True),
        ("95 %", "percent", "percent", 95, True),
        ("９５％", None, "share", 0.95, True),
        ("94.9%", None, "percent", 95, False),
        ("79.9", "%", "1", 0.8, False),
        ("80", "percent", "%", 80, True),
        ("1,200", "t/d", "t/d", 1200, True),
        ("１２００", "t/d", "t/d", 1200, True),
        ("35", "mg/m³", "mg/m3", 35, True),
        ("35", "mg/Nm3", "mg/m3", 35, True),
    ],
)
def test_units_are_converted_or_equal(value: str, unit: str | None, asked: str, limit: float, met: bool) -> None:
    row = judged([{"value": value, "unit": unit}], {"A": limit}, unit=asked, operator="ge")

    assert row["verdict"] == ("met" if met else "not_met")


@pytest.mark.parametrize(
    ("operator", "value", "met"),
    [
        ("le", "0.3", True), ("le", "0.30000000000000004", True), ("le", "0.300000001", False),
        ("lt", "0.3", False), ("lt", "0.299999999", True), ("lt", "0.30000000000000004", False),
        ("ge", "0.3", True), ("ge", "0.29999999999999999", True), ("ge", "0.299999999", False),
        ("gt", "0.3", False), ("gt", "0.300000001", True), ("gt", "0.30000000000000004", False),
    ],
)  # fmt: skip
def test_edge_sides_are_exact_to_nine_digits(operator: str, value: str, met: bool) -> None:
    row = judged([{"value": value}], {"A": 0.1 * 3}, operator=operator)

    assert row["verdict"] == ("met" if met else "not_met")


@pytest.mark.parametrize(
    ("operator", "value", "expected"),
    [
        ("one_of", "gas", ("A", "A")),
        ("one_of", "coalgas", ("B", "B")),
        ("one_of", "gas|coalgas", ("A", "B")),
        ("one_of", "peat", ("A", "D")),
        ("one_of", "none", ("D", "D")),
        ("all_of", "coalgas、gas", ("A", "A")),
        ("all_of", "none", ("D", "D")),
    ],
)
def test_choices(operator: str, value: str, expected: tuple[str, str]) -> None:
    row = judged([{"value": value}], {"A": "gas", "B": "gas|coalgas", "C": "gas|coalgas"}, operator=operator)

    assert (row["grade_best"], row["grade_worst"]) == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [("5", ("A", "B")), ("20", ("A", "B")), ("25", ("C", "C")), ("35", ("D", "D"))],
)
def test_an_unknown_cell_is_neither_pass_nor_fail(value: str, expected: tuple[str, str]) -> None:
    row = judged([{"value": value}], {"A": None, "B": 20, "C": 30})

    assert (row["grade_best"], row["grade_worst"]) == expected
    assert row["missing"] == ("requirement" if expected[0] != expected[1] else None)


@pytest.mark.parametrize(("value", "expected"), [("40", "met"), ("40.5", "not_met")])
def test_measured_oxygen_is_corrected_to_the_reference(value: str, expected: str) -> None:
    """40 mg/m3 at 17 % oxygen is 50.0 at 16 %: just met."""
    row = judged([{"value": value, "unit": "mg/m3@17%O2"}], {"A": 50}, unit="mg/m3", reference_o2_percent=16.0)

    assert row["verdict"] == expected


@pytest.mark.parametrize(("unit", "reference"), [("mg/m3@17%O2", None), ("mg/m3@21%O2", 16.0)])
def test_oxygen_that_cannot_be_corrected_leaves_it_open(unit: str, reference: float | None) -> None:
    row = judged([{"value": "1", "unit": unit}], {"A": 50}, unit="mg/m3", reference_o2_percent=reference)

    assert (row["verdict"], row["missing"]) == ("unknown", "reference_o2")


@pytest.mark.parametrize("called", ["a", "A", "指标a", " Indicator A "])
def test_an_indicator_answers_to_its_id_and_titles(called: str) -> None:
    assert judged([{"indicator": called, "value": "10"}])["verdict"] == "met"


@pytest.mark.parametrize(
    ("kilns", "idle", "expected"),
    [(1, 0, [("U0", "10", "A")]), (1, 1, [("U0", "10", "A")]), (2, 0, [("U0", None, "D"), ("U1", None, "D")])],
)
def test_the_enterprises_row_answers_for_its_only_line(kilns: int, idle: int, expected: list[tuple[Any, ...]]) -> None:
    states = ["operating"] * kilns + ["idle"] * idle
    units = [{"unit_id": f"U{n}", "enterprise_id": "E1", "status": status} for n, status in enumerate(states)]
    units.append({"unit_id": "M", "enterprise_id": "E1", "process": "mill"})
    evidence = [{"subject_id": "E1", "indicator": "a", "value": "10"}]
    law = make_law(cells("a", LIMITS, scope="unit", process="kiln"))

    rows = grade(make_case(units=units, evidence=evidence), law).indicators

    assert rows.select("subject_id", "value", "grade_worst").rows() == expected


@pytest.mark.parametrize(
    ("line", "enterprise", "expected"),
    [
        ({"source": "permit"}, {"source": "permit"}, "10"),
        ({"source": "self_report"}, {"source": "monitoring"}, "20"),
        ({"source": "permit", "observed_on": ON - timedelta(days=2)}, {"source": "permit", "observed_on": ON}, "20"),
    ],
)
def test_the_lines_own_row_goes_before_an_equal_row_of_the_enterprise(
    line: Row, enterprise: Row, expected: str
) -> None:
    evidence = [
        {"subject_id": "E1", "indicator": "a", "value": "20", **enterprise},
        {"subject_id": "U1", "indicator": "a", "value": "10", **line},
    ]
    law = make_law(cells("a", LIMITS, scope="unit", process="kiln"))

    rows = grade(make_case(evidence=evidence), law).indicators

    assert rows["value"].to_list() == [expected]


@pytest.mark.parametrize(
    ("provider", "days_ago", "counts"),
    [
        ("某检测 公司", 9, False), ("某检测 公司", 0, False), ("某检测 公司", None, False), ("某检测 公司", 10, True),
        (" 某检测 公司 ", 1, False), ("另一家", 1, True), (None, 1, True),
    ],
)  # fmt: skip
@pytest.mark.parametrize("second", [False, True])
def test_what_a_blacklisted_body_reported_does_not_count(
    provider: str | None, days_ago: int | None, counts: bool, second: bool
) -> None:
    """The same words of another body, less authoritative and older, count in its place."""
    day = None if days_ago is None else ON - timedelta(days=days_ago)
    row = {"subject_id": "E1", "indicator": "a", "value": "10", "provider": provider, "observed_on": day}
    other = {"subject_id": "E1", "indicator": "a", "value": "10", "source": "self_report", "provider": "自测"}
    case = make_case(evidence=[row, *([other] if second else [])])
    listed = replace(case, settings=case.settings.model_copy(update={"blacklist": (LISTED,)}))

    got = grade(listed, make_law(cells("a", LIMITS))).indicators.row(0, named=True)

    assert (got["grade_worst"], got["missing"]) == (("A", None) if counts or second else ("D", "provider"))
    assert got["source"] == ("self_report" if second and not counts else "monitoring")
