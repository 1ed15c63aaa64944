"""The exact program over a few open units, built by the same functions as the straight one.

Everything the closed units bring is already off the right-hand sides. Opening every unit gives the whole
program, which is what small cities and comparisons use.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import polars as pl

from grading.scale import LEVELS, POLLUTANTS
from optimizer.choices import Choices, Floats, Ints
from optimizer.decompose.arrays import FORBIDDEN, Block, Instance, Less
from optimizer.decompose.factors import Counted, Factor, joined_entries
from optimizer.decompose.pricing import Codes, evaluate
from optimizer.model import Cap, Coupling, LineCount, Problem


@dataclass(frozen=True)
class Opened:
    """The exact program over `units`, and the objective of all others."""

    problem: Problem
    units: Ints
    fixed_cost: float


def open_units(instance: Instance, codes: Codes, units: Ints) -> Opened:
    """Return the program over `units` (ascending), every other unit held at its chain."""
    is_closed = np.ones(instance.units, dtype=np.bool_)
    is_closed[units] = False
    cost, activity = evaluate(instance, codes, is_closed)
    taken = take(instance, units)
    k, level, unit = np.nonzero(taken.cost.transpose(2, 1, 0) < FORBIDDEN)[::-1]
    choices = _choices(k, level, unit, taken, len(units))
    rhs = instance.rows.rhs - activity
    problem = Problem(
        choices,
        tuple(replace(row, rhs=float(value)) for row, value in zip(instance.rows.targets, rhs.tolist(), strict=False)),
        _lines(instance, taken, rhs, units, (k, level, unit)),
        taken.cost[k, level, unit],
        _caps(instance, taken, rhs, (k, level, unit)),
        couplings=_couplings(instance, taken, rhs, (k, level, unit)),
        is_elastic=instance.rows.slack_price is not None,
        shortfall_price=instance.rows.slack_price,
    )
    return Opened(problem, units, instance.constant + cost)


@dataclass(frozen=True)
class Taken:
    """Some units of an instance, as one block's arrays; `counted` names them by their place among these."""

    cost: Floats
    removed: Floats
    caps: tuple[Floats, ...]
    counted: Counted
    less: Less
    factors: tuple[Factor, ...]

    @cached_property
    def entries(self) -> Counted:
        """Return what line counts and optional rows count, choice by choice, factors too; in the order of units."""
        return joined_entries([self.counted, *(factor.entries() for factor in self.factors)]).by_unit()

    def removed_at(self, level: int) -> Floats:
        """Return what every measure removes at one level: (measures, pollutants, units)."""
        if not len(self.less.k):
            return self.removed
        own = self.less.level == level
        removed = self.removed.copy()
        removed[self.less.k[own], :, self.less.unit[own]] -= self.less.kg[:, own].T
        return removed


def take(instance: Instance, units: Ints) -> Taken:
    """Return the arrays of some units (ascending, at least one)."""
    edges = np.searchsorted(units, [block.start for block in instance.blocks] + [instance.units]).tolist()
    parts = [
        _taken_of(block, units[first:last] - block.start, first)
        for block, first, last in zip(instance.blocks, edges, edges[1:], strict=False)
        if last > first
    ]
    if len(parts) == 1:
        return parts[0]
    return Taken(
        np.concatenate([part.cost for part in parts], axis=-1),
        np.concatenate([part.removed for part in parts], axis=-1),
        tuple(np.concatenate(caps, axis=-1) for caps in zip(*[part.caps for part in parts], strict=True)),
        joined_entries([part.counted for part in parts]),
        _joined([part.less for part in parts]),
        tuple(_whole(of_rows) for of_rows in zip(*[part.factors for part in parts], strict=True)),
    )


def _taken_of(block: Block, local: Ints, first: int) -> Taken:
    """Return some units of a block, the first of them in `first` place among all that are taken."""
    counted, less = block.counted, block.less
    if len(counted.unit) or len(less.unit):
        place = np.full(block.units, -1)
        place[local] = first + np.arange(len(local))
        counted = counted.of(place[counted.unit] >= 0)
        counted, less = replace(counted, unit=place[counted.unit]), less.of(place)
    return Taken(
        block.cost[..., local],
        block.removed[..., local],
        tuple(cap[..., local] for cap in block.caps),
        counted,
        less,
        tuple(factor.of(local) for factor in block.factors),
    )


def _whole(parts: tuple[Factor, ...]) -> Factor:
    amount = np.concatenate([part.amount for part in parts], axis=-1)
    return replace(parts[0], amount=amount, kind=np.concatenate([part.kind for part in parts]))


def _joined(parts: list[Less]) -> Less:
    k, level, unit = (np.concatenate([getattr(part, name) for part in parts]) for name in ("k", "level", "unit"))
    return Less(k, level, unit, np.concatenate([part.kg for part in parts], axis=1))


def _choices(k: Ints, level: Ints, unit: Ints, taken: Taken, units: int) -> Choices:
    by_level = np.stack([taken.removed_at(place) for place in range(len(LEVELS))])
    columns = {f"{p}_removed_kg_per_day": by_level[level, k, place, unit] for place, p in enumerate(POLLUTANTS)}
    table = pl.DataFrame({"unit": unit, "level_index": level, "k": k, **columns})
    return Choices(table, tuple(f"u{place}" for place in range(units)), np.ones(len(LEVELS)), 0)


def _couplings(instance: Instance, taken: Taken, rhs: Floats, at: tuple[Ints, Ints, Ints]) -> tuple[Coupling, ...]:
    """Return the optional rows that some open unit counts in."""
    row_of = np.full(taken.cost.shape, -1)
    row_of[at] = np.arange(len(at[0]))
    counted, first = taken.entries, len(instance.rows.targets) + len(instance.rows.lines)
    rows = row_of[counted.k, counted.level, counted.unit]
    found = []
    for place, side in enumerate(instance.rows.couplings):
        own = (counted.row == first + place) & (rows >= 0)
        if own.any():
            found.append(replace(side, rows=rows[own], values=counted.value[own], rhs=float(rhs[first + place])))
    return tuple(found)


def _lines(
    instance: Instance, taken: Taken, rhs: Floats, units: Ints, at: tuple[Ints, Ints, Ints]
) -> tuple[LineCount, ...]:
    """Return the line counts that some open unit is counted in."""
    row_of = np.full(taken.cost.shape, -1)
    row_of[at] = np.arange(len(at[0]))
    counted, first = taken.entries, len(instance.rows.targets)
    rows = row_of[counted.k, counted.level, counted.unit]
    is_line = counted.row < first + len(instance.rows.lines)
    order = np.flatnonzero(is_line)[np.argsort(counted.row[is_line], kind="stable")]
    places, starts = np.unique(counted.row[order], return_index=True)
    lines = zip(places.tolist(), np.split(rows[order], starts[1:]), strict=True) if len(places) else ()
    coupled = [
        replace(instance.rows.lines[place - first], stop_at_least=round(rhs[place]), rows=np.sort(of_line))
        for place, of_line in lines
    ]
    return (*coupled, *_counted_lines(instance, units, row_of))


def _counted_lines(instance: Instance, units: Ints, row_of: Ints) -> Iterator[LineCount]:
    """Yield the line counts of the groups that pricing counts and that are open; those are open as a whole."""
    for block in instance.blocks:
        start, stop = np.searchsorted(units, [block.start, block.stop]).tolist()
        if block.lines is None or start == stop:
            continue
        lines = block.lines
        is_open = np.zeros(block.units, dtype=np.bool_)
        is_open[units[start:stop] - block.start] = True
        place = (start + np.cumsum(is_open) - 1).reshape(lines.size, -1)
        for group in np.flatnonzero(is_open[: lines.groups]).tolist():
            members = place[:, group]
            stops = lines.stop.reshape(lines.size, -1)[:, group]
            for level, line in enumerate(lines.rows[group]):
                if line is not None:
                    rows = row_of[stops, level, members]
                    yield replace(line, stop_at_least=int(lines.need[level, group]), rows=np.sort(rows[rows >= 0]))


def _caps(instance: Instance, taken: Taken, rhs: Floats, at: tuple[Ints, Ints, Ints]) -> tuple[Cap, ...]:
    caps = instance.rows.caps
    first = instance.rows.count - len(caps)
    return tuple(
        replace(cap, per_choice=dense[at] * cap.scale, at_most=float(-rhs[first + place]) * cap.scale)
        for place, (cap, dense) in enumerate(zip(caps, taken.caps, strict=True))
        if dense[at].any()
    )
