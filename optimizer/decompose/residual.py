"""Whether the shares handed on hold every row: counted from the choices alone, whatever program they came from.

Prices prove a bound, not a plan. A program over a few open units knows only the rows those units count in, so
what is put together from it and from held units is counted once more over all units before it is called a plan.
"""

import numpy as np

from grading.scale import LEVELS, POLLUTANTS
from optimizer.choices import Choices, Floats, total
from optimizer.model import Problem

TOLERANCE = 1e-6
"""How far a scaled row, a slot's sum or a share may be off: ten times the solver's own tolerance."""


def missing_shares(problem: Problem, x: Floats) -> Floats:
    """Return what each target row lacks, as a share of its requirement; zero where it holds."""
    choices = problem.choices
    brought = np.zeros((len(LEVELS), len(POLLUTANTS)))
    for place, removed in enumerate(choices.removed):
        brought[:, place] = np.bincount(choices.level, weights=removed * x, minlength=len(LEVELS))
    lacks = [row.rhs - float(np.dot(row.per_kg, brought[row.level])) for row in problem.requirements]
    return np.maximum(np.array(lacks, dtype=np.float64), 0.0)


def worst_residual(problem: Problem, x: Floats) -> float:
    """Return by how much the worst row is missed: slots, nesting, counts, optional rows, caps, targets.

    Targets that may be missed are not counted here. Rows are scaled as in the program. Infinite where a share is not a
    number. Cost: a few passes over the choices.
    """
    if not np.isfinite(x).all():
        return np.inf
    worst = max(
        float(-x.min(initial=0.0)),
        _slots(problem.choices, x),
        _nesting(problem.choices, x),
        _counts(problem, x),
        max((row.rhs - total(row.values, x[row.rows]) for row in problem.couplings), default=0.0),
        max(((total(cap.per_choice, x) - cap.at_most) / cap.scale for cap in problem.caps), default=0.0),
    )
    return worst if problem.is_elastic else max(worst, float(missing_shares(problem, x).max(initial=0.0)))


def _slots(choices: Choices, x: Floats) -> float:
    total = np.bincount(choices.slot, weights=x, minlength=len(choices.sizes))
    return float(np.abs(total - 1.0).max(initial=0.0))


def _nesting(choices: Choices, x: Floats) -> float:
    """Return by how much the share at a measure or harder falls from one level to the next, at worst."""
    harder = np.zeros((int(choices.k.max(initial=0)) + 1, len(LEVELS), len(choices.unit_ids)))
    harder[choices.k, choices.level, choices.unit] = x
    for k in range(len(harder) - 2, -1, -1):
        harder[k] += harder[k + 1]
    return float((harder[:, :-1] - harder[:, 1:]).max(initial=0.0))


def _counts(problem: Problem, x: Floats) -> float:
    lines = problem.line_counts
    if not lines:
        return 0.0
    of = np.repeat(np.arange(len(lines)), [len(line.rows) for line in lines])
    counted = np.bincount(of, weights=x[np.concatenate([line.rows for line in lines])], minlength=len(lines))
    return float((np.array([line.stop_at_least for line in lines]) - counted).max(initial=0.0))
