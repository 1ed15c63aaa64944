"""Equal treatment with classes as one unit each: the same optimum as every equality written out, and as a listing."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from grading.scale import LEVELS, POLLUTANTS
from optimizer import plan_city
from optimizer.again.warm import reduced_costs
from optimizer.alike import Alike, alike_of
from optimizer.answers.lagrange import cheapest_chains
from optimizer.choices import ContradictionError, choices_of
from optimizer.classes import numbered
from optimizer.couplings import couplings_among, couplings_of
from optimizer.decompose import answer, solve_by_decomposition
from optimizer.decompose.residual import TOLERANCE, worst_residual
from optimizer.model import Problem, build, line_counts_of
from optimizer.requirements import requirements_of
from optimizer.result import City, Options, Outcome, Proof, Quota, Receptor
from optimizer.solve import Limits, Solution, run
from tests.optimizer.made_city import made_city, made_menu, made_unit
from tests.optimizer.oracle import all_plans, season_loss, shortfalls

LIMITS = Limits(60.0)
CUTS = [0.0, 0.3, 0.6, 1.0]


def city_of_classes(
    seed: int, units: int, *, has_others: bool, tightness: float = 0.5, cuts: list[float] = CUTS
) -> City:
    """Return a city of few classes; with `has_others` some units differ at one level, so that classes overlap."""
    rng = np.random.default_rng(seed)
    rows, menu, most = [], [], dict.fromkeys(POLLUTANTS, 0.0)
    for place in range(units):
        unit_id, grade = f"U{place}", str(rng.choice(["C", "D"]))
        emission = {p: float(rng.uniform(10, 100)) for p in POLLUTANTS}
        window: dict[str, object] = {f"ceil_k_{level}": len(cuts) - 1 for level in LEVELS}
        if has_others and rng.random() < 0.4:
            window |= {"ceil_k_yellow": int(rng.integers(0, len(cuts)))}
        if has_others and rng.random() < 0.2:
            window |= {"floor_k_red": int(rng.integers(1, len(cuts)))}
        facts: dict[str, object] = {
            "county": str(rng.choice(["东区", "西区"])), "product": "玻璃",
            "full_loss_cny_per_day": float(rng.uniform(500, 2000)),
            "line_group": "G" if place < 2 else None,
        }  # fmt: skip
        rows.append(made_unit(unit_id, grade, **facts, **window))
        menu += made_menu(unit_id, cuts, emission, float(rng.uniform(200, 3000)), float(rng.uniform(0, 100)))
        most = {p: most[p] + emission[p] for p in POLLUTANTS}
    required = {(level, p): most[p] * tightness * (place + 1) / 3 for place, level in enumerate(LEVELS)
                for p in POLLUTANTS}  # fmt: skip
    counts: list[dict[str, object]] = [
        {"line_group": "G", "level": "red", "lines": 2, "stop_at_least": 1, "clause": "made"}
    ]
    options = Options(
        grade_order=bool(rng.random() < 0.7),
        equal_treatment=True,
        county_loss_factor=float(rng.uniform(1.1, 1.8)) if rng.random() < 0.7 else None,
        quotas=(Quota("玻璃", 150.0 * units),) if rng.random() < 0.5 else (),
        receptors=(Receptor("北站", {"red": 0.01 * units}, {"东区": {"nox": 1.0}, "西区": {"pm": 1.0}}),),
    )
    return made_city(rows, menu, required, counts, options=options, mip_gap=1e-4)


def problem_of(city: City, alike: Alike, *, is_whole: bool) -> Problem:
    """Return the loss program of the merged units, or of every unit with every equality."""
    choices = alike.listed if is_whole else alike.choices
    rows = couplings_of(city, choices) if is_whole else couplings_among(city, alike)
    lines = line_counts_of(choices, city.line_counts)
    return Problem(choices, requirements_of(city), lines, choices.season_loss, couplings=rows, is_elastic=True)


def value_of(found: Solution, price: float) -> float:
    assert found.objective is not None
    return found.objective + price * sum(found.shortfalls.values())


@settings(max_examples=24, deadline=None)
@given(seed=st.integers(0, 10_000), units=st.integers(3, 14), has_others=st.booleans())
def test_merged_units_reach_the_optimum_of_every_equality(seed: int, units: int, has_others: bool) -> None:
    city = city_of_classes(seed, units, has_others=has_others)
    alike = alike_of(city, choices_of(city))
    try:
        every = problem_of(city, alike, is_whole=True)
    except ContradictionError:
        return
    price = every.scale
    merged = replace(problem_of(city, alike, is_whole=False), shortfall_price=price)

    straight = run(build(every), LIMITS)
    found, priced = run(build(merged), LIMITS), solve_by_decomposition(merged, LIMITS)

    assert found.proof == straight.proof == priced.solution.proof
    if straight.proof == Proof.OPTIMAL:
        best = value_of(straight, price)
        assert value_of(found, price) == pytest.approx(best, rel=1e-6)
        assert value_of(priced.solution, price) == pytest.approx(best, rel=1e-6)
        assert found.x is not None
        assert worst_residual(every, alike.widened(found.x)) <= TOLERANCE


@pytest.mark.parametrize("times", [1.0, 30.0])
def test_what_the_box_leaves_open_under_many_rows_is_solved_as_a_whole(
    times: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    city = city_of_classes(3, 12, has_others=True, tightness=0.4)
    alike = alike_of(city, choices_of(city))
    merged = replace(problem_of(city, alike, is_whole=False), is_elastic=False)
    asked = tuple(replace(row, rhs=times * row.rhs) for row in merged.requirements)
    asked_of = replace(merged, requirements=asked)
    monkeypatch.setattr(answer, "MANY_ROWS", 0)
    monkeypatch.setattr(answer, "close", lambda *_: None)
    monkeypatch.setattr(answer, "run_rounds", None)

    straight, found = run(build(asked_of), LIMITS), solve_by_decomposition(asked_of, LIMITS)

    assert straight.proof == (Proof.OPTIMAL if times == 1.0 else Proof.INFEASIBLE)
    assert found.solution.proof == straight.proof
    assert found.solution.objective == straight.objective
    assert found.bound == (straight.objective if times == 1.0 else -np.inf)


@given(values=st.lists(st.integers(0, 10**12) | st.integers(0, 5), min_size=0, max_size=20))
def test_numbers_are_places_among_the_different_ones(values: list[int]) -> None:
    different = sorted(set(values))

    assert numbered(np.array(values, dtype=np.int64)).tolist() == [different.index(value) for value in values]


@settings(max_examples=15, deadline=None)
@given(seed=st.integers(0, 10_000), units=st.integers(4, 14))
def test_equal_parts_of_a_class_prove_the_bound_unit_by_unit(seed: int, units: int) -> None:
    city = city_of_classes(seed, units, has_others=False)
    alike = alike_of(city, choices_of(replace(city, line_counts=city.line_counts.clear())))
    try:
        merged = replace(problem_of(city, alike, is_whole=False), line_counts=())
    except ContradictionError:
        return
    found = run(build(merged), LIMITS)
    if not found.is_proven:
        return

    reduced = alike.per_unit(reduced_costs(merged, found.duals))

    paid = sum(found.duals[row.label] * row.rhs for row in merged.requirements)
    paid += sum(found.duals[row.label] * row.rhs for row in merged.couplings)
    bound = float(cheapest_chains(alike.listed, reduced).sum()) + paid
    assert bound == pytest.approx(value_of(found, merged.scale), rel=1e-6)


def class_of(unit: dict[str, object], place: int) -> tuple[object, ...]:
    """Return what makes units alike at a level where all menus are the same: grade, and what nesting leaves open."""
    floors = [unit[f"floor_k_{level}"] for level in LEVELS[: place + 1]]
    ceilings = [unit[f"ceil_k_{level}"] for level in LEVELS[place:]]
    return unit["grade"], max(floors), min(ceilings)  # type: ignore[type-var]


@settings(max_examples=10, deadline=None)
@given(seed=st.integers(0, 10_000), has_others=st.booleans())
def test_a_plan_is_the_cheapest_of_all_that_treat_alike(seed: int, has_others: bool) -> None:
    rng = np.random.default_rng(seed)
    tightness = float(rng.uniform(0.2, 0.9))
    made = city_of_classes(seed, 5, has_others=has_others, tightness=tightness, cuts=[0.0, 1.0])
    city = replace(made, options=Options(equal_treatment=True), mip_gap=1e-6)
    units = city.units.to_dicts()
    free = [unit for unit in units if unit["line_group"] is None]
    together = [
        (one["unit_id"], other["unit_id"], place)
        for place in range(len(LEVELS)) for one in free for other in free
        if one["unit_id"] < other["unit_id"] and class_of(one, place) == class_of(other, place)
    ]  # fmt: skip

    def is_equal(plan: dict[str, tuple[int, ...]]) -> bool:
        return all(plan[one][place] == plan[other][place] for one, other, place in together)

    plan = plan_city(city)

    plans = [each for each in all_plans(city) if is_equal(each)]
    missing = [sum(shortfalls(city, each).values()) for each in plans]
    best = min(season_loss(city, each) for each, short in zip(plans, missing, strict=True)
               if short <= min(missing) + 1e-6)  # fmt: skip
    ordered = plan.orders.sort("unit_id", "level").group_by("unit_id", maintain_order=True).agg("k")
    found = {unit: tuple(ks) for unit, ks in ordered.iter_rows()}
    assert plan.status.outcome is Outcome.USABLE
    assert is_equal(found)
    assert season_loss(city, found) == pytest.approx(best, rel=1e-6)


def test_units_of_one_class_at_every_level_leave_no_row_and_others_keep_theirs() -> None:
    same = city_of_classes(3, 12, has_others=False)
    other = city_of_classes(3, 12, has_others=True)

    left = []
    for city in (same, other):
        alike = alike_of(city, choices_of(city))
        rows = couplings_among(city, alike)
        left.append(sum(row.family == "equal_treatment" for row in rows))
        assert len(alike.choices.unit_ids) < len(alike.listed.unit_ids)
        assert int(alike.choices.counts.sum()) == len(alike.listed.unit_ids)

    assert left[0] == 0
    assert 0 < left[1] < sum(row.family == "equal_treatment" for row in couplings_of(other, choices_of(other)))


def test_without_equal_treatment_nothing_is_merged() -> None:
    city = replace(city_of_classes(3, 12, has_others=False), options=Options(grade_order=True))
    listed = choices_of(city)

    alike = alike_of(city, listed)

    assert alike.choices is listed
    assert not alike.is_merged
