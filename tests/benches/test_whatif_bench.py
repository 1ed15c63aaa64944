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
Counted is one further scenario of a planned city, from its text to the comparison with its parent; not counted are
reading, grading and planning the parent, and writing files. Processor seconds, of all threads; `suppose`: applied,
named, graded; `lines`: measures, bounds, losses; `elapsed`: by the clock, all four steps; `from nothing`: the same
scenario graded, built, planned and compared without its parent. Goal: {seconds} s and a ratio of {ratio:.0f}.

Parent, planned from nothing: {parent:.1f} s, gap {gap:.2%}.

"""
OF_BATCH = """
A batch of {many}, as `lantian sweep` plans it: {cpu:.1f} processor seconds and {one:.1f} s by the clock in one process;
{two:.1f} s by the clock in two. `processor`: of one scenario, from its text to its row (a row counts what changed, it
holds no page of reasons); `elapsed`: from one row to the next; in two processes rows end side by side, the hand-over
among the times. `ratio`: `from nothing` of the table's scenario of that kind over the mean, by the same clock.
`above`: share of the scenarios above {goal} s.

"""
KINDS = {
    "targets": "orange NOx 22 %",
    "prices": "a steelworks' loss half as much again",
    "grades": "a coking plant makes B",
    "exempt": "a steelworks exempt",
}
"""Kinds of scenarios in the batch, and the scenario of the table that each is like."""
COLUMNS = ("scenario", "suppose", "lines", "plan", "compare", "in all", "elapsed", "from nothing", "ratio",
           "gap", "gap from nothing", "loss", "loss from nothing", "targets missed")  # fmt: skip


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
    """A scenario planned beside its parent and from nothing, its losses, and how long each step of both took."""

    after: Planned
    cold: Planned
    losses: tuple[float, float]
    laps: tuple[float, ...]
    elapsed: tuple[float, float]
    """Seconds by the clock: beside its parent, and from nothing."""


def timed(written: Written, room: Room, parent: Planned) -> Timed:
    laps, clock = [time.process_time()], [time.monotonic()]
    found = suppose(written, room.case, room.options)
    laps.append(time.process_time())
    ground, city = posed(found.standing, parent)
    laps.append(time.process_time())
    after = Planned(found.standing, city, replan(city, parent), ground)
    laps.append(time.process_time())
    whatif_of(found, parent, after, room.options)
    laps.append(time.process_time())
    clock.append(time.monotonic())
    cold = from_nothing(found.standing, room.options)
    whatif_of(found, parent, cold, room.options)
    laps.append(time.process_time())
    warm_s, cold_s = (after - before for before, after in pairwise((*clock, time.monotonic())))
    seconds = tuple(b - a for a, b in pairwise(laps))
    # What it takes from nothing begins with the scenario applied, which both share.
    return Timed(after, cold, (loss_of(after.plan), loss_of(cold.plan)), seconds, (warm_s, seconds[0] + cold_s))


def processor_s(found: Timed) -> tuple[float, float]:
    """Return the processor seconds of a scenario beside its parent, and from nothing."""
    *warm, cold_s = found.laps
    return sum(warm), warm[0] + cold_s


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
    warm_s, cold_s = processor_s(found)
    gaps = " | ".join(f"{side.plan.status.relative_gap:.3%}" for side in (found.after, found.cold))
    losses = " | ".join(f"{loss:,.0f}" for loss in found.losses)
    numbers = " | ".join(f"{step:.2f}" for step in (*found.laps[:-1], warm_s, found.elapsed[0], cold_s))
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


@dataclass(frozen=True)
class Batch:
    """A batch as it was planned: its rows, and how long after one row the next was there, by both clocks."""

    rows: pl.DataFrame
    processor_s: list[float]
    elapsed_s: list[float]


def planned_batch(room: Room, asked_for: list[Written], workers: int) -> Batch:
    heard: list[tuple[int, int]] = []
    laps, clock = [time.process_time()], [time.monotonic()]

    def hear(done: int, of: int) -> None:
        laps.append(time.process_time())
        clock.append(time.monotonic())
        heard.append((done, of))

    rows = batch(room, asked_for, hear, workers)
    assert heard == [(number, len(asked_for)) for number in range(1, len(asked_for) + 1)]
    seconds, elapsed = ([after - before for before, after in pairwise(each)] for each in (laps, clock))
    return Batch(rows, seconds, elapsed)


def batch_lines(room: Room, colds: dict[str, Timed]) -> str:
    """Return what `lantian sweep` takes for many scenarios: of every kind the mean and the largest time of one."""
    asked_for = many(room)[:MOST]
    one_process, two = (planned_batch(room, asked_for, workers) for workers in (1, 2))
    assert one_process.rows.equals(two.rows)
    assert set(one_process.rows["state"]) <= {"met", "missed"}
    assert set(one_process.rows["proof"]) <= {Proof.OPTIMAL.value, Proof.GAP.value}
    kinds = one_process.rows["scenario"].str.split(" ").list.first().to_list()
    gaps = one_process.rows["relative_gap"].to_list()
    lines = []
    for kind in (*dict.fromkeys(kinds), "all"):
        kept = [place for place, of_kind in enumerate(kinds) if kind in (of_kind, "all")]
        nothing = [colds[name] for each, name in KINDS.items() if kind in (each, "all") and name in colds]
        seconds, elapsed = (
            [laps[place] for place in kept] for laps in (one_process.processor_s, one_process.elapsed_s)
        )
        cells = [told(seconds, [processor_s(found)[1] for found in nothing])]
        cells += [told(elapsed, [found.elapsed[1] for found in nothing])]
        cells += [told(two.elapsed_s, [found.elapsed[1] for found in nothing]) if kind == "all" else " | | | "]
        lines.append(f"| {kind} | {len(kept)} | {' | '.join(cells)} | {max(gaps[place] for place in kept):.3%} |")
    ways = ("processor", "elapsed", "elapsed, two processes")
    cells_of = ("mean, s", "largest, s", "above", "ratio")
    columns = ("kind", "scenarios", *(f"{way}: {cell}" for way in ways for cell in cells_of))
    head = " | ".join(("", *columns, "largest gap", "")).strip() + "\n" + "|---" * (len(columns) + 1) + "|\n"
    about = OF_BATCH.format(
        many=len(asked_for),
        cpu=sum(one_process.processor_s),
        one=sum(one_process.elapsed_s),
        two=sum(two.elapsed_s),
        goal=GOAL_SECONDS,
    )
    return about + head + "\n".join(lines) + "\n"


def told(seconds: list[float], from_nothing_s: list[float]) -> str:
    """Return the cells of some times of one scenario: mean, largest, share above the goal, ratio to from nothing."""
    mean = sum(seconds) / len(seconds)
    above = sum(one_of > GOAL_SECONDS for one_of in seconds) / len(seconds)
    ratio = f"{sum(from_nothing_s) / len(from_nothing_s) / mean:.1f}" if from_nothing_s else "–"
    return f"{mean:.2f} | {max(seconds):.2f} | {above:.0%} | {ratio}"


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
    colds: dict[str, Timed] = {}
    for name, made in list(asked(room).items())[:MOST]:
        found = colds[name] = timed(scenario(name, made), room, parent)
        lines.append(row(name, found))
        print(lines[-1], flush=True)
        (RESULTS / "whatif.md").write_text(head + "\n".join(lines) + "\n", encoding="utf-8")
        assert is_same(found.after.city, found.cold.city)
        assert missed(found.after) == missed(found.cold)
        assert_proven(found)
        assert_neither_beats_a_proof(found)
    lines.append(batch_lines(room, colds))
    print(lines[-1], flush=True)
    (RESULTS / "whatif.md").write_text(head + "\n".join(lines), encoding="utf-8")
