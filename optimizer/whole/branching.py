"""Branching: how near a whole plan is to the best one, where an LP leaves large units between measures.

Emissions are heavy-tailed: of one plant between two measures the LP takes a part that no whole plan can take, and its
bound stays below them all. So the largest such unit is sent to its milder and to its harder measures in turn, and the
LP of each side bounds the plans on that side; the least of both bounds the city. Few large units need few programs.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from optimizer.again.warm import reduced_costs, warm_of
from optimizer.choices import Bools, Floats
from optimizer.model import Problem
from optimizer.result import Proof, Warm
from optimizer.solve import Solution

MOST_PROGRAMS = 24
"""Linear programs at most: a fixed amount of work, whatever the machine."""
WHOLE = 1e-6
"""Distance from 0 or 1 below which a share counts as whole."""
SMALL = 0.1
"""Share of the gap aimed at below which a unit is too small to be worth a program."""

Relaxed = Callable[[Problem, Warm], tuple[Solution, float | None]]
Offer = Callable[[Floats], float]


@dataclass(frozen=True)
class Side:
    """What is left of a problem on one side: the choices `kept`, and the LP's `shares` of all choices.

    Without shares, for want of a proof, it is not halved again; its bound holds.
    """

    kept: Bools
    shares: Floats | None
    duals: dict[str, float]
    bound: float


Relax = Callable[[Bools, Side], Side | None]
"""Called with the choices kept on one half of a side; returns that half with its LP, None where it has no plan."""


def by_programs(problem: Problem, relaxed: Relaxed) -> Relax:
    """Return how halves are relaxed: by the LP of each, a program of its own begun from the prices of its side."""

    def relax(kept: Bools, side: Side) -> Side | None:
        part = problem.restricted(kept)
        lp, bound = relaxed(part, warm_of(part, side.duals))
        if lp.proof == Proof.INFEASIBLE:
            return None
        if not lp.is_proven or lp.x is None or bound is None:
            return Side(kept, None, side.duals, side.bound)
        shares = np.zeros(len(kept))
        shares[kept] = lp.x
        return Side(kept, shares, lp.duals, bound)

    return relax


def bound_by_branching(
    problem: Problem, first: Side, gap: float, relax: Relax, offer: Offer, most: int | None = None
) -> float:
    """Return a lower bound of all whole plans, at least that of `first`; infinite where there is none.

    `offer` takes an LP's shares, from which a whole
    plan may be made, and returns the value of the best plan so far. It ends once that is within a relative gap, or
    after `most` programs.
    """
    sides, closed, programs = [first], np.inf, 0
    value = np.inf if first.shares is None else offer(first.shares)
    most = MOST_PROGRAMS if most is None else most
    while sides and programs < most:
        sides.sort(key=lambda side: side.bound)
        side = sides[0]
        if side.bound >= closed or value - side.bound <= gap * abs(side.bound):
            break
        halves = _halves(problem, side, SMALL * gap * abs(side.bound))
        sides.pop(0)
        if halves is None:
            closed = min(closed, side.bound)
            continue
        for kept in halves:
            programs += 1
            half = relax(kept, side)
            if half is not None:
                sides.append(replace(half, bound=max(half.bound, side.bound)))
                value = value if half.shares is None else offer(half.shares)
    return min([closed, *(side.bound for side in sides)])


def _halves(problem: Problem, side: Side, least: float) -> list[Bools] | None:
    """Return the choices left where the largest unit between measures takes a milder one, and where a harder one.

    None without shares, and where no unit larger than `least` is between. A half that leaves some level no choice is
    left out: no plan.
    """
    choices = problem.choices
    if side.shares is None:
        return None
    is_between = (side.shares > WHOLE) & (side.shares < 1 - WHOLE)
    paid = np.abs(problem.objective - reduced_costs(problem, side.duals))
    largest = np.zeros(len(choices.unit_ids))
    np.maximum.at(largest, choices.unit, paid)
    size = np.where(is_between, largest[choices.unit], 0.0)
    row = int(np.argmax(size))
    if size[row] <= least:
        return None
    slot = np.flatnonzero(choices.slot == choices.slot[row])
    milder = int(np.floor(np.einsum("i,i->", side.shares[slot], choices.k[slot].astype(np.float64)) + WHOLE))
    level, of_unit = choices.level[row], choices.unit == choices.unit[row]
    # Nesting carries a side on: what is at most so hard at a level is so at the milder ones, and the other way.
    sides = (
        side.kept & ~(of_unit & (choices.level <= level) & (choices.k > milder)),
        side.kept & ~(of_unit & (choices.level >= level) & (choices.k <= milder)),
    )
    whole = len(choices.sizes)
    return [kept for kept in sides if len(np.unique(choices.slot[kept])) == whole]
