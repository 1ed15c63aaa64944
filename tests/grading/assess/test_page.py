"""One enterprise's page of data: what each grade asks, by how much it is missed, and what would settle it."""

import polars as pl
import pytest

from grading.assess import grade
from grading.assess.explain import page
from tests.grading.assess.factory import Row, cells, industry, make_case, make_law

LAW = make_law(
    [
        *cells("nox", {"A": 50, "B": 100, "C": None}, unit="mg/m3", reference_o2_percent=16.0, clause="十五、水泥"),
        *cells("load", {"A": 0.8, "B": 0.5}, unit="1", operator="ge", effort="operation"),
        *cells("ledger", {"A": "production|treatment", "B": "production"}, operator="all_of", effort="document"),
    ]
)
EVIDENCE: list[Row] = [
    {"subject_id": "E1", "indicator": "nox", "value": "96", "unit": "mg/m3@17%O2"},
    {"subject_id": "E1", "indicator": "load", "value": "40%"},
    {"subject_id": "E1", "indicator": "ledger", "value": "production", "source": "site_check"},
]


def test_each_indicator_shows_value_requirements_verdict_clause_and_source_row() -> None:
    shown = page(grade(make_case(evidence=EVIDENCE), LAW), LAW, "E1").indicators

    row = shown.row(by_predicate=pl.col("indicator") == "nox", named=True)
    assert (row["asks_A"], row["asks_B"], row["asks_C"]) == ("≤ 50 mg/m3", "≤ 100 mg/m3", "?")
    assert (row["value"], row["number"], row["verdict"], row["clause"]) == ("96", 120.0, "not_met", "十五、水泥")
    assert (row["source"], row["source_file"], row["source_row"]) == ("monitoring", "evidence.csv", 2)
    assert shown["indicator"].to_list() == ["ledger", "load", "nox"]


def test_the_way_up_says_by_how_much_and_with_what_effort() -> None:
    """NOx 96 mg/m3 at 17 % oxygen is 120 at 16 %: 70 above A, 20 above B; a load of 40 % is 0.4 and 0.1 short."""
    way = page(grade(make_case(evidence=EVIDENCE), LAW), LAW, "E1").way_up

    assert way.select("grade", "indicator", "distance", "unit", "effort").rows() == [
        ("A", "ledger", None, None, "document"),
        ("A", "load", 0.4, "1", "operation"),
        ("A", "nox", 70.0, "mg/m3", "equipment"),
        ("B", "load", 0.1, "1", "operation"),
        ("B", "nox", 20.0, "mg/m3", "equipment"),
        ("C", "nox", None, "mg/m3", "equipment"),
    ]


def test_an_unreadable_value_has_no_distance() -> None:
    evidence = [{**EVIDENCE[0], "unit": "kg/h"}, *EVIDENCE[1:]]

    way = page(grade(make_case(evidence=evidence), LAW), LAW, "E1").way_up

    assert way.filter(way["indicator"] == "nox")["distance"].to_list() == [None] * 3


@pytest.mark.parametrize(("subtype", "asked"), [("clinker", "≤ 5"), ("grinding", "≤ 9")])
def test_the_page_shows_the_cell_of_the_own_subtype(subtype: str, asked: str) -> None:
    requirements = [*cells("a", {"A": 9}), *cells("a", {"A": 5}, subtype="clinker")]
    law = make_law(requirements, [industry(subtype="clinker"), industry(subtype="grinding")])
    case = make_case(enterprises=[{"enterprise_id": "E1", "subtype": subtype}], units=[])

    assert page(grade(case, law), law, "E1").indicators["asks_A"].to_list() == [asked]


def test_a_page_holds_one_enterprise_only() -> None:
    case = make_case(enterprises=[{"enterprise_id": "E1"}, {"enterprise_id": "E2"}], units=[], evidence=EVIDENCE[:1])
    graded = grade(case, LAW)

    first, second, none = (page(graded, LAW, name) for name in ("E1", "E2", "E3"))

    assert [p.grade.height for p in (first, second, none)] == [1, 1, 0]
    assert first.indicators["number"].to_list() == [None, None, 120.0]
    assert second.indicators["number"].to_list() == [None, None, None]
    assert second.settling["indicator"].to_list() == ["ledger", "load", "nox"]
    assert none.indicators.is_empty()
    assert none.way_up.is_empty()
