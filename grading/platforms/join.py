"""A case and its four platforms: evidence rows join the bureau's, the believed quantities are named, faults told."""

from dataclasses import dataclass, replace
from datetime import date

import polars as pl

from grading.case.model import Case
from grading.case.platforms import Platforms
from grading.factors import Factored, factor_emissions
from grading.faults import Fault, InputError
from grading.law.model import Law
from grading.monitoring import Findings, agree, load_source_rules
from grading.monitoring.agreement import Agreement, baselines
from grading.monitoring.evidence import UNASSIGNED
from grading.monitoring.monitor import LEFT_OUT
from grading.monitoring.tables import Channels, HourStates, StateTable
from grading.platforms.compare import disagreements_of, other_disagreements, quantities_of
from grading.platforms.inputs import PlatformInput, read_platforms
from grading.platforms.monitors import Heard, hear_monitors, no_months, shown_hours


@dataclass(frozen=True)
class Listened:
    """What the files of the platforms hold of a named case."""

    read: PlatformInput
    heard: Heard | None
    faults: tuple[Fault, ...]


@dataclass(frozen=True)
class Hearing:
    """A named case with its platforms, and what each step of hearing them found.

    `own`: before the platforms were heard. `stated`: `Quantities` of every source. `others`: of `other_disagreements`.
    """

    own: Case
    law: Law
    named: Case
    listened: Listened
    factored: Factored
    stated: pl.DataFrame
    agreement: Agreement
    others: tuple[pl.DataFrame, ...]


def hear_platforms(case: Case, law: Law) -> Case:
    """Return the named case with what the platforms say about it.

    Monitored values are evidence rows like any other; what the folder lacks is named among the absent tables.

    Raises:
        InputError: a file of a platform cannot be used as a whole; carries the faults of all of them.
    """
    return hear(case, law).named


def hear(case: Case, law: Law, before: Listened | None = None) -> Hearing:
    """Return the named case with its platforms and every step between; raises as `hear_platforms`.

    `before`: what was listened to on the same day for the same lines, under another law.
    """
    listened = listen(case, law, before)
    factored = factor_emissions(listened.read.factors, case, law)
    stated = quantities_of(case, listened.read, factored, listened.heard)
    agreement = agree(stated, load_source_rules(date.fromisoformat(law.on)))
    is_any = bool(listened.read.found)
    others = other_disagreements(case, law, listened.read, listened.heard) if is_any else ()
    platforms = _platforms(case, listened, factored, agreement, others) if is_any else None
    evidence = with_monitored(case.evidence, listened.heard)
    named = told(case, evidence, listened, factored, platforms)
    return Hearing(case, law, named, listened, factored, stated, agreement, others)


def listen(case: Case, law: Law, before: Listened | None = None) -> Listened:
    """Return what the files of the platforms hold; raises as `hear_platforms`."""
    read = before.read if before else read_platforms(case, date.fromisoformat(law.on))
    _refuse_fatal(case, read.faults)
    heard, faults = hear_monitors(case, law, read, before.heard if before else None)
    _refuse_fatal(case, faults)
    return Listened(read, heard, tuple(faults))


def told(
    case: Case, evidence: pl.DataFrame, listened: Listened, factored: Factored, platforms: Platforms | None
) -> Case:
    """Return the case with all that the platforms say of it."""
    read = listened.read
    return replace(
        case,
        evidence=evidence,
        absent_tables=(*case.absent_tables, *read.absent),
        faults=(*case.faults, *read.faults, *listened.faults, *factored.faults),
        inputs=(*case.inputs, *read.inputs),
        ignored_columns=(*case.ignored_columns, *read.ignored_columns),
        platforms=platforms,
    )


def _refuse_fatal(case: Case, faults: tuple[Fault, ...] | list[Fault]) -> None:
    if any(found.severity == "fatal" for found in faults):
        raise InputError([*case.faults, *faults])


def with_monitored(evidence: pl.DataFrame, heard: Heard | None) -> pl.DataFrame:
    """Return the bureau's evidence and the monitors', row by row of one kind, a subject's rows together."""
    if heard is None or heard.evidence.rows.is_empty():
        return evidence
    return pl.concat([evidence, heard.evidence.rows]).sort("subject_id", maintain_order=True)


def _platforms(
    case: Case, listened: Listened, factored: Factored, agreement: Agreement, others: tuple[pl.DataFrame, ...]
) -> Platforms:
    read, heard = listened.read, listened.heard
    monitored = heard.monitored if heard else None
    return Platforms(
        outlets=read.outlets,
        channels=monitored.channels if monitored else Channels.create_empty(),
        months=heard.months if heard else no_months(),
        states=monitored.states if monitored else StateTable.create_empty(),
        findings=monitored.findings if monitored else Findings.create_empty(),
        unassigned=heard.evidence.unassigned if heard else pl.DataFrame(schema=UNASSIGNED),
        left_out=monitored.left_out if monitored else pl.DataFrame(schema=LEFT_OUT),
        meters=read.meters,
        accepted=read.accepted(),
        factored=factored.emissions,
        baselines=baselines(agreement.used, case.units),
        capacities=capacities_of(agreement),
        disagreements=disagreements_of(case, agreement.disagreements, others),
        shown=shown_hours(heard) if heard else HourStates.create_empty(),
        hours=heard.hours if heard else None,
    )


def capacities_of(agreement: Agreement) -> pl.DataFrame:
    """Return the believed permitted capacity. Shape: one row per unit: unit_id, capacity_permit_t_per_day."""
    capacity = agreement.used.filter(pl.col("quantity").cast(pl.String) == "capacity_t_per_day")
    return capacity.select(unit_id="subject_id", capacity_permit_t_per_day="value")
