"""Each entry of fixtures/broken holds one fault; reading must name it at its place, in both languages."""

from dataclasses import replace
from pathlib import Path

import pytest
from polars.testing import assert_frame_equal

from grading.case import read_case, sources
from grading.case.delimited import read_delimited
from grading.case.rules import RULES
from grading.case.schemas import TABLES
from grading.faults import InputError
from tests.grading.case.zoo import BASE, committed_entries, expected_of, faults_of, lay_over, shown, tells

# Faults that follow from the one fault of the entry: the rows that hang on a rejected row.
CONSEQUENCES = {"parent_rejected", "nothing_accepted"}
# A damaged code names nobody, so rows that carry the right code find no parent.
ALSO = {
    "rejected_parent": {"blank"},
    "code_in_scientific": {"orphan"},
    "code_too_short": {"orphan"},
    "code_with_letter_o": {"orphan"},
    "wrong_check_character": {"orphan"},
}


def test_the_base_is_clean() -> None:
    case = read_case(BASE)

    assert case.faults == ()
    assert case.absent_tables == ("measures", "mobile_list", "dust_list")
    assert [len(table) for table in (case.enterprises, case.units, case.evidence)] == [3, 4, 2]


def test_kept_tables_are_those_read_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    kept = [read_case(BASE) for _ in range(2)][1]
    # What the folder's conftest keeps hangs on its own reading of text; without that, nothing is kept.
    monkeypatch.setattr(sources, "read_delimited", read_delimited)
    anew = read_case(BASE)

    assert (kept.faults, kept.inputs, kept.ignored_columns) == (anew.faults, anew.inputs, anew.ignored_columns)
    for table in TABLES:
        assert_frame_equal(getattr(kept, table), getattr(anew, table), check_exact=True)


def test_the_zoo_is_large() -> None:
    assert len(committed_entries()) >= 60


@pytest.mark.parametrize("name", committed_entries())
def test_the_fault_is_named_at_its_place_and_nothing_else_blamed(name: str, tmp_path: Path) -> None:
    expected = expected_of(name)

    faults = faults_of(lay_over(name, tmp_path / "case"))

    assert tells(faults, expected), shown(faults)
    assert {fault.rule for fault in faults} <= {expected.rule} | CONSEQUENCES | ALSO.get(name, set()), shown(faults)
    assert (expected.severity == "fatal") == any(fault.severity == "fatal" for fault in faults), shown(faults)


def test_row_faults_leave_a_case(tmp_path: Path) -> None:
    case = read_case(lay_over("negative_tonnage", tmp_path / "case"))

    assert [fault.rule for fault in case.faults] == ["parent_rejected", "below_min"]
    assert case.units["unit_id"].to_list() == ["SN-2", "YS-1", "ZW-1"]
    assert case.evidence.height == 1


def test_fatal_faults_leave_none(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"units\.csv.*工序"):
        read_case(lay_over("missing_column", tmp_path / "case"))


def test_a_wrong_expectation_fails(tmp_path: Path) -> None:
    expected = expected_of("negative_tonnage")
    faults = faults_of(lay_over("negative_tonnage", tmp_path / "case"))

    assert not tells(faults, replace(expected, row=expected.row + 1))
    assert not tells(faults, replace(expected, zh=("从未说过",)))


def test_every_rule_has_words_that_fill() -> None:
    for name, rule in RULES.items():
        for words in (rule.message, rule.repair):
            filled = words.format(value="v", column="c", expected="e", row=1)
            assert "{" not in filled, name


def test_all_faults_come_at_once(tmp_path: Path) -> None:
    folder = lay_over("missing_column", tmp_path / "case")
    (folder / "enterprises.csv").write_bytes(
        (lay_over("blank_name", tmp_path / "other") / "enterprises.csv").read_bytes()
    )
    (folder / "case.toml").write_bytes((lay_over("toml_missing_key", tmp_path / "third") / "case.toml").read_bytes())

    rules = {fault.rule for fault in faults_of(folder)}

    assert {"missing_column", "blank", "toml_missing_key"} <= rules
