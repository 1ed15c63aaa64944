"""The command line: parse, call the pipeline, speak, exit. Heavy imports wait until a command runs.

Exit codes: 0 done; 1 done, but a target cannot be met or a check failed; 2 bad input; 3 no plan.
"""

import json
from dataclasses import asdict, replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from grading.words import mark, say
from lantian.alert_cli import ALERT_HELP, alert
from lantian.ask_cli import ASK_HELP, ask
from lantian.cli_run import no_plan_spoken, run_options
from lantian.cli_words import LANGUAGE, AsJson, Asked, AskedOfRules, Lang, faults_spoken, help_text, speak
from lantian.documents_cli import DOCUMENTS_HELP, documents
from lantian.hours_cli import HOURS_HELP, hours
from lantian.rules_cli import rules_app
from lantian.sweep_cli import RANK_HELP, SWEEP_HELP, rank, sweep
from lantian.whatif_cli import WHATIF_HELP, whatif
from lantian.why_cli import WHY_HELP, why

if TYPE_CHECKING:
    from lantian.summary import CheckNumbers, GradeNumbers, PlanNumbers

TARGET_MISSED = 1

app = typer.Typer(
    help=help_text(
        mark("Lantian plans heavy-pollution curtailment: grades enterprises, then finds the least-loss list.")
    ),
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
app.add_typer(rules_app, name="rules")
app.command("why", help=help_text(WHY_HELP))(why)
app.command("alert", help=help_text(ALERT_HELP))(alert)
app.command("hours", help=help_text(HOURS_HELP))(hours)
app.command("ask", help=help_text(ASK_HELP))(ask)
app.command("documents", help=help_text(DOCUMENTS_HELP))(documents)
app.command("whatif", help=help_text(WHATIF_HELP))(whatif)
app.command("sweep", help=help_text(SWEEP_HELP))(sweep)
app.command("rank", help=help_text(RANK_HELP))(rank)

CaseFolder = Annotated[Path, typer.Argument(help=help_text(mark("Case folder with case.toml and the tables")))]
Out = Annotated[
    Path, typer.Option("--out", help=help_text(mark("Folder to write into; replaced as a whole at the end")))
]


@app.command(help=help_text(mark("Run the main job on the embedded city. Example: lantian demo --out out/demo")))
def demo(out: Out = Path("out/demo"), language: Lang = LANGUAGE, as_json: AsJson = False) -> None:
    """Plan the embedded demo city."""
    from lantian.samples import demo_case

    plan(demo_case(), out, language, as_json)


@app.command(help=help_text(mark("Start a case from the demo city's files. Example: lantian init my-city")))
def init(
    folder: Annotated[Path, typer.Argument(help=help_text(mark("Folder to make")))], language: Lang = LANGUAGE
) -> None:
    """Copy a small valid case as a starting point."""
    from lantian.publish import copy_folder
    from lantian.samples import samples_dir

    with faults_spoken(language):
        copy_folder(samples_dir() / "cases" / "starter", folder)
    speak(say(language, mark("A small example case lies in {folder}; replace its tables with yours."), folder=folder))


@app.command(help=help_text(mark("Read a case and tell every fault at once. Example: lantian check my-city")))
def check(
    case: CaseFolder,
    out: Annotated[
        Path | None,
        typer.Option("--out", help=help_text(mark("Folder for rejected.csv; nothing is written without it"))),
    ] = None,
    language: Lang = LANGUAGE,
    as_json: AsJson = False,
) -> None:
    """Read, accept or reject; write only when asked to."""
    from lantian.pipeline import publish_faults, read_named_case
    from lantian.summary import check_lines, check_numbers

    options = run_options(out or Path(), language, as_json)
    with faults_spoken(language, as_json):
        read, law = publish_faults(case, options) if out else read_named_case(case, options)
    _answer(check_numbers(read, law, language), check_lines(read, law, language), as_json)
    raise typer.Exit(TARGET_MISSED if read.faults else 0)


@app.command(help=help_text(mark("Grade every enterprise. Example: lantian grade my-city --out out/grades")))
def grade(
    case: CaseFolder,
    out: Out = Path("out/grades"),
    language: Lang = LANGUAGE,
    as_json: AsJson = False,
    require: AskedOfRules = "unknown",
) -> None:
    """Write grades, indicators and rejected rows."""
    from lantian.pipeline import publish_grades
    from lantian.summary import grade_lines, grade_numbers

    options = run_options(out, language, as_json, require)
    with faults_spoken(language, as_json):
        numbers = grade_numbers(publish_grades(case, options))
    _answer(numbers, grade_lines(numbers, language), as_json)


@app.command(
    help=help_text(mark("Grade, plan, verify and write every document. Example: lantian plan my-city --out out/plan"))
)
def plan(
    case: CaseFolder,
    out: Out = Path("out/plan"),
    language: Lang = LANGUAGE,
    as_json: AsJson = False,
    require: AskedOfRules = "unknown",
    answers: Asked = "quick",
) -> None:
    """Run the whole pipeline on a case."""
    from lantian.pipeline import publish_plan
    from lantian.summary import plan_lines, plan_numbers, unmet_lines

    options = replace(run_options(out, language, as_json, require), answers=answers)
    with faults_spoken(language, as_json), no_plan_spoken(language, as_json):
        planned = publish_plan(case, options)
    where = say(language, mark("Report: {path}"), path=(out / "report.html").resolve())
    numbers = plan_numbers(planned)
    _answer(numbers, [*plan_lines(numbers, language), *unmet_lines(planned, language), where], as_json)
    raise typer.Exit(TARGET_MISSED if (planned.plan.targets["state"] == "missed").any() else 0)


def _answer(numbers: "CheckNumbers | GradeNumbers | PlanNumbers", sentences: list[str], as_json: bool) -> None:
    if as_json:
        speak(json.dumps(asdict(numbers), ensure_ascii=False, indent=2, sort_keys=True))
        return
    for sentence in sentences:
        speak(sentence)
