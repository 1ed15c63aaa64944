"""Columns and marks that the written and the read workbook share."""

from dataclasses import dataclass

from grading.law.annex.layout import LABELS, Sheet

MARK = "lantian/annex/1"
"""First cell of the first sheet."""
INDEX_KEYS = ("pack", "content_sha256", "language", "sheets")
CREATOR = "Lantian"


@dataclass(frozen=True)
class Columns:
    """Where the columns of one sheet stand, counted from 0; the key is in column 0."""

    width: int

    @classmethod
    def of(cls, sheet: Sheet) -> "Columns":
        """Return the columns of a sheet."""
        return cls(sheet.width)

    def label(self, index: int) -> int:
        """Return the column of a label."""
        return 1 + index

    def value(self, index: int) -> int:
        """Return the column of a grade's or level's value."""
        return 1 + LABELS + index

    def status(self, index: int) -> int:
        """Return the column of a grade's or level's status."""
        return 1 + LABELS + self.width + index

    @property
    def clause(self) -> int:
        """Return the last column."""
        return 1 + LABELS + 2 * self.width


def letters(column: int) -> str:
    """Return a column as a spreadsheet names it: 0 is A."""
    name = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        name = chr(ord("A") + rest) + name
    return name


def address(sheet: str, row: int, column: int) -> str:
    """Return a cell as a spreadsheet names it, row and column counted from 0."""
    return f"{sheet}!{letters(column)}{row + 1}"
