"""Targets: shares of whole-society emission; what cannot be stated stays unstated."""

import polars as pl
import pytest

from optimizer.result import City
from tests.optimizer.small_city import Row, small_city


def target(city: City, level: str, pollutant: str) -> Row:
    return city.targets.filter(pl.col("level") == level, pl.col("pollutant") == pollutant).row(0, named=True)


def test_tonnes_a_year_are_spread_over_365_days_and_sectors_add_up() -> None:
    sectors = {"industry": {"nox": 36_500.0}, "mobile": {"nox": 18_250.0}}
    city = small_city(settings={"society": {"unit": "t/a", "sectors": sectors}})
    row = target(city, "orange", "nox")
    assert row["society_kg_per_day"] == pytest.approx(150_000.0)
    assert row["required_kg_per_day"] == pytest.approx(30_000.0)


def test_a_pollutant_that_one_sector_leaves_out_is_unknown_and_has_no_target() -> None:
    sectors = {"industry": {"nox": 100.0, "so2": 100.0}, "mobile": {"nox": 50.0}}
    city = small_city(settings={"society": {"unit": "kg/d", "sectors": sectors}})
    so2 = target(city, "red", "so2")
    assert (so2["society_kg_per_day"], so2["required_kg_per_day"], so2["required_share"]) == (None, None, 0.3)
    assert target(city, "red", "nox")["required_kg_per_day"] == pytest.approx(45.0)
    assert target(city, "red", "pm")["society_kg_per_day"] is None


def test_no_sectors_at_all_is_unknown_and_not_zero() -> None:
    city = small_city(settings={"society": {"unit": "kg/d", "sectors": {}}})
    assert city.targets.get_column("society_kg_per_day").null_count() == 12


def test_a_share_that_is_not_set_leaves_the_target_unstated() -> None:
    city = small_city(settings={"targets": {"red": {"nox": 0.3}}})
    assert target(city, "red", "nox")["required_kg_per_day"] == pytest.approx(600.0)
    assert target(city, "red", "pm")["required_kg_per_day"] is None
    assert target(city, "yellow", "nox")["required_share"] is None


def test_other_lists_add_up_per_level_and_pollutant() -> None:
    reductions = {"mobile": {"red": {"nox": 30.0}}, "dust": {"red": {"nox": 5.0, "pm": 40.0}}}
    city = small_city(settings={"reductions": reductions})
    assert target(city, "red", "nox")["other_lists_kg_per_day"] == 35.0
    assert target(city, "orange", "nox")["other_lists_kg_per_day"] == 0.0
