"""What can be wrong with a header: no header, a column missing, claimed twice, or in a foreign unit."""

from grading.case.conversion import names as unit_names
from grading.case.grid import Grid
from grading.case.headers import SEARCHED_ROWS, Header, accepted_headers, data_columns, doubled, unit_in_title, unit_of
from grading.case.rules import Place, fault
from grading.case.schemas import REQUIRED_TABLES, TABLES
from grading.case.sources import required_attributes
from grading.faults import Fault


def header_faults(grid: Grid, header: Header | None, table: str) -> list[Fault]:
    """Return every fault of the header; a table with one is not read further."""
    place = Place(grid.file, grid.sheet)
    if grid.is_empty():
        return [fault("empty_sheet", place)]
    if header is None:
        return [fault("no_header", place, expected=str(SEARCHED_ROWS))]
    found = [*_missing(grid, header, table), *_doubled(grid, header), *_foreign_units(grid, header, table)]
    if unit := unit_in_title(header, {name: _contract(table, name) for name in header.attributes}):
        found.append(fault("unit_in_title", place, unit))
    if not found and header.first >= grid.cells.height and table in REQUIRED_TABLES:
        return [fault("no_rows", place)]
    return found


def _place(grid: Grid, header: Header, column: str) -> Place:
    return Place(grid.file, grid.sheet, header.row, column)


def _missing(grid: Grid, header: Header, table: str) -> list[Fault]:
    columns = data_columns(TABLES[table])
    absent = [name for name in columns if name in required_attributes(table) - header.attributes]
    accepted = [accepted_headers(columns[name], name) for name in absent]
    return [fault("missing_column", _place(grid, header, names[0]), expected=", ".join(names)) for names in accepted]


def _doubled(grid: Grid, header: Header) -> list[Fault]:
    return [
        fault(
            "duplicate_column", _place(grid, header, copies[0].written), expected=" | ".join(c.written for c in copies)
        )
        for copies in doubled(header).values()
    ]


def _foreign_units(grid: Grid, header: Header, table: str) -> list[Fault]:
    columns = data_columns(TABLES[table])
    foreign = [column for column in header.columns if unit_of(columns[column.attribute], column.unit_text) is None]
    return [
        fault(
            "unknown_unit",
            _place(grid, header, column.written),
            column.unit_text,
            unit_names(_contract(table, column.attribute)),
        )
        for column in foreign
    ]


def _contract(table: str, attribute: str) -> str:
    return str((data_columns(TABLES[table])[attribute].metadata or {})["unit"])
