"""A grid and its header to typed columns, with a fault for every cell that cannot be read."""

from dataclasses import dataclass

import dataframely as dy
import polars as pl

from grading.case import cells
from grading.case.cells import Flag, Reading
from grading.case.conversion import ADDITIVE, UNITS, cell_units, contract_unit
from grading.case.grid import LENGTH, ROW, Grid
from grading.case.headers import Header, data_columns, unit_of
from grading.case.merges import fill_down, merge_faults
from grading.case.schemas import TABLES
from grading.case.vocabulary import CHOICES, words_of

FAULTS = {"row": pl.Int64, "column": pl.String, "value": pl.String, "rule": pl.String, "expected": pl.String}
CODES = frozenset({"enterprise_id", "unit_id", "subject_id", "measure_id", "permit_no", "phone"})
LOOSE = frozenset({"value"})
DAYS = "operating_days_per_year"
KEY = {
    "enterprises": "enterprise_id",
    "units": "unit_id",
    "evidence": "subject_id",
    "penalties": "enterprise_id",
    "registers": "enterprise_id",
    "overrides": "unit_id",
    "measures": "unit_id",
    "mobile_list": "name",
    "dust_list": "name",
}
REMARK = r"^(?i)(合\s*计|总\s*计|小\s*计|共\s*计|注[:：]|备注|说明[:：]|填表|填报|制表|审核|total|subtotal|sum\b|note:)"


@dataclass(frozen=True)
class Parsed:
    """One table after its cells were read.

    `frame` has the columns of the schema, null where a cell is missing or wrong; totals and remarks are
    not in it. `faults` has the columns of `FAULTS`; `written` maps each attribute to the header the file uses for it.
    """

    table: str
    file: str
    sheet: str
    frame: pl.DataFrame
    faults: pl.DataFrame
    written: dict[str, str]

    @property
    def place(self) -> str:
        """Return the file, with the sheet where there is one."""
        return f"{self.file}[{self.sheet}]" if self.sheet else self.file

    def name(self, attribute: str) -> str:
        """Return the header of the file for an attribute, or the attribute itself."""
        return self.written.get(attribute, attribute)


def parse_table(grid: Grid, header: Header, table: str, checks_credit_code: bool) -> Parsed:
    """Return the typed table and the faults of its single cells."""
    written = {column.attribute: column.written for column in header.columns}
    body = fill_down(grid.cells.slice(header.first), grid.merges)
    raw = body.select(ROW, **{column.attribute: pl.col(str(column.at)) for column in header.columns})
    readings = _readings(raw, table, header, checks_credit_code)
    frame = raw.select(
        pl.lit(grid.file).alias("source_file"),
        pl.lit(grid.sheet).alias("source_sheet"),
        pl.col(ROW).alias("source_row"),
    ).hstack(_in_contract(readings, raw.height, table))
    remarks = _remarks(body, raw, KEY[table], written)
    found = [
        _flagged(raw, readings, written),
        _spots(grid, header, raw),
        merge_faults(grid, header, _additive(table)).select(*FAULTS),
        _ragged(body, header, grid.is_text),
    ]
    others = pl.concat(found).join(remarks, on="row", how="anti")
    known = others.filter(pl.col("row").is_in(raw[ROW].implode()))
    frame = frame.join(remarks, left_on="source_row", right_on="row", how="anti", maintain_order="left")
    return Parsed(table, grid.file, grid.sheet, frame, pl.concat([known, remarks]), written)


def _additive(table: str) -> frozenset[str]:
    columns = data_columns(TABLES[table]).items()
    return frozenset(name for name, column in columns if (column.metadata or {})["unit"] in ADDITIVE)


def _readings(raw: pl.DataFrame, table: str, header: Header, checks_credit_code: bool) -> dict[str, Reading]:
    """Return each recognised column as read; the operating days first, yearly amounts need them."""
    columns = data_columns(TABLES[table])
    days = pl.Series(DAYS, [None] * raw.height, dtype=pl.Float64)
    readings: dict[str, Reading] = {}
    for column in sorted(header.columns, key=lambda column: column.attribute != DAYS):
        name, declared = column.attribute, columns[column.attribute]
        if (table, name) == ("enterprises", "enterprise_id") and checks_credit_code:
            readings[name] = cells.credit_code(raw[name])
        else:
            readings[name] = _reading(raw[name], table, declared, column.unit_text, days)
        if name == DAYS:
            days = readings[name].value.set(readings[name].value < 1, None)
    return readings


def _reading(cell: pl.Series, table: str, declared: dy.Column, unit_text: str, days: pl.Series) -> Reading:
    """Return how one column is read, by its declared type; closed lists go first."""
    if (table, cell.name) in CHOICES:
        return cells.choice(cell, words_of(table, cell.name), list(CHOICES[(table, cell.name)]))
    match declared:
        case dy.Float64():
            return _number(cell, declared, unit_text, days)
        case dy.Int64():
            return cells.whole(_number(cell, declared, unit_text, days))
        case dy.Date():
            return cells.day(cell)
        case dy.Bool():
            return cells.yes_no(cell)
    return _text_reading(cell)


def _text_reading(cell: pl.Series) -> Reading:
    if cell.name in CODES:
        return cells.code(cell)
    return cells.loose_value(cell) if cell.name in LOOSE else cells.text(cell)


def _number(cell: pl.Series, declared: dy.Column, unit_text: str, days: pl.Series) -> Reading:
    contract = str((declared.metadata or {})["unit"])
    header = unit_of(declared, unit_text) or contract_unit(contract)
    return cells.number(cell, cell_units(contract, header) if contract in UNITS else {}, header, days)


def _in_contract(readings: dict[str, Reading], height: int, table: str) -> pl.DataFrame:
    """Return exactly the columns of the schema in its types; a column the file lacks is null."""
    return pl.DataFrame(
        [
            readings[name].value.cast(column.dtype).alias(name)
            if name in readings
            else pl.Series(name, [None] * height, dtype=column.dtype)
            for name, column in data_columns(TABLES[table]).items()
        ]
    )


def _flagged(raw: pl.DataFrame, readings: dict[str, Reading], written: dict[str, str]) -> pl.DataFrame:
    """Return one row per cell and broken rule."""
    flags = [(name, flag) for name, reading in readings.items() for flag in reading.flags]
    broken = [_faults_of(raw, name, flag, written[name]) for name, flag in flags if flag.holds.any()]
    return pl.concat([pl.DataFrame(schema=FAULTS), *broken])


def _faults_of(raw: pl.DataFrame, name: str, flag: Flag, written: str) -> pl.DataFrame:
    expected = flag.expected if isinstance(flag.expected, pl.Series) else pl.lit(flag.expected)
    return raw.select(
        pl.col(ROW),
        pl.lit(written).alias("column"),
        pl.col(name).alias("value"),
        pl.lit(flag.rule).alias("rule"),
        expected.alias("expected"),
    ).filter(flag.holds.fill_null(False))


def _spots(grid: Grid, header: Header, raw: pl.DataFrame) -> pl.DataFrame:
    """Return the faults of formula and error cells in the columns that are read."""
    names = pl.DataFrame(
        {"at": [column.at for column in header.columns], "column": [column.written for column in header.columns]},
        schema={"at": pl.Int64, "column": pl.String},
    )
    spots = grid.spots.join(names, on="at").with_columns(pl.lit("").alias("expected"))
    return spots.filter(pl.col("row").is_in(raw[ROW].implode())).select(*FAULTS)


def _ragged(body: pl.DataFrame, header: Header, is_text: bool) -> pl.DataFrame:
    """Return the lines of a text table that have fewer or more cells than its header."""
    if not is_text:
        return pl.DataFrame(schema=FAULTS)
    beyond = [name for name in body.columns[2:] if int(name) >= header.width]
    spills = pl.any_horizontal(pl.col(beyond).str.strip_chars() != "") if beyond else pl.lit(False)
    broken = body.filter((pl.col(LENGTH) < header.width) | spills)
    return broken.select(
        pl.col(ROW),
        pl.lit("").alias("column"),
        pl.col(LENGTH).cast(pl.String).alias("value"),
        pl.lit("ragged").alias("rule"),
        pl.lit(str(header.width)).alias("expected"),
    )


def _remarks(body: pl.DataFrame, raw: pl.DataFrame, key: str, written: dict[str, str]) -> pl.DataFrame:
    """Return the rows that are totals or remarks: no key of their own, and a word that says so in front."""
    positions = body.columns[2:]
    first = pl.coalesce(pl.when(pl.col(name).str.strip_chars() != "").then(pl.col(name)) for name in positions)
    rows = body.select(ROW, first=first.str.strip_chars()).with_columns(key=raw[key].str.strip_chars())
    has_no_key = pl.col("key").is_in(["", "-", "/"]) | (pl.col("key") == pl.col("first"))
    return rows.filter(pl.col("first").str.contains(REMARK) & has_no_key).select(
        pl.col(ROW),
        pl.lit(written[key]).alias("column"),
        pl.col("first").alias("value"),
        pl.lit("total_row").alias("rule"),
        pl.lit("").alias("expected"),
    )
