"""Scenarios by name, and the way from the case down to one of them."""

from collections.abc import Sequence
from pathlib import Path

from grading.faults import Fault, InputError
from lantian.whatif.faults import At, scenario_fault
from lantian.whatif.scenario import CASE
from lantian.whatif.scenario_file import Written, read_scenario

FOLDER = "scenarios"


def known_names(case_folder: Path) -> list[str]:
    """Return the names of the scenarios of a case."""
    return sorted(path.stem for path in (case_folder / FOLDER).glob("*.toml"))


def find(asked: str, case_folder: Path) -> Path:
    """Return the file of a scenario: a name in `scenarios/` of the case, or a path."""
    for path in (case_folder / FOLDER / f"{asked}.toml", Path(asked)):
        if path.is_file():
            return path
    known = ", ".join(known_names(case_folder)) or "–"
    raise InputError([scenario_fault("scenario_missing", At(str(asked)), asked, known)])


def lineage(asked: str, case_folder: Path) -> tuple[Written, ...]:
    """Return a scenario with its parents, the one that starts from the case first.

    Raises InputError: a file is missing or faulty, a parent is unknown, or the parents go round in a circle.
    """
    path = find(asked, case_folder)
    line = [read_scenario(path)]
    while line[0].scenario.parent != CASE:
        child, parent = line[0], line[0].scenario.parent
        met = [each.name for each in line]
        if parent in met:
            round_trip = " → ".join([*reversed(met), *met[-1:]])
            raise InputError([scenario_fault("parent_cycle", child.at("parent"), round_trip)])
        beside = next((p for p in _places(parent, path, case_folder) if p.is_file()), None)
        if beside is None:
            known = ", ".join([CASE, *known_names(case_folder)])
            raise InputError([scenario_fault("parent_missing", child.at("parent"), parent, known)])
        line.insert(0, read_scenario(beside))
    return tuple(line)


def lineages(asked: Sequence[str], case_folder: Path) -> list[tuple[Written, ...]]:
    """Return the lineage of each scenario; the faults of all of them come at once."""
    found: list[tuple[Written, ...]] = []
    faults: list[Fault] = []
    for name in asked:
        try:
            found.append(lineage(name, case_folder))
        except InputError as broken:
            faults += broken.faults
    if faults:
        raise InputError(faults)
    return found


def _places(parent: str, child: Path, case_folder: Path) -> list[Path]:
    return [folder / f"{parent}.toml" for folder in (child.parent, case_folder / FOLDER)]
