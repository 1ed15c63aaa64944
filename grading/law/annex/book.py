"""A filled-in workbook as rows of cells, found again by their keys."""

import io
from collections.abc import Iterator
from dataclasses import dataclass

import python_calamine as calamine

from grading.case.archive import open_archive
from grading.faults import Fault, InputError
from grading.law.annex.places import BASE_MARK, MARK, address
from grading.words import LANGUAGES, Language, mark

Cells = list[object]


@dataclass(frozen=True)
class Page:
    """One sheet of the file: its name and its cells, row by row."""

    name: str
    rows: list[Cells]

    def at(self, row: int, column: int) -> object:
        """Return a cell; None where the sheet holds nothing."""
        cells = self.rows[row] if row < len(self.rows) else []
        value = cells[column] if column < len(cells) else None
        return None if value == "" else value

    def text(self, row: int, column: int) -> str:
        """Return a cell as text."""
        value = self.at(row, column)
        return "" if value is None else str(value)

    def keyed(self) -> Iterator[tuple[int, str]]:
        """Yield row and key of every row, blank keys included."""
        for row in range(len(self.rows)):
            yield row, self.text(row, 0).strip()


@dataclass(frozen=True)
class Book:
    """A workbook that `lantian rules export` once wrote."""

    file: str
    pack_id: str
    content_sha256: str
    language: Language
    listed: tuple[str, ...]
    """Keys of the sheets that were written."""
    pages: dict[str, Page]
    """Sheet key -> page."""
    guide: Page
    base: Page | None = None
    """Every cell as it was exported; None for a workbook of an older version."""

    def fault(self, page: Page, row: int, column: int, rule: str, words: tuple[str, str], **values: object) -> Fault:
        """Return a fault at one cell; row and column are counted from 0."""
        return fault_at(self.file, page, (row, column), rule, words, **values)


def fault_at(
    file: str, page: Page, place: tuple[int, int], rule: str, words: tuple[str, str], **values: object
) -> Fault:
    """Return a fatal fault at a cell; its sentence starts with the address a spreadsheet shows."""
    row, column = place
    value = page.at(row, column)
    cell = address(page.name, row, column)
    filled = {"cell": cell, "value": "" if value is None else str(value)} | values
    return Fault(
        file=file,
        sheet=page.name,
        row=row + 1,
        column=address("", row, column).strip("!0123456789"),
        rule=rule,
        message=words[0],
        repair=words[1],
        value=str(filled["value"]),
        severity="fatal",
        values=filled,
    )


def open_book(data: bytes, file: str) -> Book:
    """Return the workbook; raise an InputError when it is none, or not one of ours."""
    open_archive(data, file)
    try:
        with calamine.load_workbook(io.BytesIO(data)) as book:
            pages = [
                Page(sheet.name, book.get_sheet_by_name(sheet.name).to_python(skip_empty_area=False))  # type: ignore[arg-type]
                for sheet in book.sheets_metadata
                if sheet.typ == calamine.SheetTypeEnum.WorkSheet
            ]
    except (calamine.CalamineError, OSError) as broken:
        raise InputError([_not_ours(file, str(broken))]) from broken
    guides = [page for page in pages if page.text(0, 0) == MARK]
    if len(guides) != 1:
        raise InputError([_not_ours(file, "")])
    return _book(file, guides[0], pages)


def _not_ours(file: str, reason: str) -> Fault:
    return Fault(
        file=file,
        sheet="",
        row=0,
        column="",
        rule="annex.not_ours",
        message=mark("This is not a workbook written by `lantian rules export`. {reason}"),
        repair=mark("Export the rules, fill that workbook in, and save it as .xlsx."),
        severity="fatal",
        values={"reason": reason},
    )


def _book(file: str, guide: Page, pages: list[Page]) -> Book:
    facts = {key: (row, guide.text(row, 2).strip()) for row, key in guide.keyed() if key}
    language = facts.get("language", (0, ""))[1]
    wrong = [key for key in ("pack", "content_sha256") if not facts.get(key, (0, ""))[1]]
    wrong += [] if language in LANGUAGES else ["language"]
    if wrong:
        raise InputError([_lost_fact(file, guide, facts.get(key, (0, ""))[0], key) for key in wrong])
    faults: list[Fault] = []
    found: dict[str, Page] = {}
    for page in pages:
        kind, _, key = page.text(0, 0).partition("/")
        if kind == "sheet" and key in found:
            faults.append(_twice(file, page, found[key]))
        elif kind == "sheet":
            found[key] = page
    listed = tuple(key.removeprefix("has/") for _, key in guide.keyed() if key.startswith("has/"))
    if faults:
        raise InputError(faults)
    return Book(
        file=file,
        pack_id=facts["pack"][1],
        content_sha256=facts["content_sha256"][1],
        language="zh" if language == "zh" else "en",
        listed=listed,
        pages=found,
        guide=guide,
        base=next((page for page in pages if page.text(0, 0) == BASE_MARK), None),
    )


def _lost_fact(file: str, guide: Page, row: int, key: str) -> Fault:
    words = (
        mark("{cell}: the first sheet no longer says {key}."),
        mark("Undo the change of the first sheet, or export again and fill in the new workbook."),
    )
    return fault_at(file, guide, (row, 2), "annex.guide", words, key=key)


def _twice(file: str, page: Page, first: Page) -> Fault:
    words = (
        mark("{cell}: this sheet is a copy of the sheet {first}."),
        mark("Delete one of the two sheets."),
    )
    return fault_at(file, page, (0, 1), "annex.sheet_twice", words, first=first.name)
