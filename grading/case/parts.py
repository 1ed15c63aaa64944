"""Some enterprises of a case by themselves, and which of them two cases tell otherwise."""

from collections.abc import Collection, Sequence
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
    if before.schema == after.schema and before.height == after.height and before[key].equals(after[key]):
        names = [name for name in before.columns if name != key]
        beside = pl.concat([before, after.select(pl.col(names).name.prefix("new "))], how="horizontal")
        is_other = pl.any_horizontal(pl.col(name).ne_missing(pl.col(f"new {name}")) for name in names)
        return frozenset(beside.filter(is_other)[key])
    return _other_rows(before, after, key)


def _other_rows(before: pl.DataFrame, after: pl.DataFrame, key: str) -> frozenset[str]:
    counted = [frame.group_by(frame.columns).len() for frame in (before, after)]
    pairs = (counted, counted[::-1])
    return frozenset(
        pl.concat([one.join(other, on=one.columns, how="anti", nulls_equal=True)[key] for one, other in pairs])
    )


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
