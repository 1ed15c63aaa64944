"""Diving: a large unit that the LP leaves between two measures is sent to the nearer one, and the LP is asked again.

Emissions are heavy-tailed: one plant may be a seventh of a city's loss. Rounding it costs more than any exchange of
small units can win back, so the large ones are settled first, with the LP telling the others what is left to do.
"""

import numpy as np

from optimizer.again.warm import reduced_costs
from optimizer.choices import Bools, Floats
from optimizer.model import Problem

WHOLE = 1e-6
"""Distance from 0 or 1 below which a share counts as whole."""


def settled_largest(problem: Problem, kept: Bools, x: Floats, duals: dict[str, float], least: float) -> Bools | None:
    """Return the choices left when the largest unit between measures takes the one it takes most of; None without one.

    `kept` are the choices still open, `x` the LP's shares of all choices. A unit's size is what prices pay it at most,
    in the objective's unit; units smaller than `least` are left to the integer program.
    """
    choices = problem.choices
    is_between = (x > WHOLE) & (x < 1 - WHOLE)
    paid = np.zeros(len(choices.unit_ids))
    np.maximum.at(paid, choices.unit, np.abs(problem.objective - reduced_costs(problem, duals)))
    size = np.where(is_between, paid[choices.unit], 0.0)
    row = int(np.argmax(size))
    if size[row] <= least:
        return None
    same = np.flatnonzero(choices.slot == choices.slot[row])
    taken = int(same[np.argmax(x[same])])
    narrower = kept.copy()
    narrower[same] = False
    narrower[taken] = True
    return narrower & _nests_with(problem, taken)


def _nests_with(problem: Problem, taken: int) -> Bools:
    """Return the choices that may stand beside one: no harder at milder levels of its unit, no gentler at stricter."""
    choices = problem.choices
    level, k = choices.level[taken], choices.k[taken]
    of_unit = choices.unit == choices.unit[taken]
    fits = np.where(choices.level < level, choices.k <= k, (choices.level == level) | (choices.k >= k))
    allowed: Bools = ~of_unit | fits
    return allowed
