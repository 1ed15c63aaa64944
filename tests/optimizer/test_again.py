"""Plans beside their parent: every row kept, and a bound no higher than what a plan from nothing costs."""

from dataclasses import replace

import numpy as np
import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from grading.scale import LEVELS
from optimizer import plan_city
from optimizer.again import plan as beside
from optimizer.again import program, stages
from optimizer.again.frame import recosted
from optimizer.again.program import Program, choices_beside, program_beside, program_of
from optimizer.again.stages import staged_beside
from optimizer.choices import ContradictionError, choices_of
from optimizer.contrast.factors import with_loss_factors
from optimizer.decompose.pricing import bound_at, price
from optimizer.lexicographic import PROTECT_ROOM, Staged, plan_stages
from optimizer.model import Cap, Problem
from optimizer.requirements import requirements_of
from optimizer.result import City, Outcome, Plan, Warm
from optimizer.solve import Limits
from tests.optimizer.made_city import random_city

UNITS = 12


def city_of(seed: int) -> City:
    return replace(random_city(seed, UNITS, protect=seed % 2 == 0, joint=seed % 3 == 0), mip_gap=0.05)


def exempted(city: City, place: int) -> City:
    is_it = pl.col("unit_id") == f"U{place:05d}"
    bounds = [f"{bound}_k_{level}" for bound in ("floor", "ceil") for level in LEVELS]
    return replace(city, units=city.units.with_columns(pl.when(is_it).then(0).otherwise(n).alias(n) for n in bounds))


def changed(city: City, kind: str, place: int) -> City:
    if kind == "exempt":
        return exempted(city, place)
    if kind == "price":
        return with_loss_factors(city, {f"U{place:05d}": 3.0})
    factor = 1.02 if kind == "more" else 0.97
    return replace(city, targets=city.targets.with_columns(pl.col("required_kg_per_day") * factor))


def reached(staged: Staged) -> dict[str, float]:
    return {stage.name: stage.reached for stage in staged.stages}


@settings(max_examples=6, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    seed=st.integers(0, 30),
    kind=st.sampled_from(["exempt", "price", "more", "less"]),
    place=st.integers(0, UNITS - 1),
)
def test_it_holds_and_its_bounds_are_bounds(seed: int, kind: str, place: int) -> None:
    """A cold plan under the same caps never beats the bound; spared grades lose no more than their room."""
    city = city_of(seed)
    after = changed(city, kind, place)
    parent = plan_city(city)
    staged = staged_beside(after, parent)
    made = beside.plan_beside(after, parent)
    assert made.status.outcome is Outcome.USABLE
    assert made.verification.holds
    assert made.status.relative_gap is not None
    if staged is None:  # then it is planned like any other city
        return
    assert made.status.relative_gap <= city.mip_gap + 1e-9
    cold = plan_stages(after)
    held = reached(staged)
    for stage in staged.stages:
        if stage.name.startswith("protect_"):
            assert held[stage.name] <= stage.bound * (1 + PROTECT_ROOM) ** 2 + 1e-6
            assert stage.bound <= reached(cold)[stage.name] * (1 + PROTECT_ROOM) + 1e-6
    is_within = all(
        reached(cold)[stage.name] <= stage.bound * (1 + 1e-9) + 1e-9
        for stage in staged.stages
        if stage.name.startswith("protect_")
    )
    if is_within:  # the cold plan is one of those that the bound speaks of
        loss = next(stage for stage in staged.stages if stage.name == "loss")
        assert loss.bound <= reached(cold)["loss"] * (1 + 1e-6) + 1e-6


@pytest.mark.parametrize("seed", [1, 4])
def test_an_untouched_city_keeps_its_orders(seed: int) -> None:
    city = city_of(seed)
    parent = plan_city(city)
    again = beside.plan_beside(city, parent)
    columns = ["unit_id", "level", "measure_id", "cut_share"]
    assert again.orders.select(columns).equals(parent.orders.select(columns))


def test_a_plan_that_fails_its_check_is_made_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    city = city_of(1)
    parent = plan_city(city)

    def spoiled(city: City, base: Plan, parts: Program | None) -> Staged | None:
        staged = staged_beside(city, base, parts)
        assert staged is not None
        hardest = (staged.choices.k == 0).astype(float)
        return replace(staged, x=hardest)

    monkeypatch.setattr(beside, "staged_beside", spoiled)
    monkeypatch.setattr(beside, "nearest", lambda staged, *_: staged)
    tighter = changed(city, "more", 0)
    made = beside.plan_beside(tighter, parent)
    assert made.verification.holds
    assert made.status.outcome is Outcome.USABLE


def taken_off(city: City, place: int) -> City:
    """One unit loses its hardest measure, where it has more than two."""
    menu = city.menu.with_columns(last=pl.col("k").max().over("unit_id"))
    is_gone = (pl.col("unit_id") == f"U{place:05d}") & (pl.col("k") == pl.col("last")) & (pl.col("k") > 1)
    return replace(city, menu=menu.filter(~is_gone).drop("last"))


@pytest.mark.parametrize("kind", ["exempt", "price", "more", "measure"])
@pytest.mark.parametrize("seed", range(3))
def test_choices_beside_a_base_are_those_from_nothing(seed: int, kind: str) -> None:
    city = city_of(seed)
    after = taken_off(city, seed) if kind == "measure" else changed(city, kind, seed)
    found = choices_beside(after, city, choices_of(city))
    wanted = choices_of(after)
    assert found.table.equals(wanted.table)
    assert found.table.schema == wanted.table.schema
    assert found.unit_ids == wanted.unit_ids
    assert (found.days == wanted.days).all()


def counted(city: City) -> City:
    """Two lines of which the law counts one at red."""
    lines = city.units.filter(pl.col("grade").cast(pl.String) != "A")["unit_id"].tail(2)
    group = pl.when(pl.col("unit_id").is_in(lines.implode())).then(pl.lit("g"))
    rows = {"line_group": ["g"], "level": ["red"], "lines": [2], "stop_at_least": [1], "clause": ["made"]}
    return replace(
        city, units=city.units.with_columns(line_group=group),
        line_counts=pl.DataFrame(rows).cast(city.line_counts.schema),
    )  # fmt: skip


@pytest.mark.parametrize("kind", ["exempt", "price", "measure"])
@pytest.mark.parametrize("seed", range(3))
def test_arrays_beside_a_base_price_like_those_from_nothing(
    monkeypatch: pytest.MonkeyPatch, seed: int, kind: str
) -> None:
    """Bound and what the rows lack, at random prices; nothing but the changed unit is written anew."""
    city = counted(city_of(seed))
    place = int(city.units.filter(pl.col("grade").cast(pl.String) != "A")["unit_id"][1][1:])
    after = taken_off(city, place) if kind == "measure" else changed(city, kind, place)
    base, wanted = program_of(city), program_of(after)
    monkeypatch.setattr(program, "instance_of", None)
    found = program_beside(after, base)
    assert [line.rows.tolist() for line in found.lines] == [line.rows.tolist() for line in wanted.lines]
    rng = np.random.default_rng(seed)
    told = []
    draws = rng.uniform(0, 1e5, (3, 40))
    for made in (found, wanted):
        choices = made.alike.choices
        caps = (Cap("one", choices.extra_cut(("B", "B-")), 3.0),)
        problem = Problem(choices, requirements_of(after), made.lines, choices.season_loss, caps=caps)
        instance = recosted(made.frame, problem).instance
        for prices in draws[:, : instance.rows.count]:
            priced = price(instance, prices)
            lacks = instance.rows.rhs - priced.activity.sum(axis=0)
            told.append([priced.bound, bound_at(instance, prices), *lacks])
    assert np.array(told[:3]) == pytest.approx(np.array(told[3:]), rel=1e-9, abs=1e-9)


def test_where_a_counted_line_changes_all_is_made_anew() -> None:
    city = counted(city_of(1))
    line = city.units.filter(pl.col("line_group").is_not_null())["unit_id"][0]
    after = exempted(city, int(line[1:]))
    found, wanted = program_beside(after, program_of(city)), program_of(after)
    assert [line.rows.tolist() for line in found.lines] == [line.rows.tolist() for line in wanted.lines]
    assert (found.frame.unit == wanted.frame.unit).all()


def test_a_change_that_nobody_saw_would_show(monkeypatch: pytest.MonkeyPatch) -> None:
    city = city_of(1)
    after = exempted(city, 1)
    monkeypatch.setattr(program, "changed_keys", lambda *_: frozenset())
    assert not choices_beside(after, city, choices_of(city)).table.equals(choices_of(after).table)


def test_choices_beside_a_base_name_what_contradicts() -> None:
    city = city_of(1)
    broken = replace(city, units=city.units.with_columns(floor_k_red=pl.col("ceil_k_red") + 1))
    one = pl.col("unit_id") == "U00001"
    mixed = replace(city, units=pl.concat([city.units.filter(~one), broken.units.filter(one)]).sort("unit_id"))
    with pytest.raises(ContradictionError) as found:
        choices_beside(mixed, city, choices_of(city))
    with pytest.raises(ContradictionError) as wanted:
        choices_of(mixed)
    assert found.value.cases == wanted.value.cases


@pytest.mark.parametrize(
    ("bound", "cap", "is_solved"),
    [(100.0, 101.0, False), (100.6, 101.3, False), (100.6, 101.1, True), (101.5, 103.0, True), (100.0, 100.2, True)],
)
def test_a_moved_bound_is_looked_at_again_where_its_cap_may_be_too_tight(
    monkeypatch: pytest.MonkeyPatch, bound: float, cap: float, is_solved: bool
) -> None:
    """The base's bound is 100; moved by 0.6 it may be 0.3 short, and a cap needs 0.3 % above that."""
    parts = program_of(city_of(0))
    choices = parts.alike.choices
    problem = Problem(choices, requirements_of(parts.city), (), choices.extra_cut(("B", "B-")))
    asked: list[float] = []
    monkeypatch.setattr(stages, "priced_as_before", lambda *_: bound)
    monkeypatch.setattr(stages, "least_value", lambda *_: 0.0)
    monkeypatch.setattr(stages, "bounded", lambda *_, **__: asked.append(bound))
    before = stages._Before(Warm({}, {}, cap), 100.0)
    stages._spared(problem, "protect_B", before, parts.frame, Limits(60.0), is_whole=False)
    assert bool(asked) == is_solved
