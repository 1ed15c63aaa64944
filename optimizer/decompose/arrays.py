"""A planning problem as blocks of contiguous arrays, units on the last axis.

A unit with no choice left is a constant; only the others are in the blocks. Blocks are small enough for a
processor's cache, and each belongs to one convexity group of the master.
"""

from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from grading.scale import LEVELS, POLLUTANTS
from optimizer.choices import Floats, Ints
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
class Counted:
    """Choices that coupling rows count with coefficient 1: place `[k, level, unit]` of a block counts in `row`."""

    row: Ints
    k: Ints
    level: Ints
    unit: Ints


@dataclass(frozen=True)
class Block:
    """Some units of one group. `start` is the place of the first among all free units.

    Shape: `cost` (measures, levels, units), `removed` (measures, pollutants, units), `caps` as `cost`, one per
    stage cap and already divided by its scale. Units: cost in the objective's, removed kg/d.
    """

    group: int
    start: int
    cost: Floats
    removed: Floats
    caps: tuple[Floats, ...]
    counted: Counted

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


def instance_of(problem: Problem) -> Framed:
    """Return a problem as blocks; what the units without a choice contribute is in the right-hand sides."""
    choices = problem.choices
    measures = int(choices.k.max(initial=0)) + 1
    is_free_unit = np.zeros(len(choices.unit_ids), dtype=np.bool_)
    is_free_unit[choices.unit[choices.is_free]] = True
    fixed = ~is_free_unit[choices.unit]
    free_units = np.flatnonzero(is_free_unit)
    place = np.cumsum(is_free_unit) - 1
    rows = rows_of(problem, fixed)
    dense = _Dense(problem, np.flatnonzero(~fixed), place[choices.unit], len(free_units), measures)
    constant = float(problem.objective[fixed].sum())
    return Framed(Instance(dense.blocks(), group_count(len(free_units)), measures, rows, constant), free_units)


def group_count(units: int) -> int:
    """Return how many convexity groups a city of so many units gets."""
    few = min(units // LEAST_IN_GROUP, GROUPS)
    return int(np.clip(np.sqrt(units / UNITS_PER_SQUARE), max(few, 1), MOST_GROUPS))


def block_bounds(units: int) -> list[tuple[int, int, int]]:
    """Return (group, start, stop) of every block: groups of equal size, none of its blocks too large."""
    groups = group_count(units)
    edges = np.linspace(0, units, groups + 1).astype(int).tolist()
    bounds = []
    for group, (start, stop) in enumerate(pairwise(edges)):
        parts = max(-(-(stop - start) // BLOCK), 1)
        inner = np.linspace(start, stop, parts + 1).astype(int).tolist()
        bounds += [(group, a, b) for a, b in pairwise(inner) if b > a]
    return bounds


class _Dense:
    """The flat choices of a problem scattered into dense arrays, once, and cut into blocks."""

    def __init__(self, problem: Problem, used: Ints, place: Ints, units: int, measures: int) -> None:
        choices = problem.choices
        self.at = (choices.k[used], choices.level[used], place[used])
        self.units = units
        shape = (measures, len(LEVELS), units)
        self.cost = np.full(shape, FORBIDDEN)
        self.cost[self.at] = problem.objective[used]
        self.removed = np.zeros((measures, len(POLLUTANTS), units))
        for pollutant, removed in enumerate(choices.removed):
            self.removed[self.at[0], pollutant, self.at[2]] = removed[used]
        self.caps = []
        for cap in problem.caps:
            dense = np.zeros(shape)
            dense[self.at] = cap.per_choice[used] / cap.scale
            self.caps.append(dense)
        self.counted = self._counted(problem, used, place)

    def _counted(self, problem: Problem, used: Ints, place: Ints) -> Counted:
        is_used = np.zeros(len(place), dtype=np.bool_)
        is_used[used] = True
        first = len(problem.requirements)
        lists = [line.rows[is_used[line.rows]] for line in problem.line_counts]
        choice = np.concatenate(lists) if lists else np.zeros(0, dtype=np.int64)
        row = np.repeat(np.arange(first, first + len(lists)), [len(some) for some in lists])
        order = np.argsort(place[choice], kind="stable")
        choice, row = choice[order], row[order]
        return Counted(row, problem.choices.k[choice], problem.choices.level[choice], place[choice])

    def blocks(self) -> tuple[Block, ...]:
        return tuple(self._block(*bounds) for bounds in block_bounds(self.units))

    def _block(self, group: int, start: int, stop: int) -> Block:
        counted = self.counted
        inside = slice(*np.searchsorted(counted.unit, [start, stop]).tolist())
        return Block(
            group,
            start,
            np.ascontiguousarray(self.cost[..., start:stop]),
            np.ascontiguousarray(self.removed[..., start:stop]),
            tuple(np.ascontiguousarray(cap[..., start:stop]) for cap in self.caps),
            Counted(counted.row[inside], counted.k[inside], counted.level[inside], counted.unit[inside] - start),
        )
