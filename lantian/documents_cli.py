"""`lantian documents`: the papers that enterprises, officers and the public get."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, replace
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import Progress

from grading.words import mark, say
from lantian.cli_run import no_plan_spoken, run_options
from lantian.cli_words import LANGUAGE, AsJson, Asked, AskedOfRules, Lang, faults_spoken, help_text, speak

TARGET_MISSED = 1
DOCUMENTS_HELP = mark(
    "Operation plans, gate notices, help sheets and public notices. Example: lantian documents my-city --out out/papers"
)


def documents(
    case: Annotated[Path, typer.Argument(help=help_text(mark("Case folder with case.toml and the tables")))],
    out: Annotated[
        Path, typer.Option("--out", help=help_text(mark("Folder to write into; replaced as a whole at the end")))
    ] = Path("out/documents"),
    only: Annotated[
        list[str] | None,
        typer.Option("--only", help=help_text(mark("Credit code of one enterprise; may be given several times"))),
    ] = None,
    word: Annotated[
        bool, typer.Option("--word", help=help_text(mark("Also as Word, by the templates of [documents] or ours")))
    ] = False,
    pdf: Annotated[
        bool, typer.Option("--pdf", help=help_text(mark("Also as PDF; needs the extra pdf and a Chinese font")))
    ] = False,
    language: Lang = LANGUAGE,
    as_json: AsJson = False,
    require: AskedOfRules = "unknown",
    answers: Asked = "quick",
) -> None:
    """Plan a case and write its papers."""
    from lantian.documents import Wanted, planned_of, refuse_unknown, write_documents
    from lantian.outputs import seal
    from lantian.pipeline import plan_case
    from lantian.publish import published, refuse_foreign_folder
    from reports.papers.pdf import require_printer

    options = run_options(out, language, as_json, require)
    # Of all questions about a plan the papers tell one answer, so a quick run asks that one only.
    options = replace(options, answers="full" if answers == "full" else "none")
    with faults_spoken(language, as_json), no_plan_spoken(language, as_json):
        refuse_foreign_folder(out)
        if pdf:
            require_printer()
        planned = plan_case(case, options)
        papers = planned_of(planned, estimates_upgrades=answers == "quick")
        refuse_unknown(papers, only or ())
        options.journal(say(language, mark("Writing the papers")))
        with published(out) as fresh, _progress_shown(as_json) as progress:
            wanted = Wanted(language, tuple(dict.fromkeys(only or ())), word, pdf, progress)
            written = write_documents(papers, wanted, fresh)
            seal(fresh, dict(planned.context.manifest), options.journal)
    answer = {**asdict(written), "index": str((out / "index.html").resolve())}
    words = mark("Papers of {n} enterprises, {files} files. Index: {path}")
    said = say(language, words, n=written.enterprises, files=written.files, path=answer["index"])
    speak(json.dumps(answer, ensure_ascii=False) if as_json else said)
    raise typer.Exit(TARGET_MISSED if (planned.plan.targets["state"] == "missed").any() else 0)


@contextmanager
def _progress_shown(as_json: bool) -> Iterator[Callable[[int, int], None]]:
    """Show how far the writing is, on the error stream and only to a person."""
    with Progress(console=Console(stderr=True), disable=as_json, transient=True) as shown:
        task = shown.add_task("")
        yield lambda done, total: shown.update(task, completed=done, total=total)
