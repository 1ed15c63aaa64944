"""Monitored hours become evidence that grading reads like any other."""

from dataclasses import replace
from datetime import date
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from grading.assess import grade
from grading.case.schemas import Evidence
from grading.case.settings import LawChoice
from grading.law import resolve_law
from grading.law.model import Requirements
from grading.monitoring import capture, channels_of, day_states, hour_states
from grading.monitoring.evidence import MonitoringEvidence, hours_behind, monitoring_evidence
from grading.monitoring.values import least_limit, monitored_values
from tests.grading.assess.factory import cells, industry, make_case, make_law
from tests.grading.monitoring import oracle
from tests.grading.monitoring.factory import JUNE, make_hours, make_outlets, rules
from tests.grading.monitoring.factory import make_channels as channels

REQUIREMENT = {
    "industry": "steel", "subtype": None, "indicator": "head_nox", "dimension": "emission_limit",
    "title_zh": "机头氮氧化物", "title_en": "Head NOx", "scope": "unit", "process": "sinter",
    "quantity": "nox_concentration", "unit": "mg/m3", "reference_o2_percent": 16.0, "averaging": "hourly",
    "grade": "A", "operator": "le", "threshold": 50.0, "choices": None, "clause": "c", "status": "reported",
    "confidence": "high", "effort": "equipment",
}  # fmt: skip
PELLETS_NOX = "pellet_kiln_nox pellet_shaft_nox"
UNITS = pl.DataFrame(
    {"unit_id": ["U1"], "industry": ["steel"], "subtype": [None], "process": ["sinter"]},
    schema_overrides={"subtype": pl.String},
)


def requirements(*rows: dict[str, Any]) -> pl.DataFrame:
    return pl.DataFrame([REQUIREMENT | row for row in rows or ({},)], schema=Requirements.create_empty().schema)


def evidence_of(hours: pl.DataFrame, *asked: dict[str, Any]) -> MonitoringEvidence:
    days = day_states(hours.lazy(), channels(), JUNE, rules())
    states = hour_states(hours.lazy(), channels(), JUNE, rules())
    values = monitored_values(states, capture(days, JUNE, rules()), channels(), rules())
    return monitoring_evidence(values, UNITS, make_outlets(), requirements(*asked))


@given(values=st.lists(st.sampled_from([1.0, 2.0, 3.0, 50.0]) | st.floats(0, 100), min_size=1, max_size=200))
@settings(max_examples=80, deadline=None)
def test_least_limit_is_the_least_that_holds(values: list[float]) -> None:
    found = pl.DataFrame({"v": values}).select(least_limit(pl.col("v"), 0.95)).item()
    assert found == oracle.smallest_limit_met(values, 0.95)


@pytest.mark.parametrize(("over", "value"), [(20, "40.0"), (33, "40.0"), (34, "60.0"), (40, "60.0")])
def test_the_row_meets_50_exactly_when_95_percent_of_the_hours_do(over: int, value: str) -> None:
    # 660 judged hours: 33 over leave exactly 95 %, 34 do not.
    hours = make_hours(
        [*[{"flag": "F"}] * 24, *[{"flag": "D"}] * 36, *[{"measured_mg_m3": 60.0}] * over, *[{}] * (660 - over)]
    )

    found = evidence_of(hours)

    row = found.rows.row(0, named=True)
    assert Evidence.is_valid(found.rows)
    assert (row["subject_id"], row["indicator"], row["value"], row["unit"]) == ("U1", "head_nox", value, "mg/m3@16%O2")
    assert (row["source"], row["observed_on"], row["document"]) == ("monitoring", date(2026, 6, 30), "O1 2026-06 n=660")


@pytest.mark.parametrize(("over", "grade_found"), [(20, "A"), (40, "B")])
def test_a_firm_loses_a_for_939_percent_of_hours(over: int, grade_found: str) -> None:
    """Grading reads the row as any other evidence; 660 judged hours, 20 or 40 of them over the A limit of 50."""
    rows: list[dict[str, Any]] = [
        *[{"flag": "F"}] * 24,
        *[{"flag": "D"}] * 36,
        *[{"measured_mg_m3": 60.0}] * over,
        *[{}] * (660 - over),
    ]
    found = evidence_of(make_hours(rows))
    limits = cells(
        "head_nox", {"A": 50.0, "B": 100.0, "C": 200.0}, industry="steel", scope="unit", process="sinter",
        quantity="nox_concentration", unit="mg/m3", reference_o2_percent=16.0,
    )  # fmt: skip
    law = make_law(limits, [industry("steel", None)], processes=[("steel", "sinter")])
    case = make_case(
        enterprises=[{"enterprise_id": "E1", "industry": "steel", "subtype": None}],
        units=[{"unit_id": "U1", "enterprise_id": "E1", "process": "sinter"}],
    )

    graded = grade(replace(case, evidence=found.rows), law).grades.row(0, named=True)

    assert (graded["computed_best"], graded["computed_worst"]) == (grade_found, grade_found)


def test_a_low_capture_rate_gives_no_number() -> None:
    found = evidence_of(make_hours([{}] * 500))
    assert found.rows["value"].to_list() == ["capture_too_low"]


def test_the_hours_behind_a_row_are_its_month() -> None:
    hours = make_hours([{}] * 720)
    found = evidence_of(hours)
    states = hour_states(hours.lazy(), channels(), JUNE, rules())

    behind = hours_behind(states, found, found.rows["source_row"][0]).collect()

    assert behind.height == 720


def test_several_indicators_are_told_apart_by_oxygen_or_named_as_unassigned() -> None:
    hours = make_hours([{}] * 720)
    tail = {"indicator": "tail_nox", "title_zh": "机尾氮氧化物", "reference_o2_percent": None}

    by_oxygen = evidence_of(hours, {}, tail)
    undecided = evidence_of(hours, {}, tail | {"reference_o2_percent": 16.0})

    assert by_oxygen.rows["indicator"].to_list() == ["head_nox"]
    assert undecided.rows.is_empty()
    assert undecided.unassigned["candidates"].to_list() == ["head_nox, tail_nox"]


def test_rows_of_one_title_all_hear_the_monitor_of_their_demand() -> None:
    hours = make_hours([{}] * 720)
    by_device = {"indicator": "other_head_nox", "reference_o2_percent": 18.0, "applies_when": "rotary"}
    unstated = by_device | {"reference_o2_percent": None}

    both = evidence_of(hours, {}, by_device)
    either = evidence_of(hours, {}, unstated)

    assert both.rows["indicator"].to_list() == either.rows["indicator"].to_list() == ["head_nox", "other_head_nox"]
    assert set(both.rows["unit"]) == {"mg/m3@16%O2"}  # each row converts it to its own
    assert both.indicators["indicator"].to_list() == ["head_nox"]  # the outlet's own oxygen content
    assert both.unassigned.is_empty()


@pytest.mark.parametrize(
    ("outlet", "unit", "indicators", "reason"),
    [
        (
            {"reference_o2_percent": 18.0},
            ("integrated_steel", None, "pellet"),
            "pellet_kiln_nox pellet_shaft_nox",
            None,
        ),
        ({"reference_o2_percent": 18.0}, ("refractory", None, "kiln"), "kiln_nox uht_kiln_nox", None),
        ({"reference_o2_percent": 8.0}, ("mineral_wool", None, "melting"), "melting_gas_nox melting_nox", None),
        ({"reference_o2_percent": None}, ("mineral_wool", None, "melting"), "melting_nox", None),
        ({"reference_o2_percent": None}, ("integrated_steel", None, "pellet"), "", "reference_o2_unknown"),
        ({"name": "烧结机头"}, ("integrated_steel", None, "sinter"), "sinter_head_nox", None),
        ({"reference_o2_percent": 10.0}, ("cement", "clinker", "kiln"), "kiln_tail_nox", None),
        ({"reference_o2_percent": 18.0}, ("brick", "fired", "tunnel_kiln"), "kiln_nox", None),
        ({"reference_o2_percent": None}, ("brick", "fired", "tunnel_kiln"), "", "reference_o2_unknown"),
        ({"reference_o2_percent": 18.0}, ("brick", "fired", "mixing"), "", "no_indicator"),
    ],
)
def test_indicators_of_the_packaged_rules(
    outlet: dict[str, Any], unit: tuple[str, str | None, str], indicators: str, reason: str | None
) -> None:
    law = resolve_law(LawChoice(pack="cn-2020-340", on=date(2026, 6, 30)))
    outlets, hours = make_outlets(outlet), make_hours([{}] * 720)
    listed = channels_of(outlets)
    days = day_states(hours.lazy(), listed, JUNE, rules())
    states = hour_states(hours.lazy(), listed, JUNE, rules())
    values = monitored_values(states, capture(days, JUNE, rules()), listed, rules())
    industry_id, subtype, process = unit
    units = UNITS.with_columns(
        industry=pl.lit(industry_id), subtype=pl.lit(subtype, dtype=pl.String), process=pl.lit(process)
    )

    found = monitoring_evidence(values, units, outlets, law.requirements)

    assert sorted(found.rows["indicator"]) == indicators.split()
    assert found.unassigned["reason"].to_list() == ([reason] if reason else [])
