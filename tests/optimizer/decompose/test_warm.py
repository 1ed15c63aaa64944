"""A warm start changes the time, never the answer."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from optimizer.decompose import solve_by_decomposition
from optimizer.decompose.arrays import instance_of
from optimizer.decompose.sift import row_prices
from optimizer.model import Problem, build
from optimizer.result import Proof, Warm
from optimizer.solve import Limits, run
from optimizer.warm import warm_of
from tests.optimizer.decompose.made_problems import made_problem

LIMITS = Limits(60.0)


def with_higher_target(problem: Problem) -> Problem:
    first, *others = problem.requirements
    return replace(problem, requirements=(replace(first, rhs=first.rhs * 1.02), *others))


def with_exemption(problem: Problem) -> Problem:
    choices = problem.choices
    gentlest = np.insert(np.diff(choices.slot) > 0, 0, True)
    counted = {unit for line in problem.line_counts for unit in choices.unit[line.rows].tolist()}
    exempt = next(unit for unit in range(len(choices.unit_ids)) if unit not in counted)
    return problem.restricted(gentlest | (choices.unit != exempt))


@pytest.mark.parametrize("change", [with_higher_target, with_exemption, lambda problem: problem])
@pytest.mark.parametrize("seed", range(6))
def test_the_answer_is_that_of_the_whole_program(seed: int, change: Callable[[Problem], Problem]) -> None:
    base = made_problem(seed, 60 + 20 * seed, tightness=0.7)
    warm = warm_of(base, solve_by_decomposition(base, LIMITS).solution.duals)
    changed = change(base)

    found = solve_by_decomposition(changed, LIMITS, warm=warm)

    straight = run(build(changed), LIMITS)
    assert found.solution.proof == straight.proof == Proof.OPTIMAL
    assert found.solution.objective == pytest.approx(straight.objective, rel=1e-6)


@pytest.mark.parametrize("factor", [0.0, 1e-3, 1e3])
def test_bad_prices_cost_time_only(factor: float) -> None:
    problem = made_problem(8, 80, tightness=0.7)
    duals = solve_by_decomposition(problem, LIMITS).solution.duals
    warm = warm_of(problem, {label: factor * dual for label, dual in duals.items()})

    found = solve_by_decomposition(problem, LIMITS, warm=warm)

    assert found.solution.objective == pytest.approx(run(build(problem), LIMITS).objective, rel=1e-6)


def test_a_kilogram_keeps_its_price_where_a_target_changed() -> None:
    instance = instance_of(made_problem(8, 30, has_lines=False, has_caps=False)).instance
    prices = {label: 10.0 for label in instance.rows.labels}
    shares = {row.label: row.scale / 2 for row in instance.rows.targets}
    assert row_prices(instance, Warm(prices, shares)) == pytest.approx(np.full(instance.rows.count, 20.0))
