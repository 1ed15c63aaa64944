"""Every order that asks for something says how it is checked."""

from dataclasses import replace
from pathlib import Path

import polars as pl
import pytest

from grading.assess import grade
from grading.case import read_case
from grading.law import name_case, resolve_law
from grading.law.model import Law
from optimizer import plan_city
from optimizer.city import build_city

STARTER = Path(__file__).resolve().parents[2] / "fixtures" / "cases" / "starter"


def orders_of(law: Law) -> pl.DataFrame:
    case = name_case(read_case(STARTER), law)
    return plan_city(build_city(case, grade(case, law), law)).orders


def unchecked(orders: pl.DataFrame) -> pl.DataFrame:
    """Return the orders that limit production or vehicles and name no way of checking."""
    asks = (pl.col("kind").cast(pl.String) != "none") | (pl.col("transport").cast(pl.String) != "none")
    return orders.filter(asks, pl.col("verification").is_null())


@pytest.fixture(scope="module")
def law() -> Law:
    return resolve_law(read_case(STARTER).settings.law, STARTER)


def test_every_order_of_the_starter_city_names_a_way_of_checking(law: Law) -> None:
    orders = orders_of(law)

    assert (orders["kind"].cast(pl.String) != "none").sum() > 3
    assert unchecked(orders).is_empty()


def test_without_the_general_way_some_would_name_none(law: Law) -> None:
    bare = replace(law, physics=law.physics.drop_nulls("industry"))

    assert unchecked(orders_of(bare)).height > 0


def test_a_line_keeps_its_own_way_of_checking(law: Law) -> None:
    told = law.physics.filter(industry="glass", process="furnace")["verification"].item()

    assert told == "投料量与拉引量"
    own = read_case(STARTER).units.drop_nulls("verification").select("unit_id", own="verification")
    found = orders_of(law).join(own, on="unit_id")
    assert (found["verification"] == found["own"]).all()
