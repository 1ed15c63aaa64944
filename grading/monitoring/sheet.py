"""One file as text with its columns recognised: delimited text (also gzipped), workbooks, or Parquet of any types."""

import csv
import gzip
import io
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import PurePath

import polars as pl

from grading.case.grid import LENGTH, Grid
from grading.case.rules import Place
from grading.case.text import decode
from grading.case.workbook import read_workbook
from grading.faults import InputError
from grading.monitoring.input_rules import fault
from grading.monitoring.vocabulary import UNITS, kind_of, split_unit

SEARCHED_ROWS = 30
DELIMITERS = (",", ";", "\t")
ROWS_OF_EXCEL = 1_048_576
MOST_UNZIPPED = 2_000_000_000
Names = Mapping[str, tuple[str, str]]


@dataclass(frozen=True)
class Sheet:
    """A file's cells as text, and which column is what.

    `rows` has `row` (the line of the file) and one String column per position, named "0", "1", ...;
    `columns` maps (attribute, pollutant) to the position and the factor to the unit of the contract. `stem` is the
    name of the file without its endings, or of the sheet where a workbook has several.
    """

    file: str
    header_row: int
    rows: pl.DataFrame
    columns: Mapping[tuple[str, str], tuple[str, float]]
    ignored: tuple[str, ...]
    stem: str
    sheet: str = ""

    @property
    def at(self) -> Place:
        """Return the file and sheet."""
        return Place(self.file, self.sheet)

    @property
    def header(self) -> Place:
        """Return the place of the header row."""
        return Place(self.file, self.sheet, self.header_row)

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
    """Return the one table of a file with its columns recognised; of a workbook the sheet that has the most of them.

    Raises:
        InputError: the file cannot be read, has no header, a doubled column or an unknown unit.
    """
    grids = _grids(data, file, names)
    best = max(grids, key=lambda sheet: _recognised(grids[sheet], names))
    return _recognise(grids[best], Place(file, best), names, _stem(file))


def open_sheets(data: bytes, file: str, names: Names) -> list[Sheet]:
    """Return every sheet of a file that holds anything; what is no workbook has one, without a name.

    Raises:
        InputError: as for `open_sheet`, or a sheet is filled to the last row that Excel has.
    """
    grids = _grids(data, file, names)
    full = [name for name, cells in grids.items() if name and ROWS_OF_EXCEL in cells["row"].tail(1)]
    if full:
        raise InputError(fault("sheet_full", Place(file, name, ROWS_OF_EXCEL)) for name in full)
    several = len(grids) > 1
    return [
        _recognise(cells, Place(file, name), names, name if several else _stem(file)) for name, cells in grids.items()
    ]


def _stem(file: str) -> str:
    return PurePath(file.removesuffix(".gz")).stem


def _grids(data: bytes, file: str, names: Names) -> dict[str, pl.DataFrame]:
    """Return the cells of each sheet; "" is the sheet of a file that has none."""
    ending = PurePath(file).suffix.lower()
    if ending == ".xlsx":
        return {grid.sheet: grid.cells.drop(LENGTH) for grid in _workbook(data, file)}
    if ending == ".parquet":
        return {"": _parquet_cells(data, file)}
    return {"": _text_cells(_unzipped(data, file) if ending == ".gz" else data, file, names)}


def _workbook(data: bytes, file: str) -> list[Grid]:
    """Return the grids of a workbook; of one too large for a workbook the way out is another format."""
    try:
        return read_workbook(data, file)
    except InputError as refused:
        large = [found for found in refused.faults if found.rule == "zip_bomb"]
        if not large:
            raise
        told = (fault("workbook_too_large", Place(file), str(found.values["expected"])) for found in large)
        raise InputError(told) from refused


def _unzipped(data: bytes, file: str) -> bytes:
    try:
        with gzip.open(io.BytesIO(data)) as packed:
            text = packed.read(MOST_UNZIPPED + 1)
    except (OSError, EOFError, zlib.error) as broken:
        raise InputError([fault("not_unzipped", Place(file))]) from broken
    if len(text) > MOST_UNZIPPED:
        raise InputError([fault("not_unzipped", Place(file))])
    return text


def _recognised(cells: pl.DataFrame, names: Names) -> int:
    return max((_known(row, names) for row in _heads(cells)), default=0)


def _heads(cells: pl.DataFrame) -> list[tuple[str, ...]]:
    return [tuple(cell or "" for cell in row) for row in cells.drop("row").head(SEARCHED_ROWS).iter_rows()]


def _known(row: tuple[str, ...], names: Names) -> int:
    return sum(split_unit(cell)[0] in names for cell in row)


def _recognise(cells: pl.DataFrame, place: Place, names: Names, stem: str) -> Sheet:
    heads = _heads(cells)
    known = [_known(row, names) for row in heads]
    if not known or max(known) < 2:
        raise InputError([fault("no_header", place)])
    at = known.index(max(known))
    header_row = int(cells["row"][at])
    columns, ignored = _columns(heads[at], Place(place.file, place.sheet, header_row), names)
    return Sheet(place.file, header_row, cells.slice(at + 1), columns, ignored, stem, place.sheet)


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
    return max((_known(tuple(row), names) for row in csv.reader(opening, delimiter=delimiter)), default=0)


def _parquet_cells(data: bytes, file: str) -> pl.DataFrame:
    try:
        frame = pl.read_parquet(io.BytesIO(data))
    except (pl.exceptions.PolarsError, OSError) as broken:
        raise InputError([fault("no_header", Place(file))]) from broken
    body = frame.select(pl.col(name).cast(pl.String).alias(str(at)) for at, name in enumerate(frame.columns))
    head = pl.DataFrame({str(at): [name] for at, name in enumerate(frame.columns)})
    return pl.concat([head, body]).with_row_index("row", offset=1).with_columns(pl.col("row").cast(pl.Int64))
