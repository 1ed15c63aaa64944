"""Every line of the layout found again in the workbook, or told what became of it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from grading.faults import Fault, InputError
from grading.law.annex.book import Book, Page
from grading.law.annex.layout import LABELS, Block, Line, Sheet
from grading.law.annex.places import LEGEND, Columns, head_texts
from grading.words import mark

RESTORE = mark("Undo this change, or export again and fill in the new workbook.")


@dataclass(frozen=True)
class Place:
    """Where a line stands in the workbook; the row is counted from 0."""

    line: Line
    page: Page
    row: int
    columns: Columns


def find_lines(book: Book, sheets: Sequence[Sheet]) -> list[Place]:
    """Return the place of every line of every listed sheet; raise an InputError with all that is lost or moved."""
    known = {sheet.key: sheet for sheet in sheets}
    faults = [*_lost_sheets(book, known)]
    places: list[Place] = []
    for key in book.listed:
        if key in known and key in book.pages:
            found, wrong = _find(book, book.pages[key], known[key])
            places += found
            faults += wrong
    if faults:
        raise InputError(faults)
    return places


def _lost_sheets(book: Book, known: dict[str, Sheet]) -> Iterator[Fault]:
    rows = {key.removeprefix("has/"): row for row, key in book.guide.keyed()}
    for key in book.listed:
        if key not in known:
            words = (mark("{cell}: the rule pack has no table {key}."), RESTORE)
            yield book.fault(book.guide, rows[key], 1, "annex.unknown_sheet", words, key=key)
        elif key not in book.pages:
            words = (
                mark("{cell}: the sheet {name} is missing from the workbook."),
                mark("Put the sheet back; to fill in single industries, export them with --industry."),
            )
            yield book.fault(book.guide, rows[key], 1, "annex.lost_sheet", words, name=known[key].name)
    for key, page in book.pages.items():
        if key not in book.listed:
            words = (mark("{cell}: this sheet does not belong to the workbook."), mark("Delete the sheet."))
            yield book.fault(page, 0, 1, "annex.foreign_sheet", words)


def _find(book: Book, page: Page, sheet: Sheet) -> tuple[list[Place], list[Fault]]:
    columns = Columns.of(sheet)
    blocks = {block.key: block for block in sheet.blocks}
    wanted = {(block.key, line.key): line for block in sheet.blocks for line in block.lines}
    seen: dict[tuple[str, str], int] = {}
    faults: list[Fault] = []
    block = ""
    for row, key in page.keyed():
        if key in blocks:
            block = key
            faults += _head_faults(book, page, row, blocks[key], columns)
            seen[key, ""] = row
        elif (block, key) in wanted:
            faults += _line_faults(book, page, row, wanted[block, key], columns, seen.get((block, key)))
            seen[block, key] = row
        elif row and key != LEGEND and (key or _holds_something(page, row, columns)):
            faults.append(_foreign_row(book, page, row, columns))
    faults += _lost_rows(book, page, sheet, seen)
    return [Place(line, page, seen[at], columns) for at, line in wanted.items() if at in seen], faults


def _head_faults(book: Book, page: Page, row: int, block: Block, columns: Columns) -> Iterator[Fault]:
    for column, text in head_texts(block, columns, book.language).items():
        if page.text(row, column).strip() != text.strip():
            words = (mark("{cell}: the head says {value}, and {expected} belongs here."), RESTORE)
            yield book.fault(page, row, column, "annex.head", words, expected=text)


def _line_faults(
    book: Book, page: Page, row: int, line: Line, columns: Columns, earlier: int | None
) -> Iterator[Fault]:
    if earlier is not None:
        words = (mark("{cell}: this row stands twice, first in row {earlier}."), mark("Delete the copy."))
        yield book.fault(page, row, columns.label(0), "annex.row_twice", words, earlier=earlier + 1)
    for index, text in enumerate(line.labels):
        if page.text(row, columns.label(index)).strip() != text.strip():
            words = (
                mark("{cell}: the label says {value}, and the key of this row belongs to {expected}."),
                mark("Rows were shifted or a label was edited. Undo this change, or export again."),
            )
            yield book.fault(page, row, columns.label(index), "annex.label", words, expected=text)


def _holds_something(page: Page, row: int, columns: Columns) -> bool:
    return any(page.at(row, column) is not None for column in range(columns.label(LABELS - 1), columns.clause + 1))


def _foreign_row(book: Book, page: Page, row: int, columns: Columns) -> Fault:
    words = (
        mark("{cell}: this row is not one of the workbook's rows."),
        mark("Remove the row; a new indicator or measure is written into the pack's own file."),
    )
    return book.fault(page, row, columns.label(LABELS - 2), "annex.foreign_row", words)


def _lost_rows(book: Book, page: Page, sheet: Sheet, seen: dict[tuple[str, str], int]) -> Iterator[Fault]:
    for block in sheet.blocks:
        if (block.key, "") not in seen:
            words = (mark("{cell}: the head of the block {title} is missing."), RESTORE)
            yield book.fault(page, 0, 0, "annex.lost_row", words, title=block.title)
            continue
        for line in block.lines:
            if (block.key, line.key) not in seen:
                words = (
                    mark("{cell}: the row {title} is missing from this block."),
                    mark("Put the row back; a workbook cannot take a row out of the law."),
                )
                at = seen[block.key, ""]
                title = " / ".join(label for label in line.labels[:3] if label)
                yield book.fault(page, at, 0, "annex.lost_row", words, title=title)
