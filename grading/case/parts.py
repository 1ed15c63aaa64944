"""Some enterprises of a case by themselves, and which of them two cases tell otherwise."""

from collections import deque
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import replace
from weakref import ReferenceType, ref

import numpy as np
import polars as pl

from grading.case.model import Case


def part_of(case: Case, firms: Collection[str]) -> Case:
    """Return the case with only the rows of some enterprises and of their units."""
    kept = pl.Series(sorted(firms), dtype=pl.String).implode()
    units = case.units.filter(pl.col("enterprise_id").is_in(kept))
    ids = units["unit_id"].implode()
    return replace(
        case,
        enterprises=case.enterprises.filter(pl.col("enterprise_id").is_in(kept)),
        units=units,
        penalties=case.penalties.filter(pl.col("enterprise_id").is_in(kept)),
        registers=case.registers.filter(pl.col("enterprise_id").is_in(kept)),
        evidence=case.evidence.filter(pl.col("subject_id").is_in(kept) | pl.col("subject_id").is_in(ids)),
        overrides=case.overrides.filter(pl.col("unit_id").is_in(ids)),
        measures=case.measures.filter(pl.col("unit_id").is_in(ids)),
    )


def changed_keys(before: pl.DataFrame, after: pl.DataFrame, key: str, columns: Sequence[str] = ()) -> frozenset[str]:
    """Return the values of `key` of which two frames have other rows: changed, new or gone; their order is nothing.

    `columns`: only what these say counts; left out, every column.
    """
    if before is after:
        return frozenset()
    old, new = apart(before, after, key) if before.schema == after.schema else (before, after)
    if columns:
        old, new = old[[key, *columns]], new[[key, *columns]]
    if old.equals(new):
        return frozenset()
    is_row_by_row = old.schema == new.schema and old[key].equals(new[key]) and old[key].n_unique() == old.height
    if is_row_by_row:
        return frozenset(old[key].filter(_is_other(old, new)))
    return _other_rows(old, new, key)


Rows = tuple[pl.DataFrame, pl.DataFrame]
_told: deque[tuple[ReferenceType[pl.DataFrame], ReferenceType[pl.DataFrame], Rows]] = deque(maxlen=16)
"""Pairs of frames compared last, and what is apart of them: the steps of a scenario ask for the same pairs."""


def apart(before: pl.DataFrame, after: pl.DataFrame, key: str) -> Rows:
    """Return two frames of one schema without rows that they have alike at one place.

    Places are counted from the beginning up to the first other value of `key`, and from the end down to the last.
    """
    for old, new, rows in _told:
        if old() is before and new() is after:
            return rows
    found = _apart(before, after, key)
    _told.append((ref(before), ref(after), found))
    return found


def _apart(before: pl.DataFrame, after: pl.DataFrame, key: str) -> Rows:
    least = min(before.height, after.height)
    others = before[key].head(least).ne_missing(after[key].head(least)).arg_true()
    head = int(others[0]) if len(others) else least
    left = least - head
    others = before[key].tail(left).ne_missing(after[key].tail(left)).arg_true()
    tail = left - 1 - int(others[-1]) if len(others) else left
    both = ((before.head(head), after.head(head)), (before.tail(tail), after.tail(tail)))
    begun, ended = (_of_places(*each) for each in both)
    middles = (frame.slice(head, frame.height - head - tail) for frame in (before, after))
    old, new = (pl.concat(parts, rechunk=True) for parts in zip(begun, middles, ended, strict=True))
    return old, new


def _of_places(before: pl.DataFrame, after: pl.DataFrame) -> Rows:
    """Return the rows of two frames of one height that differ from the row at their place."""
    if before.equals(after):
        return before.clear(), after.clear()
    is_other = _is_other(before, after)
    return before.filter(is_other), after.filter(is_other)


def _is_other(before: pl.DataFrame, after: pl.DataFrame) -> pl.Series:
    """Return place by place whether two frames of one height have other rows."""
    names = [name for name in before.columns if not before[name].equals(after[name])]
    is_other = pl.repeat(value=False, n=before.height, eager=True)
    for name in names:
        is_other |= before[name].ne_missing(after[name])
    return is_other


def _other_rows(before: pl.DataFrame, after: pl.DataFrame, key: str) -> frozenset[str]:
    if before.is_empty() or after.is_empty():
        return frozenset(before[key]) | frozenset(after[key])
    counted = [frame.group_by(frame.columns).len() for frame in (before, after)]
    pairs = (counted, counted[::-1])
    return frozenset(
        pl.concat([one.join(other, on=one.columns, how="anti", nulls_equal=True)[key] for one, other in pairs])
    )


def replaced(rows: pl.DataFrame, gone: Iterable[str], few: pl.DataFrame, key: str) -> pl.DataFrame:
    """Return rows in the order of `key` with those of the keys `gone` taken out and `few` put in, in that order too.

    The keys of `few` are among those gone, or not in `rows`.
    """
    parts = [part for part in _stretches(rows, pl.Series(list(gone), dtype=pl.String), few, key) if part.height]
    return pl.concat(parts, rechunk=True) if parts else rows.clear()


def _stretches(rows: pl.DataFrame, gone: pl.Series, few: pl.DataFrame, key: str) -> Iterator[pl.DataFrame]:
    keys = pl.concat([gone, few[key]]).unique().sort()
    low_and_high = (rows[key].search_sorted(keys, side) for side in ("left", "right"))
    at = begun = 0
    for low, high, first in zip(*low_and_high, few[key].search_sorted(keys), strict=True):
        if low > at:
            yield few.slice(begun, first - begun)
            yield rows.slice(at, low - at)
            begun = first
        at = high
    yield few.slice(begun)
    yield rows.slice(at)


def inserted(rows: pl.DataFrame, few: pl.DataFrame, key: str) -> pl.DataFrame:
    """Return two frames as one, both and the result in the order of `key`, of which they share no value."""
    at = rows[key].search_sorted(few[key]).to_numpy().astype(np.int64)
    cuts = np.flatnonzero(np.diff(at, prepend=-1)).tolist()
    ends = [*(int(at[cut]) for cut in cuts), rows.height]
    begun = [*cuts, few.height]
    parts = [rows.slice(0, ends[0])]
    for number, cut in enumerate(cuts):
        parts += [few.slice(cut, begun[number + 1] - cut), rows.slice(ends[number], ends[number + 1] - ends[number])]
    return pl.concat(parts, rechunk=True)
