"""What each unit is worth to a linear program at its prices: proven bounds without solving again.

With the coupling rows priced by the optimal duals every unit is a chain yellow <= orange <= red of its own. Giving a
unit more freedom lowers the optimum by no more than its own cheapest chain gets cheaper.
"""

import numpy as np

from grading.scale import LEVELS
from optimizer.choices import Choices, Floats, Ints
from optimizer.model import Problem
from optimizer.solve import Solution


def reduced_costs(problem: Problem, duals: Solution) -> Floats:
    """Return each choice's loss less what it earns at the prices of targets, counted lines and caps.

    `duals` may come from another city's program: rows are matched by name, and a row without a price earns nothing.
    Units: CNY/season. A target's price is never below 0, a cap's never above, so the bound holds for any rounding.
    """
    reduced = problem.objective.copy()
    for row in problem.requirements:
        reduced -= max(duals.duals.get(row.label, 0.0), 0.0) * row.coefficients(problem.choices)
    for line in problem.line_counts:
        reduced[line.rows] -= max(duals.duals.get(line.label, 0.0), 0.0)
    for side in problem.couplings:
        reduced[side.rows] -= max(duals.duals.get(side.label, 0.0), 0.0) * side.values
    for cap in problem.caps:
        reduced -= min(duals.duals.get(cap.label, 0.0), 0.0) * cap.per_choice / cap.scale
    return reduced


def cheapest_chains(choices: Choices, cost: Floats) -> Floats:
    """Return the least cost of each unit over its nested chains of measures, in the order of `choices.unit_ids`."""
    return along_cheapest_chains(choices, cost, cost)


def along_cheapest_chains(choices: Choices, cost: Floats, carried: Floats) -> Floats:
    """Return what `carried` adds up to along each unit's cheapest chain; of equal chains the harder one."""
    shape = (len(choices.unit_ids), len(LEVELS), int(choices.k.max(initial=0)) + 1)
    costs, values = np.full(shape, np.inf), np.zeros(shape)
    costs[choices.unit, choices.level, choices.k] = cost
    values[choices.unit, choices.level, choices.k] = carried
    best, value = costs[:, 0], values[:, 0]
    for level in range(1, len(LEVELS)):
        place = _least_so_far(best)
        best = costs[:, level] + np.take_along_axis(best, place, axis=1)
        value = values[:, level] + np.take_along_axis(value, place, axis=1)
    last = _least_so_far(best)[:, -1:]
    return np.asarray(np.take_along_axis(value, last, axis=1)[:, 0])


def _least_so_far(cost: Floats) -> Ints:
    """Return for each measure the place of the cheapest one that is no harder."""
    is_least = cost == np.minimum.accumulate(cost, axis=1)
    return np.asarray(np.maximum.accumulate(np.where(is_least, np.arange(cost.shape[1]), 0), axis=1))
