"""Changes from the command line: each option is one change of a scenario that has no file yet."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError

from grading.faults import Fault, InputError
from grading.scale import GRADES
from lantian.whatif.faults import At, scenario_fault
from lantian.whatif.scenario import CASE, Scenario
from lantian.whatif.scenario_file import Written
from lantian.whatif.toml import to_toml

COMMAND_LINE = "--"
_TARGET = re.compile(r"^(yellow|orange|red)\.(so2|nox|pm|vocs)=([0-9.]+)(%?)$", re.IGNORECASE)
_NUMBER = re.compile(r"^([\w_]+)\.(yellow|orange|red)\.(so2|nox|pm|vocs)=([0-9.]+)$", re.IGNORECASE)
EXAMPLES = {
    "--target": "orange.nox=0.22",
    "--grade": "91159903MA0000015U=B",
    "--more": "dust.orange.pm=12000",
    "--price": "91159903MA0000015U=1.5",
}


@dataclass(frozen=True)
class OneLiners:
    """The options of one question, as they were typed."""

    exempt: Sequence[str] = ()
    grade: Sequence[str] = ()
    target: Sequence[str] = ()
    down: Sequence[str] = ()
    price: Sequence[str] = ()
    more: Sequence[str] = ()
    pack: str | None = None
    reason: str = ""
    author: str = ""
    name: str = "question"
    parent: str = CASE

    @property
    def is_asked(self) -> bool:
        """Return whether anything was asked."""
        return bool(self.exempt or self.grade or self.target or self.down or self.price or self.more or self.pack)


def written_of(asked: OneLiners, unspoken: tuple[str, str]) -> Written:
    """Return the scenario of the options; `unspoken` is the author and reason where none is given.

    Raises InputError with every option that is not understood.
    """
    faults: list[Fault] = []
    parts: dict[str, Any] = {
        "parent": asked.parent,
        "author": asked.author or unspoken[0],
        "reason": asked.reason or unspoken[1],
        "exempt": [{"select": _whom(each)} for each in asked.exempt],
        "down": [{"select": _whom(each)} for each in asked.down],
        "grades": list(_grades(asked.grade, faults)),
        "prices": list(_prices(asked.price, faults)),
        "targets": _targets(asked.target, faults),
        "reductions": _reductions(asked.more, faults),
    }
    if asked.pack:
        parts["law"] = {"pack": asked.pack}
    if faults:
        raise InputError(faults)
    try:
        scenario = Scenario.model_validate({key: value for key, value in parts.items() if value})
    except ValidationError as wrong:
        raise InputError(
            scenario_fault(
                "option_not_understood", At(COMMAND_LINE, 0, str(error["loc"][0])), str(error["input"]), error["msg"]
            )
            for error in wrong.errors()
        ) from wrong
    return Written(asked.name, scenario, COMMAND_LINE, to_toml(scenario))


def _whom(asked: str) -> dict[str, str]:
    """Return the selector of an id: a line's where it has a hyphen behind a credit code, else an enterprise's."""
    return {"unit": asked} if re.match(r"^[0-9A-Z]{18}-", asked) else {"enterprise": asked}


def _grades(options: Sequence[str], faults: list[Fault]) -> Iterator[dict[str, Any]]:
    for option in options:
        whom, _, grade = option.rpartition("=")
        if not whom or grade not in GRADES:
            faults.append(_fault("--grade", option))
            continue
        yield {"select": {"enterprise": tuple(whom.split(","))}, "grade": grade}


def _prices(options: Sequence[str], faults: list[Fault]) -> Iterator[dict[str, Any]]:
    for option in options:
        whom, _, factor = option.rpartition("=")
        try:
            yield {"select": _whom(whom), "loss_factor": float(factor)}
        except ValueError:
            faults.append(_fault("--price", option))


def _targets(options: Sequence[str], faults: list[Fault]) -> dict[str, dict[str, float]]:
    targets: dict[str, dict[str, float]] = {}
    for option in options:
        found = _TARGET.match(option.strip())
        try:
            level, pollutant, number, percent = found.groups() if found else ("", "", "x", "")
            share = float(number) / (100.0 if percent else 1.0)
        except ValueError:
            faults.append(_fault("--target", option))
            continue
        targets.setdefault(level.lower(), {})[pollutant.lower()] = share
    return targets


def _reductions(options: Sequence[str], faults: list[Fault]) -> dict[str, dict[str, dict[str, float]]]:
    lists: dict[str, dict[str, dict[str, float]]] = {}
    for option in options:
        found = _NUMBER.match(option.strip())
        if not found:
            faults.append(_fault("--more", option))
            continue
        name, level, pollutant, number = found.groups()
        lists.setdefault(name, {}).setdefault(level.lower(), {})[pollutant.lower()] = float(number)
    return lists


def _fault(option: str, value: str) -> Fault:
    return scenario_fault("option_not_understood", At(COMMAND_LINE, 0, option), value, EXAMPLES[option])
