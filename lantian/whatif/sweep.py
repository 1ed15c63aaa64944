"""Tables of what-ifs: one or two things varied, every combination planned, a status in every cell."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import product
from typing import Any

import polars as pl

from grading.faults import Fault, InputError
from lantian.run import NoPlanFound
from lantian.whatif.answering import Room
from lantian.whatif.asking import planned, suppose
from lantian.whatif.choosing import SPELLED
from lantian.whatif.faults import At, scenario_fault
from lantian.whatif.oneliners import COMMAND_LINE
from lantian.whatif.scenario import CASE, Scenario
from lantian.whatif.scenario_file import Written
from lantian.whatif.supposed import Planned
from lantian.whatif.toml import to_toml
from optimizer.answers.curve import loss_bound, missed_targets, season_loss
from optimizer.result import Plan

EXAMPLE = (
    "target.orange.nox=0.20,0.22,0.24  target.red.vocs=0.30..0.36/4  grade.industry.cement=C,B,A  "
    "price.county.X=1,1.5,2  list.dust.orange.pm=8000,12000  pack=cn-2020-340,cn-2026-2"
)
ROWS = pl.Schema(
    {
        "number": pl.Int64(), "scenario": pl.String(), "x": pl.String(), "y": pl.String(), "state": pl.String(),
        "proof": pl.String(), "relative_gap": pl.Float64(), "loss_cny_per_season": pl.Float64(),
        "loss_bound_cny_per_season": pl.Float64(), "missed": pl.String(), "enterprises_cut_red": pl.Int64(),
        "units_cut_red": pl.Int64(), "enterprises_exempt": pl.Int64(), "orders_changed": pl.Int64(),
        "saved_cny_per_season": pl.Float64(), "cost_cny_per_season": pl.Float64(), "saved_per_cny": pl.Float64(),
        "cut_more": pl.String(), "why": pl.String(),
    }
)  # fmt: skip
"""One row per scenario: `state` is met, missed, no_plan or refused; `why` says what was refused. `saved` is the
parent's loss less its own, `cost` that of its retrofits, `saved_per_cny` their quotient where something is paid and the
scenario misses no target that its parent meets. `cut_more`: better grades cut further beyond the law than the parent's
plan may, in unit-days a season before and after: such a loss is lower at their expense."""
SPARED = "protect_"
"""How the stages are called that spare a group of grades."""
Progress = Callable[[int, int], None]
"""Called with how many are done, of how many."""


def unheard(done: int, of: int) -> None:
    """Tell nobody how far it is."""


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
    name = " ".join(f"{axis.name}={value}" for axis, value in zip(axes, values, strict=True))
    try:
        for axis, value in zip(axes, values, strict=True):
            _set(parts, axis.name.split("."), value)
        scenario = Scenario.model_validate(parts)
    except ValueError as wrong:
        raise InputError(
            [scenario_fault("option_not_understood", At(COMMAND_LINE, 0, "--sweep"), name, EXAMPLE)]
        ) from wrong
    return Written(name, scenario, COMMAND_LINE, to_toml(scenario))


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
) -> pl.DataFrame:
    """Return one row per combination of the axes (`ROWS`), in the order of the values.

    A combination that cannot be asked is a row too, with what was refused; so is one without a plan.
    """  # fmt: skip
    combinations = list(product(*(axis.values for axis in axes)))
    rows = []
    for number, values in enumerate(combinations, start=1):
        try:
            rows.append(_row(room, point_of(axes, values, parent, words), parent))
        except InputError as wrong:
            rows.append({"state": "refused", "why": _why(wrong.faults, room)})
        rows[-1] |= {"number": number, "x": values[0], "y": values[1] if len(values) > 1 else ""}
        rows[-1].setdefault("scenario", " ".join(f"{a.name}={v}" for a, v in zip(axes, values, strict=True)))
        progress(number, len(combinations))
    return _frame(rows)


def batch(room: Room, written: Sequence[Written], progress: Progress = unheard) -> pl.DataFrame:
    """Return one row per scenario file (`ROWS`), in the order given."""
    rows = []
    for number, each in enumerate(written, start=1):
        try:
            rows.append(_row(room, each, each.scenario.parent))
        except InputError as wrong:
            rows.append({"state": "refused", "why": _why(wrong.faults, room)})
        rows[-1] |= {"number": number, "scenario": each.name, "x": each.name, "y": ""}
        progress(number, len(written))
    return _frame(rows)


def _why(faults: Sequence[Fault], room: Room) -> str:
    return "; ".join(fault.what(room.options.language) for fault in faults)


def _frame(rows: Sequence[dict[str, object]]) -> pl.DataFrame:
    whole = [dict.fromkeys(ROWS) | row for row in rows]
    frame = pl.DataFrame(whole, schema=ROWS, orient="row")
    return frame.with_columns(pl.col("missed", "proof", "cut_more", "why").fill_null(""))


def _row(room: Room, written: Written, parent: str) -> dict[str, object]:
    asked = suppose(written, room.standing(parent), room.options)
    before = room.plan(parent)
    try:
        after = room.usable(planned(asked.standing, before))
    except NoPlanFound as none:
        return {
            "scenario": written.name, "state": "no_plan", "proof": none.plan.status.proof.value,
            "why": "; ".join(none.reasons),
        }  # fmt: skip
    return {"scenario": written.name, **_numbers(before, after)}


def cut_more(before: Plan, after: Plan) -> str:
    """Return the groups of better grades that a plan cuts further beyond the law than an earlier one may."""
    old = {stage.name: stage.reached for stage in before.status.stages}
    told = []
    for stage in after.status.stages:
        cap = before.carried[stage.name].cap if stage.name in before.carried else None
        if stage.name.startswith(SPARED) and stage.reached > (old[stage.name] if cap is None else cap) + 1e-6:
            told.append(f"{stage.name.removeprefix(SPARED)} {old[stage.name]:,.1f} → {stage.reached:,.1f}")
    return "; ".join(told)


def _numbers(before: Planned, after: Planned) -> dict[str, object]:
    plan, missed = after.plan, missed_targets(after.plan)
    red = plan.orders.filter(pl.col("level").cast(pl.String) == "red", pl.col("k") > 0)
    key = ["unit_id", "level", "measure_id", "cut_share"]
    changed = plan.orders.join(before.plan.orders.select(key), on=key, how="anti").height
    is_exempt = pl.col("treatment").cast(pl.String).is_in(
        ("grade_exempt", "register_exempt", "register_quota", "small_micro")
    )  # fmt: skip
    cost = sum(after.standing.supposed.costs.values()) - sum(before.standing.supposed.costs.values())
    loss_before, loss = season_loss(before.plan), season_loss(plan)
    saved = None if loss_before is None or loss is None else loss_before - loss
    is_alike = set(missed.split(", ")) <= {"", *missed_targets(before.plan).split(", ")}
    return {
        "saved_cny_per_season": saved,
        "cost_cny_per_season": cost,
        "saved_per_cny": saved / cost if saved is not None and cost > 0 and is_alike else None,
        "state": "missed" if missed else "met",
        "proof": plan.status.proof.value,
        "relative_gap": plan.status.relative_gap,
        "loss_cny_per_season": season_loss(plan),
        "loss_bound_cny_per_season": loss_bound(plan),
        "missed": missed,
        "cut_more": cut_more(before.plan, plan),
        "enterprises_cut_red": red["enterprise_id"].n_unique(),
        "units_cut_red": red.height,
        "enterprises_exempt": after.standing.graded.grades.filter(is_exempt).height,
        "orders_changed": changed,
    }
