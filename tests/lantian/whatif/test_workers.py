"""Tables planned in several processes: the rows of one, whatever becomes of the processes."""

import io
import os
from dataclasses import dataclass, replace
from multiprocessing import active_children
from pathlib import Path
from typing import Any

import pytest

from lantian.journal import Journal
from lantian.run import Options
from lantian.whatif import workers
from lantian.whatif.answering import Room
from lantian.whatif.rows import Row, row_of
from lantian.whatif.scenario import Scenario
from lantian.whatif.scenario_file import Written
from lantian.whatif.supposed import Standing
from lantian.whatif.sweep import axis_of, batch, sweep
from lantian.whatif.toml import to_toml
from lantian.whatif.workers import FEW, MOST, workers_for

AXES = ("target.orange.nox=0.05,0.21", "price.county.东城区=1,1.5")


@pytest.fixture
def room(root: Path, options: Options, standing: Standing) -> Room:
    return Room(root / "fixtures" / "cases" / "starter", replace(options, journal=Journal()), standing)


@dataclass(frozen=True)
class Fatal(Written):
    """A scenario that ends the process to which it is handed, and is like any other in the one that hands it over."""

    def __reduce__(self) -> tuple[Any, ...]:
        return os._exit, (3,)


def test_one_process_for_a_few_and_never_more_than_scenarios() -> None:
    assert workers_for(FEW - 1) == 1
    assert 1 <= workers_for(1000) <= MOST
    assert workers_for(2, 3) == 2
    assert workers_for(50, 3) == 3
    assert workers_for(0, 2) == 1


def test_two_and_three_processes_give_the_bytes_of_one(room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    axes = [axis_of(axis) for axis in AXES]
    here: list[str] = []

    def counted(room: Room, each: Written) -> Row:
        here.append(each.name)
        return row_of(room, each)

    monkeypatch.setattr(workers, "row_of", counted)
    for number, of_few in ((2, axes), (3, axes[1:])):
        files, heard, planned_here = [], [], []
        for processes in (1, number):
            done: list[tuple[int, int]] = []
            here.clear()
            rows = sweep(room, of_few, progress=lambda *told, kept=done: kept.append(told), workers=processes)
            rows.write_parquet(file := io.BytesIO())
            files.append(file.getvalue())
            heard.append(done)
            planned_here.append(len(here))
        assert set(rows["state"]) == {"refused", "met"} if number == 2 else {"met"}
        assert heard == [[(place, rows.height) for place in range(1, rows.height + 1)]] * 2
        assert planned_here[1] < planned_here[0] == rows.height  # others had a part in it
        assert files[0] == files[1]
    assert not active_children()


def test_what_an_ended_process_leaves_is_planned_here_and_said(room: Room) -> None:
    made = [Scenario.model_validate({"author": "a", "reason": "b", "targets": {"orange": {"nox": at}}})
            for at in (0.21, 0.22)]  # fmt: skip
    kinds = (Fatal, Written)
    written = [kinds[place](f"s{place}", each, "s", to_toml(each)) for place, each in enumerate(made)]
    done: list[int] = []
    rows = batch(room, written, lambda place, _: done.append(place), workers=2)
    assert rows["scenario"].to_list() == ["s0", "s1"]
    assert rows["state"].to_list() == ["met", "met"]
    assert done == [1, 2]
    assert rows.equals(batch(room, written))
    assert any("planned in this one" in line or "本进程" in line for line in room.options.journal.lines)
