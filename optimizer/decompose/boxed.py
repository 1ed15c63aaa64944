"""Column generation unit by unit, with prices kept in a box around the best ones so far.

All units are held at the chains they had at the first prices. Other chains are columns of one program of few rows
(`tie_program`); at its duals all units are priced, which proves a bound and names the chains that are missing. The box
keeps the duals near prices at which the columns speak for all units; it grows where a row trades at its edge.
"""

from dataclasses import dataclass

import numpy as np

from optimizer.choices import Floats
from optimizer.decompose.pricing import Priced
from optimizer.decompose.rounds import State, add_priced
from optimizer.decompose.tie_program import Boxed, Edges, solve_ties
from optimizer.decompose.ties import Ties, columns_of, joined, reach_of, ties_of

MOST_ROUNDS = 60
FIRST_WINDOW = 0.03
"""Relative change of prices within which chains are columns from the start."""
GROWN, SHRUNK = 2.0, 0.7
"""A row that trades at the edge of the box gets a wider one; a step that proves less than half of what the program
promised makes all narrower."""
LEAST = 0.1
"""Part of a row's usual price from which its box is counted, so that a row may also come to cost something."""


def near_chains(state: State, priced: Priced, window: float = FIRST_WINDOW) -> Ties:
    """Return the chains that prices would reach first from those they were priced at."""
    return ties_of(state.instance, priced, reach_of(state.instance, priced), window)


@dataclass(frozen=True)
class Guess:
    """Prices to begin at, and by how much each may be off (none: by nothing that is known)."""

    prices: Floats
    off: Floats | float = 0.0

    def step(self, ties: Ties, box: float) -> Floats:
        """Return the size of the first box: a share of each row's price, or twice what it may be off."""
        usual = box * np.maximum(self.prices, LEAST * usual_prices(ties))
        return np.maximum(usual, 2.0 * np.asarray(self.off))


def close(state: State, held: Priced, ties: Ties, gap: float, step: Floats, rounds: int = MOST_ROUNDS) -> Ties:
    """Solve and price until the gap is closed, time is up, or nothing more is found; return the columns.

    `ties` are the columns known at the beginning, all units being `held` at one pricing; the box begins around the
    prices of the best bound so far, `step` to either side.
    """
    for _ in range(rounds):
        state.rounds += 1
        edges = Edges.around(state.prices, step, state.slack_prices, state.must_hold)
        found = solve_ties(state.instance, held, ties, edges, state.seconds_left())
        if found is None:
            break
        _keep(state, found)
        before, promised = state.lower, found.vertex.value
        priced = add_priced(state, found.vertex.prices)
        if state.gap <= gap or state.seconds_left() <= 0:
            break
        more = columns_of(state.instance, held.codes, priced.codes, ties)
        is_traded = np.abs(found.bought) > 0
        is_at_end = not (is_traded & (found.vertex.prices < state.slack_prices)).any()
        if is_at_end and (more is None or promised - state.lower <= gap * abs(promised)):
            break
        if priced.bound <= before and priced.bound < 0.5 * (before + promised):
            step = step * SHRUNK
        step = np.where(is_traded, step * GROWN, step)
        ties = ties if more is None else joined(ties, more)
    return ties


def usual_prices(ties: Ties) -> Floats:
    """Return for each row the price at which it alone would pay for the columns it counts in."""
    at_stake = np.abs(ties.cost)
    size = np.abs(ties.dense)
    many = len(size)
    paid = size.sum(axis=1) + np.bincount(ties.row, weights=np.abs(ties.value), minlength=many)
    counted = (size > 0) @ at_stake + np.bincount(ties.row, weights=at_stake[ties.column], minlength=many)
    usual: Floats = np.divide(counted, paid, out=np.zeros(many), where=paid > 0)
    return np.where(paid > 0, usual, float(usual.max(initial=0.0)))


def _keep(state: State, found: Boxed) -> None:
    if found.is_plan and (state.polished is None or found.vertex.value < state.polished.value):
        state.polished = found.vertex
