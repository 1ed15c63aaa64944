"""New enterprises and lines: columns as in the tables, held to the same declaration."""

from collections.abc import Iterator, Mapping
from datetime import date
from functools import cache

import dataframely as dy
import polars as pl

from grading.case.model import Case
from grading.case.schemas import TABLES, Traced
from grading.faults import Fault, InputError
from lantian.whatif.faults import At, scenario_fault
from lantian.whatif.scenario import New, Value
from lantian.whatif.scenario_file import Written
from lantian.whatif.tables import added

_KINDS: dict[type[dy.Column], tuple[type, ...]] = {
    dy.String: (str,), dy.Enum: (str,), dy.Float64: (int, float), dy.Int64: (int,), dy.Bool: (bool,), dy.Date: (date,),
}  # fmt: skip


def with_new(case: Case, new: New, at: At, written: Written) -> Case:
    """Return the case with a new enterprise and its lines; raises InputError with every fault of its columns."""
    firm = {"status": "operating", **new.enterprise} if new.enterprise else {}
    owner = firm.get("enterprise_id")
    units = [{"status": "operating", **({"enterprise_id": owner} if owner else {}), **unit} for unit in new.units]
    rows = [("enterprises", row) for row in ([firm] if firm else [])] + [("units", row) for row in units]
    faults = [fault for table, row in rows for fault in _faults(case, table, row, at)]
    faults += [*_orphans(case, firm, units, at), *_twice(units, at)]
    if faults:
        raise InputError(faults)
    with_firm = added(case, "enterprises", [_whole("enterprises", firm)], written) if firm else case
    return added(with_firm, "units", [_whole("units", unit) for unit in units], written)


@cache
def _columns(table: str) -> Mapping[str, dy.Column]:
    traced = set(Traced.columns())
    return {name: column for name, column in TABLES[table].columns().items() if name not in traced}


def _whole(table: str, row: Mapping[str, Value]) -> dict[str, object]:
    floats = {name for name, column in _columns(table).items() if isinstance(column, dy.Float64)}
    return {name: float(row[name]) if name in floats and name in row else row.get(name) for name in _columns(table)}  # type: ignore[arg-type]


def _faults(case: Case, table: str, row: Mapping[str, Value], at: At) -> Iterator[Fault]:
    columns = _columns(table)
    for name in row:
        if name not in columns:
            yield scenario_fault("new_column", At(at.file, at.line, name), name, ", ".join(columns))
        elif not _fits(columns[name], row[name]):
            shape = _shape(columns[name])
            yield scenario_fault("new_value", At(at.file, at.line, name), str(row[name]), shape)
    for name, column in columns.items():
        if not column.nullable and name not in row:
            yield scenario_fault("new_missing", At(at.file, at.line, name))
    key = TABLES[table].primary_key()[0]
    if row.get(key) in getattr(case, table)[key]:
        yield scenario_fault("new_exists", At(at.file, at.line, key), str(row[key]))


def _fits(column: dy.Column, value: Value) -> bool:
    kinds = _KINDS[type(column)]
    if isinstance(value, bool) and bool not in kinds:
        return False
    if not isinstance(value, kinds):
        return False
    if isinstance(column, dy.Enum):
        return value in column.categories
    low, high = getattr(column, "min", None), getattr(column, "max", None)
    return not ((low is not None and value < low) or (high is not None and value > high))


def _shape(column: dy.Column) -> str:
    if isinstance(column, dy.Enum):
        return ", ".join(column.categories)
    limits = (("≥", getattr(column, "min", None)), ("≤", getattr(column, "max", None)))
    bounds = [f"{sign} {bound}" for sign, bound in limits if bound is not None]
    return ", ".join([_KINDS[type(column)][-1].__name__, *bounds])


def _twice(units: list[dict[str, Value]], at: At) -> Iterator[Fault]:
    ids = [str(unit.get("unit_id")) for unit in units]
    for twice in sorted({one for one in ids if ids.count(one) > 1}):
        yield scenario_fault("new_exists", At(at.file, at.line, "unit_id"), twice)


def _orphans(case: Case, firm: Mapping[str, Value], units: list[dict[str, Value]], at: At) -> Iterator[Fault]:
    known = pl.concat([case.enterprises["enterprise_id"], pl.Series([firm.get("enterprise_id")], dtype=pl.String)])
    for unit in units:
        if "enterprise_id" in unit and unit["enterprise_id"] not in known:
            yield scenario_fault("new_orphan", at, str(unit["enterprise_id"]))
