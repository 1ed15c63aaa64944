"""A better grade never raises a firm's own cuts unless the difference of the plans says what asked for it."""

from dataclasses import replace
from functools import partial

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from grading.scale import LEVELS
from optimizer import plan_city
from optimizer.contrast import Contrast, contrast
from optimizer.contrast.worth import worth_of
from optimizer.result import City, Plan
from tests.optimizer.made_city import random_city

SAID = {"counted_lines", "freed_by_price", "needed_by_price", "tie", "whole_orders", "not_priced"}
UNITS = 8


def city_of(seed: int) -> City:
    return replace(random_city(seed, UNITS, protect=seed % 2 == 0), mip_gap=0.05)


def bettered(city: City, unit_id: str) -> City:
    """Return the city with one unit of grade B: the law asks one measure less of it at every level."""
    is_it = pl.col("unit_id") == unit_id
    grade = pl.when(is_it).then(pl.lit("B")).otherwise(pl.col("grade").cast(pl.String)).cast(city.units.schema["grade"])
    floors = [(pl.col(f"floor_k_{level}") - is_it.cast(pl.Int64)).clip(lower_bound=0) for level in LEVELS]
    return replace(city, units=city.units.with_columns(*floors, grade=grade))


def worse_off(city: City) -> list[str]:
    return city.units.filter(pl.col("grade").cast(pl.String).is_in(["C", "D"]))["unit_id"].to_list()


def difference(before: tuple[City, Plan], after: tuple[City, Plan], unit_id: str) -> Contrast:
    return contrast(before, after, {unit_id}, partial(worth_of, *after))


def harder(found: Contrast, unit_id: str) -> pl.DataFrame:
    rises = pl.col("cut_share_after") > pl.col("cut_share_before") + 1e-9
    return found.orders.filter(pl.col("unit_id") == unit_id, rises)


@settings(max_examples=6, deadline=None, suppress_health_check=list(HealthCheck))
@given(seed=st.integers(0, 200), place=st.integers(0, UNITS - 1))
def test_firm_by_firm(seed: int, place: int) -> None:
    city = city_of(seed)
    firms = worse_off(city)
    if not firms:
        return
    firm = firms[place % len(firms)]
    before = plan_city(city)
    after_city = bettered(city, firm)
    found = difference((city, before), (after_city, plan_city(after_city, before)), firm)
    assert set(harder(found, firm)["reason"]) <= SAID


@pytest.mark.parametrize("is_better", [True, False])
def test_a_harder_order_of_a_better_grade_is_not_put_down_to_the_grade(*, is_better: bool) -> None:
    """The parent's orders of one firm are taken off by hand, so that its orders rise whatever the solver does."""
    city = city_of(1)
    before = plan_city(city)
    cut = before.orders.filter(pl.col("cut_share") > 0)["unit_id"].to_list()
    firm = next(unit for unit in worse_off(city) if unit in cut)
    spared = pl.when(pl.col("unit_id") == firm).then(0.0).otherwise("cut_share").alias("cut_share")
    uncut = replace(before, orders=before.orders.with_columns(spared))
    after_city = bettered(city, firm) if is_better else city
    found = difference((city, uncut), (after_city, replace(before, orders=_regraded(before, after_city))), firm)
    rows = harder(found, firm)
    assert not rows.is_empty()
    assert set(rows["reason"]) <= SAID if is_better else set(rows["reason"]) == {"direct"}


def _regraded(plan: Plan, city: City) -> pl.DataFrame:
    grades = city.units.select("unit_id", now="grade")
    return plan.orders.join(grades, on="unit_id", maintain_order="left").with_columns(grade="now").drop("now")
