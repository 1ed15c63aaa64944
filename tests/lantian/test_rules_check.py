"""`lantian rules check`: a pack that loads and keeps its cases, one that fails a case, one that does not load."""

import json
from pathlib import Path

import pytest

from tests.grading.law.smallpack import write_pack
from tests.lantian.rules_book import run

CASE = """\
industry: kilns
cases:
  - name: dust at the edge
    on: 2022-01-01
    clause: c1
    indicator: dust
    values: {{"10": A B {open} , "10.01": {above}}}
  - name: measure of B
    on: 2022-01-01
    clause: own
    grade: B
    ladder: {{red: stop}}
"""


@pytest.fixture(autouse=True)
def small(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return write_pack(tmp_path)


def write_cases(folder: Path, above: str) -> None:
    (folder / "cases").mkdir()
    (folder / "cases" / "kilns.yaml").write_text(CASE.format(open="?C", above=above), encoding="utf-8")


def test_a_pack_that_keeps_its_cases_passes(small: Path) -> None:
    write_cases(small, "B ?C")
    code, spoken, _ = run("rules", "check", "small", "--lang", "en")
    assert (code, spoken.strip()) == (0, "3 of 3 expectations hold.")


def test_a_missed_case_is_told_with_its_place_and_clause(small: Path) -> None:
    write_cases(small, "A B ?C")
    code, spoken, errors = run("rules", "check", "small", "--lang", "en")
    assert code == 1
    missed, sentence = spoken.strip().splitlines()
    assert missed == "small/cases/kilns.yaml:3 → dust at the edge [10.01] → expected A-A, got B-B → c1"
    assert sentence == "2 of 3 expectations hold."
    assert "Traceback" not in spoken + errors


def test_json_holds_the_missed_case(small: Path) -> None:
    write_cases(small, "A B ?C")
    code, spoken, _ = run("rules", "check", "small", "--json")
    answer = json.loads(spoken)
    assert (code, answer["expectations"], answer["missed"][0]["clause"]) == (1, 3, "c1")


def test_a_pack_without_cases_does_not_pretend() -> None:
    code, spoken, _ = run("rules", "check", "small", "--lang", "en")
    assert code == 0
    assert "nothing was tried" in spoken


@pytest.mark.parametrize(("old", "new"), [("A: 10\n", "A: ten\n"), ("operator: le", "operator: at_most")])
def test_a_pack_that_does_not_load_exits_2(tmp_path: Path, old: str, new: str) -> None:
    write_pack(tmp_path, "industries/kilns.yaml", old, new)
    code, spoken, errors = run("rules", "check", "small", "--lang", "en")
    assert code == 2
    assert "small/industries/kilns.yaml:" in errors
    assert "Traceback" not in spoken + errors


def test_a_broken_case_file_exits_2(small: Path) -> None:
    (small / "cases").mkdir()
    (small / "cases" / "kilns.yaml").write_text("industry: kilns\ncases: [{name: x}]\n", encoding="utf-8")
    assert run("rules", "check", "small")[0] == 2


def test_an_unknown_pack_exits_2() -> None:
    assert run("rules", "check", "nowhere")[0] == 2


@pytest.mark.parametrize("command", [("list",), ("show", "cement"), ("coverage",)])
def test_a_day_that_is_none_is_told(command: tuple[str, ...]) -> None:
    code, _, errors = run("rules", *command, "--on", "someday", "--lang", "en")
    assert code == 2
    assert "someday is not a day" in errors
