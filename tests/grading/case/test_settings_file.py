"""case.toml: every error at once, each with its line and key."""

from pathlib import Path

import pytest
from pydantic_core import ErrorDetails

from grading.case.settings import CaseSettings
from grading.case.settings_file import read_settings
from grading.case.strict_toml import RULE_OF_ERROR, to_fault
from grading.case.toml_lines import line_of
from grading.faults import InputError
from tests.grading.case.zoo import BASE


def test_every_error_comes_at_once(tmp_path: Path) -> None:
    text = (BASE / "case.toml").read_text("utf-8")
    text = text.replace('season = "2026-2027"', 'sesaon = "2026-2027"').replace("vocs = 0.3", "vocs = 30\nozone = 0.1")
    (tmp_path / "case.toml").write_text(text, "utf-8")

    with pytest.raises(InputError) as caught:
        read_settings(tmp_path / "case.toml")

    assert {(fault.rule, fault.column) for fault in caught.value.faults} == {
        ("toml_missing_key", "city.season"),
        ("toml_unknown_key", "city.sesaon"),
        ("toml_out_of_bounds", "targets.red.vocs"),
        ("toml_not_in_list", "targets.red.ozone"),
    }


def test_the_closest_key_is_named_first(tmp_path: Path) -> None:
    text = (BASE / "case.toml").read_text("utf-8").replace("season =", "saeson =")
    (tmp_path / "case.toml").write_text(text, "utf-8")

    with pytest.raises(InputError, match=r"saeson is not known.*known here: season,"):
        read_settings(tmp_path / "case.toml")


@pytest.mark.parametrize(
    ("keys", "line"),
    [
        (["city", "name"], 2),
        (["targets", "red"], 4),
        (["targets", "red", "nox"], 5),
        (["targets", "orange", "so2"], 8),
        (["law"], 0),
        (["targets", "red", "gone"], 4),
    ],
)
def test_lines_are_found(keys: list[str], line: int) -> None:
    text = '[city]\nname = "x"\n\n[targets.red]\nnox = 1\n\n[targets]\norange.so2 = 1\n'

    assert line_of(text, keys) == line


def test_an_error_kind_nobody_knew_still_speaks() -> None:
    error: ErrorDetails = {"type": "new_kind", "loc": ("city", "name"), "msg": "Something new", "input": 3}

    fault = to_fault(CaseSettings, "case.toml", "[city]\nname = 3\n", error)

    assert "new_kind" not in RULE_OF_ERROR
    assert (fault.rule, fault.row, fault.column) == ("toml_bad_value", 2, "city.name")
    assert "Something new" in fault.what("en")
    assert "Something new" in fault.what("zh")
