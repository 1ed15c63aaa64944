"""The anatomy of a printed table: caption, columns with units, rows of text, source note, words when empty."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

import polars as pl

Align = Literal["text", "tight", "word", "number", "prose"]


@dataclass(frozen=True)
class Column:
    """One column: header, the unit below it (may be empty), and how it is set: text, a one-line word, number, prose."""

    header: str
    unit: str = ""
    align: Align = "text"


@dataclass(frozen=True)
class Cell:
    """One cell: its text, a class for the eye, and whether it heads its row."""

    text: str
    mark: str = ""


_LETTERS = {"text": "", "tight": "", "word": "w", "number": "n", "prose": ""}
MOST_COLUMNS = 16
"""Columns that report.css can set; it names each by its place."""


@dataclass(frozen=True)
class Table:
    """A table ready to print. `rows` hold exactly one cell per column; the first cell heads its row.

    `is_long` tables open with ten rows and a search box on screen and print in full. `empty` is the sentence
    shown instead of rows when there are none; `note` names source and meaning and is never empty.
    """

    id: str
    caption: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    note: str
    empty: str
    is_long: bool = False

    def __post_init__(self) -> None:
        """Refuse a table whose rows do not match its columns, or that lacks caption, note or empty state."""
        if not (self.caption and self.note and self.empty):
            raise ValueError(f"table {self.id} lacks a caption, a note or an empty state")
        if len(self.columns) > MOST_COLUMNS:
            raise ValueError(f"table {self.id} has more columns than the style sheet sets")
        if any(len(row) != len(self.columns) for row in self.rows):
            raise ValueError(f"table {self.id}: a row does not match its columns")

    @property
    def settings(self) -> str:
        """Return the classes of the table: `n3` sets column 3 as numbers, `w2` keeps column 2 on one line."""
        letters = ((_LETTERS[column.align], place) for place, column in enumerate(self.columns, 1))
        return " ".join(f"{letter}{place}" for letter, place in letters if letter)


def text_rows(frame: pl.DataFrame, marks: Sequence[str] = ()) -> tuple[tuple[Cell, ...], ...]:
    """Return the rows of a frame of texts; a column `<name>_mark` gives the marks of `<name>`.

    Raises ValueError on a null: what is not known has a word of its own.
    """
    columns = [name for name in frame.columns if name not in marks]
    empty_handed = [name for name in columns if frame[name].null_count()]
    if empty_handed:
        raise ValueError(f"cells without a word: {', '.join(empty_handed)}")
    cells = (
        [Cell(text, mark) for text, mark in zip(frame[name], _marks(frame, name), strict=True)] for name in columns
    )
    return tuple(zip(*cells, strict=True))


def _marks(frame: pl.DataFrame, name: str) -> Iterable[str]:
    column = f"{name}_mark"
    return frame[column].fill_null("") if column in frame.columns else [""] * frame.height
