"""How the official list is laid out: sheets, columns, headers, widths and order, declared in a strict TOML file.

Ours is `reports/official_list/layouts/list.toml`; a bureau names its own under [documents] list_layout. What a layout
leaves out is not written; what it does not know is refused with its line.
"""

import difflib
from collections.abc import Iterator, Sequence
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from grading.case.model import Case
from grading.case.strict_toml import validated
from grading.case.text import decode
from grading.case.toml_lines import line_of
from grading.faults import Fault, InputError
from grading.words import mark
from reports.official_list.fields import BLOCK_WORDS, FIELDS_OF

OWN = "list.toml"
Px = Annotated[int, Field(ge=10, le=1790)]
Words = Annotated[str, Field(min_length=1)]
SheetId = Literal["lines", "reasons", "summary", "mobile", "dust", "others"]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, use_attribute_docstrings=True)


class ColumnLayout(_Strict):
    """One column."""

    field: str
    """What it shows; the fields of each sheet stand in `reports/official_list/fields.py` and in docs/list-layout.md."""
    header: Words | None = None
    """The bureau's own header; left out, ours in the language of the run."""
    width_px: Px | None = None
    """Width in pixels; left out, ours."""


class BlockLayout(_Strict):
    """Columns under one merged header."""

    id: Words | None = None
    """One of our blocks, for its header and its colour."""
    header: Words | None = None
    """The bureau's own header."""
    level: Literal["yellow", "orange", "red"] | None = None
    """Colours the header of an alert level."""
    printed: bool = True
    """Whether the block stands inside the print; the printed blocks come first."""
    columns: tuple[ColumnLayout, ...]
    """The columns in order."""


class SheetLayout(_Strict):
    """One sheet."""

    id: SheetId
    """Which rows it holds."""
    name: Annotated[str, Field(min_length=1, max_length=31, pattern=r"^[^\[\]:*?/\\]+$")] | None = None
    """The bureau's own name of the sheet; left out, ours in the language of the run."""
    paper: Literal["A3", "A4"] = "A3"
    """Paper of the print."""
    frozen_columns: Annotated[int, Field(ge=0, le=10)] = 2
    """Columns that stay in sight."""
    block: tuple[BlockLayout, ...] = ()
    """Blocks of columns in order; summary and others have none."""


class Layout(_Strict):
    """The whole layout."""

    sheet: tuple[SheetLayout, ...]
    """Sheets in order."""


@cache
def own_layout() -> Layout:
    """Return the layout that comes with us."""
    text = files("reports.official_list").joinpath("layouts", OWN).read_text(encoding="utf-8")
    return parse_layout(text, OWN)


def layout_of(case: Case) -> Layout:
    """Return the layout the case names, or ours; raises InputError with every fault of the bureau's own."""
    name = case.settings.documents.list_layout
    return read_layout(case.folder / name, name) if name else own_layout()


def read_layout(path: Path, name: str) -> Layout:
    """Return a bureau's layout; raises InputError with every fault and its line."""
    return parse_layout(decode(path.read_bytes(), name), name)


def parse_layout(text: str, name: str) -> Layout:
    """Return the layout written in `text`; raises InputError with every fault and its line."""
    layout = validated(Layout, text, name)
    if faults := list(_checked(layout, text, name)):
        raise InputError(faults)
    return layout


UNKNOWN_FIELD = (mark("The sheet has no field {value}."), mark("Use one of: {expected}."))
TWICE = (mark("{value} stands twice."), mark("Keep one of them; the order of the file is the order of the list."))
NO_SHEET = (mark("The layout has no sheet."), mark("Give it at least one [[sheet]]."))
NO_COLUMNS = (mark("The sheet {value} has no columns."), mark("Give it at least one block with columns."))
NOT_COLUMNS = (mark("The sheet {value} has a fixed form and takes no columns."), mark("Delete its blocks."))
NO_BLOCK = (mark("There is no block {value}."), mark("Use one of {expected}, or give a header of your own."))
NO_HEADER = (mark("A block needs a header."), mark("Give it an id of ours, or a header of your own."))
PRINT_ORDER = (mark("A printed block stands behind one that is not."), mark("Put the printed blocks first."))


def _fault(name: str, row: int, column: str, words: tuple[str, str], value: str = "", expected: str = "") -> Fault:
    return Fault(
        file=name, sheet="", row=row, column=column, rule="list_layout", message=words[0], repair=words[1],
        value=value, severity="fatal", values={"value": value, "column": column, "expected": expected},
    )  # fmt: skip


def _checked(layout: Layout, text: str, name: str) -> Iterator[Fault]:
    """Yield what the form allows and the list does not."""
    if not layout.sheet:
        yield _fault(name, 0, "sheet", NO_SHEET)
    seen: set[str] = set()
    for at, sheet in enumerate(layout.sheet):
        place: tuple[str | int, ...] = ("sheet", at)
        if sheet.id in seen:
            yield _fault(name, line_of(text, place), "sheet.id", TWICE, sheet.id)
        seen.add(sheet.id)
        known = FIELDS_OF.get(sheet.id)
        if known is None and sheet.block:
            yield _fault(name, line_of(text, (*place, "block", 0)), "sheet.block", NOT_COLUMNS, sheet.id)
        elif known is not None and not sheet.block:
            yield _fault(name, line_of(text, place), "sheet.block", NO_COLUMNS, sheet.id)
        elif known is not None:
            yield from _checked_blocks(sheet, place, list(known), text, name)


def _checked_blocks(
    sheet: SheetLayout, place: tuple[str | int, ...], known: Sequence[str], text: str, name: str
) -> Iterator[Fault]:
    is_printed = True
    for at, block in enumerate(sheet.block):
        here = (*place, "block", at)
        if not block.columns:
            yield _fault(name, line_of(text, (*here, "columns")), "block.columns", NO_COLUMNS, sheet.id)
        if block.printed and not is_printed:
            yield _fault(name, line_of(text, here), "block.printed", PRINT_ORDER)
        is_printed = block.printed
        yield from _checked_header(block, here, text, name)
    yield from _checked_columns(sheet, place, known, text, name)


def _checked_header(block: BlockLayout, here: tuple[str | int, ...], text: str, name: str) -> Iterator[Fault]:
    if block.id is not None and block.id not in BLOCK_WORDS:
        yield _fault(name, line_of(text, (*here, "id")), "block.id", NO_BLOCK, block.id, ", ".join(BLOCK_WORDS))
    if block.id is None and block.header is None:
        yield _fault(name, line_of(text, here), "block.header", NO_HEADER)


def _checked_columns(
    sheet: SheetLayout, place: tuple[str | int, ...], known: Sequence[str], text: str, name: str
) -> Iterator[Fault]:
    seen: set[str] = set()
    for at, block in enumerate(sheet.block):
        for column_at, column in enumerate(block.columns):
            line = line_of(text, (*place, "block", at, "columns", column_at))
            if column.field not in known:
                near = difflib.get_close_matches(column.field, known, n=1)
                expected = ", ".join(dict.fromkeys([*near, *known]))
                yield _fault(name, line, "column.field", UNKNOWN_FIELD, column.field, expected)
            if column.field in seen:
                yield _fault(name, line, "column.field", TWICE, column.field)
            seen.add(column.field)
