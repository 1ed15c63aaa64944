"""How the sheets look: formats made once per workbook, and the paper they print on."""

from dataclasses import dataclass
from typing import Any, Literal

from xlsxwriter.format import Format
from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

FONT = "SimSun"
PAPER = {"A3": 8, "A4": 9}
SIDE_MARGIN_INCH = 0.3
LEVEL_FILL = {"yellow": "#FBE999", "orange": "#F9CFA1", "red": "#F2B3AF"}
"""Tints of the legal colours, light enough for black text; the header names the level in words too."""
ORDER_FILL = {"yellow": "#FEF8E0", "orange": "#FDECDB", "red": "#FCE6E4"}
GRID = "#999999"
AMOUNT = "[=0]0;[<10]0.00;#,##0"
"""Whole from 10 on, two digits below, and a plain 0 only for what is exactly nothing; a little air on the right.

Only for what cannot be negative: a section with a condition drops the minus sign.
"""


@dataclass(frozen=True)
class Styles:
    """The formats of one workbook."""

    title: Format
    remark: Format
    remark_plain: Format
    head: Format
    levels: dict[str, Format]
    text: Format
    code: Format
    orders: dict[str, Format]
    number: Format
    whole: Format
    signed: Format
    share: Format
    unknown: Format
    first_line: Format

    @classmethod
    def of(cls, book: Workbook) -> "Styles":
        """Return the formats, made in `book`."""
        base: dict[str, Any] = {"font_name": FONT, "font_size": 9, "valign": "vcenter"}
        cell = base | {"border": 1, "border_color": GRID}
        head = cell | {"bold": True, "align": "center", "text_wrap": True, "valign": "top"}
        words = cell | {"text_wrap": True, "num_format": "@"}
        return cls(
            title=book.add_format(base | {"bold": True, "font_size": 16, "align": "center"}),
            remark=book.add_format(base | {"text_wrap": True}),
            remark_plain=book.add_format(base),
            head=book.add_format(head | {"bg_color": "#EDEDED"}),
            levels={level: book.add_format(head | {"bg_color": fill}) for level, fill in LEVEL_FILL.items()},
            text=book.add_format(words),
            code=book.add_format(words | {"font_size": 8}),
            orders={
                name: book.add_format(words | {"bold": True, "bg_color": fill}) for name, fill in ORDER_FILL.items()
            },
            number=book.add_format(cell | {"align": "right", "num_format": AMOUNT}),
            whole=book.add_format(cell | {"align": "right", "num_format": "0"}),
            signed=book.add_format(cell | {"align": "right", "num_format": "#,##0.00"}),
            share=book.add_format(cell | {"align": "right", "num_format": "0.00%"}),
            unknown=book.add_format(cell | {"align": "right", "italic": True}),
            first_line=book.add_format({"border": 1, "border_color": GRID} | {"top": 1, "top_color": "#000000"}),
        )

    def head_of(self, level: str) -> Format:
        """Return the header format of an alert level, or the plain one."""
        return self.levels.get(level, self.head)

    def body(self, kind: str, level: str) -> Format:
        """Return the format of a column: the order of a level, or text, code, number or whole."""
        made: Format = self.orders[level] if kind == "order" else getattr(self, kind)
        return made


def set_paper(sheet: Worksheet, paper: Literal["A3", "A4"], footer: str, title: str = "") -> None:
    """Set landscape paper, one page wide, with page numbers, title and sheet name in the footer."""
    sheet.set_paper(PAPER[paper])
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)
    sheet.set_margins(left=SIDE_MARGIN_INCH, right=SIDE_MARGIN_INCH, top=0.5, bottom=0.6)
    sheet.center_horizontally()
    # An ampersand starts a code in a footer, and a footer holds 255 characters.
    sheet.set_footer(f"&L{title[:80].replace('&', '&&')}&C{footer}&R&A")
