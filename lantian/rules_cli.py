"""`lantian rules`: read the law as it is encoded, with the evidence status of every cell."""

import json
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.table import Table

from grading.words import Language, mark, say
from lantian.cli_words import LANGUAGE, AsJson, Lang, answer, faults_spoken, help_text, speak
from lantian.rules_words import (
    carry_lines,
    cell_lines,
    check_sentence,
    day_of,
    firm_lines,
    import_lines,
    miss_line,
    supplement_lines,
    write_text,
)

if TYPE_CHECKING:
    import polars as pl

    from grading.law.model import Law

rules_app = typer.Typer(help=help_text(mark("Read, check, complete and compare the rules.")), no_args_is_help=True)
PACK = "cn-2020-340"
CASE_FAILED = 1
Pack = Annotated[str, typer.Option("--pack", help=help_text(mark("Rule pack: a packaged id or a folder")))]
On = Annotated[
    str | None,
    typer.Option("--on", help=help_text(mark("Day on which the rules are read, as 2026-11-20; today if left out"))),
]


@rules_app.command("list", help=help_text(mark("The industries a pack knows. Example: lantian rules list")))
def list_industries(pack: Pack = PACK, on: On = None, language: Lang = LANGUAGE, as_json: AsJson = False) -> None:
    """Print one line per industry and subtype: names, scheme, whether it has a table, status."""
    with faults_spoken(language, as_json):
        law = _law(pack, on)
    name = "name_zh" if language == "zh" else "name_en"
    listed = law.industries.sort("number", nulls_last=True, maintain_order=True)
    columns = ["number", "industry", "subtype", name, "scheme", "has_table", "status"]
    _show(listed.select(columns), language, as_json)
    for line in () if as_json else supplement_lines(law, language):
        speak(line)


@rules_app.command(help=help_text(mark("The rule packs that come with the program. Example: lantian rules packs")))
def packs(language: Lang = LANGUAGE, as_json: AsJson = False) -> None:
    """Print one line per packaged pack: id, parent, first and last day, document and title."""
    from lantian.rulebook import pack_sheet

    _show(pack_sheet(language), language, as_json)


@rules_app.command(
    help=help_text(mark("Every indicator and measure of one industry. Example: lantian rules show cement"))
)
def show(
    industry: Annotated[str, typer.Argument(help=help_text(mark("Industry id or name, as cement or 水泥")))],
    pack: Pack = PACK,
    on: On = None,
    language: Lang = LANGUAGE,
    as_json: AsJson = False,
) -> None:
    """Print the rows of an industry as the annex has them, with status and remark of every cell."""
    from grading.law.resolve import load_pack
    from lantian.rulebook import industry_id, ladder_sheet, requirement_sheet
    from lantian.rules_show import industry_lines

    with faults_spoken(language, as_json):
        law = _law(pack, on)
        found = industry_id(law, industry)
        lines = industry_lines(load_pack(pack, Path.cwd()), found, day_of(on, "--on"), language)
    sheets = {"indicators": requirement_sheet(law, found, language), "measures": ladder_sheet(law, found)}
    answer({name: sheet.to_dicts() for name, sheet in sheets.items()}, lines, as_json)


@rules_app.command(
    help=help_text(mark("How well each industry is known, cell by cell. Example: lantian rules coverage"))
)
def coverage(
    pack: Pack = PACK,
    on: On = None,
    page: Annotated[
        Path | None,
        typer.Option("--html", help=help_text(mark("Also write the map of all cells into this file, as one page"))),
    ] = None,
    language: Lang = LANGUAGE,
    as_json: AsJson = False,
) -> None:
    """Print industries, then dimensions by grade, against evidence status; --json prints every count."""
    from lantian.rulebook import coverage_cube, coverage_of, coverage_sheet

    with faults_spoken(language, as_json):
        law = _law(pack, on)
        cube = coverage_cube(law)
        if page is not None:
            from reports.rulebook.coverage import render_coverage

            write_text(page, render_coverage(cube, law, language))
    if as_json:
        _show(cube, language, as_json)
        return
    _show(coverage_sheet(law, language), language, as_json)
    _show(coverage_of(cube, language), language, as_json)
    if page is not None:
        speak(say(language, mark("Map: {path}"), path=page.resolve()))


@rules_app.command(
    help=help_text(mark("Load a pack strictly and run its expert cases. Example: lantian rules check cn-2020-340"))
)
def check(
    pack: Annotated[str, typer.Argument(help=help_text(mark("Rule pack: a packaged id or a folder")))],
    language: Lang = LANGUAGE,
    as_json: AsJson = False,
) -> None:
    """Print every expectation that does not hold; exit 1 when there is one, 2 when the pack does not load."""
    from dataclasses import asdict

    from grading.expert import check_cases
    from grading.law.resolve import load_pack

    with faults_spoken(language, as_json):
        load_pack(pack, Path.cwd())
        total, missed = check_cases(pack, Path.cwd())
    told = {"pack": pack, "expectations": total, "missed": [asdict(miss) for miss in missed]}
    lines = (*map(partial(miss_line, language=language), missed), check_sentence(total, missed, language))
    answer(told, lines, as_json)
    raise typer.Exit(CASE_FAILED if missed else 0)


@rules_app.command(
    "export",
    help=help_text(
        mark(
            "Write the rules as a workbook to fill in. Example: lantian rules export --xlsx rules.xlsx --industry glass"
        )
    ),
)
def export_rules(
    xlsx: Annotated[Path, typer.Option("--xlsx", help=help_text(mark("Workbook to write; an older one is replaced")))],
    industry: Annotated[
        list[str] | None,
        typer.Option("--industry", help=help_text(mark("Only this industry, by id or name; may be given again"))),
    ] = None,
    pack: Pack = PACK,
    language: Lang = LANGUAGE,
    as_json: AsJson = False,
) -> None:
    """Write one sheet per industry, laid out like the annex, with the status of every cell."""
    from lantian.rules_books import export_workbook

    with faults_spoken(language, as_json):
        sheets = export_workbook(pack, xlsx, industry or (), language)
    told = {"xlsx": str(xlsx.resolve()), "sheets": [sheet.key for sheet in sheets]}
    answer(told, [say(language, mark("{n} sheets lie in {path}."), n=len(sheets), path=xlsx.resolve())], as_json)


@rules_app.command(
    "import",
    help=help_text(
        mark(
            "Read a filled-in workbook into an overlay pack. Example: lantian rules import rules.xlsx --who 张三 "
            "--source 环办大气函〔2020〕340号附件 --out our-rules"
        )
    ),
)
def import_rules(
    file: Annotated[Path, typer.Argument(help=help_text(mark("Filled-in workbook of `lantian rules export`")))],
    who: Annotated[str, typer.Option("--who", help=help_text(mark("Who entered the changes")))],
    source: Annotated[str, typer.Option("--source", help=help_text(mark("Document the changes were read in")))],
    out: Annotated[Path, typer.Option("--out", help=help_text(mark("New folder, named as the overlay pack")))],
    when: Annotated[
        str | None, typer.Option("--when", help=help_text(mark("Day of the entry, as 2026-11-20; today if left out")))
    ] = None,
    pack: Annotated[
        str | None,
        typer.Option("--pack", help=help_text(mark("Folder of the pack the workbook was written from"))),
    ] = None,
    language: Lang = LANGUAGE,
    as_json: AsJson = False,
) -> None:
    """Write only the changed cells, with who, when and source; write nothing when a cell is wrong."""
    from grading.law.annex.overlay_files import Entry
    from lantian.rules_books import import_workbook

    with faults_spoken(language, as_json):
        imported = import_workbook(file, pack, out, Entry(who, source, day_of(when, "--when")))
    told = {"parent": imported.parent, "out": str(imported.folder or ""), "changes": imported.cells}
    answer(told, import_lines(imported, language), as_json)


@rules_app.command(
    help=help_text(
        mark(
            "Bring the cells of an older filled-in workbook into one of today's pack. "
            "Example: lantian rules carry old.xlsx --xlsx new.xlsx"
        )
    )
)
def carry(
    file: Annotated[Path, typer.Argument(help=help_text(mark("Filled-in workbook of `lantian rules export`")))],
    xlsx: Annotated[Path, typer.Option("--xlsx", help=help_text(mark("Workbook to write; an older one is replaced")))],
    pack: Annotated[
        str | None,
        typer.Option("--pack", help=help_text(mark("Folder of the pack the workbook was written from"))),
    ] = None,
    language: Lang = LANGUAGE,
    as_json: AsJson = False,
) -> None:
    """Write a workbook of today's pack with the bureau's cells; exit 1 when somebody must look at a cell."""
    from dataclasses import asdict

    from lantian.rules_books import carry_workbook
    from lantian.rules_words import carry_line

    with faults_spoken(language, as_json):
        carried = carry_workbook(file, pack, xlsx)
    cells = [
        asdict(cell) | {"trouble": cell.trouble is not None, "advice": carry_line(cell, language)}
        for cell in carried.cells
    ]
    answer({"xlsx": str(xlsx.resolve()), "cells": cells}, carry_lines(carried.cells, xlsx, language), as_json)
    raise typer.Exit(CASE_FAILED if any(cell.needs_look for cell in carried.cells) else 0)


@rules_app.command(
    help=help_text(
        mark(
            "What differs between two packs, and which enterprises of a case change grade. "
            "Example: lantian rules diff cn-2020-340 our-rules --case my-city"
        )
    )
)
def diff(
    old: Annotated[str, typer.Argument(help=help_text(mark("Pack before: a packaged id or a folder")))],
    new: Annotated[str, typer.Argument(help=help_text(mark("Pack after: a packaged id or a folder")))],
    case: Annotated[
        Path | None, typer.Option("--case", help=help_text(mark("Case folder whose enterprises are graded with both")))
    ] = None,
    on: On = None,
    language: Lang = LANGUAGE,
    as_json: AsJson = False,
) -> None:
    """Print the cells that differ, then the enterprises whose grade differs and what decides it."""
    from lantian.rules_diff import difference

    with faults_spoken(language, as_json):
        found = difference(old, new, day_of(on, "--on") if on else None, case, language)
    firms = found.enterprises
    cells = found.cells.drop("old_said", "new_said")
    told = {"cells": cells.to_dicts(), "enterprises": None if firms is None else firms.to_dicts()}
    of_firms = () if firms is None else firm_lines(firms, language)
    answer(told, (*cell_lines(found.cells, language, found.names), *of_firms), as_json)


def _law(pack: str, on: str | None) -> "Law":
    from grading.case.settings import LawChoice
    from grading.law import resolve_law

    return resolve_law(LawChoice(pack=pack, on=day_of(on, "--on")), Path.cwd())


def _show(frame: "pl.DataFrame", language: Language, as_json: bool) -> None:
    if as_json:
        speak(json.dumps(frame.to_dicts(), ensure_ascii=False, default=str))
        return
    from grading.law.annex.words import GRADES

    heads = [say(language, GRADES.get(column, column)) for column in frame.columns]  # type: ignore[call-overload]
    table = Table(*heads, show_lines=False)
    for row in frame.iter_rows():
        table.add_row(*(_cell(cell, language) for cell in row))
    Console(width=max(120, Console().width)).print(table, markup=False)


def _cell(value: object, language: Language) -> str:
    """Return a cell as a reader takes it: nothing for none, a tick for yes, a status in words."""
    from grading.law.annex.words import STATUSES

    if isinstance(value, bool):
        return "✓" if value else ""
    word = STATUSES.get(str(value))  # type: ignore[call-overload]
    return say(language, word) if word else "" if value is None else str(value)
