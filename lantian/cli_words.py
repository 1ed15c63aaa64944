"""What every command shares: the language, the options, and how faults and answers are spoken."""

import json
import os
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Annotated, Literal

import typer
from rich.console import Console

from grading.faults import InputError
from grading.words import Language, mark, say
from lantian.spoken import spoken_language

LANGUAGE = spoken_language(sys.argv, os.environ)
BAD_INPUT = 2


def help_text(message: str) -> str:
    """Return a help sentence in the language of this call."""
    return say(LANGUAGE, message)


Lang = Annotated[Language, typer.Option("--lang", help=help_text(mark("Language of every word: zh or en")))]
Require = Literal["verified", "reported", "unverified", "unknown"]
AskedOfRules = Annotated[
    Require,
    typer.Option(
        "--require",
        help=help_text(
            mark("Weakest evidence status of a rule that may decide a grade; weaker ones leave an interval")
        ),
    ),
]
Asked = Annotated[
    Literal["full", "quick", "none"],
    typer.Option(
        "--answers",
        help=help_text(
            mark("What is asked of the finished plan: quick (linear programs), full (whole new plans; minutes), none")
        ),
    ),
]
AsJson = Annotated[bool, typer.Option("--json", help=help_text(mark("Print one JSON object instead of sentences")))]


@contextmanager
def faults_spoken(language: Language, as_json: bool = False) -> Iterator[None]:
    """Turn bad input into one message that holds every fault, and exit code 2."""
    try:
        yield
    except InputError as error:
        _refuse(error, language, as_json)
        raise typer.Exit(BAD_INPUT) from error


def _refuse(error: InputError, language: Language, as_json: bool) -> None:
    from lantian.faultlines import fault_lines, fault_records

    if as_json:
        answer({"faults": fault_records(error.faults, language)}, (), as_json)
        return
    console = Console(stderr=True, soft_wrap=True)
    for line in fault_lines(error.faults, language):
        console.print(line, highlight=False, markup=False)
    console.print(say(language, mark("{n} faults; nothing was written."), n=len(error.faults)), markup=False)


def answer(told: object, lines: Iterable[str], as_json: bool) -> None:
    """Print what a command found: one JSON value for a program, or its lines for a reader."""
    if as_json:
        speak(json.dumps(told, ensure_ascii=False, indent=2, default=str))
        return
    for line in lines:
        speak(line)


def speak(line: str) -> None:
    """Print one line as it is: no wrapping, no colour, no markup from a file."""
    Console(soft_wrap=True).print(line, highlight=False, markup=False)
