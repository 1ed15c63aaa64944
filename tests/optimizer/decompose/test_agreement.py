"""The decomposition and the straight program give the same optimum."""

import pytest

from optimizer.decompose import solve_by_decomposition
from optimizer.model import Problem, build
from optimizer.result import Proof
from optimizer.solve import Limits, Solution, run
from tests.optimizer.decompose.made_problems import made_problem

LIMITS = Limits(60.0)


def full_value(problem: Problem, solution: Solution) -> float:
    assert solution.objective is not None
    return solution.objective + problem.scale * sum(solution.shortfalls.values())


@pytest.mark.parametrize("seed", range(40))
def test_the_optimum_of_the_whole_program_is_reached(seed: int) -> None:
    problem = made_problem(seed, is_elastic=seed % 3 == 0, has_caps=seed % 2 == 0)

    straight = run(build(problem), LIMITS)
    found = solve_by_decomposition(problem, LIMITS)

    assert found.solution.proof == straight.proof
    if straight.proof == Proof.OPTIMAL:
        expected = full_value(problem, straight)
        assert full_value(problem, found.solution) == pytest.approx(expected, rel=1e-6)
        assert found.bound <= expected * (1 + 1e-9)
        assert found.bound == pytest.approx(expected, rel=2e-6)
