"""An overlay pack on its parent: entry by entry, and in the tables cell by cell.

What the overlay does not mention stays as the parent has it, with the parent's evidence.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from typing import TypeVar

from pydantic import BaseModel

from grading.faults import Fault, InputError
from grading.law.files import Pack, Read
from grading.law.pack import (
    CellChange,
    CommonFile,
    Condition,
    Content,
    Fact,
    GeneralFile,
    Grade,
    Indicator,
    LadderBlock,
    TableFile,
)
from grading.law.packrules import PhysicsFile, RegisterFile, VetoFile, VocabularyFile
from grading.law.strictyaml import Document
from grading.words import mark

Entry = TypeVar("Entry", bound=BaseModel)
Version = TypeVar("Version", Indicator, Fact, Condition)
File = TypeVar("File", bound=BaseModel)
OWN_BLOCK = "--"
"""Between the name of a common block and the industry that has a copy of its own."""


def overlaid(parent: Pack, child: Pack) -> Pack:
    """Return the parent with everything the child says instead; raise an InputError where a change meets nothing."""
    common = {**parent.common, **child.common}
    faults = [fault for name, table in child.tables.items() for fault in _lost_changes(parent, common, name, table)]
    if faults:
        raise InputError(faults)
    tables = {name: _table(parent, name, table) for name, table in child.tables.items()}
    own_blocks = {name: changed_blocks(child.tables[name], tables[name].model.include, common) for name in tables}
    header = child.header.model
    inherited = {
        "sources": {**parent.header.model.sources, **header.sources},
        "supplements": _by(parent.header.model.supplements, header.supplements, lambda letter: letter.document),
    }
    return replace(
        parent,
        header=replace(child.header, model=header.model_copy(update=inherited)),
        general=_merged(parent.general, child.general, _general),
        vetoes=_merged(parent.vetoes, child.vetoes, _vetoes),
        registers=_merged(parent.registers, child.registers, _registers),
        physics=_merged(parent.physics, child.physics, _physics),
        vocabulary=_merged(parent.vocabulary, child.vocabulary, _vocabulary),
        tables={**parent.tables, **{name: _including(table, own_blocks[name]) for name, table in tables.items()}},
        common={**common, **{block: read for blocks in own_blocks.values() for block, read in blocks.values()}},
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
        verification=_by(parent.verification, child.verification, lambda check: check.of),
    )


def _vetoes(parent: VetoFile, child: VetoFile) -> VetoFile:
    return VetoFile(vetoes=_by(parent.vetoes, child.vetoes, lambda entry: entry.kind))


def _registers(parent: RegisterFile, child: RegisterFile) -> RegisterFile:
    rules = _by(parent.registers, child.registers, lambda entry: entry.register_id)
    return RegisterFile.model_construct(registers=rules)


def _physics(parent: PhysicsFile, child: PhysicsFile) -> PhysicsFile:
    return PhysicsFile(rows=_by(parent.rows, child.rows, lambda row: (row.industry, row.process)))


def _vocabulary(parent: VocabularyFile, child: VocabularyFile) -> VocabularyFile:
    return VocabularyFile(choices=_by(parent.choices, child.choices, lambda choice: choice.id))


def _table(parent: Pack, name: str, child: Read[TableFile]) -> Read[TableFile]:
    if name not in parent.tables:
        return child
    old, new = parent.tables[name].model, child.model
    indicators = _by(
        _kept(old.indicators, new.indicators), new.indicators, lambda row: (row.id, row.subtypes, row.in_force_from)
    )
    merged = TableFile(
        industry=name,
        include={**old.include, **new.include},
        processes=_by(old.processes, new.processes, lambda process: process.id),
        facts=(*_kept(old.facts, new.facts), *new.facts),
        conditions=(*_kept(old.conditions, new.conditions), *new.conditions),
        indicators=tuple(_changed(indicator, new.changes) for indicator in indicators),
        ladder=_ladder(old.ladder, new.ladder),
    )
    return Read(merged, Document(child.document.file))


def changed_blocks(
    child: Read[TableFile], include: Mapping[str, tuple[str, ...]], common: Mapping[str, Read[CommonFile]]
) -> dict[str, tuple[str, Read[CommonFile]]]:
    """Return block -> name and rows of the industry's own copy, for each common block with a changed cell.

    A change belongs to one industry; the others keep the shared block as it is.
    """
    named = {change.indicator for change in child.model.changes}
    own: dict[str, tuple[str, Read[CommonFile]]] = {}
    for block in include:
        rows = common[block].model.indicators if block in common else ()
        if any(row.id in named for row in rows):
            changed = CommonFile(indicators=tuple(_changed(row, child.model.changes) for row in rows))
            suffix = f"{OWN_BLOCK}{child.model.industry}"
            own[block] = (block.removesuffix(suffix) + suffix, Read(changed, Document(child.document.file)))
    return own


def _including(table: Read[TableFile], own: Mapping[str, tuple[str, Read[CommonFile]]]) -> Read[TableFile]:
    include = {own[block][0] if block in own else block: chosen for block, chosen in table.model.include.items()}
    return replace(table, model=table.model.model_copy(update={"include": include}))


def _kept(old: Iterable[Version], new: Iterable[Version]) -> list[Version]:
    """Return the parent's rows, facts or conditions that the child does not write anew, in all their versions."""
    rewritten = {entry.id for entry in new}
    return [entry for entry in old if entry.id not in rewritten]


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


def _lost_changes(
    parent: Pack, common: Mapping[str, Read[CommonFile]], name: str, table: Read[TableFile]
) -> Iterable[Fault]:
    """Yield a fault for every changed cell of a row that neither the parent's table nor its common blocks have."""
    rows = parent.tables[name].model.indicators if name in parent.tables else ()
    blocks = parent.tables[name].model.include if name in parent.tables else ()
    shared = [row for block in blocks if block in common for row in common[block].model.indicators]
    known = {indicator.id for indicator in (*rows, *shared)}
    for index, change in enumerate(table.model.changes):
        if change.indicator not in known:
            yield table.document.fault(
                ("changes", index, "indicator"),
                "pack.change_of_nothing",
                mark("The parent pack has no row {value} to change."),
                mark("Correct the id, or write the whole row under indicators."),
                value=change.indicator,
            )
        elif change.cell.evidence is None and change.cell.same_as is None:
            yield table.document.fault(
                ("changes", index, "cell"),
                "pack.missing_key",
                mark("The key {key} is missing."),
                mark("Add the key; docs/rulepack-format.md lists every key."),
                key="evidence",
            )
