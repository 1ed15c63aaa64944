"""Measures of a table: each row of the ranking is a what-if of its own, the cheapest set is that of brute force."""

import json
from dataclasses import replace
from itertools import combinations
from pathlib import Path

import pytest
from typer.testing import CliRunner

from grading.faults import InputError
from lantian.cli import app
from lantian.run import Options
from lantian.whatif.answering import Room
from lantian.whatif.candidates import Candidate, read_candidates, scenario_of
from lantian.whatif.measures import by_cost, cheapest_set, ranked_measures
from lantian.whatif.rows import cut_more
from lantian.whatif.supposed import Standing
from tests.lantian.whatif.conftest import Write
from tests.lantian.whatif.test_apply import written

CEMENT, GLASS, HEAT = "91159901MA0009901M", "91159901MA0009902Q", "91159901MA0009904Y"
TABLE = f"""方案编号,方案名称,生产线编号,达到等级,清单,预警级别,氮氧化物(kg/d),颗粒物(t/d),费用(万元/季)
M1,水泥窑改造,{CEMENT}-01,,,,300,,80
M2,喷淋加密,,,dust,橙色,,0.05,6
M3,玻璃厂争B,{GLASS},B,,,,,30
M4,热力厂,{HEAT}-01,B,,,20,,15
M4,热力厂,,,mobile,,40,,0
"""
BAD = f"""candidate,subject_id,list,grade,level,nox_kg_per_day,cost_cny_per_season
,x,,E,pink,-1,abc
A,{CEMENT}-01,dust,,,3,1
B,{CEMENT},,,,3,5
C,,snow,,,x,5
D,,dust,B,,3,
"""
WORDS = ("author", "reason")


@pytest.fixture
def table(tmp_path: Path) -> Path:
    path = tmp_path / "measures.csv"
    path.write_text(TABLE, encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def room(root: Path, options: Options, standing: Standing) -> Room:
    return Room(root / "fixtures" / "cases" / "starter", options, standing)


def costing(key: str, cost: float, nox: float = 0.0) -> Candidate:
    return Candidate(key, key, cost, (), (), (("dust", "red", "nox", nox),))


def test_rows_become_changes(table: Path, standing: Standing) -> None:
    measures = read_candidates(table, standing)
    assert [(one.key, one.cost_cny_per_season) for one in measures] == [
        ("M1", 800_000), ("M2", 60_000), ("M3", 300_000), ("M4", 150_000),
    ]  # fmt: skip
    assert measures[1].more == (("dust", "orange", "pm", 50.0),)
    assert measures[2].grades == ({"select": {"enterprise": GLASS}, "grade": "B"},)
    assert [level for _, level, _, _ in measures[3].more] == ["yellow", "orange", "red"]
    made = scenario_of([measures[1], costing("more", 1, 2.0)], standing, "case", WORDS).scenario
    old = standing.named.settings.reductions
    assert made.reductions["dust"]["orange"]["pm"] == old["dust"]["orange"]["pm"] + 50
    assert made.reductions["dust"]["red"]["nox"] == old["dust"]["red"].get("nox", 0.0) + 2
    assert made.reductions["dust"]["yellow"] == old["dust"]["yellow"]


def test_every_fault_of_a_table_comes_at_once(tmp_path: Path, standing: Standing) -> None:
    path = tmp_path / "bad.csv"
    path.write_text(BAD, encoding="utf-8")
    with pytest.raises(InputError) as refused:
        read_candidates(path, standing)
    found = sorted((fault.row, fault.rule, fault.column) for fault in refused.value.faults)
    assert found == [
        (2, "candidate_blank", "candidate"), (2, "candidate_number", "cost_cny_per_season"),
        (2, "candidate_number", "nox_kg_per_day"), (2, "candidate_unknown", "grade"),
        (2, "candidate_unknown", "level"), (2, "candidate_unknown", "subject_id"),
        (3, "candidate_whom", "subject_id"), (4, "candidate_empty", "candidate"),
        (5, "candidate_number", "nox_kg_per_day"), (5, "candidate_unknown", "list"),
        (6, "candidate_blank", "cost_cny_per_season"), (6, "candidate_empty", "candidate"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "rule"),
    [("方案编号,生产线编号\nM,x\n", "candidate_column"), ("candidate,费用(万元/年)\nM,3\n", "unknown_unit")],
)
def test_a_table_that_cannot_be_read_is_refused(text: str, rule: str, tmp_path: Path, standing: Standing) -> None:
    path = tmp_path / "t.csv"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(InputError) as refused:
        read_candidates(path, standing)
    assert [fault.rule for fault in refused.value.faults] == [rule]


def test_the_ranking_is_that_of_single_questions(table: Path, starter: Path, tmp_path: Path, room: Room) -> None:
    command = ["rank", str(starter), "measures", "--table", str(table), "--out", str(tmp_path / "o"), "--json"]
    rows = json.loads(CliRunner().invoke(app, command).stdout)["rows"]
    assert [row["candidate"] for row in rows][:2] == ["M4", "M3"]
    assert {row["candidate"]: row["state"] for row in rows}["M1"] == "no_gain"
    answer = room.answer(written(f'[[grades]]\nselect = {{ enterprise = "{GLASS}" }}\ngrade = "B"\n'))
    assert rows[1]["saved_cny_per_season"] == pytest.approx(-answer.whatif.contrast.losses.change)
    assert rows[1]["saved_per_cny"] == pytest.approx(rows[1]["saved_cny_per_season"] / 300_000)
    for row in rows:
        low, high = (row[f"saved_at_{end}_cny_per_season"] for end in ("least", "most"))
        assert low - 1e-6 <= row["saved_cny_per_season"] <= high + 1e-6


def test_a_ranking_of_measures_needs_its_table(starter: Path, table: Path, tmp_path: Path) -> None:
    for question, more in (("measures", []), ("lists", ["--table", str(table)])):
        command = ["rank", str(starter), question, *more, "--out", str(tmp_path / "o"), "--lang", "en"]
        result = CliRunner().invoke(app, command)
        assert result.exit_code == 2
        assert not (tmp_path / "o").exists()


def test_sets_come_from_the_cheapest_up() -> None:
    measures = [costing(str(at), cost) for at, cost in enumerate([3.0, 1.0, 7.0, 1.0, 2.5])]
    costs = [sum(one.cost_cny_per_season for one in chosen) for chosen in by_cost(measures)]
    every = [chosen for size in range(1, 6) for chosen in combinations(measures, size)]
    assert costs == sorted(sum(one.cost_cny_per_season for one in chosen) for chosen in every)
    assert len({tuple(sorted(one.key for one in chosen)) for chosen in by_cost(measures)}) == len(every)


def test_the_cheapest_set_is_that_of_brute_force(write: Write, room: Room) -> None:
    path = write("hard", 'author = "a"\nreason = "b"\n[targets]\nred = { nox = 0.8 }\n'
          "[policy]\njoint_so2_nox = false\n")  # fmt: skip
    room = replace(room, folder=path.parents[1])
    gap = -float(room.plan("hard").plan.targets.filter(state="missed")["slack"].item())
    measures = [costing("half", 5, 0.55 * gap), costing("rest", 4, 0.5 * gap), costing("all", 12, 1.1 * gap)]
    brings = {"half": 0.55, "rest": 0.5, "all": 1.1}
    every = [chosen for size in range(1, 4) for chosen in combinations(measures, size)]
    meeting = [chosen for chosen in every if sum(brings[one.key] for one in chosen) >= 1]
    cheapest = min(meeting, key=lambda chosen: sum(one.cost_cny_per_season for one in chosen))
    found = ranked_measures(room, measures, "hard", 3)
    assert {one.key for one in cheapest} == {"half", "rest"}
    assert set(found.rows["state"]) == {"reaches", "no_gain"}
    assert "rest, half" in found.lines[-1]
    assert [one.name for one in found.scenarios] == ["cheapest-set"]
    assert found.scenarios[0].scenario.reductions["dust"]["red"]["nox"] > gap
    assert cheapest_set(room, measures[:1], "hard") is None
    assert cheapest_set(room, measures[:2], "hard", most=1) == ((), False)


def test_a_loss_at_the_expense_of_better_grades_is_told(room: Room) -> None:
    before = room.plan("case").plan
    assert cut_more(before, before) == ""
    stages = tuple(
        replace(stage, reached=stage.reached + 5) if stage.name == "protect_C" else stage
        for stage in before.status.stages
    )
    reached = next(stage.reached for stage in before.status.stages if stage.name == "protect_C")
    after = replace(before, status=replace(before.status, stages=stages))
    assert cut_more(before, after) == f"C {reached:,.1f} → {reached + 5:,.1f}"
