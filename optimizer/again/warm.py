"""What a finished plan carries over to the next: prices that prove.

The duals of any program bound a changed one too: with the coupling rows priced, every unit is a chain of its
own, and the sum of the cheapest chains is a lower bound at any prices. So the base's prices, not a solver, say
how good the base's orders still are in a city that differs little. Bad prices cost time, never the answer.
"""

from dataclasses import dataclass

import numpy as np

from grading.scale import LEVELS
from optimizer.choices import Bools, Floats
from optimizer.model import Problem
from optimizer.result import Warm


def duals_of(problem: Problem, warm: Warm) -> dict[str, float]:
    """Return a base's prices for the rows of another problem, signed as a solver signs them; unknown rows are free.

    A kilogram keeps its price where the size of a target changed.
    """
    old = warm.prices
    targets = {
        row.label: max(old.get(row.label, 0.0), 0.0) * row.scale / warm.shares.get(row.label, row.scale)
        for row in problem.requirements
    }
    lines = {line.label: max(old.get(line.label, 0.0), 0.0) for line in problem.line_counts}
    lines |= {row.label: max(old.get(row.label, 0.0), 0.0) for row in problem.couplings}
    return targets | lines | {cap.label: -abs(old.get(cap.label, 0.0)) * cap.scale for cap in problem.caps}


def warm_of(problem: Problem, duals: dict[str, float], cap: float | None = None) -> Warm:
    """Return what a changed problem can start from: the duals of a solved one and the size of its targets."""
    scales = {c.label: c.scale for c in problem.caps}
    unscaled = {label: dual / scales.get(label, 1.0) for label, dual in duals.items()}
    return Warm(unscaled, {row.label: row.scale for row in problem.requirements}, cap)


def reduced_costs(problem: Problem, duals: dict[str, float]) -> Floats:
    """Return what each choice costs once the coupling rows pay for what it brings."""
    reduced = problem.objective.copy()
    for row in problem.requirements:
        if duals[row.label]:
            reduced -= duals[row.label] * row.coefficients(problem.choices)
    for line in problem.line_counts:
        reduced[line.rows] -= duals[line.label]
    for side in problem.couplings:
        if duals[side.label]:
            reduced[side.rows] -= duals[side.label] * side.values
    for cap in problem.caps:
        if duals[cap.label]:
            reduced -= duals[cap.label] * cap.per_choice / cap.scale
    return reduced


@dataclass(frozen=True)
class Chains:
    """What prices say of every choice: `regret` one per choice, and the lower bound of the whole problem.

    `is_paid`: the choice belongs to a unit that prices pay for anything; no other can close a gap.
    """

    regret: Floats
    bound: float
    is_paid: Bools


def chains_at(problem: Problem, duals: dict[str, float]) -> Chains:
    """Return what the bound at `duals` rises by when a choice is forced, in the objective's unit, and the bound.

    Maths: each unit is a chain of three levels of its own; the cheapest chain through a choice minus the unit's
    cheapest chain is that choice's regret. Any duals of the right sign give a bound.
    """
    choices = problem.choices
    shape = (len(LEVELS), int(choices.k.max(initial=0)) + 1, len(choices.unit_ids))
    cost = np.full(shape, np.inf)
    reduced = reduced_costs(problem, duals)
    cost[choices.level, choices.k, choices.unit] = reduced
    before, after = cost.copy(), cost.copy()
    for level in range(1, len(LEVELS)):
        before[level] += np.minimum.accumulate(before[level - 1], axis=0)
    for level in range(len(LEVELS) - 2, -1, -1):
        after[level] += np.minimum.accumulate(after[level + 1, ::-1], axis=0)[::-1]
    cheapest = before[-1].min(axis=0)
    at = (choices.level, choices.k, choices.unit)
    regret = before[at] + after[at] - cost[at] - cheapest[choices.unit]
    paid = sum(duals[row.label] * row.rhs for row in problem.requirements)
    paid += sum(duals[line.label] * line.stop_at_least for line in problem.line_counts)
    paid += sum(duals[row.label] * row.rhs for row in problem.couplings)
    paid += sum(duals[cap.label] * cap.at_most / cap.scale for cap in problem.caps)
    regret = np.where(np.isnan(regret), np.inf, np.maximum(regret, 0.0))
    return Chains(regret, float(cheapest.sum()) + paid, _is_paid(problem, reduced))


def _is_paid(problem: Problem, reduced: Floats) -> Bools:
    choices = problem.choices
    most = np.zeros(len(choices.unit_ids))
    np.maximum.at(most, choices.unit, np.abs(problem.objective - reduced))
    paid: Bools = (most > 1e-9 * max(float(most.max(initial=0.0)), 1e-200))[choices.unit]
    return paid
