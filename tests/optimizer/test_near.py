"""Whole plans near to prices: every row kept, never below the bound, and close to what an integer program finds."""

from dataclasses import replace

import numpy as np
import pytest

from optimizer.decompose import solve_by_decomposition
from optimizer.decompose.arrays import Framed, instance_of
from optimizer.decompose.pricing import price
from optimizer.decompose.ties import Ties, reach_of, ties_of
from optimizer.model import Problem, build
from optimizer.solve import Limits, run
from optimizer.whole.integer import holds
from optimizer.whole.near import as_plan, no_dearer, plans_near
from tests.optimizer.decompose.made_problems import made_problem

LIMITS = Limits(60.0)
UNITS = 40


def framed_of(problem: Problem) -> tuple[Framed, np.ndarray, float]:
    found = solve_by_decomposition(problem, LIMITS)
    framed = instance_of(problem)
    duals = found.solution.duals
    return framed, np.abs([duals.get(label, 0.0) for label in framed.instance.rows.labels]), found.bound


@pytest.mark.parametrize(("seed", "has_couplings"), [(0, False), (2, False), (2, True)])
def test_they_hold_every_row_and_come_close(seed: int, has_couplings: bool) -> None:
    problem = made_problem(seed, UNITS, tightness=0.6, has_couplings=has_couplings)
    framed, prices, bound = framed_of(problem)
    assert np.isfinite(bound)
    assert prices.any()
    plans = [as_plan(problem.choices, framed, codes) for _, codes in plans_near(framed.instance, prices, 0.0, LIMITS)]
    assert plans
    assert all(holds(problem, x) for x in plans)
    values = [float(problem.objective @ x) for x in plans]
    assert min(values) >= bound * (1 - 1e-6)
    whole = run(build(replace(problem, is_integer=True)), replace(LIMITS, gap_abs=1e-3 * bound))
    assert whole.objective is not None
    assert min(values) <= whole.objective * 1.02


def test_what_no_plan_holds_is_found_by_none() -> None:
    """Rows that ask more than all measures bring: no chains are handed on as a plan."""
    problem = made_problem(1, UNITS, tightness=0.6)
    framed, prices, _ = framed_of(problem)
    rows = replace(framed.instance.rows, rhs=np.where(framed.instance.rows.is_target, 10.0, framed.instance.rows.rhs))
    assert not list(plans_near(replace(framed.instance, rows=rows), prices, 0.0, LIMITS))


def test_no_tie_dearer_than_asked_is_decided() -> None:
    problem = made_problem(2, UNITS, tightness=0.6, has_couplings=True)
    framed, prices, _ = framed_of(problem)
    priced = price(framed.instance, prices)
    ties = ties_of(framed.instance, priced, reach_of(framed.instance, priced), 1.0)
    most = float(np.median(ties.margin))
    few = no_dearer(ties, most)
    kept = np.flatnonzero(ties.margin <= most)
    assert 0 < few.count == len(kept) < ties.count
    assert (few.unit == ties.unit[kept]).all()
    assert (few.codes == ties.codes[kept]).all()
    assert (few.dense == ties.dense[:, kept]).all()
    own = {(row, kept.tolist().index(at), value) for row, at, value in entries_of(ties) if at in kept}
    assert own == set(entries_of(few))
    assert own
    assert no_dearer(ties, -1.0).count >= 1


def entries_of(ties: Ties) -> list[tuple[int, int, float]]:
    return list(zip(ties.row.tolist(), ties.column.tolist(), ties.value.tolist(), strict=True))
