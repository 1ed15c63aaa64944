"""`lantian documents` as an officer runs it: what lies where, exit codes, and nothing lost when something is wrong."""

import json
import shutil
from pathlib import Path

import pytest
from typer.testing import CliRunner

from lantian.cli import app

CEMENT = "91159901MA0009901M"


@pytest.fixture
def starter(root: Path, tmp_path: Path) -> Path:
    target = tmp_path / "starter"
    shutil.copytree(root / "fixtures" / "cases" / "starter", target)
    return target


def run(*arguments: object) -> tuple[int, str, str]:
    result = CliRunner().invoke(app, ["documents", *map(str, arguments)])
    return result.exit_code, result.stdout, result.stderr


def test_the_papers_of_one_enterprise_in_word_too(starter: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    code, spoken, errors = run(starter, "--only", CEMENT, "--word", "--json", "--out", out)
    assert code == 0, errors
    assert json.loads(spoken) == {"enterprises": 1, "files": 12, "index": str((out / "index.html").resolve())}
    assert {path.name for path in (out / "internal").iterdir()} == {
        f"{kind}-{CEMENT}.{ending}" for kind in ("plan", "help") for ending in ("html", "docx")
    }
    assert {path.name for path in (out / "public" / "gate").iterdir()} == {
        f"gate-{CEMENT}.{ending}" for ending in ("html", "docx")
    }
    sealed = json.loads((out / "manifest.json").read_text(encoding="utf-8"))["outputs"]
    assert len(sealed) == 12
    assert "晋级路径" in (out / "internal" / f"plan-{CEMENT}.html").read_text(encoding="utf-8")


def test_an_unknown_enterprise_is_refused_and_the_last_run_stays(starter: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    out.mkdir()
    (out / "manifest.json").write_text("{}", encoding="utf-8")
    code, _, errors = run(starter, "--only", "NOBODY", "--answers", "none", "--out", out)
    assert code == 2
    assert "NOBODY" in errors
    assert [path.name for path in out.iterdir()] == ["manifest.json"]


def test_a_broken_layout_is_refused_before_anything_is_planned(starter: Path, tmp_path: Path) -> None:
    with (starter / "case.toml").open("a", encoding="utf-8") as settings:
        settings.write('\n[documents]\nlist_layout = "own.toml"\n')
    (starter / "own.toml").write_text('[[sheet]]\nid = "lines"\ncolour = "red"\n', encoding="utf-8")
    code, _, errors = run(starter, "--out", tmp_path / "out")
    assert code == 2
    assert "own.toml:3" in errors
    assert not (tmp_path / "out").exists()


def test_a_template_outside_the_case_is_refused(starter: Path, tmp_path: Path) -> None:
    (tmp_path / "secret.docx").write_bytes(b"x")
    with (starter / "case.toml").open("a", encoding="utf-8") as settings:
        settings.write('\n[documents]\ngate_template = "../secret.docx"\n')
    code, _, errors = run(starter, "--out", tmp_path / "out")
    assert code == 2
    assert "../secret.docx" in errors


def test_help_has_an_example() -> None:
    code, spoken, _ = run("--help")
    assert code == 0
    assert "lantian documents my-city" in " ".join(spoken.split())
