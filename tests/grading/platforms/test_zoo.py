"""Broken files of the platforms: each entry of the zoo holds one fault, and every rule has an entry."""

import shutil
from dataclasses import replace
from functools import cache
from pathlib import Path

import polars as pl
import pytest
import xlsxwriter

from grading.case import read_case
from grading.case.model import Case
from grading.case.settings_file import read_settings
from grading.faults import Fault, InputError
from grading.law import name_case, resolve_law
from grading.law.model import Law
from grading.monitoring.input_rules import MOST_LISTED, RULES
from grading.monitoring.sheet import ROWS_OF_EXCEL
from grading.platforms import hear_platforms
from tests.grading.case.zoo import BASE, ZOO, Expected, shown, tells
from tests.grading.case.zoo import expected_of as expected
from tests.grading.monitoring.factory import make_hours

PLATFORMS = ZOO / "platforms"
ENTRIES = sorted(path.name for path in PLATFORMS.iterdir() if path.is_dir() and path.name != "_base")
# Too large, or too dull, to keep: made here.
MADE = {"sheet_full", "hour_twice", "more_of_the_same", "workbook_too_large"}


# A forecast is no file of a case; tests/grading/alerts/test_forecast.py breaks these.
OF_A_FORECAST = {"no_forecast_day", "no_forecast_aqi", "day_twice", "no_days"}
LAST_ROW = 5_000
"""Where the last row of a sheet is taken to be: a sheet of a million rows takes half a minute to say the same."""


def expected_of(name: str) -> Expected:
    return expected(f"platforms/{name}")


def base(folder: Path) -> Path:
    shutil.copytree(BASE, folder)
    shutil.copytree(PLATFORMS / "_base", folder, dirs_exist_ok=True)
    return folder


def laid_over(name: str, folder: Path) -> Path:
    base(folder)
    for removed in expected_of(name).removed:
        (folder / removed).unlink()
    shutil.copytree(PLATFORMS / name, folder, dirs_exist_ok=True)
    (folder / "expect.toml").unlink()
    return folder


@cache
def law_of_the_base() -> Law:
    return resolve_law(read_settings(BASE / "case.toml").law, BASE)


@cache
def named_base() -> Case:
    return name_case(read_case(BASE), law_of_the_base())


def named_case(folder: Path) -> Case:
    """Return the named case; the bureau's own tables are read again only where an entry lays something over them."""
    laid = [(folder / own.name, own) for own in BASE.iterdir()]
    is_as_the_base = all(path.is_file() and path.read_bytes() == own.read_bytes() for path, own in laid)
    if is_as_the_base:
        return replace(named_base(), folder=folder)
    return name_case(read_case(folder), law_of_the_base())


def faults_of(folder: Path) -> tuple[Fault, ...]:
    try:
        return hear_platforms(named_case(folder), law_of_the_base()).faults
    except InputError as refused:
        return refused.faults


def test_the_base_has_no_fault(tmp_path: Path) -> None:
    assert shown(faults_of(base(tmp_path / "case"))) == ""


@pytest.mark.parametrize("name", ENTRIES)
def test_each_broken_file_is_told_with_place_rule_and_repair(name: str, tmp_path: Path) -> None:
    found = faults_of(laid_over(name, tmp_path / "case"))

    assert tells(found, expected_of(name)), shown(found)


def test_every_rule_has_a_broken_file() -> None:
    assert {expected_of(name).rule for name in ENTRIES} | MADE | OF_A_FORECAST == set(RULES)


def test_a_sheet_filled_to_the_last_row_has_lost_hours(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert ROWS_OF_EXCEL == 2**20
    monkeypatch.setattr("grading.monitoring.sheet.ROWS_OF_EXCEL", LAST_ROW)
    folder = base(tmp_path / "case")
    with xlsxwriter.Workbook(folder / "cems" / "DA001.xlsx", {"constant_memory": True}) as book:
        sheet = book.add_worksheet("DA001")
        for at, row in enumerate([("结束时间", "NOx实测浓度(mg/m3)"), ("2026-09-01 01:00", 38.5)]):
            sheet.write_row(at, 0, row)
        sheet.write_row(LAST_ROW - 1, 0, ("2026-09-30 24:00", 38.5))

    found = faults_of(folder)

    assert [(f.rule, f.file, f.sheet, f.row) for f in found] == [("sheet_full", "cems/DA001.xlsx", "DA001", LAST_ROW)]


def test_a_workbook_too_large_to_unpack_asks_for_another_format(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("grading.case.archive.MOST_BYTES", 50_000)
    folder = base(tmp_path / "case")
    with xlsxwriter.Workbook(folder / "cems" / "DA001.xlsx") as book:
        sheet = book.add_worksheet("DA001")
        for row in range(3000):
            sheet.write_row(row, 0, (f"2026-09-01 {row}", row))

    (found,) = faults_of(folder)

    assert (found.rule, found.severity, found.file) == ("workbook_too_large", "fatal", "cems/DA001.xlsx")
    assert "CSV or Parquet" in found.how("en")


def test_a_partition_that_holds_an_hour_twice_is_refused(tmp_path: Path) -> None:
    folder = base(tmp_path / "case")
    (folder / "cems" / "DA001.csv").unlink()
    hours = make_hours([{"outlet_id": "DA001"}] * 3)
    pl.concat([hours, hours.head(1)]).write_parquet(folder / "cems" / "june.parquet")

    found = faults_of(folder)

    assert [(f.rule, f.value) for f in found] == [("hour_twice", "DA001 nox 2026-06-01")]


def test_a_thousand_faults_of_one_kind_are_counted(tmp_path: Path) -> None:
    folder = base(tmp_path / "case")
    text = (folder / "cems" / "DA001.csv").read_text(encoding="utf-8")
    (folder / "cems" / "DA001.csv").write_text(text + "昨天,38.5,10.4,210000,N\n" * (MOST_LISTED + 5), encoding="utf-8")

    found = faults_of(folder)

    assert [f.value for f in found if f.rule == "more_of_the_same"] == ["5"]
    assert sum(f.rule == "not_a_time" for f in found) == MOST_LISTED
