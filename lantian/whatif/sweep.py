"""Tables of what-ifs: one or two things varied, every combination planned, a status in every cell."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import product
from math import prod
from typing import Any

import polars as pl

from grading.faults import InputError
from lantian.whatif.answering import Room
from lantian.whatif.choosing import SPELLED
from lantian.whatif.faults import At, scenario_fault
from lantian.whatif.oneliners import COMMAND_LINE
from lantian.whatif.rows import Row, frame_of, refused
from lantian.whatif.scenario import CASE, Scenario
from lantian.whatif.scenario_file import Written
from lantian.whatif.toml import to_toml
from lantian.whatif.workers import Progress, rows_of, unheard

EXAMPLE = (
    "target.orange.nox=0.20,0.22,0.24  target.red.vocs=0.30..0.36/4  grade.industry.cement=C,B,A  "
    "price.county.X=1,1.5,2  list.dust.orange.pm=8000,12000  pack=cn-2020-340,cn-2026-2"
)


@dataclass(frozen=True)
class Axis:
    """One thing that is varied: its name as it was typed, and its values as texts."""

    name: str
    values: tuple[str, ...]


@dataclass(frozen=True)
class Table:
    """What a table is made of: one or two axes, or scenario files."""

    axes: tuple[Axis, ...]
    written: tuple[Written, ...]

    @property
    def scenarios(self) -> int:
        """Return how many scenarios it holds."""
        return len(self.written) or prod(len(axis.values) for axis in self.axes)


def axis_of(option: str) -> Axis:
    """Return the axis of an option such as `target.orange.nox=0.2,0.22` or `…=0.2..0.3/6` (six steps)."""
    name, _, text = option.partition("=")
    values = tuple(_values(text))
    if not _is_axis(name.split(".")) or not values:
        raise InputError([scenario_fault("option_not_understood", At(COMMAND_LINE, 0, "--sweep"), option, EXAMPLE)])
    return Axis(name, values)


def _values(text: str) -> Iterator[str]:
    ends, _, steps = text.partition("/")
    low, dots, high = ends.partition("..")
    if not dots:
        yield from (value.strip() for value in text.split(",") if value.strip())
        return
    try:
        count, first, last = int(steps or 5), float(low), float(high)
    except ValueError:
        return
    for place in range(count):
        yield f"{first + (last - first) * place / max(count - 1, 1):.6g}"


def _is_axis(parts: Sequence[str]) -> bool:
    match parts:
        case ["target", _, _] | ["list", _, _, _] | ["pack"]:
            return True
        case ["grade" | "price", kind, *rest]:
            return kind in SPELLED and bool(rest)
        case _:
            return False


def point_of(axes: Sequence[Axis], values: Sequence[str], parent: str, words: tuple[str, str]) -> Written:
    """Return the scenario of one combination; raises InputError when a value cannot stand there."""
    parts: dict[str, Any] = {"parent": parent, "author": words[0], "reason": words[1]}
    name = _name(axes, values)
    try:
        for axis, value in zip(axes, values, strict=True):
            _set(parts, axis.name.split("."), value)
        scenario = Scenario.model_validate(parts)
    except ValueError as wrong:
        raise InputError(
            [scenario_fault("option_not_understood", At(COMMAND_LINE, 0, "--sweep"), name, EXAMPLE)]
        ) from wrong
    return Written(name, scenario, COMMAND_LINE, to_toml(scenario))


def _name(axes: Sequence[Axis], values: Sequence[str]) -> str:
    return " ".join(f"{axis.name}={value}" for axis, value in zip(axes, values, strict=True))


def _set(parts: dict[str, Any], place: Sequence[str], value: str) -> None:
    match place:
        case ["target", level, pollutant]:
            parts.setdefault("targets", {}).setdefault(level, {})[pollutant] = float(value)
        case ["list", name, level, pollutant]:
            lists = parts.setdefault("reductions", {}).setdefault(name, {})
            lists.setdefault(level, {})[pollutant] = float(value)
        case ["grade", kind, *rest]:
            parts.setdefault("grades", []).append({"select": {kind: ".".join(rest)}, "grade": value})
        case ["price", kind, *rest]:
            parts.setdefault("prices", []).append({"select": {kind: ".".join(rest)}, "loss_factor": float(value)})
        case _:
            parts["law"] = {"pack": value}


def sweep(
    room: Room,
    axes: Sequence[Axis],
    parent: str = CASE,
    words: tuple[str, str] = ("-", "-"),
    progress: Progress = unheard,
    workers: int = 1,
) -> pl.DataFrame:
    """Return one row per combination of the axes (`ROWS`), in the order of the values.

    A combination that cannot be asked is a row too, with what was refused; so is one without a plan.
    `workers`: how many processes plan them (`lantian.whatif.workers`); the rows are the same.
    """
    combinations = list(product(*(axis.values for axis in axes)))
    points = [_point(room, axes, values, parent, words) for values in combinations]
    made = rows_of(room, [point for point in points if isinstance(point, Written)], progress, workers, len(points))
    rows: list[Row] = []
    for values, point in zip(combinations, points, strict=True):
        row = next(made) if isinstance(point, Written) else {"scenario": _name(axes, values), **point}
        rows.append(row | {"number": len(rows) + 1, "x": values[0], "y": values[1] if len(values) > 1 else ""})
    return frame_of(rows)


def _point(
    room: Room, axes: Sequence[Axis], values: Sequence[str], parent: str, words: tuple[str, str]
) -> Written | Row:
    try:
        return point_of(axes, values, parent, words)
    except InputError as wrong:
        return refused(wrong.faults, room)


def batch(room: Room, written: Sequence[Written], progress: Progress = unheard, workers: int = 1) -> pl.DataFrame:
    """Return one row per scenario file (`ROWS`), in the order given; `workers` as in `sweep`."""
    made = rows_of(room, written, progress, workers)
    places = enumerate(zip(written, made, strict=True), start=1)
    return frame_of([row | {"number": number, "x": each.name, "y": ""} for number, (each, row) in places])
