"""Sifting: with prices nearly right, only units close to a tie can still matter.

All units are held at their cheapest chains, the program over the near ties is solved, and its duals are priced
over all units, which proves the answer. A base plan's prices are nearly right for a city that differs
little from it: that is the warm start. Where the rows ask for more than the near ties bring, prices move on.
"""

from dataclasses import dataclass, replace

import numpy as np

from optimizer.choices import Floats
from optimizer.decompose.arrays import Block, Instance
from optimizer.decompose.pricing import Priced, price
from optimizer.decompose.rounds import State, add_priced
from optimizer.decompose.tie_program import Edges, answered, solve_ties
from optimizer.decompose.ties import NO_CHAINS, Chain, Reach, Ties, reach_of, ties_of
from optimizer.result import Warm

WINDOWS = (0.01, 0.25, 0.5)
"""Relative change of prices within which ties are looked at: at first, and once prices had to move further."""
AT_FIRST = 400
"""Units looked at in the first step even where they are further from a tie, up to the second window."""
COUNTED = ("row", "k", "level", "unit", "value")
MOST_STEPS = 6
FURTHEST = 0.25
"""Relative change of a price in one step at most."""


def row_prices(instance: Instance, warm: Warm) -> Floats:
    """Return a base's prices for an instance's rows; a kilogram keeps its price where a target changed."""
    targets = {row.label: row.scale for row in instance.rows.targets}
    grown = {label: share / warm.shares.get(label, share) for label, share in targets.items()}
    grown |= {cap.label: cap.scale for cap in instance.rows.caps}
    return np.array([abs(warm.prices.get(label, 0.0)) * grown.get(label, 1.0) for label in instance.rows.labels])


@dataclass(frozen=True)
class Base:
    """What a solved instance leaves to one that differs little: its prices, and what was priced at them."""

    instance: Instance
    priced: Priced
    ties: Ties


def base_of(state: State) -> Base:
    """Return what a solved instance leaves to the next."""
    priced = price(state.instance, state.prices)
    reach = reach_of(state.instance, priced)
    return Base(state.instance, priced, ties_of(state.instance, priced, reach, _first_window(reach)))


def sift(state: State, begun: Floats | Base, gap: float) -> None:
    """Solve the near ties and price at their duals, until the gap is closed or nothing is gained.

    `begun` are prices, or a base; of a base with the same units nothing is priced again.
    """
    known = _known(state, begun) if isinstance(begun, Base) else None
    prices = begun.priced.prices if isinstance(begun, Base) else begun
    priced, ties = known or (add_priced(state, prices), None)
    seen = NO_CHAINS
    reach: Reach | None = None
    for step in range(MOST_STEPS):
        instance = state.instance
        if ties is None:
            # Where the ties lie is looked up once: prices move little, and what moved further has been seen.
            reach = reach or reach_of(instance, priced)
            window = WINDOWS[min(step, len(WINDOWS) - 1)] if step else _first_window(reach)
            ties = ties_of(instance, priced, reach, window, seen)
        following = _following(state, priced, ties)
        if following is None:
            return
        before, priced = priced, add_priced(state, following)
        if state.gap <= gap or state.seconds_left() <= 0:
            return
        seen, ties = _seen(seen, ties, before, priced), None


def _first_window(reach: Reach) -> float:
    if len(reach.away) <= AT_FIRST:
        return WINDOWS[1]
    return float(np.clip(np.partition(reach.away, AT_FIRST)[AT_FIRST], WINDOWS[0], WINDOWS[1]))


def _seen(seen: Chain, ties: Ties, before: Priced, priced: Priced) -> Chain:
    """Return the chains seen so far: those of earlier steps, the ties, and what was held where that has changed.

    Prices that swing between two plans find the chains of both; a program over all of them rests between the two.
    """
    moved = np.flatnonzero(before.codes != priced.codes)
    units = np.concatenate([seen[0], ties.unit, moved])
    codes = np.concatenate([seen[1], ties.codes, before.codes[moved]])
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
    return duals + np.clip(answered(ties, found.bought, duals), -most, most)


def _known(state: State, base: Base) -> tuple[Priced, Ties] | None:
    """Return what was priced in the base, if only what the rows ask for has changed since."""
    old, new = base.instance, state.instance
    if old.rows.labels != new.rows.labels or len(old.blocks) != len(new.blocks) or old.measures != new.measures:
        return None
    if not all(_is_same(was, now) for was, now in zip(old.blocks, new.blocks, strict=True)):
        return None
    grown = [now.scale / was.scale for was, now in zip(old.rows.targets, new.rows.targets, strict=True)]
    factor = np.ones(new.rows.count)
    factor[: len(grown)] = grown
    if not np.allclose(new.rows.spread * factor[: len(grown)], old.rows.spread, rtol=1e-12, atol=0.0):
        return None
    was = base.priced
    prices = was.prices * factor
    bound = new.constant + float(was.value.sum()) + float(prices @ new.rows.rhs)
    priced = replace(was, prices=prices, activity=was.activity / factor, bound=bound)
    if (prices > state.slack_prices).any():
        return None
    state.lower, state.prices = bound, prices
    return priced, replace(base.ties, dense=base.ties.dense / factor[:, None])


def _is_same(was: Block, now: Block) -> bool:
    """Return whether two blocks hold the same units with the same measures at the same costs."""
    if was is now:
        return True
    pairs = [(was.cost, now.cost), (was.removed, now.removed), *zip(was.caps, now.caps, strict=True)]
    pairs += [(getattr(was.counted, name), getattr(now.counted, name)) for name in COUNTED]
    pairs += [(getattr(was.less, name), getattr(now.less, name)) for name in ("k", "level", "unit", "kg")]
    for one, other in zip(was.factors, now.factors, strict=False):
        pairs += [(getattr(one, name), getattr(other, name)) for name in ("amount", "kind", "weight", "rows")]
    lines = len(was.factors) == len(now.factors) and was.lines is None and now.lines is None
    return lines and was.start == now.start and all(np.array_equal(one, other) for one, other in pairs)
