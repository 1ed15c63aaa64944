"""The zoo of broken inputs: how an entry is laid over the clean base, and what it must say."""

import shutil
import tomllib
from dataclasses import dataclass
from pathlib import Path

from grading.case import read_case
from grading.faults import Fault, InputError

ROOT = Path(__file__).resolve().parents[3]
ZOO = ROOT / "fixtures" / "broken"
BASE = ZOO / "_base"
PLATFORMS = ZOO / "platforms"  # entries of its own: tests/grading/platforms/test_zoo.py
NOT_PART_OF_A_CASE = ("expect.toml",)


@dataclass(frozen=True)
class Expected:
    """The one fault an entry holds, and the phrases its message and repair must contain."""

    rule: str
    severity: str
    file: str
    row: int
    column: str
    zh: tuple[str, ...]
    en: tuple[str, ...]
    removed: tuple[str, ...] = ()


def committed_entries() -> list[str]:
    return sorted(path.name for path in ZOO.iterdir() if path.is_dir() and path not in (BASE, PLATFORMS))


def expected_of(name: str) -> Expected:
    told = tomllib.loads((ZOO / name / "expect.toml").read_text(encoding="utf-8"))
    lists = {key: tuple(value) for key, value in told.items() if isinstance(value, list)}
    return Expected(**(told | lists))


def lay_over(name: str, folder: Path) -> Path:
    """Return a case folder: the clean base with the files of one entry laid over it."""
    shutil.copytree(BASE, folder)
    for removed in expected_of(name).removed:
        (folder / removed).unlink()
    for path in (ZOO / name).iterdir():
        if path.name not in NOT_PART_OF_A_CASE:
            shutil.copy(path, folder / path.name)
    return folder


def clean_copy(folder: Path, *removed: str) -> Path:
    shutil.copytree(BASE, folder)
    for name in removed:
        (folder / name).unlink()
    return folder


def faults_of(folder: Path) -> tuple[Fault, ...]:
    """Return every fault of a case, whether or not it ended the run."""
    try:
        return read_case(folder).faults
    except InputError as refused:
        return refused.faults


def tells(faults: tuple[Fault, ...], expected: Expected) -> bool:
    """Return whether some fault stands at the expected place and says the expected phrases in both languages."""
    return any(
        (fault.rule, fault.severity, fault.file, fault.row, fault.column)
        == (expected.rule, expected.severity, expected.file, expected.row, expected.column)
        and all(phrase in fault.what("zh") + fault.how("zh") for phrase in expected.zh)
        and all(phrase in fault.what("en") + fault.how("en") for phrase in expected.en)
        for fault in faults
    )


def shown(faults: tuple[Fault, ...]) -> str:
    return "\n".join(f"{f.where()} {f.rule} {f.severity} {f.what('en')} | {f.what('zh')}{f.how('zh')}" for f in faults)
