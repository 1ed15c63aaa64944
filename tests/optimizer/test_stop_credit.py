"""What a stop is credited with at each level: decay and start-up taken off, nothing where alerts are too short."""

from dataclasses import replace
from datetime import date
from math import inf

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from grading.case.settings import LawChoice
from grading.law import resolve_law
from grading.scale import LEVELS
from optimizer import plan_city
from optimizer.city.credit import removed_at, stop_credit
from optimizer.city.menu import REMOVED
from optimizer.result import City
from tests.optimizer.small_city import Row, rungs, small_city

ON = date(2026, 11, 20)
EMITTED = (100.0, 200.0, 50.0, 0.0)
HOURS = st.none() | st.floats(0.0, 500.0)
PAY_OFF = st.none() | st.sampled_from([0.0, 1.0, 3.0, 5.0, inf])
LENGTHS = st.floats(0.1, 30.0)


def lengths(yellow: float, orange: float, red: float) -> Row:
    return {"episode": {"expected_length_days": {"yellow": yellow, "orange": orange, "red": red}}}


def removed(city: City, measure_id: str, level: str = "yellow") -> tuple[float, ...]:
    at_level = city.menu.with_columns(removed_at(level))
    return tuple(at_level.filter(pl.col("measure_id") == measure_id).select(REMOVED).row(0))


def slow_credit(start_up_h: float | None, pay_off_days: float | None, decay_h: float | None, days: float) -> float:
    """Walk through an alert in small steps: what a running line emits, less what the stopped one still does."""
    if pay_off_days is not None and days < pay_off_days - 1e-9:
        return 0.0
    hours = np.linspace(0.0, days * 24.0, 20_001)
    middle = (hours[1:] + hours[:-1]) / 2
    still = np.clip(1.0 - middle / decay_h, 0.0, 1.0) if decay_h else np.zeros(len(middle))
    saved_h = float(((1.0 - still) * np.diff(hours)).sum()) - (start_up_h or 0.0)
    return max(saved_h, 0.0) / (days * 24.0)


@settings(max_examples=12, deadline=None)
@given(start_up=HOURS, pay_off=PAY_OFF, decay=HOURS, days=st.lists(LENGTHS, min_size=3, max_size=3))
def test_the_credit_is_that_of_each_level_and_load_cuts_keep_theirs(
    start_up: float | None, pay_off: float | None, decay: float | None, days: list[float]
) -> None:
    told = {"start_up_extra_h": start_up, "pay_off_days": pay_off, "decay_h": decay}
    city = small_city(physics=[told], settings=lengths(*days))
    expected = [slow_credit(start_up, pay_off, decay, each) for each in days]

    for level, credit in zip(LEVELS, expected, strict=True):
        assert removed(city, "stop", level) == pytest.approx([credit * emitted for emitted in EMITTED], abs=1e-4)
        assert removed(city, "cut_30", level) == pytest.approx([0.3 * emitted for emitted in EMITTED])
    notes = dict(city.notes)
    assert notes.get("start_up_unknown", 0) == (start_up is None and pay_off is None)
    assert ("stop_does_not_pay_off" in notes) == (min(expected) <= 0.0)


def credit_of(start_up: float | None, pay_off: float | None, decay: float | None, days: float) -> float:
    told = pl.DataFrame(
        {"start_up_extra_h": [start_up], "pay_off_days": [pay_off], "decay_h": [decay]},
        schema={"start_up_extra_h": pl.Float64, "pay_off_days": pl.Float64, "decay_h": pl.Float64},
    )
    return float(told.select(credit=stop_credit(days)).item())


@settings(max_examples=100, deadline=None)
@given(start_up=HOURS, pay_off=PAY_OFF, decay=HOURS, days=LENGTHS, more=st.floats(0.0, 100.0))
def test_the_credit_never_exceeds_the_whole_falls_with_start_up_and_decay_and_rises_with_the_alert(
    start_up: float | None, pay_off: float | None, decay: float | None, days: float, more: float
) -> None:
    credit = credit_of(start_up, pay_off, decay, days)

    assert 0.0 <= credit <= 1.0
    assert credit_of((start_up or 0.0) + more, pay_off, decay, days) <= credit
    assert credit_of(start_up, pay_off, (decay or 0.0) + more, days) <= credit + 1e-12
    assert credit_of(start_up, pay_off, decay, days + more) >= credit - 1e-12


def test_a_line_kept_hot_dies_away_too_but_does_not_start_up_again() -> None:
    told = {"start_up_extra_h": 24.0, "decay_h": 48.0, "emission_elasticity": 0.9}
    city = small_city(ladder=rungs("C", "none", "bank", "stop"), physics=[told], settings=lengths(1.0, 4.0, 2.0))

    assert city.units.select("decay_h", "start_up_extra_h", "pay_off_days").row(0) == (48.0, 24.0, None)
    # 1 d: half of its 24 h at a quarter of full effect on average; 4 d: 72 of 96 h; 2 d: 24 of 48 h.
    for level, kept_hot, stopped in zip(LEVELS, (0.25, 0.75, 0.5), (0.0, 0.5, 0.0), strict=True):
        assert removed(city, "hold", level)[1] == pytest.approx(180.0 * kept_hot)
        assert removed(city, "stop", level)[1] == pytest.approx(200.0 * stopped)
    assert dict(city.notes)["decay_taken_off"] == 1
    assert dict(city.notes)["start_up_taken_off"] == 1


def test_a_length_the_case_leaves_out_is_the_default_and_counted() -> None:
    physics = [{"decay_h": 48.0}]
    stated = small_city(physics=physics, settings=lengths(3.0, 4.0, 4.0))
    left_out = small_city(physics=physics)
    partly = small_city(physics=physics, settings={"episode": {"expected_length_days": {"red": 4.0, "orange": 4.0}}})

    assert removed(left_out, "stop") == removed(stated, "stop")
    assert [dict(city.notes).get("alert_length_assumed") for city in (stated, left_out, partly)] == [None, 1, 1]
    assert "alert_length_assumed" not in dict(small_city().notes)


@pytest.mark.parametrize(
    ("frame", "fact", "value"),
    [("menu", "credit_red", 0.99), ("units", "decay_h", 72.0), ("units", "start_up_extra_h", 0.0),
     ("units", "pay_off_days", 4.5)],
)  # fmt: skip
def test_a_credit_that_is_not_what_the_lines_own_facts_say_is_caught(frame: str, fact: str, value: float) -> None:
    told = {"start_up_extra_h": 6.0, "decay_h": 48.0, "pay_off_days": 1.0}
    city = small_city(ladder=rungs("C", "none", "stop", "stop"), physics=[told], settings=lengths(3.0, 4.0, 4.0))
    is_stop = pl.col("kind") == "stop" if frame == "menu" else pl.lit(True)
    changed = pl.when(is_stop).then(value).otherwise(fact).alias(fact)
    spoiled = replace(city, **{frame: getattr(city, frame).with_columns(changed)})

    assert plan_city(city).verification.holds
    violated = {check.name for check in plan_city(spoiled).verification.checks if check.violations}
    assert violated == {"credits_worked_out_again"}


@pytest.mark.parametrize(
    ("industry", "process", "shortest", "credit"),
    [
        ("cement", "kiln", 1.0, 1.0),
        ("cement", "kiln", 0.5, 0.0),
        # Decay over 48 h: of 72 h one third is lost, of 2 days nothing is credited, for it takes 3 to pay off.
        ("brick", "tunnel_kiln", 3.0, 2 / 3),
        ("brick", "tunnel_kiln", 2.0, 0.0),
        # 96 h of decay are longer than a 72 h alert: 72 / (2 * 96).
        ("refractory", "tunnel_kiln", 3.0, 0.375),
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
