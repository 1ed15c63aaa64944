"""Optional rows in whole plans: kept, checked without the solver, priced by nothing less than the plain optimum."""

from collections.abc import Callable
from dataclasses import replace
from functools import cache

import numpy as np
import polars as pl
import pytest

from grading.scale import LEVELS
from optimizer import plan_city
from optimizer.result import City, Options, Outcome, Plan, Proof, Quota, Receptor
from optimizer.verify import verify
from tests.optimizer.made_city import made_city, made_menu, made_unit

WEST = {"county": "西区", "product": "玻璃", "process": "furnace"}
COEFFICIENTS = {"东区": {"nox": 1.0, "pm": 2.0}, "西区": {"nox": 8.0}}
OPTIONS = {
    "grade_order": Options(grade_order=True),
    "equal_treatment": Options(equal_treatment=True),
    "county_share": Options(county_loss_factor=1.05),
    "quota": Options(quotas=(Quota("玻璃", 2400.0),)),
    "receptor": Options(receptors=(Receptor("北站", {"red": 2.4, "orange": 1.2}, COEFFICIENTS),)),
}


@cache
def plain() -> City:
    """Eight units in two counties: the C kilns and the west are cheap, so every option costs something."""
    rng = np.random.default_rng(4)
    units, menu = [], []
    for place in range(8):
        unit_id, is_west = f"U{place}", place % 2 == 1
        units.append(made_unit(unit_id, "C" if place < 4 else "D", full_loss_cny_per_day=1000.0,
                               **(WEST if is_west else {})))  # fmt: skip
        emission = {p: float(rng.uniform(40, 100)) for p in ("nox", "pm")}
        loss = float(rng.uniform(200, 900)) * (0.5 if is_west else 1.0) * (0.4 if place < 4 else 1.0)
        menu += made_menu(unit_id, [0.0, 0.5, 1.0], emission, loss)
    required = {("orange", "nox"): 220.0, ("red", "nox"): 330.0, ("red", "pm"): 300.0}
    return made_city(units, menu, required)


@cache
def planned(option: str) -> tuple[City, Plan]:
    city = replace(plain(), options=OPTIONS[option])
    return city, plan_city(city)


@pytest.mark.parametrize("option", OPTIONS)
def test_a_plan_keeps_the_option_and_costs_no_less_without_it(option: str) -> None:
    city, plan = planned(option)

    without = plan_city(plain())

    assert plan.verification.holds
    assert plan.status.outcome is Outcome.USABLE
    assert [check.violations for check in plan.verification.checks if check.name == option] == [0]
    assert plan.status.lp_loss_bound_cny_per_season is not None
    assert without.status.lp_loss_bound_cny_per_season is not None
    assert plan.status.lp_loss_bound_cny_per_season >= without.status.lp_loss_bound_cny_per_season * (1 - 1e-9)
    broken = verify(city, without.orders, without.targets, without.comparison, without.status)
    assert option in {check.name for check in broken.checks if check.violations}


CORRUPTIONS: dict[str, Callable[[pl.DataFrame], pl.DataFrame]] = {
    # Each bends the one number that the check of that option reads.
    "grade_order": lambda orders: orders.with_columns(
        cut_share=pl.when(pl.col("grade").cast(pl.String) == "C").then(1.0).otherwise(0.5)
    ),
    "equal_treatment": lambda orders: orders.with_columns(
        k=pl.when(pl.col("unit_id") == "U0").then(2 - pl.col("k")).otherwise("k")
    ),
    "county_share": lambda orders: orders.with_columns(
        loss_cny_per_day=pl.when(pl.col("county") == "东区").then(0.0).otherwise("loss_cny_per_day")
    ),
    "quota": lambda orders: orders.with_columns(allowed_t_per_day=pl.col("allowed_t_per_day") * 0.5),
    "receptor": lambda orders: orders.with_columns(nox_removed_kg_per_day=pl.col("nox_removed_kg_per_day") * 0.5),
}


@pytest.mark.parametrize("option", OPTIONS)
def test_a_corrupted_plan_is_caught_by_the_check_of_its_option(option: str) -> None:
    city, plan = planned(option)

    checks = verify(city, CORRUPTIONS[option](plan.orders), plan.targets, plan.comparison, plan.status).checks

    assert option in {check.name for check in checks if check.violations}


def impossible() -> dict[str, City]:
    floors = [pl.lit(2).alias(f"floor_k_{level}") for level in LEVELS]
    forced = [pl.when(pl.col("grade").cast(pl.String) == "C").then(2).otherwise(0).alias(f"floor_k_{level}")
              for level in LEVELS]  # fmt: skip
    held = [pl.when(pl.col("grade").cast(pl.String) == "C").then(2).otherwise(1).alias(f"ceil_k_{level}")
            for level in LEVELS]  # fmt: skip
    city = plain()
    return {
        "grade_order": replace(city, units=city.units.with_columns(forced + held), options=OPTIONS["grade_order"]),
        "quota": replace(city, units=city.units.with_columns(floors), options=OPTIONS["quota"]),
        "receptor": replace(city, options=Options(receptors=(Receptor("北站", {"red": 99.0}, COEFFICIENTS),))),
    }


@pytest.mark.parametrize("option", impossible())
def test_what_law_and_physics_leave_no_room_for_is_named(option: str) -> None:
    plan = plan_city(impossible()[option])

    assert plan.status.outcome is Outcome.NO_PLAN
    assert plan.status.proof is Proof.INFEASIBLE
    assert plan.orders.is_empty()
    assert any(option in example for example in plan.verification.checks[0].examples)


def test_rows_that_only_together_leave_no_plan_are_named_by_family() -> None:
    options = Options(
        quotas=(Quota("玻璃", 3900.0),), receptors=(Receptor("北站", {"red": 1.2}, {"西区": {"nox": 8.0}}),)
    )  # fmt: skip

    plan = plan_city(replace(plain(), options=options))

    assert plan.status.proof is Proof.INFEASIBLE
    said = plan.verification.checks[0].examples[0]
    assert "quota (3)" in said
    assert "receptor (1)" in said


def test_all_options_together_still_give_a_checked_plan() -> None:
    options = Options(
        grade_order=True,
        equal_treatment=True,
        county_loss_factor=1.6,
        quotas=(Quota("玻璃", 1000.0),),
        receptors=OPTIONS["receptor"].receptors,
    )  # fmt: skip
    city = replace(plain(), options=options)

    plan = plan_city(city)

    assert plan.verification.holds
    names = {check.name for check in plan.verification.checks}
    assert names >= set(OPTIONS)
    assert plan_city(city, plan).verification.holds
