"""Two scenarios as one: allowed as long as they do not disagree about the same cell."""

from collections.abc import Iterator, Mapping, Sequence

import polars as pl

from grading.case.model import Case
from grading.faults import InputError
from lantian.whatif.apply import apply
from lantian.whatif.faults import At, scenario_fault
from lantian.whatif.record import settings_changes
from lantian.whatif.scenario import Scenario
from lantian.whatif.scenario_file import Written
from lantian.whatif.settings import PARTS
from lantian.whatif.supposed import Standing, Supposed
from lantian.whatif.toml import to_toml

KEYS: dict[str, tuple[str, ...]] = {
    "enterprises": ("enterprise_id",),
    "units": ("unit_id",),
    "evidence": ("subject_id", "indicator"),
    "penalties": ("enterprise_id", "decided_on", "kind"),
    "registers": ("enterprise_id", "register"),
    "overrides": ("unit_id", "level"),
}
"""What tells one row of a table from another, as far as scenarios change them."""
Cell = tuple[str, str, str]
"""Table, key, column."""
_ORIGIN = ("source_file", "source_sheet", "source_row", "reason", "by", "document",
           "approved_on", "approved_by")  # fmt: skip
"""Columns that say where a row comes from; two scenarios may differ in them without disagreeing."""


def combined(written: Sequence[Written], parent: Standing) -> Written:
    """Return several scenarios of one parent as one.

    Raises InputError naming every cell to which two of them give different values, and every cell that one would
    change once more (a factor, for example), for then the order would decide.
    """
    parents = {each.scenario.parent for each in written}
    if len(parents) > 1:
        raise InputError([scenario_fault("parents_differ", written[0].at("parent"), ", ".join(sorted(parents)))])
    made = [cells(parent.supposed, apply(each, parent).supposed) for each in written]
    faults = [
        scenario_fault("conflict", At(f"{one.file} + {other.file}"), f"{table} {key} {column}", f"{mine} ↔ {theirs}")
        for here, (one, own) in enumerate(zip(written, made, strict=True))
        for other, others in list(zip(written, made, strict=True))[here + 1 :]
        for (table, key, column), mine, theirs in _disagreements(own, others)
    ]
    if faults:
        raise InputError(faults)
    name = "+".join(each.name for each in written)
    scenario = Scenario.model_validate(_merged([each.scenario for each in written]))
    return Written(name, scenario, " + ".join(each.file for each in written), to_toml(scenario))


def _disagreements(one: Mapping[Cell, str], other: Mapping[Cell, str]) -> Iterator[tuple[Cell, str, str]]:
    for cell in sorted(one.keys() & other.keys()):
        if one[cell] != other[cell] or cell[0] in ("prices", "retrofit costs"):
            yield cell, one[cell], other[cell]


def cells(before: Supposed, after: Supposed) -> dict[Cell, str]:
    """Return every cell that differs, with its new value as text; a row that is gone has the value `–`."""
    found: dict[Cell, str] = {}
    for change in settings_changes(before.case.settings, after.case.settings):
        found["settings", f"{change.kind}.{change.said}", ""] = change.value.partition(" → ")[2]
    for table, key in KEYS.items():
        found |= {
            (table, row, column): value for row, column, value in _table_cells(before.case, after.case, table, key)
        }
    for name, old, new in (
        ("grades", before.forced, after.forced),
        ("prices", before.loss_factors, after.loss_factors),
        ("retrofit costs", before.costs, after.costs),
    ):
        found |= {(name, key, ""): str(value) for key, value in new.items() if old.get(key) != value}
    return found


def _table_cells(before: Case, after: Case, table: str, key: tuple[str, ...]) -> Iterator[tuple[str, str, str]]:
    sides = [_long(getattr(case, table), key) for case in (before, after)]
    if sides[0].equals(sides[1]):
        return
    joined = sides[0].join(sides[1], on=["row", "column"], how="full", coalesce=True, suffix="_after")
    moved = joined.filter(pl.col("said").ne_missing(pl.col("said_after"))).sort("row", "column")
    for row, column, _, value in moved.iter_rows():
        yield row, column, "–" if value is None else value


def _long(frame: pl.DataFrame, key: tuple[str, ...]) -> pl.DataFrame:
    row = pl.concat_str([pl.col(part).cast(pl.String) for part in key], separator=" ")
    kept = [name for name in frame.columns if name not in (*key, *_ORIGIN)]
    texts = frame.select(row.alias("row"), *(pl.col(name).cast(pl.String).alias(f"={name}") for name in kept))
    long = texts.unpivot(index="row", variable_name="column", value_name="said")
    told = long.with_columns(pl.col("column").str.strip_prefix("="))
    return told.group_by("row", "column").agg(pl.col("said").sort().str.join("; ")).sort("row", "column")


def _merged(scenarios: Sequence[Scenario]) -> dict[str, object]:
    said = [each.model_dump(exclude_unset=True, by_alias=True) for each in scenarios]
    merged: dict[str, object] = {
        "parent": scenarios[0].parent,
        "author": "; ".join(dict.fromkeys(each.author for each in scenarios)),
        "reason": "; ".join(dict.fromkeys(each.reason for each in scenarios)),
    }
    for name, field in Scenario.model_fields.items():
        key = field.alias or name
        parts = [each[key] for each in said if key in each and key not in ("parent", "author", "reason", "title")]
        if parts:
            merged[key] = _deep(parts) if key in PARTS else tuple(row for part in parts for row in part)
    return merged


def _deep(parts: Sequence[Mapping[str, object]]) -> dict[str, object]:
    together: dict[str, object] = {}
    for part in parts:
        for key, value in part.items():
            old = together.get(key)
            together[key] = _deep([old, value]) if isinstance(old, dict) and isinstance(value, Mapping) else value
    return together
