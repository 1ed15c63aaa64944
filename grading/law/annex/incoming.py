"""A filled-in workbook in, an overlay pack out: compared, checked, built, and read back before anybody keeps it."""

import re
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

from grading.faults import Fault, InputError
from grading.law.annex import contents, orders, words
from grading.law.annex.book import Book, open_book
from grading.law.annex.changes import Change, changes_of
from grading.law.annex.layout import Line, Sheet, Slot, sheets_of
from grading.law.annex.named import Names
from grading.law.annex.overlay_files import Entry, overlay_files
from grading.law.checks import check_pack
from grading.law.files import Pack, content_sha256, read_pack
from grading.law.overlay import overlaid
from grading.law.pack import Content, Order
from grading.words import Language, mark

_ID = re.compile(r"[a-z0-9][a-z0-9_-]*")


def read_changes(book: Book, parent: Pack) -> list[Change]:
    """Return every changed cell; raise an InputError when the workbook was written from other rules."""
    sha256 = content_sha256(parent)
    if (book.pack_id, book.content_sha256) != (parent.header.model.id, sha256):
        raise InputError([_other_rules(book, parent, sha256)])
    return changes_of(book, sheets_of(parent, book.language), Names.of(parent))


def overlay_of(
    parent: Pack, pack_id: str, changes: Sequence[Change], entry: Entry, language: Language
) -> dict[str, bytes]:
    """Return the files of the overlay pack after reading them back: they must say exactly what the workbook says."""
    faults = [*_entry_faults(pack_id, entry)]
    if faults:
        raise InputError(faults)
    files = overlay_files(parent, pack_id, changes, entry)
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch) / pack_id
        write_files(folder, files)
        resulting = overlaid(parent, read_pack(folder))
    wrong = check_pack(resulting) or list(_differences(parent, resulting, changes, language))
    if wrong:
        raise InputError(wrong)
    return files


def write_files(folder: Path, files: Mapping[str, bytes]) -> None:
    """Write a pack's files under `folder`."""
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)


def _other_rules(book: Book, parent: Pack, sha256: str) -> Fault:
    return Fault(
        file=book.file,
        sheet=book.guide.name,
        row=0,
        column="",
        rule="annex.other_rules",
        message=mark("The workbook was written from {exported} ({old}), and the pack here is {pack} ({new})."),
        repair=mark("Name the pack it was written from with --pack, or use `lantian rules carry` first."),
        severity="fatal",
        values={
            "exported": book.pack_id,
            "old": book.content_sha256[:12],
            "pack": parent.header.model.id,
            "new": sha256[:12],
        },
    )


def _entry_faults(pack_id: str, entry: Entry) -> list[Fault]:
    wrong = [
        (name, message)
        for name, is_wrong, message in (
            ("--who", not entry.who.strip(), mark("It is not said who entered the changes.")),
            ("--source", not entry.source.strip(), mark("It is not said which document the changes come from.")),
            (
                "--out",
                not _ID.fullmatch(pack_id),
                mark("The folder's name {value} cannot be a pack id: lower-case letters, digits, - and _ only."),
            ),
        )
        if is_wrong
    ]
    return [
        Fault(
            file="",
            sheet="",
            row=0,
            column=name,
            rule="annex.entry",
            message=message,
            repair=mark("Correct the option {option}."),
            value=pack_id,
            severity="fatal",
            values={"option": name, "value": pack_id},
        )
        for name, message in wrong
    ]


def _differences(parent: Pack, resulting: Pack, changes: Sequence[Change], language: Language) -> list[Fault]:
    """Return a fault for every cell that the overlay would make say something else than the workbook does."""
    wanted = {place: (slot.value, slot.status) for place, slot in slots_of(sheets_of(parent, language))}
    for change in changes:
        wanted[place_of(change.line, change.slot)] = shown_change(change, Names.of(parent), language)
    got = {place: (slot.value, slot.status) for place, slot in slots_of(sheets_of(resulting, language))}
    return [
        Fault(
            file=parent.header.model.id,
            sheet="",
            row=0,
            column=" ".join(place),
            rule="annex.not_exact",
            message=mark("The overlay would say {got} where the workbook says {wanted}."),
            repair=mark("Write this change into the pack's own file, and report the workbook that led here."),
            severity="fatal",
            values={"got": str(got.get(place)), "wanted": str(wanted.get(place))},
        )
        for place in sorted({*wanted, *got})
        if wanted.get(place) != got.get(place)
    ]


def slots_of(sheets: Sequence[Sheet]) -> list[tuple[tuple[str, str, str], Slot]]:
    """Return the place (sheet, line, column) and slot of every cell."""
    return [
        (place_of(line, slot), slot)
        for sheet in sheets
        for block in sheet.blocks
        for line in block.lines
        for slot in line.slots
        if slot is not None
    ]


def place_of(line: Line, slot: Slot) -> tuple[str, str, str]:
    """Return sheet, line and column of a cell."""
    return line.industry, line.key, slot.column


def shown_change(change: Change, names: Names, language: Language) -> tuple[contents.Value, str]:
    """Return value and status of a changed cell as the workbook would show them."""
    value: contents.Value = change.slot.value
    if change.statement is not None:
        is_order = isinstance(change.slot.content, Order)
        value = (
            orders.shown(Order.model_validate(change.statement), language)
            if is_order
            else contents.shown(Content.model_validate(change.statement), names.with_coined(change.coined), language)
        )
    if change.evidence is not None:
        return value, words.status_word(*change.evidence, language)
    target = (change.statement or change.slot.content.model_dump()).get("same_as")
    return value, words.as_word(str(target), language)


def open_workbook(path: Path) -> Book:
    """Return the workbook at `path`; raise an InputError when it cannot be read."""
    try:
        data = path.read_bytes()
    except OSError as error:
        fault = Fault(
            file=str(path),
            sheet="",
            row=0,
            column="",
            rule="annex.unreadable",
            message=mark("The workbook cannot be opened: {reason}."),
            repair=mark("Check the path, and close the file where another program holds it."),
            severity="fatal",
            values={"reason": error.strerror or str(error)},
        )
        raise InputError([fault]) from error
    return open_book(data, path.name)
