"""Every way out of a missed target really leads out, at the price it states."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from optimizer import plan_city
from optimizer.answers.relaxations import relaxations_of
from tests.optimizer.answers.cities import shielded_city, three_firms


def test_the_ways_out_of_one_missed_target_are_priced() -> None:
    # 180 asked, 150 to be had. Freeing QUOTA gives 200; freeing EXEMPT 250, and cheaper kilograms than FREE's.
    city = three_firms(180.0)
    ways, steps = relaxations_of(city, plan_city(city))

    by_what = {(row["kind"], row["what"]): row for row in ways.to_dicts()}
    assert set(by_what) == {
        ("lower_target", "red nox"), ("other_lists", "red nox"), ("lift", "grade_exempt"), ("lift", "register_quota"),
    }  # fmt: skip
    assert set(ways["state"]) == {"confirmed"}
    assert set(ways["missed_before"]) == {"red nox"}
    # Least shortfall: FREE stopped, QUOTA at its half, 2 days: 2 * (3,000 + 1,000).
    assert set(ways["loss_before_cny_per_season"]) == {8000.0}
    # EXEMPT stopped (1,000), QUOTA halved (1,000), FREE halved (1,500): 200 >= 180.
    assert by_what["lift", "grade_exempt"]["loss_after_cny_per_season"] == pytest.approx(2 * 3500)
    assert by_what["lift", "register_quota"]["loss_after_cny_per_season"] == pytest.approx(2 * 5000)
    assert by_what["lower_target", "red nox"]["extra_loss_cny_per_season"] == pytest.approx(0)
    numbers = {row["unit"]: (row["before"], row["after"]) for row in steps.to_dicts()}
    assert numbers["1"] == (pytest.approx(0.18), pytest.approx(0.15, rel=1e-6))
    assert numbers["kg/d"] == (0, pytest.approx(30, rel=1e-6))
    assert ways["extra_loss_cny_per_season"].is_sorted()


def test_no_way_out_is_sought_where_every_target_can_be_met() -> None:
    city = three_firms(100.0)

    ways, steps = relaxations_of(city, plan_city(city))

    assert ways.is_empty()
    assert steps.is_empty()


@settings(max_examples=6, deadline=None)
@given(seed=st.integers(0, 1000), tightness=st.floats(0.6, 1.1), joint=st.booleans())
def test_what_is_offered_is_confirmed_by_a_new_plan(seed: int, tightness: float, joint: bool) -> None:
    city = shielded_city(seed, tightness, joint=joint)

    ways, _ = relaxations_of(city, plan_city(city), top=2)

    assert set(ways["state"]) <= {"confirmed"}
    assert set(ways["missed_after"]) <= {""}
