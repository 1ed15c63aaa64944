"""Conditions that can be answered: what a row depends on exists, and is asked of the subject that the row asks."""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from itertools import combinations

from grading.faults import Fault
from grading.law.conditions import sources_of
from grading.law.files import Pack, Read
from grading.law.pack import NUMERIC, Condition, Fact, Indicator, InForce, TableFile
from grading.law.quickyaml import Path
from grading.words import mark

TWICE = (mark("{value} is given twice."), mark("Keep one of the two."))


def check_dependence(pack: Pack) -> list[Fault]:
    """Return a fault for every condition that no evidence can answer, and every row that depends on none."""
    days = pack.header.model
    faults = [fault for table in pack.tables.values() for fault in _table(table, days)]
    return [*faults, *_shared(pack)]


def _table(table: Read[TableFile], days: InForce) -> Iterator[Fault]:
    yield from _twice(table)
    for index, condition in enumerate(table.model.conditions):
        yield from _condition(table, ("conditions", index), condition, days)
    for index, row in enumerate(table.model.indicators):
        yield from _row(table, ("indicators", index), row, days)


def _twice(table: Read[TableFile]) -> Iterator[Fault]:
    """Yield a fault for two versions of one day, and for a fact that has the name of another fact or of a row."""
    rows = {name for row in table.model.indicators for name in (row.id, row.title.zh, row.title.en)}
    owner: dict[str, str] = {}
    for index, fact in enumerate(table.model.facts):
        for name in dict.fromkeys((fact.id, fact.title.zh, fact.title.en)):
            if name in rows or owner.setdefault(name, fact.id) != fact.id:
                yield _fault(table, ("facts", index), *TWICE, name, "given_twice")
    yield from _same_day(table, "facts", table.model.facts)
    yield from _same_day(table, "conditions", table.model.conditions)


def _same_day(table: Read[TableFile], part: str, entries: Sequence[Fact | Condition]) -> Iterator[Fault]:
    pairs = [pair for pair in combinations(enumerate(entries), 2) if pair[0][1].id == pair[1][1].id]
    for (_, one), (index, two) in pairs:
        if one.meets(two):
            yield _fault(table, (part, index), *TWICE, two.id, "given_twice")


def _condition(table: Read[TableFile], path: Path, condition: Condition, days: InForce) -> Iterator[Fault]:
    sources = sources_of(table.model, condition.asks)
    if not sources:
        words = (mark("There is no fact and no row {value} to ask."), mark("Declare it, or correct the spelling."))
        yield _fault(table, (*path, "asks"), *words, condition.asks, "unknown_reference")
    elif not all(_answers(source, condition) for source in sources):
        words = (
            mark("What {value} states does not fit the operator of the condition."),
            mark("Compare a number with a number, choices with choices, a statement with is_true."),
        )
        yield _fault(table, (*path, "operator"), *words, condition.asks, "operator")
    else:
        yield from _gap(table, (*path, "asks"), condition, sources, days)


def _answers(source: Fact | Indicator, condition: Condition) -> bool:
    """Return whether what is stated is of the kind that the condition compares."""
    if isinstance(source, Fact):
        is_choice = bool(source.choices)
        return is_choice == (condition.operator == "any_of") and (condition.operator in NUMERIC or source.unit is None)
    kinds = {"one_of": "any_of", "all_of": "any_of", "is_true": "is_true"}
    kind = kinds.get(source.operator)
    return condition.operator == kind if kind else condition.operator in NUMERIC


def _row(table: Read[TableFile], path: Path, row: Indicator, days: InForce) -> Iterator[Fault]:
    for key, names in (("applies_when", row.applies_when), ("applies_unless", row.applies_unless)):
        for name in names:
            versions = [condition for condition in table.model.conditions if condition.id == name]
            asked = [source for version in versions for source in sources_of(table.model, version.asks)]
            if not versions:
                words = (mark("There is no condition {value}."), mark("Declare it, or correct the spelling."))
                yield _fault(table, (*path, key), *words, name, "unknown_reference")
            elif not all(_same_subject(source, row) for source in asked):
                words = (
                    mark("The condition {value} is asked of other lines than the row."),
                    mark("Ask it of the enterprise, or of the lines of the same process."),
                )
                yield _fault(table, (*path, key), *words, name, "condition_subject")
            else:
                yield from _gap(table, (*path, key), row, versions, days)


def _gap(
    table: Read[TableFile], path: Path, holder: Indicator | Condition, needed: Sequence[InForce], days: InForce
) -> Iterator[Fault]:
    """Yield a fault for the first day on which `holder` is in force and nothing of what it needs is."""
    begins = max(holder.in_force_from or date.min, days.in_force_from or date.min)
    after = [entry.in_force_to + timedelta(days=1) for entry in needed if entry.in_force_to]
    for day in sorted({begins, *(day for day in after if day > begins)}):
        if holder.applies(day) and days.applies(day) and not any(entry.applies(day) for entry in needed):
            yield table.document.fault(
                path,
                "pack.condition_not_in_force",
                mark("On {value} {holder} is in force, and nothing of what it depends on here is."),
                mark("Let the condition, and the fact it asks, hold on every day of the row."),
                value=day.isoformat(),
                holder=holder.id,
            )
            return


def _same_subject(source: Fact | Indicator, row: Indicator) -> bool:
    """Return whether each subject of the row has one answer: its own, or its enterprise's."""
    if source.scope == "enterprise":
        return True
    return row.scope == "unit" and (isinstance(source, Fact) or source.process in (None, row.process))


def _shared(pack: Pack) -> Iterator[Fault]:
    """Yield a fault for every row of a common block with a condition: conditions belong to one table."""
    for block in pack.common.values():
        for index, row in enumerate(block.model.indicators):
            if row.applies_when or row.applies_unless:
                yield block.document.fault(
                    ("indicators", index),
                    "pack.condition_in_common",
                    mark("The row {value} of a common block depends on a condition."),
                    mark("Write the row into the tables that have the condition."),
                    value=row.id,
                )


def _fault(table: Read[TableFile], path: Path, message: str, repair: str, value: str, rule: str) -> Fault:
    return table.document.fault(path, f"pack.{rule}", message, repair, value=value)
