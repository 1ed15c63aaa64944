"""Pricing: for given prices every unit's cheapest nested chain of measures, all units at once.

Maths: with `mu` on the coupling rows, a choice costs its objective minus what the rows pay for it. The best
chain yellow <= orange <= red is a backward minimum: at red the cheapest measure at least as hard as `k`, then
orange plus that, then yellow. The sum of the minima plus `mu * rhs` is a lower bound for any `mu >= 0`.
"""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from os import cpu_count

import numpy as np
import numpy.typing as npt

from grading.scale import LEVELS
from optimizer.choices import Bools, Floats
from optimizer.decompose.arrays import FORBIDDEN, Block, Instance
from optimizer.decompose.lines import PATTERNS, Lines, count_patterns, count_prices, patterns_of

Codes = npt.NDArray[np.int32]
"""One number per unit for its chain: `(k_yellow * measures + k_orange) * measures + k_red`."""
Places = npt.NDArray[np.int8]
PARALLEL_FROM = 30_000
"""Units below which a second thread costs more than it brings."""


@dataclass(frozen=True)
class Priced:
    """The cheapest chains at some prices, summed per group.

    Shape: `codes` one per unit; `value` (reduced cost) and `cost` one per group; `activity` (groups, rows).
    """

    prices: Floats
    codes: Codes
    value: Floats
    cost: Floats
    activity: Floats
    bound: float


class Space:
    """Working memory of one thread, reused from block to block: allocating it anew would cost as much as pricing."""

    def __init__(self, shape: tuple[int, ...]) -> None:
        size = int(np.prod(shape))
        self._measures = shape[0]
        self._reduced, self._chosen = np.empty(size), np.empty(size)
        self._climbs = np.empty(size, dtype=np.bool_)

    def _shape(self, units: int) -> tuple[int, int, int]:
        return self._measures, len(LEVELS), units

    @staticmethod
    def of(instance: Instance) -> "Space":
        """Return memory for the widest block of an instance."""
        widest = max((block.units for block in instance.blocks), default=0)
        return Space((instance.measures, len(LEVELS), widest))

    def reduced(self, block: Block) -> Floats:
        """Return uninitialised memory for reduced costs."""
        return self._reduced[: block.cost.size].reshape(self._shape(block.units))

    def climbs(self, block: Block) -> Bools:
        """Return uninitialised memory for whether something harder than a measure is cheaper."""
        return self._climbs[: block.cost.size].reshape(self._shape(block.units))

    def chosen(self, block: Block, chain: Places) -> Floats:
        """Return 1 where a measure is on the chain, 0 elsewhere."""
        chosen = self._chosen[: block.cost.size].reshape(self._shape(block.units))
        for k in range(len(chosen)):
            np.equal(chain, k, out=chosen[k], casting="unsafe")
        return chosen


def price(instance: Instance, prices: Floats) -> Priced:
    """Return every unit's cheapest chain at `prices` and the lower bound they prove."""
    codes = np.empty(instance.units, dtype=np.int32)
    sums = by_block(instance, lambda block, space: _price_block(block, instance, prices, codes, space))
    total = np.zeros((instance.groups, 2 + instance.rows.count))
    np.add.at(total, [block.group for block in instance.blocks], sums)
    value, cost = total[:, 0].copy(), total[:, 1].copy()
    bound = instance.constant + float(value.sum()) + float(prices @ instance.rows.rhs)
    return Priced(prices, codes, value, cost, total[:, 2:].copy(), bound)


def bound_at(instance: Instance, prices: Floats) -> float:
    """Return the lower bound that `prices` prove, as `price` does, in a quarter of its time: no chain is looked up."""

    def of_block(block: Block, space: Space) -> Floats:
        reduced = reduced_costs(block, instance, prices, space)
        best = cheapest_value(reduced) if block.lines is None else _cheapest_of_lines(block.lines, reduced)[1]
        return np.array([best.sum()])

    value = float(by_block(instance, of_block).sum())
    return instance.constant + value + float(prices @ instance.rows.rhs)


def evaluate(instance: Instance, codes: Codes, counted: Bools) -> tuple[float, Floats]:
    """Return cost and row activities of given chains, over the units of `counted` only."""

    def of_block(block: Block, space: Space) -> Floats:
        inside = slice(block.start, block.stop)
        chain = decode(codes[inside], instance.measures)
        chosen = space.chosen(block, chain)
        chosen *= counted[inside]
        return _sums(block, instance, chosen)

    total: Floats = by_block(instance, of_block).sum(axis=0)
    return float(total[0]), total[1:]


def decode(codes: Codes, measures: int) -> Places:
    """Return the measure at each level, one row per level, from chain codes."""
    red = codes % measures
    rest = codes // measures
    return np.stack([rest // measures, rest % measures, red]).astype(np.int8)


def encode(chain: Places, measures: int) -> Codes:
    """Return chain codes from the measure at each level."""
    codes: Codes = (chain[0].astype(np.int32) * measures + chain[1]) * measures + chain[2]
    return codes


def by_block(instance: Instance, work: Callable[[Block, Space], Floats]) -> Floats:
    """Return what `work` gives of each block, one row per block in their order, whatever thread did it."""
    threads = min(cpu_count() or 1, len(instance.blocks)) if instance.units >= PARALLEL_FROM else 1

    def share(first: int) -> list[Floats]:
        space = Space.of(instance)
        return [work(block, space) for block in instance.blocks[first::threads]]

    if threads <= 1:
        return np.array(share(0))
    with ThreadPoolExecutor(threads) as pool:
        parts = list(pool.map(share, range(threads)))
    return np.array([parts[place % threads][place // threads] for place in range(len(instance.blocks))])


def _price_block(block: Block, instance: Instance, prices: Floats, codes: Codes, space: Space) -> Floats:
    reduced = reduced_costs(block, instance, prices, space)
    if block.lines is None:
        chain, best = cheapest_chains(reduced, space.climbs(block))
    else:
        chain, best = _cheapest_of_lines(block.lines, reduced)
    codes[block.start : block.stop] = encode(chain, instance.measures)
    sums = _sums(block, instance, space.chosen(block, chain))
    return np.concatenate(([best.sum()], sums))


def reduced_costs(block: Block, instance: Instance, prices: Floats, space: Space) -> Floats:
    """Return what every choice of a block costs at `prices`, in the working memory of `space`."""
    rows = instance.rows
    of_kilogram, less = rows.kilogram_prices(prices), block.less
    reduced = np.matmul(of_kilogram, block.removed, out=space.reduced(block))
    if len(less.k):
        reduced[less.k, less.level, less.unit] -= (of_kilogram[less.level].T * less.kg).sum(axis=0)
    np.subtract(block.cost, reduced, out=reduced)
    for price_of_cap, cap in zip(prices[rows.is_cap].tolist(), block.caps, strict=True):
        if price_of_cap > 0:
            reduced += price_of_cap * cap
    for factor in block.factors:
        paid = factor.paid(prices)
        if paid is not None:
            reduced -= paid * factor.amount
    counted = block.counted
    if len(counted.row):  # a choice may count in several rows, so the places repeat
        np.subtract.at(reduced, (counted.k, counted.level, counted.unit), prices[counted.row] * counted.value)
    return reduced


def cheapest_chains(reduced: Floats, climbs: Bools) -> tuple[Places, Floats]:
    """Return the cheapest nested chain of each unit and its value; of equals the gentlest. Overwrites `reduced`.

    `climbs` is working memory: whether something harder than a measure is cheaper than the measure itself.
    """
    hardest = len(reduced) - 1
    for level in range(len(LEVELS) - 1, -1, -1):
        if level + 1 < len(LEVELS):
            reduced[:, level] += reduced[:, level + 1]
        for k in range(hardest - 1, -1, -1):
            here, harder = reduced[k, level], reduced[k + 1, level]
            np.greater(here, harder, out=climbs[k, level])
            np.minimum(here, harder, out=here)
    chain = np.zeros((len(LEVELS), reduced.shape[-1]), dtype=np.int8)
    for level in range(len(LEVELS)):
        at = chain[level]
        if level:
            at[:] = chain[level - 1]
        for k in range(hardest):
            at += (at == k) & climbs[k, level]
    return chain, reduced[0, 0]


def cheapest_value(reduced: Floats) -> Floats:
    """Return what the cheapest nested chain of each unit costs. Overwrites `reduced`."""
    hardest = len(reduced) - 1
    for level in range(len(LEVELS) - 1, -1, -1):
        if level + 1 < len(LEVELS):
            reduced[:, level] += reduced[:, level + 1]
        for k in range(hardest - 1, -1, -1):
            np.minimum(reduced[k, level], reduced[k + 1, level], out=reduced[k, level])
    cheapest: Floats = reduced[0, 0]
    return cheapest


def _cheapest_of_lines(lines: Lines, reduced: Floats) -> tuple[Places, Floats]:
    """Return the cheapest chains that stop enough lines of every group, and the value of each group."""
    chains, cost = _by_pattern(lines, reduced)
    counted = count_patterns(lines, cost)
    pattern = patterns_of(lines, counted).ravel()
    chain = chains[pattern, :, np.arange(len(pattern))].T
    return np.ascontiguousarray(chain), counted.values[counted.best, np.arange(lines.groups)]


def _by_pattern(lines: Lines, reduced: Floats) -> tuple[Places, Floats]:
    """Return each line's cheapest chain under each pattern, and its cost as (patterns, lines, groups)."""
    is_stop, units = np.arange(len(reduced))[:, None] == lines.stop, reduced.shape[-1]
    every = np.tile(reduced, PATTERNS)  # all patterns at once, one behind the other: fewer and longer steps
    for pattern in range(PATTERNS):
        of_pattern = every[..., pattern * units : (pattern + 1) * units]
        for level in range(len(LEVELS)):
            of_pattern[:, level] += FORBIDDEN * (is_stop != (level >= pattern))
    chain, value = cheapest_chains(every, np.empty(every.shape, dtype=np.bool_))
    chains = chain.reshape(len(LEVELS), PATTERNS, units).transpose(1, 0, 2)
    return chains, value.reshape(PATTERNS, lines.size, lines.groups)


def line_duals(instance: Instance, prices: Floats) -> dict[str, float]:
    """Return the prices of the line counts that pricing holds itself, by label."""
    space = Space.of(instance)
    found: dict[str, float] = {}
    for block in instance.blocks:
        if block.lines is not None:
            _, cost = _by_pattern(block.lines, reduced_costs(block, instance, prices, space))
            duals = count_prices(block.lines, count_patterns(block.lines, cost))
            for rows, of_group in zip(block.lines.rows, duals.T.tolist(), strict=True):
                found |= {row.label: dual for row, dual in zip(rows, of_group, strict=True) if row is not None}
    return found


def paid_for_lines(block: Block, lines: Lines, reduced: Floats) -> Floats:
    """Pay the lines of counted groups for standing still, so that each can be looked at alone; return the prices."""
    _, cost = _by_pattern(lines, reduced)
    prices = count_prices(lines, count_patterns(lines, cost))
    duals = np.tile(prices, lines.size)
    for level in range(len(LEVELS)):
        reduced[lines.stop, level, np.arange(block.units)] -= duals[level]
    return prices


def chains_through(reduced: Floats) -> Floats:
    """Return what each unit's cheapest chain through every measure and level costs; `reduced` as it is shaped."""
    before, after = reduced.copy(), reduced.copy()
    cheapest, hardest = np.empty(reduced.shape[-1]), len(reduced) - 1
    # Step by step: `np.minimum.accumulate` over the first axis takes four times as long.
    for level in range(1, len(LEVELS)):
        cheapest[:] = before[0, level - 1]
        for k in range(hardest + 1):
            np.minimum(cheapest, before[k, level - 1], out=cheapest)
            before[k, level] += cheapest
    for level in range(len(LEVELS) - 2, -1, -1):
        cheapest[:] = after[hardest, level + 1]
        for k in range(hardest, -1, -1):
            np.minimum(cheapest, after[k, level + 1], out=cheapest)
            after[k, level] += cheapest
    before += after
    before -= reduced
    return before


def _sums(block: Block, instance: Instance, chosen: Floats) -> Floats:
    """Return cost and row activities of the chosen measures, summed over the block."""
    rows = instance.rows
    cost = _product(chosen, block.cost)
    kilograms = np.matmul(chosen, block.removed.transpose(0, 2, 1)).sum(axis=0)
    if len(block.less.k):
        kilograms -= _less(block, chosen)
    targets = np.tensordot(kilograms, rows.spread, axes=2)
    counted = block.counted
    hits = chosen[counted.k, counted.level, counted.unit] > 0
    many = len(rows.lines) + len(rows.couplings)
    single = np.bincount(counted.row[hits] - len(rows.targets), weights=counted.value[hits], minlength=many)
    lines: Floats = single.astype(np.float64)  # without entries it counts in whole numbers
    for factor in block.factors:
        lines[factor.rows - len(rows.targets)] += factor.activity(chosen)
    caps = [-_product(chosen, cap) for cap in block.caps]
    return np.concatenate(([cost], targets, lines, caps))


def _less(block: Block, chosen: Floats) -> Floats:
    """Return what the chosen measures bring less at a level than elsewhere: (levels, pollutants)."""
    less = block.less
    hits = chosen[less.k, less.level, less.unit]
    many = len(LEVELS)
    return np.stack([np.bincount(less.level, weights=hits * kg, minlength=many) for kg in less.kg], axis=1)


def _product(chosen: Floats, values: Floats) -> float:
    # Not np.vdot: from 10,000 numbers on it wakes the BLAS library's own threads, which cost more than the sum.
    return float(np.einsum("klu,klu->", chosen, values))
