"""Collects the expert cases of the packaged rule packs: one test per case, no traceback for a wrong number."""

from collections.abc import Iterator
from functools import cache
from importlib.resources import files
from pathlib import Path

import pytest

from grading.case.settings import LawChoice
from grading.law import resolve_law
from grading.law.cases import Found, read_cases
from grading.law.model import Law
from tests.grading.law.oracle import Row, applies, rung, table, verdict


class WrongAnswerError(Exception):
    """An expectation that does not hold; the message is all a reader needs."""


@cache
def law_of(pack: str, on: str) -> Law:
    return resolve_law(LawChoice.model_validate({"pack": pack, "on": on}))


@cache
def table_of(pack: str, on: str) -> dict[tuple[str, str | None, str], list[Row]]:
    return table(law_of(pack, on))


def answers(found: Found, pack: str) -> Iterator[str]:
    """Yield one line per expectation that does not hold."""
    case = found.case
    law = law_of(pack, case.on.isoformat())
    rows = table_of(pack, case.on.isoformat()).get((found.industry, case.subtype, str(case.indicator)), [])
    for value, answer in case.values.items():
        asks = applies(law, rows[0], {str(case.indicator): value, **case.given}) if rows else True
        got = {row["grade"]: verdict(row, value) for row in rows}
        met = tuple(grade for grade, said in got.items() if said == "met" and asks is not False)
        is_open = {row["grade"] for row in rows if asks is None}
        unknown = tuple(g for g, said in got.items() if said == "unknown" or (g in is_open and said != "met"))
        if asks is False or not answer.applies:
            if asks is not False or answer.applies:
                yield f"{value}: expected to apply {answer.applies}, got {asks}"
        elif not rows or (set(met), set(unknown)) != (set(answer.met), set(answer.unknown)):
            yield f"{value}: expected met {answer.met} unknown {answer.unknown}, got met {met} unknown {unknown}"
    for level, expected in case.ladder.items():
        row = rung(law, found.industry, case.subtype, case.process, str(case.grade), level)
        got_rung = {key: row[key] for key in ("kind", "share", "hours", "transport", "is_general")}
        if got_rung != expected.model_dump():
            yield f"{level}: expected {expected.model_dump()}, got {got_rung}"


class ExpertCase(pytest.Item):
    """One case of one file."""

    def __init__(self, *, pack: str, found: Found, name: str, parent: pytest.Collector) -> None:
        super().__init__(name, parent)
        self.pack = pack
        self.found = found

    def runtest(self) -> None:
        wrong = list(answers(self.found, self.pack))
        if wrong:
            place = f"{self.found.file}:{self.found.line}: {self.found.case.name}"
            raise WrongAnswerError("\n  ".join([place, *wrong, f"law: {self.found.case.clause}"]))

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: object = None) -> str:  # noqa: ARG002
        if isinstance(excinfo.value, WrongAnswerError):
            return str(excinfo.value)
        return str(super().repr_failure(excinfo))

    def reportinfo(self) -> tuple[Path, int, str]:
        return self.path, self.found.line, self.name


class ExpertCases(pytest.File):
    """Every case of every packaged pack; the file itself only switches the collection on."""

    def collect(self) -> Iterator[ExpertCase]:
        for folder in sorted(files("grading").joinpath("packs").iterdir(), key=lambda entry: entry.name):
            for found in read_cases(folder):
                name = f"{found.file}:{found.line}:{found.case.name}"
                yield ExpertCase.from_parent(self, name=name, pack=folder.name, found=found)


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> pytest.Collector | None:
    if file_path.name == "expert_cases.txt":
        return ExpertCases.from_parent(parent, path=file_path)
    return None
