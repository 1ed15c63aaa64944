"""`lantian why`: one enterprise's grade read aloud, with its indicators and the way up."""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.table import Table

from grading.words import Language, mark, say
from lantian.cli_words import BAD_INPUT, LANGUAGE, AsJson, Lang, faults_spoken, help_text, speak

if TYPE_CHECKING:
    from grading.assess.page import Page
    from lantian.run import GradedCase

WHY_HELP = mark("Why an enterprise has its grade, and the way up. Example: lantian why my-city 91159901MA0009901M")
COLUMNS = {
    "subject_id": mark("Line or enterprise"),
    "title": mark("Indicator"),
    "value": mark("Value"),
    "unit": mark("Unit"),
    "verdict": mark("Verdict"),
    "clause": mark("Clause"),
    "status": mark("Evidence of the clause"),
    "source": mark("Source"),
}
VERDICTS = {
    "met": mark("meets the best grade"),
    "not_met": mark("does not meet the best grade"),
    "not_applicable": mark("does not apply"),
    "unknown": mark("cannot be told"),
}


def why(
    case: Annotated[Path, typer.Argument(help=help_text(mark("Case folder with case.toml and the tables")))],
    enterprise_id: Annotated[str, typer.Argument(help=help_text(mark("Credit code of the enterprise")))],
    language: Lang = LANGUAGE,
    as_json: AsJson = False,
) -> None:
    """Say why an enterprise has its grade; write nothing."""
    from grading.assess.explain import page
    from grading.assess.explain import why as reasons
    from lantian.journal import Journal
    from lantian.pipeline import grade_case
    from lantian.run import Options

    with faults_spoken(language, as_json):
        found = grade_case(case, Options(out=Path(), language=language, journal=Journal(echo=lambda _: None)))
    shown = page(found.graded, found.law, enterprise_id)
    if shown.grade.is_empty():
        _refuse(found, enterprise_id, language)
    sentences = reasons(found.graded, found.law, enterprise_id, language)
    if as_json:
        _as_json(shown, sentences)
        return
    speak(sentences)
    _table(shown, language)


def _refuse(found: "GradedCase", enterprise_id: str, language: Language) -> None:
    words = mark("The case has no accepted enterprise {id}; it has {n}. See `lantian check`.")
    text = say(language, words, id=enterprise_id, n=found.graded.grades.height)
    Console(stderr=True, soft_wrap=True).print(text, highlight=False, markup=False)
    raise typer.Exit(BAD_INPUT)


def _as_json(shown: "Page", sentences: str) -> None:
    frames = {name: getattr(shown, name).to_dicts() for name in ("grade", "indicators", "settling", "way_up")}
    speak(json.dumps({"why": sentences.split("\n"), **frames}, ensure_ascii=False, indent=2, default=str))


def _table(shown: "Page", language: Language) -> None:
    """Print the indicators as a table: what is, what each grade asks, and where it stands."""
    asked = [name for name in shown.indicators.columns if name.startswith("asks_")]
    first = list(COLUMNS)[:4]
    heads = [*(COLUMNS[name] for name in first), *(name.removeprefix("asks_") for name in asked)]
    rest = list(COLUMNS)[4:]
    table = Table(*(say(language, head) for head in heads), *(say(language, COLUMNS[name]) for name in rest))
    for row in shown.indicators.iter_rows(named=True):
        place = ":".join(str(part) for part in (row["source_file"], row["source_row"]) if part is not None)
        spoken = {**row, "title": row[f"title_{language}"], "source": place, "verdict": VERDICTS[row["verdict"]]}
        spoken["verdict"] = say(language, spoken["verdict"])
        cells = [spoken[name] for name in [*first, *asked, *rest]]
        table.add_row(*("" if cell is None else str(cell) for cell in cells))
    Console(width=max(160, Console().width)).print(table, markup=False)
