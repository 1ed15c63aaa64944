"""How each kind of change is made: what is supposed and whom it hits in, what is supposed then out."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import polars as pl

from grading.case.model import Case
from grading.faults import Fault, InputError
from grading.law.model import Law
from grading.scale import POLLUTANTS
from lantian.whatif import tables
from lantian.whatif.faults import scenario_fault
from lantian.whatif.scenario import (
    Change,
    EvidenceChange,
    GradeChange,
    Lock,
    PenaltyChange,
    Price,
    RegisterChange,
    Retrofit,
)
from lantian.whatif.scenario_file import Written
from lantian.whatif.supposed import Supposed


@dataclass(frozen=True)
class Making:
    """Where a change stands, and the law that names indicators."""

    written: Written
    law: Law
    key: str
    place: int


Ids = Sequence[str]


def _facts(made: Supposed, ids: Ids, change: EvidenceChange, at: Making) -> Supposed:
    return replace(made, case=tables.with_evidence(made.case, ids, change, at.law, at.written))


def _repaired(made: Supposed, ids: Ids, change: PenaltyChange, _: Making) -> Supposed:
    return replace(made, case=tables.repaired(made.case, ids, change))


def _registered(made: Supposed, ids: Ids, change: RegisterChange, at: Making) -> Supposed:
    return replace(made, case=tables.with_register(made.case, ids, change, at.written))


def _graded(made: Supposed, ids: Ids, change: GradeChange, at: Making) -> Supposed:
    case = tables.approved(made.case, ids, change, at.written)
    if change.how == "approved":
        others = {firm: grade for firm, grade in made.forced.items() if firm not in ids}
        return replace(made, case=case, forced=others)
    return replace(made, case=case, forced={**made.forced, **dict.fromkeys(ids, change.grade)})


def _unpinned(made: Supposed, ids: Ids, _: Change, __: Making) -> Supposed:
    return replace(made, case=tables.unpinned(made.case, ids))


def _exempted(made: Supposed, ids: Ids, _: Change, at: Making) -> Supposed:
    return replace(made, case=tables.pinned(made.case, ids, "exempt", "all", at.written))


def _locked(made: Supposed, ids: Ids, change: Lock, at: Making) -> Supposed:
    return replace(made, case=tables.pinned(made.case, ids, change.measure, change.level, at.written))


def _down(made: Supposed, ids: Ids, _: Change, __: Making) -> Supposed:
    return replace(made, case=tables.idle(made.case, ids))


def _priced(made: Supposed, ids: Ids, change: Price, _: Making) -> Supposed:
    factors = {unit: made.loss_factors.get(unit, 1.0) * change.loss_factor for unit in ids}
    return replace(made, loss_factors={**made.loss_factors, **factors})


def _retrofitted(made: Supposed, ids: Ids, change: Retrofit, at: Making) -> Supposed:
    faults = list(_retrofit_faults(made.case, ids, change, at))
    if faults:
        raise InputError(faults)
    costs = {unit: made.costs.get(unit, 0.0) + change.cost_cny_per_season for unit in ids}
    return replace(made, case=tables.retrofitted(made.case, ids, change), costs={**made.costs, **costs})


def _retrofit_faults(case: Case, ids: Ids, change: Retrofit, at: Making) -> Iterator[Fault]:
    hit = case.units.filter(pl.col("unit_id").is_in(ids))
    where = at.written.at(at.key, at.place)
    for pollutant in POLLUTANTS:
        share, amount = getattr(change, f"{pollutant}_removed_share"), getattr(change, f"{pollutant}_kg_per_day")
        if share is not None and amount is not None:
            yield scenario_fault("retrofit_twice", where, pollutant)
        elif share is not None:
            unknown = hit.filter(pl.col(f"{pollutant}_kg_per_day").is_null())["unit_id"].sort().to_list()
            if unknown:
                yield scenario_fault("retrofit_unknown", where, f"{pollutant}: {', '.join(unknown[:5])}")


MAKERS: Mapping[str, Callable[[Supposed, Ids, Any, Making], Supposed]] = {
    "evidence": _facts,
    "penalties": _repaired,
    "registers": _registered,
    "grades": _graded,
    "retrofits": _retrofitted,
    "prices": _priced,
    "unlock": _unpinned,
    "exempt": _exempted,
    "locks": _locked,
    "down": _down,
}
"""Kind of change -> how it is made, in the order of making: pins go before new ones come."""
