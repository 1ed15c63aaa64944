"""The list of an earlier season, as this program wrote it: what every grade was before."""

import io
from pathlib import Path

import dataframely as dy
import polars as pl

from grading.case.rules import Place, fault
from grading.case.text import decode
from grading.faults import Fault, InputError
from grading.scale import GRADE_DTYPE, GRADES

FILES = ("grades.parquet", "grades.csv")
REQUIRED = ("enterprise_id", "planned_grade")
OPTIONAL = ("name", "county", "industry", "treatment")
_ROW = "source_row"


class PreviousGrades(dy.Schema):
    """One row per enterprise of the earlier list, sorted by its number; a null is not on record there."""

    enterprise_id = dy.String(primary_key=True)
    planned_grade = dy.Enum(GRADES)
    name = dy.String(nullable=True)
    county = dy.String(nullable=True)
    industry = dy.String(nullable=True)
    treatment = dy.String(nullable=True)


def previous_file(place: Path) -> Path:
    """Return the grades file meant by a path: the file itself, or the one of an out folder."""
    held = [place / name for name in FILES if (place / name).is_file()]
    return held[0] if held else place


def read_previous(data: bytes, file: str) -> tuple[pl.DataFrame, tuple[Fault, ...]]:
    """Return the earlier grades and a fault for every row that cannot be compared. Shape: `PreviousGrades`.

    Raises:
        InputError: not a table, or without the columns that a grades file has.
    """
    frame = _frame(data, file)
    lacking = [name for name in REQUIRED if name not in frame.columns]
    if lacking:
        raise InputError(fault("missing_column", Place(file, column=name), expected=name) for name in lacking)
    absent = [pl.lit(None, dtype=pl.String).alias(name) for name in OPTIONAL if name not in frame.columns]
    rows = frame.with_columns(*absent).with_row_index(_ROW, offset=2)
    is_known = pl.col("planned_grade").is_in(list(GRADES)).fill_null(value=False)
    has_id = pl.col("enterprise_id").is_not_null()
    is_single = pl.col("enterprise_id").is_unique()
    faults = [
        *_told(rows.filter(~has_id), "blank", "enterprise_id", file),
        *_told(rows.filter(has_id & ~is_known), "previous_grade", "planned_grade", file),
        *_told(rows.filter(has_id & ~is_single), "previous_twice", "enterprise_id", file),
    ]
    kept = rows.filter(has_id & is_known & is_single).with_columns(pl.col("planned_grade").cast(GRADE_DTYPE))
    return PreviousGrades.validate(kept.select(PreviousGrades.column_names()).sort("enterprise_id")), tuple(faults)


def _told(rows: pl.DataFrame, rule: str, column: str, file: str) -> list[Fault]:
    return [
        fault(rule, Place(file, row=row, column=column), value or "", ", ".join(GRADES))
        for row, value in rows.select(_ROW, column).iter_rows()
    ]


def _frame(data: bytes, file: str) -> pl.DataFrame:
    """Return the wanted columns as text; what the writer put before a formula sign is taken off again."""
    try:
        if file.endswith(".parquet"):
            read = pl.read_parquet(io.BytesIO(data))
        else:
            read = pl.read_csv(io.StringIO(decode(data, file)), infer_schema=False)
    except (pl.exceptions.PolarsError, OSError) as broken:
        raise InputError([fault("unreadable_file", Place(file), expected=str(broken).splitlines()[0])]) from broken
    wanted = [name for name in (*REQUIRED, *OPTIONAL) if name in read.columns]
    return read.select(pl.col(wanted).cast(pl.String).str.replace(r"^'([=+\-@\t\r])", "$1"))
