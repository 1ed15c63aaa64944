"""One city's arrays for one stage after another: the blocks stay, objective and caps change.

And those of a city of which few units changed: their columns are written anew, the place of every unit stays.
"""

from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from grading.scale import LEVELS, POLLUTANTS
from optimizer.choices import Choices, Floats, Ints
from optimizer.decompose.arrays import FORBIDDEN, Block, Framed, Less
from optimizer.decompose.lines import Lines
from optimizer.decompose.rows import rows_of
from optimizer.model import LineCount, Problem

_Named = Mapping[tuple[str, int], LineCount]
"""Counted lines by group and level."""


def recosted(framed: Framed, problem: Problem) -> Framed:
    """Return the arrays of a problem that differs from the framed one in objective and caps only."""
    choices, instance = problem.choices, framed.instance
    place = np.full(len(choices.unit_ids), -1, dtype=np.int64)
    place[framed.unit] = np.arange(len(framed.unit))
    used = np.flatnonzero(place[choices.unit] >= 0)
    at = (choices.k[used], choices.level[used], place[choices.unit[used]])
    shape = (instance.measures, len(LEVELS), len(framed.unit))

    def dense(values: Floats, elsewhere: float) -> Floats:
        found = np.full(shape, elsewhere)
        found[at] = values[used]
        return found

    cost = dense(problem.objective, FORBIDDEN)
    caps = [dense(cap.per_choice / cap.scale, 0.0) for cap in problem.caps]
    fixed = place[choices.unit] < 0
    blocks = tuple(
        replace(
            block,
            cost=np.ascontiguousarray(cost[..., block.start : block.stop]),
            caps=tuple(np.ascontiguousarray(cap[..., block.start : block.stop]) for cap in caps),
        )
        for block in instance.blocks
    )
    rows = rows_of(problem, instance.rows.lines, fixed)
    constant = float(problem.objective[fixed].sum())
    return replace(framed, instance=replace(instance, blocks=blocks, rows=rows, constant=constant))


def patched(framed: Framed, choices: Choices, lines: tuple[LineCount, ...], units: Ints) -> Framed | None:
    """Return the arrays of changed choices; `units` (ascending) are those that changed, none of them counted in lines.

    A unit that had a choice keeps its place also where it has none left. None where one has a place to get, or where
    the hardest menu is another one. Costs and caps are those of the frame given (`recosted` writes them).
    """
    instance = framed.instance
    place = np.full(len(choices.unit_ids), -1, dtype=np.int64)
    place[framed.unit] = np.arange(len(framed.unit))
    is_free = choices.sizes.reshape(-1, len(LEVELS))[units].max(axis=1) > 1
    if (is_free & (place[units] < 0)).any() or int(choices.k.max(initial=0)) + 1 != instance.measures:
        return None
    named = {(line.group, line.level): line for line in lines}
    own = units[place[units] >= 0]
    blocks = tuple(_written(block, choices, own, place[own] - block.start, named) for block in instance.blocks)
    rows = replace(instance.rows, lines=tuple(named[line.group, line.level] for line in instance.rows.lines))
    return replace(framed, instance=replace(instance, blocks=blocks, rows=rows))


def _written(block: Block, choices: Choices, units: Ints, place: Ints, named: _Named) -> Block:
    """Return a block with what some units remove written anew; `place` is theirs in the block, if it is in there."""
    lines = None if block.lines is None else _named(block.lines, named)
    inside = (place >= 0) & (place < block.units)
    if not inside.any():
        return replace(block, lines=lines)
    units, place = units[inside], place[inside]
    begun, end = np.searchsorted(choices.unit, units), np.searchsorted(choices.unit, units, side="right")
    used = np.concatenate([np.arange(first, last) for first, last in zip(begun, end, strict=True)])
    k, level = choices.k[used], choices.level[used]
    at = place[np.searchsorted(units, choices.unit[used])]
    kg = choices.removed[:, used]
    removed = block.removed.copy()
    removed[..., place] = 0.0
    for pollutant in range(len(POLLUTANTS)):  # by level: that of the hardest one stays
        removed[k, pollutant, at] = kg[pollutant]
    lacks = removed[k, :, at].T - kg
    off = np.flatnonzero(lacks.any(axis=0))
    kept = ~np.isin(block.less.unit, place)
    less = Less(
        np.concatenate([block.less.k[kept], k[off]]),
        np.concatenate([block.less.level[kept], level[off]]),
        np.concatenate([block.less.unit[kept], at[off]]),
        np.concatenate([block.less.kg[:, kept], lacks[:, off]], axis=1),
    )
    order = np.argsort(less.unit, kind="stable")
    less = Less(less.k[order], less.level[order], less.unit[order], less.kg[:, order])
    return replace(block, removed=removed, less=less, lines=lines)


def _named(lines: Lines, named: _Named) -> Lines:
    def of(row: LineCount | None) -> LineCount | None:
        return None if row is None else named[row.group, row.level]

    return replace(lines, rows=tuple(tuple(map(of, of_group)) for of_group in lines.rows))
