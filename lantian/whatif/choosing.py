"""Selectors: whom a change is about, how many that hits, and what is wrong when it hits nobody."""

import difflib
from collections.abc import Collection, Iterator, Sequence
from typing import Literal

import polars as pl

from grading.faults import Fault, InputError
from lantian.whatif.expression import NotUnderstoodError, where
from lantian.whatif.faults import At, scenario_fault
from lantian.whatif.people import People
from lantian.whatif.scenario import Names, Select

SPELLED = {
    "enterprise": ("enterprise_id",), "unit": ("unit_id",), "industry": ("industry", "industry_word"),
    "county": ("county",), "park": ("park",), "grade": ("grade",), "process": ("process", "process_word"),
}  # fmt: skip
"""Condition -> the columns that may hold its values: the rule pack's name, then the bureau's."""
OF_LINES = ("unit", "process")
Kind = Literal["enterprises", "units"]


def choose(select: Select, people: People, kind: Kind, at: At) -> pl.DataFrame:
    """Return the rows that a selector hits, of enterprises or of lines; raises InputError when it hits none."""
    frame = people.firms if kind == "enterprises" else people.lines
    faults = list(_faults(select, frame, kind, at))
    if faults:
        raise InputError(faults)
    conditions = _conditions(select, frame)
    found = _filtered(frame, pl.all_horizontal(conditions.values()), select, at)
    if found.is_empty():
        alone = ", ".join(f"{name}: {frame.filter(each).height}" for name, each in conditions.items())
        raise InputError([scenario_fault("no_hit", at, said(select), alone)])
    return found


def said(select: Select) -> str:
    """Return a selector as one line of text."""
    parts = [f"{name} = {', '.join(listed(getattr(select, name)))}" for name in SPELLED if getattr(select, name)]
    return "; ".join([*parts, *([select.where] if select.where else [])])


def listed(names: Names) -> tuple[str, ...]:
    """Return one name or several as several."""
    return (names,) if isinstance(names, str) else names


def _faults(select: Select, frame: pl.DataFrame, kind: Kind, at: At) -> Iterator[Fault]:
    if not any(getattr(select, name) for name in (*SPELLED, "where")):
        yield scenario_fault("empty_select", at, "", ", ".join([*SPELLED, "where"]))
    if kind == "enterprises" and any(getattr(select, name) for name in OF_LINES):
        yield scenario_fault("not_of_enterprises", at, said(select))
        return
    for name in (name for name in SPELLED if getattr(select, name)):
        columns, asked = SPELLED[name], set(listed(getattr(select, name)))
        for value in sorted(asked - _said_in(frame, columns, asked)):
            known = pl.concat([frame[column] for column in columns]).drop_nulls().unique().to_list()
            close = difflib.get_close_matches(value, known, n=3, cutoff=0.4) or sorted(known)[:3]
            yield scenario_fault("unknown_name", At(at.file, at.line, name), value, ", ".join(close))
    try:
        _ = where(select.where, frame.schema) if select.where else None
    except NotUnderstoodError as wrong:
        yield scenario_fault("where_not_understood", at, str(wrong), ", ".join(frame.columns))


def _said_in(frame: pl.DataFrame, columns: Sequence[str], asked: Collection[str]) -> set[str]:
    """Return which of the values asked for stand in one of the columns."""
    names = pl.Series(sorted(asked), dtype=pl.String).implode()
    return {value for column in columns for value in frame[column].filter(frame[column].is_in(names))}


def _conditions(select: Select, frame: pl.DataFrame) -> dict[str, pl.Expr]:
    conditions = {
        name: pl.any_horizontal(pl.col(column).is_in(listed(getattr(select, name))) for column in columns)
        for name, columns in SPELLED.items()
        if getattr(select, name)
    }
    if select.where:
        conditions["where"] = where(select.where, frame.schema)
    return conditions


def _filtered(frame: pl.DataFrame, condition: pl.Expr, select: Select, at: At) -> pl.DataFrame:
    try:
        return frame.filter(condition)
    except pl.exceptions.PolarsError as wrong:  # a text compared with a number, for example
        columns = ", ".join(f"{name} ({kind})" for name, kind in frame.schema.items())
        raise InputError([scenario_fault("where_not_understood", at, select.where, columns)]) from wrong
