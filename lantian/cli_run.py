"""What every command that runs the pipeline shares: its options, and how a city without a plan is spoken."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import typer
from rich.console import Console

from grading.words import Language, mark, say
from lantian.cli_words import Require, speak
from lantian.journal import Journal

if TYPE_CHECKING:
    from lantian.run import Options

NO_PLAN = 3


@contextmanager
def no_plan_spoken(language: Language, as_json: bool) -> Iterator[None]:
    """Turn a city without a plan into its reasons and exit code 3; the last good run stays as it is."""
    from lantian.run import NoPlanFound

    try:
        yield
    except NoPlanFound as none:
        said = say(language, mark("No plan holds ({proof}); nothing was written."), proof=none.plan.status.proof.value)
        answer = json.dumps({"no_plan": none.reasons, "proof": none.plan.status.proof.value}, ensure_ascii=False)
        for line in [answer] if as_json else [said, *none.reasons]:
            speak(line)
        raise typer.Exit(NO_PLAN) from none


def run_options(out: Path, language: Language, as_json: bool, require: Require = "unknown") -> "Options":
    """Return the options of a run; its steps are told on the error stream unless a program asks."""
    from lantian.run import Options

    console = Console(stderr=True)
    echo = (lambda _: None) if as_json else (lambda step: console.print(f"· {step}", highlight=False, markup=False))
    return Options(out=out, language=language, journal=Journal(echo=echo), require=require)
