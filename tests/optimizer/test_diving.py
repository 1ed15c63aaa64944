"""Diving settles the largest unit between measures and keeps a nested plan possible; what it finds is no proof."""

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest

from grading.scale import LEVELS
from optimizer.model import Problem, build
from optimizer.solve import Limits, run
from optimizer.whole.diving import settled_largest
from optimizer.whole.integer import Effort, holds, settle
from tests.optimizer.decompose.made_problems import made_problem

LIMITS = Limits(60.0)


def problem_of(seed: int, units: int = 25) -> Problem:
    return made_problem(seed, units, tightness=0.6, has_lines=False, has_caps=False)


@pytest.mark.parametrize("seed", range(6))
def test_one_slot_is_settled_and_a_nested_plan_stays_possible(seed: int) -> None:
    problem = problem_of(seed)
    lp = run(build(problem), LIMITS)
    assert lp.x is not None
    everything = np.ones(len(lp.x), dtype=np.bool_)

    kept = settled_largest(problem, everything, lp.x, lp.duals, 0.0)

    assert kept is not None
    lost = np.unique(problem.choices.unit[~kept])
    assert len(lost) == 1
    between = (lp.x > 1e-6) & (lp.x < 1 - 1e-6)
    assert lost[0] in problem.choices.unit[between]
    of_unit = kept & (problem.choices.unit == lost[0])
    ladders = [problem.choices.k[of_unit & (problem.choices.level == level)] for level in range(len(LEVELS))]
    assert any(len(ladder) == 1 for ladder in ladders)
    assert all(low.min() <= high.max() for low, high in pairwise(ladders))
    assert settled_largest(problem, everything, np.round(lp.x), lp.duals, 0.0) is None
    assert settled_largest(problem, everything, lp.x, lp.duals, np.inf) is None


@pytest.mark.parametrize("seed", range(3))
def test_whole_orders_hold_and_their_gap_is_that_to_a_proven_bound(seed: int) -> None:
    problem = problem_of(seed, 40)
    lp = run(build(problem), LIMITS)
    exact = run(build(replace(problem, is_integer=True)), Limits(60.0, gap_abs=1e-3 * abs(lp.objective or 1.0)))

    settled = settle(problem, None, LIMITS, Effort(0.0, 1e-2))

    assert holds(problem, settled.x)
    assert settled.bound is not None
    assert exact.objective is not None
    assert settled.bound <= exact.objective * (1 + 1e-6)
    assert settled.value >= exact.objective * (1 - 1.1e-3)
    assert settled.value == pytest.approx(float(problem.objective @ settled.x))
