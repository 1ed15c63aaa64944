"""What `case.toml` names beside the tables: an earlier list to compare with, and boundaries for the map."""

from collections.abc import Callable
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path, PurePosixPath
from typing import TypeVar

import polars as pl

from grading.case.boundaries import read_boundaries
from grading.case.model import InputFile
from grading.case.previous import previous_file, read_previous
from grading.case.rules import Place, fault
from grading.case.settings import CaseSettings
from grading.faults import Fault, InputError

Result = TypeVar("Result")


@dataclass(frozen=True)
class Attached:
    """What was read: None where `case.toml` names nothing."""

    previous: pl.DataFrame | None = None
    """`grading.case.previous.PreviousGrades`."""
    boundaries: pl.DataFrame | None = None
    """`grading.case.boundaries.SCHEMA`."""
    inputs: tuple[InputFile, ...] = ()
    faults: tuple[Fault, ...] = ()


def read_attached(folder: Path, settings: CaseSettings) -> Attached:
    """Return what the case names beside its tables; a file that cannot be used is a fatal fault inside."""
    faults: list[Fault] = []
    inputs: list[InputFile] = []
    previous = boundaries = None
    if settings.previous:
        read = _read(folder, settings.previous.grades, read_previous, faults, inputs)
        if read is not None:
            previous, found = read
            faults += found
    if settings.map:
        boundaries = _read(folder, settings.map.boundaries, read_boundaries, faults, inputs)
    return Attached(previous, boundaries, tuple(inputs), tuple(faults))


def _read(
    folder: Path,
    name: str,
    reader: Callable[[bytes, str], Result],
    faults: list[Fault],
    inputs: list[InputFile],
) -> Result | None:
    path = previous_file(folder / name) if reader is read_previous else folder / name
    told = name if path == folder / name else str(PurePosixPath(name) / path.name)
    if not path.is_file():
        faults.append(fault("missing_file", Place(told), told, told))
        return None
    data = path.read_bytes()
    inputs.append(InputFile(path, told, sha256(data).hexdigest(), 0))
    try:
        return reader(data, told)
    except InputError as refused:
        faults += refused.faults
        return None
