"""A warm start changes the time, never the answer."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from optimizer.again.warm import warm_of
from optimizer.decompose import solve_by_decomposition
from optimizer.decompose.answer import solve_instance
from optimizer.decompose.arrays import instance_of
from optimizer.decompose.beside import base_of
from optimizer.decompose.sift import row_prices
from optimizer.model import Problem, build
from optimizer.result import Proof, Warm
from optimizer.solve import Limits, run
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


@given(seed=st.integers(0, 10_000), units=st.integers(20, 40), kind=st.integers(0, 7), grown=st.floats(0.97, 1.03))
@settings(max_examples=8, deadline=None)
def test_warm_and_cold_agree_whatever_couples_the_units(seed: int, units: int, kind: int, grown: float) -> None:
    """Lines, optional rows, caps and targets that may be missed; one target and some losses changed."""
    base = made_problem(seed, units, tightness=0.7, is_elastic=kind % 2 == 1, has_caps=kind < 4,
                        has_couplings=kind % 4 < 2)  # fmt: skip
    solved = solve_by_decomposition(base, LIMITS).solution
    rng = np.random.default_rng(seed)
    row = int(rng.integers(0, len(base.requirements)))
    rows = [replace(r, rhs=r.rhs * grown) if place == row else r for place, r in enumerate(base.requirements)]
    factor = np.where(rng.random(len(base.choices.unit_ids)) < 0.05, rng.uniform(0.7, 1.4), 1.0)
    changed = replace(base, requirements=tuple(rows), objective=base.objective * factor[base.choices.unit])

    warm = solve_by_decomposition(changed, LIMITS, warm=warm_of(base, solved.duals))
    cold = solve_by_decomposition(changed, LIMITS)

    assert warm.solution.proof == cold.solution.proof
    if cold.solution.proof == Proof.OPTIMAL:
        values = [found.solution.objective + changed.scale * sum(found.solution.shortfalls.values())
                  for found in (warm, cold) if found.solution.objective is not None]  # fmt: skip
        assert values[0] == pytest.approx(values[1], rel=2e-6, abs=1e-9)
        assert warm.bound <= values[1] * (1 + 1e-9) + 1e-9
        assert warm.solution.x is not None
        assert np.bincount(changed.choices.slot, weights=warm.solution.x) == pytest.approx(
            np.ones(len(changed.choices.sizes))
        )


def test_a_base_of_other_units_gives_its_prices_only() -> None:
    one, other = (instance_of(made_problem(seed, 80, tightness=0.7)).instance for seed in (1, 2))
    known = base_of(solve_instance(one, LIMITS))
    assert known.priced.prices.shape == (other.rows.count,)
    assert solve_instance(other, LIMITS, begun=known).upper == pytest.approx(
        solve_instance(other, LIMITS).upper, rel=2e-6
    )


def test_a_kilogram_keeps_its_price_where_a_target_changed() -> None:
    instance = instance_of(made_problem(8, 30, has_lines=False, has_caps=False)).instance
    prices = {label: 10.0 for label in instance.rows.labels}
    shares = {row.label: row.scale / 2 for row in instance.rows.targets}
    assert row_prices(instance, Warm(prices, shares)) == pytest.approx(np.full(instance.rows.count, 20.0))
