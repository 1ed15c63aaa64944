"""Broken workbooks and huge files, made at test time; with the committed zoo they reach every rule."""

import time
from collections.abc import Callable
from pathlib import Path

import pytest

from grading.case import read_case
from grading.case.rules import RULES
from grading.case.tally import MOST_LISTED
from grading.faults import InputError
from tests.grading.case import workbooks as made
from tests.grading.case.zoo import Expected, clean_copy, committed_entries, expected_of, faults_of, shown, tells

W = "units.xlsx"


def fatal(rule: str, file: str, zh: str, en: str, row: int = 0, column: str = "") -> Expected:
    return Expected(rule, "fatal", file, row, column, (zh,), (en,))


def rejects(rule: str, file: str, row: int, column: str, zh: str, en: str) -> Expected:
    return Expected(rule, "row", file, row, column, (zh,), (en,))


ENTRIES: dict[Callable[[Path], None], Expected] = {
    made.formula_in_number: rejects("formula_cell", W, 2, "NOx", "粘贴为数值", "paste it back as values"),
    made.formula_without_result: rejects("formula_cell", W, 3, "生产线编号", "公式", "formula"),
    made.error_value: rejects("error_cell", W, 2, "NOx", "#DIV/0!", "#DIV/0!"),
    made.empty_sheet: fatal("empty_sheet", W, "无数据", "no data"),
    made.only_a_hidden_sheet: fatal("empty_sheet", W, "可见工作表", "visible sheet"),
    made.two_sheets: fatal("two_sheets", W, "水泥, 印刷", "水泥, 印刷"),
    made.amounts_merged_over_lines: rejects("merged_number", W, 3, "NOx", "取消合并", "Unmerge"),
    made.merged_across_columns: rejects("merged_sideways", W, 4, "SO2", "跨列合并", "across columns"),
    made.dates_from_1904: fatal("date_system_1904", W, "1904", "1904"),
    made.cell_far_out: fatal("sheet_too_large", W, "R1048576C16384", "R1048576C16384"),
    made.entity_expansion: fatal("unreadable_file", W, "DOCTYPE", "DOCTYPE"),
    made.zip_bomb_by_ratio: fatal("zip_bomb", W, "100:1", "refused before unpacking"),
    made.zip_bomb_by_size: fatal("zip_bomb", W, "> 200 MB", "> 200 MB"),
    made.zip_bomb_by_members: fatal("zip_bomb", W, "> 10000", "> 10000"),
    made.total_row_merged: rejects("total_row", W, 6, "生产线编号", "合  计", "Delete the row"),
    made.concentration_under_a_group: fatal("unknown_unit", W, "mg/m3", "mg/m3", 2, "排放浓度(mg/m3) SO2"),
    made.table_in_two_workbooks: fatal("two_files", "units.csv", "清单.xlsx[生产线]", "清单.xlsx[生产线]"),
    made.nested_parquet: fatal("nested_column", "units.parquet", "List", "not plain values", 0, "nox_kg_per_day"),
    made.parquet_of_too_many_rows: fatal("sheet_too_large", "units.parquet", "R11000000C10", "R11000000C10"),
    made.no_enterprise_left: fatal("nothing_accepted", "enterprises.csv", "没有一行通过", "Not one row"),
}


@pytest.mark.parametrize("make", ENTRIES, ids=lambda make: make.__name__)
def test_the_fault_is_named_at_its_place(make: Callable[[Path], None], tmp_path: Path) -> None:
    folder = clean_copy(tmp_path / "case")
    make(folder)

    faults = faults_of(folder)

    assert tells(faults, ENTRIES[make]), shown(faults)


def test_one_id_three_hundred_thousand_times_stays_small_and_quick(tmp_path: Path) -> None:
    folder = clean_copy(tmp_path / "case")
    made.one_id_many_times(folder)
    start = time.process_time()

    case = read_case(folder)

    assert time.process_time() - start < 20
    copies = [fault for fault in case.faults if fault.rule == "duplicate_key"]
    rest = [fault for fault in case.faults if fault.rule == "more_of_the_same"]
    assert len(copies) == MOST_LISTED
    assert [(fault.value, fault.column) for fault in rest] == [(str(made.COPIES - MOST_LISTED), "生产线编号")]
    assert case.units["unit_id"].to_list() == ["SN-2", "YS-1", "ZW-1"]


def test_a_folder_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no case folder"):
        read_case(tmp_path / "nowhere")


def test_every_rule_is_broken_somewhere() -> None:
    shown_elsewhere = {"no_folder", "more_of_the_same"}
    # The catch-all for kinds of error that pydantic may add; its words are tested with the settings file.
    catch_all = {"toml_bad_value"}
    committed = {expected_of(name).rule for name in committed_entries()}

    reached = committed | {entry.rule for entry in ENTRIES.values()} | shown_elsewhere | catch_all

    assert reached == set(RULES)
