"""Ids that stand once, names that lead to one industry only, and rules about things that exist."""

from collections.abc import Iterable, Iterator

from grading.faults import Fault
from grading.law.files import Pack
from grading.law.quickyaml import Path
from grading.law.spelling import folded
from grading.law.strictyaml import Document
from grading.words import mark


def check_identity(pack: Pack) -> list[Fault]:
    """Return a fault for every id given twice, every ambiguous name, and every rule about nothing."""
    return [*_twice(pack), *_ambiguous(pack), *_physics(pack)]


def _twice(pack: Pack) -> Iterator[Fault]:
    if pack.general:
        ids = [(("industries", i, "id"), entry.id) for i, entry in enumerate(pack.general.model.industries)]
        yield from _repeated(pack.general.document, ids)
        checks = [(("verification", i, "of"), str(entry.of)) for i, entry in enumerate(pack.general.model.verification)]
        yield from _repeated(pack.general.document, checks)
    for table in pack.tables.values():
        ids = [(("processes", i, "id"), entry.id) for i, entry in enumerate(table.model.processes)]
        yield from _repeated(table.document, ids)
    if pack.vetoes:
        kinds = [(("vetoes", i, "kind"), entry.kind) for i, entry in enumerate(pack.vetoes.model.vetoes)]
        yield from _repeated(pack.vetoes.document, kinds)
    if pack.registers:
        names = [
            (("registers", i, "register"), str(entry.register_id))
            for i, entry in enumerate(pack.registers.model.registers)
        ]
        yield from _repeated(pack.registers.document, names)
    if pack.physics:
        keys = [
            (("rows", i), f"{entry.industry} {entry.process or ''}".strip())
            for i, entry in enumerate(pack.physics.model.rows)
        ]
        yield from _repeated(pack.physics.document, keys)


def _repeated(document: Document, entries: Iterable[tuple[Path, str]]) -> Iterator[Fault]:
    seen: set[str] = set()
    for path, name in entries:
        if name in seen:
            yield document.fault(
                path,
                "pack.given_twice",
                mark("{value} is given twice."),
                mark("Keep one of the two."),
                value=name,
            )
        seen.add(name)


def _ambiguous(pack: Pack) -> Iterator[Fault]:
    """Yield a fault for a name that two industries, or two processes of an industry, both claim."""
    if pack.general:
        claims = [
            (("industries", i), entry.id, name)
            for i, entry in enumerate(pack.general.model.industries)
            for name in (entry.id, entry.title.zh, entry.title.en, *entry.synonyms)
        ]
        yield from _claimed_twice(pack.general.document, claims)
        for i, entry in enumerate(pack.general.model.industries):
            of_subtypes = [
                (("industries", i, "subtypes", j), subtype.id, name)
                for j, subtype in enumerate(entry.subtypes)
                for name in (subtype.id, subtype.title.zh, subtype.title.en, *subtype.synonyms)
            ]
            yield from _claimed_twice(pack.general.document, of_subtypes)
    for table in pack.tables.values():
        of_processes = [
            (("processes", i), process.id, name)
            for i, process in enumerate(table.model.processes)
            for name in (process.id, process.title.zh, process.title.en, *process.synonyms)
        ]
        yield from _claimed_twice(table.document, of_processes)


def _claimed_twice(document: Document, claims: Iterable[tuple[Path, str, str]]) -> Iterator[Fault]:
    owner: dict[str, str] = {}
    for path, owner_id, name in claims:
        first = owner.setdefault(folded(name), owner_id)
        if first != owner_id:
            yield document.fault(
                path,
                "pack.ambiguous_name",
                mark("The name {value} belongs to {owners}."),
                mark("Give each name to one of them."),
                value=folded(name),
                owners=f"{first}, {owner_id}",
            )


def _physics(pack: Pack) -> Iterator[Fault]:
    if not pack.physics or not pack.general:
        return
    industries = {entry.id for entry in pack.general.model.industries}
    for index, row in enumerate(pack.physics.model.rows):
        table = pack.tables.get(row.industry or "")
        processes = {process.id for process in table.model.processes} if table else set()
        for what, name, known in (("industry", row.industry, industries), ("process", row.process, processes)):
            if name is not None and name not in known:
                message = (
                    mark("There is no industry {value}.")
                    if what == "industry"
                    else mark("There is no process {value}.")
                )
                repair = mark("Declare it, or correct the spelling.")
                path = ("rows", index, what)
                yield pack.physics.document.fault(path, "pack.unknown_reference", message, repair, value=name)
