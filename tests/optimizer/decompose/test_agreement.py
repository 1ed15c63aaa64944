"""The decomposition, the straight program and a listing of every chain give the same optimum."""

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import seed as seeded
from hypothesis import strategies as st

from optimizer.decompose import solve_by_decomposition
from optimizer.model import Problem, build
from optimizer.result import Proof
from optimizer.solve import Limits, Solution, run
from tests.optimizer.decompose.made_problems import made_problem
from tests.optimizer.decompose.slow_chains import bound_of, mixed_by_hand

LIMITS = Limits(60.0)
GROUPS, CITIES_OF_A_GROUP = 4, 130
"""520 random cities in every run, in groups that may run beside each other."""

CITIES = st.builds(
    made_problem,
    seed=st.integers(0, 2**32 - 1),
    units=st.integers(2, 16),
    measures=st.integers(2, 5),
    tightness=st.none() | st.floats(0.3, 1.4),
    is_elastic=st.booleans(),
    has_lines=st.booleans(),
    has_caps=st.booleans(),
    has_couplings=st.booleans(),
    has_credits=st.booleans(),
)


def drawn(seed: int, units: int) -> Problem:
    """Return a city: a third with unattainable targets that may be missed, some with ones that may not."""
    tightness = 1.3 if seed % 3 == 0 or seed % 7 == 0 else None
    return made_problem(seed, units, is_elastic=seed % 3 == 0, has_caps=seed % 2 == 0,
                        tightness=tightness, has_couplings=seed % 4 < 2)  # fmt: skip


def full_value(problem: Problem, solution: Solution) -> float:
    assert solution.objective is not None
    return solution.objective + problem.scale * sum(solution.shortfalls.values())


@pytest.mark.parametrize("group", range(GROUPS))
def test_the_optimum_of_the_whole_program_is_reached(group: int) -> None:
    seen: dict[str, int] = {}

    @settings(max_examples=CITIES_OF_A_GROUP, deadline=None, suppress_health_check=list(HealthCheck))
    @seeded(group)
    @given(CITIES)
    def agrees(problem: Problem) -> None:
        straight = run(build(problem), LIMITS)
        found = solve_by_decomposition(problem, LIMITS)

        assert found.solution.proof == straight.proof
        if straight.proof == Proof.OPTIMAL:
            expected = full_value(problem, straight)
            assert full_value(problem, found.solution) == pytest.approx(expected, rel=1e-6)
            assert found.bound <= expected * (1 + 1e-9)
            assert found.bound == pytest.approx(expected, rel=2e-6)
        seen[straight.proof] = seen.get(straight.proof, 0) + 1

    agrees()
    assert seen[Proof.OPTIMAL] > CITIES_OF_A_GROUP / 2, "most cities have a plan to compare"
    assert seen[Proof.INFEASIBLE] > 5, "and some have none"


def test_the_drawn_cities_show_every_coupling_family_and_both_ends() -> None:
    problems = [drawn(seed, units=6 + seed % 9) for seed in range(30)]
    labels = {row.label.split("(")[0] for p in problems for row in p.requirements}
    labels |= {cap.label.split("(")[0] for p in problems for cap in p.caps}
    labels |= {row.family for p in problems for row in p.couplings}
    options = {"grade_order", "equal_treatment", "county_share", "quota", "receptor"}
    assert labels == {"target", "joint_so2_nox", "stage_cap"} | options
    assert {row.name for p in problems for row in p.requirements} >= {"so2_own_floor", "nox_own_floor", "so2+nox"}
    assert sum(len(p.line_counts) > 0 for p in problems) > 10
    proofs = [solve_by_decomposition(problem, LIMITS).solution.proof for problem in problems]
    assert {Proof.OPTIMAL, Proof.INFEASIBLE} == set(proofs)
    elastic = [problem for problem in problems if problem.is_elastic]
    assert sum(sum(run(build(p), LIMITS).shortfalls.values()) > 0.01 for p in elastic) > 2


@pytest.mark.parametrize("seed", range(30))
def test_tiny_cities_agree_with_a_listing_of_every_chain(seed: int) -> None:
    problem = drawn(seed, units=3 + seed % 4)

    by_hand = mixed_by_hand(problem)
    found = solve_by_decomposition(problem, LIMITS)

    if by_hand is None:
        assert found.solution.proof == Proof.INFEASIBLE
    else:
        assert full_value(problem, found.solution) == pytest.approx(by_hand, rel=1e-6)


@pytest.mark.parametrize("units", [40, 150, 400])
@pytest.mark.parametrize("is_elastic", [False, True])
def test_cities_of_several_groups_agree(units: int, is_elastic: bool) -> None:
    problem = made_problem(units, units, is_elastic=is_elastic, tightness=1.2 if is_elastic else 0.8)

    straight = run(build(problem), LIMITS)
    found = solve_by_decomposition(problem, LIMITS)

    assert full_value(problem, found.solution) == pytest.approx(full_value(problem, straight), rel=1e-6)


@pytest.mark.parametrize("seed", range(24))
def test_duals_prove_the_bound_chain_by_chain(seed: int) -> None:
    problem = drawn(seed, units=14)
    found = solve_by_decomposition(problem, LIMITS)
    if found.solution.proof == Proof.OPTIMAL:
        assert bound_of(problem, found.solution.duals) == pytest.approx(found.bound, rel=1e-9)


@pytest.mark.parametrize("seed", range(12))
def test_the_plan_holds_every_row(seed: int) -> None:
    problem = made_problem(seed, 60, tightness=0.8)
    x = solve_by_decomposition(problem, LIMITS).solution.x
    assert x is not None
    choices = problem.choices
    assert np.bincount(choices.slot, weights=x) == pytest.approx(np.ones(len(choices.sizes)))
    assert x.min() >= -1e-9
    for row in problem.requirements:
        assert row.coefficients(choices) @ x >= row.rhs - 1e-7
    for line in problem.line_counts:
        assert x[line.rows].sum() >= line.stop_at_least - 1e-7
    for cap in problem.caps:
        assert cap.per_choice @ x <= cap.at_most + 1e-7 * cap.scale
    harder = np.zeros((len(choices.unit_ids), 3, int(choices.k.max()) + 1))
    harder[choices.unit, choices.level, choices.k] = x
    tail = harder[:, :, ::-1].cumsum(axis=2)
    assert (np.diff(tail, axis=1) >= -1e-9).all()
