"""The papers of every enterprise, one after the other: words made once for the city, objects one enterprise at a time.

Nothing of an enterprise is kept after it was handed on, so ten thousand take no more memory than one.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby

import polars as pl

from grading.assess.explain import grounds
from grading.assess.model import GivenReasons, Graded
from grading.case.model import Case
from grading.law.model import Law
from grading.scale import LEVELS
from grading.words import Language, mark, say
from reports.context import ReportContext
from reports.format import UNKNOWN
from reports.names import TREATMENT_WORDS, glossed, grade_text, level_word
from reports.official_list.listing import ENTERPRISE_STATES
from reports.papers.doubts import disagreements, questions
from reports.papers.grouped import Grouped, Row, grouped
from reports.papers.measures import gate_entries, gate_vehicles, line_orders
from reports.papers.model import (
    Contact,
    Disagreement,
    Dossier,
    Frame,
    Gap,
    GateEntry,
    GateLevel,
    GateNotice,
    HelpSheet,
    Identity,
    LevelPlan,
    LineOrder,
    Need,
    OperationPlan,
    Question,
    Step,
)
from reports.papers.upgrades import upgrade_sentence, upgrade_sentences
from reports.papers.ways import gaps, needs, subject_names
from reports.sentences import spelled

AT_ONCE = 200
"""Enterprises whose way up is worked out together."""


@dataclass(frozen=True)
class Planned:
    """A planned case as the papers read it."""

    context: ReportContext
    case: Case
    law: Law
    graded: Graded


@dataclass(frozen=True)
class Words:
    """What is worded once for the whole city, by enterprise."""

    frame: Frame
    supervision: str
    identities: Grouped
    orders: Grouped
    entries: Grouped
    vehicles: Grouped
    gaps: Grouped
    disagreements: Grouped
    questions: Grouped
    subjects: dict[str, str]
    upgrades: dict[str, str] | None


def dossiers(planned: Planned, language: Language, only: Sequence[str] = ()) -> Iterator[Dossier]:
    """Yield the papers of each enterprise by county and id, or only of those named."""
    words = words_of(planned, language)
    chosen = words.identities.frame
    wanted = chosen.filter(pl.col("enterprise_id").is_in(list(only))) if only else chosen
    ids = wanted.sort("county", "enterprise_id")["enterprise_id"].to_list()
    for start in range(0, len(ids), AT_ONCE):
        yield from _some(planned, words, ids[start : start + AT_ONCE], language)


def _some(planned: Planned, words: Words, ids: list[str], language: Language) -> Iterator[Dossier]:
    graded = of_enterprises(planned.graded, ids)
    rows = {
        "indicators": grouped(graded.indicators),
        "grades": grouped(_penalties_named(graded.grades, planned, language)),
    }
    steps = grouped(needs(graded, planned.law, ids, words.subjects, language))
    for enterprise_id in ids:
        told = {name: _own(part, enterprise_id) for name, part in rows.items()}
        own = replace(graded, grades=told["grades"], reasons=GivenReasons(indicators=told["indicators"]))
        why = tuple(grounds(own, enterprise_id, language))
        yield _dossier(enterprise_id, words, why, _steps(steps.of(enterprise_id)), language)


def _penalties_named(grades: pl.DataFrame, planned: Planned, language: Language) -> pl.DataFrame:
    """Return the grades with penalties under the name people use, not the code of the pack."""
    return grades.with_columns(veto_kind=planned.context.names.penalty(language, pl.col("veto_kind")))


def of_enterprises(graded: Graded, ids: Sequence[str]) -> Graded:
    """Return the grades of some enterprises, so that looking one up is quick."""
    is_one = pl.col("enterprise_id").is_in(list(ids))
    return replace(
        graded,
        industry_grades=graded.industry_grades.filter(is_one),
        grades=graded.grades.filter(is_one),
        reasons=GivenReasons(indicators=graded.reasons.indicators_of(ids)),
    )


def _own(rows: Grouped, key: str) -> pl.DataFrame:
    offset, length = rows.places.get(key, (0, 0))
    return rows.frame.slice(offset, length)


def words_of(planned: Planned, language: Language) -> Words:
    """Return everything that is worded for all enterprises at once."""
    context, case = planned.context, planned.case
    orders = line_orders(context, language)
    lines = orders.select("unit_id", "line").unique("unit_id", maintain_order=True)
    notice = case.settings.notice
    subjects = subject_names(lines)
    return Words(
        frame=frame_of(planned, language),
        supervision=notice.supervision_phone or "",
        identities=grouped(_identities(planned, language)),
        orders=grouped(orders),
        entries=grouped(gate_entries(orders, language)),
        vehicles=grouped(gate_vehicles(orders, language)),
        gaps=grouped(gaps(planned.graded, planned.law, subjects, language)),
        disagreements=grouped(disagreements(case, planned.graded, lines, language)),
        questions=grouped(questions(case, lines, language)),
        subjects=subjects,
        upgrades=upgrade_sentences(context.answers.upgrade_values, language),
    )


def frame_of(planned: Planned, language: Language) -> Frame:
    """Return what every paper says about the run."""
    context = planned.context
    rules = say(
        language,
        mark("Rules: {title} ({pack}), as of {day}"),
        title=glossed(context.law_title, context.law_gloss, language), pack=context.law_pack, day=context.law_on,
    )  # fmt: skip
    return Frame(context.city_name, context.season, rules, planned.case.settings.notice.issuer or "")


def _identities(planned: Planned, language: Language) -> pl.DataFrame:
    context = planned.context
    grades = context.grades.select("enterprise_id", "planned_grade", "treatment")
    unknown = say(language, UNKNOWN)
    return (
        planned.case.enterprises.join(grades, on="enterprise_id", how="inner", maintain_order="left")
        .select(
            "enterprise_id", "name", "county",
            park=pl.col("park").fill_null("–"),
            industry=context.names.industry(language, pl.col("industry")),
            permit_no=pl.col("permit_no").fill_null(unknown),
            state=spelled(pl.col("status"), ENTERPRISE_STATES, language),
            grade=grade_text(pl.col("planned_grade"), language),
            treatment=spelled(pl.col("treatment"), TREATMENT_WORDS, language),
            contact=pl.col("contact").fill_null(unknown),
            phone=pl.col("phone").fill_null(unknown),
        )
    )  # fmt: skip


def _dossier(
    enterprise_id: str, words: Words, why: tuple[str, ...], steps: tuple[Step, ...], language: Language
) -> Dossier:
    [facts] = words.identities.of(enterprise_id)
    contact = Contact(facts.pop("contact"), facts.pop("phone"))
    identity = Identity(**facts)
    plan = OperationPlan(
        words.frame, identity, contact, why,
        _levels(words.orders.of(enterprise_id), language), steps,
        upgrade_sentence(words.upgrades, enterprise_id, language),
    )  # fmt: skip
    gate = GateNotice(words.frame, identity, _gate_levels(words, enterprise_id, language), words.supervision)
    visit = HelpSheet(
        words.frame, identity, contact, why,
        tuple(Gap(**_fields(row)) for row in words.gaps.of(enterprise_id)),
        tuple(Disagreement(**_fields(row)) for row in words.disagreements.of(enterprise_id)),
        tuple(Question(**_fields(row)) for row in words.questions.of(enterprise_id)),
    )  # fmt: skip
    return Dossier(plan, gate, visit)


def _fields(row: Row, *others: str) -> Row:
    return {name: value for name, value in row.items() if name not in ("enterprise_id", *others)}


def _levels(rows: Iterator[Row], language: Language) -> tuple[LevelPlan, ...]:
    unused = ("level", "k", "cut_share", "measure", "vehicle")
    return tuple(
        LevelPlan(level, level_word(level, language), tuple(LineOrder(**_fields(row, *unused)) for row in own))
        for level, own in groupby(rows, key=lambda row: str(row["level"]))
    )


def _gate_levels(words: Words, enterprise_id: str, language: Language) -> tuple[GateLevel, ...]:
    entries = {level: tuple(own) for level, own in groupby(words.entries.of(enterprise_id), key=lambda r: r["level"])}
    vehicles = {row["level"]: row["vehicle"] for row in words.vehicles.of(enterprise_id)}
    return tuple(
        GateLevel(
            level,
            level_word(level, language),
            tuple(GateEntry(row["measure"], row["lines"]) for row in entries[level]),
            vehicles[level],
        )
        for level in LEVELS
        if level in entries
    )


def _steps(rows: Iterator[Row]) -> tuple[Step, ...]:
    return tuple(
        Step(grade, tuple(Need(**_fields(row, "step", "grade")) for row in own))
        for grade, own in groupby(rows, key=lambda row: str(row["grade"]))
    )
