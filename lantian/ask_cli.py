"""`lantian ask`: one question about a case's plan, answered in the terminal; nothing is written."""

import json
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer
from rich.console import Console

from grading.words import Language, mark, say
from lantian.cli_words import BAD_INPUT, LANGUAGE, AsJson, Lang, faults_spoken, help_text, speak

if TYPE_CHECKING:
    import polars as pl

    from lantian.run import PlannedCase

ASK_HELP = mark("Ask one thing of a plan. Example: lantian ask my-city exemption 91159903MA000055XN")
Question = Literal["why-not", "price", "exemption", "upgrade", "pin", "alternatives", "odds"]
TARGET_MISSED = 1
Told = tuple[dict[str, "pl.DataFrame"], Iterable[str]]


def ask(
    case: Annotated[Path, typer.Argument(help=help_text(mark("Case folder with case.toml and the tables")))],
    question: Annotated[
        Question,
        typer.Argument(
            help=help_text(
                mark("why-not, price, exemption, upgrade, pin, alternatives or odds; some ask for a subject")
            )
        ),
    ],
    subject: Annotated[
        str,
        typer.Argument(
            help=help_text(mark("Of whom: level or level.pollutant for price, an enterprise or line elsewhere"))
        ),
    ] = "",
    language: Lang = LANGUAGE,
    as_json: AsJson = False,
) -> None:
    """Plan the case, answer one question, exit 1 where a target is missed."""
    from lantian.ask import NobodyAskedAfter, answer
    from lantian.cli_run import no_plan_spoken
    from lantian.journal import Journal
    from lantian.pipeline import plan_case
    from lantian.run import Options

    options = Options(out=Path(), language=language, journal=Journal(echo=lambda _: None), answers="none")
    with faults_spoken(language, as_json), no_plan_spoken(language, as_json):
        planned = plan_case(case, options)
    try:
        frames, sentences = answer(planned, question, subject, language)
    except NobodyAskedAfter:
        _refuse(subject, language)
    _tell(frames, list(sentences), language, as_json)
    raise typer.Exit(TARGET_MISSED if _misses(planned) else 0)


def _misses(planned: "PlannedCase") -> bool:
    return bool((planned.plan.targets["state"] == "missed").any())


def _tell(frames: dict[str, "pl.DataFrame"], sentences: list[str], language: Language, as_json: bool) -> None:
    if as_json:
        told = {"answer": sentences, **{name: frame.to_dicts() for name, frame in frames.items()}}
        speak(json.dumps(told, ensure_ascii=False, indent=2, default=str))
        return
    for line in sentences or [say(language, mark("Nothing of the kind in this plan."))]:
        speak(line)


def _refuse(subject: str, language: Language) -> None:
    words = mark(
        "Nothing to ask after under {subject}: give a level such as red.nox, or the id of an enterprise or line."
    )
    text = say(language, words, subject=subject or "–")
    Console(stderr=True, soft_wrap=True).print(text, highlight=False, markup=False)
    raise typer.Exit(BAD_INPUT)
