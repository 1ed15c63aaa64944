"""The column of time of a file of hours or intervals, whichever of its forms the header has."""

import polars as pl

from grading.case.rules import Place
from grading.faults import Fault, InputError
from grading.monitoring.input_rules import fault, faults_of
from grading.monitoring.sheet import Sheet
from grading.monitoring.stamps import MINUTES_PER_HOUR, Stamp, add_instant, start_of

TIMES = ("started_at", "ended_at", "time")
OWN_STAMP: dict[str, Stamp] = {"started_at": "start", "ended_at": "end"}


def timed(sheet: Sheet, stamp: Stamp | None) -> tuple[pl.DataFrame, list[Fault]]:
    """Return the rows whose stamp can be read, with `started_at` of their hour, and a fault for each of the others.

    Raises:
        InputError: nothing says whether stamps are starts or ends.
    """
    rows, faults = instants(sheet, stamp, MINUTES_PER_HOUR, "not_on_the_hour")
    return rows.with_columns(started_at=start_of(pl.lit(MINUTES_PER_HOUR))).drop("instant", "is_end"), faults


def instants(sheet: Sheet, stamp: Stamp | None, grid_minutes: int, off_grid: str) -> tuple[pl.DataFrame, list[Fault]]:
    """Return the rows whose stamp can be read, with `instant` and `is_end`; the header's word goes before `stamp`.

    `off_grid` is the rule that a stamp between two points of the grid breaks.

    Raises:
        InputError: nothing says whether stamps are starts or ends.
    """
    column, text = _written(sheet)
    rows = add_instant(
        sheet.rows.with_columns(value=text), pl.col("value"), OWN_STAMP.get(column, stamp), grid_minutes
    ).with_columns(pl.col("stamp_fault").replace("not_on_the_hour", off_grid))
    wrong = rows.filter(pl.col("stamp_fault").is_not_null())
    unstated = wrong.filter(pl.col("stamp_fault") == "stamp_unknown")
    if not unstated.is_empty():
        first = unstated.row(0, named=True)
        raise InputError([fault("stamp_unknown", Place(sheet.file, sheet.sheet, first["row"], column), first["value"])])
    faults = [
        found
        for rule in sorted(set(wrong["stamp_fault"]))
        for found in faults_of(wrong.filter(pl.col("stamp_fault") == rule), sheet.at, rule, column)
    ]
    return rows.filter(pl.col("stamp_fault").is_null()).drop("value", "stamp_fault"), faults


def _written(sheet: Sheet) -> tuple[str, pl.Expr]:
    """Return the column of time and its text; a date and an hour of their own are put together."""
    if ("date", "") in sheet.columns and ("hour", "") in sheet.columns:
        return "date", pl.concat_str(sheet.cell("date"), sheet.cell("hour"), separator=" ")
    column = next(name for name in (*TIMES, "date") if (name, "") in sheet.columns)
    return column, sheet.cell(column)
