"""A planning problem as blocks of contiguous arrays, units on the last axis.

A unit with no choice left is a constant; only the others are in the blocks. Blocks are small enough for a
processor's cache, and each belongs to one convexity group of the master.
"""

from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np

from grading.scale import LEVELS, POLLUTANTS
from optimizer.choices import Bools, Floats, Ints
from optimizer.decompose.factors import Counted, Factor, factored
from optimizer.decompose.line_groups import LineGroup, split_lines
from optimizer.decompose.lines import Lines
from optimizer.decompose.rows import Rows, rows_of
from optimizer.model import Problem

FORBIDDEN = 1e30
"""Cost of a measure outside floor and ceiling. Finite, so that zero times it is zero."""
BLOCK = 4096
"""Most units in a block: costs, removals and workspace of a block then stay in the second-level cache."""
GROUPS, MOST_GROUPS = 16, 64
"""Convexity groups: more need fewer rounds, but a larger master, which pays only where pricing is slow."""
LEAST_IN_GROUP, UNITS_PER_SQUARE = 64, 80


@dataclass(frozen=True)
class Less:
    """What single choices bring less than their measure does elsewhere: the credit of a stop depends on the level.

    Shape: `k`, `level`, `unit` (of a block) one entry per choice, `kg` (pollutants, choices), below 0 where more.
    """

    k: Ints
    level: Ints
    unit: Ints
    kg: Floats

    def of(self, place: Ints) -> "Less":
        """Return the choices of the units that have a new place (0 or more) in `place`."""
        kept = place[self.unit] >= 0
        return Less(self.k[kept], self.level[kept], place[self.unit[kept]], self.kg[:, kept])


_NO_PLACES = np.zeros(0, dtype=np.int64)
NOTHING_LESS = Less(_NO_PLACES, _NO_PLACES, _NO_PLACES, np.zeros((len(POLLUTANTS), 0)))


@dataclass(frozen=True)
class Block:
    """Some units of one group. `start` is the place of the first among all free units; `lines` where they are counted.

    Shape: `cost` (measures, levels, units), `removed` (measures, pollutants, units), `caps` as `cost`, one per
    stage cap and already divided by its scale. Units: cost in the objective's, removed kg/d. `less` corrects `removed`
    at the few choices where it depends on the level.
    """

    group: int
    start: int
    cost: Floats
    removed: Floats
    caps: tuple[Floats, ...]
    counted: Counted
    lines: Lines | None = None
    less: Less = NOTHING_LESS
    factors: tuple[Factor, ...] = ()

    @property
    def units(self) -> int:
        """Return how many units the block holds."""
        return int(self.cost.shape[-1])

    @property
    def stop(self) -> int:
        """Return the place behind the last unit."""
        return self.start + self.units


@dataclass(frozen=True)
class Instance:
    """Everything a solve needs. `constant` is the objective of the units without a choice."""

    blocks: tuple[Block, ...]
    groups: int
    measures: int
    rows: Rows
    constant: float

    @property
    def units(self) -> int:
        """Return how many units have a choice."""
        return self.blocks[-1].stop if self.blocks else 0


@dataclass(frozen=True)
class Framed:
    """An instance and where its units and choices sit in the problem: `unit` among the problem's units."""

    instance: Instance
    unit: Ints


def instance_of(problem: Problem, groups: int | None = None) -> Framed:
    """Return a problem as blocks; what the units without a choice contribute is in the right-hand sides.

    `groups`: convexity groups of the units that are not counted as lines; None: as many as suit the rounds.
    """
    choices = problem.choices
    measures = int(choices.k.max(initial=0)) + 1
    is_free_unit = np.zeros(len(choices.unit_ids), dtype=np.bool_)
    is_free_unit[choices.unit[choices.is_free]] = True
    fixed = ~is_free_unit[choices.unit]
    counted, rest = split_lines(problem, is_free_unit)
    order, bounds = _order(problem, counted, is_free_unit, groups)
    place = np.zeros(len(is_free_unit), dtype=np.int64)
    place[order] = np.arange(len(order))
    rows = rows_of(problem, rest, fixed)
    dense = _Dense(problem, rows, np.flatnonzero(~fixed), place[choices.unit], (measures, len(order)))
    constant = float(problem.objective[fixed].sum())
    blocks = tuple(dense.block(bound) for bound in bounds)
    return Framed(Instance(blocks, bounds[-1].group + 1 if bounds else 1, measures, rows, constant), order)


def group_count(units: int) -> int:
    """Return how many convexity groups a city of so many units gets."""
    few = min(units // LEAST_IN_GROUP, GROUPS)
    return int(np.clip(np.sqrt(units / UNITS_PER_SQUARE), max(few, 1), MOST_GROUPS))


@dataclass(frozen=True)
class Bounds:
    """Where a block begins and ends, its convexity group, and its lines where they are counted."""

    group: int
    start: int
    stop: int
    lines: Lines | None = None


def block_bounds(units: int, groups: int | None = None) -> list[Bounds]:
    """Return the bounds of every block: groups of equal size, none of its blocks too large."""
    groups = groups or group_count(units)
    edges = np.linspace(0, units, groups + 1).astype(int).tolist()
    bounds = []
    for group, (start, stop) in enumerate(pairwise(edges)):
        parts = max(-(-(stop - start) // BLOCK), 1)
        inner = np.linspace(start, stop, parts + 1).astype(int).tolist()
        bounds += [Bounds(group, a, b) for a, b in pairwise(inner) if b > a]
    return bounds


def _order(
    problem: Problem, groups: list[LineGroup], is_free_unit: Bools, convex: int | None
) -> tuple[Ints, list[Bounds]]:
    """Return the free units, those counted in groups last and by size of group, and the bounds of all blocks."""
    is_plain = is_free_unit.copy()
    for group in groups:
        is_plain[group.units] = False
    order = [np.flatnonzero(is_plain)]
    bounds = block_bounds(len(order[0]), convex)
    start = len(order[0])
    for size in sorted({len(group.units) for group in groups}):
        of_size = [group for group in groups if len(group.units) == size]
        for first in range(0, len(of_size), max(BLOCK // size, 1)):
            some = of_size[first : first + max(BLOCK // size, 1)]
            units = np.stack([group.units for group in some], axis=1).ravel()
            order.append(units)
            before = bounds[-1].group + 1 if bounds else 0
            bounds.append(Bounds(before, start, start + len(units), _lines(problem, some, units)))
            start += len(units)
    return np.concatenate(order), bounds


def _lines(problem: Problem, groups: list[LineGroup], units: Ints) -> Lines:
    hardest = np.zeros(len(problem.choices.unit_ids), dtype=np.int64)
    np.maximum.at(hardest, problem.choices.unit, problem.choices.k)
    need = np.array([group.need for group in groups]).T
    return Lines(len(groups[0].units), need, hardest[units], tuple(group.rows for group in groups))


class _Dense:
    """The flat choices of a problem scattered into dense arrays, once, and cut into blocks."""

    def __init__(self, problem: Problem, rows: Rows, used: Ints, place: Ints, size: tuple[int, int]) -> None:
        choices = problem.choices
        measures, units = size
        self.at = (choices.k[used], choices.level[used], place[used])
        shape = (measures, len(LEVELS), units)
        self.cost = np.full(shape, FORBIDDEN)
        self.cost[self.at] = problem.objective[used]
        self.removed = np.zeros((measures, len(POLLUTANTS), units))
        for pollutant, removed in enumerate(choices.removed):
            self.removed[self.at[0], pollutant, self.at[2]] = removed[used]
        self.less = self._less(choices.removed[:, used])
        self.caps = []
        for cap in problem.caps:
            dense = np.zeros(shape)
            dense[self.at] = cap.per_choice[used] / cap.scale
            self.caps.append(dense)
        self.factors, self.counted = factored(
            self._counted(problem, rows, used, place), _families(problem, rows), shape
        )

    def _less(self, own: Floats) -> Less:
        """Return where a choice brings less than what stands for its measure, the value of its hardest level."""
        k, level, unit = self.at
        kg = np.stack([self.removed[k, place, unit] - own[place] for place in range(len(POLLUTANTS))])
        off = np.flatnonzero(kg.any(axis=0))
        off = off[np.argsort(unit[off], kind="stable")]
        return Less(k[off], level[off], unit[off], kg[:, off])

    def _counted(self, problem: Problem, rows: Rows, used: Ints, place: Ints) -> Counted:
        is_used = np.zeros(len(place), dtype=np.bool_)
        is_used[used] = True
        first = len(problem.requirements)
        lists = [line.rows[is_used[line.rows]] for line in rows.lines]
        values = [np.ones(len(some)) for some in lists]
        for side in problem.couplings:
            inside = is_used[side.rows]
            lists.append(side.rows[inside])
            values.append(side.values[inside])
        choice = np.concatenate(lists) if lists else np.zeros(0, dtype=np.int64)
        value = np.concatenate(values) if values else np.zeros(0)
        row = np.repeat(np.arange(first, first + len(lists)), [len(some) for some in lists])
        order = np.argsort(place[choice], kind="stable")
        choice, row = choice[order], row[order]
        return Counted(row, problem.choices.k[choice], problem.choices.level[choice], place[choice], value[order])

    def block(self, bounds: Bounds) -> Block:
        counted, start, stop = self.counted, bounds.start, bounds.stop
        inside = slice(*np.searchsorted(counted.unit, [start, stop]).tolist())
        return Block(
            bounds.group,
            start,
            np.ascontiguousarray(self.cost[..., start:stop]),
            np.ascontiguousarray(self.removed[..., start:stop]),
            tuple(np.ascontiguousarray(cap[..., start:stop]) for cap in self.caps),
            replace(counted.of(inside), unit=counted.unit[inside] - start),
            bounds.lines,
            self._less_of(start, stop),
            tuple(factor.of(slice(start, stop)) for factor in self.factors),
        )

    def _less_of(self, start: int, stop: int) -> Less:
        less = self.less
        inside = slice(*np.searchsorted(less.unit, [start, stop]).tolist())
        return Less(less.k[inside], less.level[inside], less.unit[inside] - start, less.kg[:, inside])


def _families(problem: Problem, rows: Rows) -> Ints:
    """Return a number per row that optional rows of one family share; -1 for all others."""
    named: dict[str, int] = {}
    families = np.full(rows.count, -1)
    first = len(rows.targets) + len(rows.lines)
    for place, side in enumerate(problem.couplings):
        families[first + place] = named.setdefault(side.family, len(named))
    return families
