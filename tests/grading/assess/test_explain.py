"""The grade read aloud."""

import re
from dataclasses import replace
from typing import Any

import polars as pl
import pytest

from grading.assess import grade
from grading.assess.explain import blockers, units_in_words, why
from grading.words import Language
from tests.grading.assess.factory import ON, Row, cells, make_case, make_law

NOX: dict[str, Any] = {"A": 50, "B": 100, "C": None}
FINDING: dict[str, Any] = {"cap": "D", "until_rectified": True, "clause": "v2", "status": "reported"}
LAW = make_law(
    [
        *cells("nox", NOX, unit="mg/m3", clause="十五、水泥"),
        *cells("ledger", {"A": "production|treatment", "B": "production"}, operator="all_of", effort="document"),
    ],
    vetoes=[
        {
            "kind": "excess", "synonyms": ["超标排放"], "cap": "C", "look_back_days": 365,
            "minor_and_rectified_is_spared": False, "clause": "v1", "status": "reported",
        },
        {**FINDING, "kind": "due", "synonyms": ["应评未评"], "effect": "as_lowest"},
        {**FINDING, "kind": "unstable", "synonyms": ["不能稳定达标"], "effect": "outside_grading"},
        {**FINDING, "kind": "forged", "synonyms": ["造假"], "cap": None, "until_rectified": False},
    ],
)  # fmt: skip
EVIDENCE: list[Row] = [
    {"subject_id": "E1", "indicator": "nox", "value": "80", "unit": "mg/m3"},
    {"subject_id": "E1", "indicator": "ledger", "value": "production"},
]


@pytest.mark.parametrize(
    ("language", "phrases"),
    [
        (
            "en",
            [
                "甲厂: grade B, because the worst indicator decides.",
                "A needs: Indicator ledger: production | treatment (now: production; documents, days); "
                "Indicator nox ≤ 50 mg/m3 (now: 80, off by 30; equipment, months).",
            ],
        ),
        ("zh", ["甲厂：绩效等级B", "达到A需要：", "指标nox≤ 50 mg/m3（现状：80，相差30；设备改造，以月计）"]),
    ],
)
def test_why_names_what_decides_and_the_way_up(language: Language, phrases: list[str]) -> None:
    text = why(grade(make_case(evidence=EVIDENCE), LAW), LAW, "E1", language)

    for phrase in phrases:
        assert phrase in text


def test_a_converted_number_is_told_beside_the_value_and_the_distance_is_its_own() -> None:
    """100 mg/m3 at 17 % oxygen are 100 * (21 - 16) / (21 - 17) = 125 at 16 %: off by 25 from 100, by 75 from 50."""
    law = make_law(cells("nox", NOX, unit="mg/m3", reference_o2_percent=16.0, scope="unit", process="kiln"))
    case = make_case(
        units=[{"unit_id": "E1-07", "enterprise_id": "E1", "process": "kiln"}],
        evidence=[{"subject_id": "E1-07", "indicator": "nox", "value": "100", "unit": "mg/m3@17%O2"}],
    )
    text = why(grade(case, law), law, "E1", "zh")

    assert "指标nox（生产线07）≤ 100 mg/m3（现状：100，折算为125，相差25；" in text
    assert "指标nox（生产线07）≤ 50 mg/m3（现状：100，折算为125，相差75；" in text


def test_what_would_prove_an_approved_grade_is_told_apart_from_the_way_up() -> None:
    firm = {"enterprise_id": "E1", "approved_grade": "B"}
    unproven = make_case(enterprises=[firm], evidence=EVIDENCE[:1])  # no ledger: between A and C, approved at B

    text = why(grade(unproven, LAW), LAW, "E1", "en")

    lines = [line for line in text.split("\n") if " needs: " in line or "would prove" in line]
    assert lines[0] == (
        "B stands by decision; what would prove it: Indicator ledger: production (now: no evidence; documents, days)."
    )
    assert [line[:8] for line in lines[1:]] == ["A needs:"]


def test_blockers_list_each_better_grade_with_its_requirement() -> None:
    evidence = [{**EVIDENCE[0], "value": "120"}, EVIDENCE[1]]

    blocked = blockers(grade(make_case(evidence=evidence), LAW), LAW, "E1")

    assert blocked.select("grade", "indicator", "text").rows() == [
        ("A", "ledger", "production | treatment"),
        ("A", "nox", "≤ 50 mg/m3"),
        ("B", "nox", "≤ 100 mg/m3"),
        ("C", "nox", None),
    ]


@pytest.mark.parametrize(
    ("case", "phrase"),
    [
        ({}, "not graded, somewhere between C and D"),
        ({"evidence": EVIDENCE[:1]}, "Indicator ledger: no evidence"),
        ({"evidence": [{**EVIDENCE[0], "unit": "kg/h"}, EVIDENCE[1]]}, "80, but not in mg/m3"),
        (
            {"evidence": EVIDENCE, "penalties": [{"enterprise_id": "E1", "decided_on": ON, "kind": "超标排放"}]},
            "grade C, because a penalty caps it (excess, 2026-10-01, v1)",
        ),
        (
            {"evidence": EVIDENCE, "penalties": [{"enterprise_id": "E1", "decided_on": ON, "kind": "占道"}]},
            "The penalty “占道” is of no known kind",
        ),
        ({"enterprises": [{"enterprise_id": "E1", "approved_grade": "优秀"}]}, "“优秀” is not understood"),
        (
            {"evidence": EVIDENCE, "penalties": [{"enterprise_id": "E1", "decided_on": ON, "kind": "应评未评"}]},
            "treated like the lowest grade and never exempt",
        ),
        (
            {"evidence": EVIDENCE, "penalties": [{"enterprise_id": "E1", "decided_on": ON, "kind": "不能稳定达标"}]},
            "outside grading, on the list with the strictest measures",
        ),
        (
            {"evidence": EVIDENCE, "penalties": [{"enterprise_id": "E1", "decided_on": ON, "kind": "造假"}]},
            "far the penalty “forged” still counts is not known",
        ),
        (
            {"enterprises": [{"enterprise_id": "E1", "approved_grade": "A", "approved_by": "省厅", "approved_on": ON}]},
            "grade A, as approved (省厅, 2026-10-01)",
        ),
        (
            {"enterprises": [{"enterprise_id": "E1", "approved_grade": "A"}], "evidence": EVIDENCE},
            "approved at A (day and office not on record), planned at B",
        ),
    ],
)  # fmt: skip
def test_every_reason_is_said(case: dict[str, Any], phrase: str) -> None:
    graded = grade(make_case(**case), LAW)

    assert phrase in why(graded, LAW, "E1", "en")
    assert not re.search(r"[a-z]{3,} [a-z]{3,} [a-z]{3,}", why(graded, LAW, "E1", "zh")), "left in English"


def test_choices_are_called_by_their_names() -> None:
    words = {"choice": ["peat", "gas"], "name_zh": ["泥炭", "燃气"], "name_en": ["peat fuel", "town gas"]}
    vocabulary = pl.DataFrame(words).with_columns(synonyms=pl.lit([]), falls_under=pl.lit([]))
    limits = cells("fuel", {"A": "gas", "B": "gas|electric"}, operator="one_of")
    law = replace(make_law(limits), vocabulary=vocabulary)
    evidence = [{"subject_id": "E1", "indicator": "fuel", "value": "peat"}]
    graded = grade(make_case(evidence=evidence), law)

    told = why(graded, law, "E1", "zh")

    assert "peat" not in told.replace("peat fuel", "")
    assert "燃气、electric" in told


@pytest.mark.parametrize(("language", "title"), [("zh", "超标排放"), ("en", "Emission above the limit")])
def test_penalties_are_called_by_their_titles(language: Language, title: str) -> None:
    rule = {**FINDING, "kind": "excess_emission", "cap": "C", "synonyms": ["超标排放", "Emission above the limit"]}
    law = make_law(cells("nox", NOX, unit="mg/m3"), vetoes=[rule])
    penalty = {"enterprise_id": "E1", "decided_on": ON, "kind": "excess_emission"}

    told = why(grade(make_case(evidence=EVIDENCE, penalties=[penalty]), law), law, "E1", language)

    assert title in told
    assert "excess_emission" not in told


@pytest.mark.parametrize(
    ("language", "told"),
    [
        ("zh", ["≥ 12个月", "≤ 2000（无量纲）", "≥ 80%", "≤ 50 mg/m3", "at least 12 month", None]),
        ("en", ["≥ 12 months", "≤ 2000 (dimensionless)", "≥ 80 %", "≤ 50 mg/m3", "at least 12 month", None]),
    ],
)
def test_units_of_demands_are_words(language: Language, told: list[str | None]) -> None:
    demands = pl.Series(["≥ 12 month", "≤ 2000 1", "≥ 80 percent", "≤ 50 mg/m3", "at least 12 month", None])

    assert demands.to_frame("asked").select(units_in_words(pl.col("asked"), language))["asked"].to_list() == told
