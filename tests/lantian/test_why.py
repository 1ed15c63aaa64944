"""`lantian why` and `--require`, as a planner and a program run them."""

import json
import shutil
from pathlib import Path

import polars as pl
import pytest
from typer.testing import CliRunner

from lantian.cli import app

CEMENT, GLASS = "91159901MA0009901M", "91159901MA0009902Q"
EVIDENCE = f"""对象编号,指标,指标值,单位,来源,提供单位,取证日期,文件
{CEMENT},gate_system,否,,现场核查,区生态环境分局,2026-09-01,K-1
"""


@pytest.fixture
def starter(root: Path, tmp_path: Path) -> Path:
    target = tmp_path / "starter"
    shutil.copytree(root / "fixtures" / "cases" / "starter", target)
    (target / "evidence.csv").write_text(EVIDENCE, encoding="utf-8")
    return target


def run(*arguments: object) -> tuple[int, str, str]:
    result = CliRunner().invoke(app, [str(argument) for argument in arguments])
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result.exit_code, result.stdout, result.stderr


def test_json_holds_the_page(starter: Path) -> None:
    code, spoken, errors = run("why", starter, CEMENT, "--json")
    told = json.loads(spoken)

    assert (code, errors) == (0, "")
    assert set(told) == {"why", "grade", "indicators", "facts", "settling", "way_up"}
    [gate] = [row for row in told["indicators"] if row["indicator"] == "gate_system"]
    assert (gate["value"], gate["verdict"], gate["asks_A"]) == ("否", "not_met", "✓")
    assert (gate["source_file"], gate["source_row"], gate["source"]) == ("evidence.csv", 2, "site_check")
    assert told["grade"][0]["enterprise_id"] == CEMENT


@pytest.mark.parametrize(
    ("language", "words"),
    [
        (
            "en",
            ["approved at B", "not meet the best grade", "evidence.csv:2", "≥ 12 months", "C not known", "): no; A ✓"],
        ),
        ("zh", ["批准等级", "不符合最优等级要求", "evidence.csv:2", "≥ 12个月", "C 未知"]),
    ],
)
def test_it_reads_the_grade_aloud(starter: Path, language: str, words: list[str]) -> None:
    code, spoken, _ = run("why", starter, CEMENT, "--lang", language)

    assert code == 0
    assert [word for word in words if word not in spoken] == []


def test_an_enterprise_nobody_knows_is_refused(starter: Path) -> None:
    code, spoken, errors = run("why", starter, "E404", "--lang", "en")

    assert (code, spoken) == (2, "")
    assert "E404" in errors


@pytest.mark.parametrize(
    ("command", "asked", "recorded"),
    [
        ("grade", [], "unknown"),  # of a plan without the option: tests/lantian/test_cli.py
        ("grade", ["--require", "verified"], "verified"),
        ("plan", ["--require", "verified"], "verified"),
    ],
)
def test_what_is_required_of_rules_is_on_record(
    starter: Path, tmp_path: Path, command: str, asked: list[str], recorded: str
) -> None:
    quietly = ["--answers", "none"] if command == "plan" else []
    code, _, _ = run(command, starter, "--out", tmp_path / "out", *asked, *quietly)

    manifest = json.loads((tmp_path / "out" / "manifest.json").read_text(encoding="utf-8"))
    assert code == 0
    assert manifest["options"]["require"] == recorded


def test_approved_grades_on_record_stay_under_require(starter: Path, tmp_path: Path) -> None:
    text = (starter / "enterprises.csv").read_text(encoding="utf-8")
    (starter / "enterprises.csv").write_text(text.replace("C级,2026-09-20,市生态环境局", "C级,,"), encoding="utf-8")
    run("grade", starter, "--out", tmp_path / "out", "--require", "verified")

    grades = pl.read_csv(tmp_path / "out" / "grades.csv").select("enterprise_id", "planned_grade", "reason_code")

    told = {name: (planned, reason) for name, planned, reason in grades.iter_rows()}
    assert told[GLASS] == ("D", "interval_worse_end")
    (starter / "enterprises.csv").write_text(text, encoding="utf-8")
    run("grade", starter, "--out", tmp_path / "again", "--require", "verified")
    again = pl.read_csv(tmp_path / "again" / "grades.csv").filter(pl.col("enterprise_id") == GLASS)
    assert again.select("planned_grade", "reason_code").rows() == [("C", "approved")]


def test_a_status_nobody_knows_is_refused(starter: Path) -> None:
    assert run("grade", starter, "--require", "certain")[0] == 2
