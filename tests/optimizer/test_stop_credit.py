"""What a stop is credited with: start-up taken off, and nothing where alerts may be too short for it to pay off."""

from datetime import date
from math import inf

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from grading.case.settings import LawChoice
from grading.law import resolve_law
from optimizer import plan_city
from optimizer.menu import REMOVED, stop_credit
from optimizer.result import City
from tests.optimizer.small_city import Row, rungs, small_city

ON = date(2026, 11, 20)
EMITTED = (100.0, 200.0, 50.0, 0.0)
HOURS = st.none() | st.floats(0.0, 500.0)
PAY_OFF = st.none() | st.sampled_from([0.0, 1.0, 3.0, 5.0, inf])
LENGTHS = st.floats(0.1, 30.0)


def lengths(yellow: float, orange: float, red: float) -> Row:
    return {"episode": {"expected_length_days": {"yellow": yellow, "orange": orange, "red": red}}}


def removed(city: City, measure_id: str) -> tuple[float, ...]:
    return tuple(city.menu.filter(pl.col("measure_id") == measure_id).select(REMOVED).row(0))


def slow_credit(start_up_h: float | None, pay_off_days: float | None, lengths_of_levels: list[float]) -> float:
    """Walk through the hours of each level's alert, and take the worst level."""
    worst = 1.0
    for days in lengths_of_levels:
        if pay_off_days is not None and days < pay_off_days - 1e-9:
            return 0.0
        saved_h = max(0.0, days * 24.0 - (start_up_h or 0.0))
        worst = min(worst, saved_h / (days * 24.0))
    return worst


@settings(max_examples=25, deadline=None)
@given(start_up=HOURS, pay_off=PAY_OFF, days=st.lists(LENGTHS, min_size=3, max_size=3))
def test_the_credit_is_that_of_the_worst_level_and_load_cuts_keep_theirs(
    start_up: float | None, pay_off: float | None, days: list[float]
) -> None:
    city = small_city(physics=[{"start_up_extra_h": start_up, "pay_off_days": pay_off}], settings=lengths(*days))
    credit = slow_credit(start_up, pay_off, days)

    assert removed(city, "stop") == pytest.approx([credit * emitted for emitted in EMITTED], abs=1e-9)
    assert removed(city, "cut_30") == pytest.approx([0.3 * emitted for emitted in EMITTED])
    notes = dict(city.notes)
    assert notes.get("start_up_unknown", 0) == (start_up is None and pay_off is None)
    assert ("stop_does_not_pay_off" in notes, "start_up_taken_off" in notes) == (credit <= 0.0, 0.0 < credit < 1.0)


def credit_of(start_up: float | None, pay_off: float | None, days: float) -> float:
    told = pl.DataFrame(
        {"start_up_extra_h": [start_up], "pay_off_days": [pay_off]},
        schema={"start_up_extra_h": pl.Float64, "pay_off_days": pl.Float64},
    )
    return float(told.select(credit=stop_credit(days)).item())


@settings(max_examples=100, deadline=None)
@given(start_up=HOURS, pay_off=PAY_OFF, days=LENGTHS, more=st.floats(0.0, 100.0))
def test_the_credit_never_exceeds_the_whole_falls_with_start_up_and_rises_with_the_alert(
    start_up: float | None, pay_off: float | None, days: float, more: float
) -> None:
    credit = credit_of(start_up, pay_off, days)

    assert 0.0 <= credit <= 1.0
    assert credit_of((start_up or 0.0) + more, pay_off, days) <= credit
    assert credit_of(start_up, pay_off, days + more) >= credit


@pytest.mark.parametrize(
    ("industry", "process", "shortest", "credit"),
    [
        ("cement", "kiln", 1.0, 1.0),
        ("cement", "kiln", 0.5, 0.0),
        ("brick", "tunnel_kiln", 3.0, 1.0),
        ("brick", "tunnel_kiln", 2.0, 0.0),
        ("cement", "mill", 0.5, 1.0),
        # Should a bureau say that pots or ovens can stop: credited nothing, at any length or below 5 days.
        ("primary_aluminium", "pot_line", 60.0, 0.0),
        ("coking", "coke_oven", 4.0, 0.0),
        ("coking", "coke_oven", 5.0, 1.0),
    ],
)
def test_lines_of_the_packaged_law(industry: str, process: str, shortest: float, credit: float) -> None:
    city = small_city(
        enterprises=[{"industry": industry}],
        units=[{"process": process}],
        physics=resolve_law(LawChoice(pack="cn-2020-340", on=ON)).physics.to_dicts(),
        settings=lengths(shortest, 60.0, 60.0),
    )
    assert removed(city, "stop") == pytest.approx([credit * emitted for emitted in EMITTED])


@pytest.mark.parametrize("process", ["pot_line", "coke_oven"])
def test_pots_and_ovens_are_not_offered_a_stop(process: str) -> None:
    industry = {"pot_line": "primary_aluminium", "coke_oven": "coking"}[process]
    city = small_city(
        enterprises=[{"industry": industry}],
        units=[{"process": process, "can_stop": None, "min_load": None}],
        physics=resolve_law(LawChoice(pack="cn-2020-340", on=ON)).physics.to_dicts(),
    )
    assert "stop" not in city.menu["measure_id"].to_list()


def test_a_stop_that_does_not_pay_off_stands_where_it_is_asked_and_is_not_chosen_otherwise() -> None:
    units = [{"unit_id": "U1"}, {"unit_id": "U2", "process": "mill"}]
    city = small_city(
        units=units,
        physics=[{"industry": "cement", "process": "kiln", "pay_off_days": 9.0}],
        ladder=rungs("C", "none", "none", "none") + rungs("C", "none", "none", "stop", process="kiln"),
        settings={"targets": {level: {"nox": 0.05} for level in ("yellow", "orange", "red")}},
    )
    plan = plan_city(city)
    kilns = plan.orders.filter(unit_id="U1").sort("level")

    assert plan.verification.holds
    assert set(plan.targets["state"].drop_nulls().cast(pl.String)) <= {"met", "not_stated"}
    assert kilns["measure_id"].to_list()[-1] == "stop"
    assert "stop" not in kilns["measure_id"].to_list()[:-1]
    assert kilns["nox_removed_kg_per_day"].to_list()[-1] == 0.0
