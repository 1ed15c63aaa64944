"""Near to an earlier plan: never worse in any stage, every row still holds, and what could stay has stayed."""

from dataclasses import replace

import numpy as np
import polars as pl
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from optimizer import plan_city
from optimizer.answers.variants import with_required_shares
from optimizer.choices import PROTECTED_GROUPS
from optimizer.lexicographic import Staged, plan_stages
from optimizer.model import Problem
from optimizer.result import City, Plan
from optimizer.whole.integer import holds
from optimizer.whole.nearest import nearest
from tests.optimizer.made_city import random_city, two_kilns

KEY = ["unit_id", "level", "measure_id", "cut_share"]


def moved(before: Plan, after: Staged) -> int:
    """Return how many orders of a staged plan differ from an earlier plan's."""
    ordered = after.choices.table.filter(pl.Series(after.x > 0.5))
    earlier = before.orders.select(pl.col(KEY).exclude("level"), pl.col("level").cast(pl.String))
    return ordered.join(earlier, on=KEY, how="anti").height


def tightened(city: City, factor: float) -> City:
    shares = {
        (level, pollutant): min(share * factor, 1.0)
        for level, pollutant, share in city.targets.filter(pl.col("required_share").is_not_null())
        .select(pl.col("level", "pollutant").cast(pl.String), "required_share")
        .iter_rows()
    }
    return with_required_shares(city, shares)


@settings(max_examples=6, deadline=None, suppress_health_check=list(HealthCheck))
@given(seed=st.integers(0, 10_000), factor=st.sampled_from([0.9, 0.97, 1.0, 1.02]), protect=st.booleans(),
       gap=st.just(0.02))  # fmt: skip
@example(seed=267, factor=0.9, protect=False, gap=1e-3)  # a descent beat the bound of the small program it had left
def test_it_is_as_good_in_every_stage_and_nearer(seed: int, factor: float, protect: bool, gap: float) -> None:
    city = replace(random_city(seed, 12, protect=protect), mip_gap=gap)
    parent = plan_city(city)
    free = plan_stages(tightened(city, factor))
    near = nearest(free, parent.orders)
    problem = Problem(near.choices, near.requirements, near.line_counts, near.choices.season_loss)
    assert holds(problem, near.x)
    for one, other in zip(free.stages, near.stages, strict=True):
        assert other.reached <= one.reached + 1e-6 * max(abs(one.reached), 1.0), one.name
        assert other.bound == one.bound
    assert moved(parent, near) <= moved(parent, free)


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_the_same_city_keeps_its_own_plan(seed: int) -> None:
    city = random_city(seed, 10, protect=True)
    plan = plan_city(city)
    assert plan_city(city, base=plan).orders.equals(plan.orders)


def test_a_target_that_does_not_bind_moves_nobody() -> None:
    city = two_kilns()
    plan = plan_city(city)
    looser = with_required_shares(city, {("yellow", "nox"): 0.055})
    assert plan_city(looser, base=plan).orders.select(KEY).equals(plan.orders.select(KEY))


def test_orders_of_units_that_are_gone_are_passed_over() -> None:
    city = two_kilns()
    plan = plan_city(city)
    without = replace(
        city,
        units=city.units.filter(pl.col("unit_id") == "U1"),
        menu=city.menu.filter(pl.col("unit_id") == "U1"),
        legal=city.legal.filter(pl.col("unit_id") == "U1"),
    )
    loose = with_required_shares(without, {(level, "nox"): 0.01 for level in ("yellow", "orange", "red")})
    assert plan_city(loose, base=plan).verification.holds


def alone(staged: Staged, earlier: pl.DataFrame) -> list[Staged]:
    """Return the plan with each single unit, that no count of lines concerns, at all its earlier orders."""
    table = staged.choices.table.with_row_index("row").with_columns(taken=pl.Series(staged.x > 0.5))
    known = earlier.select("unit_id", pl.col("level").cast(pl.String), "measure_id", is_earlier=pl.lit(value=True))
    beside = table.join(known, on=["unit_id", "level", "measure_id"], how="left").filter(pl.col("line_group").is_null())
    found = []
    for _, rows in beside.group_by("unit_id", maintain_order=True):
        old = rows.filter("is_earlier")["row"].to_numpy()
        if len(old) == 3 and not rows.filter("is_earlier")["taken"].all():
            x = staged.x.copy()
            x[rows["row"].to_numpy()] = 0.0
            x[old] = 1.0
            found.append(replace(staged, x=x))
    return found


def is_as_good(one: Staged, other: Staged) -> bool:
    """Return whether a plan keeps every row and is in no stage worse than another."""
    choices = one.choices
    spared = [choices.extra_cut(grades) for _, grades in PROTECTED_GROUPS]
    stages = [*spared, choices.season_loss, choices.is_disturbing * choices.weight]
    problem = Problem(choices, one.requirements, one.line_counts, choices.season_loss)
    return holds(problem, one.x) and all(float(each @ one.x) <= float(each @ other.x) + 1e-7 for each in stages)


def hardened(staged: Staged) -> Staged:
    """Return a plan in which every other unit takes its hardest measure."""
    choices, x = staged.choices, staged.x.copy()
    rows = np.flatnonzero(choices.unit % 2 == 0)
    x[rows] = 0.0
    x[rows[np.diff(choices.slot[rows], append=-1) != 0]] = 1.0
    return replace(staged, x=x)


def asking(staged: Staged, mild: Staged, share: float) -> Staged:
    """Return a plan whose targets ask for a share of what it brings more than a milder one."""
    brings = [row.coefficients(staged.choices) for row in staged.requirements]
    rows = [
        replace(row, rhs=float(each @ mild.x) + share * float(each @ (staged.x - mild.x)))
        for row, each in zip(staged.requirements, brings, strict=True)
    ]
    return replace(staged, requirements=tuple(rows))


@pytest.mark.parametrize("seed", [3, 4, 5])
def test_nobody_is_left_who_could_go_back_alone(seed: int) -> None:
    city = replace(random_city(seed, 12), mip_gap=0.05)
    parent = plan_city(city)
    own = plan_stages(city)
    free = hardened(own)
    assert (nearest(free, parent.orders).x == own.x).all()
    asked = asking(free, own, 0.4)
    near = nearest(asked, parent.orders)
    assert (near.x != asked.x).any()
    assert is_as_good(near, asked)
    assert not any(is_as_good(each, near) for each in alone(near, parent.orders))
