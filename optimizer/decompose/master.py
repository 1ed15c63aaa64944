"""The restricted master: which mixture of priced columns holds the coupling rows at least cost.

Each group of units takes a convex mixture of its columns; slacks make every row elastic. Its duals are the
next prices. Costs are divided by `unit` so that the program's numbers are near 1.
"""

from dataclasses import dataclass, field

import numpy as np

from optimizer.choices import Bools, Floats
from optimizer.decompose.arrays import Instance
from optimizer.decompose.pricing import Codes, Priced
from optimizer.model import SumRow, build_sums
from optimizer.solve import run_sums

USED = 1e-9
"""Share from which a column counts as used."""
ROOM = 8
"""Columns per group before the longest unused are dropped: with fewer, the rounds may run in circles."""


@dataclass
class Column:
    """One group's chains at some prices: their cost and what they bring to every row."""

    group: int
    cost: float
    activity: Floats
    codes: Codes
    idle_rounds: int = 0
    share: float = 0.0


@dataclass
class Pool:
    """The columns of the master, and which of them are already there."""

    columns: list[Column] = field(default_factory=list)

    def add(self, instance: Instance, priced: Priced, spans: list[slice]) -> int:
        """Add one column per group unless it is there already; return how many were new."""
        known = {(column.group, column.cost, column.activity.tobytes()) for column in self.columns}
        before = len(self.columns)
        for group in range(instance.groups):
            column = Column(group, float(priced.cost[group]), priced.activity[group], priced.codes[spans[group]].copy())
            if (group, column.cost, column.activity.tobytes()) not in known:
                self.columns.append(column)
        return len(self.columns) - before

    def drop_idle(self, most: int) -> None:
        """Drop the columns that were unused longest until at most `most` are left; used ones stay."""
        for column in self.columns:
            column.idle_rounds = 0 if column.share > USED else column.idle_rounds + 1
        if len(self.columns) > most:
            limit = sorted(column.idle_rounds for column in self.columns)[most]
            self.columns = [column for column in self.columns if column.idle_rounds < max(limit, 1)]


@dataclass(frozen=True)
class Mixed:
    """The master's optimum. `value` counts slacks at their price; `slack` is what each row lacks."""

    value: float
    cost: float
    prices: Floats
    slack: Floats


def group_spans(instance: Instance) -> list[slice]:
    """Return the units of each group."""
    edges = np.zeros(instance.groups + 1, dtype=np.int64)
    for block in instance.blocks:
        edges[block.group + 1] = block.stop
    return [slice(start, stop) for start, stop in zip(edges[:-1].tolist(), edges[1:].tolist(), strict=True)]


def mix(instance: Instance, pool: Pool, slack_prices: Floats, unit: float, time_limit_s: float) -> Mixed | None:
    """Return the best mixture of the columns, and store each column's share; None unless proven."""
    columns, rows = pool.columns, instance.rows
    is_elastic = slack_prices > 0
    costs = [column.cost / unit for column in columns] + (slack_prices[is_elastic] / unit).tolist()
    solved = run_sums(build_sums(costs, _rows(instance, columns, is_elastic)), time_limit_s)
    if solved is None:
        return None
    shares = np.maximum(solved.values[: len(columns)], 0.0)
    slack = np.zeros(rows.count)
    slack[is_elastic] = np.maximum(solved.values[len(columns) :], 0.0)
    for column, share in zip(columns, shares.tolist(), strict=True):
        column.share = share
    cost = instance.constant + float(np.dot([column.cost for column in columns], shares))
    prices = np.clip(solved.duals[: rows.count] * unit, 0.0, np.where(is_elastic, slack_prices, np.inf))
    return Mixed(cost + float(slack_prices @ slack), cost, prices, slack)


def _rows(instance: Instance, columns: list[Column], is_elastic: Bools) -> list[SumRow]:
    activity = np.array([column.activity for column in columns])
    slack_place = len(columns) + np.cumsum(is_elastic) - 1
    rows = []
    for place, rhs in enumerate(instance.rows.rhs.tolist()):
        used = np.flatnonzero(activity[:, place])
        terms = list(zip(used.tolist(), activity[used, place].tolist(), strict=True))
        if is_elastic[place]:
            terms.append((int(slack_place[place]), 1.0))
        rows.append(SumRow(f"row{place}", terms, rhs))
    members: list[list[tuple[int, float]]] = [[] for _ in range(instance.groups)]
    for place, column in enumerate(columns):
        members[column.group].append((place, 1.0))
    return rows + [SumRow(f"group{group}", terms, 1.0, True) for group, terms in enumerate(members)]
