"""One row of a table of what-ifs: the status of a scenario, and its plan in numbers beside its parent's."""

from collections.abc import Sequence

import polars as pl

from grading.faults import Fault, InputError
from lantian.run import NoPlanFound
from lantian.whatif.answering import Room
from lantian.whatif.asking import planned, suppose
from lantian.whatif.scenario_file import Written
from lantian.whatif.supposed import Planned
from optimizer.answers.curve import loss_bound, missed_targets, season_loss
from optimizer.result import Plan

Row = dict[str, object]
"""Cells of `ROWS` by name; what is left out is null."""
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


def row_of(room: Room, written: Written) -> Row:
    """Return the row of a scenario; one that cannot be asked says what was refused, one without a plan why.

    Raises NoPlanFound where its parent has no plan.
    """
    try:
        return {"scenario": written.name, **_planned_row(room, written)}
    except InputError as wrong:
        return {"scenario": written.name, **refused(wrong.faults, room)}


def refused(faults: Sequence[Fault], room: Room) -> Row:
    """Return the cells of a scenario that cannot be asked."""
    return {"state": "refused", "why": "; ".join(fault.what(room.options.language) for fault in faults)}


def frame_of(rows: Sequence[Row]) -> pl.DataFrame:
    """Return rows as a table (`ROWS`)."""
    whole = [dict.fromkeys(ROWS) | row for row in rows]
    frame = pl.DataFrame(whole, schema=ROWS, orient="row")
    return frame.with_columns(pl.col("missed", "proof", "cut_more", "why").fill_null(""))


def _planned_row(room: Room, written: Written) -> Row:
    parent = written.scenario.parent
    asked = suppose(written, room.standing(parent), room.options)
    before = room.plan(parent)
    try:
        after = room.usable(planned(asked.standing, before))
    except NoPlanFound as none:
        return {"state": "no_plan", "proof": none.plan.status.proof.value, "why": "; ".join(none.reasons)}
    return _numbers(before, after)


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
