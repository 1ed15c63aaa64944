"""Prices between whole plans against the best of every plan of a tiny city."""

import polars as pl
import pytest

from optimizer import plan_city
from optimizer.answers.asking import answers_of
from optimizer.answers.curve import cost_curve
from optimizer.answers.marginal import marginal_prices
from optimizer.answers.variants import with_required_shares
from optimizer.answers.whole_prices import POINT, with_whole_prices
from optimizer.result import City
from tests.optimizer.made_city import DAYS, made_city, made_menu, made_unit
from tests.optimizer.oracle import all_plans, season_loss, shortfalls

EMISSION = {"nox": 100.0}
ASKED = 0.10


def lumpy_city(asked: float = ASKED) -> City:
    """Three lines of 100, 50 and 30 kg/d of NOx in one or two steps each; 1,000 kg/d in the whole society."""
    units = [made_unit(name, "C", **ceilings) for name, ceilings in (("U1", top(2)), ("U2", top(2)), ("U3", top(1)))]
    menu = made_menu("U1", [0.0, 0.5, 1.0], EMISSION, 3000.0)
    menu += made_menu("U2", [0.0, 0.5, 1.0], {"nox": 50.0}, 900.0)
    menu += made_menu("U3", [0.0, 1.0], {"nox": 30.0}, 700.0)
    return made_city(units, menu, {("red", "nox"): asked * 1000.0})


def top(k: int) -> dict[str, object]:
    return {f"ceil_k_{level}": k for level in ("yellow", "orange", "red")}


def least(city: City, share: float) -> float | None:
    """Return the least season loss of every plan that meets the target at a share, by listing them."""
    changed = with_required_shares(city, {("red", "nox"): share})
    met = [plan for plan in all_plans(changed) if sum(shortfalls(changed, plan).values()) <= 1e-9]
    return min((season_loss(changed, plan) for plan in met), default=None)


@pytest.mark.parametrize("asked", [0.05, 0.075, 0.08, 0.10, 0.125, 0.13, 0.15])
def test_both_sides_are_what_every_plan_counted_out_says(asked: float) -> None:
    city = lumpy_city(asked)
    plan = plan_city(city)
    shares = [asked - POINT, asked, asked + POINT]
    curve = cost_curve(city, "red", "nox", shares, plan)

    told = with_whole_prices(marginal_prices(city, plan), curve, city).row(0, named=True)

    below, own, above = (least(city, share) for share in shares)
    kilograms = POINT * 1000.0 * DAYS["red"]
    assert below is not None
    assert own is not None
    for side, less, more in (("left", below, own), ("right", own, above)):
        name = f"whole_price_{side}"
        if more is None:
            assert told[f"{name}_cny_per_kg"] is None
            continue
        price = (more - less) / kilograms
        assert told[f"{name}_low_cny_per_kg"] - 1e-6 <= price <= told[f"{name}_high_cny_per_kg"] + 1e-6
        # These plans are proven, so the price is exact, not only inside its interval.
        assert told[f"{name}_cny_per_kg"] == pytest.approx(price, abs=1e-6)


def test_whole_orders_jump_where_shares_slope() -> None:
    # 80 kg/d is U2 and U3 exactly; one point more needs half of U1 and lets U3 go: 1,500 + 900 - 1,600 CNY for 10 kg.
    city = lumpy_city(0.08)
    plan = plan_city(city)
    curve = cost_curve(city, "red", "nox", [0.07, 0.08, 0.09], plan)

    told = with_whole_prices(marginal_prices(city, plan), curve, city).row(0, named=True)

    assert told["whole_price_right_cny_per_kg"] == pytest.approx(80)
    assert told["price_right_cny_per_kg"] == pytest.approx(30, rel=1e-6)


def test_a_point_that_was_not_planned_whole_gives_no_price() -> None:
    city = lumpy_city()
    plan = plan_city(city)
    prices = marginal_prices(city, plan)

    alone = cost_curve(city, "red", "nox", [ASKED], plan)
    quick = answers_of(city, plan, None, "quick")

    for frame in (with_whole_prices(prices, alone, city), quick.marginal_prices.rows):
        sides = frame.select(pl.col("^whole_price_.*$"))
        assert sides.null_count().sum_horizontal().item() == sides.width * sides.height


def test_the_full_answers_carry_both_sides() -> None:
    city = lumpy_city()

    told = answers_of(city, plan_city(city), None, "full").marginal_prices.rows.row(0, named=True)

    below, own, above = (least(city, share) for share in (ASKED - POINT, ASKED, ASKED + POINT))
    assert below is not None
    assert own is not None
    assert above is not None
    assert told["whole_price_left_cny_per_kg"] == pytest.approx((own - below) / 20.0)
    assert told["whole_price_right_cny_per_kg"] == pytest.approx((above - own) / 20.0)
