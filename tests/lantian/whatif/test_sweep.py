"""Tables of what-ifs: every cell has a status, and each row is what the single question answers."""

import json
import re
from pathlib import Path

import polars as pl
import pytest
from typer.testing import CliRunner

from grading.faults import InputError
from lantian.cli import app
from lantian.run import Options
from lantian.whatif.answering import Room
from lantian.whatif.rows import ROWS
from lantian.whatif.supposed import Standing
from lantian.whatif.sweep import axis_of, sweep


@pytest.fixture(scope="module")
def room(root: Path, options: Options, standing: Standing) -> Room:
    return Room(root / "fixtures" / "cases" / "starter", options, standing)


@pytest.mark.parametrize(
    ("option", "values"),
    [
        ("target.orange.nox=0.2, 0.22", ("0.2", "0.22")),
        ("target.orange.nox=0.2..0.3/3", ("0.2", "0.25", "0.3")),
        ("pack=cn-2020-340,cn-2026-2", ("cn-2020-340", "cn-2026-2")),
        ("price.county.东城区=1,2", ("1", "2")),
    ],
)
def test_axes_are_read(option: str, values: tuple[str, ...]) -> None:
    assert axis_of(option).values == values


@pytest.mark.parametrize(
    "option", ["target.orange=0.2", "wind.speed=3", "target.orange.nox=", "target.orange.nox=a..b/3"]
)
def test_other_axes_are_refused(option: str) -> None:
    with pytest.raises(InputError):
        axis_of(option)


def test_every_cell_has_a_status(room: Room) -> None:
    axes = [axis_of("target.red.nox=0.05,0.3,0.35,0.95"), axis_of("price.county.东城区=1,2")]
    done: list[int] = []
    rows = sweep(room, axes, progress=lambda place, _: done.append(place))
    assert rows.schema == ROWS
    assert done == list(range(1, 9))
    assert rows["state"].to_list() == ["refused", "refused", "met", "met", "met", "met", "missed", "missed"]
    refused = rows.filter(pl.col("state") == "refused")
    assert refused["loss_cny_per_season"].null_count() == refused.height
    assert (refused["why"] != "").all()
    doubled = rows.filter(pl.col("state") == "met")["loss_cny_per_season"].to_list()
    assert doubled[1] > doubled[0]


def test_a_row_is_what_the_single_question_answers(starter: Path, tmp_path: Path) -> None:
    command = ["sweep", str(starter), "target.orange.nox=0.2,0.9", "--out", str(tmp_path / "sweep"), "--lang", "en"]
    result = CliRunner().invoke(app, command)
    assert result.exit_code == 1
    rows = pl.read_parquet(tmp_path / "sweep" / "sweep.parquet")
    single = ["whatif", str(starter), "--target", "orange.nox=0.9", "--target", "red.nox=0.9", "--json"]
    assert rows["state"].to_list()[1] == "refused"  # red stays at 0.3, below orange
    answer = json.loads(CliRunner().invoke(app, [*single, "--out", str(tmp_path / "one")]).stdout)[0]
    assert answer["targets_missed"]
    page = (tmp_path / "sweep" / "sweep.html").read_text(encoding="utf-8")
    assert not re.search(r"(?:src|href)=\"https?:", page)
    assert {path.name for path in (tmp_path / "sweep").iterdir()} == {
        "sweep.parquet", "sweep.csv", "sweep.html", "manifest.json", "run.log",
    }  # fmt: skip


def test_scenario_files_are_rows_too(starter: Path, tmp_path: Path) -> None:
    folder = starter / "scenarios"
    folder.mkdir()
    for number in range(3):
        text = f'author = "a"\nreason = "b"\n[targets]\norange = {{ nox = 0.2{number} }}\n'
        (folder / f"s{number}.toml").write_text(text, encoding="utf-8")
    retrofit = 'author = "a"\nreason = "b"\n[[retrofits]]\nselect = { county = "东城区" }\n'
    (folder / "r.toml").write_text(
        retrofit + "nox_removed_share = 0.5\ncost_cny_per_season = 100000\n", encoding="utf-8"
    )
    result = CliRunner().invoke(
        app, ["sweep", str(starter), "--scenario", "ALL", "--json", "--out", str(tmp_path / "o")]
    )
    rows = json.loads(result.stdout)
    assert [row["scenario"] for row in rows] == ["r", "s0", "s1", "s2"]
    assert rows[0]["cost_cny_per_season"] == 200_000
    assert rows[0]["saved_per_cny"] == pytest.approx(rows[0]["saved_cny_per_season"] / 200_000)


def test_coaching_gives_a_scenario_that_can_be_asked(starter: Path, tmp_path: Path) -> None:
    ranked = CliRunner().invoke(app, ["rank", str(starter), "coach", "--out", str(tmp_path / "rank"), "--lang", "en"])
    assert ranked.exit_code == 0
    scenario = tmp_path / "rank" / "coach-city.toml"
    asked = ["whatif", str(starter), str(scenario), "--json", "--out", str(tmp_path / "o")]
    [answer] = json.loads(CliRunner().invoke(app, asked).stdout)
    assert answer["loss_change_cny_per_season"] < 0
