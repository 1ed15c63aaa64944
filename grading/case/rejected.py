"""`rejected.csv`: every fault as one row, in words, safe to open in a spreadsheet."""

from collections.abc import Iterable
from pathlib import Path

import polars as pl

from grading.case.schemas import Rejected
from grading.faults import Fault
from grading.words import Language

FORMULA_STARTS = r"^[=+\-@\t\r]"


def rejected_frame(faults: Iterable[Fault], language: Language) -> pl.DataFrame:
    """Return one row per fault, sorted by place; fatal ones included."""
    rows = [
        (f.file, f.sheet, f.row, f.column, f.value, f.rule, f.severity, f.what(language), f.how(language))
        for f in sorted(faults)
    ]
    schema = {name: column.dtype for name, column in Rejected.columns().items()}
    return Rejected.validate(pl.DataFrame(rows, schema=schema, orient="row"))


def write_rejected(faults: Iterable[Fault], language: Language, path: Path) -> None:
    """Write the faults as UTF-8 CSV with a byte-order mark (Excel needs it), no cell able to act as a formula."""
    frame = rejected_frame(faults, language)
    frame.with_columns(harmless(pl.col(pl.String))).write_csv(path, include_bom=True)


def harmless(text: pl.Expr) -> pl.Expr:
    """Return text that no spreadsheet takes for a formula: a leading = + - @ tab or CR gets an apostrophe."""
    return pl.when(text.str.contains(FORMULA_STARTS)).then("'" + text).otherwise(text).name.keep()
