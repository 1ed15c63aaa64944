"""An out folder is replaced as a whole or not at all."""

from pathlib import Path

import pytest

from grading.faults import InputError
from lantian.publish import published


def _run(out: Path, text: str) -> None:
    with published(out) as fresh:
        (fresh / "manifest.json").write_text(text, encoding="utf-8")


def _interrupted(out: Path) -> None:
    with published(out) as fresh:
        (fresh / "manifest.json").write_text("half", encoding="utf-8")
        raise KeyboardInterrupt


def test_a_second_run_replaces_the_first_as_a_whole(tmp_path: Path) -> None:
    out = tmp_path / "out"
    with published(out) as fresh:
        (fresh / "manifest.json").write_text("1", encoding="utf-8")
        (fresh / "old.csv").write_text("old", encoding="utf-8")
    _run(out, "2")
    assert [path.name for path in out.iterdir()] == ["manifest.json"]
    assert (out / "manifest.json").read_text(encoding="utf-8") == "2"


def test_an_interrupted_run_leaves_the_last_good_one(tmp_path: Path) -> None:
    out = tmp_path / "out"
    _run(out, "good")
    with pytest.raises(KeyboardInterrupt):
        _interrupted(out)
    assert (out / "manifest.json").read_text(encoding="utf-8") == "good"
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


def test_a_folder_with_other_files_is_refused(tmp_path: Path) -> None:
    out = tmp_path / "out"
    out.mkdir()
    (out / "thesis.docx").write_text("mine", encoding="utf-8")
    with pytest.raises(InputError, match="did not write"):
        _run(out, "2")
    assert (out / "thesis.docx").read_text(encoding="utf-8") == "mine"


def test_an_empty_folder_is_accepted(tmp_path: Path) -> None:
    out = tmp_path / "out"
    out.mkdir()
    _run(out, "1")
    assert (out / "manifest.json").exists()
