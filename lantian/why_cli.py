"""`lantian why`: one enterprise's grade read aloud, with its indicators and the way up."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console

from grading.words import Language, mark, say
from lantian.cli_words import BAD_INPUT, LANGUAGE, AsJson, Lang, faults_spoken, help_text, speak

if TYPE_CHECKING:
    from grading.assess.page import Page
    from lantian.run import GradedCase

WHY_HELP = mark("Why an enterprise has its grade, and the way up. Example: lantian why my-city 91159901MA0009901M")
NO_VALUE = mark("no value")
UNKNOWN = mark("not known")
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
    for line in [*_settling(shown, language), *_lines(shown, found, language), *_facts(shown, found, language)]:
        speak(line)


def _refuse(found: "GradedCase", enterprise_id: str, language: Language) -> None:
    words = mark("The case has no accepted enterprise {id}; it has {n}. See `lantian check`.")
    text = say(language, words, id=enterprise_id, n=found.graded.grades.height)
    Console(stderr=True, soft_wrap=True).print(text, highlight=False, markup=False)
    raise typer.Exit(BAD_INPUT)


def _as_json(shown: "Page", sentences: str) -> None:
    frames = {name: getattr(shown, name).to_dicts() for name in ("grade", "indicators", "facts", "settling", "way_up")}
    speak(json.dumps({"why": sentences.split("\n"), **frames}, ensure_ascii=False, indent=2, default=str))


def _lines(shown: "Page", found: "GradedCase", language: Language) -> Iterator[str]:
    """Yield one line per indicator that applies: what is, what each grade asks, and where it stands."""
    import polars as pl

    from grading.assess.explain import STATUS_NAMES, compared, grade_name, in_words, titled

    of_units = set(found.law.requirements.filter(pl.col("scope") == "unit")["indicator"])
    asked = [name for name in shown.indicators.columns if name.startswith("asks_")]
    spelled = shown.indicators.with_columns(in_words(found.law, name, language) for name in ("value", *asked))
    for row in spelled.iter_rows(named=True):
        has_no_line = row["indicator"] in of_units and row["subject_id"] == shown.grade["enterprise_id"][0]
        if row["verdict"] == "not_applicable" and (row[f"condition_{language}"] is None or has_no_line):
            continue
        verdict, status = VERDICTS[row["verdict"]], STATUS_NAMES[row["status"]]
        place = ":".join(str(part) for part in (row["source_file"], row["source_row"]) if part is not None)
        yield say(
            language,
            mark("· {title} ({subject}): {value}; {asked}; {verdict}; {clause}, {status}; {source}"),
            title=titled(row, language),
            subject=row["subject_id"],
            value=say(language, NO_VALUE) if row["value"] is None else compared(row, language),
            asked=" | ".join(
                f"{grade_name(name.removeprefix('asks_'), language)} {_asked(row[name], language)}" for name in asked
            ),
            verdict=say(language, verdict),
            clause=row["clause"],
            status=say(language, status),
            source=place or "–",
        )


def _asked(demand: str | None, language: Language) -> str:
    """Return what a grade asks: nothing, something nobody has stated, or its words."""
    return say(language, UNKNOWN) if demand == "?" else demand or "–"


def _facts(shown: "Page", found: "GradedCase", language: Language) -> Iterator[str]:
    """Yield one line per fact that decides which rows apply."""
    from grading.assess.explain import in_words, value_text

    for row in shown.facts.with_columns(in_words(found.law, "value", language)).iter_rows(named=True):
        place = ":".join(str(part) for part in (row["source_file"], row["source_row"]) if part is not None)
        yield say(
            language,
            mark("· Which rows apply: {title} ({subject}): {value}; {source}"),
            title=row[f"asks_{language}"],
            subject=row["subject_id"],
            value=value_text(row["value"], language) if row["value"] else say(language, mark("not told")),
            source=place or "–",
        )


def _settling(shown: "Page", language: Language) -> Iterator[str]:
    """Yield the shortest list of what would settle the interval, or nothing."""
    from grading.assess.explain import titled

    named = shown.settling.filter(shown.settling["indicator"].is_not_null())
    titles = dict.fromkeys(titled(row, language) for row in named.iter_rows(named=True))
    if titles:
        listed = say(language, mark("; ")).join(titles)
        yield say(
            language, mark("The grade is settled once these are known ({n}): {listed}"), n=len(titles), listed=listed
        )
