"""`lantian ask` on a city that misses a target: what it says, how it exits, what it refuses."""

import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner

from lantian import pipeline
from lantian.cli import app
from lantian.run import Options, PlannedCase
from lantian.samples import samples_dir

STARTER = samples_dir() / "cases" / "starter"


@pytest.fixture(scope="module", autouse=True)
def planned_once() -> Iterator[None]:
    """Let every question be put to the same plan: planning is the same for all of them, and is tested elsewhere."""
    kept: dict[Path, PlannedCase] = {}
    plan_case = pipeline.plan_case

    def once(folder: Path, options: Options) -> PlannedCase:
        if folder not in kept:
            kept[folder] = plan_case(folder, options)
        return kept[folder]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(pipeline, "plan_case", once)
        yield


def ask(*arguments: str, case: Path = STARTER) -> tuple[int, str, str]:
    result = CliRunner().invoke(app, ["ask", str(case), *arguments, "--lang", "en"])
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result.exit_code, result.stdout, result.stderr


def test_why_not_tells_what_cannot_all_stay_and_exits_1(tmp_path: Path) -> None:
    shutil.copytree(STARTER, tmp_path / "case")
    settings = tmp_path / "case" / "case.toml"
    stated = settings.read_text(encoding="utf-8")
    settings.write_text(stated.replace("red = { so2 = 0.3, nox = 0.3", "red = { so2 = 0.3, nox = 0.75"), "utf-8")

    code, said, _ = ask("why-not", case=tmp_path / "case")

    assert code == 1
    assert said.startswith("Red SO₂+NOx cannot be met")
    assert "No longer spare Other industries lines held to guaranteed output" in said


def test_where_all_targets_hold_it_says_so_and_exits_0() -> None:
    code, said, _ = ask("why-not")

    assert (code, said.strip()) == (0, "Every target can be met.")


def test_json_holds_the_frame_and_the_sentences() -> None:
    code, said, _ = ask("price", "red.nox", "--json")
    told = json.loads(said)

    assert code == 0
    assert [(row["level"], row["pollutant"]) for row in told["marginal_prices"]] == [("red", "nox")]
    assert told["answer"][0].startswith("Red NOx: ")


@pytest.mark.parametrize("question", ["exemption", "upgrade", "pin", "price"])
def test_a_subject_that_is_not_of_this_plan_is_refused(question: str) -> None:
    code, said, errors = ask(question, "nobody")

    assert (code, said) == (2, "")
    assert "nobody" in errors


def test_odds_without_stated_errors_say_that_none_are_stated() -> None:
    code, said, _ = ask("odds")

    assert code == 0
    assert "states no [uncertainty]" in said
