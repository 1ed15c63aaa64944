"""Halves of a side as arrays: what branching sends a unit away from is forbidden, and the prices of the side go on.

A half differs from its side in the measures of one unit. So nothing is listed or built anew; near ties at the side's
prices give the LP, and pricing over all units proves its bound.
"""

from collections.abc import Callable
from dataclasses import replace
from time import monotonic

import numpy as np

from optimizer.choices import Bools, Floats
from optimizer.decompose.answer import plan_of
from optimizer.decompose.arrays import FORBIDDEN, Framed, Instance
from optimizer.decompose.rounds import State
from optimizer.decompose.sift import sift
from optimizer.model import Problem
from optimizer.solve import Limits
from optimizer.whole.branching import Relax, Side, by_programs
from optimizer.whole.integer import relaxed

PRECISE = 1e-5
"""Relative gap to which the LP of a half is solved: far below that of a plan."""

Look = Callable[[Instance, Floats, float], None]
"""Called with a half as arrays, its prices and its bound."""


def by_arrays(problem: Problem, framed: Framed, state: State, look: Look) -> Relax:
    """Return how halves are relaxed (`optimizer.whole.branching`); `state` is that of the whole, nothing known of it.

    Every half is shown to `look`: near it is often a better whole plan. Where near ties do not find the LP, the half is
    solved as a program of its own.
    """
    place = np.full(len(problem.choices.unit_ids), -1, dtype=np.int64)
    place[framed.unit] = np.arange(len(framed.unit))
    lines = dict.fromkeys((line.label for line in problem.line_counts), 0.0)

    def relax(kept: Bools, side: Side) -> Side | None:
        half = _without(framed.instance, problem, place, ~kept)
        prices = np.abs([side.duals.get(label, 0.0) for label in half.rows.labels])
        found = replace(state, instance=half, pool=type(state.pool)())
        sift(found, prices, PRECISE)
        if found.lower >= FORBIDDEN / 2:
            return None
        if found.polished is None:
            limits = Limits(max(state.deadline - monotonic(), 0.0))
            return by_programs(problem, lambda part, warm: relaxed(part, limits, warm))(kept, side)
        look(half, found.prices, found.lower)
        shares = plan_of(problem, replace(framed, instance=half), found)
        return Side(kept, shares, lines | half.rows.as_named(found.prices), found.lower)

    return relax


def _without(instance: Instance, problem: Problem, place: np.typing.NDArray[np.int64], gone: Bools) -> Instance:
    """Return the arrays in which some choices are forbidden."""
    choices = problem.choices
    rows = np.flatnonzero(gone)
    unit = place[choices.unit[rows]]
    blocks = list(instance.blocks)
    for number, block in enumerate(blocks):
        own = (unit >= block.start) & (unit < block.stop)
        if own.any():
            cost = block.cost.copy()
            cost[choices.k[rows[own]], choices.level[rows[own]], unit[own] - block.start] = FORBIDDEN
            blocks[number] = replace(block, cost=cost)
    return replace(instance, blocks=tuple(blocks))
