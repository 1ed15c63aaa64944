"""A plan that begins with a base plan: the same bounds, every row kept, and orders that differ little."""

from dataclasses import replace

import numpy as np
import polars as pl
import pytest

from grading.scale import LEVELS
from optimizer import plan_city
from optimizer.again.ordered import as_ordered
from optimizer.again.warm import chains_at, duals_of, warm_of
from optimizer.choices import choices_of
from optimizer.lexicographic import plan_stages
from optimizer.model import Problem, build, line_counts_of
from optimizer.requirements import requirements_of
from optimizer.result import City, Plan
from optimizer.solve import Limits, run
from tests.optimizer import made_city

UNITS = 20


def random_city(seed: int, units: int, protect: bool = False, joint: bool = False) -> City:
    """Return a random city whose whole orders need not be near its bound: closing that gap is slow and another test."""
    return replace(made_city.random_city(seed, units, protect, joint), mip_gap=0.05)


def exempted(city: City, unit_id: str) -> City:
    is_it = pl.col("unit_id") == unit_id
    free = [pl.when(is_it).then(0).otherwise(pl.col(name)).alias(name) for name in bounds()]
    treated = pl.when(is_it).then(pl.lit("register_exempt")).otherwise("treatment")
    return replace(city, units=city.units.with_columns(*free, treatment=treated))


def bounds() -> list[str]:
    return [f"{end}_k_{level}" for end in ("floor", "ceil") for level in LEVELS]


def with_targets(city: City, factor: float) -> City:
    return replace(city, targets=city.targets.with_columns(pl.col("required_kg_per_day") * factor))


def changed(city: City, change: str) -> City:
    return exempted(city, "U00007") if change == "exemption" else with_targets(city, 1.01 if change == "more" else 0.98)


def bound_of(plan: Plan, stage: str) -> float:
    return next(found.bound for found in plan.status.stages if found.name == stage)


@pytest.mark.parametrize("change", ["exemption", "more", "less"])
@pytest.mark.parametrize("seed", range(2))
def test_the_bound_is_that_of_a_cold_plan(seed: int, change: str) -> None:
    city = random_city(seed, UNITS, joint=seed % 2 == 0)
    after = changed(city, change)

    warm = plan_city(after, plan_city(city))

    cold = plan_city(after)
    assert warm.verification.holds
    assert warm.status.proof == cold.status.proof
    assert warm.status.lp_loss_bound_cny_per_season == pytest.approx(cold.status.lp_loss_bound_cny_per_season, rel=1e-6)
    assert bound_of(warm, "shortfall") == pytest.approx(bound_of(cold, "shortfall"), abs=1e-9)
    for one, other in ((warm, cold), (cold, warm)):
        assert one.status.stages[1].reached >= bound_of(other, "loss") - 1e-6 * bound_of(other, "loss")


@pytest.mark.parametrize("change", ["exemption", "more", "less"])
@pytest.mark.parametrize("seed", range(1))
def test_spared_grades_stay_as_spared_as_their_own_bound_asks(seed: int, change: str) -> None:
    city = random_city(seed, UNITS, protect=True)
    after = changed(city, change)

    warm, cold = plan_city(after, plan_city(city)), plan_city(after)

    assert warm.verification.holds
    for found in warm.status.stages:
        if found.name.startswith("protect_"):
            # One gap and one room above what the cold plan proves to be the least.
            least = bound_of(cold, found.name)
            assert found.reached <= max(found.bound, least) * 1.05 + 1e-6
            assert found.bound <= found.reached + 1e-6
    loss = next(found for found in warm.status.stages if found.name == "loss")
    assert loss.bound <= loss.reached * (1 + 1e-9)


def test_a_plan_of_the_same_city_is_kept() -> None:
    city = random_city(5, UNITS, protect=True)
    base = plan_city(city)

    again = plan_city(city, base)

    assert again.orders.equals(base.orders)


def test_a_chain_of_what_ifs_does_not_widen_the_caps() -> None:
    city = random_city(5, UNITS, protect=True)
    plan = plan_city(city)
    first = {name: warm.cap for name, warm in plan.carried.items()}
    for _ in range(2):
        plan = plan_city(city, plan)
    for name, cap in first.items():
        if name.startswith("protect_") and cap is not None:
            assert plan.carried[name].cap == pytest.approx(cap)


@pytest.mark.parametrize("seed", range(6))
def test_any_prices_bound_the_optimum_from_below(seed: int) -> None:
    city = random_city(seed, 12)
    choices = choices_of(city)
    problem = Problem(
        choices, requirements_of(city), line_counts_of(choices, city.line_counts), choices.season_loss
    )  # fmt: skip
    optimum = run(build(problem), Limits(60))
    assert optimum.objective is not None
    rng = np.random.default_rng(seed)

    exact = chains_at(problem, optimum.duals)
    drawn = {label: dual * float(rng.uniform(0.2, 3)) for label, dual in optimum.duals.items()}
    moved = chains_at(problem, duals_of(problem, warm_of(problem, drawn)))

    assert exact.bound == pytest.approx(optimum.objective, rel=1e-7)
    assert moved.bound <= optimum.objective * (1 + 1e-9)


def test_orders_of_the_base_become_a_nested_plan_of_the_changed_city() -> None:
    city = random_city(3, 20)
    base = plan_city(city)
    choices = choices_of(exempted(city, "U00007"))

    x = as_ordered(choices, base.orders)

    chosen = choices.table.filter(pl.Series(x > 0.5))
    assert chosen.height == 3 * city.units.height
    assert chosen.filter(unit_id="U00007")["k"].to_list() == [0, 0, 0]
    beside = chosen.join(
        base.orders.select("unit_id", pl.col("level").cast(pl.String), before="k"), on=["unit_id", "level"]
    )
    assert beside.filter(pl.col("unit_id") != "U00007", pl.col("k") != pl.col("before")).is_empty()
    assert plan_stages(city, base).carried.keys() == base.carried.keys()
