"""A grid: the cells of one file or sheet as text, before anybody knows what they mean."""

from dataclasses import dataclass, field

import polars as pl

ROW = "row"
LENGTH = "cells"
SPOTS = {"row": pl.Int64, "at": pl.Int64, "rule": pl.String, "value": pl.String}
Merge = tuple[tuple[int, int], tuple[int, int]]


@dataclass(frozen=True)
class Grid:
    """Cells of one file or sheet.

    Shape: `cells` has `row` (as Excel numbers it), `cells` (how many the line has) and one String column
    per position, named "0", "1", ...; blank is "". `spots` lists cells that may not be used as they stand.
    `merges` are ((first row, first position), (last row, last position)).
    """

    file: str
    sheet: str
    cells: pl.DataFrame
    merges: tuple[Merge, ...] = ()
    spots: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=SPOTS))
    is_text: bool = False

    @property
    def width(self) -> int:
        """Return the number of positions."""
        return self.cells.width - 2

    @property
    def place(self) -> str:
        """Return the file, with the sheet where there is one."""
        return f"{self.file}[{self.sheet}]" if self.sheet else self.file

    def head(self, rows: int) -> list[tuple[str, ...]]:
        """Return the first rows as tuples of text."""
        return self.cells.drop(ROW, LENGTH).head(rows).rows()

    def is_empty(self) -> bool:
        """Return whether no cell holds anything."""
        return self.cells.is_empty()


def build_cells(rows: list[list[str]], numbers: list[int]) -> pl.DataFrame:
    """Return the cell frame of text rows; short rows are padded, wholly blank rows are left out."""
    lengths = [len(row) for row in rows]
    width = max(lengths, default=0)
    if width != min(lengths, default=0):
        rows = [row + [""] * (width - len(row)) for row in rows]
    columns = zip(*rows, strict=True) if width else iter(())
    frame = pl.DataFrame(
        {ROW: pl.Series(numbers, dtype=pl.Int64), LENGTH: pl.Series(lengths, dtype=pl.Int64)}
        | {str(at): pl.Series(values, dtype=pl.String) for at, values in enumerate(columns)}
    )
    return without_blank_rows(frame)


def split_cells(text: str, delimiter: str) -> pl.DataFrame:
    """Return the cell frame of text without quotation marks, whose lines are simply cut at the delimiter."""
    lines = pl.Series("line", text.split("\n"), dtype=pl.String).str.strip_suffix("\r")
    parts = lines.str.split(delimiter)
    lengths = parts.list.len().cast(pl.Int64)
    width = int(lengths.max() or 0) if text else 0  # type: ignore[arg-type]
    frame = pl.DataFrame(
        {ROW: pl.int_range(1, len(lines) + 1, dtype=pl.Int64, eager=True), LENGTH: lengths}
        | {str(at): parts.list.get(at, null_on_oob=True).fill_null("") for at in range(width)}
    )
    return without_blank_rows(frame)


def without_blank_rows(frame: pl.DataFrame) -> pl.DataFrame:
    """Return the rows in which at least one cell holds something."""
    if frame.width == 2:
        return frame.clear()
    return frame.filter(pl.any_horizontal(pl.exclude(ROW, LENGTH).str.strip_chars() != ""))
