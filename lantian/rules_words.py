"""What the commands of `lantian rules` say: missed cases, imported cells, changed grades, wrong days."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from grading.assess.explain import grade_name
from grading.faults import Fault, InputError
from grading.law.annex.words import GRADES, LEVELS, status_word
from grading.words import Language, mark, say

if TYPE_CHECKING:
    import polars as pl

    from grading.expert import Missed
    from grading.law.annex.base import Entered
    from grading.law.model import Law
    from lantian.rules_books import Imported


HEADERS = (
    mark("pack"), mark("parent"), mark("from"), mark("to"), mark("document"), mark("title"), mark("number"),
    mark("industry"), mark("subtype"), mark("process"), mark("name_zh"), mark("name_en"), mark("title_zh"),
    mark("title_en"), mark("unit"), mark("scheme"), mark("has_table"), mark("status"), mark("clause"), mark("grade"),
    mark("dimension"), mark("verified"), mark("reported"), mark("unverified"), mark("unknown"), mark("two_readings"),
)  # fmt: skip
"""The column heads of the printed tables; --json keeps them as they stand here."""


def day_of(text: str | None, option: str) -> date:
    """Return the day of an option, today when it is left out; raise an InputError when it is no day."""
    try:
        return date.fromisoformat(text) if text else date.today()
    except ValueError as error:
        fault = Fault(
            file="",
            sheet="",
            row=0,
            column=option,
            rule="day",
            message=mark("{value} is not a day."),
            repair=mark("Write the day as 2026-11-20."),
            value=str(text),
            severity="fatal",
            values={"value": text},
        )
        raise InputError([fault]) from error


def write_text(path: Path, text: str) -> None:
    """Write a page, its folder included."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


def supplement_lines(law: "Law", language: Language) -> Iterator[str]:
    """Return one line per part or supplement whose text was not seen, so that it does not stand in the rows."""
    for row in law.supplements.filter(~law.supplements["is_encoded"]).iter_rows(named=True):
        yield say(
            language,
            mark("Not seen and not in these tables: {document} {title}."),
            document=row["document"],
            title=row[f"title_{language}"],
        )


def miss_line(miss: "Missed", language: Language) -> str:
    """Return one missed expectation: file, case, expected and got, clause."""
    return say(
        language,
        mark("{file}:{line} → {name} [{asked}] → expected {expected}, got {got} → {clause}"),
        file=miss.file,
        line=miss.line,
        name=miss.name,
        asked=miss.asked,
        expected=miss.expected,
        got=miss.got,
        clause=miss.clause,
    )


def check_sentence(total: int, missed: Sequence["Missed"], language: Language) -> str:
    """Return how many expectations hold; a pack without cases says so."""
    if not total:
        return say(language, mark("The pack loads, but has no expert cases: nothing was tried."))
    return say(language, mark("{held} of {all} expectations hold."), held=total - len(missed), all=total)


def import_lines(imported: "Imported", language: Language) -> Iterator[str]:
    """Return one line per changed cell, then where the overlay lies; or that nothing changed."""
    if imported.folder is None:
        yield say(
            language, mark("The workbook says what {pack} says already; no overlay was written."), pack=imported.parent
        )
        return
    for cell in imported.cells:
        told = cell | {name: _plain(cell[name]) for name in ("old", "new")} | {"industry": cell["industry_name"]}
        yield say(language, mark("{industry}: {row}, {column}: {old} ({old_status}) → {new} ({new_status})"), **told)
    yield say(
        language,
        mark("{n} cells changed. The overlay pack on {pack} lies in {folder}; name it under [law] in case.toml."),
        n=len(imported.cells),
        pack=imported.parent,
        folder=imported.folder,
    )


def carry_lines(cells: Sequence["Entered"], path: Path, language: Language) -> Iterator[str]:
    """Return what to do about each cell that needs a look, then how many were brought along and where they lie."""
    for entered in cells:
        if entered.needs_look:
            yield carry_line(entered, language)
    yield say(
        language,
        mark("{n} of {all} changed cells were brought along into {path}; look at it, then import it."),
        n=sum(entered.is_carried for entered in cells),
        all=len(cells),
        path=path.resolve(),
    )


def carry_line(entered: "Entered", language: Language) -> str:
    """Return what became of a changed cell, and what to do where somebody must look at it; empty where nobody must."""
    told = {"cell": entered.cell, "base": _said(entered.base), "mine": _said(entered.mine)}
    if entered.pack is None:
        return say(
            language,
            mark(
                "{cell}: the pack has this cell no more; you had entered {mine}. Look for the row that took its place "
                "and enter it there."
            ),
            **told,
        )
    if not entered.is_carried:
        words = mark(
            "{cell}: you had changed {base} to {mine}, and the pack now says {now}; its word was kept. "
            "If yours still holds, enter it again."
        )
        return say(language, words, now=_said(entered.pack), **told)
    said = []
    if entered.reads_now:
        words = mark("{cell}: brought along, but its row now reads “{row}”; check that {mine} still belongs there.")
        said.append(say(language, words, row=entered.reads_now, **told))
    if entered.trouble is not None:
        reason = {**entered.trouble.values, "cell": entered.cell}
        said += [say(language, text, **reason) for text in (entered.trouble.message, entered.trouble.repair)]
        said.append(say(language, mark("It was brought along as it was written; the import will not take it so.")))
    return ("" if language == "zh" else " ").join(said)


def _said(cell: tuple[object, str]) -> str:
    return f"{_plain(cell[0])} ({cell[1]})"


def _plain(value: object) -> object:
    return f"{value:g}" if isinstance(value, float) else value


def cell_lines(
    cells: "pl.DataFrame", language: Language, names: Mapping[tuple[str, str], str] = MappingProxyType({})
) -> Iterator[str]:
    """Return one line per cell that differs, by name, then how many there are.

    A cell that differs alike in several subtypes is one line with all of them.
    """
    shown = list(_cells_told(cells, language, names))
    for place, told in shown:
        yield say(
            language, mark("{place}: {old} ({old_status}) → {new} ({new_status})"), place=" / ".join(place), **told
        )
    yield say(language, mark("{n} cells differ."), n=len(shown))


def _cells_told(
    cells: "pl.DataFrame", language: Language, names: Mapping[tuple[str, str], str]
) -> Iterator[tuple[list[str], dict[str, str]]]:
    """Yield the names of a cell's place, and both its sides in words."""
    by = [column for column in cells.columns if column != "subtype"]
    for row in cells.group_by(by, maintain_order=True).agg("subtype").iter_rows(named=True):
        told = {name: row[f"{name}_said"] or "—" for name in ("old", "new")}
        told |= {name: _status(row[name], language) for name in ("old_status", "new_status")}
        yield _place(row, language, names), told


def _place(row: Mapping[str, Any], language: Language, names: Mapping[tuple[str, str], str]) -> list[str]:
    industry = row["industry"]
    if industry is None:
        whole = say(language, mark("General measures"))
    else:  # the name of a subtype holds that of its industry
        listed = [subtype for subtype in row["subtype"] if subtype] or [industry]
        whole = say(language, mark(", ")).join(_called(names, industry, part) for part in listed)
    parts = [_called(names, industry, row[part]) for part in ("process", "indicator") if row[part]]
    scale = [say(language, known[row[part]]) for part, known in (("grade", GRADES), ("level", LEVELS)) if row[part]]
    return [whole, *parts, *scale]


def _called(names: Mapping[tuple[str, str], str], industry: str, part: str) -> str:
    return names.get((industry, part), part)


def _status(text: str | None, language: Language) -> str:
    """Return `unverified (low)` in words."""
    status, _, confidence = (text or "").rstrip(")").partition(" (")
    return status_word(status, confidence or None, language) if status else "—"


def firm_lines(firms: "pl.DataFrame", language: Language) -> Iterator[str]:
    """Return one line per enterprise whose grade differs, with what decides in each pack."""
    for row in firms.iter_rows(named=True):
        before, after = (_decided(row, side, language) for side in ("old", "new"))
        firm = f"{row['enterprise_id']} {row['name']}"
        yield say(language, mark("{name}: {value}"), name=firm, value=f"{before} → {after}")
    yield say(language, mark("{n} enterprises change grade."), n=firms.height)


def _decided(row: dict[str, Any], side: str, language: Language) -> str:
    best, worst = (grade_name(end, language) for end in row[f"{side}_interval"].split("–"))
    grade = grade_name(row[f"{side}_grade"], language)
    if best != worst:
        grade = say(language, mark("{grade} (between {best} and {worst})"), grade=grade, best=best, worst=worst)
    if row[f"{side}_decides"] is None:
        return grade
    unsaid = say(language, mark("no value"))
    return say(
        language,
        mark("{grade}, decided by {title} ({value}; best grade asks {demand}; {clause})"),
        grade=grade,
        title=row[f"{side}_decides"],
        value=row[f"{side}_value"] or unsaid,
        demand=row[f"{side}_demand"] or "?",
        clause=row[f"{side}_clause"],
    )
