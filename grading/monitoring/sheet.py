"""One file as text with its columns recognised: delimited text, or Parquet of any types."""

import csv
import io
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import PurePath

import polars as pl

from grading.case.rules import Place
from grading.case.text import decode
from grading.faults import InputError
from grading.monitoring.input_rules import fault
from grading.monitoring.vocabulary import UNITS, kind_of, split_unit

SEARCHED_ROWS = 30
DELIMITERS = (",", ";", "\t")
Names = Mapping[str, tuple[str, str]]


@dataclass(frozen=True)
class Sheet:
    """A file's cells as text, and which column is what.

    `rows` has `row` (the line of the file) and one String column per position, named "0", "1", ...;
    `columns` maps (attribute, pollutant) to the position and the factor to the unit of the contract.
    """

    file: str
    header_row: int
    rows: pl.DataFrame
    columns: Mapping[tuple[str, str], tuple[str, float]]
    ignored: tuple[str, ...]

    @property
    def stem(self) -> str:
        """Return the name of the file without its ending."""
        return PurePath(self.file).stem

    def cell(self, attribute: str, pollutant: str = "") -> pl.Expr:
        """Return the text of a column; null throughout where the file lacks it."""
        found = self.columns.get((attribute, pollutant))
        return pl.col(found[0]) if found else pl.lit(None, dtype=pl.String)

    def either(self, attribute: str, pollutant: str) -> pl.Expr:
        """Return the pollutant's own column, or else the common one."""
        return self.cell(attribute, pollutant if (attribute, pollutant) in self.columns else "")

    def factor(self, attribute: str, pollutant: str = "") -> float:
        """Return the factor to the unit of the contract."""
        own = self.columns.get((attribute, pollutant)) or self.columns.get((attribute, ""))
        return own[1] if own else 1.0


def open_sheet(data: bytes, file: str, names: Names) -> Sheet:
    """Return a text table or Parquet file with its columns recognised.

    Raises:
        InputError: the file cannot be read, has no header, a doubled column or an unknown unit.
    """
    cells = _parquet_cells(data, file) if file.endswith(".parquet") else _text_cells(data, file, names)
    heads = [tuple(cell or "" for cell in row) for row in cells.drop("row").head(SEARCHED_ROWS).iter_rows()]
    known = [sum(split_unit(cell)[0] in names for cell in row) for row in heads]
    if not known or max(known) < 2:
        raise InputError([fault("no_header", Place(file))])
    at = known.index(max(known))
    header_row = int(cells["row"][at])
    columns, ignored = _columns(heads[at], Place(file, row=header_row), names)
    return Sheet(file, header_row, cells.slice(at + 1), columns, ignored)


def _columns(
    head: tuple[str, ...], place: Place, names: Names
) -> tuple[dict[tuple[str, str], tuple[str, float]], tuple[str, ...]]:
    columns: dict[tuple[str, str], tuple[str, float]] = {}
    faults, ignored = [], []
    for position, written in enumerate(head):
        base, unit = split_unit(written)
        meaning = names.get(base)
        if meaning is None:
            ignored.append(written)
            continue
        known = UNITS.get(kind_of(meaning[0]) or "", {})
        if meaning in columns:
            faults.append(fault("duplicate_column", place, written))
        elif unit and known and unit not in known:
            faults.append(fault("unknown_unit", place, unit, ", ".join(known)))
        columns[meaning] = (str(position), known.get(unit, 1.0))
    if faults:
        raise InputError(faults)
    return columns, tuple(cell for cell in ignored if cell)


def _text_cells(data: bytes, file: str, names: Names) -> pl.DataFrame:
    text = decode(data, file)
    opening = text.splitlines()[:SEARCHED_ROWS]
    delimiter = max(DELIMITERS, key=lambda each: _understood(opening, each, names))
    rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))
    width = max(map(len, rows), default=0)
    padded = [(number, *row, *[""] * (width - len(row))) for number, row in enumerate(rows, 1) if any(row)]
    schema = {"row": pl.Int64} | {str(at): pl.String for at in range(width)}
    return pl.DataFrame(padded, schema=schema, orient="row")


def _understood(opening: list[str], delimiter: str, names: Names) -> int:
    rows = csv.reader(opening, delimiter=delimiter)
    return max((sum(split_unit(cell)[0] in names for cell in row) for row in rows), default=0)


def _parquet_cells(data: bytes, file: str) -> pl.DataFrame:
    try:
        frame = pl.read_parquet(io.BytesIO(data))
    except (pl.exceptions.PolarsError, OSError) as broken:
        raise InputError([fault("no_header", Place(file))]) from broken
    body = frame.select(pl.col(name).cast(pl.String).alias(str(at)) for at, name in enumerate(frame.columns))
    head = pl.DataFrame({str(at): [name] for at, name in enumerate(frame.columns)})
    return pl.concat([head, body]).with_row_index("row", offset=1).with_columns(pl.col("row").cast(pl.Int64))
