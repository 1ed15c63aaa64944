"""A what-if at 5,000 enterprises: processor seconds of each further scenario, beside the same one from nothing.

Run: python -m pytest tests/benches/test_whatif_bench.py -m bench -s

The city is the demo stood side by side (`made_room`). A further scenario is the whole way from its file to the
comparison with its parent; from nothing, it is graded, built, planned and compared as if there were no parent.
"""

import os
import time
from itertools import pairwise
from pathlib import Path

import pytest

from lantian.run import Options
from lantian.whatif.answering import Room
from lantian.whatif.asking import planned, suppose
from lantian.whatif.oneliners import OneLiners, written_of
from lantian.whatif.record import whatif_of
from lantian.whatif.regrade import graded_whole
from lantian.whatif.scenario_file import Written
from lantian.whatif.supposed import Planned, Standing
from optimizer import plan_city
from optimizer.city.build import city_on, ground_of
from optimizer.contrast.factors import with_loss_factors
from tests.benches.made_room import made_room

TIMES = 4
GOAL_SECONDS, GOAL_RATIO = 0.5, 10.0
STEEL, COKE = "91159906MA00000232", "91159902MA00000906"
DOWN = "91159903MA0000015U"
ASKED: dict[str, dict[str, tuple[str, ...]]] = {
    "orange NOx 22 %": {"target": ("orange.nox=0.22",)},
    "red NOx 31 %": {"target": ("red.nox=0.31",)},
    "more from dust": {"more": ("dust.orange.pm=41000",)},
    "a steelworks' loss half as much again": {"price": (f"{STEEL}=1.5",)},
    "a coking plant makes B": {"grade": (f"{COKE}=B",)},
    "a steelworks exempt": {"exempt": (STEEL,)},
    "another steelworks down": {"down": (DOWN,)},
}
RESULTS = Path(__file__).parent / "results" / "whatif.md"
HEAD = """# What-ifs at {firms:,} enterprises

`python -m pytest tests/benches/test_whatif_bench.py -m bench -s` writes this file. Last run {day}, {cores} cores,
load average {load:.1f} at the start; the demo {times} times over ({lines:,} lines), each copy of its own size.
Processor seconds; `from nothing`: the same scenario graded, built, planned and compared without its parent.
Goal: {seconds} s and a ratio of {ratio:.0f}.

Parent, planned from nothing: {parent:.1f} s, gap {gap:.2%}.

"""
COLUMNS = ("scenario", "suppose", "plan", "compare", "in all", "from nothing", "ratio", "gap", "gap from nothing",
           "loss", "loss from nothing", "targets missed")  # fmt: skip


def asked(**options: tuple[str, ...]) -> Written:
    none: dict[str, tuple[str, ...]] = dict.fromkeys(("exempt", "grade", "target", "down", "price", "more"), ())
    question = OneLiners(**(none | options), pack=None, reason="bench", author="bench", name="bench", parent="case")
    return written_of(question, ("bench", "bench"))


def from_nothing(standing: Standing, options: Options) -> Planned:
    graded = graded_whole(standing.supposed, standing.named, standing.law, options.require)
    ground = ground_of(standing.named, graded, standing.law)
    city = with_loss_factors(city_on(ground, standing.named.settings), standing.supposed.loss_factors)
    return Planned(standing, city, plan_city(city), ground)


def row(name: str, room: Room, parent: Planned) -> str:
    laps = [time.process_time()]
    found = suppose(asked(**ASKED[name]), room.case, room.options)
    laps.append(time.process_time())
    after = planned(found.standing, parent)
    laps.append(time.process_time())
    whatif = whatif_of(found, parent, after, room.options)
    laps.append(time.process_time())
    cold = from_nothing(found.standing, room.options)
    whatif_of(found, parent, cold, room.options)
    laps.append(time.process_time())
    steps = [b - a for a, b in pairwise(laps)]
    warm_s, cold_s = sum(steps[:3]), steps[0] + steps[3]
    assert after.plan.verification.holds
    missed = [int((side.plan.targets["state"] == "missed").sum()) for side in (after, cold)]
    assert missed[0] == missed[1]
    gaps = [side.plan.status.relative_gap for side in (after, cold)]
    losses = [whatif.contrast.losses.after, float("nan")]
    losses[1] = next(stage.reached for stage in cold.plan.status.stages if stage.name == "loss")
    numbers = " | ".join(f"{step:.2f}" for step in steps[:3])
    said = (
        f"| {name} | {numbers} | {warm_s:.2f} | {cold_s:.2f} | {cold_s / warm_s:.1f} | "
        f"{gaps[0]:.3%} | {gaps[1]:.3%} | {losses[0]:,.0f} | {losses[1]:,.0f} | {missed[0]} |"
    )
    print(said, flush=True)
    return said


@pytest.mark.bench
def test_each_further_scenario(root: Path) -> None:
    load = os.getloadavg()[0]
    room = made_room(root / "fixtures" / "cases" / "demo", TIMES)
    began = time.process_time()
    parent = room.plan("case")
    head = HEAD.format(
        firms=room.case.named.enterprises.height, lines=parent.city.units.height, day=time.strftime("%d %B %Y"),
        cores=os.cpu_count(), load=load, times=TIMES, seconds=GOAL_SECONDS, ratio=GOAL_RATIO,
        parent=time.process_time() - began, gap=parent.plan.status.relative_gap,
    )  # fmt: skip
    lines = [" | ".join(("", *COLUMNS, "")).strip(), "|---" * len(COLUMNS) + "|"]
    for name in ASKED:
        lines.append(row(name, room, parent))
        RESULTS.write_text(head + "\n".join(lines) + "\n", encoding="utf-8")
