"""Nothing is called proven that is not; the same problem gives the same bytes."""

from dataclasses import replace

import numpy as np
import pytest

from optimizer.decompose import solve_by_decomposition
from optimizer.decompose.arrays import instance_of
from optimizer.decompose.rounds import State, add_priced
from optimizer.model import build
from optimizer.result import Outcome, Proof
from optimizer.solve import Limits, run
from tests.optimizer.decompose.made_problems import made_problem


def test_without_time_nothing_is_called_optimal() -> None:
    found = solve_by_decomposition(made_problem(1, 40, tightness=0.8), Limits(0.0))
    assert found.solution.proof == Proof.NOT_PROVEN
    assert found.solution.x is None or found.relative_gap > 1e-6


def test_rows_that_cannot_hold_are_named_infeasible_without_values() -> None:
    found = solve_by_decomposition(made_problem(4, 30, tightness=4.0), Limits(60.0))
    assert found.solution.outcome == Outcome.NO_PLAN
    assert found.solution.proof == Proof.INFEASIBLE
    assert found.solution.x is None


@pytest.mark.parametrize("factor", [2.0, 10.0])
def test_prices_above_that_of_a_missing_share_prove_no_bound(factor: float) -> None:
    problem = made_problem(6, 20, is_elastic=True, has_lines=False, has_caps=False, tightness=1.5)
    instance = instance_of(problem).instance
    price = np.full(instance.rows.count, problem.scale)
    state = State(instance, price, ~instance.rows.is_target, problem.scale, np.inf)

    add_priced(state, factor * price)

    straight = run(build(problem), Limits(60.0))
    assert straight.objective is not None
    optimum = straight.objective + problem.scale * sum(straight.shortfalls.values())
    assert state.lower <= optimum * (1 + 1e-9)


def test_the_same_problem_gives_the_same_bytes() -> None:
    first, second = (solve_by_decomposition(made_problem(3, 300, tightness=0.8), Limits(60.0)) for _ in range(2))
    assert first.solution.x is not None
    assert second.solution.x is not None
    assert first.solution.x.tobytes() == second.solution.x.tobytes()
    assert first.solution.duals == second.solution.duals


@pytest.mark.parametrize("is_elastic", [False, True])
def test_a_city_without_a_choice_is_what_it_is(is_elastic: bool) -> None:
    problem = made_problem(2, 20, is_elastic=is_elastic, has_lines=False, has_caps=False, tightness=0.5)
    choices = problem.choices
    frozen = problem.restricted(np.insert(np.diff(choices.slot) > 0, 0, True))

    found = solve_by_decomposition(frozen, Limits(60.0))

    if is_elastic:
        assert found.solution.proof == Proof.OPTIMAL
        assert found.solution.objective == pytest.approx(float(frozen.objective.sum()))
        assert max(found.solution.shortfalls.values()) > 0
    else:
        assert found.solution.proof == Proof.INFEASIBLE


def test_a_problem_without_an_objective_is_feasible_or_not() -> None:
    problem = made_problem(5, 40, tightness=0.7)
    found = solve_by_decomposition(replace(problem, objective=np.zeros(len(problem.objective))), Limits(60.0))
    assert found.solution.proof == Proof.OPTIMAL
    assert found.solution.objective == 0.0
