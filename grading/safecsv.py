"""CSV as Excel opens it: UTF-8 with a mark, and no cell that a spreadsheet would run as a formula."""

from pathlib import Path

import polars as pl

# A text cell that starts so is read as a formula by Excel, LibreOffice and WPS (OWASP "CSV injection").
FORMULA_STARTS = r"^[=+\-@\t\r]"


def defused(frame: pl.DataFrame) -> pl.DataFrame:
    """Return `frame` with a leading apostrophe on every text cell a spreadsheet would run."""
    text = frame.select(pl.col(pl.String)).columns
    return frame.with_columns(
        pl.when(pl.col(name).str.contains(FORMULA_STARTS))
        .then(pl.lit("'") + pl.col(name))
        .otherwise(pl.col(name))
        .alias(name)
        for name in text
    )


def write_csv(frame: pl.DataFrame, path: Path) -> None:
    """Write `frame` so that Excel shows Chinese and runs nothing; lists are joined with semicolons."""
    flat = frame.with_columns(pl.col(pl.List(pl.String)).list.join("; "))
    defused(flat).write_csv(path, include_bom=True)
