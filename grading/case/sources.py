"""Which file or sheet holds which table of a case folder."""

import hashlib
from dataclasses import dataclass, field
from pathlib import Path

from grading.case.columnar import read_parquet
from grading.case.delimited import read_delimited
from grading.case.grid import Grid
from grading.case.headers import find_header
from grading.case.rules import Place, fault
from grading.case.schemas import REQUIRED_TABLES, TABLES
from grading.case.vocabulary import COMBINED_NAMES, FILE_NAMES, is_of_platform, table_of
from grading.case.workbook import read_workbook
from grading.faults import Fault, InputError

SETTINGS_FILE = "case.toml"
TABLE_TYPES = (".csv", ".xlsx", ".parquet")
FOREIGN_TYPES = (".xls", ".xlsm", ".xlsb", ".et", ".ods", ".tsv", ".txt", ".json", ".numbers")


@dataclass
class Sources:
    """What a folder holds: candidate grids per table, hashes of files, what was passed over, and faults."""

    grids: dict[str, list[Grid]] = field(default_factory=dict)
    sha256: dict[str, str] = field(default_factory=dict)
    ignored: list[str] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)

    def first_grids(self) -> list[tuple[str, Grid]]:
        """Return (table, grid) in the order of the contract; of two claimants, already a fault, the first."""
        return [(table, self.grids[table][0]) for table in TABLES if self.grids.get(table)]


def open_sources(folder: Path) -> Sources:
    """Return the grids of every table in the folder, and the faults of files that cannot be used."""
    sources = Sources()
    files = sorted(path for path in folder.iterdir() if path.is_file() and not path.name.startswith(("~$", ".")))
    claims: dict[str, list[str]] = {}
    for path in files:
        for table, place, grids in _claims(path, sources):
            claims.setdefault(table, []).append(place)
            sources.grids.setdefault(table, []).extend(grids)
    sources.faults += [
        fault("two_files", Place(places[0]), table, ", ".join(places))
        for table, places in claims.items()
        if len(places) > 1
    ]
    sources.faults += [_missing(table) for table in REQUIRED_TABLES if table not in claims]
    return sources


def _missing(table: str) -> Fault:
    names = [name + ending for name in FILE_NAMES[table] for ending in TABLE_TYPES]
    return fault("missing_file", Place(names[0]), names[0], ", ".join(names))


Claim = tuple[str, str, list[Grid]]


def _claims(path: Path, sources: Sources) -> list[Claim]:
    """Return (table, place, grids) for each table the file claims to hold; a file of its own may claim and fail."""
    ending = path.suffix.lower()
    table = table_of(path.stem)
    if table and ending in FOREIGN_TYPES:
        sources.faults.append(fault("unsupported_format", Place(path.name), ending))
        return [(table, path.name, [])]
    is_combined = path.stem.lower() in COMBINED_NAMES and ending == ".xlsx"
    if ending not in TABLE_TYPES or not (table or is_combined):
        if ending in TABLE_TYPES + FOREIGN_TYPES and not is_of_platform(path.stem):
            sources.ignored.append(path.name)
        return []
    try:
        return _opened(path, table, sources)
    except (InputError, OSError) as refused:
        sources.faults += _told(refused, path)
        return [(name, path.name, []) for name in ([table] if table else REQUIRED_TABLES)]


def _told(refused: InputError | OSError, path: Path) -> tuple[Fault, ...]:
    if isinstance(refused, InputError):
        return refused.faults
    return (fault("unreadable_file", Place(path.name), expected=str(refused.strerror)),)


def _opened(path: Path, table: str | None, sources: Sources) -> list[Claim]:
    data = path.read_bytes()
    sources.sha256[path.name] = hashlib.sha256(data).hexdigest()
    if table is None:
        return _by_sheet(read_workbook(data, path.name), sources)
    return [(table, path.name, _grids(path, data, table, sources))]


def _grids(path: Path, data: bytes, table: str, sources: Sources) -> list[Grid]:
    ending = path.suffix.lower()
    if ending == ".xlsx":
        return _holding(read_workbook(data, path.name), table, sources)
    return [read_parquet(data, path.name) if ending == ".parquet" else read_delimited(data, path.name, table)]


def _by_sheet(grids: list[Grid], sources: Sources) -> list[Claim]:
    """Return the tables of a combined workbook, whose sheets carry the names of the tables."""
    named = [(table_of(grid.sheet), grid) for grid in grids]
    sources.ignored += [f"{grid.file}[{grid.sheet}]" for table, grid in named if table is None]
    return [(table, f"{grid.file}[{grid.sheet}]", [grid]) for table, grid in named if table]


def _holding(grids: list[Grid], table: str, sources: Sources) -> list[Grid]:
    """Return the sheet that holds the table: the first one, unless others have its required columns too."""
    required = required_attributes(table)
    holding = [grid for grid in grids if (found := find_header(grid, table)) and required <= found.attributes]
    if len(holding) > 1:
        names = ", ".join(grid.sheet for grid in holding)
        sources.faults.append(fault("two_sheets", Place(grids[0].file), table, names))
    chosen = (holding or grids)[:1]
    sources.ignored += [f"{grid.file}[{grid.sheet}]" for grid in grids if grid not in chosen]
    return chosen


def required_attributes(table: str) -> frozenset[str]:
    """Return the attributes a table must have a column for."""
    columns = TABLES[table].columns().items()
    return frozenset(name for name, column in columns if not column.nullable and not name.startswith("source_"))
