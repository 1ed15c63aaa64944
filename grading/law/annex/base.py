"""What a workbook said when it was exported, kept inside it, so that a bureau's changes survive a newer pack."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial

from grading.faults import Fault, InputError
from grading.law.annex.book import Book, Page
from grading.law.annex.changes import asked_of, is_same, known_choices
from grading.law.annex.contents import Value
from grading.law.annex.layout import LABELS, Line, Sheet, Slot
from grading.law.annex.meaning import Trouble, in_todays_words, is_same_demand, trouble_of
from grading.law.annex.named import Asked, Names
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
    is_carried: bool = False
    """Whether the pack still demands what was exported, in whatever words, or already says what the bureau wrote."""
    trouble: Trouble | None = None
    """Why the cell, brought along as it was written, cannot be read by today's pack."""
    labels: tuple[str, ...] = ()
    """What stood before the cell when it was exported."""
    reads_now: str = ""
    """What stands before the cell today, where that is something else."""

    @property
    def needs_look(self) -> bool:
        """Whether somebody must look at the cell before it is imported."""
        return not self.is_carried or self.trouble is not None or bool(self.reads_now)


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


def carry(book: Book, sheets: Sequence[Sheet], names: Names) -> Carried:
    """Return `sheets` with every cell entered that the bureau changed and the pack did not.

    What counts is what a cell demands: choices are read by any of their words, and written in today's.

    Raises InputError for a workbook that does not hold what it said when it was exported.
    """
    if book.base is None:
        raise InputError([_no_base(book)])
    asks = partial(asked_of, known=known_choices(sheets), names=names, language=book.language)
    today = _Today.of(sheets)
    entered: dict[Place, Entered] = {}
    for place, found in _changed(book, book.base):
        now = today.find(place)
        entered[now or place] = _entered(found, *today.cells[now], asks(today.cells[now][0])) if now else found
    taken = {place: cell.mine for place, cell in entered.items() if cell.is_carried}
    return Carried([_with(sheet, taken) for sheet in sheets], tuple(entered.values()))


@dataclass(frozen=True)
class _Today:
    """Every cell of today's sheets by its place, and the lines of each row of the pack."""

    cells: dict[Place, tuple[Line, Slot]]
    rows: dict[tuple[str, str], list[str]]

    @classmethod
    def of(cls, sheets: Sequence[Sheet]) -> "_Today":
        cells = {(sheet.key, line.key, slot.column): (line, slot) for sheet, line, slot in _slots(sheets)}
        rows: dict[tuple[str, str], list[str]] = {}
        for sheet, line in dict.fromkeys((sheet, line) for sheet, line, _ in cells):
            rows.setdefault((sheet, _row(line)), []).append(line)
        return cls(cells, rows)

    def find(self, place: Place) -> Place | None:
        """Return where a cell stands today: under its own key, or in the only line of its row.

        Keys of older workbooks counted the rows, and a row may be for other subtypes or days now.
        """
        sheet, line, column = place
        if place in self.cells:
            return place
        lines = self.rows.get((sheet, _row(line)), [])
        moved = (sheet, lines[0], column) if len(lines) == 1 and line.startswith("row/") else None
        return moved if moved in self.cells else None


def _row(line: str) -> str:
    return "/".join(line.split("/")[:2])


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
            labels = tuple(page.text(at, 1 + index).strip() for index in range(LABELS))
            yield (sheet, line, column), Entered(address(page.name, at, places[0]), was, now, None, labels=labels)


def _entered(found: Entered, line: Line, slot: Slot, asked: Asked) -> Entered:
    """Return a changed cell beside what the pack says today."""
    pack = (slot.value, slot.status)
    is_left_alone = _alike(pack, found.base) or is_same_demand(pack, found.base, line, slot, asked)
    if not (is_left_alone or _alike(pack, found.mine)):
        return replace(found, pack=pack)
    mine = (in_todays_words(found.mine[0], line, slot, asked), found.mine[1])
    reads_now = " / ".join(label for label in line.labels if label)
    is_moved = found.labels != tuple(label.strip() for label in line.labels)
    trouble = trouble_of(mine, line, slot, asked)
    return replace(
        found, pack=pack, mine=mine, is_carried=True, trouble=trouble, reads_now=reads_now if is_moved else ""
    )


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
