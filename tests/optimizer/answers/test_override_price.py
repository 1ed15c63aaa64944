"""What a pin costs: a city rebuilt and planned again without it."""

import polars as pl
import pytest

from optimizer import plan_city
from optimizer.answers.basis import basis_of
from optimizer.answers.override_price import override_prices, override_prices_in_shares
from optimizer.result import City
from tests.optimizer.small_city import SETTINGS, Row, small_city

TWO: tuple[Row, ...] = (
    {"unit_id": "U1", "enterprise_id": "E1", "min_load": None},
    {"unit_id": "U2", "enterprise_id": "E2", "min_load": None},
)
FIRMS: tuple[Row, ...] = ({"enterprise_id": "E1"}, {"enterprise_id": "E2", "value_added_wan": 3300.0})
POLICY: Row = {
    **SETTINGS,
    "policy": {"joint_so2_nox": False, "protect_grades": False},
    "society": {"unit": "kg/d", "sectors": {"all": {"so2": 1e3, "nox": 2e3, "pm": 500.0, "vocs": 100.0}}},
    "targets": {"red": {"nox": 0.1}},
}


def city_with(overrides: list[Row]) -> City:
    return small_city(units=TWO, enterprises=FIRMS, overrides=overrides, settings=POLICY)


def priced(overrides: list[Row]) -> pl.DataFrame:
    city = city_with(overrides)
    return override_prices(
        city, plan_city(city), lambda unit: city_with([row for row in overrides if row["unit_id"] != unit])
    )


def test_sparing_the_cheap_firm_makes_the_dear_one_pay() -> None:
    # 200 kg/d NOx are asked at red (2 days) and either firm can give them by stopping: 10,000 or 100,000 CNY a day.
    prices = priced([{"unit_id": "U1", "measure": "exempt", "level": "red"}])

    row = prices.row(0, named=True)
    assert row["price_cny_per_season"] == pytest.approx(2 * (100_000 - 10_000))
    assert row["price_low_cny_per_season"] <= row["price_cny_per_season"] <= row["price_high_cny_per_season"]
    assert (row["state"], row["reason"], row["by"]) == ("confirmed", "because", "Li")
    assert (row["unit_bears_cny_per_season"], row["rest_bears_cny_per_season"]) == (-20_000.0, 200_000.0)


@pytest.mark.parametrize("measure", ["exempt", "stop", "cut 50%", "forbid"])
def test_every_kind_of_pin_is_priced_alike_in_shares_and_in_whole_orders(measure: str) -> None:
    """Lock, exemption and ban: with and without each is worked out by hand."""
    pins: list[Row] = [{"unit_id": "U1", "measure": measure, "level": "red"}]
    city = city_with(pins)
    plan = plan_city(city)

    # 200 kg/d at red, 2 days. Without a pin U1 stops for 10,000 a day; each kilogram it may not give U2 gives at 500.
    given = {"exempt": 0.0, "stop": 200.0, "cut 50%": 100.0, "forbid": 0.0}[measure]
    rest, own = 2 * (200.0 - given) * 500.0, 2 * (given * 50.0 - 10_000.0)
    whole = override_prices(city, plan, lambda _: city_with([])).row(0, named=True)
    quick = override_prices_in_shares(basis_of(city, plan), plan, lambda _: city_with([])).row(0, named=True)
    for row, state in ((whole, "confirmed"), (quick, "in_shares")):
        assert (row["unit_id"], row["state"]) == ("U1", state)
        assert row["unit_bears_cny_per_season"] == pytest.approx(own)
        assert row["rest_bears_cny_per_season"] == pytest.approx(rest)
        assert row["price_cny_per_season"] == pytest.approx(rest + own)


def test_a_pin_that_decides_whether_a_target_holds_is_not_given_a_price() -> None:
    pins: list[Row] = [{"unit_id": unit, "measure": "exempt", "level": "red"} for unit in ("U1", "U2")]

    row = priced(pins).row(0, named=True)

    assert row["state"] == "targets_change"
    assert row["price_cny_per_season"] is None
    assert (row["missed_with"], row["missed_without"]) == ("red nox", "")


def test_a_city_without_pins_has_nothing_to_price() -> None:
    assert priced([]).is_empty()
