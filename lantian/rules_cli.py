"""`lantian rules`: read the law as it is encoded, with the evidence status of every cell."""

import json
from datetime import date
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.table import Table

from grading.words import Language, mark, say
from lantian.cli_words import LANGUAGE, AsJson, Lang, faults_spoken, help_text, speak

if TYPE_CHECKING:
    import polars as pl

    from grading.law.model import Law

rules_app = typer.Typer(help=help_text(mark("Read the rules: list, show, coverage.")), no_args_is_help=True)
PACK = "cn-2020-340"
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
    _show(law.industries.select("industry", "subtype", name, "scheme", "has_table", "status"), language, as_json)


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
    """Print the table of an industry laid out as the annex: one line per indicator, one column per grade."""
    from lantian.rulebook import industry_id, ladder_sheet, requirement_sheet

    with faults_spoken(language, as_json):
        law = _law(pack, on)
        found = industry_id(law, industry)
    _show(requirement_sheet(law, found, language), language, as_json)
    _show(ladder_sheet(law, found), language, as_json)


@rules_app.command(
    help=help_text(mark("How well each industry is known, cell by cell. Example: lantian rules coverage"))
)
def coverage(pack: Pack = PACK, on: On = None, language: Lang = LANGUAGE, as_json: AsJson = False) -> None:
    """Print industries against evidence status: how many cells are verified, reported, unverified, unknown."""
    from lantian.rulebook import coverage_sheet

    with faults_spoken(language, as_json):
        law = _law(pack, on)
    _show(coverage_sheet(law, language), language, as_json)


def _law(pack: str, on: str | None) -> "Law":
    from pathlib import Path

    from grading.case.settings import LawChoice
    from grading.law import resolve_law

    return resolve_law(LawChoice(pack=pack, on=date.fromisoformat(on) if on else date.today()), Path.cwd())


def _show(frame: "pl.DataFrame", language: Language, as_json: bool) -> None:
    if as_json:
        speak(json.dumps(frame.to_dicts(), ensure_ascii=False, default=str))
        return
    table = Table(*[say(language, column) for column in frame.columns], show_lines=False)
    for row in frame.iter_rows():
        table.add_row(*("" if cell is None else str(cell) for cell in row))
    Console(width=max(120, Console().width)).print(table, markup=False)
