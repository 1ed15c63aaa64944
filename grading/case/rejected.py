"""`rejected.csv`: every fault as one row, in words, safe to open in a spreadsheet."""

from collections.abc import Iterable
from pathlib import Path

import polars as pl

from grading.case.schemas import Rejected
from grading.faults import Fault
from grading.safecsv import write_csv
from grading.words import Language


def rejected_frame(faults: Iterable[Fault], language: Language) -> pl.DataFrame:
    """Return one row per fault, sorted by place; fatal ones included."""
    rows = [
        (f.file, f.sheet, f.row, f.column, f.value, f.rule, f.severity, f.what(language), f.how(language))
        for f in sorted(faults)
    ]
    schema = {name: column.dtype for name, column in Rejected.columns().items()}
    return Rejected.validate(pl.DataFrame(rows, schema=schema, orient="row"))


def write_rejected(faults: Iterable[Fault], language: Language, path: Path) -> None:
    """Write the faults as a CSV that Excel shows in Chinese and in which no cell can act as a formula."""
    write_csv(rejected_frame(faults, language), path)
