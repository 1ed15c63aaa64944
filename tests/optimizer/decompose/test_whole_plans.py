"""A city planned through the decomposition is the city planned through the whole program."""

from dataclasses import replace

import numpy as np
import pytest

from optimizer.decompose import solve_by_decomposition
from optimizer.model import Problem
from optimizer.result import Proof, Warm
from optimizer.solve import Limits
from optimizer.whole import integer
from optimizer.whole.integer import Effort, holds, settle
from tests.optimizer.decompose.made_problems import made_problem

LIMITS = Limits(60.0)


def with_incumbent(seed: int, units: int) -> tuple[Problem, np.ndarray]:
    problem = made_problem(seed, units, tightness=0.6, has_caps=False)
    hardest = np.append(np.diff(problem.choices.slot) > 0, True).astype(np.float64)
    assert holds(problem, hardest)
    return problem, hardest


@pytest.mark.parametrize("seed", range(6))
def test_both_ways_settle_at_the_same_bound(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    problem, incumbent = with_incumbent(seed, 25)
    straight = settle(problem, incumbent, LIMITS, Effort(0.0, 1e-3))

    monkeypatch.setattr(integer, "STRAIGHT_UP_TO", 0)
    decomposed = settle(problem, incumbent, LIMITS, Effort(0.0, 1e-3))

    assert straight.lp_bound is not None
    assert decomposed.lp_bound == pytest.approx(straight.lp_bound, rel=1e-6)
    assert decomposed.lp_bound is not None
    assert decomposed.lp_bound <= straight.lp_bound * (1 + 1e-9)
    assert holds(problem, decomposed.x)
    assert decomposed.bound is not None
    assert decomposed.bound <= straight.value * (1 + 1e-9)
    assert decomposed.value <= decomposed.bound * (1 + 2e-3)


def test_tiny_cities_get_the_same_proven_plan(monkeypatch: pytest.MonkeyPatch) -> None:
    problem, incumbent = with_incumbent(3, 8)
    straight = settle(problem, incumbent, LIMITS, Effort(0.0, 0.0))

    monkeypatch.setattr(integer, "STRAIGHT_UP_TO", 0)
    decomposed = settle(problem, incumbent, LIMITS, Effort(0.0, 0.0))

    assert straight.proof == decomposed.proof == Proof.OPTIMAL
    assert decomposed.value == pytest.approx(straight.value, rel=1e-9)


def test_a_large_city_goes_through_the_decomposition(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[int] = []

    def noted(problem: Problem, limits: Limits, warm: Warm | None = None) -> object:
        asked.append(int(problem.choices.is_free.sum()))
        return original(problem, limits, warm=warm)

    original = solve_by_decomposition
    monkeypatch.setattr(integer, "solve_by_decomposition", noted)
    problem, incumbent = with_incumbent(2, 1_100)
    settled = settle(replace(problem, line_counts=()), incumbent, LIMITS, Effort(0.0, 1e-2, 1))

    assert asked
    assert asked[0] > integer.STRAIGHT_UP_TO
    assert settled.lp_bound is not None
    assert settled.value >= settled.lp_bound
