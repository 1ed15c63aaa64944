"""Conditions that can be answered: what a row depends on exists, and is asked of the subject that the row asks."""

from collections.abc import Iterator

from grading.faults import Fault
from grading.law.conditions import asked_by
from grading.law.files import Pack, Read
from grading.law.pack import NUMERIC, Condition, Fact, Indicator, TableFile
from grading.law.quickyaml import Path
from grading.words import mark

TWICE = (mark("{value} is given twice."), mark("Keep one of the two."))


def check_dependence(pack: Pack) -> list[Fault]:
    """Return a fault for every condition that no evidence can answer, and every row that depends on none."""
    faults = [fault for table in pack.tables.values() for fault in _table(table)]
    return [*faults, *_shared(pack)]


def _table(table: Read[TableFile]) -> Iterator[Fault]:
    yield from _twice(table)
    for index, condition in enumerate(table.model.conditions):
        yield from _condition(table, ("conditions", index), condition)
    for index, row in enumerate(table.model.indicators):
        yield from _row(table, ("indicators", index), row)


def _twice(table: Read[TableFile]) -> Iterator[Fault]:
    """Yield a fault for a condition given twice, and for a fact that has the name of another fact or of a row."""
    rows = {name for row in table.model.indicators for name in (row.id, row.title.zh, row.title.en)}
    seen: set[str] = set()
    named: list[tuple[Path, str]] = []
    for index, fact in enumerate(table.model.facts):
        named += [(("facts", index), name) for name in dict.fromkeys((fact.id, fact.title.zh, fact.title.en))]
    for path, name in named:
        if name in seen | rows:
            yield _fault(table, path, *TWICE, name, "given_twice")
        seen.add(name)
    ids = [condition.id for condition in table.model.conditions]
    for index, name in enumerate(ids):
        if name in ids[:index]:
            yield _fault(table, ("conditions", index), *TWICE, name, "given_twice")


def _condition(table: Read[TableFile], path: Path, condition: Condition) -> Iterator[Fault]:
    source = asked_by(table.model, condition.asks)
    if source is None:
        words = (mark("There is no fact and no row {value} to ask."), mark("Declare it, or correct the spelling."))
        yield _fault(table, (*path, "asks"), *words, condition.asks, "unknown_reference")
    elif not _answers(source, condition):
        words = (
            mark("What {value} states does not fit the operator of the condition."),
            mark("Compare a number with a number, choices with choices, a statement with is_true."),
        )
        yield _fault(table, (*path, "operator"), *words, condition.asks, "operator")


def _answers(source: Fact | Indicator, condition: Condition) -> bool:
    """Return whether what is stated is of the kind that the condition compares."""
    if isinstance(source, Fact):
        is_choice = bool(source.choices)
        return is_choice == (condition.operator == "any_of") and (condition.operator in NUMERIC or source.unit is None)
    kinds = {"one_of": "any_of", "all_of": "any_of", "is_true": "is_true"}
    kind = kinds.get(source.operator)
    return condition.operator == kind if kind else condition.operator in NUMERIC


def _row(table: Read[TableFile], path: Path, row: Indicator) -> Iterator[Fault]:
    known = {condition.id: condition for condition in table.model.conditions}
    for key, names in (("applies_when", row.applies_when), ("applies_unless", row.applies_unless)):
        for name in names:
            if name not in known:
                words = (mark("There is no condition {value}."), mark("Declare it, or correct the spelling."))
                yield _fault(table, (*path, key), *words, name, "unknown_reference")
            elif not _same_subject(asked_by(table.model, known[name].asks), row):
                words = (
                    mark("The condition {value} is asked of other lines than the row."),
                    mark("Ask it of the enterprise, or of the lines of the same process."),
                )
                yield _fault(table, (*path, key), *words, name, "condition_subject")


def _same_subject(source: Fact | Indicator | None, row: Indicator) -> bool:
    """Return whether each subject of the row has one answer: its own, or its enterprise's."""
    if source is None or source.scope == "enterprise":
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
