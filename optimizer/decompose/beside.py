"""A city beside one that was solved: only units that changed, or that could answer, are priced again.

`margins` proves for boxes of prices which units keep their chains in them. So beside a base the program is one of few
units: those that changed, those that may answer in a box, and lines counted in groups. All others are a constant and
part of the right-hand sides, as a unit without a choice is.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from grading.scale import LEVELS
from optimizer.choices import Bools, Floats, Ints
from optimizer.decompose.arrays import BLOCK, FORBIDDEN, Block, Instance
from optimizer.decompose.boxed import LEAST, usual_prices
from optimizer.decompose.changes import changed_units, grown
from optimizer.decompose.exact import take
from optimizer.decompose.margins import BOXES, against, boxes_of, most_gained
from optimizer.decompose.picked import part, picked, taken_block
from optimizer.decompose.pricing import (
    Codes,
    Places,
    Priced,
    Space,
    by_block,
    cheapest_value,
    decode,
    evaluate,
    price,
    reduced_costs,
)
from optimizer.decompose.rounds import State
from optimizer.decompose.tie_program import Shifted, answered, response_of
from optimizer.decompose.ties import first_window, reach_of, ties_of

MOST_CHANGED = 0.1
"""Share of the units above which nothing is gained by looking at the others only."""
LEAST_NEAR, WIDEST = 300, 0.1
"""Units that are looked at however little is foretold to move, but no further than that from the prices foretold."""
MOST_NEAR = 0.8
"""Share of the units that a base keeps beside the city itself: further boxes free so many that nothing is saved."""
OFF = 0.35
"""Part of the way that foretold prices came by which they may be off."""
FURTHEST = 0.25
"""Relative change of a price at most that is foretold."""


@dataclass(frozen=True)
class Base:
    """What a solved instance leaves to one that differs little, made ready once for all that do.

    Shape: `size` one per row: how far its price may go in a box of half-width one; `near` the units that some box
    frees, by box and place, `arrays` and `chains` theirs in that order, and `gains` what their choices can gain on the
    held ones in that box; `counts` one per box: how many units it frees; `grouped` cost and activity of lines that are
    counted in groups; `response` (rows, rows) what near ties bring where a price moves by one; `unit` the size of the
    objective.
    """

    instance: Instance
    priced: Priced
    size: Floats
    near: Ints
    arrays: Block
    chains: Places
    gains: Floats
    counts: Ints
    grouped: Floats
    response: Floats
    unit: float


def base_of(state: State) -> Base:
    """Return what a solved instance leaves to the next."""
    instance = state.instance
    priced = price(instance, state.prices)
    reach = reach_of(instance, priced)
    ties = ties_of(instance, priced, reach, first_window(reach))
    size = np.maximum(priced.prices, LEAST * usual_prices(ties))
    boxes = boxes_of(instance, priced, size)
    is_alone = np.ones(instance.units, dtype=np.bool_)
    for block in grouped_blocks(instance):
        is_alone[block.start : block.stop] = False
    many = np.cumsum(np.bincount(boxes[is_alone], minlength=len(BOXES)))[: len(BOXES)]
    counts = many[many <= max(MOST_NEAR * instance.units, LEAST_NEAR)]
    units = np.flatnonzero(is_alone & (boxes < len(counts)))
    order = np.argsort(boxes[units], kind="stable")
    near = units[order]
    arrays = picked(block_of(instance, units), order)
    chains = decode(priced.codes[near], instance.measures)
    gains = most_gained(arrays, instance.rows, size, chains)
    grouped = sums_of(instance, grouped_blocks(instance), priced.codes[~is_alone])
    return Base(instance, priced, size, near, arrays, chains, gains, counts, grouped, response_of(ties), state.unit)


def block_of(instance: Instance, units: Ints) -> Block:
    """Return some units (ascending) of an instance as one block without counted lines."""
    if len(units):
        return taken_block(take(instance, units))
    return part(instance.blocks[0], 0, 0)


def grouped_blocks(instance: Instance) -> tuple[Block, ...]:
    """Return the blocks of lines that are counted in groups."""
    return tuple(block for block in instance.blocks if block.lines is not None)


def few_units(instance: Instance, blocks: Sequence[Block]) -> Instance:
    """Return an instance of these blocks, cut so that none is too large, with the rows of another instance."""
    cut: list[Block] = []
    start = 0
    for block in blocks:
        step = block.units if block.lines is not None else BLOCK
        for first in range(0, block.units, max(step, 1)):
            own = block if step >= block.units else part(block, first, min(first + step, block.units))
            cut.append(replace(own, group=0, start=start))
            start += own.units
    return replace(instance, blocks=tuple(cut), groups=1, constant=0.0)


def sums_of(instance: Instance, blocks: Sequence[Block], codes: Codes, counted: Bools | None = None) -> Floats:
    """Return cost and row activities, one after the other, of given chains of some units."""
    few = few_units(instance, blocks)
    if not few.units:
        return np.zeros(1 + instance.rows.count)
    cost, activity = evaluate(few, codes, np.ones(few.units, dtype=np.bool_) if counted is None else counted)
    return np.concatenate(([cost], activity))


@dataclass(frozen=True)
class Beside:
    """A city beside its base. `prices` are the base's; a kilogram keeps its price.

    `changed` the units with other numbers, `before` their old arrays, `anew` these units and lines counted in groups as
    they are now; `sums` the cost and activity of all other units at the base's chains.
    """

    base: Base
    instance: Instance
    factor: Floats
    changed: Ints
    before: Block
    anew: tuple[Block, ...]
    sums: Floats

    @property
    def scale(self) -> Floats:
        """Return by what the base's sums (cost, activities) are divided to stand beside the rows as they are now."""
        return np.concatenate(([1.0], self.factor))

    @property
    def size(self) -> Floats:
        """Return the size of a box of half-width one, for the rows as they are now."""
        size: Floats = self.base.size * self.factor
        return size

    @property
    def prices(self) -> Floats:
        """Return the base's prices for the rows as they are now."""
        prices: Floats = self.base.priced.prices * self.factor
        return prices

    def away(self, prices: Floats, step: Floats) -> float:
        """Return the half-width of the smallest box around the base's prices that holds all within `step` of others."""
        moved = np.abs(prices - self.prices) + step
        outside = np.where(moved > 0, np.inf, 0.0)
        return float(np.divide(moved, self.size, out=outside, where=self.size > 0).max(initial=0.0))

    def unsure(self, prices: Floats) -> Floats:
        """Return by how much foretold prices may be off: part of the way they came, and what a few units decide."""
        few = min((*BOXES, WIDEST)[int(np.searchsorted(self.base.counts, LEAST_NEAR))], WIDEST)
        return OFF * np.abs(prices - self.prices) + few * self.size

    @property
    def unit(self) -> float:
        """Return the size of the objective."""
        new = self.anew[0].cost
        return self.base.unit + range_of(new) - range_of(self.before.cost)

    def foretold(self, most: Floats) -> Floats:
        """Return prices at which the city about holds its rows as well as the base did: a step of Newton's method.

        Only what the change brings counts: what the base's whole chains lacked was for shares to bring.
        """
        base, rhs = self.base, self.instance.rows.rhs
        few = few_units(self.instance, self.anew)
        brought = self.sums[1:]
        if few.units:
            brought = brought + price(few, self.prices).activity.sum(axis=0)
        lacked = base.instance.rows.rhs / self.factor - base.priced.activity.sum(axis=0) / self.factor
        asked = (rhs - brought - lacked) * self.factor
        asked = np.where(
            base.priced.prices > 0, asked, np.clip((rhs - brought) * self.factor, 0.0, np.maximum(asked, 0.0))
        )
        moved = answered(base.response, asked, base.priced.prices)
        furthest = FURTHEST * np.maximum(base.priced.prices, 0.1 * base.priced.prices.max(initial=0.0))
        return np.clip((base.priced.prices + np.clip(moved, -furthest, furthest)) * self.factor, 0.0, most)


def range_of(cost: Floats) -> float:
    """Return by how much the objective of some units can differ at most."""
    dearest = np.where(cost < FORBIDDEN, cost, -np.inf).max(axis=0)
    return float((dearest - cost.min(axis=0)).sum())


def beside_of(base: Base, instance: Instance) -> Beside | None:
    """Return an instance beside its base; None where too much differs."""
    factor = grown(base.instance, instance)
    changed = None if factor is None else changed_units(base.instance, instance)
    if factor is None or changed is None or len(changed) > MOST_CHANGED * instance.units:
        return None
    before, after = block_of(base.instance, changed), block_of(instance, changed)
    every = np.concatenate(([base.priced.cost.sum()], base.priced.activity.sum(axis=0)))
    gone = base.grouped + sums_of(base.instance, [before], base.priced.codes[changed])
    sums = (every - gone) / np.concatenate(([1.0], factor))
    return Beside(base, instance, factor, changed, before, (after, *grouped_blocks(instance)), sums)


@dataclass(frozen=True)
class Narrow:
    """The few units of a city that may answer in a box; all others hold their chains there.

    `units` are their places among all, `codes` the chains that the base held.
    """

    instance: Instance
    units: Ints
    codes: Codes

    def lifted(self, vertex: Shifted) -> Shifted:
        """Return a vertex of the few units as one of all."""
        codes = self.codes.copy()
        codes[self.units] = vertex.codes
        return replace(vertex, codes=codes, ties=replace(vertex.ties, unit=self.units[vertex.ties.unit]))


def narrowed(beside: Beside, prices: Floats, step: Floats) -> Narrow | None:
    """Return the units that prices within `step` of some others may move, with all others held; None if too many."""
    base, instance = beside.base, beside.instance
    place = int(np.searchsorted(BOXES, beside.away(prices, step)))
    if place >= len(base.counts):
        return None
    is_free = np.zeros(instance.units, dtype=np.bool_)
    count = int(base.counts[place])
    is_free[base.near[:count]] = _may_move(beside, prices, step, count)
    is_free[beside.changed] = False
    some = np.flatnonzero(is_free[base.near[:count]])
    units, near = base.near[some], picked(base.arrays, some)
    rest = beside.sums - sums_of(base.instance, [near], base.priced.codes[units]) / beside.scale
    few = few_units(instance, [near, *beside.anew])
    rows = replace(instance.rows, rhs=instance.rows.rhs - rest[1:])
    grouped = [np.arange(block.start, block.stop) for block in grouped_blocks(instance)]
    return Narrow(
        replace(few, rows=rows, constant=instance.constant + float(rest[0])),
        np.concatenate([units, beside.changed, *grouped]),
        base.priced.codes,
    )


def _may_move(beside: Beside, prices: Floats, step: Floats, count: int) -> Bools:
    """Return which of the first near units may leave their chains at prices within `step` of others."""
    base = beside.base
    widths = _widths(beside, step)[:, None]
    found = np.zeros(count, dtype=np.bool_)
    near = few_units(beside.instance, [part(base.arrays, 0, count)])

    def of_block(block: Block, space: Space) -> Floats:
        inside = slice(block.start, block.stop)
        margin = against(reduced_costs(block, near, prices, space), base.chains[:, inside])
        margin -= widths * base.gains[..., inside]
        np.less(cheapest_value(margin), 0.0, out=found[inside])
        return np.zeros(0)

    by_block(near, of_block)
    return found


def _widths(beside: Beside, step: Floats) -> Floats:
    """Return for each level the half-width of a box that holds all within `step`: a target moves its own level only."""
    rows = beside.instance.rows
    widths = np.divide(step, beside.size, out=np.zeros(len(step)), where=beside.size > 0)
    level = np.array([row.level for row in rows.targets], dtype=np.int64)
    others = float(widths[len(level) :].max(initial=0.0))
    return np.array([widths[: len(level)][level == place].max(initial=others) for place in range(len(LEVELS))])
