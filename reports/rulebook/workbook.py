"""The bureau's workbook: one sheet per industry laid out like the annex, every cell with its evidence status."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path

import xlsxwriter
from xlsxwriter.worksheet import Worksheet

from grading.law.annex import words
from grading.law.annex.base import base_rows
from grading.law.annex.contents import has_two_readings
from grading.law.annex.layout import CLOSED, LABELS, Block, Line, Sheet
from grading.law.annex.places import BASE_MARK, BASE_NAME, CREATOR, LEGEND, Columns, head_texts
from grading.law.pack import Status
from grading.words import Language, mark, say
from reports.invisible import visible
from reports.rulebook.guide import STATUS_LIST, Guide, write_guide
from reports.rulebook.paging import Pages, on_one_page, pages_of
from reports.rulebook.style import Looks, height, looks_of, print_on

CREATED = datetime(2000, 1, 1)
"""A fixed day: the same pack gives the same bytes."""
OPTIONS = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
LONGEST_CELL = 32_767
ONE_PAGE_POINTS = 1500.0
"""Height of lines that still fit on one page by a little smaller print, so that no measure loses its head."""
MERGED_LABELS = 2
"""Dimension and what a row applies to: shown once where rows below say the same, as the annex merges them."""
LONGEST_NAME = 31
"""Characters a sheet's name can hold."""
LABEL_WIDTHS = (13, 20, 34, 34)
VALUE_WIDTH, STATUS_WIDTH, CLAUSE_WIDTH = 24, 13, 28
FIRST_BLOCK = 2
"""Row of the first block, below title and legend, which stay in sight and are printed on every page. No head does: that
of the grades would stand above the levels of the measures; a block that goes on has its own once more (`paging`)."""
LINE_ABOVE_POINTS = 24.0


def write_rule_workbook(
    sheets: Sequence[Sheet], guide: Guide, path: Path, language: Language, base: Sequence[Sheet] | None = None
) -> None:
    """Write the workbook: how to fill it in, one sheet per industry, and hidden what the pack itself says (`base`)."""
    names = sheet_names(sheets, say(language, mark("Guide")))
    with xlsxwriter.Workbook(str(path), OPTIONS) as book:
        book.set_properties({"title": guide.title, "author": CREATOR, "created": CREATED})
        looks = looks_of(book)
        write_guide(book, looks, guide, [(names[sheet.key], sheet) for sheet in sheets], language)
        for sheet in sheets:
            _write_sheet(book.add_worksheet(names[sheet.key]), sheet, looks, language)
        _write_base(book.add_worksheet(BASE_NAME), sheets if base is None else base)


def _write_base(page: Worksheet, sheets: Sequence[Sheet]) -> None:
    page.write_string(0, 0, BASE_MARK)
    for row, cells in enumerate(base_rows(sheets), start=1):
        for column, cell in enumerate(cells):
            if isinstance(cell, str):
                page.write_string(row, column, _fitting(cell))
            else:
                page.write_number(row, column, cell)
    page.very_hidden()


def sheet_names(sheets: Sequence[Sheet], first: str) -> dict[str, str]:
    """Return key -> a name a spreadsheet accepts: no forbidden sign, not too long, none twice."""
    taken, names = {first.lower(), BASE_NAME}, {}
    for sheet in sheets:
        plain = "".join("-" if sign in "[]:*?/\\" else sign for sign in visible(sheet.name)).strip("' ") or sheet.key
        name, number = plain[:LONGEST_NAME], 2
        while name.lower() in taken or name.lower() == "history":
            name, number = f"{plain[: LONGEST_NAME - 3]} {number}", number + 1
        taken.add(name.lower())
        names[sheet.key] = name
    return names


def _write_sheet(page: Worksheet, sheet: Sheet, looks: Looks, language: Language) -> None:
    columns = Columns.of(sheet)
    _set_widths(page, columns)
    page.write_string(0, 0, f"sheet/{sheet.key}", looks.label)
    page.merge_range(0, 1, 0, columns.clause, _fitting(visible(sheet.title)), looks.title)
    _write_legend(page, columns, looks, language)
    pages = _pages(sheet, columns)
    parts = pages.parts if pages else tuple(on_one_page(sheet.blocks))
    breaks: list[int] = []
    row = FIRST_BLOCK
    for index, block in enumerate(sheet.blocks):
        breaks += [row] if pages and pages.is_new[index] else []
        row, inside = _write_block(page, (block, parts[index]), (row, columns), looks, language)
        breaks += inside
    page.freeze_panes(FIRST_BLOCK, 1 + LABELS)
    page.repeat_rows(0, FIRST_BLOCK - 1)
    page.protect("", {"format_columns": True, "format_rows": True, "format_cells": True, "autofilter": True})
    print_on(page, "A3", say(language, mark("Page {page} of {pages}"), page="&P", pages="&N"), 0 if pages else 1)
    page.set_h_pagebreaks(breaks)


def _pages(sheet: Sheet, columns: Columns) -> Pages | None:
    """Return the pages of a sheet that is too long for one; None where a little smaller print is enough."""
    heights = [[height(_texts(line)) for line in block.lines] for block in sheet.blocks]
    if sum(map(sum, heights)) <= ONE_PAGE_POINTS:
        return None
    widths = [*LABEL_WIDTHS, *[VALUE_WIDTH, STATUS_WIDTH] * columns.width, CLAUSE_WIDTH]
    return pages_of(sheet.blocks, heights, widths, FIRST_BLOCK * LINE_ABOVE_POINTS)


def _set_widths(page: Worksheet, columns: Columns) -> None:
    page.set_column(0, 0, 4, None, {"hidden": True})
    for index, width in enumerate(LABEL_WIDTHS):
        page.set_column(columns.label(index), columns.label(index), width)
    page.set_column(columns.value(0), columns.value(columns.width - 1), VALUE_WIDTH)
    page.set_column(columns.status(0), columns.status(columns.width - 1), STATUS_WIDTH)
    page.set_column(columns.clause, columns.clause, CLAUSE_WIDTH)


def _write_legend(page: Worksheet, columns: Columns, looks: Looks, language: Language) -> None:
    page.write_string(1, 0, LEGEND, looks.label)
    places = (columns.label(1), columns.label(2), columns.label(3), columns.value(0))
    page.write_string(1, columns.label(0), say(language, mark("Colours")), looks.head)
    for column, (status, look) in zip(places, looks.plain_status.items(), strict=True):
        page.write_string(1, column, say(language, words.STATUSES[status]), look)


def _write_block(
    page: Worksheet,
    block_in_parts: tuple[Block, tuple[tuple[Line, ...], ...]],
    place: tuple[int, Columns],
    looks: Looks,
    language: Language,
) -> tuple[int, list[int]]:
    """Write a block, each part under the head; return the first row after it and one blank row, and where parts begin.

    A later part begins a page, and its head is the block's own once more: reading it back changes nothing.
    """
    block, parts = block_in_parts
    row, columns = place
    page.write_string(row, 1, block.title, looks.block)
    first, row, begins = row + 2, row + 1, []
    for part in parts:
        begins.append(row)
        _write_head(page, block, (row, columns), looks, language)
        labels = [(), *(line.labels for line in part), ()]
        for offset, line in enumerate(part):
            row += 1
            _write_labels(page, (labels[offset], line.labels, labels[offset + 2]), (row, columns), looks)
            _write_line(page, line, (row, columns), looks)
        row += 1
    for index in range(len(block.columns)):
        _colour(page, (first, row - 1), (columns.value(index), columns.status(index)), looks, language)
        choices = {"validate": "list", "source": STATUS_LIST, "error_type": "warning"}
        page.data_validation(first, columns.status(index), row - 1, columns.status(index), choices)
    return row + 1, begins[1:]


def _write_head(page: Worksheet, block: Block, place: tuple[int, Columns], looks: Looks, language: Language) -> None:
    row, columns = place
    page.write_string(row, 0, block.key, looks.label)
    for column, text in head_texts(block, columns, language).items():
        page.write_string(row, column, text, looks.head)


def _write_labels(
    page: Worksheet, labels: tuple[tuple[str, ...], ...], place: tuple[int, Columns], looks: Looks
) -> None:
    """Write the labels of a line; of those that the line above or below shares, the first alone is seen."""
    row, columns = place
    above, own, below = labels
    for index, text in enumerate(own):
        is_merged = index < MERGED_LABELS
        is_repeated = is_merged and own[: index + 1] == above[: index + 1]
        goes_on = is_merged and own[: index + 1] == below[: index + 1]
        page.write_string(row, columns.label(index), _fitting(text), looks.labels[is_repeated, goes_on])


def _write_line(page: Worksheet, line: Line, place: tuple[int, Columns], looks: Looks) -> None:
    row, columns = place
    page.set_row(row, height(_texts(line)))
    page.write_string(row, 0, line.key, looks.label)
    for index, slot in enumerate(line.slots):
        value, status = columns.value(index), columns.status(index)
        if slot is None:
            page.write_string(row, value, CLOSED, looks.closed)
            page.write_string(row, status, CLOSED, looks.closed)
            continue
        if isinstance(slot.value, str):
            look = looks.readings[line.sign] if has_two_readings(slot.content) else looks.text
            page.write_string(row, value, _fitting(slot.value), look)
        else:
            page.write_number(row, value, slot.value, looks.number[line.sign])
        page.write_string(row, status, slot.status, looks.text)
        page.write_comment(
            row, value, _fitting(visible(slot.remark)), {"author": CREATOR, "x_scale": 2.5, "y_scale": 1.5}
        )
    page.write_string(row, columns.clause, _fitting(line.clause), looks.label)


def _texts(line: Line) -> Iterator[tuple[str, float]]:
    """Yield every text of a line with the width of its column."""
    yield from zip(line.labels, LABEL_WIDTHS, strict=True)
    for slot in line.slots:
        if slot is not None:
            yield str(slot.value), VALUE_WIDTH
            yield slot.status, STATUS_WIDTH
    yield line.clause, CLAUSE_WIDTH


def _colour(page: Worksheet, rows: tuple[int, int], columns: tuple[int, int], looks: Looks, language: Language) -> None:
    """Fill value and status by the status word, so that a chosen status shows at once."""
    first, last = rows
    follows = as_start(language)
    for column in columns:
        own = xlsxwriter.utility.xl_rowcol_to_cell(first, column)
        rule = {"type": "formula", "criteria": f'=LEFT({own},{len(follows)})="{follows}"', "format": looks.follows}
        page.conditional_format(first, column, last, column, rule)
    anchor = xlsxwriter.utility.xl_rowcol_to_cell(first, columns[1], col_abs=True)
    for status, look in looks.status.items():
        word = status_start(status, language)
        rule = {"type": "formula", "criteria": f'=LEFT({anchor},{len(word)})="{word}"', "format": look}
        for column in columns:
            page.conditional_format(first, column, last, column, rule)


def status_start(status: Status, language: Language) -> str:
    """Return how every status word of one status begins."""
    return say(language, words.STATUSES[status]).replace('"', '""')


def as_start(language: Language) -> str:
    """Return how every cell begins that says it is the same as another grade."""
    return words.as_word("A", language).removesuffix(say(language, words.GRADES["A"]))


def _fitting(plain: str) -> str:
    return plain if len(plain) <= LONGEST_CELL else plain[: LONGEST_CELL - 1] + "…"
