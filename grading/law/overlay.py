"""An overlay pack on its parent: entry by entry, and in the tables cell by cell.

What the overlay does not mention stays as the parent has it, with the parent's evidence.
"""

from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import TypeVar

from pydantic import BaseModel

from grading.faults import Fault, InputError
from grading.law.files import Pack, Read
from grading.law.pack import CellChange, Content, GeneralFile, Grade, Indicator, LadderBlock, TableFile
from grading.law.packrules import PhysicsFile, RegisterFile, VetoFile
from grading.law.strictyaml import Document
from grading.words import mark

Entry = TypeVar("Entry", bound=BaseModel)
File = TypeVar("File", bound=BaseModel)


def overlaid(parent: Pack, child: Pack) -> Pack:
    """Return the parent with everything the child says instead; raise an InputError where a change meets nothing."""
    faults = [fault for name, table in child.tables.items() for fault in _lost_changes(parent, name, table)]
    if faults:
        raise InputError(faults)
    header = child.header.model
    sources = {**parent.header.model.sources, **header.sources}
    return replace(
        parent,
        header=replace(child.header, model=header.model_copy(update={"sources": sources})),
        general=_merged(parent.general, child.general, _general),
        vetoes=_merged(parent.vetoes, child.vetoes, _vetoes),
        registers=_merged(parent.registers, child.registers, _registers),
        physics=_merged(parent.physics, child.physics, _physics),
        tables={**parent.tables, **{name: _table(parent, name, table) for name, table in child.tables.items()}},
        common={**parent.common, **child.common},
        content=(*parent.content, *child.content),
    )


def _merged(
    parent: Read[File] | None, child: Read[File] | None, how: Callable[[File, File], File]
) -> Read[File] | None:
    if parent is None or child is None:
        return child or parent
    return Read(how(parent.model, child.model), Document(child.document.file))


def _by(entries: Iterable[Entry], newer: Iterable[Entry], key: Callable[[Entry], object]) -> tuple[Entry, ...]:
    return tuple({**{key(entry): entry for entry in entries}, **{key(entry): entry for entry in newer}}.values())


def _general(parent: GeneralFile, child: GeneralFile) -> GeneralFile:
    return GeneralFile(
        industries=_by(parent.industries, child.industries, lambda entry: entry.id),
        ladder=_ladder(parent.ladder, child.ladder),
    )


def _vetoes(parent: VetoFile, child: VetoFile) -> VetoFile:
    return VetoFile(vetoes=_by(parent.vetoes, child.vetoes, lambda entry: entry.kind))


def _registers(parent: RegisterFile, child: RegisterFile) -> RegisterFile:
    rules = _by(parent.registers, child.registers, lambda entry: entry.register_id)
    return RegisterFile.model_construct(registers=rules)


def _physics(parent: PhysicsFile, child: PhysicsFile) -> PhysicsFile:
    return PhysicsFile(rows=_by(parent.rows, child.rows, lambda row: (row.industry, row.process)))


def _table(parent: Pack, name: str, child: Read[TableFile]) -> Read[TableFile]:
    if name not in parent.tables:
        return child
    old, new = parent.tables[name].model, child.model
    indicators = _by(_kept(old, new), new.indicators, lambda row: (row.id, row.subtypes, row.in_force_from))
    merged = TableFile(
        industry=name,
        include={**old.include, **new.include},
        processes=_by(old.processes, new.processes, lambda process: process.id),
        indicators=tuple(_changed(indicator, new.changes) for indicator in indicators),
        ladder=_ladder(old.ladder, new.ladder),
    )
    return Read(merged, Document(child.document.file))


def _kept(old: TableFile, new: TableFile) -> list[Indicator]:
    """Return the parent's rows that the child does not write anew."""
    rewritten = {indicator.id for indicator in new.indicators}
    return [indicator for indicator in old.indicators if indicator.id not in rewritten]


def _changed(indicator: Indicator, changes: tuple[CellChange, ...]) -> Indicator:
    mine = {change.grade: change.cell for change in changes if change.indicator == indicator.id}
    if not mine:
        return indicator
    requirement: dict[Grade, Content] = {**indicator.requirement, **mine}
    return indicator.model_copy(update={"requirement": requirement})


def _ladder(parent: tuple[LadderBlock, ...], child: tuple[LadderBlock, ...]) -> tuple[LadderBlock, ...]:
    """Return both, the parent's without the grades that the child gives for the same subtypes and processes."""
    given = {(block.subtypes, block.processes, grade) for block in child for grade in block.grades}
    thinned = [
        block.model_copy(
            update={
                "grades": {
                    grade: levels
                    for grade, levels in block.grades.items()
                    if (block.subtypes, block.processes, grade) not in given
                }
            }
        )
        for block in parent
    ]
    return (*(block for block in thinned if block.grades), *child)


def _lost_changes(parent: Pack, name: str, table: Read[TableFile]) -> Iterable[Fault]:
    """Yield a fault for every changed cell of a row the parent's own table does not have."""
    rows = parent.tables[name].model.indicators if name in parent.tables else ()
    known = {indicator.id for indicator in rows}
    for index, change in enumerate(table.model.changes):
        if change.indicator not in known:
            yield table.document.fault(
                ("changes", index, "indicator"),
                "pack.change_of_nothing",
                mark("The parent pack has no row {value} to change."),
                mark("Correct the id, or write the whole row under indicators."),
                value=change.indicator,
            )
        elif change.cell.evidence is None:
            yield table.document.fault(
                ("changes", index, "cell"),
                "pack.missing_key",
                mark("The key {key} is missing."),
                mark("Add the key; docs/rulepack-format.md lists every key."),
                key="evidence",
            )
