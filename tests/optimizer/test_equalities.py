"""A program with every equality, solved with units as one: the same optimum, shares for all, prices that prove it."""

from dataclasses import replace

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from optimizer.again.warm import chains_at
from optimizer.alike import alike_of
from optimizer.choices import ContradictionError, choices_of
from optimizer.decompose.residual import TOLERANCE, worst_residual
from optimizer.equalities import solved_as_one
from optimizer.model import Cap, Problem, build
from optimizer.result import Options, Proof
from optimizer.solve import Limits, Solution, run
from tests.optimizer.test_alike import city_of_classes, problem_of

LIMITS = Limits(60.0)


def straight(problem: Problem) -> Solution:
    return run(build(problem), LIMITS)


@settings(max_examples=20, deadline=None)
@given(seed=st.integers(0, 10_000), units=st.integers(3, 12), has_others=st.booleans())
def test_units_as_one_answer_for_all_units(seed: int, units: int, has_others: bool) -> None:
    city = city_of_classes(seed, units, has_others=has_others, tightness=0.4)
    listed = choices_of(city)
    try:
        whole = replace(problem_of(city, alike_of(city, listed), is_whole=True), is_elastic=False)
    except ContradictionError:
        return
    spared = np.where(listed.unit % 2 == 0, listed.k * listed.weight, 0.0)
    whole = replace(whole, caps=(Cap("protect_C", spared, 0.8 * float(spared.sum())),))

    expected, found = straight(whole), solved_as_one(whole, straight)

    assert found.proof == expected.proof
    if expected.proof == Proof.OPTIMAL:
        assert found.x is not None
        assert found.objective == pytest.approx(expected.objective, rel=1e-6)
        assert worst_residual(whole, found.x) <= TOLERANCE
        assert found.duals.keys() == expected.duals.keys()
        bound = chains_at(replace(whole, line_counts=()), found.duals).bound
        assert bound <= (expected.objective or 0.0) * (1 + 1e-6)


@pytest.mark.parametrize("seed", range(6))
def test_prices_of_equalities_prove_the_optimum_unit_by_unit(seed: int) -> None:
    city = city_of_classes(seed, 12, has_others=False, tightness=0.4)
    nobody = city.units.with_columns(line_group=pl.lit(None, dtype=pl.String))
    options = Options(grade_order=True, equal_treatment=True)
    city = replace(city, line_counts=city.line_counts.clear(), units=nobody, options=options)
    whole = replace(problem_of(city, alike_of(city, choices_of(city)), is_whole=True), is_elastic=False)

    found = solved_as_one(whole, straight)

    assert found.proof == Proof.OPTIMAL
    assert chains_at(whole, found.duals).bound == pytest.approx(found.objective, rel=1e-6)
