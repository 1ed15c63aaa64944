"""Of plans that are equally good, the one nearest to an earlier plan: nobody's order changes without a gain.

Units go back to their earlier order as long as every row holds and no stage of the objective gets worse. Lines that
the law counts together go back together. The result is never worse than the plan it starts from, in any stage, so
whatever was proven of that plan holds of it.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
import polars as pl

from optimizer.again.ordered import ordered_beside
from optimizer.choices import PROTECTED_GROUPS, Choices, Floats, Ints, total
from optimizer.lexicographic import DISTURBED, LOSS, UNSPARED_LOSS, Staged
from optimizer.model import Coupling
from optimizer.whole.integer import ROW_TOLERANCE

SLACK = 1e-9
"""Relative room of a stage: rounding, not policy."""
SAME_CUT = 1e-9
PASSES = 3
MOST_MOVES = 2000


@dataclass
class _Walk:
    """A whole plan on its way to an earlier one. `chosen` is the row of each slot; sums follow every move."""

    chosen: Ints
    sums: Floats
    sparse: Floats


@dataclass(frozen=True)
class _Sparse:
    """Rows that touch few choices (counted lines, optional rows), as entries sorted by choice."""

    choice: Ints
    of: Ints
    value: Floats
    rhs: Floats

    def counts(self, choices: Ints) -> bool:
        """Return whether any of some choices counts in any row."""
        found = np.searchsorted(self.choice, choices, "left") < np.searchsorted(self.choice, choices, "right")
        return bool(found.any())

    def added(self, choices: Ints) -> Floats:
        """Return what some choices bring to every row."""
        starts, ends = (np.searchsorted(self.choice, choices, side) for side in ("left", "right"))
        many = ends - starts
        entries = np.arange(int(many.sum())) - np.repeat(np.cumsum(many) - many, many) + np.repeat(starts, many)
        sums = np.bincount(self.of[entries], weights=self.value[entries], minlength=len(self.rhs))
        return sums.astype(np.float64)


@dataclass(frozen=True)
class _Rules:
    """What may not get worse: target rows and stages as at-least rows over all choices, and the sparse rows."""

    rows: Floats
    least: Floats
    sparse: _Sparse


def nearest(staged: Staged, orders: pl.DataFrame, couplings: Sequence[Coupling] = ()) -> Staged:
    """Return the plan of `staged` moved towards `orders` (unit_id, level, measure_id, cut_share).

    As good in every stage; target rows, counted lines and the city's optional rows (`couplings`) hold as before.
    """
    choices = staged.choices
    earlier = _earlier(choices, orders)
    chosen = np.flatnonzero(staged.x > 0.5)
    if not ((earlier >= 0) & (earlier != chosen)).any():
        return staged
    rules = _rules(staged, couplings)
    walk = _Walk(chosen.copy(), rules.rows[:, chosen].sum(axis=1), rules.sparse.added(chosen))
    bundles = list(_bundles(choices, walk.chosen, earlier))[:MOST_MOVES]
    if not _move(walk, rules, np.concatenate(bundles), earlier):
        for _ in range(PASSES):
            if not any([_move(walk, rules, bundle, earlier) for bundle in bundles]):
                break
    x = np.zeros(len(staged.x))
    x[walk.chosen] = 1.0
    return _as_reached(staged, x)


def _earlier(choices: Choices, orders: pl.DataFrame) -> Ints:
    """Return the row of each slot that orders the same cut as before; -1 where a unit lacks it at any level."""
    asked = ordered_beside(choices, orders)
    same = np.flatnonzero(asked.is_same & (np.abs(asked.cut - choices.table["cut_share"].to_numpy()) <= SAME_CUT))
    earlier = np.full(len(choices.sizes), -1, dtype=np.int64)
    earlier[choices.slot[same[::-1]]] = same[::-1]  # of several the gentlest
    whole = (earlier.reshape(-1, 3) >= 0).all(axis=1)
    return np.where(np.repeat(whole, 3), earlier, -1)


def _rules(staged: Staged, couplings: Sequence[Coupling]) -> _Rules:
    choices = staged.choices
    targets = np.array([row.coefficients(choices) for row in staged.requirements]).reshape(-1, len(choices.k))
    reached = {stage.name for stage in staged.stages}
    stages = np.array([-each for name, each in _objectives(choices).items() if name in reached])
    chosen = np.flatnonzero(staged.x > 0.5)
    values = stages[:, chosen].sum(axis=1)
    least = np.minimum(
        np.array([row.rhs for row in staged.requirements]) - ROW_TOLERANCE, targets[:, chosen].sum(axis=1)
    )
    return _Rules(
        np.vstack([targets, stages]),
        np.concatenate([least, values - SLACK * np.maximum(np.abs(values), 1.0)]),
        _sparse(staged, couplings),
    )


def _objectives(choices: Choices) -> dict[str, Floats]:
    """Return what each stage counts, by the name of the stage."""
    spared = {f"protect_{name}": choices.extra_cut(grades) for name, grades in PROTECTED_GROUPS}
    return {**spared, LOSS: choices.season_loss, DISTURBED: choices.disturbed}


def _sparse(staged: Staged, couplings: Sequence[Coupling]) -> _Sparse:
    lines = [(line.rows, np.ones(len(line.rows)), line.stop_at_least - 0.5) for line in staged.line_counts]
    rows = lines + [(row.rows, row.values, row.rhs - ROW_TOLERANCE) for row in couplings]
    none = [np.empty(0, dtype=np.int64)]
    choice = np.concatenate([each for each, _, _ in rows] or none)
    of = np.repeat(np.arange(len(rows)), [len(each) for each, _, _ in rows])
    value = np.concatenate([each for _, each, _ in rows] or [np.empty(0)])
    order = np.argsort(choice, kind="stable")
    return _Sparse(choice[order], of[order], value[order], np.array([rhs for _, _, rhs in rows]))


def _bundles(choices: Choices, chosen: Ints, earlier: Ints) -> Iterator[Ints]:
    """Give the slots that may go back together: a unit's three levels, or all lines counted together."""
    differs = ((earlier >= 0) & (earlier != chosen)).reshape(-1, 3).any(axis=1)
    first = np.searchsorted(choices.unit, np.flatnonzero(differs))
    moved = choices.table[first].select("unit", "line_group")
    together = pl.coalesce("line_group", pl.format("unit {}", "unit"))
    for unit in moved.group_by(together.alias("bundle"), maintain_order=True).agg("unit")["unit"]:
        yield (np.asarray(unit.to_list())[:, None] * 3 + np.arange(3)).ravel()


def _move(walk: _Walk, rules: _Rules, slots: Ints, earlier: Ints) -> bool:
    """Move slots back when nothing gets worse; return whether anything moved."""
    slots = slots[(earlier[slots] >= 0) & (earlier[slots] != walk.chosen[slots])]
    if not len(slots):
        return False
    new, old = earlier[slots], walk.chosen[slots]
    sums = walk.sums + rules.rows[:, new].sum(axis=1) - rules.rows[:, old].sum(axis=1)
    if not (sums >= rules.least).all():
        return False
    if rules.sparse.counts(new) or rules.sparse.counts(old):
        sparse = walk.sparse + rules.sparse.added(new) - rules.sparse.added(old)
        if not (sparse >= rules.sparse.rhs).all():
            return False
        walk.sparse = sparse
    walk.chosen[slots] = new
    walk.sums = sums
    return True


def _as_reached(staged: Staged, x: Floats) -> Staged:
    objectives = _objectives(staged.choices)
    loss = total(objectives[LOSS], x)
    stages = tuple(
        replace(stage, reached=total(objectives[stage.name], x))
        if stage.name in objectives
        else replace(stage, reached=loss if stage.name == UNSPARED_LOSS else stage.reached)
        for stage in staged.stages
    )
    return replace(staged, x=x, stages=stages)
