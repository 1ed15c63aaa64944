"""Shares that miss a row are never handed on, whatever program they came from."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from optimizer.again.warm import warm_of
from optimizer.choices import Floats
from optimizer.decompose import answer, solve_by_decomposition
from optimizer.decompose.answer import Decomposed
from optimizer.decompose.arrays import Framed
from optimizer.decompose.residual import TOLERANCE, worst_residual
from optimizer.decompose.rounds import State
from optimizer.decompose.ties import summed
from optimizer.model import Problem, build
from optimizer.result import Outcome, Proof, Warm
from optimizer.solve import Limits, Sparse, run, run_sparse
from optimizer.whole.integer import relaxed
from tests.optimizer.decompose.made_problems import made_problem

LIMITS = Limits(60.0)


def without_stops(problem: Problem, x: Floats) -> Floats:
    """Run every counted line at its gentlest measure: not one stop is left in any group."""
    counted = np.unique(np.concatenate([problem.choices.unit[line.rows] for line in problem.line_counts]))
    gentlest = np.insert(np.diff(problem.choices.slot) > 0, 0, True).astype(np.float64)
    return np.where(np.isin(problem.choices.unit, counted), gentlest, x)


def at_gentlest(problem: Problem, _x: Floats) -> Floats:
    return np.insert(np.diff(problem.choices.slot) > 0, 0, True).astype(np.float64)


def at_hardest(problem: Problem, _x: Floats) -> Floats:
    return np.append(np.diff(problem.choices.slot) > 0, True).astype(np.float64)


def easing(problem: Problem, x: Floats) -> Floats:
    """Take each unit's hardest measure at yellow and its gentlest at red."""
    return np.where(problem.choices.level < 2, at_hardest(problem, x), at_gentlest(problem, x))


SPOILED: dict[str, Callable[[Problem, Floats], Floats]] = {
    "line_count": without_stops,
    "target": at_gentlest,
    "cap": at_hardest,
    "nesting": easing,
    "slot": lambda _problem, x: 1.01 * x,
    "share": lambda _problem, x: np.where(x > 0.5, 2 * x, -x) - 1e-3,
    "not_a_number": lambda _problem, x: np.full(len(x), np.nan),
}


def coupled_problem() -> Problem:
    problem = made_problem(3, 40, tightness=0.7)
    assert problem.line_counts
    assert problem.caps
    return problem


@pytest.mark.parametrize("name", SPOILED)
def test_every_family_of_rows_is_counted(name: str) -> None:
    problem = coupled_problem()
    x = run(build(problem), LIMITS).x
    assert x is not None
    assert worst_residual(problem, x) <= TOLERANCE
    assert worst_residual(problem, SPOILED[name](problem, x)) > 1e-3


def test_an_optional_row_is_counted() -> None:
    problem = made_problem(3, 40, tightness=0.7, has_couplings=True)
    x = run(build(problem), LIMITS).x
    assert x is not None
    tighter = tuple(replace(row, rhs=float(row.values @ x[row.rows]) + 0.01) for row in problem.couplings)
    for place in range(len(tighter)):
        others = (*problem.couplings[:place], tighter[place], *problem.couplings[place + 1 :])
        assert worst_residual(replace(problem, couplings=others), x) == pytest.approx(0.01)


def spoil(monkeypatch: pytest.MonkeyPatch, times: int) -> None:
    """Leave out the stops of every group from the first `times` answers."""
    whole: Callable[[Problem, Framed, State], Floats] = answer.plan_of
    seen: list[int] = []

    def spoiled(problem: Problem, framed: Framed, state: State) -> Floats:
        seen.append(1)
        x = whole(problem, framed, state)
        return without_stops(problem, x) if len(seen) <= times else x

    monkeypatch.setattr(answer, "plan_of", spoiled)


def test_a_spoiled_warm_answer_is_solved_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    problem = coupled_problem()
    straight = run(build(problem), LIMITS)
    warm = warm_of(problem, straight.duals)
    spoil(monkeypatch, 1)

    found = solve_by_decomposition(problem, LIMITS, warm=warm).solution

    assert found.proof == Proof.OPTIMAL
    assert found.x is not None
    assert worst_residual(problem, found.x) <= TOLERANCE
    assert found.objective == pytest.approx(straight.objective, rel=1e-6)


def test_a_spoiled_answer_is_no_plan_and_not_proven(monkeypatch: pytest.MonkeyPatch) -> None:
    problem = coupled_problem()
    spoil(monkeypatch, 2)
    found = solve_by_decomposition(problem, LIMITS)
    assert (found.solution.outcome, found.solution.proof) == (Outcome.NO_PLAN, Proof.NOT_PROVEN)
    assert found.solution.x is None


def test_an_lp_whose_rounds_failed_is_solved_as_a_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    problem = made_problem(3, 120, tightness=0.7)
    straight = run(build(problem), LIMITS)
    warm = warm_of(problem, straight.duals)
    spoil(monkeypatch, 2)
    monkeypatch.setattr("optimizer.whole.integer.WARM_FROM", 0)

    found, bound = relaxed(problem, LIMITS, warm)

    assert found.proof == Proof.OPTIMAL
    assert found.x is not None
    assert worst_residual(problem, found.x) <= TOLERANCE
    assert bound == pytest.approx(straight.objective, rel=1e-9)


@pytest.mark.parametrize(("most_rows", "ways"), [(0, []), (1_000, ["decomposed"])])
def test_a_warm_lp_of_many_optional_rows_is_solved_as_a_whole(
    monkeypatch: pytest.MonkeyPatch, most_rows: int, ways: list[str]
) -> None:
    problem = made_problem(3, 40, tightness=0.7, has_couplings=True)
    straight = run(build(problem), LIMITS)
    taken: list[str] = []

    def decomposed(problem: Problem, limits: Limits, warm: Warm | None = None) -> Decomposed:
        taken.append("decomposed")
        return solve_by_decomposition(problem, limits, warm=warm)

    monkeypatch.setattr("optimizer.whole.integer.solve_by_decomposition", decomposed)
    monkeypatch.setattr("optimizer.whole.integer.WARM_FROM", 0)
    monkeypatch.setattr("optimizer.whole.integer.MANY_ROWS", most_rows)

    _, bound = relaxed(problem, LIMITS, warm_of(problem, straight.duals))

    assert taken == ways
    assert bound == pytest.approx(straight.objective, rel=1e-6)


def test_a_chain_counted_twice_in_a_row_is_one_entry() -> None:
    row, column, value = summed(np.array([1, 0, 1, 1]), np.array([0, 1, 1, 0]), np.array([2.0, 3.0, 4.0, 5.0]))
    dense = np.zeros((2, 2))
    dense[row, column] = value
    assert len(row) == 3
    assert dense.tolist() == [[0.0, 3.0], [7.0, 4.0]]


def test_a_program_with_two_entries_at_one_place_is_not_solved() -> None:
    one, twice = np.ones(1), np.zeros(2, dtype=np.int64)
    assert run_sparse(Sparse(one, one, twice, twice, np.ones(2), one, one), 60.0) is None
