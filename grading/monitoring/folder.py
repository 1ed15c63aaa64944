"""A folder of monitoring: `outlets.csv` and hourly files under `cems/`, to outlets, hours and faults.

Parquet partitions that already hold exactly the columns of `Hours` are scanned lazily and never held as a whole;
every other file is read as text.
"""

from dataclasses import dataclass
from pathlib import Path

import polars as pl

from grading.faults import Fault, InputError
from grading.monitoring.hourly import ReadingOptions, read_hourly
from grading.monitoring.outlets import read_outlets
from grading.monitoring.sheet import open_sheets
from grading.monitoring.tables import Hours
from grading.monitoring.unique import one_per_hour
from grading.monitoring.vocabulary import hour_names

HOUR_FOLDER = "cems"
OUTLET_FILE = "outlets.csv"
HOUR_FILES = (".csv", ".txt", ".xlsx", ".parquet", ".csv.gz", ".txt.gz")


@dataclass(frozen=True)
class MonitoringInput:
    """What a folder holds: outlets, hours (columns of `Hours`), faults, and headers nobody asked for.

    `hours` is None where the folder has no hourly file at all.
    """

    outlets: pl.DataFrame
    hours: pl.LazyFrame | None
    faults: tuple[Fault, ...]
    ignored_columns: tuple[str, ...]


def read_monitoring(
    folder: Path,
    options: ReadingOptions = ReadingOptions(),  # noqa: B008 - frozen
    units: pl.DataFrame | None = None,
    outlet_file: str = OUTLET_FILE,
) -> MonitoringInput:
    """Return the monitoring of a case folder; a file that cannot be used is a fault and the others are still read.

    With `units` (unit_id, enterprise_id) every outlet must belong to one of them.

    Raises:
        InputError: the list of outlets cannot be used.
    """
    outlets, faults = read_outlets(folder / outlet_file, units)
    lazy, texts, ignored = [], [], []
    for path in hour_files(folder):
        if is_in_contract(path):
            lazy.append(pl.scan_parquet(path).select(Hours.column_names()))
            continue
        hours, found, passed_over = _read_text(path, path.relative_to(folder).as_posix(), outlets, options)
        texts += hours
        faults += found
        ignored += passed_over
    return MonitoringInput(outlets, _together(lazy, texts), tuple(sorted(faults)), tuple(ignored))


def hour_files(folder: Path) -> list[Path]:
    """Return the files of hours of a case folder, in name order; what an editor leaves behind is passed over."""
    return files_inside(folder / HOUR_FOLDER)


def files_inside(folder: Path) -> list[Path]:
    """Return the files of a folder that can hold a table, at any depth, in name order."""
    inside = folder.rglob("*")
    named = [path for path in inside if path.is_file() and not path.name.startswith(("~$", "."))]
    return sorted(path for path in named if path.name.lower().endswith(HOUR_FILES))


def _read_text(
    path: Path, name: str, outlets: pl.DataFrame, options: ReadingOptions
) -> tuple[list[pl.DataFrame], list[Fault], list[str]]:
    """Return the hours of each sheet of a file, its faults, and the headers nobody asked for."""
    hours, faults, ignored = [], [], []
    try:
        for sheet in open_sheets(path.read_bytes(), name, hour_names()):
            found, wrong = read_hourly(sheet, outlets["outlet_id"], options)
            hours.append(found)
            faults += wrong
            ignored += [f"{name}:{column}" for column in sheet.ignored]
    except InputError as refused:
        return [], [*refused.faults], []
    return hours, faults, ignored


def _together(lazy: list[pl.LazyFrame], texts: list[pl.DataFrame]) -> pl.LazyFrame | None:
    """Return all hours; what came from text is brought to one report per hour, partitions promise it."""
    if texts and lazy:
        return one_per_hour(pl.concat([*lazy, *(text.lazy() for text in texts)]))
    if texts:
        return one_per_hour(pl.concat(texts).lazy())
    return pl.concat(lazy) if lazy else None


def is_in_contract(path: Path) -> bool:
    """Return whether a Parquet file already holds exactly the columns of `Hours` in their types."""
    if path.suffix.lower() != ".parquet":
        return False
    try:
        schema = pl.read_parquet_schema(path)
    except (pl.exceptions.PolarsError, OSError):
        return False
    return all(schema.get(name) == dtype for name, dtype in Hours.create_empty().schema.items())
