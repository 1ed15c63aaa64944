"""How the sheets look: formats made once per workbook, and the paper they print on."""

from dataclasses import dataclass
from typing import Any, Literal

from xlsxwriter.format import Format
from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

FONT = "SimSun"
PAPER = {"A3": 8, "A4": 9}
LEVEL_FILL = {"yellow": "#FBE999", "orange": "#F9CFA1", "red": "#F2B3AF"}
"""Tints of the legal colours, light enough for black text; the header names the level in words too."""


@dataclass(frozen=True)
class Styles:
    """The formats of one workbook."""

    title: Format
    remark: Format
    head: Format
    levels: dict[str, Format]
    text: Format
    number: Format
    whole: Format
    share: Format
    unknown: Format

    @classmethod
    def of(cls, book: Workbook) -> "Styles":
        """Return the formats, made in `book`."""
        base: dict[str, Any] = {"font_name": FONT, "font_size": 10, "valign": "vcenter"}
        cell = base | {"border": 1, "border_color": "#999999"}
        head = cell | {"bold": True, "align": "center", "text_wrap": True}
        return cls(
            title=book.add_format(base | {"bold": True, "font_size": 16, "align": "center"}),
            remark=book.add_format(base | {"text_wrap": True}),
            head=book.add_format(head | {"bg_color": "#EDEDED"}),
            levels={level: book.add_format(head | {"bg_color": fill}) for level, fill in LEVEL_FILL.items()},
            text=book.add_format(cell | {"text_wrap": True, "num_format": "@"}),
            number=book.add_format(cell | {"align": "right", "num_format": "#,##0.00"}),
            whole=book.add_format(cell | {"align": "right", "num_format": "0"}),
            share=book.add_format(cell | {"align": "right", "num_format": "0.00%"}),
            unknown=book.add_format(cell | {"align": "right", "italic": True}),
        )

    def head_of(self, level: str) -> Format:
        """Return the header format of an alert level, or the plain one."""
        return self.levels.get(level, self.head)


def set_paper(sheet: Worksheet, paper: Literal["A3", "A4"], footer: str) -> None:
    """Set landscape paper, one page wide, with page numbers in the footer."""
    sheet.set_paper(PAPER[paper])
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)
    sheet.set_margins(left=0.4, right=0.4, top=0.6, bottom=0.6)
    sheet.set_header("&R&A")
    sheet.set_footer(f"&C{footer}")
