"""A case folder in, an accepted case out, with every fault named; this file is the order of the steps."""

from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path
from typing import Any

from grading.case.attached import Attached, read_attached
from grading.case.header_faults import header_faults
from grading.case.headers import find_header
from grading.case.judge import Judged, judge, nothing_left
from grading.case.model import Case, InputFile
from grading.case.parse import Parsed, parse_table
from grading.case.rules import Place, fault
from grading.case.schemas import TABLES
from grading.case.settings import CaseSettings
from grading.case.settings_file import read_settings
from grading.case.sources import SETTINGS_FILE, Sources, open_sources
from grading.case.text import decode
from grading.case.toml_lines import line_of
from grading.faults import Fault, InputError


def read_case(folder: Path) -> Case:
    """Return the case in `folder`: accepted tables, and a row fault for everything that was rejected.

    Raises:
        InputError: something makes the case unusable; carries all faults found, the fatal ones among them.
    """
    if not folder.is_dir():
        raise InputError([fault("no_folder", Place(str(folder)))])
    settings, settings_faults = _settings(folder)
    templates, template_faults = _templates(folder, settings)
    sources = open_sources(folder)
    parsed, ignored, table_faults = _parse_all(sources, settings)
    judged = judge(parsed, settings)
    attached = read_attached(folder, settings) if settings else Attached()
    faults = [
        *settings_faults,
        *template_faults,
        *sources.faults,
        *table_faults,
        *attached.faults,
        *nothing_left(judged),
    ]
    faults += [found for table in judged.values() for found in table.faults]
    if settings is None or any(found.severity == "fatal" for found in faults):
        raise InputError(faults)
    accepted: dict[str, Any] = {
        name: judged[name].accepted if name in judged else schema.create_empty() for name, schema in TABLES.items()
    }
    return Case(
        folder=folder,
        settings=settings,
        **accepted,
        absent_tables=tuple(name for name in TABLES if name not in judged),
        faults=tuple(sorted(faults)),
        inputs=(*_inputs(folder, sources, judged), *attached.inputs, *templates),
        ignored_columns=ignored,
        ignored_sources=tuple(sources.ignored),
        previous=attached.previous,
        boundaries=attached.boundaries,
    )


def _settings(folder: Path) -> tuple[CaseSettings | None, tuple[Fault, ...]]:
    try:
        return read_settings(folder / SETTINGS_FILE), ()
    except InputError as refused:
        return None, refused.faults


def _templates(folder: Path, settings: CaseSettings | None) -> tuple[list[InputFile], list[Fault]]:
    """Return the bureau's own templates, and a fault for each that is not a file inside the case folder."""
    stated = settings.documents.model_dump(exclude_none=True) if settings else {}
    found: list[InputFile] = []
    faults: list[Fault] = []
    for key, name in sorted(stated.items()):
        path = (folder / name).resolve()
        if path.is_file() and path.is_relative_to(folder.resolve()):
            found.append(InputFile(path, name, sha256(path.read_bytes()).hexdigest(), 0))
        else:
            text = decode((folder / SETTINGS_FILE).read_bytes(), SETTINGS_FILE)
            place = Place(SETTINGS_FILE, row=line_of(text, ("documents", key)), column=f"documents.{key}")
            faults.append(fault("missing_template", place, name))
    return found, faults


def _parse_all(
    sources: Sources, settings: CaseSettings | None
) -> tuple[dict[str, Parsed], tuple[str, ...], list[Fault]]:
    """Return the parsed tables, the columns passed over, and the faults of headers."""
    parsed: dict[str, Parsed] = {}
    ignored: list[str] = []
    faults: list[Fault] = []
    checks_credit_code = settings is not None and settings.city.id_scheme == "uscc"
    for table, grid in sources.first_grids():
        header = find_header(grid, table)
        problems = header_faults(grid, header, table)
        faults += problems
        if header and not problems:
            parsed[table] = parse_table(grid, header, table, checks_credit_code)
            ignored += [f"{grid.place}:{name}" for name in header.ignored]
    return parsed, tuple(ignored), faults


def _inputs(folder: Path, sources: Sources, judged: Mapping[str, Judged]) -> tuple[InputFile, ...]:
    """Return what was read, `case.toml` first, then by name."""
    settings = folder / SETTINGS_FILE
    read = [(name, digest, _rows(name, judged)) for name, digest in sorted(sources.sha256.items())]
    own = (SETTINGS_FILE, sha256(settings.read_bytes()).hexdigest(), 0)
    return tuple(InputFile(folder / name, name, digest, rows) for name, digest, rows in [own, *read])


def _rows(file: str, judged: Mapping[str, Judged]) -> int:
    return sum(table.parsed.frame.height for table in judged.values() if table.parsed.file == file)
