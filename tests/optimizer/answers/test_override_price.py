"""What a pin costs: a city rebuilt and planned again without it."""

import polars as pl
import pytest

from optimizer import plan_city
from optimizer.answers.override_price import override_prices
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


def test_a_pin_that_decides_whether_a_target_holds_is_not_given_a_price() -> None:
    pins: list[Row] = [{"unit_id": unit, "measure": "exempt", "level": "red"} for unit in ("U1", "U2")]

    row = priced(pins).row(0, named=True)

    assert row["state"] == "targets_change"
    assert row["price_cny_per_season"] is None
    assert (row["missed_with"], row["missed_without"]) == ("red nox", "")


def test_a_city_without_pins_has_nothing_to_price() -> None:
    assert priced([]).is_empty()
