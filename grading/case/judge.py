"""The rows of all tables judged together: parents before children, so that a rejected parent takes its rows along."""

from collections.abc import Mapping
from dataclasses import dataclass

import polars as pl

from grading.case.contract import accept, contract_faults
from grading.case.parse import KEY, Parsed
from grading.case.plausible import plausibility_faults
from grading.case.relations import duplicate_faults, orphan_faults
from grading.case.rules import Place, fault
from grading.case.schemas import REQUIRED_TABLES
from grading.case.settings import CaseSettings
from grading.case.tally import list_faults
from grading.faults import Fault

# Order counts: a table follows the tables its key points into.
PARENTS: dict[str, tuple[str, ...]] = {
    "enterprises": (),
    "units": ("enterprises",),
    "evidence": ("enterprises", "units"),
    "penalties": ("enterprises",),
    "registers": ("enterprises",),
    "overrides": ("units",),
    "measures": ("units",),
    "mobile_list": (),
    "dust_list": (),
}


@dataclass(frozen=True)
class Judged:
    """One table after its rows were judged: the accepted ones, and the faults of the others."""

    parsed: Parsed
    accepted: pl.DataFrame
    faults: tuple[Fault, ...]


def judge(parsed: Mapping[str, Parsed], settings: CaseSettings | None) -> dict[str, Judged]:
    """Return every table split into accepted rows and faults; without settings only what needs none is judged."""
    judged: dict[str, Judged] = {}
    for table, parents in PARENTS.items():
        if table in parsed:
            judged[table] = _judge_one(parsed[table], parents, judged, settings)
    return judged


def _judge_one(
    parsed: Parsed, parents: tuple[str, ...], judged: Mapping[str, Judged], settings: CaseSettings | None
) -> Judged:
    found = [
        parsed.faults,
        duplicate_faults(parsed),
        contract_faults(parsed),
        plausibility_faults(parsed, settings),
        _orphans(parsed, parents, judged),
    ]
    faults = pl.concat(found)
    return Judged(parsed, accept(parsed, faults), tuple(list_faults(parsed, faults)))


def _orphans(child: Parsed, parents: tuple[str, ...], judged: Mapping[str, Judged]) -> pl.DataFrame:
    """Return the orphans of a table; none when a parent table could not be read at all, which is a fault already."""
    if not parents or any(parent not in judged for parent in parents):
        return child.faults.clear()
    column = "enterprise_id" if child.table == "units" else KEY[child.table]
    accepted = pl.concat([judged[parent].accepted[KEY[parent]].alias("id") for parent in parents])
    seen = pl.concat([judged[parent].parsed.frame[KEY[parent]].alias("id") for parent in parents])
    places = " / ".join(judged[parent].parsed.place for parent in parents)
    return orphan_faults(child, column, accepted, seen.drop_nulls(), places)


def nothing_left(judged: Mapping[str, Judged]) -> list[Fault]:
    """Return a fatal fault for each required table of which no row was accepted."""
    required = [judged[table] for table in REQUIRED_TABLES if table in judged]
    return [
        fault("nothing_accepted", Place(table.parsed.file, table.parsed.sheet))
        for table in required
        if table.accepted.is_empty()
    ]
