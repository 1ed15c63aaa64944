"""Of plans that are equally good, the one nearest to an earlier plan: nobody's order changes without a gain.

Units go back to their earlier order as long as every row holds and no stage of the objective gets worse. Lines that
the law counts together go back together. The result is never worse than the plan it starts from, in any stage, so
whatever was proven of that plan holds of it.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import compress, pairwise

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
    """A whole plan on its way to an earlier one: what every dense and every sparse row adds up to."""

    sums: Floats
    sparse: Floats


@dataclass(frozen=True)
class _Entries:
    """What some choices bring to rows that touch few (counted lines, optional rows); `of` names the row."""

    place: Ints
    """Which of the choices asked about an entry belongs to."""
    of: Ints
    value: Floats


@dataclass(frozen=True)
class _Sparse:
    """Rows that touch few choices, as entries sorted by choice."""

    choice: Ints
    of: Ints
    value: Floats
    rhs: Floats

    def entries(self, choices: Ints) -> _Entries:
        """Return the entries of some choices, in their order."""
        starts, ends = (np.searchsorted(self.choice, choices, side) for side in ("left", "right"))
        many = ends - starts
        entry = np.arange(int(many.sum())) - np.repeat(np.cumsum(many) - many, many) + np.repeat(starts, many)
        return _Entries(np.repeat(np.arange(len(choices)), many), self.of[entry], self.value[entry])


@dataclass(frozen=True)
class _Bundle:
    """Slots that go back together, and what that adds to the rows: all dense ones, and the sparse ones of `of`."""

    slots: Ints
    dense: Floats
    of: Ints
    value: Floats


def nearest(staged: Staged, orders: pl.DataFrame, couplings: Sequence[Coupling] = ()) -> Staged:
    """Return the plan of `staged` moved towards `orders` (unit_id, level, measure_id, cut_share).

    As good in every stage; target rows, counted lines and the city's optional rows (`couplings`) hold as before.
    """
    choices = staged.choices
    earlier = _earlier(choices, orders)
    chosen = np.flatnonzero(staged.x > 0.5)
    slots, starts = _moves(choices, chosen, earlier)
    if not len(slots):
        return staged
    rows, sparse = _dense(staged), _sparse(staged, couplings)
    held = sparse.entries(chosen)
    walk = _Walk(rows[:, chosen].sum(axis=1), np.bincount(held.of, held.value, len(sparse.rhs)).astype(np.float64))
    bundles = _bundles(rows, sparse, (slots, starts), (chosen, earlier))
    x = staged.x.copy()
    for each in _gone_back(walk, bundles, _least(staged, walk.sums), sparse.rhs):
        x[chosen[each.slots]], x[earlier[each.slots]] = 0.0, 1.0
    return _as_reached(staged, x)


def _earlier(choices: Choices, orders: pl.DataFrame) -> Ints:
    """Return the row of each slot that orders the same cut as before; -1 where a unit lacks it at any level."""
    asked = ordered_beside(choices, orders)
    same = np.flatnonzero(asked.is_same & (np.abs(asked.cut - choices.table["cut_share"].to_numpy()) <= SAME_CUT))
    earlier = np.full(len(choices.sizes), -1, dtype=np.int64)
    earlier[choices.slot[same[::-1]]] = same[::-1]  # of several the gentlest
    whole = (earlier.reshape(-1, 3) >= 0).all(axis=1)
    return np.where(np.repeat(whole, 3), earlier, -1)


def _dense(staged: Staged) -> Floats:
    """Return target rows and stages over all choices, each as a row that may not fall."""
    targets = [row.coefficients(staged.choices) for row in staged.requirements]
    reached = {stage.name for stage in staged.stages}
    stages = [-each for name, each in _objectives(staged.choices).items() if name in reached]
    return np.array([*targets, *stages])


def _least(staged: Staged, sums: Floats) -> Floats:
    """Return the least that each dense row may add up to: what a target asks, and what a stage has reached."""
    many = len(staged.requirements)
    asked = np.array([row.rhs for row in staged.requirements]) - ROW_TOLERANCE
    values = sums[many:]
    return np.concatenate([np.minimum(asked, sums[:many]), values - SLACK * np.maximum(np.abs(values), 1.0)])


def _objectives(choices: Choices) -> dict[str, Floats]:
    """Return what each stage counts, by the name of the stage."""
    spared = {f"protect_{name}": choices.extra_cut(grades) for name, grades in PROTECTED_GROUPS}
    return {**spared, LOSS: choices.season_loss, DISTURBED: choices.is_disturbing * choices.weight}


def _sparse(staged: Staged, couplings: Sequence[Coupling]) -> _Sparse:
    lines = [(line.rows, np.ones(len(line.rows)), line.stop_at_least - 0.5) for line in staged.line_counts]
    rows = lines + [(row.rows, row.values, row.rhs - ROW_TOLERANCE) for row in couplings]
    none = [np.empty(0, dtype=np.int64)]
    choice = np.concatenate([each for each, _, _ in rows] or none)
    of = np.repeat(np.arange(len(rows)), [len(each) for each, _, _ in rows])
    value = np.concatenate([each for _, each, _ in rows] or [np.empty(0)])
    order = np.argsort(choice, kind="stable")
    return _Sparse(choice[order], of[order], value[order], np.array([rhs for _, _, rhs in rows]))


def _moves(choices: Choices, chosen: Ints, earlier: Ints) -> tuple[Ints, Ints]:
    """Return the slots that could go back, bundle by bundle, and where each bundle begins.

    A unit's three levels go back together, and so do all lines counted together.
    """
    slots = np.flatnonzero((earlier >= 0) & (earlier != chosen))
    together = pl.coalesce("line_group", pl.format("unit {}", "unit"))
    named = choices.table.select("line_group", "unit")[chosen[slots]].with_row_index("first")
    of = named.select(pl.col("first").min().over(together).cast(pl.Int64))["first"].to_numpy()
    order = np.argsort(of, kind="stable")
    return slots[order], np.flatnonzero(np.diff(of[order], prepend=-1))


def _bundles(rows: Floats, sparse: _Sparse, moves: tuple[Ints, Ints], places: tuple[Ints, Ints]) -> list[_Bundle]:
    """Return what every bundle of slots adds to the rows, at most `MOST_MOVES` of them."""
    (slots, starts), (chosen, earlier) = moves, places
    new, old = earlier[slots], chosen[slots]
    dense = np.add.reduceat(rows[:, new] - rows[:, old], starts, axis=1).T
    gained, lost = sparse.entries(new), sparse.entries(old)
    place, of = np.concatenate([gained.place, lost.place]), np.concatenate([gained.of, lost.of])
    value = np.concatenate([gained.value, -lost.value])
    order = np.argsort(place, kind="stable")
    edges = np.append(starts, len(slots))
    cut = np.searchsorted(place[order], edges)
    return [
        _Bundle(slots[a:b], dense[at], of[order[c:d]], value[order[c:d]])
        for at, ((a, b), (c, d)) in enumerate(zip(pairwise(edges.tolist()), pairwise(cut.tolist()), strict=True))
    ][:MOST_MOVES]


def _gone_back(walk: _Walk, bundles: list[_Bundle], least: Floats, sparse_least: Floats) -> list[_Bundle]:
    """Move back all bundles at once if that holds, else one after the other; return those that moved."""
    together = _whole(bundles)
    if _goes_back(walk, together, least, sparse_least):
        return [together]
    gone: list[_Bundle] = []
    for _ in range(PASSES):
        is_gone = [_goes_back(walk, each, least, sparse_least) for each in bundles]
        gone += compress(bundles, is_gone)
        bundles = [each for each, has_gone in zip(bundles, is_gone, strict=True) if not has_gone]
        if not any(is_gone):
            break
    return gone


def _whole(bundles: Sequence[_Bundle]) -> _Bundle:
    """Return all bundles as one."""
    slots, of, value = (np.concatenate([getattr(each, name) for each in bundles]) for name in ("slots", "of", "value"))
    return _Bundle(slots, np.sum([each.dense for each in bundles], axis=0), of, value)


def _goes_back(walk: _Walk, bundle: _Bundle, least: Floats, sparse_least: Floats) -> bool:
    """Move a bundle back when nothing gets worse; return whether it moved."""
    sums = walk.sums + bundle.dense
    if not (sums >= least).all():
        return False
    if len(bundle.of):
        sparse = walk.sparse + np.bincount(bundle.of, bundle.value, len(sparse_least))
        if not (sparse >= sparse_least).all():
            return False
        walk.sparse = sparse
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
