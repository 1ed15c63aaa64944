"""Fewer enterprises, one at a time: can this one go back to the law's minimum if the others touched take its part?

The integer step spreads cuts over many units of few enterprises only as well as its linear stand-in sees; this search
counts enterprises as they are. Each trial is small: everyone untouched stays where the plan has them.
"""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import polars as pl

from optimizer.answers.basis import Basis
from optimizer.answers.between import whole_within
from optimizer.choices import Bools, Floats
from optimizer.model import Problem
from optimizer.solve import Limits

TRIALS = 40
"""Enterprises tried at most, those that weigh most in the goal first."""
NODES = 200
NOTHING = 1e-6
"""Sum of shares below which the linear program has done without."""
NEAR = 0.001
"""Share of the loss within which a trial may end: it asks whether there is a plan, and takes a cheap one."""


def drop_enterprises(
    basis: Basis,
    problem: Problem,
    x: Floats,
    weights: dict[str, float],
    touched: Callable[[Floats], set[str]],
    trials: int = TRIALS,
) -> Floats:
    """Return a whole plan of `problem` that touches no enterprise which `x` leaves alone, and perhaps fewer.

    `weights` says what an enterprise counts in the goal; one that counts nothing is not tried. Of equal weight those
    are tried first whose orders beyond the least bring least to the targets; ties go by id.
    """
    firm = _firms(basis)
    cheapest = replace(problem, objective=problem.choices.season_loss)
    limits = Limits(basis.city.time_limit_s, gap_abs=NEAR * basis.loss_cny_per_season, nodes=NODES)
    brings, now = _brought(problem, x, firm), touched(x)
    tried = sorted((name for name in now if weights.get(name, 0.0) > 0), key=lambda n: (-weights[n], brings[n], n))
    for name in tried[:trials]:
        if name not in now:
            continue
        may_move = np.isin(firm, sorted(now - {name}))
        kept = may_move | _at_least(problem) & (firm == name) | (x > 0.5) & (firm != name)
        found = whole_within(cheapest, kept, limits) if _is_possible_in_shares(basis, problem, kept) else None
        touches = now if found is None else touched(found)
        if found is not None and touches < now:
            x, now = found, touches
    return x


def _is_possible_in_shares(basis: Basis, problem: Problem, kept: Bools) -> bool:
    """Return False where the linear program proves that no plan does without the choices outside `kept`."""
    if basis.is_large:
        return True
    least = basis.least_of(replace(problem, objective=np.where(kept, 0.0, 1.0)))
    return least.objective is None or least.objective <= NOTHING


def _brought(problem: Problem, x: Floats, firm: np.typing.NDArray[np.str_]) -> dict[str, float]:
    """Return per enterprise what its orders bring to all targets beyond its least measures, in shares of each."""
    more = (x > 0.5).astype(np.float64) - _at_least(problem)
    brought = sum((row.coefficients(problem.choices) * more for row in problem.requirements), np.zeros(len(more)))
    names, place = np.unique(firm, return_inverse=True)
    return dict(zip(names.tolist(), np.bincount(place, weights=brought).tolist(), strict=True))


def _at_least(problem: Problem) -> Bools:
    choices = problem.choices
    return np.asarray(np.insert(np.diff(choices.slot) > 0, 0, True))


def _firms(basis: Basis) -> np.typing.NDArray[np.str_]:
    units = basis.problem.choices.table.select("unit_id").join(
        basis.city.units.select("unit_id", "enterprise_id"), on="unit_id", how="left", maintain_order="left"
    )
    return units.select(pl.col("enterprise_id")).to_series().to_numpy().astype(np.str_)
