"""Some enterprises of a case by themselves, and which of them two cases tell otherwise."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import replace

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
    if columns:
        before, after = before.select(key, *columns), after.select(key, *columns)
    if before is after or before.equals(after):
        return frozenset()
    if before.schema != after.schema:
        return _other_rows(before, after, key)
    if before.height == after.height and before[key].equals(after[key]):
        return frozenset(before[key].filter(_is_other(before, after)))
    return _other_rows(*_between(before, after, key), key)


def _is_other(before: pl.DataFrame, after: pl.DataFrame) -> pl.Series:
    """Return place by place whether two frames of one height have other rows."""
    beside = pl.concat([before, after.select(pl.all().name.prefix("new "))], how="horizontal")
    pairs = (pl.col(name).ne_missing(pl.col(f"new {name}")) for name in before.columns)
    return beside.select(pl.any_horizontal(pairs)).to_series()


def _between(before: pl.DataFrame, after: pl.DataFrame, key: str) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Return two frames without rows that they have alike at their beginning and at their end."""
    least = min(before.height, after.height)
    keys = before[key].head(least).ne_missing(after[key].head(least)).arg_true()
    head = int(keys[0]) if len(keys) else least
    begun = head if before.head(head).equals(after.head(head)) else 0
    left = least - begun
    keys = before[key].tail(left).ne_missing(after[key].tail(left)).arg_true()
    tail = left - 1 - int(keys[-1]) if len(keys) else left
    ended = tail if before.tail(tail).equals(after.tail(tail)) else 0
    return before.slice(begun, before.height - begun - ended), after.slice(begun, after.height - begun - ended)


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
