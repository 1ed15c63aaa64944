"""Sifting: with prices nearly right, only units close to a tie can still matter.

All units are held at their cheapest chains, the program over the near ties is solved, and its duals are priced
over all units, which proves the answer. A base plan's prices are nearly right for a city that differs
little from it: that is the warm start. Where the rows ask for more than the near ties bring, prices move on.
"""

import numpy as np

from optimizer.choices import Floats
from optimizer.decompose.arrays import Instance
from optimizer.decompose.beside import Base, Beside, narrowed
from optimizer.decompose.pricing import Priced, bound_at, price
from optimizer.decompose.rounds import State, add_priced
from optimizer.decompose.tie_program import Edges, answered, response_of, solve_ties
from optimizer.decompose.ties import (
    NO_CHAINS,
    WINDOWS,
    Chain,
    Reach,
    Ties,
    first_window,
    lacking_chains,
    reach_of,
    ties_of,
    ties_within,
)
from optimizer.result import Warm

MOST_STEPS = 6
MOST_BOXES = 4
"""Boxes tried beside a base, one after the other: rows that trade at the edge of one get a wider one."""
GROWN = 2.0
"""By how much a box grows in rows that trade at its edge."""
FURTHEST = 0.25
"""Relative change of a price in one step at most."""


def row_prices(instance: Instance, warm: Warm) -> Floats:
    """Return a base's prices for an instance's rows; a kilogram keeps its price where a target changed."""
    targets = {row.label: row.scale for row in instance.rows.targets}
    grown = {label: share / warm.shares.get(label, share) for label, share in targets.items()}
    grown |= {cap.label: cap.scale for cap in instance.rows.caps}
    return np.array([abs(warm.prices.get(label, 0.0)) * grown.get(label, 1.0) for label in instance.rows.labels])


def prices_by_label(instance: Instance, base: Base) -> Floats:
    """Return a base's prices for the rows of an instance that has others; unknown rows are free."""
    known = dict(zip(base.instance.rows.labels, base.priced.prices.tolist(), strict=True))
    return np.array([known.get(label, 0.0) for label in instance.rows.labels])


def sift_beside(state: State, beside: Beside) -> Floats:
    """Close the gap over the few units that may answer beside a base; return the prices to go on from if that fails.

    Inside a box the program of few units is that of the city. Whatever the margins say, the bound that is kept is that
    of all units, priced once more.
    """
    prices = beside.foretold(state.slack_prices)
    step = beside.unsure(prices)
    for _ in range(MOST_BOXES):
        few = narrowed(beside, prices, step)
        if few is None or not few.instance.units:
            break
        held = price(few.instance, prices)
        ties = ties_within(few.instance, held, step)
        edges = Edges.around(prices, ties.window * step, state.slack_prices, state.must_hold)
        found = solve_ties(few.instance, held, ties, edges, state.seconds_left())
        if found is None:
            break
        state.rounds += 1
        prices = found.vertex.prices
        if found.is_plan:
            state.polished = few.lifted(found.vertex)
            state.lower, state.prices = bound_at(state.instance, prices), prices
            break
        step = np.where(np.abs(found.bought) > 0, GROWN * step, step)
    return prices


def sift(state: State, prices: Floats, gap: float) -> None:
    """Solve the near ties and price at their duals, until the gap is closed or nothing is gained."""
    priced = add_priced(state, prices)
    seen = NO_CHAINS
    reach: Reach | None = None
    for step in range(MOST_STEPS):
        instance = state.instance
        # Where the ties lie is looked up once: prices move little, and what moved further has been seen.
        reach = reach or reach_of(instance, priced)
        window = WINDOWS[min(step, len(WINDOWS) - 1)] if step else first_window(reach)
        ties = ties_of(instance, priced, reach, window, _joined(seen, lacking_chains(instance, priced, reach)))
        following = _following(state, priced, ties)
        if following is None:
            return
        before, priced = priced, add_priced(state, following)
        if state.gap <= gap or state.seconds_left() <= 0:
            return
        seen = _seen(seen, ties, before, priced)


def _seen(seen: Chain, ties: Ties, before: Priced, priced: Priced) -> Chain:
    """Return the chains seen so far: those of earlier steps, the ties, and what was held where that has changed.

    Prices that swing between two plans find the chains of both; a program over all of them rests between the two.
    """
    moved = np.flatnonzero(before.codes != priced.codes)
    return _joined(seen, (ties.unit, ties.codes), (moved, before.codes[moved]))


def _joined(*several: Chain) -> Chain:
    units, codes = (np.concatenate(part) for part in zip(*several, strict=True))
    _, first = np.unique(units * (int(codes.max(initial=0)) + 1) + codes, return_index=True)
    return units[first], codes[first]


def _following(state: State, priced: Priced, ties: Ties) -> Floats | None:
    """Return the next prices: the duals of the ties, moved on where the ties brought too little."""
    step = ties.window * np.maximum(priced.prices, priced.prices.max(initial=0.0) * 0.1)
    edges = Edges.around(priced.prices, step, state.slack_prices, state.must_hold)
    found = solve_ties(state.instance, priced, ties, edges, state.seconds_left())
    if found is None:
        return None
    duals = found.vertex.prices
    if found.is_plan:
        if state.polished is None or found.vertex.value < state.polished.value:
            state.polished = found.vertex
        return duals
    most = FURTHEST * np.maximum(duals, duals.max(initial=0.0) * 0.1)
    return duals + np.clip(answered(response_of(ties), found.bought, duals), -most, most)
