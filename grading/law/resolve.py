"""From the choice in case.toml to the law in force on that day."""

from datetime import date
from functools import lru_cache
from pathlib import Path

import polars as pl

from grading.case.settings import LawChoice
from grading.faults import Fault, InputError
from grading.law import frames
from grading.law.checks import check_pack
from grading.law.conditions import conditions
from grading.law.files import Content, Pack, content_sha256, pack_folder, pack_of, read_pack
from grading.law.model import Law
from grading.law.overlay import overlaid
from grading.words import mark

Lineage = tuple[tuple[str, Content], ...]
"""Name and files of a pack after those of its parents."""


def resolve_law(choice: LawChoice, case_folder: Path | None = None) -> Law:
    """Return the pack of `choice` as flat tables, or raise an InputError with all its faults.

    Law: a statement holds from its first to its last day, both included; on a day before the pack's first
    there is no law to read, and the error names that first day.
    """
    return _in_force(_lineage(choice.pack, case_folder), choice.on)


@lru_cache(maxsize=16)
def _in_force(lineage: Lineage, on: date) -> Law:
    pack = _checked(lineage)
    header = pack.header.model
    if not header.applies(on):
        raise InputError([_not_in_force(pack, on)])
    tables = resolved_tables(pack, on)
    return Law(
        pack_id=header.id,
        title=header.title.zh,
        gloss=header.title.en,
        on=on.isoformat(),
        content_sha256=content_sha256(pack),
        **tables,
    )


def load_pack(name: str, case_folder: Path | None) -> Pack:
    """Return a pack on top of its parents after every check, whatever the day."""
    return _checked(_lineage(name, case_folder))


def _lineage(name: str, case_folder: Path | None, below: tuple[str, ...] = ()) -> Lineage:
    """Return the files of a pack and, before them, those of its parents: what the law depends on, and nothing else."""
    folder = pack_folder(name, case_folder)
    pack = read_pack(folder)
    parent = pack.header.model.parent
    if parent is not None:
        if parent in (*below, name):
            raise InputError([_circle(pack, parent)])
        beside = folder.parent if isinstance(folder, Path) else case_folder
        return (*_lineage(parent, beside, (*below, name)), (folder.name, pack.content))
    return ((folder.name, pack.content),)


@lru_cache(maxsize=16)
def _checked(lineage: Lineage) -> Pack:
    *parents, (folder, content) = lineage
    pack = pack_of(folder, content)
    if parents:
        pack = overlaid(_checked(tuple(parents)), pack)
    faults = check_pack(pack)
    if faults:
        raise InputError(faults)
    return pack


def resolved_tables(pack: Pack, on: date) -> dict[str, pl.DataFrame]:
    """Return the flat tables of one day."""
    demanded = frames.requirements(pack, on)
    has_rows = {(row["industry"], row["subtype"]) for row in demanded}
    rows = {
        "industries": frames.industries(pack, has_rows),
        "processes": frames.processes(pack),
        "requirements": demanded,
        "conditions": conditions(pack, on),
        "ladder": frames.ladder(pack, on),
        "physics": frames.physics(pack),
        "vetoes": frames.vetoes(pack, on),
        "register_rules": frames.register_rules(pack),
        "vocabulary": frames.vocabulary(pack),
        "supplements": frames.supplements(pack, on),
    }
    return {name: frames.frame(*_spec(name, rows[name])) for name in rows}


def _spec(name: str, rows: list[frames.Row]) -> tuple[type, list[frames.Row], list[str]]:
    schema, order = frames.TABLES[name]
    return schema, rows, order


def _circle(pack: Pack, parent: str) -> Fault:
    return pack.header.document.fault(
        ("parent",),
        "pack.circle",
        mark("The parents of the pack lead back to {value}."),
        mark("Let one of them stand without a parent."),
        value=parent,
    )


def _not_in_force(pack: Pack, on: date) -> Fault:
    header = pack.header.model
    return Fault(
        file="case.toml",
        sheet="",
        row=0,
        column="law.on",
        rule="pack.not_in_force",
        message=mark("Nothing of {pack} is in force on {on}; it is in force from {start} to {end}."),
        repair=mark("Choose a day inside that window, or the pack that was in force then."),
        value=on.isoformat(),
        severity="fatal",
        values={
            "pack": header.id,
            "on": on.isoformat(),
            "start": (header.in_force_from or date.min).isoformat(),
            "end": header.in_force_to.isoformat() if header.in_force_to else "…",
        },
    )
