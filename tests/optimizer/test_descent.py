"""A plan is walked down until no single order can be taken back."""

from dataclasses import replace

import numpy as np
import polars as pl
import pytest

from optimizer.choices import choices_of
from optimizer.model import Problem, line_counts_of
from optimizer.requirements import requirements_of
from optimizer.whole.descent import descended
from optimizer.whole.integer import holds
from tests.optimizer.made_city import random_city, two_kilns


def problem_of(seed: int) -> Problem:
    city = random_city(seed, 12, joint=seed % 2 == 0)
    choices = choices_of(city)
    return Problem(choices, requirements_of(city), line_counts_of(choices, city.line_counts), choices.season_loss)


def hardest(problem: Problem) -> np.typing.NDArray[np.float64]:
    return np.append(np.diff(problem.choices.slot) > 0, True).astype(np.float64)


@pytest.mark.parametrize("seed", range(6))
def test_every_row_holds_and_no_single_order_can_be_taken_back(seed: int) -> None:
    problem = problem_of(seed)
    start = hardest(problem)

    x = descended(problem, descended(problem, start))

    assert holds(problem, start)
    assert holds(problem, x)
    assert problem.objective @ x < problem.objective @ start
    for here in np.flatnonzero(x > 0.5).tolist():
        for offer in np.flatnonzero(problem.choices.slot == problem.choices.slot[here]).tolist():
            if problem.objective[offer] < problem.objective[here]:
                moved = x.copy()
                moved[[here, offer]] = 0.0, 1.0
                assert not holds(problem, moved)


def test_of_measures_that_cost_the_same_the_gentlest_is_taken() -> None:
    city = replace(
        two_kilns(), targets=two_kilns().targets.with_columns(required_kg_per_day=pl.lit(None, dtype=pl.Float64))
    )
    choices = choices_of(city)
    free = Problem(choices, requirements_of(city), (), np.zeros(len(choices.k)))

    x = descended(free, hardest(free))

    assert choices.k[x > 0.5].tolist() == [0] * 6
