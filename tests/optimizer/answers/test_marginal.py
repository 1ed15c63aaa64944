"""Prices on either side of a target, by hand, against re-planning, and never out of order."""

from dataclasses import replace

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from optimizer import plan_city
from optimizer.answers import basis
from optimizer.answers.answer import Reason, State
from optimizer.answers.asking import answers_of
from optimizer.answers.basis import basis_of
from optimizer.answers.curve import Target, cost_curve, curve_around
from optimizer.answers.marginal import marginal_prices
from optimizer.result import City
from tests.optimizer.answers.cities import EMISSION, ceilings, three_firms
from tests.optimizer.made_city import made_city, made_menu, made_unit, random_city, two_kilns


def price(city: City, level: str, target: str = "nox") -> dict[str, object]:
    frame = marginal_prices(city, plan_city(city))
    return frame.filter(pl.col("level") == level, pl.col("target") == target).row(0, named=True)


def test_at_a_kink_the_two_sides_differ() -> None:
    # At exactly 100 kg/d the cheap kiln (10 CNY/kg) is used up: one less saves 10, one more costs 30.
    units = [made_unit("U1", "C"), made_unit("U2", "D")]
    menu = made_menu("U1", [0.0, 0.5, 1.0], EMISSION, 3000.0) + made_menu("U2", [0.0, 0.5, 1.0], EMISSION, 1000.0)
    row = price(made_city(units, menu, {("red", "nox"): 100.0}), "red")

    assert row["price_left_cny_per_kg"] == pytest.approx(10, rel=1e-6)
    assert row["price_right_cny_per_kg"] == pytest.approx(30, rel=1e-6)
    assert (row["state_left"], row["state_right"]) == ("confirmed", "confirmed")
    # One point of 1,000 kg/d is 10 kg/d.
    assert row["cny_per_day_per_point"] == pytest.approx(300, rel=1e-6)


def test_a_target_with_room_to_spare_has_no_price() -> None:
    # The law stops the unit anyway: 100 kg/d where 40 are asked.
    units = [made_unit("U1", "C", **{f"floor_k_{level}": 2 for level in ("yellow", "orange", "red")})]
    row = price(made_city(units, made_menu("U1", [0.0, 0.5, 1.0], EMISSION, 1e3), {("red", "nox"): 40.0}), "red")

    assert (row["state_left"], row["state_right"]) == ("not_moved", "not_moved")
    assert (row["price_left_cny_per_kg"], row["price_right_cny_per_kg"]) == (0, 0)


def test_nothing_more_to_be_had_is_named_and_has_no_price() -> None:
    row = price(three_firms(150.0), "red")

    assert row["state_right"] == "unreachable"
    assert row["price_right_cny_per_kg"] is None
    # The dearest of the two, FREE at 30 CNY/kg, is let go first.
    assert row["price_left_cny_per_kg"] == pytest.approx(30, rel=1e-6)


def test_a_missed_target_has_no_price() -> None:
    row = price(three_firms(200.0), "red")

    assert (row["state_left"], row["state_right"]) == ("missed", "missed")
    assert row["price_left_cny_per_kg"] is None


def test_more_only_from_a_spared_grade_is_named() -> None:
    # C alone brings the 100 asked; one kilogram more must come from B, which the plan spares altogether.
    units = [made_unit("B", "B"), made_unit("C", "C")]
    menu = made_menu("B", [0.0, 0.5, 1.0], EMISSION, 100.0) + made_menu("C", [0.0, 0.5, 1.0], EMISSION, 900.0)
    row = price(made_city(units, menu, {("red", "nox"): 100.0}, protect_grades=True), "red")

    assert row["state_right"] == "needs_spared_grade"
    assert row["price_right_cny_per_kg"] is None


def test_the_joint_row_is_priced_per_pollutant() -> None:
    city = random_city(4, 12, joint=True)
    frame = marginal_prices(city, plan_city(city)).filter(pl.col("target") == "so2+nox")

    # Both societies are 1,000 kg/d, so a kilogram of either counts the same.
    for level in ("yellow", "orange", "red"):
        left = frame.filter(pl.col("level") == level)["price_left_cny_per_kg"]
        assert left.len() == 2
        assert left[0] == left[1]


@settings(max_examples=7, deadline=None)
@given(seed=st.integers(0, 1000), units=st.integers(4, 12), protect=st.booleans())
def test_left_is_never_above_right(seed: int, units: int, protect: bool) -> None:
    city = random_city(seed, units, protect=protect)

    prices = marginal_prices(city, plan_city(city)).drop_nulls(["price_left_cny_per_kg", "price_right_cny_per_kg"])

    left, right = prices["price_left_cny_per_kg"], prices["price_right_cny_per_kg"]
    assert (left <= right * (1 + 1e-4) + 1e-6).all()
    assert (left >= 0).all()


def test_the_curve_rises_and_names_what_cannot_be_reached() -> None:
    # 1,000 kg/d of society: 0.1 is the cheap kiln for two days, 0.2 both, 0.3 nobody can.
    curve = cost_curve(two_kilns(), "red", "nox", [0.3, 0.12, 0.2, 0.2], plan_city(two_kilns()))

    assert curve["required_share"].to_list() == [0.12, 0.2, 0.3]
    base = 10 * 1000 + 6 * 2500  # yellow (60 kg) stops the D kiln, orange (120 kg) half of the C kiln beside it
    assert curve["loss_cny_per_season"][1] == pytest.approx(base + 2 * 4000)
    assert curve["whole_state"].to_list() == ["met", "met", "missed"]
    assert curve["share_state"].to_list() == ["met", "met", "unreachable"]
    assert curve["missed_targets"].to_list() == ["", "", "red nox"]
    assert (curve["loss_bound_cny_per_season"] <= curve["loss_cny_per_season"] * (1 + 1e-9)).all()


def test_a_curve_point_agrees_with_the_price_between_two_points() -> None:
    city = made_city(
        [made_unit("U1", "C", **ceilings(2))], made_menu("U1", [0.0, 0.5, 1.0], EMISSION, 1e3), {("red", "nox"): 50.0}
    )

    curve = cost_curve(city, "red", "nox", [0.05, 0.1], plan_city(city))

    assert curve["loss_cny_per_season"].to_list() == pytest.approx([2 * 500.0, 2 * 1000.0])


@settings(max_examples=9, deadline=None)
@given(seed=st.integers(0, 1000), units=st.integers(3, 8))
def test_at_equal_sparing_a_looser_target_never_costs_more(seed: int, units: int) -> None:
    city = random_city(seed, units)
    plan = plan_city(replace(city, protect_grades=True))
    own = basis_of(replace(city, protect_grades=True), plan)
    target = next(
        (Target(level, pollutant) for level, pollutant, share in stated_shares(city) if share is not None), None
    )
    if target is None:
        return

    curve = curve_around(own, plan, [target])

    met = curve.filter(share_state="met")["loss_shares_cny_per_season"].to_list()
    assert met == pytest.approx(sorted(met), rel=1e-9)
    # What is out of reach at one share is out of reach at every higher one.
    states = curve["share_state"].to_list()
    assert states == sorted(states, key=["met", "needs_spared_grade", "unreachable"].index)


def stated_shares(city: City) -> list[tuple[str, str, float | None]]:
    told = city.targets.select(pl.col("level", "pollutant").cast(pl.String), "required_share").reverse()
    return list(told.iter_rows())


@pytest.mark.parametrize("seed", [2, 11])
def test_a_large_city_is_answered_from_prices_and_to_the_same_figures(
    seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    city = random_city(seed, 12)
    plan = plan_city(city)
    standing = answers_of(city, plan, None, "quick")

    monkeypatch.setattr(basis, "STANDS_UP_TO", 0)
    large = answers_of(city, plan, None, "quick")

    prices = ("price_left_cny_per_kg", "price_right_cny_per_kg")
    for own, other in zip(*(each.marginal_prices.rows.to_dicts() for each in (standing, large)), strict=True):
        assert [other[name] for name in prices] == pytest.approx([own[name] for name in prices], rel=1e-4, abs=1e-4)
    assert large.cost_curve.state == standing.cost_curve.state
    if standing.cost_curve.frame is not None:
        # Of targets that cost alike the curves may come in either order.
        assert_frame_equal(large.cost_curve.rows, standing.cost_curve.rows, rel_tol=1e-7, check_row_order=False)
    assert (large.alternatives.state, large.alternatives.reason) == (State.NOT_ASKED, Reason.LARGE)
