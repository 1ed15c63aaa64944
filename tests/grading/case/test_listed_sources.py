"""The mobile and dust lists: optional tables, blank stays unknown, a wrong row is named at its place."""

from pathlib import Path

import pytest

from grading.case import read_case
from tests.grading.case.zoo import BASE, clean_copy

HEAD = "用车单位,县区,车辆或机械类型,车辆或机械数量,橙色预警措施,橙色预警NOx减排量(t/d)\n"


def test_a_case_without_them_names_both_absent() -> None:
    case = read_case(BASE)
    assert {"mobile_list", "dust_list"} <= set(case.absent_tables)
    assert case.mobile_list.is_empty()


@pytest.mark.parametrize("name", ["mobile_list.csv", "移动源清单.csv"])
def test_rows_are_read_in_kg_a_day_and_blank_stays_unknown(tmp_path: Path, name: str) -> None:
    folder = clean_copy(tmp_path / "case")
    (folder / name).write_text(HEAD + "甲公司,东区,重型货车,12,停用国四,0.25\n乙公司,西区,装载机,,,\n", "utf-8")
    case = read_case(folder)
    assert case.faults == ()
    assert "mobile_list" not in case.absent_tables
    rows = case.mobile_list.sort("name").select("name", "vehicles", "orange_measure", "orange_nox_kg_per_day").rows()
    assert rows == [("乙公司", None, None, None), ("甲公司", 12, "停用国四", 250.0)]


def test_a_wrong_row_is_named_and_left_out(tmp_path: Path) -> None:
    folder = clean_copy(tmp_path / "case")
    (folder / "mobile_list.csv").write_text(HEAD + ",东区,重型货车,-3,,\n甲公司,东区,货车,1,,-5\n", "utf-8")
    case = read_case(folder)
    assert case.mobile_list.is_empty()
    assert {(fault.file, fault.row) for fault in case.faults} == {("mobile_list.csv", 2), ("mobile_list.csv", 3)}


def test_the_starter_has_both(root: Path) -> None:
    case = read_case(root / "fixtures" / "cases" / "starter")
    assert case.faults == ()
    assert (case.mobile_list.height, case.dust_list.height) == (2, 2)
