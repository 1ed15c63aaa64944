"""Near ties: the chains that small changes of prices would make cheapest, each as one column of a small program.

At given prices most units are far from changing their chain. What is left is a program of few rows whose columns
say "this unit takes that chain instead": bounded by one, so that most units need no row of their own.
"""

from dataclasses import dataclass
from functools import lru_cache
from itertools import combinations_with_replacement

import numpy as np

from grading.scale import LEVELS
from optimizer.choices import Bools, Floats, Ints
from optimizer.decompose.arrays import FORBIDDEN, Block, Instance
from optimizer.decompose.exact import Taken, take
from optimizer.decompose.factors import Counted
from optimizer.decompose.margins import against, most_gained
from optimizer.decompose.polish import with_whole_groups
from optimizer.decompose.pricing import (
    Codes,
    Priced,
    Space,
    by_block,
    chains_through,
    cheapest_value,
    decode,
    paid_for_lines,
    reduced_costs,
)

MOST_UNITS, MOST_COLUMNS = 1_500, 3_000
"""Units and columns of one program at most, the nearest first."""
WINDOWS = (0.01, 0.25, 0.5)
"""Relative change of prices within which ties are looked at: at first, and once prices had to move further."""
AT_FIRST = 400
"""Units looked at in the first step even where they are further from a tie, up to the second window."""
LACKED = 1e-9
"""Share of a row above which it counts as lacking something."""
Chain = tuple[Ints, Codes]
"""Single chains of single units: the units, ascending, and a code each."""
NO_CHAINS: Chain = (np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int32))


@dataclass(frozen=True)
class Ties:
    """One entry per column, by unit: the unit, its other chain, and what that chain adds to the held one.

    Shape: `dense` (rows, columns) holds targets, stage caps and factors; `row`, `column`, `value` list what line counts
    and optional rows of few choices count. `margin` is what the chain costs more at the prices looked at, `paid` by how
    much prices pay the two chains differently: `margin / paid` is the relative change of prices that makes them equal.
    `window` is the change up to which they are all here: less than was wanted where they would have been too many.
    """

    unit: Ints
    codes: Codes
    cost: Floats
    dense: Floats
    row: Ints
    column: Ints
    value: Floats
    margin: Floats
    paid: Floats
    window: float

    @property
    def count(self) -> int:
        """Return the number of columns."""
        return len(self.unit)


@dataclass(frozen=True)
class Reach:
    """How near each unit is to another chain: `away` one per unit, `lines` the line prices by start of a block."""

    away: Floats
    lines: dict[int, Floats]


def reach_of(instance: Instance, priced: Priced) -> Reach:
    """Return for each unit about the least relative change of prices that changes its chain.

    It chooses what is looked at; nothing is proven by it.
    """
    away = np.full(instance.units, np.inf)
    lines: dict[int, Floats] = {}

    def of_block(block: Block, space: Space) -> Floats:
        reduced = reduced_costs(block, instance, priced.prices, space)
        pay = block.cost - reduced
        if block.lines is not None:
            lines[block.start] = paid_for_lines(block, block.lines, reduced)
        inside = slice(block.start, block.stop)
        through = chains_through(reduced)
        chain = decode(priced.codes[inside], instance.measures).astype(np.int64)
        differs = np.abs(pay - np.take_along_axis(pay, chain[None], axis=0))
        margin = through - through.min(axis=0)
        is_other = (differs > 1e-12 * np.abs(pay)) & (through < FORBIDDEN)
        near = np.divide(margin, differs, out=np.full(margin.shape, np.inf), where=is_other)
        away[inside] = near.min(axis=(0, 1))
        return np.zeros(0)

    by_block(instance, of_block)
    return Reach(away, lines)


def first_window(reach: Reach) -> float:
    """Return the change of prices up to which the first ties are looked at: as many units as are wanted."""
    if len(reach.away) <= AT_FIRST:
        return WINDOWS[1]
    return float(np.clip(np.partition(reach.away, AT_FIRST)[AT_FIRST], WINDOWS[0], WINDOWS[1]))


def ties_of(instance: Instance, priced: Priced, reach: Reach, window: float, also: Chain = NO_CHAINS) -> Ties:
    """Return the other chains of the units that prices would move within a relative change of `window`.

    `also`: chains that are among them however far they are.
    """
    units, window = _near_units(instance, reach, window, also[0])
    taken = take(instance, units)
    chains, place = chains_of(instance.measures)
    held = place[priced.codes[units]]
    reduced, pay = _reduced(instance, priced.prices, taken, units, reach)
    cost = along(chains, reduced)
    at = np.arange(len(units))
    margin = np.maximum(cost - cost[held, at], 0.0)
    paid = np.zeros(margin.shape)
    for level in range(len(LEVELS)):
        of_level = pay[:, level]
        paid += np.abs(of_level[chains[:, level]] - of_level[chains[held, level], at])
    largest = max(float(paid.max(initial=0.0)), 1e-200)
    wanted = (margin <= window * paid) & (paid > 1e-9 * largest) & (cost < FORBIDDEN)
    asked = (place[also[1]], np.searchsorted(units, also[0]))
    wanted[asked] = cost[asked] < FORBIDDEN
    wanted[held, at] = False
    unit, chain = np.nonzero(wanted.T)
    if len(unit) > MOST_COLUMNS:
        away = margin[chain, unit] / np.maximum(paid[chain, unit], 1e-200)
        order = np.argsort(away, kind="stable")
        window = float(away[order[MOST_COLUMNS]])
        kept = np.sort(order[:MOST_COLUMNS])
        unit, chain = unit[kept], chain[kept]
    added = added_by(instance, taken, unit, chains[chain], chains[held[unit]])
    codes = _code(chains[chain], instance.measures).astype(np.int32)
    return Ties(units[unit], codes, *added, margin[chain, unit], paid[chain, unit], window)


def lacking_chains(instance: Instance, priced: Priced, reach: Reach) -> Chain:
    """Return the cheapest chains through the choices that count in a row which lacks something at no price.

    No change of prices tells such chains from the held ones, so no window holds them, yet the row cannot do without.
    """
    is_lacking = (instance.rows.rhs - priced.activity.sum(axis=0) > LACKED) & (priced.prices <= 0)
    found = [NO_CHAINS]
    for block in instance.blocks:
        counted = block.counted
        own = np.flatnonzero(is_lacking[counted.row] & (counted.value > 0))
        if not len(own):
            continue
        units, at = np.unique(block.start + counted.unit[own], return_inverse=True)
        chains, _ = chains_of(instance.measures)
        cost = along(chains, _reduced(instance, priced.prices, take(instance, units), units, reach)[0])
        passes = chains[:, counted.level[own]] == counted.k[own]
        cheapest = np.where(passes, cost[:, at], np.inf).argmin(axis=0)
        found.append((units[at], _code(chains[cheapest], instance.measures).astype(np.int32)))
    units, codes = (np.concatenate(part) for part in zip(*found, strict=True))
    return units, codes


def ties_within(instance: Instance, priced: Priced, step: Floats) -> Ties:
    """Return the chains that prices within `step` (one per row) of those priced at make cheapest, each unit alone.

    `paid` is what such prices can bring a chain at most, so that `window` is a share of `step`.
    """
    chains, place = chains_of(instance.measures)
    units, margins, gains = _may_move(instance, priced, step)
    margin, paid = along(chains, margins), along(chains, gains)
    held = place[priced.codes[units]]
    wanted = (margin <= paid) & (paid > 0)
    wanted[held, np.arange(len(units))] = False
    unit, other = np.nonzero(wanted.T)
    margin, paid, window = margin[other, unit], paid[other, unit], 1.0
    if len(unit) > MOST_COLUMNS:
        order = np.argsort(margin / paid, kind="stable")
        window = float((margin / paid)[order[MOST_COLUMNS]])
        kept = np.sort(order[:MOST_COLUMNS])
        unit, other, margin, paid = unit[kept], other[kept], margin[kept], paid[kept]
    is_first = np.diff(unit, prepend=-1) > 0
    few, own = unit[is_first], np.cumsum(is_first) - 1
    added = added_by(instance, take(instance, units[few]), own, chains[other], chains[held[unit]])
    codes = _code(chains[other], instance.measures).astype(np.int32)
    return Ties(units[unit], codes, *added, margin, paid, window)


def _may_move(instance: Instance, priced: Priced, step: Floats) -> tuple[Ints, Floats, Floats]:
    """Return the units that prices within `step` may move, what their choices lack on the held ones, and can gain."""
    units, margins, gains = [], [], []
    for block in instance.blocks:
        chain = decode(priced.codes[block.start : block.stop], instance.measures)
        reduced = reduced_costs(block, instance, priced.prices, Space(block.cost.shape))
        if block.lines is not None:
            paid_for_lines(block, block.lines, reduced)
        margin, gain = against(reduced, chain), most_gained(block, instance.rows, step, chain)
        some = np.flatnonzero(cheapest_value(margin - gain) < 0)
        units.append(block.start + some)
        margins.append(margin[..., some])
        gains.append(gain[..., some])
    return np.concatenate(units), np.concatenate(margins, axis=-1), np.concatenate(gains, axis=-1)


def _near_units(instance: Instance, reach: Reach, window: float, also: Ints) -> tuple[Ints, float]:
    # Never none: a program of one tie is still a program.
    is_near = reach.away <= max(window, float(reach.away.min()))
    if int(is_near.sum()) > MOST_UNITS:
        order = np.argsort(reach.away, kind="stable")
        window = min(window, float(reach.away[order[MOST_UNITS]]))  # units that no price moves are away without end
        is_near[order[MOST_UNITS:]] = False
    is_near[also] = True
    return np.flatnonzero(with_whole_groups(instance, is_near)), window


@lru_cache(maxsize=32)
def chains_of(measures: int) -> tuple[Ints, Ints]:
    """Return every nested chain (chains, levels), and the place of each by its code."""
    chains = np.array(list(combinations_with_replacement(range(measures), len(LEVELS))), dtype=np.int64)
    place = np.full(measures ** len(LEVELS), -1)
    place[_code(chains, measures)] = np.arange(len(chains))
    return chains, place


def _code(chains: Ints, measures: int) -> Ints:
    code = np.zeros(len(chains), dtype=np.int64)
    for level in range(len(LEVELS)):
        code = code * measures + chains[:, level]
    return code


def along(chains: Ints, values: Floats) -> Floats:
    """Return the sum of (measures, levels, units) along every chain, as (chains, units)."""
    total: Floats = values[chains[:, 0], 0]
    for level in range(1, len(LEVELS)):
        total = total + values[chains[:, level], level]
    return total


def _reduced(instance: Instance, prices: Floats, taken: Taken, units: Ints, reach: Reach) -> tuple[Floats, Floats]:
    """Return reduced costs of some units with counted lines paid for standing still, and what the rows pay."""
    few = Block(0, 0, taken.cost, taken.removed, taken.caps, taken.counted, less=taken.less, factors=taken.factors)
    reduced = reduced_costs(few, instance, prices, Space(taken.cost.shape))
    pay = np.where(taken.cost < FORBIDDEN, taken.cost - reduced, 0.0)
    for block in instance.blocks:
        first, last = np.searchsorted(units, [block.start, block.stop]).tolist()
        if block.lines is None or first == last:
            continue
        local = units[first:last] - block.start
        duals = reach.lines[block.start][:, local % block.lines.groups]
        for level in range(len(LEVELS)):
            reduced[block.lines.stop[local], level, np.arange(first, last)] -= duals[level]
    return reduced, pay


def added_by(
    instance: Instance, taken: Taken, at: Ints, chain: Ints, held: Ints
) -> tuple[Floats, Floats, Ints, Ints, Floats]:
    """Return what taking `chain` instead of `held` adds: cost, dense rows, and the entries of the counting rows."""
    rows = instance.rows
    cost, dense = np.zeros(len(at)), np.zeros((rows.count, len(at)))
    first_cap = rows.count - len(rows.caps)
    for level in range(len(LEVELS)):
        new, old = chain[:, level], held[:, level]
        cost += taken.cost[new, level, at] - taken.cost[old, level, at]
        at_level = taken.removed_at(level)
        removed = at_level[new, :, at] - at_level[old, :, at]
        dense[: len(rows.targets)] += np.einsum("up,pr->ru", removed, rows.spread[level])
        for place, cap in enumerate(taken.caps):
            dense[first_cap + place] -= cap[new, level, at] - cap[old, level, at]
        for factor in taken.factors:
            amount = factor.amount[new, level, at] - factor.amount[old, level, at]
            dense[factor.rows] += factor.weight[factor.kind[at], level].T * amount
    return cost, dense, *_counted(taken.counted.by_unit(), at, chain, held)


def columns_of(instance: Instance, held: Codes, codes: Codes, known: Ties) -> Ties | None:
    """Return the chains of `codes` that differ from the `held` ones and are not `known`, as columns; None if none."""
    unit = np.flatnonzero(codes != held)
    many = instance.measures ** len(LEVELS)
    unit = unit[~np.isin(unit * many + codes[unit], known.unit * many + known.codes)]
    if not len(unit):
        return None
    chains, place = chains_of(instance.measures)
    added = added_by(instance, take(instance, unit), np.arange(len(unit)), chains[place[codes[unit]]],
                   chains[place[held[unit]]])  # fmt: skip
    return Ties(unit, codes[unit], *added, np.zeros(len(unit)), np.zeros(len(unit)), known.window)


def joined(one: Ties, other: Ties) -> Ties:
    """Return the columns of both, by unit."""
    order = np.argsort(np.concatenate([one.unit, other.unit]), kind="stable")
    place = np.empty(len(order), dtype=np.int64)
    place[order] = np.arange(len(order))

    return Ties(
        np.concatenate([one.unit, other.unit])[order],
        np.concatenate([one.codes, other.codes])[order],
        np.concatenate([one.cost, other.cost])[order],
        np.concatenate([one.dense, other.dense], axis=1)[:, order],
        np.concatenate([one.row, other.row]),
        place[np.concatenate([one.column, other.column + one.count])],
        np.concatenate([one.value, other.value]),
        np.concatenate([one.margin, other.margin])[order],
        np.concatenate([one.paid, other.paid])[order],
        one.window,
    )


def _counted(counted: Counted, at: Ints, chain: Ints, held: Ints) -> tuple[Ints, Ints, Floats]:
    """Return what every column adds to the rows that count single choices, as (row, column, value)."""
    first, last = np.searchsorted(counted.unit, at), np.searchsorted(counted.unit, at, side="right")
    many = last - first
    column = np.repeat(np.arange(len(at)), many)
    entry = np.arange(len(column)) - np.repeat(np.cumsum(many) - many, many) + np.repeat(first, many)
    level, k = counted.level[entry], counted.k[entry]
    sign = (chain[column, level] == k).astype(np.float64) - (held[column, level] == k)
    used: Bools = sign != 0
    return summed(counted.row[entry][used], column[used], (sign * counted.value[entry])[used])


def summed(row: Ints, column: Ints, value: Floats) -> tuple[Ints, Ints, Floats]:
    """Return entries with one per row and column: a row over several levels counts a chain more than once.

    HiGHS takes no matrix with two entries at one place, and does not always say so.
    """
    place = column * (int(row.max(initial=0)) + 1) + row
    places, first, of = np.unique(place, return_index=True, return_inverse=True)
    if len(places) == len(place):
        return row, column, value
    return row[first], column[first], np.bincount(of, weights=value).astype(np.float64)
