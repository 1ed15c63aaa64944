"""The program over near ties: which of them to take so that every row holds at least loss.

Prices may move only inside a box around those at which the ties were found; beyond it other units would answer.
At the edge of the box a row buys or sells what it lacks or has to spare, and that is no plan, but tells where to go.
"""

from dataclasses import dataclass, replace

import numpy as np

from optimizer.choices import Bools, Floats, Ints
from optimizer.decompose.arrays import Block, Instance
from optimizer.decompose.pricing import Codes, Priced, decode
from optimizer.decompose.ties import Ties
from optimizer.solve import Limits, Sparse, run_sparse, run_sparse_whole

TRADED = 1e-9
"""Share of a row below which nothing was bought or sold at the edge of the box."""


@dataclass(frozen=True)
class Shifted:
    """A vertex: every unit at its chain of `codes`, and of some ties the `shares` that take their other chain."""

    codes: Codes
    ties: Ties
    shares: Floats
    value: float
    prices: Floats


@dataclass(frozen=True)
class Boxed:
    """What the program over ties gave. `bought` is what each row takes from outside, below zero where it sells.

    `is_plan`: nothing was bought or sold but shares of targets that may be missed, at their full price.
    """

    vertex: Shifted
    bought: Floats
    is_plan: bool


@dataclass(frozen=True)
class Edges:
    """The box that prices may move in: a row sells at `cheap` and buys at `dear`.

    `slack_prices` are what a missing share costs; in rows that `must_hold` it makes a plan none.
    """

    cheap: Floats
    dear: Floats
    slack_prices: Floats
    must_hold: Bools

    @staticmethod
    def around(prices: Floats, step: Floats, slack_prices: Floats, must_hold: Bools) -> "Edges":
        """Return the box around `prices`, `step` to either side."""
        dear = np.minimum(prices + step, slack_prices)
        return Edges(np.maximum(prices - step, 0.0), dear, slack_prices, must_hold)


def solve_ties(instance: Instance, priced: Priced, ties: Ties, edges: Edges, time_limit_s: float) -> Boxed | None:
    """Return the cheapest mixture of ties with prices inside their edges; None unless proven.

    Maths: with `d` what a tie adds to each row and `h` what the held chains bring, minimise the sum of costs over
    `0 <= share <= 1` with `h + sum(d * share) >= rhs`; ties of one unit together at most 1; lines counted as elsewhere.
    """
    cheap, dear, slack_prices = edges.cheap, edges.dear, edges.slack_prices
    rhs = instance.rows.rhs - priced.activity.sum(axis=0)
    costs = np.concatenate([ties.cost, dear, -cheap])
    unit = max(float(np.abs(costs).max(initial=0.0)), 1e-200)
    trades = np.where(cheap > 0, np.inf, 0.0)
    upper = np.concatenate([np.ones(ties.count), np.full(len(dear), np.inf), trades])
    entries, least, most = _rows(instance, priced.codes, ties, rhs)
    solved = run_sparse(Sparse(costs / unit, upper, *entries, least, most), time_limit_s)
    if solved is None:
        return None
    shares = np.clip(solved.values[: ties.count], 0.0, 1.0)
    bought, sold = np.split(solved.values[ties.count :], 2)
    missed = np.where(~edges.must_hold & (dear >= slack_prices), 0.0, bought)
    is_plan = bool(max(missed.max(initial=0.0), sold.max(initial=0.0)) <= TRADED)
    value = instance.constant + float(priced.cost.sum()) + float(costs @ solved.values)
    duals = np.clip(solved.duals[: len(rhs)] * unit, 0.0, slack_prices)
    traded = np.where(np.abs(missed - sold) > TRADED, missed - sold, 0.0)
    return Boxed(Shifted(priced.codes, ties, shares, value, duals), traded, is_plan)


def whole_ties(instance: Instance, priced: Priced, ties: Ties, limits: Limits) -> Codes | None:
    """Return every unit's chain with some ties taken as a whole so that every row holds; None where none was found.

    The same program as `solve_ties` in whole numbers, with nothing to buy or sell; `limits.gap_abs` is in the
    objective's unit. Nothing is proven by it: rows that must hold are for the caller to count.
    """
    rhs = instance.rows.rhs - priced.activity.sum(axis=0)
    unit = max(float(np.abs(ties.cost).max(initial=0.0)), 1e-200)
    (row, column, value), least, most = _rows(instance, priced.codes, ties, rhs)
    own = column < ties.count  # without the columns that buy and sell
    program = Sparse(ties.cost / unit, np.ones(ties.count), row[own], column[own], value[own], least, most)
    taken = run_sparse_whole(program, replace(limits, gap_abs=limits.gap_abs / unit))
    if taken is None:
        return None
    codes = priced.codes.copy()
    chosen = np.flatnonzero(taken > 0.5)
    codes[ties.unit[chosen]] = ties.codes[chosen]
    return codes


def response_of(ties: Ties) -> Floats:
    """Return what the ties bring to each row where the price of another one moves by one: (rows, rows).

    Maths: margins of ties are spread evenly over the window, so of a tie that adds `d` to the rows a change `m` of
    prices calls the share `d . m / (window * paid)`; half of all ties stand on the side that `m` points to.
    """
    weight = 0.5 / np.maximum(ties.window * ties.paid, 1e-200)
    response: Floats = np.einsum("rc,sc->rs", ties.dense * weight, ties.dense)
    return response


def answered(response: Floats, bought: Floats, prices: Floats) -> Floats:
    """Return by how much prices should move for the units to bring what was bought: a step of Newton's method."""
    rows = np.flatnonzero((prices > 0) | (bought > TRADED))
    few = response[np.ix_(rows, rows)]
    size = np.sqrt(np.maximum(np.diagonal(few), 1e-200))
    scaled = few / size[:, None] / size + 1e-6 * np.eye(len(rows))
    moved = np.zeros(len(prices))
    moved[rows] = np.linalg.solve(scaled, bought[rows] / size) / size
    return moved


def _rows(
    instance: Instance, codes: Codes, ties: Ties, rhs: Floats
) -> tuple[tuple[Ints, Ints, Floats], Floats, Floats]:
    """Return the entries (row, column, value) of the program, and the least and most of every row."""
    many = len(rhs)
    row, column = np.nonzero(ties.dense)
    trade = ties.count + np.arange(many)
    parts = [
        (row, column, ties.dense[row, column]),
        (ties.row, ties.column, ties.value),
        (np.arange(many), trade, np.ones(many)),
        (np.arange(many), trade + many, -np.ones(many)),
    ]
    least, most = [rhs], [np.full(many, np.inf)]
    times = np.unique_counts(ties.unit).counts
    is_several = times > 1
    group = np.repeat(np.where(is_several, np.cumsum(is_several) - 1, -1), times)
    own = np.flatnonzero(group >= 0)
    parts.append((many + group[own], own, np.ones(len(own))))
    least.append(np.full(int(is_several.sum()), -np.inf))
    most.append(np.ones(int(is_several.sum())))
    many += int(is_several.sum())
    for block in instance.blocks:
        if block.lines is not None:
            entries, need = _line_rows(instance.measures, block, codes, ties, many)
            parts.append(entries)
            least.append(need)
            most.append(np.full(len(need), np.inf))
            many += len(need)
    row, column, value = (np.concatenate(part) for part in zip(*parts, strict=True))
    return (row, column, value), np.concatenate(least), np.concatenate(most)


def _line_rows(
    measures: int, block: Block, codes: Codes, ties: Ties, first_row: int
) -> tuple[tuple[Ints, Ints, Floats], Floats]:
    """Return the entries and needs of the counted groups of a block that ties touch: one row per group and level."""
    lines = block.lines
    first, last = np.searchsorted(ties.unit, [block.start, block.stop]).tolist()
    if lines is None or first == last:
        return (np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int64), np.zeros(0)), np.zeros(0)
    unit = ties.unit[first:last]
    touched, place = np.unique((unit - block.start) % lines.groups, return_inverse=True)
    stop = lines.stop[unit - block.start]
    stands = (decode(ties.codes[first:last], measures) == stop).astype(np.float64)
    stands -= decode(codes[unit], measures) == stop
    held = decode(codes[block.start : block.stop], measures) == lines.stop
    standing = held.reshape(len(held), lines.size, lines.groups).sum(axis=1)
    level, tie = np.nonzero(stands)
    need = (lines.need - standing)[:, touched].astype(np.float64)
    return (first_row + level * len(touched) + place[tie], first + tie, stands[level, tie]), need.ravel()
