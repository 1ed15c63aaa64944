"""A program that stays in the solver against the same program built and solved from nothing."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from optimizer.again.standing import Standing, loose, standing
from optimizer.choices import choices_of
from optimizer.model import Problem, build, line_counts_of
from optimizer.requirements import requirements_of
from optimizer.result import City, Proof
from optimizer.solve import Limits, Solution, run
from tests.optimizer.made_city import random_city

LIMITS = Limits(30.0)


def problem_of(city: City) -> Problem:
    choices = choices_of(city)
    lines = line_counts_of(choices, city.line_counts)
    days = loose("days", choices.extra_cut(("A", "B", "C", "D")))
    return Problem(
        choices, requirements_of(city), lines, choices.season_loss, (loose("loss", choices.season_loss), days)
    )


def alike(asked: Standing, problem: Problem) -> Solution:
    """Ask, and hold the answer against the same problem solved from nothing."""
    found, alone = asked.again(problem), run(build(problem), LIMITS)
    assert found.proof == alone.proof
    if alone.objective is not None:
        assert found.objective == pytest.approx(alone.objective, rel=1e-7, abs=1e-6)
        # Duals are not unique; what they prove together is: the value itself, by adding up rows and columns.
        assert set(found.duals) == set(alone.duals)
        assert keeps(problem, found)
    return found


def keeps(problem: Problem, found: Solution) -> bool:
    assert found.x is not None
    sums = [float(row.coefficients(problem.choices) @ found.x) - row.rhs for row in problem.requirements]
    sums += [(cap.at_most - float(cap.per_choice @ found.x)) / cap.scale for cap in problem.caps]
    shares = np.bincount(problem.choices.slot, weights=found.x)
    return min(sums, default=0.0) >= -1e-7 and np.allclose(shares, 1.0, atol=1e-7)


def tighter(problem: Problem, by: float, scale: float = 1.0) -> Problem:
    """Return every target asking `by` times as much, told as shares of a requirement `scale` times as large."""
    rows = tuple(
        replace(
            row,
            rhs=row.rhs * by / scale,
            scale=row.scale * scale,
            per_kg=tuple(one / scale for one in row.per_kg),
        )
        for row in problem.requirements
    )
    return replace(problem, requirements=rows)


@settings(max_examples=24, deadline=None)
@given(seed=st.integers(0, 10_000), units=st.integers(2, 12))
def test_asked_again_it_answers_as_if_asked_alone(seed: int, units: int) -> None:
    problem = problem_of(random_city(seed, units))
    asked = standing(problem, LIMITS)
    rng = np.random.default_rng(seed)

    first = alike(asked, problem)
    for by in rng.uniform(0.2, 2.0, 3).tolist():
        alike(asked, tighter(problem, by, float(rng.uniform(0.5, 2.0))))
    loss, days = problem.caps
    if first.objective is not None:
        held = replace(loss, at_most=first.objective * 1.02 + 1.0)
        alike(asked, replace(problem, objective=days.per_choice, caps=(held, days)))
    counted = days.per_choice * rng.integers(0, 2, len(days.per_choice))
    alike(asked, replace(problem, caps=(loss, replace(days, per_choice=counted, at_most=0.5 * float(counted.sum())))))
    alike(asked, replace(problem, caps=()))
    alike(asked, replace(problem, requirements=problem.requirements[1:]))

    again = alike(asked, problem)
    assert again.objective == pytest.approx(first.objective, rel=1e-9) if first.objective is not None else True


def test_an_impossible_question_does_not_spoil_the_next() -> None:
    problem = problem_of(random_city(5, 6))
    asked = standing(problem, LIMITS)
    before = asked.again(problem)

    assert asked.again(tighter(problem, 1e3)).proof == Proof.INFEASIBLE
    assert asked.again(problem).objective == pytest.approx(before.objective)


def test_what_it_cannot_change_is_refused() -> None:
    problem, other = problem_of(random_city(5, 6)), problem_of(random_city(6, 6))
    asked = standing(problem, LIMITS)

    for refused in (
        other,
        replace(problem, is_integer=True),
        replace(problem, caps=(*problem.caps, loose("new", problem.objective))),
        replace(problem, requirements=(replace(problem.requirements[0], per_kg=(1.0, 2.0, 3.0, 4.0)),)),
    ):
        with pytest.raises(ValueError, match="other choices or rows"):
            asked.again(refused)
