"""`lantian hours` draws up the hours behind a line that evidence names."""

from pathlib import Path

import polars as pl
import pytest
from typer.testing import CliRunner

from lantian.cli import app
from tests.grading.platforms.folder import EVIDENCE, OUTLETS, hours_of, write_case


@pytest.fixture(scope="module")
def case(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("case") / "case"
    return write_case(folder, outlets=OUTLETS, evidence=EVIDENCE, cems_DA001=hours_of("F" * 24 + "N" * 696, 40))


def test_the_hours_of_a_line(case: Path, tmp_path: Path) -> None:
    done = CliRunner().invoke(app, ["hours", str(case), "2", "--out", str(tmp_path / "h.csv"), "--lang", "zh"])

    assert done.exit_code == 0, done.output
    hours = pl.read_csv(tmp_path / "h.csv", try_parse_dates=True)
    assert hours.height == 720
    assert hours["started_at"].is_sorted()
    assert dict(hours["state_text"].value_counts().iter_rows()) == {"污染源停运": 24, "有效": 696}
    assert (hours["corrected_mg_m3"] > 50).sum() == 40


def test_a_line_that_is_not_there_is_refused(case: Path, tmp_path: Path) -> None:
    done = CliRunner().invoke(app, ["hours", str(case), "9", "--out", str(tmp_path / "h.csv"), "--lang", "en"])

    assert done.exit_code == 2
    assert "its lines are 2 to 3" in done.output
    assert not (tmp_path / "h.csv").exists()


def test_check_counts_outlets_and_hours(case: Path, tmp_path: Path) -> None:
    done = CliRunner().invoke(app, ["check", str(case), "--out", str(tmp_path / "out"), "--lang", "en"])

    assert done.exit_code == 0, done.output
    assert "outlets 2, cems 1440" in done.output
    assert "permits" in done.output.split("Absent tables:")[1]
