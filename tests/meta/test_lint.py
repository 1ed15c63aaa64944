"""The lint rules that matter are switched on: each seeded violation is reported."""

import subprocess
import sys
from pathlib import Path

import pytest

SEEDED = {
    "C901": "def f(a: int) -> int:\n    '''Return a.'''\n"
    + "".join(f"    if a == {n}:\n        return {n}\n" for n in range(12))
    + "    return a\n",
    "ANN001": "def f(a) -> int:\n    '''Return 1.'''\n    return 1\n",
    "D103": "def f() -> int:\n    return 1\n",
    "BLE001": "try:\n    import this\nexcept Exception:\n    x = 1\n",
    "T201": "print(1)\n",
    "TID252": "from . import words\n",
}


@pytest.mark.parametrize("rule", sorted(SEEDED))
def test_a_seeded_violation_is_reported(root: Path, rule: str) -> None:
    ruff = Path(sys.executable).with_name("ruff")
    command = [
        str(ruff),
        "check",
        "--no-cache",
        "--output-format",
        "concise",
        "--stdin-filename",
        "grading/seeded.py",
        "-",
    ]
    result = subprocess.run(command, cwd=root, input=SEEDED[rule], capture_output=True, text=True, check=False)
    assert result.returncode == 1
    assert rule in result.stdout


def test_untyped_code_fails_the_type_check(tmp_path: Path, root: Path) -> None:
    module = tmp_path / "seeded.py"
    module.write_text("def f(a):\n    return a\n", encoding="utf-8")
    mypy = Path(sys.executable).with_name("mypy")
    command = [str(mypy), "--strict", "--no-incremental", "--config-file", "", str(module)]
    result = subprocess.run(command, cwd=root, capture_output=True, text=True, check=False)
    assert result.returncode == 1
    assert "untyped" in result.stdout
