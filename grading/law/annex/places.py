"""Columns and marks that the written and the read workbook share."""

from dataclasses import dataclass

from grading.law.annex.layout import CLAUSE, LABELS, Block, Sheet
from grading.words import Language, mark, say

MARK = "lantian/annex/1"
"""First cell of the first sheet."""
BASE_MARK = "lantian/base/1"
"""First cell of the hidden sheet that keeps every cell as it was exported."""
BASE_NAME = "lantian_base"
CREATOR = "Lantian"
LEGEND = "legend"
"""Key of the row that says what the colours mean; nothing is read from it."""


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


def head_texts(block: Block, columns: Columns, language: Language) -> dict[int, str]:
    """Return column -> text of a block's head."""
    texts = {columns.label(index): text for index, text in enumerate(block.heads)}
    for index, name in enumerate(block.spelled):
        texts[columns.value(index)] = name
        texts[columns.status(index)] = say(language, mark("Status of {grade}"), grade=name)
    return texts | {columns.clause: say(language, CLAUSE)}
