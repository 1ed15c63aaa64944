"""What a bureau changed: every cell whose value or status is no longer what was exported."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial

from grading.faults import Fault, InputError
from grading.law.annex import contents, orders, words
from grading.law.annex.book import Book
from grading.law.annex.cell_error import CellError, not_a_statement
from grading.law.annex.found import Place, find_lines
from grading.law.annex.layout import CLOSED, Line, Sheet, Slot
from grading.law.annex.named import Asked, Names
from grading.law.pack import Confidence, Content, Indicator, Status, is_easier
from grading.words import Language, mark, say

Stated = Mapping[str, object]


@dataclass(frozen=True)
class Change:
    """One changed cell of the law."""

    line: Line
    slot: Slot
    statement: Stated | None
    """The new statement as a pack writes it; None where only the status changed."""
    evidence: tuple[Status, Confidence | None] | None
    """Status and confidence; None for a merged cell that follows its target."""
    coined: Mapping[str, str] = field(default_factory=dict)
    """Id -> word of every new choice the cell names."""


def changes_of(book: Book, sheets: Sequence[Sheet], names: Names) -> list[Change]:
    """Return every changed cell in the order of the sheets; raise an InputError with every cell that is wrong."""
    places = find_lines(book, sheets)
    known = known_choices(sheets)
    faults: list[Fault] = []
    changes: list[Change] = []
    for place in places:
        asked = asked_of(place.line, known, names, book.language)
        found = list(_line_changes(book, place, asked, faults))
        faults += _versions(book, place, sheets) if found else ()
        faults += _order_faults(book, place, found)
        changes += found
    if faults:
        raise InputError(faults)
    return changes


def known_choices(sheets: Sequence[Sheet]) -> dict[str, set[str]]:
    """Return quantity -> every choice that some row of the pack names for it."""
    known: dict[str, set[str]] = {}
    for sheet in sheets:
        for block in sheet.blocks:
            for line in block.lines:
                if isinstance(line.source, Indicator):
                    named = known.setdefault(line.source.quantity, set())
                    named.update(c for cell in line.source.requirement.values() for c in cell.choices or ())
    return known


def asked_of(line: Line, known: Mapping[str, set[str]], names: Names, language: Language) -> Asked:
    """Return what the cells of a line may name."""
    row = line.source
    if not isinstance(row, Indicator):
        return Asked(names, language)
    own = frozenset(choice for cell in row.requirement.values() for choice in cell.choices or ())
    return Asked(names, language, own, frozenset(known.get(row.quantity, ())))


def _line_changes(book: Book, place: Place, asked: Asked, faults: list[Fault]) -> Iterator[Change]:
    for index, slot in enumerate(place.line.slots):
        columns = (place.columns.value(index), place.columns.status(index))
        value, status = (place.page.at(place.row, column) for column in columns)
        if slot is None:
            faults += _closed(book, place, columns)
        elif not (is_same(value, slot.value) and is_same(status, slot.status)):
            read = partial(_change, place.line, slot, value, status, asked)
            change = _told(book, place, columns, faults, read)
            if change is not None and not _says_the_same(change, status):
                yield change


def _told(
    book: Book, place: Place, columns: tuple[int, int], faults: list[Fault], read: Callable[[], Change]
) -> Change | None:
    """Return what is read, or add the fault at its cell."""
    try:
        return read()
    except CellError as problem:
        is_status = problem.rule.startswith("annex.status")
        faults.append(
            book.fault(
                place.page,
                place.row,
                columns[1] if is_status else columns[0],
                problem.rule,
                (problem.message, problem.repair),
                unknown=say(book.language, words.UNKNOWN),
                required=say(book.language, words.REQUIRED),
                example=orders.examples()[book.language],
                unit=(place.line.source.unit or "") if isinstance(place.line.source, Indicator) else "",
                **problem.values,
            )
        )
        return None


def is_same(value: object, shown: contents.Value) -> bool:
    """Return whether a cell still holds what was exported."""
    if isinstance(shown, str):
        return isinstance(value, str) and value.replace("\r\n", "\n").strip() == shown.strip()
    return isinstance(value, int | float) and not isinstance(value, bool) and float(value) == shown


def _closed(book: Book, place: Place, columns: tuple[int, int]) -> Iterator[Fault]:
    for column in columns:
        value = place.page.at(place.row, column)
        if value is not None and str(value).strip() != CLOSED:
            sentences = (
                mark("{cell}: {value} stands where the scheme of this row has no such grade."),
                mark("Empty the cell, or write the value under a grade of the row's scheme."),
            )
            yield book.fault(place.page, place.row, column, "annex.closed", sentences)


def _change(line: Line, slot: Slot, value: object, status: object, asked: Asked) -> Change:
    statement = None if is_same(value, slot.value) else _statement(line, slot, value, asked)
    if statement is not None and statement == _own_statement(slot):
        statement = None  # the same demand in other words
    stated = statement if statement is not None else slot.content.model_dump(exclude_none=True)
    names_choices = statement is not None and "choices" in statement
    coined = asked.coined(str(value)) if names_choices else {}
    return Change(line, slot, statement, _evidence(stated, status), coined)


def _own_statement(slot: Slot) -> Stated:
    """Return what a cell states now, as a filled-in cell is read."""
    if not isinstance(slot.content, Content):
        return {}
    return slot.content.statement()


def _says_the_same(change: Change, status: object) -> bool:
    return change.statement is None and is_same(status, change.slot.status)


def _statement(line: Line, slot: Slot, value: object, asked: Asked) -> Stated:
    if isinstance(line.source, Indicator):
        return contents.read_content(value, line.source, slot.column, asked)
    return orders.read_order(value)


def _evidence(stated: Stated, status: object) -> tuple[Status, Confidence | None] | None:
    """Return the evidence a status cell gives, where it fits what the value cell says."""
    text = status if isinstance(status, str) else ""
    target = words.read_as(text)
    if target is not None and stated.get("same_as") == target:
        return None
    read = words.read_status(text)
    if read is None:
        problem = not_a_statement("status")
        raise CellError("annex.status", problem.message if text else _NO_STATUS, problem.repair)
    is_open = "unknown" in stated or stated.get("kind") == "unknown"
    if is_open and read[0] != "unknown":
        raise CellError("annex.status_of_unknown", _KNOWN_OF_UNKNOWN, _CHOOSE_UNKNOWN)
    if not is_open and read[0] == "unknown":
        raise CellError("annex.status_missing", _UNKNOWN_OF_KNOWN, _CHOOSE_KNOWN)
    return read


_NO_STATUS = mark("{cell}: the status is missing.")
_KNOWN_OF_UNKNOWN = mark("{cell}: the status is {value}, but the cell says that nobody knows.")
_CHOOSE_UNKNOWN = mark("Write what the annex demands, or set the status back to `{unknown}`.")
_UNKNOWN_OF_KNOWN = mark("{cell}: the cell states a demand, but its status is still {value}.")
_CHOOSE_KNOWN = mark("Choose how far the new value can be relied on, from the list of the cell.")


def _versions(book: Book, place: Place, sheets: Sequence[Sheet]) -> Iterator[Fault]:
    """Yield a fault where a changed row has another version: a change would meet both."""
    source = place.line.source
    if not isinstance(source, Indicator):
        return
    others = {
        line.key
        for sheet in sheets
        if sheet.key == place.line.industry
        for block in sheet.blocks
        for line in block.lines
        if isinstance(line.source, Indicator) and line.source.id == source.id
    }
    if len(others) > 1:
        sentences = (
            mark("{cell}: the row {indicator} has {n} versions, and a workbook cannot tell which one is meant."),
            mark("Write this change into the pack's own file."),
        )
        yield book.fault(
            place.page,
            place.row,
            place.columns.label(2),
            "annex.versions",
            sentences,
            indicator=source.id,
            n=len(others),
        )


def _order_faults(book: Book, place: Place, found: Sequence[Change]) -> Iterator[Fault]:
    """Yield a fault where a changed number makes a better grade ask for less than a worse one."""
    source = place.line.source
    changed = {change.slot.column: change for change in found if change.statement is not None}
    if not isinstance(source, Indicator) or source.operator not in words.SIGNS or not changed:
        return
    numbers = {
        index: ends
        for index, slot in enumerate(place.line.slots)
        if slot is not None and (ends := _ends(slot, changed.get(slot.column))) is not None
    }
    for (one, (better, _)), (two, (_, worse)) in zip(list(numbers.items()), list(numbers.items())[1:], strict=False):
        if is_easier(better, worse, source.operator):
            slots = place.line.slots
            at = two if slots[two].column in changed else one  # type: ignore[union-attr]
            if slots[at].column in changed:  # type: ignore[union-attr]
                sentences = (
                    mark("{cell}: {better} for a better grade and {worse} for a worse one: the better asks for less."),
                    mark("Check both numbers against the annex; a better grade is never the looser one."),
                )
                yield book.fault(
                    place.page,
                    place.row,
                    place.columns.value(at),
                    "annex.grade_order",
                    sentences,
                    better=f"{better:g}",
                    worse=f"{worse:g}",
                )


def _ends(slot: Slot, change: Change | None) -> tuple[float, float] | None:
    """Return what surely meets a cell and what may meet it; the same number where it has one reading."""
    stated: Stated = slot.content.model_dump() if change is None or change.statement is None else change.statement
    number, other = stated.get("number"), stated.get("may_number")
    if not isinstance(number, float):
        return None
    return number, other if isinstance(other, float) else number
