"""A case and its four platforms: evidence rows join the bureau's, the believed quantities are named, faults told."""

from dataclasses import replace
from datetime import date

import polars as pl

from grading.case.model import Case
from grading.case.platforms import Platforms
from grading.factors import Factored, factor_emissions
from grading.faults import Fault, InputError
from grading.law.model import Law
from grading.monitoring import Findings, agree, load_source_rules
from grading.monitoring.agreement import baselines
from grading.monitoring.evidence import UNASSIGNED
from grading.monitoring.monitor import LEFT_OUT
from grading.monitoring.tables import Channels, HourStates, StateTable
from grading.platforms.compare import disagreements_of, quantities_of
from grading.platforms.inputs import PlatformInput, read_platforms
from grading.platforms.monitors import Heard, hear_monitors, no_months, shown_hours


def hear_platforms(case: Case, law: Law) -> Case:
    """Return the named case with what the platforms say about it.

    Monitored values are evidence rows like any other; what the folder lacks is named among the absent tables.

    Raises:
        InputError: a file of a platform cannot be used as a whole; carries the faults of all of them.
    """
    read = read_platforms(case, date.fromisoformat(law.on))
    _refuse_fatal(case, read.faults)
    heard, faults = hear_monitors(case, law, read)
    _refuse_fatal(case, faults)
    factored = factor_emissions(read.factors, case, law)
    told = replace(
        case,
        evidence=_with_monitored(case.evidence, heard),
        absent_tables=(*case.absent_tables, *read.absent),
        faults=(*case.faults, *read.faults, *faults, *factored.faults),
        inputs=(*case.inputs, *read.inputs),
        ignored_columns=(*case.ignored_columns, *read.ignored_columns),
    )
    return replace(told, platforms=_platforms(case, law, read, factored, heard)) if read.found else told


def _refuse_fatal(case: Case, faults: tuple[Fault, ...] | list[Fault]) -> None:
    if any(found.severity == "fatal" for found in faults):
        raise InputError([*case.faults, *faults])


def _with_monitored(evidence: pl.DataFrame, heard: Heard | None) -> pl.DataFrame:
    """Return the bureau's evidence and the monitors', row by row of one kind, a subject's rows together."""
    if heard is None or heard.evidence.rows.is_empty():
        return evidence
    return pl.concat([evidence, heard.evidence.rows]).sort("subject_id", maintain_order=True)


def _platforms(case: Case, law: Law, read: PlatformInput, factored: Factored, heard: Heard | None) -> Platforms:
    stated = quantities_of(case, read, factored, heard)
    agreement = agree(stated, load_source_rules(date.fromisoformat(law.on)))
    capacity = agreement.used.filter(pl.col("quantity").cast(pl.String) == "capacity_t_per_day")
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
        capacities=capacity.select(unit_id="subject_id", capacity_permit_t_per_day="value"),
        disagreements=disagreements_of(case, law, read, heard, agreement.disagreements),
        shown=shown_hours(heard) if heard else HourStates.create_empty(),
        hours=heard.hours if heard else None,
    )
