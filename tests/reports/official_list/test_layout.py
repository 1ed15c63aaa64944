"""The layout of the list: ours is whole, a bureau's own is followed, a broken one is refused with its line."""

import dataclasses
from pathlib import Path

import openpyxl
import pytest

from grading.faults import InputError
from reports.context import ReportContext
from reports.official_list.fields import BLOCK_WORDS, FIELDS_OF
from reports.official_list.layout import Layout, own_layout, parse_layout
from reports.official_list.workbook import HEAD, write_curtailment_list

BUREAU = """
[[sheet]]
id = "lines"
name = "附表1 工业源"
paper = "A4"
frozen_columns = 1

[[sheet.block]]
header = "=企业基本情况"
columns = [
  { field = "name", header = "单位全称", width_px = 200 },
  { field = "unit_id" },
]

[[sheet.block]]
id = "red"
columns = [
  { field = "red_order" },
]
"""


def test_our_layout_shows_every_field_it_can_of_lines_and_reasons() -> None:
    shown = {s.id: [c.field for b in s.block for c in b.columns] for s in own_layout().sheet}
    assert list(shown) == ["lines", "reasons", "summary", "mobile", "dust", "others"]
    for sheet in ("lines", "reasons", "mobile"):
        assert shown[sheet] == list(FIELDS_OF[sheet])


def test_a_bureau_chooses_sheets_columns_order_headers_and_widths(context: ReportContext, tmp_path: Path) -> None:
    own = dataclasses.replace(context, layout=parse_layout(BUREAU, "own.toml"))
    write_curtailment_list(own, tmp_path / "list.xlsx", "en")
    book = openpyxl.load_workbook(tmp_path / "list.xlsx")
    assert book.sheetnames == ["附表1 工业源", "Choices"]
    sheet = book.worksheets[0]
    assert [cell.value for cell in sheet[HEAD]] == ["单位全称", "Line number", "Measure"]
    assert sheet.cell(HEAD - 1, 1).value == "=企业基本情况"
    assert sheet.cell(HEAD - 1, 1).data_type == "s"
    assert sheet.column_dimensions["A"].width > sheet.column_dimensions["B"].width
    assert sheet.freeze_panes == f"B{HEAD + 1}"
    assert sheet.page_setup.paperSize in (9, "9")
    assert sheet.max_row == HEAD + 7


BROKEN = {
    "unknown key": ("paper =", "papier =", 5, "papier"),
    "unknown field": ('field = "unit_id"', 'field = "unit"', 12, "unit_id"),
    "a field twice": ('field = "unit_id"', 'field = "name"', 12, "name"),
    "unknown block": ('id = "red"', 'id = "rot"', 16, "yellow"),
    "unknown sheet": ('id = "lines"', 'id = "line"', 3, "line"),
    "a width of nothing": ("width_px = 200", "width_px = 2", 11, "width_px"),
    "a fixed sheet with columns": ('id = "lines"', 'id = "summary"', 8, "summary"),
    "a name no office takes": ('name = "附表1 工业源"', 'name = "附表1/工业源"', 4, "name"),
    "not TOML": ("[[sheet.block]]", "[[sheet.block", 8, "line"),
    "a block without a header": ('id = "red"\n', "", 15, "header"),
    "no sheet": (BUREAU, "sheet = []", 0, "sheet"),
    "a block without columns": ('  { field = "red_order" },\n', "", 17, "columns"),
    "no columns at all": (BUREAU[BUREAU.index("[[sheet.block]]") :], "", 2, "lines"),
}


@pytest.mark.parametrize("name", sorted(BROKEN))
def test_a_broken_layout_is_refused_with_its_line(name: str) -> None:
    was, now, line, word = BROKEN[name]
    assert was in BUREAU
    with pytest.raises(InputError) as refused:
        parse_layout(BUREAU.replace(was, now, 1), "own.toml")
    fault = refused.value.faults[0]
    assert fault.file == "own.toml"
    assert fault.row == line
    assert word in fault.what("en") + fault.how("en") + fault.column
    assert fault.what("zh") != fault.what("en")


def test_every_fault_is_told_at_once() -> None:
    with pytest.raises(InputError) as refused:
        parse_layout(BUREAU.replace('"unit_id"', '"unit"').replace('"red_order"', '"rot"'), "own.toml")
    assert [fault.row for fault in refused.value.faults] == [12, 18]


def test_a_printed_block_behind_one_that_is_not_is_refused() -> None:
    text = BUREAU.replace('header = "=企业基本情况"', 'header = "=企业基本情况"\nprinted = false')
    with pytest.raises(InputError, match="Put the printed blocks first"):
        parse_layout(text, "own.toml")


def test_the_page_of_the_docs_knows_every_field_and_block(root: Path) -> None:
    page = (root / "docs" / "list-layout.md").read_text(encoding="utf-8")
    fields = {name for known in FIELDS_OF.values() for name in known}
    assert [name for name in (*fields, *BLOCK_WORDS, *Layout.model_fields) if f"`{name}`" not in page] == []
