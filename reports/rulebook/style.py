"""Formats of the bureau's workbook, made once per workbook."""

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from math import ceil
from typing import Any, Literal

from xlsxwriter.format import Format
from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

from grading.law.annex.words import SIGNS
from grading.law.pack import Status
from reports.rulebook.colours import STATUS_FILL

FONT = "SimSun"
PAPER = {"A3": 8, "A4": 9}
LINE_POINTS = 13.0
TALLEST = 400.0


@dataclass(frozen=True)
class Looks:
    """The formats; a number keeps the sign of its row in front without being text, and so do two readings of one.

    `labels`: by whether the line above says the same (the label stays in its cell and is not shown), and the one below.
    """

    title: Format
    block: Format
    head: Format
    label: Format
    labels: dict[tuple[bool, bool], Format]
    text: Format
    readings: dict[str, Format]
    closed: Format
    follows: Format
    number: dict[str, Format]
    status: dict[Status, Format]
    plain_status: dict[Status, Format]


def looks_of(book: Workbook) -> Looks:
    """Return the formats, made in `book`."""
    base: dict[str, Any] = {"font_name": FONT, "font_size": 10, "valign": "vcenter"}
    cell = base | {"border": 1, "border_color": "#999999", "text_wrap": True}
    open_cell = cell | {"locked": False}
    return Looks(
        title=book.add_format(base | {"bold": True, "font_size": 16}),
        block=book.add_format(base | {"bold": True, "font_size": 12}),
        head=book.add_format(cell | {"bold": True, "align": "center", "bg_color": "#EDEDED"}),
        label=book.add_format(cell | {"num_format": "@"}),
        labels={
            (is_repeated, goes_on): book.add_format(
                cell
                | {"num_format": ";;;" if is_repeated else "@"}
                | ({"top": 0} if is_repeated else {})
                | ({"bottom": 0, "valign": "top"} if goes_on else {})
            )
            for is_repeated in (False, True)
            for goes_on in (False, True)
        },
        text=book.add_format(open_cell),
        readings={sign: book.add_format(open_cell | {"num_format": f'"{sign} "@'}) for sign in SIGNS.values()},
        closed=book.add_format(cell | {"align": "center", "font_color": "#6B6B6B", "bg_color": "#F2F2F2"}),
        follows=book.add_format({"font_color": "#6B6B6B", "italic": True}),
        number={
            sign: book.add_format(
                open_cell | {"align": "left", "num_format": f'"{sign} "General' if sign else "General"}
            )
            for sign in (*SIGNS.values(), "")
        },
        status={status: book.add_format({"bg_color": fill}) for status, fill in STATUS_FILL.items()},
        plain_status={status: book.add_format(cell | {"bg_color": fill}) for status, fill in STATUS_FILL.items()},
    )


def height(cells: Iterable[tuple[str, float]]) -> float:
    """Return the height of a row (points) that shows every text of `cells` in a column of its width (characters)."""
    lines = (sum(max(1, ceil(_width(part) / max(width - 1, 1))) for part in text.split("\n")) for text, width in cells)
    return min(LINE_POINTS * max(lines, default=1) + 3, TALLEST)


def _width(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(sign) in "WFA" else 1 for sign in text)


def print_on(page: Worksheet, paper: Literal["A3", "A4"], footer: str, pages_high: int = 0) -> None:
    """Print landscape and one page wide, the sheet's name above, page numbers below; 0 pages high: any number."""
    page.set_paper(PAPER[paper])
    page.set_landscape()
    page.fit_to_pages(1, pages_high)
    page.set_margins(left=0.4, right=0.4, top=0.6, bottom=0.6)
    page.set_header("&R&A")
    page.set_footer(f"&C{footer}")
