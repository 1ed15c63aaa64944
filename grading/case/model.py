"""What a read case is: settings, accepted tables, faults, and the files they came from."""

from dataclasses import dataclass, field
from pathlib import Path

import polars as pl

from grading.case.platforms import Platforms
from grading.case.schemas import DustList, MobileList
from grading.case.settings import CaseSettings
from grading.faults import Fault


@dataclass(frozen=True)
class InputFile:
    """One file that was read, and the hash of its bytes."""

    path: Path
    name: str
    sha256: str
    rows: int


@dataclass(frozen=True)
class Case:
    """An accepted case.

    Every table has exactly the columns of its schema in `grading.case.schemas`, sorted by its key, so
    the order of the input rows never matters. A table that the folder lacks is empty and named in
    `absent_tables`.
    """

    folder: Path
    settings: CaseSettings
    enterprises: pl.DataFrame
    units: pl.DataFrame
    evidence: pl.DataFrame
    penalties: pl.DataFrame
    registers: pl.DataFrame
    overrides: pl.DataFrame
    measures: pl.DataFrame
    absent_tables: tuple[str, ...]
    faults: tuple[Fault, ...]
    inputs: tuple[InputFile, ...]
    ignored_columns: tuple[str, ...] = ()
    """Columns nobody asked for, as `file[sheet]:header`; they were not read."""
    ignored_sources: tuple[str, ...] = ()
    """Files and sheets of the folder that hold no table, by name; they were not read."""
    platforms: Platforms | None = None
    """What monitors, permits, credit and disclosure say; None where the folder has none of their files."""
    previous: pl.DataFrame | None = None
    """Grades of the earlier list that `case.toml` names (`grading.case.previous.PreviousGrades`)."""
    boundaries: pl.DataFrame | None = None
    """Outlines for the map (`grading.case.boundaries.SCHEMA`)."""
    mobile_list: pl.DataFrame = field(default_factory=MobileList.create_empty)
    """The mobile list row by row; empty where only its total is stated."""
    dust_list: pl.DataFrame = field(default_factory=DustList.create_empty)
    """The dust list row by row; empty where only its total is stated."""
