"""A sheet written by columns has the bytes of one written cell by cell."""

from datetime import datetime
from pathlib import Path

import polars as pl
import pytest
import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as st
from xlsxwriter.format import Format
from xlsxwriter.workbook import Workbook

from reports.official_list.columnsheet import ColumnSheet

TOP = 2
TEXTS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=6) | st.sampled_from(
    ["=1+1", '<b>&"', " blank ", "x\ny", "蓝天", "<r>rich</r>", "_x0041_"]
)
NUMBERS = st.none() | st.floats(allow_nan=False, allow_infinity=False) | st.sampled_from([0.1 + 0.2, -0.0, 1e16, 5.0])


def written(path: Path, columns: list[list[str] | list[float | None]], *, by_column: bool) -> bytes:
    with xlsxwriter.Workbook(str(path), {"strings_to_formulas": False, "strings_to_urls": False}) as book:
        book.set_properties({"created": datetime(2000, 1, 1)})
        # Made in another order than they are used, so that the numbering of formats is seen.
        amount, text, unknown = (book.add_format({"font_size": size}) for size in (8, 9, 10))
        for name in ("one", "two"):
            fill(book, name, columns, (amount, text, unknown), by_column=by_column)
    return path.read_bytes()


def fill(
    book: Workbook,
    name: str,
    columns: list[list[str] | list[float | None]],
    styles: tuple[Format, Format, Format],
    *,
    by_column: bool,
) -> None:
    amount, text, unknown = styles
    sheet = book.add_worksheet(name, ColumnSheet if by_column else None)
    sheet.merge_range(0, 0, 0, len(columns) - 1, "head", text)
    for place, values in enumerate(columns):
        sheet.write_string(1, place, f"column {place}", text)
        is_text = any(isinstance(value, str) for value in values)
        if by_column and is_text:
            sheet.write_texts((TOP, place), pl.Series(values, dtype=pl.String), text)
        elif by_column:
            sheet.write_amounts((TOP, place), pl.Series(values, dtype=pl.Float64), amount, ("unknown", unknown))
        else:
            for row, value in enumerate(values, TOP):
                if isinstance(value, str):
                    sheet.write_string(row, place, value, text)
                elif value is None:
                    sheet.write_string(row, place, "unknown", unknown)
                else:
                    sheet.write_number(row, place, value, amount)
    for row in range(TOP, TOP + len(columns[0]), 2):
        sheet.set_row(row, 13.0 + row)


@settings(max_examples=40, deadline=None)
@given(st.data())
def test_the_bytes_are_those_of_a_sheet_written_cell_by_cell(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    height = data.draw(st.integers(0, 20))
    kind = st.lists(TEXTS, min_size=height, max_size=height) | st.lists(NUMBERS, min_size=height, max_size=height)
    columns = data.draw(st.lists(kind, min_size=2, max_size=28))
    folder = tmp_path_factory.mktemp("sheets")
    slow = written(folder / "slow.xlsx", columns, by_column=False)
    assert written(folder / "fast.xlsx", columns, by_column=True) == slow


def test_a_text_too_long_for_a_cell_is_cut_as_xlsxwriter_cuts_it(tmp_path: Path) -> None:
    columns: list[list[str] | list[float | None]] = [["😀" * 20_000, "short"], [None, 1.0]]
    slow = written(tmp_path / "slow.xlsx", columns, by_column=False)
    assert written(tmp_path / "fast.xlsx", columns, by_column=True) == slow


@pytest.mark.parametrize("value", [float("inf"), float("nan")])
def test_a_number_no_cell_can_hold_is_refused(tmp_path: Path, value: float) -> None:
    values = pl.Series("loss", [1.0, value])
    with xlsxwriter.Workbook(str(tmp_path / "x.xlsx")) as book:
        style = book.add_format({})
        sheet = book.add_worksheet("one", ColumnSheet)
        with pytest.raises(ValueError, match="no cell can hold"):
            sheet.write_amounts((0, 0), values, style, ("?", style))
