"""Some units of a block as a block of their own."""

from dataclasses import replace

import numpy as np

from optimizer.choices import Ints
from optimizer.decompose.arrays import Block, Less
from optimizer.decompose.exact import Taken


def taken_block(taken: Taken) -> Block:
    """Return some units of an instance as one block without counted lines."""
    return Block(0, 0, taken.cost, taken.removed, taken.caps, taken.counted.by_unit(), None, taken.less, taken.factors)


def picked(block: Block, units: Ints) -> Block:
    """Return the arrays of some units of a block without counted lines, in any order, as copies."""
    place = np.full(block.units, -1)
    place[units] = np.arange(len(units))
    counted = block.counted.of(place[block.counted.unit] >= 0)
    less = block.less.of(place)
    order = np.argsort(less.unit, kind="stable")
    return replace(
        block,
        cost=block.cost[..., units],
        removed=block.removed[..., units],
        caps=tuple(cap[..., units] for cap in block.caps),
        counted=replace(counted, unit=place[counted.unit]).by_unit(),
        less=Less(less.k[order], less.level[order], less.unit[order], less.kg[:, order]),
        factors=tuple(replace(factor, amount=factor.amount[..., units], kind=factor.kind[units])
                      for factor in block.factors),
    )  # fmt: skip


def part(block: Block, first: int, last: int) -> Block:
    """Return the units from `first` to before `last` of a block whose entries are in the order of units; no copies."""
    counted, less = block.counted, block.less
    entries = slice(*np.searchsorted(counted.unit, [first, last]).tolist())
    fewer = slice(*np.searchsorted(less.unit, [first, last]).tolist())
    inside = slice(first, last)
    return replace(
        block,
        lines=None,
        cost=block.cost[..., inside],
        removed=block.removed[..., inside],
        caps=tuple(cap[..., inside] for cap in block.caps),
        counted=replace(counted.of(entries), unit=counted.unit[entries] - first),
        less=Less(less.k[fewer], less.level[fewer], less.unit[fewer] - first, less.kg[:, fewer]),
        factors=tuple(replace(factor, amount=factor.amount[..., inside], kind=factor.kind[inside])
                      for factor in block.factors),
    )  # fmt: skip
