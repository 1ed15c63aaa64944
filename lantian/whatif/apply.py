"""A scenario onto its parent: every change in a fixed order, every selector counted, every fault at once.

Selectors read the parent, so the order of the changes in the file never matters to whom they hit.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import polars as pl

from grading.case.schemas import TABLES
from grading.faults import Fault, InputError
from lantian.whatif.choosing import Kind, choose, said
from lantian.whatif.faults import At, scenario_fault
from lantian.whatif.making import MAKERS, Making
from lantian.whatif.newcomers import with_new
from lantian.whatif.people import People
from lantian.whatif.scenario import Change, EvidenceChange
from lantian.whatif.scenario_file import Written
from lantian.whatif.settings import with_settings
from lantian.whatif.supposed import Hit, Standing, Supposed


@dataclass(frozen=True)
class Applied:
    """A parent with a scenario applied: what is supposed now, and what each selector hit."""

    supposed: Supposed
    hits: tuple[Hit, ...]


def apply(written: Written, parent: Standing) -> Applied:
    """Return the scenario applied to its parent, or raise InputError with every fault of all its changes."""
    people, supposed = parent.people, parent.supposed
    faults: list[Fault] = []
    hits: list[Hit] = []
    try:
        case = replace(supposed.case, settings=with_settings(supposed.case.settings, written))
        supposed = replace(supposed, case=case)
    except InputError as wrong:
        faults += wrong.faults
    for key, make in MAKERS.items():
        for place, change in enumerate(getattr(written.scenario, key)):
            try:
                hit = _hit(change, people, written.at(key, place, "select"), f"{key}.{place + 1}")
                ids = hit.units if _kind(key, change) == "units" else hit.enterprises
                before, supposed = supposed, make(supposed, ids, change, Making(written, parent.law, key, place))
                faults += _without_effect(before, supposed, written.at(key, place), hit.said)
                hits.append(hit)
            except InputError as wrong:
                faults += wrong.faults
    for place, new in enumerate(written.scenario.new):
        try:
            supposed = replace(supposed, case=with_new(supposed.case, new, written.at("new", place), written))
        except InputError as wrong:
            faults += wrong.faults
    if faults:
        raise InputError(faults)
    return Applied(supposed, tuple(hits))


OF_ENTERPRISES = ("grades", "registers", "penalties")


def _kind(key: str, change: Change) -> Kind:
    if isinstance(change, EvidenceChange):
        return "units" if change.select.unit or change.select.process else "enterprises"
    return "enterprises" if key in OF_ENTERPRISES else "units"


def _hit(change: Change, people: People, at: At, key: str) -> Hit:
    kind = _kind(key.partition(".")[0], change)
    rows = choose(change.select, people, kind, at)
    firms = tuple(rows["enterprise_id"].unique().sort())
    units = rows["unit_id"] if kind == "units" else people.lines.filter(pl.col("enterprise_id").is_in(firms))["unit_id"]
    return Hit(key, said(change.select), firms, tuple(units.sort()))


def _without_effect(before: Supposed, after: Supposed, at: At, text: str) -> Iterator[Fault]:
    is_alike = all(_is_same(getattr(before.case, name), getattr(after.case, name)) for name in TABLES)
    said_before, said_after = ((each.forced, each.loss_factors, each.costs) for each in (before, after))
    if is_alike and said_before == said_after:
        yield scenario_fault("nothing_changes", at, text)


def _is_same(one: pl.DataFrame, other: pl.DataFrame) -> bool:
    return one is other or bool(one.equals(other))
