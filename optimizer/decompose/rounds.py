"""The rounds between master and pricing, until the gap between mixture and bound is closed.

New prices are taken half from the master and half from the best bound so far: the master's own prices jump
from corner to corner. Both are priced, and both give columns.
"""

from dataclasses import dataclass, field
from time import monotonic

import numpy as np

from optimizer.choices import Bools, Floats
from optimizer.decompose.arrays import Instance
from optimizer.decompose.master import ROOM, Mixed, Pool, group_spans, mix
from optimizer.decompose.polish import Polished, consensus, polish
from optimizer.decompose.pricing import Priced, price
from optimizer.decompose.tie_program import Shifted
from optimizer.solve import Limits

MOST_OPEN = 100
"""Most units the exact program of a polish may hold before the gap is closed."""
POLISH_FROM = 1e-4
"""Relative gap below which polishing is tried."""
LEAST_ROOM = 150
"""Columns that even a master of few groups may hold."""
SLACK_TOLERANCE = 1e-9
"""Missing share of a row below which it holds."""


@dataclass
class State:
    """What is known so far: columns, the best bound and its prices, the best mixture and the best vertex.

    `slack_prices` are what a missing share of each row costs; in rows that `must_hold` it may cost anything, so
    a plan that lacks there is none. `unit` is the size of the objective, `deadline` on the monotonic clock.
    """

    instance: Instance
    slack_prices: Floats
    must_hold: Bools
    unit: float
    deadline: float
    pool: Pool = field(default_factory=Pool)
    lower: float = -np.inf
    prices: Floats = field(default_factory=lambda: np.zeros(0))
    mixed: Mixed | None = None
    polished: Polished | Shifted | None = None
    rounds: int = 0
    new_columns: int = 0

    @property
    def upper(self) -> float:
        """Return the value of the best plan known; infinite while rows that must hold do not."""
        mixed = np.inf if self.mixed is None or self.lacks > SLACK_TOLERANCE else self.mixed.value
        return min(mixed, np.inf if self.polished is None else self.polished.value)

    @property
    def lacks(self) -> float:
        """Return the worst missing share among rows that must hold."""
        if self.mixed is None:
            return np.inf
        return float(self.mixed.slack[self.must_hold].max(initial=0.0))

    @property
    def gap(self) -> float:
        """Return the proven distance between best plan and bound, relative to the plan."""
        if not np.isfinite(self.upper):
            return np.inf
        return max(self.upper - self.lower, 0.0) / max(abs(self.upper), 1e-6 * self.unit)

    def seconds_left(self) -> float:
        """Return what is left of the time limit."""
        return max(self.deadline - monotonic(), 0.0)


def run_rounds(state: State, gap: float) -> None:
    """Price and mix until the gap is closed, time is up, or nothing new is found."""
    tried = POLISH_FROM
    while state.seconds_left() > 0:
        state.rounds += 1
        state.mixed = (
            mix(state.instance, state.pool, state.slack_prices, state.unit, state.seconds_left()) or state.mixed
        )
        if state.mixed is None:
            return
        mixed_gap = (state.mixed.value - state.lower) / max(abs(state.mixed.value), 1e-6 * state.unit)
        if state.lacks <= SLACK_TOLERANCE and mixed_gap <= max(tried, gap) and _polish(state, mixed_gap <= gap):
            tried = min(tried, mixed_gap) / 4
        if state.gap <= gap:
            return
        state.pool.drop_idle(max(ROOM * state.instance.groups, LEAST_ROOM))
        best = state.prices
        before = state.new_columns
        add_priced(state, 0.5 * (state.mixed.prices + best))
        add_priced(state, state.mixed.prices)
        if state.new_columns == before:
            return


def add_priced(state: State, prices: Floats) -> Priced:
    """Price at `prices`, keep the bound if it is better, and add the columns that are new."""
    # A price above what a missing share costs would prove a bound that does not hold.
    priced = price(state.instance, np.clip(prices, 0.0, state.slack_prices))
    if priced.bound > state.lower:
        state.lower, state.prices = priced.bound, priced.prices
    state.new_columns += state.pool.add(state.instance, priced, group_spans(state.instance))
    return priced


def _polish(state: State, is_closed: bool) -> bool:
    """Try a polish of the present mixture, and price at its duals; return whether it was worth trying."""
    codes, is_open = consensus(state.instance, state.pool)
    if int(is_open.sum()) > MOST_OPEN and not is_closed:
        return False
    found = polish(state.instance, codes, is_open, state.prices, Limits(state.seconds_left()))
    if found is None:
        return True
    if state.polished is None or found.value <= state.polished.value:
        state.polished = found
    add_priced(state, found.prices)
    return True


def widen(state: State, factor: float) -> None:
    """Price missing shares of rows that must hold higher, for another run over the same columns."""
    state.slack_prices = np.where(state.must_hold, state.slack_prices * factor, state.slack_prices)
    state.mixed = state.polished = None
