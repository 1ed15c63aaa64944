"""What a model alone cannot see: references between entries, completeness, and versions that overlap."""

from collections.abc import Iterable, Iterator
from itertools import combinations

from pydantic import BaseModel

from grading.faults import Fault
from grading.law.dependence import check_dependence
from grading.law.files import Pack, Read
from grading.law.frames import rows_of, schemes
from grading.law.identity import check_identity
from grading.law.pack import (
    CommonFile,
    Evidence,
    GeneralFile,
    Indicator,
    Industry,
    LadderBlock,
    TableFile,
    is_easier,
)
from grading.law.quickyaml import Path
from grading.law.strictyaml import Document
from grading.law.vocabulary import check_vocabulary
from grading.scale import LEVELS, SCHEMES
from grading.words import mark


def check_pack(pack: Pack) -> list[Fault]:
    """Return every fault that needs more than one entry to be seen."""
    return [
        *_sources(pack),
        *_folder_name(pack),
        *_tables(pack),
        *_indicators(pack),
        *_ladders(pack),
        *check_dependence(pack),
        *check_identity(pack),
        *check_vocabulary(pack),
    ]


def _sources(pack: Pack) -> Iterator[Fault]:
    """Yield a fault for every evidence that names a source the header does not list."""
    known = set(pack.header.model.sources)
    parts = [pack.general, pack.vetoes, pack.registers, pack.physics, *pack.tables.values(), *pack.common.values()]
    for part in parts:
        if part is not None and not _named_sources(part.model) <= known:
            for path, evidence in _evidences(part.model, ()):
                if evidence.source not in known:
                    yield part.document.fault(
                        (*path, "source"),
                        "pack.unknown_source",
                        mark("The source {value} is not listed in pack.yaml."),
                        mark("Add it under sources, with its title and kind."),
                        value=evidence.source,
                    )


def _named_sources(model: object) -> set[str]:
    """Return the sources that a model names, without their places: a fault is rare, and places take long to tell."""
    named: set[str] = set()
    left = [model]
    while left:
        value = left.pop()
        if isinstance(value, str) or value is None:
            continue
        if isinstance(value, Evidence):
            named.add(value.source)
        elif isinstance(value, tuple | list):
            left += value
        elif isinstance(value, BaseModel):
            left += vars(value).values()
        elif isinstance(value, dict):
            left += value.values()
    return named


def _evidences(value: object, path: Path) -> Iterator[tuple[Path, Evidence]]:
    if isinstance(value, Evidence):
        yield path, value
    elif isinstance(value, tuple | list):
        for index, item in enumerate(value):
            yield from _evidences(item, (*path, index))
    elif isinstance(value, dict):
        for key, item in value.items():
            yield from _evidences(item, (*path, key))
    elif hasattr(value, "__pydantic_fields__"):
        for key in value.__pydantic_fields__:
            yield from _evidences(getattr(value, key), (*path, key))


def _folder_name(pack: Pack) -> Iterator[Fault]:
    header = pack.header
    if header.document.file != f"{header.model.id}/pack.yaml":
        yield header.document.fault(
            ("id",),
            "pack.id",
            mark("The id {value} differs from the name of the folder."),
            mark("Give the folder and the pack the same name."),
            value=header.model.id,
        )


def _tables(pack: Pack) -> Iterator[Fault]:
    known = {industry.id: industry for industry in pack.general.model.industries} if pack.general else {}
    for name, table in pack.tables.items():
        if table.model.industry != name:
            yield _unknown(table.document, ("industry",), table.model.industry, "file name")
        if name not in known:
            yield _unknown(table.document, ("industry",), name, "industry")
            continue
        yield from _references(pack, table, known[name])


def _references(pack: Pack, table: Read[TableFile], industry: Industry) -> Iterator[Fault]:
    subtypes = {subtype.id for subtype in industry.subtypes}
    processes = {process.id for process in table.model.processes}
    for index, change in enumerate(table.model.changes):
        yield table.document.fault(
            ("changes", index),
            "pack.change_without_parent",
            mark("The cell {value} is changed, but the pack has no parent."),
            mark("Name a parent in pack.yaml, or write the cell into the table."),
            value=f"{change.indicator} {change.grade}",
        )
    for block, chosen in table.model.include.items():
        if block not in pack.common:
            yield _unknown(table.document, ("include", block), block, "common block")
        yield from _missing(table.document, ("include", block), chosen, subtypes, "subtype")
    for index, indicator in enumerate(table.model.indicators):
        place: Path = ("indicators", index)
        yield from _missing(table.document, (*place, "subtypes"), indicator.subtypes, subtypes, "subtype")
        named = (indicator.process,) if indicator.process else ()
        yield from _missing(table.document, (*place, "process"), named, processes, "process")
    for index, block_ in enumerate(table.model.ladder):
        place = ("ladder", index)
        yield from _missing(table.document, (*place, "subtypes"), block_.subtypes, subtypes, "subtype")
        yield from _missing(table.document, (*place, "processes"), block_.processes, processes, "process")


def _missing(document: Document, path: Path, named: Iterable[str], known: set[str], what: str) -> Iterator[Fault]:
    yield from (_unknown(document, path, name, what) for name in named if name not in known)


NO_SUCH = {
    "industry": mark("There is no industry {value}."),
    "file name": mark("The industry {value} differs from the name of the file."),
    "common block": mark("There is no common block {value}."),
    "subtype": mark("There is no subtype {value}."),
    "process": mark("There is no process {value}."),
}


def _unknown(document: Document, path: Path, name: str, what: str) -> Fault:
    repair = mark("Declare it, or correct the spelling.")
    return document.fault(path, "pack.unknown_reference", NO_SUCH[what], repair, value=name)


def _indicators(pack: Pack) -> Iterator[Fault]:
    parts: list[Read[TableFile] | Read[CommonFile]] = [*pack.tables.values(), *pack.common.values()]
    for part in parts:
        for index, indicator in enumerate(part.model.indicators):
            yield from _content_fits(part.document, index, indicator)
            yield from _readings(part.document, index, indicator)
    for industry in pack.general.model.industries if pack.general else ():
        known = set(schemes(industry))
        found = [(row, subtype) for row, subtype in rows_of(pack, industry) if subtype in known]
        yield from _complete(pack, industry, found)
        yield from _overlaps(pack, industry, found)


def _content_fits(document: Document, index: int, indicator: Indicator) -> Iterator[Fault]:
    """Yield a fault where a cell does not fit the operator, or a merged cell leads nowhere."""
    wanted = {"one_of": "choices", "all_of": "choices", "is_true": "is_required"}.get(indicator.operator, "number")
    for grade, cell in indicator.requirement.items():
        path: Path = ("indicators", index, "requirement", grade)
        stated = next(iter(cell.stated()))
        if stated in ("number", "choices", "is_required") and stated != wanted:
            yield document.fault(
                path,
                "pack.operator",
                mark("The operator {operator} needs {wanted}, and the cell of {grade} has {stated}."),
                mark("Change the operator or the cell."),
                operator=indicator.operator,
                wanted=wanted,
                stated=stated,
                grade=grade,
            )
        target = indicator.requirement.get(cell.same_as) if cell.same_as else None
        if cell.same_as and (target is None or target.same_as):
            yield document.fault(
                path,
                "pack.merged_cell",
                mark("The merged cell of {grade} points to {value}, which states nothing itself."),
                mark("Point to the cell that holds the demand."),
                grade=grade,
                value=cell.same_as,
            )


def _readings(document: Document, index: int, indicator: Indicator) -> Iterator[Fault]:
    """Yield a fault where the second reading of a number is no easier to reach than the first."""
    for grade, cell in indicator.requirement.items():
        number, other = cell.number, cell.may_number
        if number is not None and other is not None and not is_easier(other, number, indicator.operator):
            yield document.fault(
                ("indicators", index, "requirement", grade, "may_number"),
                "pack.may_number",
                mark("may_number of {grade} is not easier to reach than number."),
                mark("Write the reading that is harder to meet as number, the other as may_number."),
                grade=grade,
            )


def _complete(pack: Pack, industry: Industry, rows: list[tuple[Indicator, str | None]]) -> Iterator[Fault]:
    """Yield a fault for every grade of the scheme that an indicator passes over in silence, or adds to it."""
    if not rows:
        return
    table = pack.tables[industry.id]
    own = {id(indicator): index for index, indicator in enumerate(table.model.indicators)}
    for indicator, subtype in rows:
        index = own.get(id(indicator))
        absent = [grade for grade in SCHEMES[schemes(industry)[subtype]] if grade not in indicator.requirement]
        path: Path = ("include",) if index is None else ("indicators", index, "requirement")
        for grade in absent:
            yield table.document.fault(
                path,
                "pack.grade_missing",
                mark("The indicator {indicator} has no cell for grade {value} of {subtype}."),
                mark("Give every grade of the scheme a cell; write unknown where nobody knows."),
                indicator=indicator.id,
                value=grade,
                subtype=subtype or industry.id,
            )
    for index, indicator in enumerate(table.model.indicators):
        for grade in _foreign(industry, indicator):
            yield table.document.fault(
                ("indicators", index, "requirement", grade),
                "pack.grade_foreign",
                mark("The indicator {indicator} has a cell for grade {value}, which its schemes do not have."),
                mark("Remove the cell, or correct the scheme."),
                indicator=indicator.id,
                value=grade,
            )


def _foreign(industry: Industry, indicator: Indicator) -> list[str]:
    by_subtype = schemes(industry)
    chosen = [by_subtype[subtype] for subtype in (indicator.subtypes or by_subtype) if subtype in by_subtype]
    allowed = {grade for scheme in chosen for grade in SCHEMES[scheme]}
    return [grade for grade in indicator.requirement if grade not in allowed]


def _overlaps(pack: Pack, industry: Industry, rows: list[tuple[Indicator, str | None]]) -> Iterator[Fault]:
    """Yield a fault where two versions of one indicator hold on the same day."""
    table = pack.tables.get(industry.id)
    by_key: dict[tuple[str, str | None], list[Indicator]] = {}
    for indicator, subtype in rows:
        by_key.setdefault((indicator.id, subtype), []).append(indicator)
    for (name, _), versions in by_key.items():
        if table is not None and any(one.meets(two) for one, two in combinations(versions, 2)):
            index = [i for i, row in enumerate(table.model.indicators) if row.id == name]
            yield table.document.fault(
                ("indicators", index[-1]) if index else ("include",),
                "pack.overlap",
                mark("Two versions of {value} are in force on the same day."),
                mark("End the older one on the day before the newer one starts."),
                value=name,
            )


def _ladders(pack: Pack) -> Iterator[Fault]:
    parts: list[Read[TableFile] | Read[GeneralFile]] = [
        *pack.tables.values(),
        *([pack.general] if pack.general else []),
    ]
    for part in parts:
        yield from _ladder_levels(part.document, part.model.ladder)
        yield from _ladder_duplicates(part.document, part.model.ladder)


def _ladder_levels(document: Document, blocks: tuple[LadderBlock, ...]) -> Iterator[Fault]:
    for index, block in enumerate(blocks):
        for grade, levels in block.grades.items():
            for level in (level for level in LEVELS if level not in levels):
                yield document.fault(
                    ("ladder", index, "grades", grade),
                    "pack.ladder_level",
                    mark("The ladder of grade {grade} says nothing at level {value}."),
                    mark("Give all three levels; write unknown where nobody knows."),
                    grade=grade,
                    value=level,
                )


def _ladder_duplicates(document: Document, blocks: tuple[LadderBlock, ...]) -> Iterator[Fault]:
    seen: dict[tuple[str | None, str | None, str], list[LadderBlock]] = {}
    for index, block in enumerate(blocks):
        for subtype in block.subtypes or (None,):
            for process in block.processes or (None,):
                for grade in block.grades:
                    earlier = seen.setdefault((subtype, process, grade), [])
                    if any(block.meets(other) for other in earlier):
                        yield document.fault(
                            ("ladder", index, "grades", grade),
                            "pack.ladder_duplicate",
                            mark("The ladder of grade {value} is given twice for the same subtype and process."),
                            mark("Keep one of the two, or end the older one."),
                            value=grade,
                        )
                    earlier.append(block)
