"""Sifting: with prices nearly right, only units close to a tie can still matter.

All units but the nearest ties are held at their cheapest chains, the exact program over the ties is solved, and its
duals are priced over all units. Units that these prices move join the open ones. A base plan's prices
are nearly right for a city that differs little from it: that is the warm start.
"""

import numpy as np

from grading.scale import LEVELS
from optimizer.choices import Bools, Floats
from optimizer.decompose.arrays import FORBIDDEN, Block, Instance
from optimizer.decompose.polish import polish
from optimizer.decompose.pricing import Space, paid_for_lines, reduced_costs
from optimizer.decompose.rounds import State, add_priced
from optimizer.result import Warm
from optimizer.solve import Limits

FIRST_OPEN, MOST_OPEN = 100, 200
"""Units open at first, and at most: fewer leave the duals wild, more are slower than the rounds."""


def row_prices(instance: Instance, warm: Warm) -> Floats:
    """Return a base's prices for an instance's rows; a kilogram keeps its price where a target changed."""
    targets = {row.label: row.scale for row in instance.rows.targets}
    grown = {label: share / warm.shares.get(label, share) for label, share in targets.items()}
    grown |= {cap.label: cap.scale for cap in instance.rows.caps}
    return np.array([abs(warm.prices.get(label, 0.0)) * grown.get(label, 1.0) for label in instance.rows.labels])


def sift(state: State, prices: Floats, gap: float) -> None:
    """Open ties and price at their duals until the gap is closed or too many units are open."""
    priced = add_priced(state, prices)
    is_open = np.zeros(state.instance.units, dtype=np.bool_)
    many = FIRST_OPEN
    while many <= (2 * MOST_OPEN if state.polished is None else MOST_OPEN) and state.seconds_left() > 0:
        is_open |= nearest(state.instance, state.prices, many)
        found = polish(state.instance, priced.codes, is_open, state.prices, Limits(state.seconds_left()))
        if found is None:  # the held units leave the rows no room
            many *= 4
            continue
        many *= 2
        if state.polished is None or found.value < state.polished.value:
            state.polished = found
        base = state.prices
        again = add_priced(state, found.prices)
        if state.gap <= gap:
            return
        if state.prices is base:
            add_priced(state, 0.5 * (base + found.prices))
        elif int((again.codes != priced.codes).sum()) <= many:
            is_open |= again.codes != priced.codes


def nearest(instance: Instance, prices: Floats, many: int) -> Bools:
    """Return the units whose cheapest chain changes at the smallest relative change of prices."""
    space = Space(instance)
    away = np.concatenate([_away(block, instance, prices, space) for block in instance.blocks])
    chosen = np.zeros(len(away), dtype=np.bool_)
    chosen[np.argsort(away, kind="stable")[:many]] = True
    return chosen


def _away(block: Block, instance: Instance, prices: Floats, space: Space) -> Floats:
    """Return each unit's distance to its second-cheapest chain, as a share of what prices could pay it at most."""
    reduced = reduced_costs(block, instance, prices, space)
    allowed = block.cost < FORBIDDEN
    paid = np.where(allowed, np.abs(block.cost - reduced), 0.0).max(axis=0).sum(axis=0)
    paid_for_lines(block, reduced, space)
    before, after = reduced.copy(), reduced.copy()
    for level in range(1, len(LEVELS)):
        before[:, level] += np.minimum.accumulate(before[:, level - 1], axis=0)
    for level in range(len(LEVELS) - 2, -1, -1):
        after[:, level] += np.minimum.accumulate(after[::-1, level + 1], axis=0)[::-1]
    through = np.partition(before + after - reduced, 1, axis=0)
    margin = (through[1] - through[0]).min(axis=0)
    # What prices do not pay for cannot close a gap, however near a tie it is.
    is_paid = paid > 1e-9 * max(float(paid.max(initial=0.0)), 1e-200)
    return np.asarray(np.divide(margin, paid, out=np.full(len(paid), np.inf), where=is_paid))
