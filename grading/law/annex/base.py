"""What a workbook said when it was exported, kept inside it, so that a bureau's changes survive a newer pack."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from grading.faults import Fault, InputError
from grading.law.annex.book import Book, Page
from grading.law.annex.changes import is_same
from grading.law.annex.contents import Value
from grading.law.annex.layout import Line, Sheet, Slot
from grading.law.annex.places import BASE_MARK, Columns, address
from grading.words import mark

Place = tuple[str, str, str]
BaseRow = tuple[str, str, str, Value, str, int, int]


@dataclass(frozen=True)
class Entered:
    """One cell that the bureau changed: where, what it said when exported, and what it says now."""

    cell: str
    base: tuple[Value, str]
    mine: tuple[Value, str]
    pack: tuple[Value, str] | None
    """What the pack says today; None where it has no such cell any more."""

    @property
    def is_carried(self) -> bool:
        """Whether the pack still says what was exported, or already says what the bureau wrote."""
        return self.pack is not None and (_alike(self.pack, self.base) or _alike(self.pack, self.mine))


@dataclass(frozen=True)
class Carried:
    """Today's sheets with the bureau's cells entered, and every cell the bureau had changed."""

    sheets: list[Sheet]
    cells: tuple[Entered, ...]


def base_rows(sheets: Sequence[Sheet]) -> Iterator[BaseRow]:
    """Yield every cell as exported: sheet, line and column keys, value, status, and the two columns it stands in."""
    for sheet in sheets:
        columns = Columns.of(sheet)
        for block in sheet.blocks:
            for line in block.lines:
                for index, slot in enumerate(line.slots):
                    if slot is not None:
                        keys = (sheet.key, line.key, slot.column)
                        yield (*keys, slot.value, slot.status, columns.value(index), columns.status(index))


def carry(book: Book, sheets: Sequence[Sheet]) -> Carried:
    """Return `sheets` with every cell entered that the bureau changed and the pack did not.

    Raises InputError for a workbook that does not hold what it said when it was exported.
    """
    if book.base is None:
        raise InputError([_no_base(book)])
    today = {(sheet.key, line.key, slot.column): slot for sheet, line, slot in _slots(sheets)}
    entered = {place: _entered(found, today.get(place)) for place, found in _changed(book, book.base)}
    taken = {place: cell.mine for place, cell in entered.items() if cell.is_carried}
    return Carried([_with(sheet, taken) for sheet in sheets], tuple(entered.values()))


def _slots(sheets: Sequence[Sheet]) -> Iterator[tuple[Sheet, Line, Slot]]:
    for sheet in sheets:
        for block in sheet.blocks:
            for line in block.lines:
                for slot in line.slots:
                    if slot is not None:
                        yield sheet, line, slot


def _changed(book: Book, base: Page) -> Iterator[tuple[Place, Entered]]:
    """Yield place and cell for each that no longer says what was exported; a row or sheet taken out says nothing."""
    rows = {key: {line: row for row, line in page.keyed() if line} for key, page in book.pages.items()}
    for row in range(1, len(base.rows)):
        sheet, line, column = (base.text(row, index) for index in range(3))
        if line not in rows.get(sheet, {}):
            continue
        page, at = book.pages[sheet], rows[sheet][line]
        places = [int(base.text(row, index).removesuffix(".0")) for index in (5, 6)]
        was = _cell(base.at(row, 3)), base.text(row, 4)
        now = _cell(page.at(at, places[0])), page.text(at, places[1])
        if not _alike(now, was):
            yield (sheet, line, column), Entered(address(page.name, at, places[0]), was, now, None)


def _entered(found: Entered, slot: Slot | None) -> Entered:
    return found if slot is None else replace(found, pack=(slot.value, slot.status))


def _cell(value: object) -> Value:
    if isinstance(value, int | float) and not isinstance(value, bool):
        return float(value)
    return "" if value is None else str(value)


def _alike(one: tuple[Value, str], two: tuple[Value, str]) -> bool:
    return all(is_same(left, right) for left, right in zip(one, two, strict=True))


def _with(sheet: Sheet, taken: dict[Place, tuple[Value, str]]) -> Sheet:
    def slot_of(line: Line, slot: Slot | None) -> Slot | None:
        mine = None if slot is None else taken.get((sheet.key, line.key, slot.column))
        return slot if slot is None or mine is None else replace(slot, value=mine[0], status=mine[1])

    blocks = tuple(
        replace(
            block,
            lines=tuple(replace(line, slots=tuple(slot_of(line, slot) for slot in line.slots)) for line in block.lines),
        )
        for block in sheet.blocks
    )
    return replace(sheet, blocks=blocks)


def _no_base(book: Book) -> Fault:
    return Fault(
        file=book.file,
        sheet="",
        row=0,
        column="",
        rule="annex.no_base",
        message=mark("The workbook does not hold what it said when exported ({mark}); no change can be told apart."),
        repair=mark("Export the rules again and enter the changes there; newer workbooks keep what was exported."),
        severity="fatal",
        values={"mark": BASE_MARK},
    )
