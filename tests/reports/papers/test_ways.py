"""The way up on papers: it begins above the grade that stands, and units are words."""

import pytest

from grading.assess import grade
from grading.words import Language
from reports.papers.ways import needs
from tests.grading.assess.factory import cells, make_case, make_law

LAW = make_law(
    [
        *cells("trucks", {"A": 100, "B": 80, "C": 50}, unit="percent", operator="ge", effort="operation"),
        *cells("ledger", {"A": "production|treatment", "B": "production", "C": "production"}, operator="all_of"),
    ]
)


@pytest.mark.parametrize(
    ("language", "steps", "now"),
    [
        ("en", ["grade B (stands by decision, still to be proven)", "grade A"], "90, off by 10 %"),
        ("zh", ["B级（按决定执行，尚待佐证）", "A级"], "90，相差10 %"),
    ],
)
def test_the_way_up_begins_above_the_grade_that_stands(language: Language, steps: list[str], now: str) -> None:
    trucks = {"subject_id": "E1", "indicator": "trucks", "value": "90", "unit": "%"}
    case = make_case(enterprises=[{"enterprise_id": "E1", "approved_grade": "B"}], evidence=[trucks])

    rows = needs(grade(case, LAW), LAW, ["E1"], {}, language)

    assert rows["grade"].unique(maintain_order=True).to_list() == steps  # C, which nobody has proven either, is no step
    assert now in rows["now"].to_list()
