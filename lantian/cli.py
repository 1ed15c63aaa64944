"""The command line: parse, call the pipeline, speak, exit. Heavy imports wait until a command runs.

Exit codes: 0 done; 1 done, but a target cannot be met or a check failed; 2 bad input; 3 no plan.
"""

import json
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console

from grading.faults import InputError
from grading.words import mark, say
from lantian.journal import Journal
from lantian.spoken import spoken_language

if TYPE_CHECKING:
    from lantian.run import Options, PlannedCase
    from lantian.summary import CheckNumbers, GradeNumbers, PlanNumbers

LANGUAGE = spoken_language(sys.argv, os.environ)
TARGET_MISSED, BAD_INPUT, NO_PLAN = 1, 2, 3


def _help(message: str) -> str:
    return say(LANGUAGE, message)


app = typer.Typer(
    help=_help(mark("Lantian plans heavy-pollution curtailment: grades enterprises, then finds the least-loss list.")),
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
rules_app = typer.Typer(help=_help(mark("Read the rules: list, show, check, coverage.")), no_args_is_help=True)
app.add_typer(rules_app, name="rules")

CaseFolder = Annotated[Path, typer.Argument(help=_help(mark("Case folder with case.toml and the tables")))]
Out = Annotated[Path, typer.Option("--out", help=_help(mark("Folder to write into; replaced as a whole at the end")))]
Lang = Annotated[str, typer.Option("--lang", help=_help(mark("Language of every word: zh or en")))]
AsJson = Annotated[bool, typer.Option("--json", help=_help(mark("Print one JSON object instead of sentences")))]


@app.command(help=_help(mark("Run the main job on the embedded city. Example: lantian demo --out out/demo")))
def demo(out: Out = Path("out/demo"), lang: Lang = LANGUAGE, as_json: AsJson = False) -> None:
    """Plan the embedded demo city."""
    from lantian.samples import demo_case

    plan(demo_case(), out, lang, as_json)


@app.command(help=_help(mark("Start a case from the demo city's files. Example: lantian init my-city")))
def init(folder: Annotated[Path, typer.Argument(help=_help(mark("Folder to make")))], lang: Lang = LANGUAGE) -> None:
    """Copy a small valid case as a starting point."""
    from lantian.publish import copy_folder
    from lantian.samples import samples_dir

    _check_language(lang)
    with _faults_spoken(as_json=False):
        copy_folder(samples_dir() / "cases" / "starter", folder)
    _speak(say(LANGUAGE, mark("A small example case lies in {folder}; replace its tables with yours."), folder=folder))


@app.command(help=_help(mark("Read a case and tell every fault at once. Example: lantian check my-city")))
def check(case: CaseFolder, lang: Lang = LANGUAGE, as_json: AsJson = False) -> None:
    """Read, accept or reject; write nothing."""
    from lantian.pipeline import read_named_case
    from lantian.summary import check_lines, check_numbers

    options = _options(Path(), lang, as_json)
    with _faults_spoken(as_json):
        read, law = read_named_case(case, options)
    _answer(check_numbers(read, law, options.language), check_lines(read, options.language), as_json)
    raise typer.Exit(TARGET_MISSED if read.faults else 0)


@app.command(help=_help(mark("Grade every enterprise. Example: lantian grade my-city --out out/grades")))
def grade(case: CaseFolder, out: Out = Path("out/grades"), lang: Lang = LANGUAGE, as_json: AsJson = False) -> None:
    """Write grades, indicators and rejected rows."""
    from lantian.pipeline import publish_grades
    from lantian.summary import grade_lines, grade_numbers

    options = _options(out, lang, as_json)
    with _faults_spoken(as_json):
        numbers = grade_numbers(publish_grades(case, options))
    _answer(numbers, grade_lines(numbers, options.language), as_json)


@app.command(
    help=_help(mark("Grade, plan, verify and write every document. Example: lantian plan my-city --out out/plan"))
)
def plan(case: CaseFolder, out: Out = Path("out/plan"), lang: Lang = LANGUAGE, as_json: AsJson = False) -> None:
    """Run the whole pipeline on a case."""
    from lantian.pipeline import publish_plan
    from lantian.summary import plan_lines, plan_numbers

    options = _options(out, lang, as_json)
    with _faults_spoken(as_json):
        planned = publish_plan(case, options)
    where = say(options.language, mark("Report: {path}"), path=(out / "report.html").resolve())
    numbers = plan_numbers(planned)
    _answer(numbers, [*plan_lines(numbers, options.language), where], as_json)
    raise typer.Exit(_exit_code(planned))


def _exit_code(planned: "PlannedCase") -> int:
    from optimizer.result import Outcome

    if planned.plan.status.outcome is not Outcome.USABLE or not planned.plan.verification.holds:
        return NO_PLAN
    return TARGET_MISSED if (planned.plan.targets["state"] == "missed").any() else 0


def _options(out: Path, lang: str, as_json: bool) -> "Options":
    from lantian.run import Options

    _check_language(lang)
    console = Console(stderr=True)
    echo = (lambda _: None) if as_json else (lambda step: console.print(f"· {step}", highlight=False, markup=False))
    return Options(out=out, language=LANGUAGE, journal=Journal(echo=echo))


def _check_language(lang: str) -> None:
    if lang != LANGUAGE:
        raise typer.BadParameter(_help(mark("--lang is zh or en")))


@contextmanager
def _faults_spoken(as_json: bool) -> Iterator[None]:
    """Turn bad input into one message that holds every fault, and exit code 2."""
    try:
        yield
    except InputError as error:
        _refuse(error, as_json)
        raise typer.Exit(BAD_INPUT) from error


def _refuse(error: InputError, as_json: bool) -> None:
    from lantian.summary import fault_lines, fault_records

    if as_json:
        _speak(json.dumps({"faults": fault_records(error.faults, LANGUAGE)}, ensure_ascii=False, indent=2))
        return
    console = Console(stderr=True, soft_wrap=True)
    for line in fault_lines(error.faults, LANGUAGE):
        console.print(line, highlight=False, markup=False)
    console.print(say(LANGUAGE, mark("{n} faults; nothing was written."), n=len(error.faults)), markup=False)


def _answer(numbers: "CheckNumbers | GradeNumbers | PlanNumbers", sentences: list[str], as_json: bool) -> None:
    if as_json:
        _speak(json.dumps(asdict(numbers), ensure_ascii=False, indent=2, sort_keys=True))
        return
    for sentence in sentences:
        _speak(sentence)


def _speak(line: str) -> None:
    Console(soft_wrap=True).print(line, highlight=False, markup=False)
