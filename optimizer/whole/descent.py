"""From a whole plan to one without idle orders: a cheaper measure is taken wherever every row still holds.

A small integer program may stop within its gap with an order that nothing asks for. Such an order is hard to explain,
so each plan found is walked down, the largest saving first, before it is compared with others. Of measures that
cost the same the gentlest is taken.
"""

import numpy as np

from grading.scale import LEVELS
from optimizer.choices import Floats, Ints
from optimizer.model import Problem

MOST_CELLS = 25_000_000
"""Rows times choices up to which plans are walked and swaps looked for (200 MB); both only improve on a valid plan."""
MOST_TRIED = 1_000
"""Slots that are tried, the largest savings first."""


def descended(problem: Problem, x: Floats) -> Floats:
    """Return a whole plan that holds every row as `x` does and costs no more."""
    if is_too_large(problem):
        return x
    choices = problem.choices
    chosen = np.flatnonzero(x > 0.5)
    starts = np.searchsorted(choices.slot, np.arange(len(choices.sizes)))
    least = np.minimum.reduceat(problem.objective, starts)
    saving = problem.objective[chosen] - least
    is_harder = chosen > starts
    tried = np.argsort(np.where(is_harder | (saving > 0), -saving, np.inf), kind="stable")
    tried = tried[: min(MOST_TRIED, int((is_harder | (saving > 0)).sum()))]
    rows, room = rows_of(problem, x)
    for slot in tried.tolist():
        offers = np.arange(starts[slot], starts[slot] + choices.sizes[slot])
        here = chosen[slot]
        for offer in offers[np.argsort(problem.objective[offers], kind="stable")].tolist():
            if (problem.objective[offer], offer) >= (problem.objective[here], here):
                break
            moved = rows[:, offer] - rows[:, here]
            if is_nested(choices.k, chosen, slot, offer) and bool((moved >= -room).all()):
                room += moved
                chosen[slot] = offer
                break
    walked = np.zeros(len(x))
    walked[chosen] = 1.0
    return walked


def is_too_large(problem: Problem) -> bool:
    """Return whether a table of all coupling rows would not fit."""
    rows = len(problem.requirements) + len(problem.line_counts) + len(problem.couplings) + len(problem.caps)
    return rows * len(problem.objective) > MOST_CELLS


def rows_of(problem: Problem, x: Floats) -> tuple[Floats, Floats]:
    """Return every coupling row as an at-least row over the choices, and what the plan has to spare of each."""
    size = len(problem.objective)
    targets = [row.coefficients(problem.choices) for row in problem.requirements]
    lines = []
    for line in problem.line_counts:
        counted = np.zeros(size)
        counted[line.rows] = 1.0
        lines.append(counted)
    for side in problem.couplings:
        of_side = np.zeros(size)
        of_side[side.rows] = side.values
        lines.append(of_side)
    caps = [-cap.per_choice / cap.scale for cap in problem.caps]
    rhs = [row.rhs for row in problem.requirements] + [float(line.stop_at_least) for line in problem.line_counts]
    rhs += [row.rhs for row in problem.couplings]
    rhs += [-cap.at_most / cap.scale for cap in problem.caps]
    table = np.array([*targets, *lines, *caps]).reshape(len(rhs), size)
    return table, np.maximum(table[:, x > 0.5].sum(axis=1) - np.array(rhs), 0.0)


def is_nested(k: Ints, chosen: Ints, slot: int, offer: int) -> bool:
    """Return whether one slot of a whole plan could take `offer` alone; `chosen` has one choice per slot."""
    level = slot % len(LEVELS)
    is_above = level == 0 or k[chosen[slot - 1]] <= k[offer]
    return bool(is_above and (level + 1 == len(LEVELS) or k[offer] <= k[chosen[slot + 1]]))
