"""The price of a shield by hand, and its bound against solving the city again without it."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from optimizer import plan_city
from optimizer.answers.basis import basis_of, least_loss, moved
from optimizer.answers.exemption_price import exemption_prices
from optimizer.answers.variants import with_lifted_ceilings
from tests.optimizer.answers.cities import shielded_city, three_firms


def test_the_exempt_firm_is_priced_by_what_it_could_have_spared_the_others() -> None:
    # Red, 2 days: 100 kg/d. FREE gives them at 30 CNY/kg less what QUOTA gives at 20: 50 * 20 + 50 * 30 = 2,500 a day.
    # EXEMPT could give all 100 at 10 CNY/kg: 1,000 a day. QUOTA freed gives its other 50 at 20 instead of 30.
    city = three_firms(100.0)
    rows = {row["unit_id"]: row for row in exemption_prices(city, plan_city(city)).to_dicts()}

    assert rows["EXEMPT"]["price_cny_per_season"] == pytest.approx(2 * 1500)
    assert rows["EXEMPT"]["rest_saves_cny_per_season"] == pytest.approx(2 * 2500)
    assert rows["EXEMPT"]["unit_bears_cny_per_season"] == pytest.approx(2 * 1000)
    assert rows["QUOTA"]["price_cny_per_season"] == pytest.approx(2 * 500)
    assert {row["state"] for row in rows.values()} == {"confirmed"}
    assert set(rows) == {"EXEMPT", "QUOTA"}


def test_only_the_top_is_confirmed_and_the_rest_keeps_its_bound() -> None:
    city = three_firms(100.0)
    prices = exemption_prices(city, plan_city(city), top=1)

    assert prices["unit_id"].to_list() == ["EXEMPT", "QUOTA"]
    assert prices["state"].to_list() == ["confirmed", "at_most"]
    assert prices["price_cny_per_season"][1] is None
    assert prices["at_most_cny_per_season"][1] >= 2 * 500 - 1e-6


def test_a_shield_that_costs_nobody_anything_is_free() -> None:
    city = three_firms(1e-3)
    free = exemption_prices(city, plan_city(city)).filter(unit_id="QUOTA").row(0, named=True)

    # QUOTA's first half is cheaper than its second, and more than enough.
    assert free["state"] in ("free", "confirmed")
    assert free["price_cny_per_season"] == pytest.approx(0, abs=1e-9)


def test_an_exempt_a_firm_has_a_price_although_the_plan_spares_its_grade() -> None:
    city = three_firms(100.0, protect_grades=True)
    rows = {row["unit_id"]: row for row in exemption_prices(city, plan_city(city)).to_dicts()}

    assert rows["EXEMPT"]["price_cny_per_season"] == pytest.approx(2 * 1500)


@settings(max_examples=12, deadline=None)
@given(seed=st.integers(0, 1000), tightness=st.floats(0.1, 0.5))
def test_no_shield_costs_more_than_its_bound(seed: int, tightness: float) -> None:
    city = shielded_city(seed, tightness)
    plan = plan_city(city)
    basis = basis_of(city, plan)
    base = least_loss(basis.problem, city).objective

    for row in exemption_prices(city, plan, top=0).to_dicts():
        again = least_loss(
            moved(basis, with_lifted_ceilings(city, [row["unit_id"]]), unspared=[row["unit_id"]]), city
        ).objective
        assert base is not None
        assert again is not None
        assert base - again <= row["at_most_cny_per_season"] + 1e-6 * max(base, 1.0)
        assert row["state"] in ("free", "at_most")


@settings(max_examples=9, deadline=None)
@given(seed=st.integers(0, 1000), tightness=st.floats(0.1, 0.5), protect=st.booleans())
def test_prices_from_one_program_are_those_of_each_city_without_the_shield(
    seed: int, tightness: float, protect: bool
) -> None:
    city = replace(shielded_city(seed, tightness), protect_grades=protect)
    plan = plan_city(city)
    basis = basis_of(city, plan)
    base = least_loss(basis.problem, city).objective
    assert base is not None

    confirmed = exemption_prices(city, plan, top=10).filter(state="confirmed")

    for row in confirmed.to_dicts():
        name = row["unit_id"]
        again = least_loss(moved(basis, with_lifted_ceilings(city, [name]), unspared=[name]), city).objective
        assert again is not None
        assert row["price_cny_per_season"] == pytest.approx(base - again, rel=1e-6, abs=1e-6 * max(base, 1.0))


def test_the_plan_itself_is_never_below_the_basis() -> None:
    for seed in range(4):
        city = shielded_city(seed, 0.4)
        basis = basis_of(city, plan_city(city))
        objective = least_loss(basis.problem, city).objective
        assert objective is not None
        assert objective <= basis.loss_cny_per_season * (1 + 1e-9)


def test_without_a_proven_bound_nothing_is_priced() -> None:
    city = three_firms(100.0)
    prices = exemption_prices(replace(city, time_limit_s=1e-6), plan_city(city))

    assert set(prices["state"]) == {"not_proven"}
    assert prices["at_most_cny_per_season"].null_count() == 2
    assert prices["price_cny_per_season"].null_count() == 2


def test_a_plan_without_orders_is_refused() -> None:
    city = three_firms(100.0)
    plan = plan_city(city)
    object.__setattr__(plan, "orders", plan.orders.clear())

    with pytest.raises(ValueError, match="no orders"):
        basis_of(city, plan)
