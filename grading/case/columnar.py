"""A Parquet file to a grid: its column names as row 1, its values as text below."""

import io

import polars as pl

from grading.case.grid import LENGTH, ROW, Grid
from grading.case.rules import Place, fault
from grading.faults import InputError

MOST_CELLS = 100_000_000


def read_parquet(data: bytes, file: str) -> Grid:
    """Return the grid of a Parquet file.

    Raises:
        InputError: not Parquet, absurdly many rows, or a column of nested or binary values.
    """
    try:
        frame = _frame(data, file)
    except (pl.exceptions.PolarsError, OSError) as broken:
        raise InputError([fault("unreadable_file", Place(file), expected=str(broken).splitlines()[0])]) from broken
    names = pl.DataFrame({str(at): [name] for at, name in enumerate(frame.columns)})
    body = frame.select(
        frame[name].cast(pl.String).fill_null("").alias(str(at)) for at, name in enumerate(frame.columns)
    )
    cells = pl.concat([names, body]).select(
        pl.int_range(1, pl.len() + 1, dtype=pl.Int64).alias(ROW),
        pl.lit(frame.width, dtype=pl.Int64).alias(LENGTH),
        pl.all(),
    )
    return Grid(file, "", cells)


def _frame(data: bytes, file: str) -> pl.DataFrame:
    """Return the values; what the file claims to hold is checked before anything is unpacked."""
    claimed = pl.scan_parquet(io.BytesIO(data))
    kinds = claimed.collect_schema()
    nested = [(name, kind) for name, kind in kinds.items() if kind.is_nested() or kind in (pl.Binary, pl.Object)]
    if nested:
        raise InputError(fault("nested_column", Place(file, column=name), str(kind)) for name, kind in nested)
    rows = int(claimed.select(pl.len()).collect().item())
    if rows * len(kinds) > MOST_CELLS:
        raise InputError([fault("sheet_too_large", Place(file), f"R{rows}C{len(kinds)}", f"> {MOST_CELLS:,}")])
    return claimed.collect()
