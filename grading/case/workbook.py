"""A workbook to grids: one per visible sheet that holds anything."""

import io
from datetime import date, datetime, time, timedelta

import python_calamine as calamine

from grading.case.archive import open_archive
from grading.case.grid import Grid, build_cells
from grading.case.rules import Place, fault
from grading.case.sheetmarks import SheetMarks, read_marks
from grading.faults import InputError

Value = int | float | str | bool | time | date | datetime | timedelta


def read_workbook(data: bytes, file: str) -> list[Grid]:
    """Return one grid per visible sheet that holds anything.

    Raises:
        InputError: the file is refused, cannot be opened, or holds nothing.
    """
    marks = read_marks(open_archive(data, file), file)
    try:
        with calamine.load_workbook(io.BytesIO(data)) as book:
            grids = [_grid(book, file, name, marks.get(name, SheetMarks())) for name in _visible(book)]
    except (calamine.CalamineError, OSError) as broken:
        raise InputError([fault("unreadable_file", Place(file), expected=str(broken))]) from broken
    full = [grid for grid in grids if not grid.is_empty()]
    if not full:
        raise InputError([fault("empty_sheet", Place(file))])
    return full


def _visible(book: calamine.CalamineWorkbook) -> list[str]:
    return [
        sheet.name
        for sheet in book.sheets_metadata
        if sheet.typ == calamine.SheetTypeEnum.WorkSheet and sheet.visible == calamine.SheetVisibleEnum.Visible
    ]


def _grid(book: calamine.CalamineWorkbook, file: str, name: str, marks: SheetMarks) -> Grid:
    sheet = book.get_sheet_by_name(name)
    values = sheet.to_python(skip_empty_area=False)
    rows = [[as_text(value) for value in row] for row in values]
    for row, at in marks.percents:
        rows[row - 1][at] = _percent(values[row - 1][at])
    merges = tuple(
        ((top + 1, left), (bottom + 1, right)) for (top, left), (bottom, right) in sheet.merged_cell_ranges or ()
    )
    return Grid(file, name, build_cells(rows, list(range(1, len(rows) + 1))), merges, marks.spots())


def as_text(value: Value) -> str:
    """Return a cell as text: whole numbers without a point, dates as ISO; past 15 digits a number has lost some."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    if isinstance(value, int) and abs(value) >= 10**15:
        return repr(float(value))
    return value.isoformat(sep=" ") if isinstance(value, datetime) else str(value)


def _percent(value: Value) -> str:
    """Return a percent-formatted number as the reader of the sheet sees it."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return as_text(value)
    return as_text(round(value * 100, 10)) + "%"
