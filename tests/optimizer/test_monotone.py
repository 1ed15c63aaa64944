"""What must never happen when one thing is changed.

The linear program is monotone exactly; a published plan in whole orders only up to the gap that is proven of it, so
its loss is compared with the other plan's proven bound.
"""

from dataclasses import replace

import polars as pl
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from grading.scale import LEVELS
from optimizer import plan_city
from optimizer.answers.variants import with_required_shares
from optimizer.choices import choices_of
from optimizer.contrast.factors import with_loss_factors
from optimizer.model import Problem, build, line_counts_of
from optimizer.requirements import requirements_of
from optimizer.result import City, Outcome, Plan
from optimizer.solve import Limits, run
from tests.optimizer.made_city import random_city

QUICK = settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))
seeds = st.integers(0, 10_000)


def lp_loss(city: City) -> float | None:
    """Return the least loss in shares of orders, with no grade spared; None when no plan reaches the targets."""
    choices = choices_of(city)
    problem = Problem(
        choices, requirements_of(city), line_counts_of(choices, city.line_counts), choices.season_loss
    )  # fmt: skip
    return run(build(problem), Limits(60.0)).objective


def room(value: float) -> float:
    return 1e-6 * max(abs(value), 1.0)


def never_cheaper(easier: City, harder: City) -> None:
    """Hold that the harder city costs no less: exactly for the linear program, within the proof for whole plans."""
    low, high = lp_loss(easier), lp_loss(harder)
    if low is None:
        assert high is None
    if low is not None and high is not None:
        assert high >= low - room(low)
    plans = [plan_city(replace(city, mip_gap=0.05)) for city in (easier, harder)]
    if all(plan.status.outcome is Outcome.USABLE and _holds(plan) for plan in plans):
        bound = plans[0].status.lp_loss_bound_cny_per_season
        assert bound is None or loss_of(plans[1]) >= bound - room(bound)


def _holds(plan: Plan) -> bool:
    return not (plan.targets["state"].cast(pl.String) == "missed").any()


def loss_of(plan: Plan) -> float:
    days = {"yellow": 10.0, "orange": 6.0, "red": 2.0}
    weight = pl.col("level").cast(pl.String).replace_strict(days, return_dtype=pl.Float64)
    return float(plan.orders.select((pl.col("loss_cny_per_day") * weight).sum()).item())


@QUICK
@given(seed=seeds, level=st.sampled_from(LEVELS), pollutant=st.sampled_from(["so2", "nox", "pm", "vocs"]),
       factor=st.sampled_from([1.01, 1.2, 1.5]))  # fmt: skip
def test_a_higher_target_never_costs_less(seed: int, level: str, pollutant: str, factor: float) -> None:
    city = random_city(seed, 8)
    stated = city.targets.filter(
        pl.col("level").cast(pl.String) == level, pl.col("pollutant").cast(pl.String) == pollutant
    )["required_share"].item()  # fmt: skip
    never_cheaper(city, with_required_shares(city, {(level, pollutant): stated * factor}))


def exempted(city: City, unit_id: str) -> City:
    """Return the city in which one unit may not be cut; its floors go as well, as an exemption takes them."""
    is_it = pl.col("unit_id") == unit_id
    bounds = [f"{bound}_k_{level}" for bound in ("floor", "ceil") for level in LEVELS]
    return replace(
        city, units=city.units.with_columns(pl.when(is_it).then(0).otherwise(name).alias(name) for name in bounds)
    )


@QUICK
@given(seed=seeds, place=st.integers(0, 7))
def test_an_exemption_never_makes_it_cheaper_for_all_others(seed: int, place: int) -> None:
    """The others' loss without the unit in the program at all is what they bear at least, whatever it did before."""
    city = random_city(seed, 8, tightness=0.3)
    unit = f"U{place:05d}"
    free = with_loss_factors(city, {unit: 1e-12})  # the unit's own loss counts nothing, so only the others' remains
    low, high = lp_loss(free), lp_loss(exempted(city, unit))
    assert low is not None
    assert high is None or high >= low - room(low)


@QUICK
@given(seed=seeds, place=st.integers(0, 7), factor=st.sampled_from([1.1, 2.0, 10.0]))
def test_a_dearer_line_is_never_cut_more_and_the_city_never_pays_less(seed: int, place: int, factor: float) -> None:
    """Cut is measured as the line's own loss at its old price: the one-line form of a monotone subgradient."""
    city = random_city(seed, 8)
    unit = f"U{place:05d}"
    dearer = with_loss_factors(city, {unit: factor})
    low, high = lp_loss(city), lp_loss(dearer)
    if low is None or high is None:
        assert low == high
        return
    assert high >= low - room(low)
    assert own_loss(dearer, unit) / factor <= own_loss(city, unit) + room(low)


def own_loss(city: City, unit_id: str) -> float:
    choices = choices_of(city)
    problem = Problem(
        choices, requirements_of(city), line_counts_of(choices, city.line_counts), choices.season_loss
    )  # fmt: skip
    x = run(build(problem), Limits(60.0)).x
    assert x is not None
    own = (choices.table["unit_id"] == unit_id).to_numpy()
    return float((choices.season_loss * x)[own].sum())


@QUICK
@given(seed=seeds, place=st.integers(0, 7))
def test_more_room_for_one_line_never_costs_more(seed: int, place: int) -> None:
    """A better grade lowers floors and nothing else here: the city never pays more, in shares of orders."""
    city = random_city(seed, 8)
    is_it = pl.col("unit_id") == f"U{place:05d}"
    floors = [f"floor_k_{level}" for level in LEVELS]
    better = replace(
        city, units=city.units.with_columns(pl.when(is_it).then(0).otherwise(name).alias(name) for name in floors)
    )
    low, high = lp_loss(better), lp_loss(city)
    if high is not None:
        assert low is not None
        assert low <= high + room(high)
