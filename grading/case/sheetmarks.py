"""What the cell values of a workbook do not tell: formulas, error values, percent formats, stray extents.

Read from the sheet XML as a stream, because the spreadsheet reader returns 0 for a formula nobody has
calculated and "" for an error.
"""

import re
import zipfile
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from xml.parsers import expat

import polars as pl

from grading.case.archive import BROKEN
from grading.case.grid import SPOTS
from grading.case.rules import Place, fault
from grading.faults import InputError

MOST_CELLS = 20_000_000
NO_CELLS = ("xl/chartsheets/", "xl/dialogsheets/", "xl/macrosheets/")
PERCENT_FORMATS = frozenset({"9", "10"})
# A formula, an error value or a DOCTYPE: what the quick look at a sheet must not pass over.
SPECIAL = re.compile(rb"<(?:\w+:)?f[\s/>]|\bt=[\"']e[\"']|<!DOCTYPE")
REFERENCE = re.compile(r"^([A-Z]{1,3})(\d{1,7})$")


@dataclass
class SheetMarks:
    """Marks of one sheet; rows count from 1, positions from 0."""

    formulas: list[tuple[int, int]] = field(default_factory=list)
    errors: list[tuple[int, int, str]] = field(default_factory=list)
    percents: list[tuple[int, int]] = field(default_factory=list)
    last_row: int = 0
    last_at: int = 0

    def spots(self) -> pl.DataFrame:
        """Return the cells that may not be used as they stand."""
        formulas = [(row, at, "formula_cell", "") for row, at in self.formulas]
        errors = [(row, at, "error_cell", value) for row, at, value in self.errors]
        return pl.DataFrame(errors + formulas, schema=SPOTS, orient="row").unique(
            ["row", "at"], keep="first", maintain_order=True
        )


def read_marks(archive: zipfile.ZipFile, file: str) -> dict[str, SheetMarks]:
    """Return sheet name -> marks.

    Raises:
        InputError: broken XML, the 1904 date system, or a sheet that reaches absurdly far.
    """
    try:
        book = _elements(archive.read("xl/workbook.xml"))
        if any(tag == "workbookPr" and made.get("date1904") in ("1", "true") for tag, made in book):
            raise InputError([fault("date_system_1904", Place(file))])
        percents = _percent_styles(archive)
        return {name: _sheet_marks(archive.read(path), percents, file, name) for name, path in _sheets(archive, book)}
    except (KeyError, expat.ExpatError, *BROKEN) as broken:
        raise InputError([fault("unreadable_file", Place(file), expected=str(broken).strip("'\""))]) from broken


Element = tuple[str, dict[str, str]]


def _elements(xml: bytes) -> list[Element]:
    """Return every start tag with its attributes, without namespace prefixes."""
    found: list[Element] = []
    parser = _parser()
    parser.StartElementHandler = lambda tag, made: found.append((_local(tag), {_local(k): v for k, v in made.items()}))
    parser.Parse(xml, True)
    return found


def _parser() -> expat.XMLParserType:
    parser = expat.ParserCreate()

    def refuse(*_: object) -> None:
        raise ValueError("DOCTYPE")

    parser.StartDoctypeDeclHandler = refuse
    parser.buffer_text = True
    return parser


def _local(tag: str) -> str:
    return tag.rpartition(":")[2]


def _sheets(archive: zipfile.ZipFile, book: list[Element]) -> list[tuple[str, str]]:
    links = _elements(archive.read("xl/_rels/workbook.xml.rels"))
    targets = {made["Id"]: made["Target"] for tag, made in links if tag == "Relationship"}
    sheets = [(made["name"], targets[made["id"]]) for tag, made in book if tag == "sheet"]
    paths = [(name, str(PurePosixPath("/xl") / target).lstrip("/")) for name, target in sheets]
    return [(name, path) for name, path in paths if not path.startswith(NO_CELLS)]


def _percent_styles(archive: zipfile.ZipFile) -> frozenset[str]:
    """Return the style numbers that show a number as per cent."""
    if "xl/styles.xml" not in archive.namelist():
        return frozenset()
    elements = _elements(archive.read("xl/styles.xml"))
    own = {made["numFmtId"] for tag, made in elements if tag == "numFmt" and "%" in made.get("formatCode", "")}
    start = next((at for at, (tag, _) in enumerate(elements) if tag == "cellXfs"), len(elements))
    formats = []
    for tag, made in elements[start + 1 :]:
        if tag == "cellStyles":
            break
        if tag == "xf":
            formats.append(made.get("numFmtId", "0"))
    return frozenset(str(style) for style, number in enumerate(formats) if number in PERCENT_FORMATS | own)


def _sheet_marks(xml: bytes, percents: frozenset[str], file: str, sheet: str) -> SheetMarks:
    needs_stream = percents or not xml.startswith(b"<") or SPECIAL.search(xml)
    marks = _streamed(xml, percents) if needs_stream else _extents(xml)
    if marks.last_row * (marks.last_at + 1) > MOST_CELLS:
        place = f"R{marks.last_row}C{marks.last_at + 1}"
        raise InputError([fault("sheet_too_large", Place(file, sheet), place, f"> {MOST_CELLS:,}")])
    return marks


def _streamed(xml: bytes, percents: frozenset[str]) -> SheetMarks:
    watcher = _Watcher(percents)
    parser = _parser()
    parser.StartElementHandler = watcher.start
    parser.EndElementHandler = watcher.end
    parser.CharacterDataHandler = watcher.text
    parser.Parse(xml, True)
    return watcher.marks


def _extents(xml: bytes) -> SheetMarks:
    """Return the marks of a sheet that can hold none but its extent; ten times faster than streaming."""
    rows = {int(row) for row in re.findall(rb"\br=[\"'][A-Z]*(\d{1,7})", xml)}
    letters = set(re.findall(rb"\br=[\"']([A-Z]{1,3})\d", xml))
    return SheetMarks(
        last_row=max(rows, default=0), last_at=max((_position(found.decode()) for found in letters), default=0)
    )


class _Watcher:
    """Collects the marks of one sheet while its XML streams by."""

    def __init__(self, percents: frozenset[str]) -> None:
        self.marks = SheetMarks()
        self._percents = percents
        self._row = self._at = 0
        self._cell: dict[str, str] = {}
        self._is_formula = self._reads_value = False
        self._value = ""

    def start(self, tag: str, made: dict[str, str]) -> None:
        tag = _local(tag)
        if tag == "c":
            self._open_cell(made)
        elif tag == "row":
            self._row, self._at = int(made.get("r", self._row + 1)), -1
        elif tag == "f":
            self._is_formula = True
        elif tag == "v":
            self._reads_value = True

    def _open_cell(self, made: dict[str, str]) -> None:
        place = REFERENCE.match(made.get("r", ""))
        self._at = _position(place[1]) if place else self._at + 1
        self._row = int(place[2]) if place else self._row
        self._cell, self._is_formula, self._value = made, False, ""
        self.marks.last_row = max(self.marks.last_row, self._row)
        self.marks.last_at = max(self.marks.last_at, self._at)

    def text(self, text: str) -> None:
        if self._reads_value:
            self._value += text

    def end(self, tag: str) -> None:
        tag = _local(tag)
        if tag == "v":
            self._reads_value = False
        elif tag == "c":
            self._close_cell()

    def _close_cell(self) -> None:
        kind = self._cell.get("t", "n")
        here = (self._row, self._at)
        if kind == "e":
            self.marks.errors.append((*here, self._value))
        elif self._is_formula and not (kind == "str" and self._value):
            # A number beside a formula may be the writer's placeholder 0; only a stored text is surely a result.
            self.marks.formulas.append(here)
        if kind == "n" and self._value and self._cell.get("s") in self._percents:
            self.marks.percents.append(here)


def _position(letters: str) -> int:
    position = 0
    for letter in letters:
        position = position * 26 + ord(letter) - 64
    return position - 1
