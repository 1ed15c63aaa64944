"""The bureau's workbook written and taken back: which pack, which file, all of it or nothing."""

import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from grading.faults import Fault, InputError
from grading.law.annex.base import Carried, carry
from grading.law.annex.changes import Change
from grading.law.annex.incoming import open_workbook, overlay_of, read_changes, shown_change, write_files
from grading.law.annex.layout import Sheet, sheets_of
from grading.law.annex.named import Names
from grading.law.annex.overlay_files import Entry
from grading.law.files import Pack, content_sha256, packaged_ids
from grading.law.resolve import load_pack
from grading.law.spelling import folded
from grading.words import Language, mark
from lantian.publish import published
from reports.rulebook.guide import Guide
from reports.rulebook.workbook import write_rule_workbook


@dataclass(frozen=True)
class Imported:
    """What a workbook changed; `cells` holds place, old and new text and status of each change."""

    parent: str
    folder: Path | None
    cells: tuple[dict[str, object], ...]


def export_workbook(pack: str, path: Path, industries: Sequence[str], language: Language) -> list[Sheet]:
    """Write the workbook of a pack, or of some of its industries, and return its sheets."""
    loaded = load_pack(pack, Path.cwd())
    sheets = _chosen(loaded, sheets_of(loaded, language), industries)
    _write(loaded, sheets, path, language)
    return sheets


def carry_workbook(filled: Path, pack: str | None, path: Path) -> Carried:
    """Write a workbook of today's pack with the cells of a filled-in older one; `path` is another file.

    A cell that both the bureau and the pack have changed keeps what the pack says; the answer names it.
    """
    book = open_workbook(filled)
    loaded = load_pack(pack or book.pack_id, Path.cwd())
    today = [sheet for sheet in sheets_of(loaded, book.language) if sheet.key in book.listed]
    carried = carry(book, today, Names.of(loaded))
    _write(loaded, carried.sheets, path, book.language, today)
    return carried


def _write(
    pack: Pack, sheets: Sequence[Sheet], path: Path, language: Language, base: Sequence[Sheet] | None = None
) -> None:
    header = pack.header.model
    title = header.title.zh if language == "zh" else header.title.en
    guide = Guide(header.id, content_sha256(pack), title, header.document)
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=path.parent, prefix=f".{path.name}.") as scratch:
        fresh = Path(scratch) / "rules.xlsx"
        write_rule_workbook(sheets, guide, fresh, language, base)
        fresh.replace(path)


def _chosen(pack: Pack, sheets: list[Sheet], industries: Sequence[str]) -> list[Sheet]:
    if not industries:
        return sheets
    entries = pack.general.model.industries if pack.general else ()
    names = {
        folded(name): entry.id
        for entry in entries
        for name in (entry.id, entry.title.zh, entry.title.en, *entry.synonyms)
    }
    wanted = {name: names.get(folded(name)) for name in industries}
    has_sheet = {sheet.key for sheet in sheets}
    faults = [_no_sheet(pack, name) for name, found in wanted.items() if found not in has_sheet]
    if faults:
        raise InputError(faults)
    return [sheet for sheet in sheets if sheet.key in wanted.values()]


def _no_sheet(pack: Pack, name: str) -> Fault:
    return _fault(
        pack.header.model.id,
        "rulebook.industry",
        (mark("The pack has no table of an industry {name}."), mark("See `lantian rules list`.")),
        name=name,
    )


def import_workbook(path: Path, pack: str | None, out: Path, entry: Entry) -> Imported:
    """Write the overlay pack of a filled-in workbook to `out`; nothing is written when nothing changed or is wrong."""
    book = open_workbook(path)
    parent = load_pack(pack or book.pack_id, Path.cwd())
    changes = read_changes(book, parent)
    names = Names.of(parent)
    titles = {sheet.key: sheet.title for sheet in sheets_of(parent, book.language)} if changes else {}
    cells = tuple(
        _cell(change, names, book.language) | {"industry_name": titles[change.line.industry]} for change in changes
    )
    parent_id = parent.header.model.id
    if not changes:
        return Imported(parent_id, None, ())
    out = out.resolve()
    _refuse_place(out, parent_id)
    files = overlay_of(parent, out.name, changes, entry, book.language)
    with published(out) as fresh:
        write_files(fresh, files)
    return Imported(parent_id, out, cells)


def _refuse_place(out: Path, parent: str) -> None:
    """Raise an InputError where the overlay would overwrite something, or not find its parent."""
    if out.exists() and (not out.is_dir() or any(out.iterdir())):
        words = (
            mark("{name} exists already; nothing was written."),
            mark("Choose a new folder with --out: an overlay is never written over another."),
        )
        raise InputError([_fault(str(out), "rulebook.out_exists", words, name=out.name)])
    if out.name in packaged_ids():
        words = (
            mark("{name} is the id of a pack that comes with the program."),
            mark("Choose another folder name with --out."),
        )
        raise InputError([_fault(str(out), "rulebook.out_is_packaged", words, name=out.name)])
    if parent not in packaged_ids() and not (out.parent / parent / "pack.yaml").is_file():
        words = (
            mark("The overlay would not find its parent {name} in the folder beside it."),
            mark("Choose an --out folder beside the parent's folder."),
        )
        raise InputError([_fault(str(out), "rulebook.parent_elsewhere", words, name=parent)])


def _fault(file: str, rule: str, words: tuple[str, str], **values: object) -> Fault:
    return Fault(
        file=file,
        sheet="",
        row=0,
        column="",
        rule=rule,
        message=words[0],
        repair=words[1],
        value=str(values.get("name", "")),
        severity="fatal",
        values=values,
    )


def _cell(change: Change, names: Names, language: Language) -> dict[str, object]:
    value, status = shown_change(change, names, language)
    return {
        "industry": change.line.industry,
        "row": " / ".join(label for label in change.line.labels[:3] if label),
        "column": change.slot.column,
        "old": change.slot.value,
        "new": value,
        "old_status": change.slot.status,
        "new_status": status,
    }
