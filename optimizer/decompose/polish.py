"""Polish: from a nearly optimal mixture of columns to a vertex of the whole program, with its duals.

Units on which all used columns agree are held there; the exact program over the rest is small. Its duals,
priced over all units, prove how good the result is.
"""

from dataclasses import dataclass

import numpy as np

from optimizer.choices import Bools, Floats
from optimizer.decompose.arrays import Instance
from optimizer.decompose.exact import Opened, open_units
from optimizer.decompose.master import USED, Pool, group_spans
from optimizer.decompose.pricing import Codes
from optimizer.model import Problem, build
from optimizer.solve import Limits, Solution, run


@dataclass(frozen=True)
class Polished:
    """A vertex: chains of the closed units, the exact solution of the open ones, its value and its prices."""

    codes: Codes
    opened: Opened
    solution: Solution
    value: float
    prices: Floats


def consensus(instance: Instance, pool: Pool) -> tuple[Codes, Bools]:
    """Return each unit's chain in its group's most used column, and whether another used column disagrees."""
    codes = np.zeros(instance.units, dtype=np.int32)
    differs = np.zeros(instance.units, dtype=np.bool_)
    for group, span in enumerate(group_spans(instance)):
        used = [column for column in pool.columns if column.group == group and column.share > USED]
        used.sort(key=lambda column: -column.share)
        codes[span] = used[0].codes
        for column in used[1:]:
            differs[span] |= column.codes != used[0].codes
    return codes, differs


def with_whole_groups(instance: Instance, is_open: Bools) -> Bools:
    """Return the open units, and with any line that is counted in a group all lines of that group."""
    whole = is_open.copy()
    for block in instance.blocks:
        if block.lines is not None:
            of_block = whole[block.start : block.stop].reshape(block.lines.size, -1)
            of_block |= of_block.any(axis=0)
    return whole


def polish(instance: Instance, codes: Codes, is_open: Bools, prices: Floats, limits: Limits) -> Polished | None:
    """Return the exact optimum with the other units held, or None unless it is proven."""
    whole = with_whole_groups(instance, is_open)
    if not whole.any():
        return None
    opened = open_units(instance, codes, np.flatnonzero(whole))
    solution = run(build(opened.problem), limits)
    if not solution.is_proven or solution.objective is None:
        return None
    short = sum(solution.shortfalls.values()) * (instance.rows.slack_price or 0.0)
    value = opened.fixed_cost + solution.objective + short
    return Polished(codes, opened, solution, value, _prices(instance, prices, opened.problem, solution))


def _prices(instance: Instance, prices: Floats, exact: Problem, solution: Solution) -> Floats:
    """Return the exact program's duals where it has the row, the last prices elsewhere."""
    rows = instance.rows
    scales = {cap.label: cap.scale for cap in exact.caps}
    # A cap is scaled by its largest coefficient, which may be smaller among the open units.
    factors = {cap.label: -cap.scale / scales[cap.label] for cap in rows.caps if cap.label in scales}
    named = [
        factors.get(label, 1.0) * solution.duals[label] if label in solution.duals else price
        for label, price in zip(rows.labels, prices.tolist(), strict=True)
    ]
    most = np.where(rows.is_target, np.inf if rows.slack_price is None else rows.slack_price, np.inf)
    clipped: Floats = np.clip(np.array(named), 0.0, most)
    return clipped
