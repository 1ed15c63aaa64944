"""What is laid open and announced: grades, exemptions and downgrades, made from columns that hold no person."""

from dataclasses import dataclass
from datetime import date

import polars as pl

from grading.case.settings import Notice
from grading.scale import rank
from grading.words import Language, mark, say
from reports.format import UNKNOWN, count
from reports.names import REASON_WORDS, STATUS_WORDS, TREATMENT_WORDS, grade_text
from reports.papers.dossiers import Planned, frame_of
from reports.papers.model import Frame
from reports.sections.exempt import exemption_basis, exemption_reach
from reports.sentences import sentence, spelled
from reports.table import Align, Column, Table, text_rows

PUBLISHED = ("enterprise_id", "name", "county", "industry", "planned_grade")
"""The columns of an enterprise that may be published; contact and telephone are not among them."""


@dataclass(frozen=True)
class Line:
    """One line of a notice: what it is, and its words; empty words print a line to fill in."""

    label: str
    """What it is."""
    words: str
    """What the bureau stated in case.toml, or nothing."""


@dataclass(frozen=True)
class PublicList:
    """One public notice with its list."""

    id: str
    """Name of its file, without ending."""
    title: str
    """Title."""
    frame: Frame
    """The run."""
    sentences: tuple[str, ...]
    """What the notice says, sentence by sentence."""
    lines: tuple[Line, ...]
    """Period, office and how to reach it."""
    table: Table
    """The list."""
    signed_on: str
    """Day under the signature, or nothing."""


@dataclass(frozen=True)
class _Kind:
    """What is the same in every run of one list: names of file and table, and its words."""

    id: str
    """Name of its file."""
    title: str
    """Title of the page."""
    table_id: str
    """Id of the table on the page."""
    caption: str
    """What stands above the table."""
    note: str
    """What a reader must know beside it."""
    empty: str
    """What stands there where it has no row."""


Own = tuple[tuple[str, Align, pl.Expr], ...]
"""The columns a list has beside number, enterprise, code, county and industry: header, alignment, words."""
FIRST: tuple[tuple[str, Align], ...] = (
    (mark("No."), "word"), (mark("Enterprise"), "text"), (mark("Unified social credit code"), "text"),
    (mark("County"), "word"), (mark("Industry"), "text"),
)  # fmt: skip
_GRADES = (
    "grades",
    mark("Grades of enterprises of key industries"),
    mark(
        "A grade that evidence does not settle stands at its worse end. The last column says how sure the rules "
        "are that decide it."
    ),
    mark("No enterprise of a key industry was graded."),
)
LAID_OPEN = _Kind("grades-for-objection", mark("Grades laid open for objections"), *_GRADES)
ANNOUNCED = _Kind("grades-announced", mark("Announcement of grades"), *_GRADES)
EXEMPT = _Kind(
    "exempt-list",
    mark("Exempt list"),
    "exempt",
    mark("Exempt enterprises and the basis of each exemption"),
    mark("An exemption ends when its basis ends; it does not lift limits of the permit."),
    mark("No enterprise is exempt."),
)
DOWNGRADED = _Kind(
    "downgrades",
    mark("Downgrades"),
    "downgrades",
    mark("Approved grades that do not stand, with the grounds"),
    mark("Grounds: the penalty with its day and clause, or the indicator that decides."),
    mark("Every approved grade stands."),
)


def public_lists(planned: Planned, language: Language) -> tuple[PublicList, ...]:
    """Return the notices in the order in which they are needed."""
    return (
        grades_laid_open(planned, language),
        grades_announced(planned, language),
        exempt_list(planned, language),
        downgrades(planned, language),
    )


def grades_laid_open(planned: Planned, language: Language) -> PublicList:
    """Return the grade list for objections (公示)."""
    told = say(
        language,
        mark(
            "The grades of {n} enterprises of key industries are laid open. Whoever objects may do so in writing, by "
            "name and with evidence, within the period below."
        ),
        n=count(_graded(planned).height, language),
    )
    table = _grade_table(planned, language, LAID_OPEN)
    return _for_objection(planned, language, LAID_OPEN, table, (told, _others(planned, language)))


def grades_announced(planned: Planned, language: Language) -> PublicList:
    """Return the final grade list (公告)."""
    notice = planned.case.settings.notice
    told = say(
        language,
        mark("After the period for objections the grades of {n} enterprises of key industries are announced."),
        n=count(_graded(planned).height, language),
    )
    return PublicList(
        id=ANNOUNCED.id,
        title=say(language, ANNOUNCED.title),
        frame=frame_of(planned, language),
        sentences=(told, _others(planned, language)),
        lines=(Line(say(language, mark("Period for objections")), period(notice, language)),),
        table=_grade_table(planned, language, ANNOUNCED),
        signed_on=day(notice.announced_on, language),
    )


def exempt_list(planned: Planned, language: Language) -> PublicList:
    """Return who is spared, up to which level and on which basis."""
    frame = planned.context.exemptions
    own: Own = (
        (mark("Grade"), "word", grade_text(pl.col("planned_grade"), language)),
        (mark("Kind"), "text", spelled(pl.col("treatment"), TREATMENT_WORDS, language)),
        (mark("Exempt up to"), "word", exemption_reach(language)),
        (mark("Basis"), "text", exemption_basis(language)),
    )
    told = say(language, mark("{n} enterprises are spared or held to a quota."), n=count(frame.height, language))
    return _for_objection(planned, language, EXEMPT, _listed(planned, language, EXEMPT, frame, own), (told,))


def downgrades(planned: Planned, language: Language) -> PublicList:
    """Return whose approved grade does not stand, B to C and every other, with the grounds."""
    fell = (rank(pl.col("approved_grade")) < rank(pl.col("planned_grade"))).fill_null(value=False)
    frame = planned.context.grades.filter(fell).sort("county", "enterprise_id")
    own: Own = (
        (mark("Approved"), "word", grade_text(pl.col("approved_grade"), language)),
        (mark("Now"), "word", grade_text(pl.col("planned_grade"), language)),
        (mark("Grounds"), "prose", _grounds(planned, language)),
    )
    told = say(language, mark("{n} approved grades do not stand."), n=count(frame.height, language))
    return _for_objection(planned, language, DOWNGRADED, _listed(planned, language, DOWNGRADED, frame, own), (told,))


def _for_objection(
    planned: Planned, language: Language, kind: _Kind, table: Table, sentences: tuple[str, ...]
) -> PublicList:
    """Return a notice that may be objected to, signed on the day it is laid open."""
    notice = planned.case.settings.notice
    return PublicList(
        id=kind.id,
        title=say(language, kind.title),
        frame=frame_of(planned, language),
        sentences=sentences,
        lines=_objection(notice, language),
        table=table,
        signed_on=day(notice.published_on, language),
    )


def _graded(planned: Planned) -> pl.DataFrame:
    return planned.context.grades.filter("is_key_industry")


def _others(planned: Planned, language: Language) -> str:
    others = planned.context.grades.height - _graded(planned).height
    return say(
        language,
        mark("A further {n} enterprises outside the key industries are on the curtailment list without such a grade."),
        n=count(others, language),
    )


def _grade_table(planned: Planned, language: Language, kind: _Kind) -> Table:
    frame = _graded(planned).select(*PUBLISHED, "reason_code", "rests_on").sort("county", "enterprise_id")
    own: Own = (
        (mark("Grade"), "word", grade_text(pl.col("planned_grade"), language)),
        (mark("How found"), "text", spelled(pl.col("reason_code"), REASON_WORDS, language)),
        (mark("Evidence of the rule"), "text", spelled(pl.col("rests_on"), STATUS_WORDS, language)),
    )
    return _listed(planned, language, kind, frame, own)


def _listed(planned: Planned, language: Language, kind: _Kind, frame: pl.DataFrame, own: Own) -> Table:
    """Return the table of a list: the same first columns everywhere, numbered, then its own."""
    rows = frame.with_row_index("number", offset=1).select(
        pl.col("number").cast(pl.String),
        "name",
        "enterprise_id",
        "county",
        planned.context.names.industry(language, pl.col("industry")).alias("industry"),
        *(words.alias(f"own_{place}") for place, (_, _, words) in enumerate(own)),
    )
    headers = (*FIRST, *((header, align) for header, align, _ in own))
    return Table(
        id=kind.table_id,
        caption=say(language, kind.caption),
        columns=tuple(Column(say(language, header), "", align) for header, align in headers),
        rows=text_rows(rows),
        note=say(language, kind.note),
        empty=say(language, kind.empty),
        is_long=True,
    )


def _grounds(planned: Planned, language: Language) -> pl.Expr:
    """Return the penalty, or else what the evidence proves; a penalty that may not count is called doubtful."""
    names, unknown = planned.context.names, say(language, UNKNOWN)
    fields = {
        "day": pl.col("veto_decided_on").cast(pl.String),
        "kind": names.penalty(language, pl.col("veto_kind")),
        "clause": pl.col("veto_clause").fill_null(say(language, mark("clause unknown"))),
    }
    penalty = sentence(language, mark("penalty of {day}: {kind} ({clause})"), **fields)
    doubtful = sentence(
        language, mark("penalty of {day}: {kind} ({clause}); whether it still counts is not certain"), **fields
    )
    evidence = sentence(
        language,
        mark("evidence or rules prove no better grade; indicator that decides: {indicator}"),
        indicator=names.indicator_list(language, pl.col("deciding_indicator")).fill_null(unknown),
    )
    is_sure = pl.col("veto_is_sure").fill_null(value=False)
    return (
        pl.when(pl.col("veto_kind").is_null())
        .then(evidence)
        .when(is_sure)
        .then(penalty)
        .otherwise(doubtful)
        .fill_null(unknown)
    )


def _objection(notice: Notice, language: Language) -> tuple[Line, ...]:
    stated = (
        (mark("Period for objections"), period(notice, language)),
        (mark("Objections to"), notice.objection_office),
        (mark("Telephone of the office"), notice.objection_phone),
        (mark("E-mail"), notice.objection_email),
        (mark("Address"), notice.objection_address),
    )
    return tuple(Line(say(language, label), words or "") for label, words in stated)


def period(notice: Notice, language: Language) -> str:
    """Return the period in words; empty unless both days are stated."""
    if notice.objection_from is None or notice.objection_to is None:
        return ""
    return say(
        language,
        mark("{first} to {last}"),
        first=day(notice.objection_from, language),
        last=day(notice.objection_to, language),
    )


def day(value: date | None, language: Language) -> str:
    """Return a day as it is signed: 2026年9月1日, or 2026-09-01; nothing for a day not stated."""
    if value is None:
        return ""
    return f"{value.year}年{value.month}月{value.day}日" if language == "zh" else value.isoformat()
