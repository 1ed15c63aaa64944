"""`lantian whatif` as a planner runs it: files, exit codes, both languages, and the parent left as it is."""

import hashlib
import json
import shutil
from pathlib import Path

import polars as pl
import pytest
from typer.testing import CliRunner

from lantian.cli import app

CEMENT = "91159901MA0009901M"
SUBSET = {
    "manifest.json", "rejected.csv", "grades.csv", "plan.csv", "plan.parquet", "targets.csv", "exemptions.csv",
    "run.log", "diff.csv", "whatif.html", "whatif.json", "scenario.toml",
}  # fmt: skip


@pytest.fixture
def starter(root: Path, tmp_path: Path) -> Path:
    target = tmp_path / "starter"
    shutil.copytree(root / "fixtures" / "cases" / "starter", target)
    return target


def run(*arguments: object) -> tuple[int, str, str]:
    result = CliRunner().invoke(app, [str(argument) for argument in arguments])
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result.exit_code, result.stdout, result.stderr


def hashes(folder: Path) -> dict[str, str]:
    files = [path for path in sorted(folder.rglob("*")) if path.is_file()]
    return {str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


def scenario(starter: Path, name: str, text: str) -> None:
    path = starter / "scenarios" / f"{name}.toml"
    path.parent.mkdir(exist_ok=True)
    path.write_text(f'author = "大气科"\nreason = "测试"\n{text}', encoding="utf-8")


def test_parent_and_empty_scenario_are_the_parent_byte_for_byte(starter: Path, tmp_path: Path) -> None:
    scenario(starter, "empty", "")
    run("plan", starter, "--out", tmp_path / "plan")
    code, _, _ = run("whatif", starter, "empty", "--full", "--out", tmp_path / "whatif")
    assert code == 0
    parent, own = hashes(tmp_path / "plan"), hashes(tmp_path / "whatif")
    apart = {"manifest.json", "run.log"}
    assert {name: own[name] for name in parent if name not in apart} == {
        name: value for name, value in parent.items() if name not in apart
    }
    assert pl.read_csv(tmp_path / "whatif" / "diff.csv").is_empty()


def test_a_question_writes_page_diff_and_tables(starter: Path, tmp_path: Path) -> None:
    before = hashes(starter)
    code, spoken, _ = run(
        "whatif", starter, "--exempt", CEMENT, "--reason", "试一试", "--author", "王某", "--explain",
        "--lang", "zh", "--out", tmp_path / "out",
    )  # fmt: skip
    assert code in (0, 1)
    assert {path.name for path in (tmp_path / "out").iterdir()} == SUBSET
    assert "王某问：试一试" in spoken
    record = json.loads((tmp_path / "out" / "whatif.json").read_text(encoding="utf-8"))
    assert record["author"] == "王某"
    assert len(record["parent_sha256"]) == 64
    assert hashes(starter) == before
    orders = pl.read_parquet(tmp_path / "out" / "plan.parquet").filter(enterprise_id=CEMENT)
    assert (orders["k"] == 0).all()
    page = (tmp_path / "out" / "whatif.html").read_text(encoding="utf-8")
    assert "http://" not in page
    assert "https://" not in page


def test_the_same_question_gives_the_same_bytes(starter: Path, tmp_path: Path) -> None:
    for name in ("one", "two"):
        run("whatif", starter, "--target", "orange.nox=0.22", "--out", tmp_path / name)
    one, two = (
        {k: v for k, v in hashes(tmp_path / name).items() if k != "run.log"} for name in ("one", "two")
    )  # fmt: skip
    assert one == two


def test_json_says_what_the_sentences_say(starter: Path, tmp_path: Path) -> None:
    code, spoken, _ = run("whatif", starter, "--down", CEMENT, "--json", "--lang", "en", "--out", tmp_path / "out")
    [answer] = json.loads(spoken)
    assert answer["hits"] == {"down.1": {"enterprises": 1, "units": 1}}
    assert answer["loss_change_cny_per_season"] == pytest.approx(
        answer["loss_after_cny_per_season"] - answer["loss_before_cny_per_season"]
    )
    assert code == (1 if answer["targets_missed"] else 0)


def test_several_scenarios_have_a_folder_each(starter: Path, tmp_path: Path) -> None:
    scenario(starter, "a", "[targets]\norange = { nox = 0.21 }\n")
    scenario(starter, "b", f'parent = "a"\n[[down]]\nselect = {{ enterprise = "{CEMENT}" }}\n')
    run("whatif", starter, "a", "b", "--out", tmp_path / "out")
    assert {path.name for path in (tmp_path / "out").iterdir()} == {"a", "b", "manifest.json"}
    record = json.loads((tmp_path / "out" / "b" / "whatif.json").read_text(encoding="utf-8"))
    assert record["parent"] == "a"
    own = json.loads((tmp_path / "out" / "a" / "whatif.json").read_text(encoding="utf-8"))
    assert record["parent_plan_sha256"] == own["plan_sha256"]


def test_conflicts_are_named_and_nothing_is_written(starter: Path, tmp_path: Path) -> None:
    scenario(starter, "a", "[targets]\norange = { nox = 0.21, so2 = 0.22 }\n")
    scenario(starter, "b", "[targets]\norange = { nox = 0.23, so2 = 0.22 }\n")
    code, _, told = run("whatif", starter, "a", "b", "--combine", "--lang", "en", "--out", tmp_path / "out")
    assert code == 2
    assert "targets.orange.nox" in told
    assert "0.21 ↔ 0.23" in told.replace("\n", "")
    assert "so2" not in told
    assert not (tmp_path / "out").exists()


def test_scenarios_that_agree_are_one(starter: Path, tmp_path: Path) -> None:
    scenario(starter, "a", "[targets]\norange = { nox = 0.21 }\n")
    scenario(starter, "b", f'[[down]]\nselect = {{ enterprise = "{CEMENT}" }}\n')
    run("whatif", starter, "a", "b", "--combine", "--out", tmp_path / "out")
    record = json.loads((tmp_path / "out" / "whatif.json").read_text(encoding="utf-8"))
    assert record["scenario"] == "a+b"
    assert {change["kind"] for change in record["changes"]} == {"targets", "down"}


def test_a_saved_question_is_a_scenario_and_never_overwrites(starter: Path, tmp_path: Path) -> None:
    asked = ("whatif", starter, "--grade", f"{CEMENT}=A", "--out", tmp_path / "out")
    run(*asked, "--save", "cement-a")
    first = (tmp_path / "out" / "diff.csv").read_bytes()
    run("whatif", starter, "cement-a", "--out", tmp_path / "out")
    assert (tmp_path / "out" / "diff.csv").read_bytes() == first
    code, _, told = run(*asked, "--save", "cement-a", "--lang", "en")
    assert code == 2
    assert "exists already" in told


@pytest.mark.parametrize(
    ("arguments", "word"),
    [
        ((), "--target"),
        (("--target", "orange.no2=1"), "orange.nox=0.22"),
        (("--grade", "x=E"), "--grade"),
        (("--down", "nobody"), "nobody"),
        (("nowhere",), "nowhere"),
        (("--pack", "no-such-pack"), "no-such-pack"),
    ],
)
def test_bad_input_ends_with_exit_code_two(
    starter: Path, tmp_path: Path, arguments: tuple[str, ...], word: str
) -> None:
    code, _, told = run("whatif", starter, *arguments, "--lang", "en", "--out", tmp_path / "out")
    assert code == 2
    assert word in told
    assert not (tmp_path / "out").exists()
