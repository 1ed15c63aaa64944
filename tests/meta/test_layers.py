"""The import layers really hold, and the guard really runs."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

PACKAGES = ("grading", "optimizer", "reports", "lantian")


def _lint(folder: Path) -> subprocess.CompletedProcess[str]:
    program = Path(sys.executable).with_name("lint-imports")
    command = [str(program), "--no-cache", "--config", str(folder / "pyproject.toml")]
    return subprocess.run(
        command, cwd=folder, env={"PYTHONPATH": str(folder)}, capture_output=True, text=True, check=False
    )


def _copy(root: Path, target: Path) -> None:
    for package in PACKAGES:
        shutil.copytree(root / package, target / package, ignore=shutil.ignore_patterns("packs", "__pycache__"))
    shutil.copy(root / "pyproject.toml", target)


def test_layers_hold(root: Path) -> None:
    result = _lint(root)
    assert result.returncode == 0, result.stdout


@pytest.mark.parametrize(
    ("module", "line"),
    [
        ("grading/scale.py", "import reports.context"),
        ("optimizer/result.py", "import lantian.manifest"),
        ("grading/faults.py", "import pulp"),
        ("optimizer/tables.py", "import matplotlib"),
    ],
)
def test_a_seeded_violation_fails(root: Path, tmp_path: Path, module: str, line: str) -> None:
    _copy(root, tmp_path)
    broken = tmp_path / module
    broken.write_text(broken.read_text(encoding="utf-8") + f"\n{line}\n", encoding="utf-8")
    result = _lint(tmp_path)
    assert result.returncode == 1
    assert "BROKEN" in result.stdout
