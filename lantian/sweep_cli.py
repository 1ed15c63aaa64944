"""`lantian sweep` and `lantian rank`: many what-ifs as one table, and the best ones first."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer
from rich.console import Console
from rich.progress import Progress, TimeElapsedColumn

from grading.words import mark, say
from lantian.cli_run import no_plan_spoken, run_options
from lantian.cli_words import LANGUAGE, AsJson, AskedOfRules, Lang, faults_spoken, help_text, speak

if TYPE_CHECKING:
    import polars as pl

    from lantian.run import Options
    from lantian.whatif.answering import Room
    from lantian.whatif.ranked import Ranked
    from lantian.whatif.sweep import Table

TARGET_MISSED = 1
SWEEP_HELP = mark(
    "Many what-ifs as one table: vary one or two things, or take scenario files. "
    "Example: lantian sweep my-city target.orange.nox=0.20..0.30/6"
)
RANK_HELP = mark(
    "Which change helps most? Firms to coach, exemptions, other lists, ways to reach the targets, measures of a table. "
    "Example: lantian rank my-city coach"
)
Question = Literal["coach", "exemptions", "lists", "red", "measures"]
CaseFolder = Annotated[Path, typer.Argument(help=help_text(mark("Case folder with case.toml and the tables")))]
Axes = Annotated[
    list[str] | None,
    typer.Argument(help=help_text(mark("What is varied: target.orange.nox=0.2,0.22 or =0.2..0.3/6; at most two"))),
]
Scenarios = Annotated[
    list[str] | None,
    typer.Option("--scenario", help=help_text(mark("A scenario of the case, one row each; ALL takes every one"))),
]
Parent = Annotated[str, typer.Option("--parent", help=help_text(mark("What everything is compared with")))]
Top = Annotated[int, typer.Option("--top", min=1, help=help_text(mark("How many to name")))]
MeasureTable = Annotated[
    Path | None,
    typer.Option(
        "--table", help=help_text(mark("For measures: the table of what might be paid for (docs/measures.md)"))
    ),
]
Workers = Annotated[
    int | None,
    typer.Option(
        "--workers",
        min=1,
        help=help_text(mark("Processes that plan at the same time; as many as processors if not said, one for a few")),
    ),
]
Out = Annotated[
    Path, typer.Option("--out", help=help_text(mark("Folder to write into; replaced as a whole at the end")))
]


def sweep(
    case: CaseFolder, axes: Axes = None, scenario: Scenarios = None, parent: Parent = "case",
    workers: Workers = None, out: Out = Path("out/sweep"), language: Lang = LANGUAGE, as_json: AsJson = False,
    require: AskedOfRules = "unknown",
) -> None:  # fmt: skip
    """Plan every combination, or every scenario, and write one table."""
    from lantian.whatif.answering import Room
    from lantian.whatif.tabling import publish_sweep

    options = run_options(out, language, as_json, require)
    with faults_spoken(language, as_json), no_plan_spoken(language, as_json):
        asked = _axes(axes or [], scenario or [], case)
        room = Room.of(case, options)
        rows = _rows(room, asked, parent, workers, is_silent=as_json)
        publish_sweep(room, rows, asked.axes, options)
    _answer(rows, [axis.name for axis in asked.axes], options, as_json=as_json)
    raise typer.Exit(0 if (rows["state"] == "met").all() else TARGET_MISSED)


def rank(
    case: CaseFolder,
    question: Annotated[Question, typer.Argument(help=help_text(mark("coach, exemptions, lists, red or measures")))],
    top: Top = 9, parent: Parent = "case", table: MeasureTable = None, out: Out = Path("out/rank"),
    language: Lang = LANGUAGE, as_json: AsJson = False, require: AskedOfRules = "unknown",
) -> None:  # fmt: skip
    """Rank single changes by what they help, and write the whole table."""
    from lantian.whatif.answering import Room
    from lantian.whatif.tabling import publish_rank

    options = run_options(out, language, as_json, require)
    with faults_spoken(language, as_json), no_plan_spoken(language, as_json):
        _refuse_table(question, table)
        found = _ranked(Room.of(case, options), question, parent, top, table, is_silent=as_json)
        publish_rank(found, options)
    if as_json:
        speak(json.dumps({"lines": found.lines, "rows": found.rows.to_dicts()}, ensure_ascii=False, default=str))
        return
    for line in found.lines:
        speak(line)
    speak(say(language, mark("Written: {path}"), path=out.resolve()))


def _refuse_table(question: Question, table: Path | None) -> None:
    """Raise InputError where measures have no table, or another question has one."""
    from grading.faults import InputError
    from lantian.whatif.faults import At, scenario_fault

    is_given = table is not None and table.is_file()
    if is_given != (question == "measures") or (table is not None and not is_given):
        raise InputError([scenario_fault("measures_table", At("--table"), str(table or "–"))])


def _ranked(
    room: "Room", question: Question, parent: str, top: int, table: Path | None, *, is_silent: bool
) -> "Ranked":
    from lantian.whatif.candidates import read_candidates
    from lantian.whatif.measures import ranked_measures
    from lantian.whatif.ranked import ranked

    if table is None:
        return ranked(room, question, parent, top)
    candidates = read_candidates(table, room.standing(parent))
    with _progress(room, is_silent=is_silent) as told:
        return ranked_measures(room, candidates, parent, top, told)


def _axes(axes: list[str], scenarios: list[str], case: Path) -> "Table":
    from grading.faults import InputError
    from lantian.whatif.chain import known_names, lineages
    from lantian.whatif.faults import At, scenario_fault
    from lantian.whatif.sweep import EXAMPLE, Table, axis_of

    names = known_names(case) if scenarios == ["ALL"] else scenarios
    if not (1 <= len(axes) <= 2 and not names) and not (names and not axes):
        raise InputError([scenario_fault("option_not_understood", At("sweep"), " ".join(axes), EXAMPLE)])
    return Table(tuple(axis_of(axis) for axis in axes), tuple(line[-1] for line in lineages(names, case)))


def _rows(room: "Room", asked: "Table", parent: str, wanted: int | None, *, is_silent: bool) -> "pl.DataFrame":
    from lantian.whatif.sweep import batch
    from lantian.whatif.sweep import sweep as swept
    from lantian.whatif.workers import workers_for

    workers = workers_for(asked.scenarios, wanted)
    with _progress(room, is_silent=is_silent) as told:
        if asked.written:
            return batch(room, asked.written, told, workers)
        words = (say(room.options.language, mark("not named")), say(room.options.language, mark("table of what-ifs")))
        return swept(room, asked.axes, parent, words, told, workers)


@contextmanager
def _progress(room: "Room", *, is_silent: bool) -> "Iterator[Callable[[int, int], None]]":
    """Show how many what-ifs are planned, of how many."""
    bar = Progress(
        *Progress.get_default_columns(), TimeElapsedColumn(), console=Console(stderr=True), disable=is_silent
    )
    with bar:
        task = bar.add_task(say(room.options.language, mark("Planning what-ifs")), total=None)
        yield lambda done, of: bar.update(task, completed=done, total=of)


def _answer(rows: "pl.DataFrame", names: list[str], options: "Options", *, as_json: bool) -> None:
    from lantian.whatif.telling import sweep_of

    if as_json:
        speak(json.dumps(rows.to_dicts(), ensure_ascii=False, indent=2))
        return
    Console(soft_wrap=False).print(sweep_of(rows, names, options.language))
    speak(say(options.language, mark("Written: {path}"), path=(options.out / "sweep.html").resolve()))
