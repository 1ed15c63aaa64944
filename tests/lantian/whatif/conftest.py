"""A small case of its own for every test of what-ifs."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from lantian.journal import Journal
from lantian.run import Options
from lantian.whatif.asking import read_standing
from lantian.whatif.supposed import Standing

Write = Callable[[str, str], Path]


@pytest.fixture
def starter(root: Path, tmp_path: Path) -> Path:
    target = tmp_path / "starter"
    shutil.copytree(root / "fixtures" / "cases" / "starter", target)
    return target


@pytest.fixture
def write(starter: Path) -> Write:
    """Return what writes `scenarios/<name>.toml` of the case and gives its path."""

    def writing(name: str, text: str) -> Path:
        path = starter / "scenarios" / f"{name}.toml"
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
        return path

    return writing


@pytest.fixture(scope="session")
def options(tmp_path_factory: pytest.TempPathFactory) -> Options:
    return Options(out=tmp_path_factory.mktemp("out") / "x", journal=Journal(), answers="none")


@pytest.fixture(scope="session")
def standing(root: Path, options: Options) -> Standing:
    return read_standing(root / "fixtures" / "cases" / "starter", options)
