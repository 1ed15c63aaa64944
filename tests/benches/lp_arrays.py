"""The whole LP of an instance as sparse arrays, for solvers that take them. Built without the planner's model code."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from grading.scale import LEVELS
from optimizer.choices import Floats, Ints
from optimizer.decompose.arrays import FORBIDDEN, Instance

Parts = list[Any]


@dataclass(frozen=True)
class LpArrays:
    """`minimise cost @ x, lower <= A x <= upper, x >= 0`; `A` by rows (`starts`, `columns`, `values`)."""

    cost: Floats
    starts: Ints
    columns: Ints
    values: Floats
    lower: Floats
    upper: Floats


def lp_arrays(instance: Instance) -> LpArrays:
    cost = np.concatenate([block.cost for block in instance.blocks], axis=-1)
    removed = np.concatenate([block.removed for block in instance.blocks], axis=-1)
    allowed = cost < FORBIDDEN
    column = np.where(allowed, np.cumsum(allowed).reshape(allowed.shape) - 1, -1)
    row, col, value, lower, upper = _targets(instance, removed, column)
    for parts in (_options(instance, column), _one_measure(column), _nested(column)):
        row.append(parts[0] + len(np.concatenate(lower)))
        col.append(parts[1])
        value.append(parts[2])
        lower.append(parts[3])
        upper.append(parts[4])
    rows, cols, values = np.concatenate(row), np.concatenate(col), np.concatenate(value)
    count = len(np.concatenate(lower))
    order = np.argsort(rows, kind="stable")
    starts = np.concatenate(([0], np.cumsum(np.bincount(rows, minlength=count))))
    return LpArrays(cost[allowed], starts, cols[order], values[order], np.concatenate(lower), np.concatenate(upper))


def _targets(instance: Instance, removed: Floats, column: Ints) -> tuple[Parts, Parts, Parts, Parts, Parts]:
    row: Parts = []
    col: Parts = []
    value: Parts = []
    for place, target in enumerate(instance.rows.targets):
        brought = np.einsum("p,kpu->ku", np.array(target.per_kg), removed)
        used = (column[:, target.level] >= 0) & (brought != 0)
        col.append(column[:, target.level][used])
        value.append(brought[used])
        row.append(np.full(int(used.sum()), place))
    many = len(instance.rows.targets)
    return row, col, value, [instance.rows.rhs[:many]], [np.full(many, np.inf)]


def _options(instance: Instance, column: Ints) -> tuple[Ints, Ints, Floats, Floats, Floats]:
    """Return the optional rows, every entry on its own."""
    first, sides = len(instance.rows.targets), len(instance.rows.couplings)
    parts: list[tuple[Ints, Ints, Floats]] = []
    for block in instance.blocks:
        own = column[..., block.start : block.stop]
        counted = block.counted
        parts.append((counted.row - first, own[counted.k, counted.level, counted.unit], counted.value))
        for factor in block.factors:
            for place, row in enumerate(factor.rows.tolist()):
                value = factor.amount * factor.weight[factor.kind, :, place].T
                used = (value != 0) & (own >= 0)
                parts.append((np.full(int(used.sum()), row - first), own[used], value[used]))
    row, col, values = (np.concatenate([part[place] for part in parts]) for place in range(3))
    return row, col, values, instance.rows.rhs[first:], np.full(sides, np.inf)


def _one_measure(column: Ints) -> tuple[Ints, Ints, Floats, Floats, Floats]:
    _, level, unit = np.nonzero(column >= 0)
    count = column.shape[1] * column.shape[2]
    ones = np.ones(count)
    return unit * len(LEVELS) + level, column[column >= 0], np.ones(len(unit)), ones, ones


def _nested(column: Ints) -> tuple[Ints, Ints, Floats, Floats, Floats]:
    measures, levels, units = column.shape
    row, col, value = [], [], []
    number = 0
    for level in range(levels - 1):
        for k in range(1, measures):
            for at, sign in ((level, 1.0), (level + 1, -1.0)):
                for harder in range(k, measures):
                    used = np.flatnonzero(column[harder, at] >= 0)
                    row.append(number + used)
                    col.append(column[harder, at][used])
                    value.append(np.full(len(used), sign))
            number += units
    return (
        np.concatenate(row),
        np.concatenate(col),
        np.concatenate(value),
        np.full(number, -np.inf),
        np.zeros(number),
    )
