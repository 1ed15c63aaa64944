"""A case folder in, an accepted case out, with every fault named; this file is the order of the steps."""

from dataclasses import dataclass
from pathlib import Path

import polars as pl

from grading.case.contract import accept, contract_faults
from grading.case.conversion import names as unit_names
from grading.case.grid import Grid
from grading.case.headers import SEARCHED_ROWS, Header, accepted_headers, data_columns, doubled, find_header, unit_of
from grading.case.model import Case, InputFile
from grading.case.parse import Parsed, parse_table
from grading.case.plausible import plausibility_faults
from grading.case.relations import duplicate_faults, orphan_faults
from grading.case.rules import fault
from grading.case.schemas import REQUIRED_TABLES, TABLES
from grading.case.settings import CaseSettings
from grading.case.settings_file import read_settings
from grading.case.sources import SETTINGS_FILE, Sources, open_sources, required_attributes
from grading.case.tally import list_faults
from grading.faults import Fault, InputError


@dataclass(frozen=True)
class Table:
    """One table after its rows were judged: the accepted ones, all keys seen, and the faults found."""

    accepted: pl.DataFrame
    parsed: Parsed
    faults: tuple[Fault, ...]


def read_case(folder: Path) -> Case:
    """Return the case in `folder`: accepted tables, and a row fault for everything that was rejected.

    Raises:
        InputError: something makes the case unusable; carries all faults found, the fatal ones among them.
    """
    if not folder.is_dir():
        raise InputError([fault("no_folder", file=str(folder))])
    settings, faults = _settings(folder)
    sources = open_sources(folder)
    faults += sources.faults
    parsed, ignored = _parse_all(sources, settings, faults)
    tables = _judge_all(parsed, settings)
    faults += [found for table in tables.values() for found in table.faults]
    faults += _nothing_left(tables)
    if settings is None or any(found.severity == "fatal" for found in faults):
        raise InputError(faults)
    return _case(folder, settings, sources, tables, faults, ignored)


def _settings(folder: Path) -> tuple[CaseSettings | None, list[Fault]]:
    try:
        return read_settings(folder / SETTINGS_FILE), []
    except InputError as refused:
        return None, list(refused.faults)


def _parse_all(
    sources: Sources, settings: CaseSettings | None, faults: list[Fault]
) -> tuple[dict[str, Parsed], list[str]]:
    """Return the parsed tables and the ignored columns; adds the faults of headers to `faults`."""
    parsed: dict[str, Parsed] = {}
    ignored: list[str] = []
    checks_code = settings is not None and settings.city.id_scheme == "uscc"
    for table in TABLES:
        for grid in sources.grids.get(table, [])[:1]:
            header = find_header(grid, table)
            problems = _header_faults(grid, header, table)
            faults += problems
            if header is None or problems:
                continue
            parsed[table] = parse_table(grid, header, table, checks_code)
            place = f"{grid.file}[{grid.sheet}]" if grid.sheet else grid.file
            ignored += [f"{place}:{name}" for name in header.ignored]
    return parsed, ignored


def _header_faults(grid: Grid, header: Header | None, table: str) -> list[Fault]:
    place = {"file": grid.file, "sheet": grid.sheet}
    if grid.is_empty():
        return [fault("empty_sheet", **place)]
    if header is None:
        return [fault("no_header", expected=str(SEARCHED_ROWS), **place)]
    columns = data_columns(TABLES[table])
    faults = [
        fault(
            "missing_column",
            file=grid.file,
            sheet=grid.sheet,
            row=header.row,
            column=accepted_headers(columns[name], name)[0],
            expected=", ".join(accepted_headers(columns[name], name)),
        )
        for name in columns
        if name in required_attributes(table) - header.attributes
    ]
    faults += [
        fault(
            "duplicate_column",
            file=grid.file,
            sheet=grid.sheet,
            row=header.row,
            column=copies[0].written,
            expected=" | ".join(copy.written for copy in copies),
        )
        for copies in doubled(header).values()
    ]
    faults += [
        fault(
            "unknown_unit",
            file=grid.file,
            sheet=grid.sheet,
            row=header.row,
            column=column.written,
            value=column.unit_text,
            expected=unit_names(str((columns[column.attribute].metadata or {})["unit"])),
        )
        for column in header.columns
        if unit_of(columns[column.attribute], column.unit_text) is None
    ]
    if not faults and header.first >= grid.cells.height and table in REQUIRED_TABLES:
        faults.append(fault("no_rows", **place))
    return faults


PARENTS: dict[str, tuple[str, tuple[str, ...]]] = {
    "enterprises": ("", ()),
    "units": ("enterprise_id", ("enterprises",)),
    "evidence": ("subject_id", ("enterprises", "units")),
    "penalties": ("enterprise_id", ("enterprises",)),
    "registers": ("enterprise_id", ("enterprises",)),
    "overrides": ("unit_id", ("units",)),
    "measures": ("unit_id", ("units",)),
}
ID = {"enterprises": "enterprise_id", "units": "unit_id"}


def _judge_all(parsed: dict[str, Parsed], settings: CaseSettings | None) -> dict[str, Table]:
    """Return the judged tables, parents before children."""
    judged: dict[str, Table] = {}
    for name, (column, parents) in PARENTS.items():
        if name not in parsed:
            continue
        found = [
            parsed[name].faults,
            duplicate_faults(parsed[name]),
            contract_faults(parsed[name]),
            plausibility_faults(parsed[name], settings),
        ]
        if parents and all(parent in judged for parent in parents):
            found.append(_orphans(parsed[name], column, parents, judged))
        faults = pl.concat(found)
        judged[name] = Table(accept(parsed[name], faults), parsed[name], tuple(list_faults(parsed[name], faults)))
    return judged


def _orphans(child: Parsed, column: str, parents: tuple[str, ...], judged: dict[str, Table]) -> pl.DataFrame:
    accepted = pl.concat([judged[parent].accepted[ID[parent]].alias("id") for parent in parents])
    seen = pl.concat([judged[parent].parsed.frame[ID[parent]].alias("id") for parent in parents])
    return orphan_faults(child, column, accepted, seen.drop_nulls(), " / ".join(parents))


def _nothing_left(tables: dict[str, Table]) -> list[Fault]:
    return [
        fault("nothing_accepted", file=tables[name].parsed.file, sheet=tables[name].parsed.sheet)
        for name in REQUIRED_TABLES
        if name in tables and tables[name].accepted.is_empty()
    ]


def _case(
    folder: Path,
    settings: CaseSettings,
    sources: Sources,
    tables: dict[str, Table],
    faults: list[Fault],
    ignored: list[str],
) -> Case:
    frames = {
        name: tables[name].accepted if name in tables else schema.create_empty() for name, schema in TABLES.items()
    }
    return Case(
        folder=folder,
        settings=settings,
        **frames,
        absent_tables=tuple(name for name in TABLES if name not in tables),
        faults=tuple(sorted(faults)),
        inputs=_inputs(folder, sources, tables),
        ignored_columns=tuple(ignored),
        ignored_sources=tuple(sources.ignored),
    )


def _inputs(folder: Path, sources: Sources, tables: dict[str, Table]) -> tuple[InputFile, ...]:
    from hashlib import sha256

    rows = {name: 0 for name in sources.sha256}
    for table in tables.values():
        rows[table.parsed.file] += table.parsed.frame.height
    settings = folder / SETTINGS_FILE
    own = InputFile(settings, SETTINGS_FILE, sha256(settings.read_bytes()).hexdigest(), 0)
    read = [InputFile(folder / name, name, digest, rows[name]) for name, digest in sorted(sources.sha256.items())]
    return (own, *read)
