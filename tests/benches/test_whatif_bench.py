"""A what-if at 5,000 enterprises: processor seconds of each further scenario, beside the same one from nothing.

Run: python -m pytest tests/benches/test_whatif_bench.py -m bench -s

The city is the demo stood side by side (`made_room`). A further scenario is the whole way from its file to the
comparison with its parent; from nothing, it is graded, built, planned and compared as if there were no parent. What is
held: the city is the one from nothing, the plan is verified, its gap is proven, and neither of the two plans is better
than what the other has proven. No clock decides.
"""

import os
import time
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import polars as pl
import pytest

from lantian.run import Options
from lantian.whatif.answering import Room
from lantian.whatif.asking import posed, suppose
from lantian.whatif.record import whatif_of
from lantian.whatif.regrade import graded_whole
from lantian.whatif.replan import is_same, replan
from lantian.whatif.scenario import Scenario
from lantian.whatif.scenario_file import Written
from lantian.whatif.supposed import Planned, Standing
from lantian.whatif.sweep import batch
from lantian.whatif.toml import to_toml
from optimizer import plan_city
from optimizer.city.build import city_on, ground_of
from optimizer.contrast.factors import with_loss_factors
from optimizer.lexicographic import PROTECT_ROOM
from optimizer.result import Plan, Proof
from tests.benches.made_room import made_room
from tests.benches.test_optimizer_bench import RESULTS, machine

TIMES = int(os.environ.get("LANTIAN_BENCH_WHATIF_COPIES", "4"))
MOST = int(os.environ.get("LANTIAN_BENCH_WHATIF_SCENARIOS", "50"))
"""Scenarios of the table, and of the batch, at most."""
GOAL_SECONDS, GOAL_RATIO = 0.5, 10.0
STEEL, COKE, DOWN = "91159906MA00000232", "91159902MA00000906", "91159903MA0000015U"
RETROFIT = "91159904MA00001541-01"
NEW = {
    "enterprise": {
        "enterprise_id": "91159901MA9999999X",
        "name": "新轮胎厂",
        "county": "新棠区",
        "industry": "橡胶制品",
    },
    "units": [{"unit_id": "NEW-01", "process": "硫化", "vocs_kg_per_day": 120.0, "can_stop": True}],
}
HEAD = """# What-ifs at {firms:,} enterprises

`python -m pytest tests/benches/test_whatif_bench.py -m bench -s` writes this file. Last run {day}: {machine};
the demo {times} times over ({lines:,} lines), each copy of its own size.
Processor seconds; `suppose`: applied, named, graded; `lines`: measures, bounds, losses; `from nothing`: the same
scenario graded, built, planned and compared without its parent. Goal: {seconds} s and a ratio of {ratio:.0f}.

Parent, planned from nothing: {parent:.1f} s, gap {gap:.2%}.

"""
COLUMNS = ("scenario", "suppose", "lines", "plan", "compare", "in all", "from nothing", "ratio", "gap",
           "gap from nothing", "loss", "loss from nothing", "targets missed")  # fmt: skip


def scenario(name: str, parts: dict[str, object]) -> Written:
    made = Scenario.model_validate({"parent": "case", "author": "bench", "reason": "bench", **parts})
    return Written(name, made, "bench", to_toml(made))


def one(key: str, value: str, **change: object) -> dict[str, object]:
    """Return a change to one enterprise, line or industry."""
    return {"select": {key: value}, **change}


def asked(room: Room) -> dict[str, dict[str, object]]:
    """Return the scenarios by name."""
    grades = room.case.graded.grades
    nine = grades.filter(pl.col("planned_grade").cast(pl.String) == "C")["enterprise_id"].head(9).to_list()
    return {
        "orange NOx 22 %": {"targets": {"orange": {"nox": 0.22}}},
        "red NOx 31 %": {"targets": {"red": {"nox": 0.31}}},
        "more from dust": {"reductions": {"dust": {"orange": {"pm": 41000.0}}}},
        "a steelworks' loss half as much again": {"prices": [one("enterprise", STEEL, loss_factor=1.5)]},
        "a coking plant makes B": {"grades": [one("enterprise", COKE, grade="B")]},
        "a steelworks exempt": {"exempt": [one("enterprise", STEEL)]},
        "another steelworks down": {"down": [one("enterprise", DOWN)]},
        "nine enterprises make B": {"grades": [one("enterprise", firm, grade="B") for firm in nine]},
        "all cement works make B": {"grades": [one("industry", "cement", grade="B")]},
        "a line retrofitted": {"retrofits": [one("unit", RETROFIT, nox_removed_share=0.5, cost_cny_per_season=1e5)]},
        "a new tyre plant": {"new": [NEW]},
        "the pack of 2026": {"law": {"pack": "cn-2026-2"}},
    }


def from_nothing(standing: Standing, options: Options) -> Planned:
    graded = graded_whole(standing.supposed, standing.named, standing.law, options.require)
    ground = ground_of(standing.named, graded, standing.law)
    city = with_loss_factors(city_on(ground, standing.named.settings), standing.supposed.loss_factors)
    return Planned(standing, city, plan_city(city), ground)


@dataclass(frozen=True)
class Timed:
    """A scenario planned beside its parent and from nothing, its losses, and the laps of processor seconds."""

    after: Planned
    cold: Planned
    losses: tuple[float, float]
    laps: tuple[float, ...]


def timed(written: Written, room: Room, parent: Planned) -> Timed:
    laps = [time.process_time()]
    found = suppose(written, room.case, room.options)
    laps.append(time.process_time())
    ground, city = posed(found.standing, parent)
    laps.append(time.process_time())
    after = Planned(found.standing, city, replan(city, parent), ground)
    laps.append(time.process_time())
    whatif_of(found, parent, after, room.options)
    laps.append(time.process_time())
    cold = from_nothing(found.standing, room.options)
    whatif_of(found, parent, cold, room.options)
    laps.append(time.process_time())
    return Timed(after, cold, (loss_of(after.plan), loss_of(cold.plan)), tuple(b - a for a, b in pairwise(laps)))


def loss_of(plan: Plan) -> float:
    return next(stage.reached for stage in plan.status.stages if stage.name == "loss")


def missed(planned: Planned) -> int:
    return int((planned.plan.targets["state"] == "missed").sum())


def assert_proven(found: Timed) -> None:
    """The plan is verified, and its gap is proven: that of the case, or one as small as from nothing."""
    status, cold = (side.plan.status for side in (found.after, found.cold))
    assert found.after.plan.verification.holds
    assert status.proof in (Proof.OPTIMAL, Proof.GAP)
    assert status.relative_gap is not None
    assert status.relative_gap <= max(found.after.city.mip_gap, cold.relative_gap or 0.0)


def assert_neither_beats_a_proof(found: Timed) -> None:
    """Each plan that keeps the other's caps on spared grades costs at least what the other has proven."""
    for one_side, other in ((found.after, found.cold), (found.cold, found.after)):
        caps = {name: warm.cap for name, warm in one_side.plan.carried.items() if warm.cap is not None}
        reached = {stage.name: stage.reached for stage in other.plan.status.stages}
        spares = all(reached[name] <= cap for name, cap in caps.items() if name.startswith("protect_"))
        bound = next(stage.bound for stage in one_side.plan.status.stages if stage.name == "loss")
        assert not spares or loss_of(other.plan) >= bound * (1 - 1e-9)
    assert found.losses[0] <= found.losses[1] * (1 + found.after.city.mip_gap + PROTECT_ROOM)


def row(name: str, found: Timed) -> str:
    *warm, cold_s = found.laps
    warm_s, cold_s = sum(warm), warm[0] + cold_s
    gaps = " | ".join(f"{side.plan.status.relative_gap:.3%}" for side in (found.after, found.cold))
    losses = " | ".join(f"{loss:,.0f}" for loss in found.losses)
    numbers = " | ".join(f"{step:.2f}" for step in (*warm, warm_s, cold_s))
    return f"| {name} | {numbers} | {cold_s / warm_s:.1f} | {gaps} | {losses} | {missed(found.after)} |"


def many(room: Room) -> list[Written]:
    """Return fifty scenarios: targets step by step, losses, grades and exemptions of one enterprise after another."""
    firms = room.case.graded.grades.filter(pl.col("planned_grade").cast(pl.String) == "C")["enterprise_id"]
    kinds: dict[str, dict[str, object]] = {"prices": {"loss_factor": 1.2}, "grades": {"grade": "B"}, "exempt": {}}
    targets: list[dict[str, object]] = [{"targets": {"orange": {"nox": 0.2 + step / 1000}}} for step in range(1, 21)]
    asked = {"targets": targets} | {
        key: [{key: [one("enterprise", firm, **change)]} for firm in firms.head(10)] for key, change in kinds.items()
    }
    return [
        scenario(f"{kind} {place}", made) for kind, of_kind in asked.items() for place, made in enumerate(of_kind, 1)
    ]


def batch_lines(room: Room) -> str:
    """Return what `lantian sweep` takes for many scenarios: of every kind the mean and the largest time of one."""
    laps, asked_for = [time.process_time()], many(room)[:MOST]
    heard: list[tuple[int, int]] = []

    def hear(done: int, of: int) -> None:
        laps.append(time.process_time())
        heard.append((done, of))

    rows = batch(room, asked_for, hear)
    assert heard == [(number, len(asked_for)) for number in range(1, len(asked_for) + 1)]
    assert set(rows["state"]) <= {"met", "missed"}
    assert set(rows["proof"]) <= {Proof.OPTIMAL.value, Proof.GAP.value}
    each = rows.select(
        kind=pl.col("scenario").str.split(" ").list.first(), gap="relative_gap",
        seconds=pl.Series([after - before for before, after in pairwise(laps)], dtype=pl.Float64),
    )  # fmt: skip
    told = pl.concat([each, each.with_columns(kind=pl.lit("all"))]).group_by("kind", maintain_order=True).agg(
        pl.len(), mean=pl.col("seconds").mean(), most=pl.col("seconds").max(),
        above=(pl.col("seconds") > GOAL_SECONDS).sum(), gap=pl.col("gap").max(),
    )  # fmt: skip
    lines = [
        f"| {kind} | {many_of} | {mean:.2f} | {most:.2f} | {above} | {gap:.3%} |"
        for kind, many_of, mean, most, above, gap in told.iter_rows()
    ]
    columns = ("kind", "scenarios", "mean, s", "largest, s", f"above {GOAL_SECONDS} s", "largest gap")
    head = " | ".join(("", *columns, "")).strip() + "\n" + "|---" * len(columns) + "|\n"
    spent = laps[-1] - laps[0]
    return f"\nA batch, as `lantian sweep` plans it: {spent:.1f} s.\n\n{head}" + "\n".join(lines) + "\n"


@pytest.mark.bench
def test_each_further_scenario(root: Path) -> None:
    about = machine()
    RESULTS.mkdir(parents=True, exist_ok=True)
    room = made_room(root / "fixtures" / "cases" / "demo", TIMES)
    began = time.process_time()
    parent = room.plan("case")
    head = HEAD.format(
        firms=room.case.named.enterprises.height, lines=parent.city.units.height, day=time.strftime("%d %B %Y"),
        machine=about, times=TIMES, seconds=GOAL_SECONDS, ratio=GOAL_RATIO,
        parent=time.process_time() - began, gap=parent.plan.status.relative_gap,
    )  # fmt: skip
    lines = [" | ".join(("", *COLUMNS, "")).strip(), "|---" * len(COLUMNS) + "|"]
    parts = asked(room)
    for name, made in list(parts.items())[:MOST]:
        found = timed(scenario(name, made), room, parent)
        lines.append(row(name, found))
        print(lines[-1], flush=True)
        (RESULTS / "whatif.md").write_text(head + "\n".join(lines) + "\n", encoding="utf-8")
        assert is_same(found.after.city, found.cold.city)
        assert missed(found.after) == missed(found.cold)
        assert_proven(found)
        assert_neither_beats_a_proof(found)
    lines.append(batch_lines(room))
    print(lines[-1], flush=True)
    (RESULTS / "whatif.md").write_text(head + "\n".join(lines), encoding="utf-8")
