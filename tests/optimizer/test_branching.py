"""A bound by branching is a bound: never above the best whole plan, never below the LP, and mostly nearer."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from optimizer.again import sides
from optimizer.again.narrow import begun
from optimizer.again.sides import by_arrays
from optimizer.choices import Bools, Floats, Ints
from optimizer.decompose.arrays import Instance, instance_of
from optimizer.model import Problem, build
from optimizer.result import Proof
from optimizer.solve import Limits, Solution, run
from optimizer.whole import branching
from optimizer.whole.branching import Relax, Side, bound_by_branching, by_programs
from optimizer.whole.integer import relaxed
from tests.optimizer.decompose.made_problems import made_problem

LIMITS = Limits(60.0)


def relax_of(problem: Problem) -> Relax:
    return by_programs(problem, lambda part, warm: relaxed(part, LIMITS, warm))


def bound_of(problem: Problem, value: float) -> tuple[float, float]:
    """Return the LP's bound and that of branching, to a gap of nothing."""
    lp, bound = relaxed(problem, LIMITS)
    assert lp.x is not None
    assert bound is not None
    first = Side(np.ones(len(lp.x), dtype=np.bool_), lp.x, lp.duals, bound)
    proven = bound_by_branching(problem, first, 0.0, relax_of(problem), lambda _: value)
    return bound, proven


def bound_by_arrays(problem: Problem, value: float) -> float:
    """Return the bound of branching over arrays, each half begun at its side's prices."""
    lp, bound = relaxed(problem, LIMITS)
    framed = instance_of(problem, groups=1)
    assert lp.x is not None
    assert bound is not None
    relax = by_arrays(problem, framed, begun(framed.instance, LIMITS), lambda *_: None)
    first = Side(np.ones(len(lp.x), dtype=np.bool_), lp.x, lp.duals, bound)
    return bound_by_branching(problem, first, 0.0, relax, lambda _: value)


@pytest.mark.parametrize("seed", [0, 2, 3, 5, 6, 7])
def test_it_bounds_the_best_whole_plan(seed: int) -> None:
    problem = made_problem(seed, 14, tightness=0.6)
    best = run(build(replace(problem, is_integer=True)), LIMITS)
    assert best.objective is not None
    bound, proven = bound_of(problem, best.objective)
    for found in (proven, bound_by_arrays(problem, best.objective)):
        assert bound * (1 - 1e-9) <= found <= best.objective * (1 + 1e-6)


def passes_the_best(bound: Callable[[Problem, float], float]) -> bool:
    """Say whether a claimed bound lies above the best whole plan in some city, as a bound never may."""
    over = []
    for seed in (0, 2, 3, 5):
        problem = made_problem(seed, 14, tightness=0.6)
        best = run(build(replace(problem, is_integer=True)), LIMITS).objective
        assert best is not None
        over.append(bound(problem, best) > best * (1 + 1e-6))
    return any(over)


def test_a_measure_forbidden_on_the_wrong_half_would_show(monkeypatch: pytest.MonkeyPatch) -> None:
    without = sides._without

    def more(instance: Instance, problem: Problem, place: Ints, gone: Bools) -> Instance:
        unit = problem.choices.unit
        return without(instance, problem, place, gone | np.isin(unit, unit[gone]) & (problem.choices.k == 0))

    monkeypatch.setattr(sides, "_without", more)
    assert passes_the_best(bound_by_arrays)


def test_it_comes_nearer_than_the_linear_program() -> None:
    gained = 0
    for seed in (0, 2, 3):
        problem = made_problem(seed, 14, tightness=0.6)
        best = run(build(replace(problem, is_integer=True)), LIMITS).objective
        assert best is not None
        bound, proven = bound_of(problem, best)
        gained += proven > bound + 0.5 * (best - bound)
    assert gained >= 2


def test_a_side_that_is_lost_would_show(monkeypatch: pytest.MonkeyPatch) -> None:
    halves = branching._halves

    def one_only(problem: Problem, side: Side, least: float) -> object:
        found = halves(problem, side, least)
        return found and found[:1]

    monkeypatch.setattr(branching, "_halves", one_only)
    assert passes_the_best(lambda problem, best: bound_of(problem, best)[1])


def test_a_side_that_is_not_proven_keeps_the_bound_of_what_it_came_from(monkeypatch: pytest.MonkeyPatch) -> None:
    problem = made_problem(2, 14, tightness=0.6)
    lp, bound = relaxed(problem, LIMITS)
    assert lp.x is not None
    assert bound is not None
    first = Side(np.ones(len(lp.x), dtype=np.bool_), lp.x, lp.duals, bound)
    cut_short = by_programs(problem, lambda *_: (Solution(lp.outcome, Proof.NOT_PROVEN), None))
    asked: list[float] = []

    def offered(_: Floats) -> float:
        asked.append(1.0)
        return np.inf

    assert bound_by_branching(problem, first, 0.0, cut_short, offered) == bound
    assert asked
    monkeypatch.setattr(branching, "MOST_PROGRAMS", 0)
    assert bound_by_branching(problem, first, 0.0, cut_short, offered) == bound
