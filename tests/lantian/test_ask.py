"""`lantian ask` on a city that misses a target: what it says, how it exits, what it refuses."""

import json

import pytest
from typer.testing import CliRunner

from lantian.cli import app
from lantian.samples import samples_dir

CASES = samples_dir() / "cases"
pytestmark = pytest.mark.xdist_group("unreachable city")


def ask(*arguments: str, case: str = "starter") -> tuple[int, str, str]:
    result = CliRunner().invoke(app, ["ask", str(CASES / case), *arguments, "--lang", "en"])
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result.exit_code, result.stdout, result.stderr


def test_why_not_tells_what_cannot_all_stay_and_exits_1() -> None:
    code, said, _ = ask("why-not", case="unreachable")

    assert code == 1
    assert said.startswith("Orange NOx cannot be met")
    assert "No longer spare Cement lines exempt by grade" in said


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
