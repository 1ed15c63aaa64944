"""The commands as a planner or a program runs them: exit codes, files, both languages, nothing lost."""

import hashlib
import json
import shutil
from dataclasses import replace
from pathlib import Path

import polars as pl
import pytest
from typer.testing import CliRunner

from lantian.cli import app
from optimizer import plan_city
from optimizer.result import Check, City, Outcome, Plan, Proof, Verification

PROMISED = {
    "manifest.json",
    "rejected.csv",
    "grades.csv",
    "grades.parquet",
    "indicators.parquet",
    "line_sets.csv",
    "weak_law.csv",
    "emission_factors.csv",
    "disagreements.csv",
    "plan.csv",
    "plan.parquet",
    "targets.csv",
    "exemptions.csv",
    "curtailment-list.xlsx",
    "report.html",
    "run.log",
    "answers",
}


STARTER = Path(__file__).resolve().parents[2] / "fixtures" / "cases" / "starter"


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
    files = [path for path in folder.rglob("*") if path.is_file() and path.name != "run.log"]
    return {path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


@pytest.fixture(scope="module")
def planned(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """The folder of one run of `lantian plan`, and what it said; tests that write into it copy it first."""
    out = tmp_path_factory.mktemp("planned") / "out"
    code, spoken, _ = run("plan", STARTER, "--out", out, "--lang", "zh")
    assert code == 0
    return out, spoken


@pytest.fixture
def earlier(planned: tuple[Path, str], tmp_path: Path) -> Path:
    """A folder of the test's own with the files of an earlier good run."""
    shutil.copytree(planned[0], tmp_path / "out")
    return tmp_path / "out"


def test_a_plan_writes_every_promised_file(planned: tuple[Path, str]) -> None:
    out, spoken = planned
    assert {path.name for path in out.iterdir()} == PROMISED
    assert str((out / "report.html").resolve()) in spoken.replace("\n", "")
    manifest = json.loads((out / "manifest.json").read_text(encoding="utf-8"))
    assert manifest["options"]["require"] == "unknown"


def test_json_holds_the_numbers_and_the_same_case_gives_the_same_bytes(
    planned: tuple[Path, str], starter: Path, tmp_path: Path
) -> None:
    code, spoken, errors = run("plan", starter, "--out", tmp_path / "out", "--json", "--lang", "zh")
    assert hashes(tmp_path / "out") == hashes(planned[0])
    numbers = json.loads(spoken)
    assert (code, errors) == (0, "")
    assert numbers["targets_met"] == numbers["targets_stated"] == 9
    assert numbers["is_verified"] is True


def test_a_missed_target_exits_1_and_still_writes(starter: Path, tmp_path: Path) -> None:
    settings = starter / "case.toml"
    text = settings.read_text(encoding="utf-8")
    settings.write_text(text.replace("red = { so2 = 0.3, nox = 0.3", "red = { so2 = 0.3, nox = 0.95"), encoding="utf-8")
    code, spoken, _ = run("plan", starter, "--out", tmp_path / "out", "--json")
    assert code == 1
    assert json.loads(spoken)["targets_met"] < 9
    targets = pl.read_csv(tmp_path / "out" / "targets.csv")
    assert targets.filter(pl.col("state") == "missed").height > 0


def test_bad_input_exits_2_and_leaves_the_last_good_run(starter: Path, earlier: Path) -> None:
    before = hashes(earlier)
    (starter / "units.csv").unlink()
    text = (starter / "case.toml").read_text(encoding="utf-8")
    (starter / "case.toml").write_text(text.replace("[city]", "[city]\nmayor = 1"), encoding="utf-8")
    code, _, errors = run("plan", starter, "--out", earlier)
    assert code == 2
    assert "mayor" in errors
    assert "units" in errors
    assert hashes(earlier) == before


def test_faults_as_json(starter: Path, tmp_path: Path) -> None:
    (starter / "units.csv").unlink()
    code, spoken, _ = run("plan", starter, "--out", tmp_path / "out", "--json")
    assert code == 2
    [fault] = json.loads(spoken)["faults"]
    assert fault["severity"] == "fatal"
    assert not (tmp_path / "out").exists()


def test_shuffled_rows_give_the_same_plan(planned: tuple[Path, str], starter: Path, tmp_path: Path) -> None:
    for name in ("enterprises.csv", "units.csv"):
        header, *rows = (starter / name).read_text(encoding="utf-8").splitlines()
        (starter / name).write_text("\n".join([header, *reversed(rows)]) + "\n", encoding="utf-8")
    run("plan", starter, "--out", tmp_path / "second")
    for name in ("plan.csv", "plan.parquet", "targets.csv", "exemptions.csv"):
        assert (planned[0] / name).read_bytes() == (tmp_path / "second" / name).read_bytes()


def test_the_manifest_names_inputs_law_and_outputs(planned: tuple[Path, str]) -> None:
    out, _ = planned
    manifest = json.loads((out / "manifest.json").read_text(encoding="utf-8"))
    read = (STARTER / "units.csv").read_bytes()
    assert manifest["inputs"]["units.csv"]["sha256"] == hashlib.sha256(read).hexdigest()
    assert manifest["law"]["pack"] == "cn-2020-340"
    assert manifest["outputs"].items() <= hashes(out).items()
    assert {name.split("/")[0] for name in manifest["outputs"]} == PROMISED - {"manifest.json", "run.log"}
    assert "answers/index.csv" in manifest["outputs"]


def test_check_tells_every_fault_and_writes_nothing(starter: Path) -> None:
    units = starter / "units.csv"
    text = units.read_text(encoding="utf-8").replace(",160,1050,", ",-160,many,")
    units.write_text(text, encoding="utf-8")
    before = sorted(path.name for path in starter.iterdir())
    code, spoken, _ = run("check", starter, "--lang", "en")
    assert code == 1
    assert "units.csv:2:SO2" in spoken
    assert "units.csv:2:NOx" in spoken
    assert sorted(path.name for path in starter.iterdir()) == before


def test_check_writes_the_rejected_rows_when_asked_to(starter: Path, tmp_path: Path) -> None:
    units = starter / "units.csv"
    units.write_text(units.read_text(encoding="utf-8").replace(",160,1050,", ",-160,many,"), encoding="utf-8")
    assert run("check", starter, "--out", tmp_path / "out")[0] == 1
    rejected = pl.read_csv(tmp_path / "out" / "rejected.csv")
    assert set(rejected["row"]) == {2}
    assert set(rejected["column"]) == {"SO2(kg/d)", "NOx(kg/d)"}


def test_no_plan_exits_3_and_leaves_the_last_good_run(
    starter: Path, earlier: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = hashes(earlier)
    broken = Check("nested", 12, 1, 1.0, ("unit 7 is treated more gently at red",))

    def failed(city: City) -> Plan:
        plan = plan_city(city)
        return replace(
            plan,
            status=replace(plan.status, outcome=Outcome.NO_PLAN, proof=Proof.FAILED),
            verification=Verification((broken,)),
        )

    monkeypatch.setattr("lantian.pipeline.plan_city", failed)
    code, spoken, _ = run("plan", starter, "--out", earlier, "--lang", "en")
    assert code == 3
    assert "unit 7 is treated more gently at red" in spoken
    assert hashes(earlier) == before


def test_grade_writes_grades_and_no_plan(starter: Path, tmp_path: Path) -> None:
    code, _, _ = run("grade", starter, "--out", tmp_path / "out")
    assert code == 0
    names = {path.name for path in (tmp_path / "out").iterdir()}
    assert {"grades.csv", "indicators.parquet", "rejected.csv", "manifest.json"} <= names
    assert "plan.csv" not in names


def test_it_speaks_chinese(planned: tuple[Path, str]) -> None:
    out, spoken = planned
    assert "减排目标" in spoken
    assert '<html lang="zh' in (out / "report.html").read_text(encoding="utf-8")


def test_init_makes_a_case_that_plans_in_english(tmp_path: Path) -> None:
    assert run("init", tmp_path / "mine")[0] == 0
    code, spoken, _ = run("plan", tmp_path / "mine", "--out", tmp_path / "out", "--lang", "en")
    assert code == 0
    assert "Targets met" in spoken
    assert '<html lang="en' in (tmp_path / "out" / "report.html").read_text(encoding="utf-8")


def test_init_never_writes_over_a_folder(tmp_path: Path) -> None:
    (tmp_path / "thesis.docx").write_text("mine", encoding="utf-8")
    code, _, errors = run("init", tmp_path, "--lang", "en")
    assert code == 2
    assert "did not write" in errors
    assert [path.name for path in tmp_path.iterdir()] == ["thesis.docx"]


def test_a_folder_that_is_no_case(tmp_path: Path) -> None:
    code, _, errors = run("check", tmp_path / "nowhere")
    assert code == 2
    assert "case.toml" in errors


def test_rules_are_listed_shown_and_counted() -> None:
    code, spoken, _ = run("rules", "list", "--json")
    assert code == 0
    assert {row["industry"] for row in json.loads(spoken)} >= {"cement", "glass", "brick", "integrated_steel"}
    assert run("rules", "show", "水泥")[0] == 0
    assert run("rules", "coverage")[0] == 0
    assert run("rules", "show", "unicorns")[0] == 2


@pytest.mark.parametrize("command", ["demo", "init", "check", "grade", "plan"])
def test_help_has_an_example(command: str) -> None:
    code, spoken, _ = run(command, "--help")
    assert code == 0
    assert f"lantian {command}" in " ".join(spoken.split())
