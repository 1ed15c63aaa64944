"""`lantian whatif`: what changes if? Scenario files, one-line questions, or both."""

import json
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console

from grading.words import mark, say
from lantian.cli_run import no_plan_spoken, run_options
from lantian.cli_words import LANGUAGE, AsJson, AskedOfRules, Lang, faults_spoken, help_text, speak

if TYPE_CHECKING:
    from lantian.run import Options
    from lantian.whatif.answering import Answer, Room
    from lantian.whatif.oneliners import OneLiners
    from lantian.whatif.scenario_file import Written

TARGET_MISSED = 1
WHATIF_HELP = mark(
    "What if? Plan scenarios beside their parent and say who changes and why. "
    "Example: lantian whatif my-city --target orange.nox=0.22 --explain"
)
CaseFolder = Annotated[Path, typer.Argument(help=help_text(mark("Case folder with case.toml and the tables")))]
Scenarios = Annotated[
    list[str] | None, typer.Argument(help=help_text(mark("Scenarios of the case's folder scenarios/, or files")))
]
Exempt = Annotated[
    list[str] | None, typer.Option("--exempt", help=help_text(mark("Exempt an enterprise or line: its id")))
]
Grade = Annotated[
    list[str] | None, typer.Option("--grade", help=help_text(mark("Another grade: ID=B, or ID,ID=B for several")))
]
Target = Annotated[
    list[str] | None,
    typer.Option("--target", help=help_text(mark("Another required share: orange.nox=0.22 or =22%"))),
]
Down = Annotated[
    list[str] | None,
    typer.Option("--down", help=help_text(mark("An enterprise or line that is down anyway: its id"))),
]
Price = Annotated[
    list[str] | None,
    typer.Option("--price", help=help_text(mark("A factor on the loss of an enterprise or line: ID=1.5"))),
]
OtherList = Annotated[
    list[str] | None,
    typer.Option("--other-list", help=help_text(mark("What another list brings, kg/d: dust.orange.pm=12000"))),
]
Pack = Annotated[str | None, typer.Option("--pack", help=help_text(mark("Another rule pack: an id, or a folder")))]
Reason = Annotated[str, typer.Option("--reason", help=help_text(mark("Why it is asked; kept on record")))]
Author = Annotated[str, typer.Option("--author", help=help_text(mark("Who asks; kept on record")))]
Parent = Annotated[str, typer.Option("--parent", help=help_text(mark("Parent of the one-line question")))]
Save = Annotated[
    str | None, typer.Option("--save", help=help_text(mark("Keep the one-line question as scenarios/NAME.toml")))
]
Combine = Annotated[
    bool, typer.Option("--combine", help=help_text(mark("Take all scenarios together as one; conflicts are named")))
]
Explain = Annotated[
    bool, typer.Option("--explain", help=help_text(mark("Say in a paragraph what was asked and what came out")))
]
Session = Annotated[
    bool,
    typer.Option("--session", help=help_text(mark("Read one question a line from standard input; writes nothing"))),
]
Full = Annotated[
    bool, typer.Option("--full", help=help_text(mark("Write report and curtailment list of each scenario too")))
]
Out = Annotated[
    Path, typer.Option("--out", help=help_text(mark("Folder to write into; replaced as a whole at the end")))
]


def whatif(
    case: CaseFolder, scenarios: Scenarios = None, exempt: Exempt = None, grade: Grade = None, target: Target = None,
    down: Down = None, price: Price = None, other_list: OtherList = None, pack: Pack = None, reason: Reason = "",
    author: Author = "", parent: Parent = "case", save: Save = None, combine: Combine = False,
    explain: Explain = False, full: Full = False, session: Session = False, out: Out = Path("out/whatif"),
    language: Lang = LANGUAGE, as_json: AsJson = False, require: AskedOfRules = "unknown",
) -> None:  # fmt: skip
    """Answer what-ifs and write a folder for each."""
    from lantian.whatif.oneliners import OneLiners

    question = OneLiners(
        exempt=exempt or (), grade=grade or (), target=target or (), down=down or (), price=price or (),
        more=other_list or (), pack=pack, reason=reason, author=author, name=save or "question", parent=parent,
    )  # fmt: skip
    options = replace(run_options(out, language, as_json, require), answers="quick" if full else "none")
    if session:
        _hold(case, options, as_json=as_json)
        return
    with faults_spoken(language, as_json), no_plan_spoken(language, as_json):
        answers = list(_answered(case, scenarios or [], question, options, save=save, combine=combine, full=full))
    _speak(answers, options, as_json=as_json, explain=explain)
    raise typer.Exit(TARGET_MISSED if any(_misses(answer) for answer in answers) else 0)


def _hold(case: Path, options: "Options", *, as_json: bool) -> None:
    """Answer questions as they come, over one case that is read and planned once."""
    from lantian.whatif.answering import Room
    from lantian.whatif.session import questions
    from lantian.whatif.telling import numbers_of
    from reports.whatif.words import explained

    with faults_spoken(options.language, as_json), no_plan_spoken(options.language, as_json):
        gap = "" if options.language == "zh" else " "
        for heard in questions(Room.of(case, options), sys.stdin):
            if as_json:
                told = numbers_of(heard.answer, options.language) if heard.answer else {"refused": heard.refused}
                speak(json.dumps({"line": heard.line, **told}, ensure_ascii=False))
                continue
            speak(f"> {heard.line}")
            said = explained(heard.answer.whatif, options.language) if heard.answer else heard.refused
            speak(gap.join(said))
            speak(say(options.language, mark("({seconds} s)"), seconds=f"{heard.seconds:.1f}"))


def _answered(
    case: Path,
    names: list[str],
    question: "OneLiners",
    options: "Options",
    *,
    save: str | None,
    combine: bool,
    full: bool,
) -> Iterator["Answer"]:
    from lantian.publish import refuse_foreign_folder
    from lantian.whatif.answering import Room
    from lantian.whatif.publishing import publish_answers, save_scenario, scenario_path

    refuse_foreign_folder(options.out)
    if save is not None:
        scenario_path(case, save)
    written = _written(case, names, question, options)
    room = Room.of(case, options)
    if combine:
        written = [_combined(written, room)]
    with publish_answers(options, is_alone=len(written) == 1, is_full=full) as publish:
        for each in written:
            options.journal(say(options.language, mark("What if: {name}"), name=each.name))
            answer = room.answer(each)
            publish(answer)
            yield answer
    if save is not None:
        save_scenario(case, save, written[-1])


def _written(case: Path, names: list[str], question: "OneLiners", options: "Options") -> list["Written"]:
    from grading.faults import InputError
    from lantian.whatif.chain import known_names, lineages
    from lantian.whatif.faults import At, scenario_fault
    from lantian.whatif.oneliners import written_of

    written = [line[-1] for line in lineages(names, case)]
    if question.is_asked:
        unspoken = (say(options.language, mark("not named")), say(options.language, mark("no reason given")))
        written.append(written_of(question, unspoken))
    if not written:
        known = ", ".join(known_names(case)) or "–"
        raise InputError([scenario_fault("nothing_asked", At("whatif"), "", known)])
    return written


def _combined(written: list["Written"], room: "Room") -> "Written":
    from lantian.whatif.combine import combined

    return combined(written, room.standing(written[0].scenario.parent))


def _misses(answer: "Answer") -> bool:
    return bool((answer.after.plan.targets["state"] == "missed").any())


def _speak(answers: list["Answer"], options: "Options", *, as_json: bool, explain: bool) -> None:
    from lantian.whatif.telling import numbers_of, table_of
    from reports.whatif.words import explained

    if as_json:
        speak(json.dumps([numbers_of(answer, options.language) for answer in answers], ensure_ascii=False, indent=2))
        return
    console = Console(soft_wrap=False)
    for answer in answers:
        if explain:
            gap = "" if options.language == "zh" else " "
            speak(gap.join(explained(answer.whatif, options.language)))
        else:
            console.print(table_of(answer, options.language))
    page = options.out / "whatif.html" if len(answers) == 1 else options.out
    speak(say(options.language, mark("Written: {path}"), path=page.resolve()))
