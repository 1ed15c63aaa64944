"""The first sheet: which pack this is, how to fill it in, every word that is understood, and what is still open."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

from grading.law.annex import named, orders, words
from grading.law.annex.layout import Sheet
from grading.law.annex.places import MARK
from grading.law.pack import Status
from grading.words import Language, mark, say
from reports.invisible import visible
from reports.rulebook.style import Looks, height, print_on

STATUS_LIST = "=lantian_statuses"
LABEL_WIDTH, TEXT_WIDTH = 30, 80
STATUS_MEANINGS: dict[Status, str] = {
    "verified": mark("read in the official text itself"),
    "reported": mark("a secondary source says so"),
    "unverified": mark("from memory or an estimate; to be confirmed"),
    "unknown": mark("the law demands something here, nobody has said what"),
}
STEPS = (
    mark("Change only value and status cells; keys, labels and heads lead the import and must stay as they are."),
    mark(
        "A number is written alone: the sign and the unit of the row belong to it. Choices are written by their names, "
        "with {between} between them."
    ),
    mark("After checking a cell against the official text, set its status; every change of value needs one that fits."),
    mark("A cell that says it is the same as another grade follows that grade; write a value to part them."),
    mark(
        "Where the annex leaves two readings of a number, both ends are written, the smaller first, as 10–15: what "
        "lies between them leaves the grade open."
    ),
    mark("What nobody knows stays `{unknown}`; what has been heard may follow after a colon."),
    mark(
        "Then run: lantian rules import FILE --who NAME --source DOCUMENT --out FOLDER. Only changed cells are "
        "written, as an overlay pack on this one."
    ),
)


@dataclass(frozen=True)
class Guide:
    """Which pack a workbook was written from."""

    pack_id: str
    content_sha256: str
    title: str
    document: str


def write_guide(
    book: Workbook, looks: Looks, guide: Guide, sheets: Sequence[tuple[str, Sheet]], language: Language
) -> None:
    """Write the first sheet and name its list of statuses for the drop-downs."""
    name = say(language, mark("Guide"))
    page = book.add_worksheet(name)
    page.set_column(0, 0, 4, None, {"hidden": True})
    page.set_column(1, 1, LABEL_WIDTH)
    page.set_column(2, 2, TEXT_WIDTH)
    page.set_column(3, 6, 12)
    row = _identity(page, looks, guide, language)
    row = _lines(page, looks, row, say(language, mark("How to fill it in")), list(_steps(language)))
    row = _lines(page, looks, row, say(language, mark("What the colours mean")), [])
    row = _legend(page, looks, row, language)
    row = _lines(page, looks, row, say(language, mark("Words of indicator cells")), list(_words(language)))
    row = _lines(page, looks, row, say(language, mark("Measures")), list(_measures(language)))
    choices = words.status_choices(language)
    first = row + 1
    row = _lines(page, looks, row, say(language, mark("Statuses to choose from")), [("", word) for word in choices])
    book.define_name(STATUS_LIST.removeprefix("="), f"='{name}'!$C${first + 1}:$C${first + len(choices)}")
    _contents(page, looks, row, sheets, language)
    page.protect("", {"format_columns": True, "format_rows": True})
    print_on(page, "A4", say(language, mark("Page {page} of {pages}"), page="&P", pages="&N"))


def _identity(page: Worksheet, looks: Looks, guide: Guide, language: Language) -> int:
    page.write_string(0, 0, MARK, looks.label)
    page.write_string(0, 1, visible(guide.title), looks.title)
    facts = (
        ("pack", mark("Rule pack"), guide.pack_id),
        ("document", mark("Document"), visible(guide.document)),
        ("content_sha256", mark("Content hash"), guide.content_sha256),
        ("language", mark("Language of the workbook"), language),
    )
    for row, (key, label, value) in enumerate(facts, 2):
        page.write_string(row, 0, key, looks.label)
        page.write_string(row, 1, say(language, label), looks.head)
        page.write_string(row, 2, value, looks.label)
    return 2 + len(facts) + 1


def _lines(page: Worksheet, looks: Looks, row: int, title: str, lines: list[tuple[str, str]]) -> int:
    page.write_string(row, 1, title, looks.block)
    for offset, (label, text) in enumerate(lines, 1):
        page.set_row(row + offset, height([(label, LABEL_WIDTH), (text, TEXT_WIDTH)]))
        page.write_string(row + offset, 1, label, looks.label)
        page.write_string(row + offset, 2, text, looks.label)
    return row + len(lines) + (2 if lines else 1)


def _steps(language: Language) -> Iterator[tuple[str, str]]:
    unknown = say(language, words.UNKNOWN)
    for number, step in enumerate(STEPS, 1):
        yield str(number), say(language, step, unknown=unknown, between=named.BETWEEN[language].strip())


def _legend(page: Worksheet, looks: Looks, row: int, language: Language) -> int:
    for status, meaning in STATUS_MEANINGS.items():
        page.write_string(row, 1, say(language, words.STATUSES[status]), looks.plain_status[status])
        page.write_string(row, 2, say(language, meaning), looks.label)
        row += 1
    return row + 1


def _words(language: Language) -> Iterator[tuple[str, str]]:
    meanings = {
        "unknown": mark("what is demanded is not known; a text may follow, as the name of a standard"),
        "not_differentiated": mark("the table asks nothing of this grade here"),
        "floor": mark("the bottom of the scheme: only the law itself applies"),
        "is_required": mark("the statement of the row must hold"),
    }
    for name, meaning in meanings.items():
        yield say(language, words.CONTENTS[name]), say(language, meaning)
    yield words.as_word("A", language), say(language, mark("a merged cell: the same demand and status as grade A"))
    yield named.BETWEEN[language].strip(), say(language, mark("between choices; + before a choice that is new"))


def _measures(language: Language) -> Iterator[tuple[str, str]]:
    yield say(language, mark("Example")), orders.examples()[language]
    kinds = (say(language, word) for word in words.KINDS.values())
    yield say(language, mark("Kinds")), say(language, mark("; ")).join(kinds)
    transports = (say(language, word) for word in words.TRANSPORTS.values() if word)
    yield say(language, mark("Transport, after a plus sign")), say(language, mark("; ")).join(transports)


def _contents(page: Worksheet, looks: Looks, row: int, sheets: Sequence[tuple[str, Sheet]], language: Language) -> None:
    heads = [say(language, mark("Sheet")), "", *(say(language, word) for word in words.STATUSES.values())]
    for column, head in enumerate(heads, 1):
        page.write_string(row, column, head, looks.head)
    for offset, (name, sheet) in enumerate(sheets, 1):
        page.write_string(row + offset, 0, f"has/{sheet.key}", looks.label)
        page.write_url(row + offset, 1, f"internal:'{name.replace(chr(39), chr(39) * 2)}'!B1", looks.label, name)
        page.write_string(row + offset, 2, visible(sheet.title), looks.label)
        counts = statuses_of(sheet)
        for column, status in enumerate(words.STATUSES, 3):
            page.write_number(row + offset, column, counts[status], looks.label)


def statuses_of(sheet: Sheet) -> Counter[str]:
    """Return how many cells of a sheet stand at each status; a cell that follows another counts once, there."""
    slots = (slot for block in sheet.blocks for line in block.lines for slot in line.slots if slot is not None)
    known = (words.read_status(slot.status) for slot in slots)
    return Counter(status for status, _ in filter(None, known))
