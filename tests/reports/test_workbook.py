"""The official list, read back by two libraries that did not write it."""

import dataclasses
from pathlib import Path

import openpyxl
import polars as pl
import pytest
from openpyxl.worksheet.worksheet import Worksheet
from python_calamine import CalamineWorkbook

from grading.words import LANGUAGES, Language
from reports.context import ReportContext
from reports.listing import BLOCKS, listing_frame
from reports.workbook import HEAD, LONGEST_CELL, fitting, write_curtailment_list
from tests.reports.sample import CEMENT_NAME, HOSTILE_NAMES


@pytest.fixture(scope="module")
def path(context: ReportContext, tmp_path_factory: pytest.TempPathFactory) -> Path:
    target = tmp_path_factory.mktemp("list") / "curtailment-list.xlsx"
    write_curtailment_list(context, target, "zh")
    return target


@pytest.fixture(scope="module")
def sheet(path: Path) -> Worksheet:
    found: Worksheet = openpyxl.load_workbook(path).worksheets[0]
    return found


FIELDS = [field for block in BLOCKS for field in block.fields]
COLUMN = {field.name: place for place, field in enumerate(FIELDS)}


def test_reading_back_gives_the_same_rows(path: Path, context: ReportContext) -> None:
    rows = CalamineWorkbook.from_path(str(path)).get_sheet_by_index(0).to_python()[HEAD:]
    wanted = listing_frame(context, "zh")
    assert len(rows) == wanted.height == 7
    for place, field in enumerate(FIELDS):
        expected = [("未知" if value is None else value) for value in wanted[field.name]]
        assert [row[place] for row in rows] == expected, field.name


def test_one_row_reads_like_an_order(sheet: Worksheet) -> None:
    row = next(r for r in sheet.iter_rows(min_row=HEAD + 1, values_only=True) if r[COLUMN["unit_id"]] == "C-1")
    assert row[COLUMN["name"]] == CEMENT_NAME
    assert str(row[COLUMN["orange_order"]]).startswith("限产20%\uff1a熟料日产量不超过3,440t")
    assert row[COLUMN["orange_nox"]] == pytest.approx(240.0)
    assert str(row[COLUMN["red_order"]]).startswith("停产")


def test_an_unknown_number_is_a_word_never_a_zero(sheet: Worksheet) -> None:
    row = next(r for r in sheet.iter_rows(min_row=HEAD + 1, values_only=True) if r[COLUMN["unit_id"]] == "G-1")
    assert row[COLUMN["vocs_kg_per_day"]] == "未知"
    assert row[COLUMN["so2_kg_per_day"]] == 220.0


def test_hostile_names_are_text(sheet: Worksheet) -> None:
    cells = [row[COLUMN["name"]] for row in sheet.iter_rows(min_row=HEAD + 1)]
    assert set(HOSTILE_NAMES) <= {cell.value for cell in cells}
    assert {cell.data_type for row in sheet.iter_rows(min_row=HEAD + 1) for cell in row} <= {"s", "n"}
    assert not [cell for row in sheet.iter_rows() for cell in row if cell.data_type == "f" or cell.hyperlink]


def test_levels_stand_under_merged_headers(sheet: Worksheet) -> None:
    merged = {str(found) for found in sheet.merged_cells.ranges}
    for level in ("yellow", "orange", "red"):
        first = sheet.cell(HEAD - 1, COLUMN[f"{level}_order"] + 1)
        last = sheet.cell(HEAD - 1, COLUMN[f"{level}_vocs"] + 1)
        assert f"{first.coordinate}:{last.coordinate}" in merged
    assert [sheet.cell(HEAD - 1, COLUMN[f"{level}_order"] + 1).value[:2] for level in ("yellow", "orange", "red")] == [
        "黄色",
        "橙色",
        "红色",
    ]


def test_it_prints_and_scrolls_as_an_office_expects(sheet: Worksheet) -> None:
    assert sheet.freeze_panes == "C5"
    assert sheet.print_title_rows == "$3:$4"
    assert sheet.page_setup.orientation == "landscape"
    assert sheet.page_setup.paperSize in (8, "8")
    assert (sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight) in ((1, 0), (None, 0))
    assert "&P" in sheet.oddFooter.center.text
    assert sheet.auto_filter.ref == "A4:AI11"


def test_the_summary_holds_numbers(path: Path, context: ReportContext) -> None:
    rows = CalamineWorkbook.from_path(str(path)).get_sheet_by_name("汇总").to_python()[4:]
    assert len(rows) == context.targets.height
    orange_pm = next(row for row in rows if row[0] == "橙色" and row[1] == "PM")
    assert orange_pm[3] == 400.0
    red_vocs = next(row for row in rows if row[0] == "红色" and row[1] == "VOCs")
    assert red_vocs[3] == "未设定"


def test_other_lists_have_their_sheet(path: Path) -> None:
    rows = CalamineWorkbook.from_path(str(path)).get_sheet_by_name("其他清单").to_python()[3:]
    assert ["=dust", "红色", "PM", 12.0] in rows
    assert len(rows) == 13


@pytest.mark.parametrize("language", LANGUAGES)
def test_same_context_same_bytes(context: ReportContext, tmp_path: Path, language: Language) -> None:
    once, again = tmp_path / "a.xlsx", tmp_path / "b.xlsx"
    write_curtailment_list(context, once, language)
    write_curtailment_list(context, again, language)
    assert once.read_bytes() == again.read_bytes()


def test_no_phone_number_is_in_the_list(path: Path) -> None:
    cells = [str(c) for row in CalamineWorkbook.from_path(str(path)).get_sheet_by_index(0).to_python() for c in row]
    assert not [cell for cell in cells if "13900000000" in cell]


def test_an_empty_city_still_gives_a_list(context: ReportContext, tmp_path: Path) -> None:
    frames = ("orders", "units", "targets", "other_lists")
    bare = dataclasses.replace(context, **{name: getattr(context, name).clear() for name in frames})
    write_curtailment_list(bare, tmp_path / "e.xlsx", "zh")
    sheets = openpyxl.load_workbook(tmp_path / "e.xlsx").worksheets
    assert [sheet.cell(row, 1).value for sheet, row in zip(sheets, (5, 5, 4), strict=True)] == [
        "清单中无生产线。",
        "case.toml未设定目标。",
        "case.toml未列其他清单。",
    ]


def test_a_text_longer_than_a_cell_ends_in_an_ellipsis() -> None:
    [kept, cut] = fitting(pl.Series(["短", "长" * (LONGEST_CELL + 1)]))
    assert kept == "短"
    assert len(cut) == LONGEST_CELL
    assert cut.endswith("…")
