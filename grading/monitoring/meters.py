"""The list of electricity meters: which unit each meter serves, and whether it measures production."""

from pathlib import Path

import polars as pl

from grading.case.cells import BLANK, half_width
from grading.checked import checked
from grading.faults import Fault
from grading.monitoring.judged import Wrong, judge, open_list
from grading.monitoring.sheet import Sheet
from grading.monitoring.tables import METER_ROLES, Meters
from grading.monitoring.vocabulary import METER_WORDS, ROLE_WORDS, meter_names

REQUIRED = ("meter_id", "unit_id", "role")
INTERVALS = (15, 30, 60)


def read_meters(path: Path, units: pl.DataFrame) -> tuple[pl.DataFrame, list[Fault]]:
    """Return the accepted meters and the faults of the others.

    Shape: `Meters`, sorted. A meter must belong to one of `units` (unit_id).

    Raises:
        InputError: the file cannot be read or lacks a required column.
    """
    sheet = open_list(path, meter_names(), REQUIRED, METER_WORDS)
    rows = _typed(sheet)
    accepted, faults = judge(rows, _wrong(units), sheet.at)
    return checked(Meters, accepted.select(Meters.column_names()).sort("meter_id")), faults


def _typed(sheet: Sheet) -> pl.DataFrame:
    """Return the rows with roles by their names; what was written stays beside them as `<column>_text`."""
    cells = {name: sheet.cell(name).str.strip_chars(BLANK) for name in Meters.column_names()}
    text = sheet.rows.select("row", **{name: pl.when(cell != "").then(cell) for name, cell in cells.items()})
    word = half_width(pl.col("role")).str.to_lowercase()
    minutes = half_width(pl.col("interval_minutes")).cast(pl.Float64, strict=False)
    return text.with_columns(
        role_text="role",
        role=word.replace_strict(ROLE_WORDS, default=None, return_dtype=pl.String),
        interval_text="interval_minutes",
        interval_minutes=pl.when(minutes.is_in([float(known) for known in INTERVALS])).then(minutes),
    )


def _wrong(units: pl.DataFrame) -> list[Wrong]:
    """Return every way in which a row can be wrong."""
    meter, unit = pl.col("meter_id"), pl.col("unit_id")
    is_foreign = unit.is_not_null() & ~unit.is_in(units["unit_id"].implode())
    no_role = pl.col("role_text").is_not_null() & pl.col("role").is_null()
    no_interval = pl.col("interval_text").is_not_null() & pl.col("interval_minutes").is_null()
    blank = {"meter_id": meter, "unit_id": unit, "role": pl.col("role_text")}
    return [
        *(Wrong("blank_cell", name, cell.is_null(), pl.lit("")) for name, cell in blank.items()),
        Wrong("meter_twice", "meter_id", meter.is_not_null() & meter.is_duplicated(), meter),
        Wrong("unknown_unit_id", "unit_id", is_foreign, unit),
        Wrong("unknown_role", "role", no_role, pl.col("role_text"), ", ".join(METER_ROLES)),
        Wrong(
            "unknown_interval", "interval_minutes", no_interval, pl.col("interval_text"), ", ".join(map(str, INTERVALS))
        ),
    ]
