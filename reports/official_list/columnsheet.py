"""A sheet that takes whole columns: the cells of a body become text in Polars instead of one object per cell.

Xlsxwriter keeps an object for every cell and writes them one by one; with a million cells that is most of the time of
a list. Here only the distinct texts go through it. The bytes are the same (`test_columnsheet`).
"""

from dataclasses import dataclass

import polars as pl
from xlsxwriter.format import Format
from xlsxwriter.utility import xl_col_to_name
from xlsxwriter.worksheet import Worksheet


@dataclass(frozen=True)
class _Cells:
    """Cells of one format in a column: what stands behind the format, null where a cell is of another format."""

    column: int
    style: Format
    ends: pl.Series

    @property
    def first(self) -> int:
        """Return the first row that has such a cell."""
        place = self.ends.is_not_null().arg_max()
        return 0 if place is None else place


class ColumnSheet(Worksheet):  # type: ignore[misc]  # xlsxwriter says nothing of its types
    """A worksheet whose rows below its head are written column by column, every column as high as the others."""

    dim_rowmax: int | None

    def __init__(self) -> None:
        """Begin with a head only."""
        super().__init__()
        self._top = 0
        self._cells: list[_Cells] = []

    def write_texts(self, place: tuple[int, int], texts: pl.Series, style: Format) -> None:
        """Write texts downwards from `place`, which is row and column; a series without nulls."""
        row, column = place
        distinct = texts.unique(maintain_order=True)
        indexes = [self._shared(row, column, text) for text in distinct]
        self.str_table.count += len(texts) - len(distinct)
        numbers = texts.replace_strict(distinct, pl.Series(indexes, dtype=pl.Int64), return_dtype=pl.Int64)
        self._hold(place, style, _between(' t="s"><v>', numbers.cast(pl.String)))

    def write_amounts(
        self, place: tuple[int, int], values: pl.Series, style: Format, missing: tuple[str, Format]
    ) -> None:
        """Write numbers downwards from `place`; where one is null, the word of `missing` in its format.

        Raises ValueError for a number without a value, such as infinity: no cell can hold it.
        """
        row, column = place
        known = values.drop_nulls()
        if not known.is_finite().all():
            raise ValueError(f"column {values.name!r} holds a number that no cell can hold")
        printed = pl.Series([None if value is None else f"{value:.16G}" for value in values], dtype=pl.String)
        self._hold(place, style, _between("><v>", printed))
        if values.null_count():
            word, unknown = missing
            index = self._shared(row, column, word)
            self.str_table.count += values.null_count() - 1
            words = pl.select(pl.when(values.is_null()).then(pl.lit(str(index)))).to_series()
            self._hold(place, unknown, _between(' t="s"><v>', words))

    def _shared(self, row: int, column: int, text: str) -> int:
        """Return the number under which the workbook keeps a text; cut and counted as for a cell of its own."""
        self.write_string(row, column, text)
        index: int = self.table[row].pop(column).string
        return index

    def _hold(self, place: tuple[int, int], style: Format, ends: pl.Series) -> None:
        self._top, column = place
        if ends.len():
            self._check_dimensions(self._top, column)
            self._check_dimensions(self._top + ends.len() - 1, column)
            self._cells.append(_Cells(column, style, ends))

    def _write_rows(self) -> None:
        """Write the head as any sheet does, then the rows of the columns."""
        if not self._cells:
            super()._write_rows()
            return
        last = self.dim_rowmax
        self.dim_rowmax = self._top - 1
        super()._write_rows()
        self.dim_rowmax = last
        spans = f"1:{self.dim_colmax + 1}"
        for row, cells in enumerate(self._rows(), self._top):
            self._write_row(row, spans, self.row_info.get(row))
            self.fh.write(f"{cells}</row>")

    def _rows(self) -> pl.Series:
        """Return the cells of each row as one text. Formats are numbered where they come first, row by row."""
        by_use = sorted(self._cells, key=lambda cells: (cells.first, cells.column))
        numbers = {
            id(cells): cells.style._get_xf_index() for cells in by_use if cells.ends.null_count() < cells.ends.len()
        }
        height = max(cells.ends.len() for cells in self._cells)
        row = pl.int_range(self._top + 1, self._top + height + 1).cast(pl.String)
        placed = [
            pl.concat_str(
                pl.lit(f'<c r="{xl_col_to_name(cells.column)}'), row, pl.lit(f'" s="{numbers[id(cells)]}"'), cells.ends
            ).fill_null("")
            for cells in sorted(self._cells, key=lambda cells: cells.column)
            if id(cells) in numbers
        ]
        return pl.select(pl.concat_str(placed)).to_series()


def _between(start: str, values: pl.Series) -> pl.Series:
    return pl.select(pl.concat_str(pl.lit(start), values, pl.lit("</v></c>"))).to_series()
