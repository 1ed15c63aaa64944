"""The papers of a planned case in one folder: `internal` names persons, `public` does not.

Pages are rendered and written one enterprise at a time; only the rows of the index stay in memory.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from grading.faults import Fault, InputError
from grading.words import Language, mark, say
from lantian.rebuild import rebuild_of
from lantian.run import PlannedCase
from optimizer.answers import upgrade_values
from optimizer.answers.answer import Reason, State, answered
from reports.papers.dossiers import Planned, dossiers, frame_of
from reports.papers.filenames import file_stem
from reports.papers.index import INTERNAL, PUBLIC, Index, IndexRow, Link, index_row, index_title
from reports.papers.model import Dossier, GateNotice, HelpSheet, OperationPlan
from reports.papers.pages import render, render_paper
from reports.papers.pdf import write_pdf
from reports.papers.public import public_lists
from reports.papers.withheld import private_numbers, without_numbers
from reports.papers.word import KINDS, word_forms
from reports.selfcontained import static

Progress = Callable[[int, int], None]
"""Told (enterprises done, enterprises in all)."""


@dataclass(frozen=True)
class Wanted:
    """Which papers are wanted, beside the pages in Word or PDF too. `only`: enterprise ids, all when empty."""

    language: Language
    only: tuple[str, ...] = ()
    in_word: bool = False
    in_pdf: bool = False
    progress: Progress = field(default=lambda _done, _total: None)


@dataclass(frozen=True)
class Written:
    """What was written."""

    enterprises: int
    files: int


def planned_of(planned: PlannedCase, *, estimates_upgrades: bool = False) -> Planned:
    """Return a planned case as the papers read it.

    With `estimates_upgrades` what a better grade saves is estimated for all at once at the plan's prices, unless the
    run has asked already; nobody is planned again for it.
    """
    case, law, graded = planned.graded_case.case, planned.graded_case.law, planned.graded_case.graded
    context = planned.context
    if estimates_upgrades and context.answers.upgrade_values.state is State.NOT_ASKED:
        regrade = rebuild_of(case, law, graded).regrade
        values = upgrade_values(planned.city, planned.plan, regrade, top=0)
        told = replace(context.answers, upgrade_values=answered(values, Reason.NOBODY_CAN_RISE))
        context = replace(context, answers=told)
    return Planned(context, case, law, graded)


def refuse_unknown(planned: Planned, only: Sequence[str]) -> None:
    """Raise InputError naming every id that the case has not accepted."""
    known = set(planned.context.grades["enterprise_id"])
    faults = [
        Fault(
            file="",
            sheet="",
            row=0,
            column="--only",
            rule="only_known_enterprises",
            message=mark("The case has no accepted enterprise {id}."),
            repair=mark("Take the number from grades.csv; `lantian check` tells what was rejected."),
            value=enterprise_id,
            severity="fatal",
            values={"id": enterprise_id},
        )
        for enterprise_id in only
        if enterprise_id not in known
    ]
    if faults:
        raise InputError(faults)


def write_documents(planned: Planned, wanted: Wanted, folder: Path) -> Written:
    """Write every paper into `folder` and return what was written."""
    writer = _Writer(planned, wanted, folder)
    total = len(wanted.only) or planned.context.grades.height
    for done, dossier in enumerate(dossiers(planned, wanted.language, wanted.only), 1):
        writer.enterprise(dossier)
        wanted.progress(done, total)
    writer.city()
    return Written(len(writer.internal_rows), writer.files)


class _Writer:
    """Writes papers one by one and remembers the rows of the two indexes."""

    def __init__(self, planned: Planned, wanted: Wanted, folder: Path) -> None:
        self.planned, self.wanted, self.folder = planned, wanted, folder
        notice = planned.case.settings.notice
        offices = (notice.objection_phone, notice.supervision_phone)
        self.private = private_numbers(planned.case.enterprises, offices)
        documents = planned.case.settings.documents
        own = {"plan": documents.plan_template, "gate": documents.gate_template, "help": documents.help_template}
        self.forms = word_forms(planned.case.folder, own, wanted.language) if wanted.in_word else {}
        self.internal_rows: list[IndexRow] = []
        self.public_rows: list[IndexRow] = []
        self.files = 0
        for name in ("internal", "public/gate"):
            (folder / name).mkdir(parents=True)

    def enterprise(self, dossier: Dossier) -> None:
        language = self.wanted.language
        identity = dossier.plan.identity
        stem = file_stem(identity.enterprise_id)
        names: dict[str, tuple[str, OperationPlan | HelpSheet | GateNotice]] = {
            f"internal/plan-{stem}.html": (mark("operation plan"), dossier.plan),
            f"internal/help-{stem}.html": (mark("help sheet"), dossier.help),
            f"public/gate/gate-{stem}.html": (mark("gate notice"), dossier.gate),
        }
        for name, (_, paper) in names.items():
            self._write(name, render_paper(paper, language))
            if self.forms:
                self._write_word(name.removesuffix("html") + "docx", paper)
        links = [Link(name, say(language, words)) for name, (words, _) in names.items()]
        self.internal_rows.append(index_row(identity, tuple(links)))
        gate = Link(f"gate/gate-{stem}.html", links[-1].text)
        self.public_rows.append(index_row(identity, (gate,)))

    def city(self) -> None:
        language, script = self.wanted.language, static("report.js")
        notices = public_lists(self.planned, language)
        for notice in notices:
            self._write(f"public/{notice.id}.html", render("public-list.html.j2", language, script, paper=notice))
        frame = frame_of(self.planned, language)
        for name, rows, warning in (
            ("public/index.html", self.public_rows, PUBLIC),
            ("index.html", self.internal_rows, INTERNAL),
        ):
            is_public = name.startswith("public")
            base = "" if is_public else "public/"
            pages = tuple(Link(f"{base}{notice.id}.html", notice.title) for notice in notices)
            title = index_title(is_public, language)
            index = Index(title, frame, say(language, warning), pages, tuple(rows))
            self._write(name, render("papers-index.html.j2", language, script, index=index))

    def _write(self, name: str, html: str) -> None:
        text = self._withheld(html) if name.startswith("public") else html
        (self.folder / name).write_text(text, encoding="utf-8")
        self.files += 1
        if self.wanted.in_pdf and not name.endswith("index.html"):
            write_pdf(text, (self.folder / name).with_suffix(".pdf"))
            self.files += 1

    def _write_word(self, name: str, paper: OperationPlan | HelpSheet | GateNotice) -> None:
        form = self.forms[KINDS[type(paper)]]
        cleaned = self._withheld if name.startswith("public") else str
        (self.folder / name).write_bytes(form.fill(paper, cleaned))
        self.files += 1

    def _withheld(self, text: str) -> str:
        return without_numbers(text, self.private, self.wanted.language)
