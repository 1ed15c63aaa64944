"""Boxes of prices in which a unit keeps its chain whatever the prices do there: proven, unit by unit.

A box of half-width `w` around prices `mu` holds every `mu + v` with `|v[r]| <= w * size[r]`. In it a chain gains on
the held one at most `w * sum over r of size[r] * |a[r, chain] - a[r, held]|`; that is a sum over levels, so whether
any nested chain gains more than its margin is one more backward minimum.
"""

import numpy as np

from optimizer.choices import Floats, Ints
from optimizer.decompose.arrays import Block, Instance
from optimizer.decompose.pricing import Places, Priced, Space, by_block, cheapest_value, decode, reduced_costs
from optimizer.decompose.rows import Rows

BOXES = tuple(3e-4 * 2 ** (step / 2) for step in range(23))
"""Half-widths looked at, as a share of each row's `size`: from 0.03 % to 61 %."""


def boxes_of(instance: Instance, priced: Priced, size: Floats) -> Ints:
    """Return for each unit the place of the first box in which it might change its chain; `len(BOXES)` if in none.

    Units that are counted in groups depend on each other; they stand in no box and get 0.
    """
    found = np.zeros(instance.units, dtype=np.int64)

    def of_block(block: Block, space: Space) -> Floats:
        if block.lines is None:
            chain = decode(priced.codes[block.start : block.stop], instance.measures)
            margin = against(reduced_costs(block, instance, priced.prices, space), chain)
            found[block.start : block.stop] = _first_boxes(margin, most_gained(block, instance.rows, size, chain))
        return np.zeros(0)

    by_block(instance, of_block)
    return found


def against(values: Floats, chain: Places) -> Floats:
    """Return values of all choices less that of the held one at the same level."""
    held: Floats = np.take_along_axis(values, chain[None].astype(np.int64), axis=0)
    return values - held


def _first_boxes(margin: Floats, gain: Floats) -> Ints:
    found = np.full(margin.shape[-1], len(BOXES))
    left = np.arange(margin.shape[-1])
    for place in range(len(BOXES) - 1, -1, -1):
        # What a box leaves alone, smaller ones do too.
        free = np.flatnonzero(cheapest_value(margin - BOXES[place] * gain) < 0)
        left, margin, gain = left[free], margin[..., free], gain[..., free]
        found[left] = place
    return found


def most_gained(block: Block, rows: Rows, size: Floats, chain: Places) -> Floats:
    """Return by how much a choice can gain on the held one at most, for a box of half-width one; shaped as costs."""
    worth = np.abs(rows.spread) @ size[: len(rows.targets)]
    at = np.arange(block.units)
    gain, apart = np.empty(block.cost.shape), np.empty(block.removed.shape)
    for level, held in enumerate(chain):
        np.subtract(block.removed, block.removed[held, :, at].T.copy(), out=apart)
        gain[:, level] = np.matmul(worth[level], np.abs(apart, out=apart))
    for of_cap, cap in zip(size[rows.is_cap].tolist(), block.caps, strict=True):
        gain += of_cap * np.abs(against(cap, chain))
    for factor in block.factors:
        rate = (np.abs(factor.weight) @ size[factor.rows]).T[:, factor.kind]
        gain += rate * np.abs(against(factor.amount, chain))
    counted, less = block.counted, block.less
    _add_single(gain, chain, (counted.k, counted.level, counted.unit), size[counted.row] * np.abs(counted.value))
    _add_single(gain, chain, (less.k, less.level, less.unit), (worth[less.level].T * np.abs(less.kg)).sum(axis=0))
    np.put_along_axis(gain, chain[None].astype(np.int64), 0.0, axis=0)
    return gain


def _add_single(gain: Floats, chain: Places, at: tuple[Ints, Ints, Ints], amount: Floats) -> None:
    """Add what single choices count: to themselves, and where the held one counts, to all others at its level."""
    if not len(amount):
        return
    np.add.at(gain, at, amount)
    k, level, unit = at
    is_held = chain[level, unit] == k
    others = np.zeros(gain.shape[1:])
    np.add.at(others, (level[is_held], unit[is_held]), amount[is_held])
    gain += others
