"""Columns unit by unit, prices in a box, samples first: the same optimum as the straight program."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from grading.scale import LEVELS
from optimizer.decompose import sample, solve_by_decomposition
from optimizer.decompose.answer import solve_instance
from optimizer.decompose.arrays import instance_of
from optimizer.decompose.factors import Counted, factored
from optimizer.model import Coupling, Problem, build
from optimizer.result import Proof
from optimizer.solve import Limits, Sparse, run, run_sparse
from tests.optimizer.decompose.made_problems import made_problem

LIMITS = Limits(60.0)


def with_two_receptors(problem: Problem, seed: int) -> Problem:
    """Return a problem with two receptors more, each with its own mixture of pollutants by county."""
    rng = np.random.default_rng(seed)
    choices = problem.choices
    county = rng.integers(0, 3, len(choices.unit_ids))[choices.unit]
    last = np.append(np.diff(choices.slot) > 0, True)
    rows = []
    for receptor in range(2):
        brings = (rng.uniform(0.1, 1.0, (3, 4))[county].T * choices.removed).sum(axis=0)
        for level in range(len(LEVELS)):
            used = np.flatnonzero((choices.level == level) & (brings > 0))
            most = float(brings[used][last[used]].sum())
            rows.append(Coupling("receptor", f"{receptor},{level}", used, brings[used] / most, 0.4))
    return replace(problem, couplings=(*problem.couplings, *rows))


def entries_of(counted: Counted) -> dict[tuple[int, ...], float]:
    places = zip(counted.row, counted.k, counted.level, counted.unit, strict=True)
    return dict(zip([tuple(map(int, place)) for place in places], counted.value.tolist(), strict=True))


@settings(max_examples=10, deadline=None)
@given(st.integers(0, 10_000))
def test_factors_count_what_their_rows_count(seed: int) -> None:
    problem = with_two_receptors(made_problem(seed, 90, has_couplings=True, has_lines=False, has_caps=False), seed)
    (block,) = [block for block in instance_of(problem).instance.blocks if block.start == 0]
    rows = len(problem.requirements)
    choices, shape = problem.choices, (4, len(LEVELS), 90)
    row = np.repeat(rows + np.arange(len(problem.couplings)), [len(side.rows) for side in problem.couplings])
    at = np.concatenate([side.rows for side in problem.couplings])
    value = np.concatenate([side.values for side in problem.couplings])
    every = Counted(row, choices.k[at], choices.level[at], choices.unit[at], value)
    names = [side.family for side in problem.couplings]
    families = np.array([-1] * rows + [names.index(name) for name in names])

    found, rest = factored(every, families, shape)

    assert len(found) >= 4
    assert len(found) <= len(block.factors) + 1
    told = entries_of(rest)
    for factor in found:
        own = entries_of(factor.entries())
        assert not told.keys() & own.keys()
        told |= own
    assert told == pytest.approx(entries_of(every))


def test_amounts_that_are_not_proportional_are_no_factor() -> None:
    problem = made_problem(3, 200, has_couplings=True, has_lines=False, has_caps=False)
    county = next(side for side in problem.couplings if side.family == "county_share")
    crooked = replace(county, key="crooked", values=county.values * np.linspace(1.0, 2.0, len(county.values)))
    factors = instance_of(replace(problem, couplings=(county, crooked))).instance.blocks[0].factors
    assert [len(factor.rows) for factor in factors] == [1, 1]
    doubled = replace(county, key="doubled", values=county.values * 2.0)
    factors = instance_of(replace(problem, couplings=(county, doubled))).instance.blocks[0].factors
    assert [len(factor.rows) for factor in factors] == [2]


@pytest.mark.parametrize("seed", range(6))
def test_a_city_solved_by_samples_of_samples_first_agrees(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sample, "LEAST_SAMPLE", 30)
    monkeypatch.setattr(sample, "PART", 2)
    drawn = made_problem(seed, 140, is_elastic=seed % 3 == 0, has_couplings=True, tightness=0.8)
    problem = with_two_receptors(drawn, seed)

    straight = run(build(problem), LIMITS)
    found = solve_by_decomposition(problem, LIMITS)

    assert found.solution.proof == straight.proof
    if straight.proof == Proof.OPTIMAL:
        assert straight.objective is not None
        assert found.solution.objective is not None
        full = [s.objective + problem.scale * sum(s.shortfalls.values()) for s in (straight, found.solution)]  # type: ignore[operator]
        assert full[1] == pytest.approx(full[0], rel=2e-6)
        assert found.bound <= full[0] * (1 + 1e-9)


def test_a_city_is_solved_twice_to_the_same_bytes() -> None:
    problem = with_two_receptors(made_problem(7, 150, has_couplings=True, tightness=0.7), 7)
    one, other = (solve_instance(instance_of(problem).instance, LIMITS) for _ in range(2))
    assert one.prices.tobytes() == other.prices.tobytes()
    assert (one.upper, one.lower, one.rounds) == (other.upper, other.lower, other.rounds)


def test_coefficients_below_a_billionth_count() -> None:
    """Of a million units most bring less than that of a target: HiGHS drops such entries unless told otherwise."""
    one = np.zeros(1, dtype=np.int64)
    program = Sparse(np.ones(1), np.full(1, np.inf), one, one, np.full(1, 5e-10), np.ones(1), np.full(1, np.inf))
    found = run_sparse(program, 10.0)
    assert found is not None
    assert found.values[0] == pytest.approx(2e9)
