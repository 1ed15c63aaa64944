"""The official list, read back by two libraries that did not write it."""

import dataclasses
from collections.abc import Sequence
from pathlib import Path

import openpyxl
import polars as pl
import pytest
from openpyxl.worksheet.worksheet import Worksheet
from python_calamine import CalamineWorkbook

from grading.words import LANGUAGES, Language
from reports.context import ReportContext
from reports.official_list.fields import Field
from reports.official_list.layout import own_layout
from reports.official_list.listing import blocks_of, fields_of, listing_frame
from reports.official_list.rowheights import LINE_PT
from reports.official_list.sheetstyle import SIDE_MARGIN_INCH
from reports.official_list.workbook import HEAD, LONGEST_CELL, fitting, write_curtailment_list
from tests.reports.sample import CEMENT_NAME, HOSTILE_NAMES, LONG_NAME


@pytest.fixture(scope="module")
def path(context: ReportContext, tmp_path_factory: pytest.TempPathFactory) -> Path:
    target = tmp_path_factory.mktemp("list") / "curtailment-list.xlsx"
    write_curtailment_list(context, target, "zh")
    return target


@pytest.fixture(scope="module")
def sheet(path: Path) -> Worksheet:
    found: Worksheet = openpyxl.load_workbook(path).worksheets[0]
    return found


SHEETS = {sheet.id: blocks_of(sheet, "zh") for sheet in own_layout().sheet if sheet.block}
FIELDS = fields_of(SHEETS["lines"])
REASON_FIELDS = fields_of(SHEETS["reasons"])
PRINTED_COLUMNS = len(fields_of(SHEETS["lines"], only_printed=True))
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
    assert row[COLUMN["orange_order"]] == "限产20%\uff1a≤3,440t/d①"
    assert row[COLUMN["orange_nox"]] == pytest.approx(240.0)
    assert row[COLUMN["red_order"]] == "停产①"


def test_the_second_sheet_tells_the_same_order_in_full(path: Path) -> None:
    rows = CalamineWorkbook.from_path(str(path)).get_sheet_by_name("理由与核查").to_python()[HEAD:]
    column = {field.name: place for place, field in enumerate(REASON_FIELDS)}
    row = next(row for row in rows if row[column["unit_id"]] == "C-1")
    assert str(row[column["orange_full"]]).startswith("限产20%\uff1a熟料日产量不超过3,440t")
    assert "法定最低措施" in str(row[column["reasons"]])


def test_numbers_of_both_sheets_agree(path: Path) -> None:
    book = CalamineWorkbook.from_path(str(path))
    pairs = [
        [(row[0], row[name], row[unit]) for row in book.get_sheet_by_name(sheet).to_python()[top:]]
        for sheet, top, name, unit in (("工业源清单", HEAD, 1, COLUMN["unit_id"]), ("理由与核查", HEAD, 1, 2))
    ]
    assert pairs[0] == pairs[1]


def test_every_mark_is_explained_above_the_list(sheet: Worksheet) -> None:
    legend = str(sheet.cell(3, 1).value)
    orders = [COLUMN[f"{level}_order"] for level in ("yellow", "orange", "red")]
    cells = [str(row[at]) for row in sheet.iter_rows(min_row=HEAD + 1, values_only=True) for at in orders]
    marks = {character for cell in cells for character in cell if character in "①②③④≤"}
    assert marks == {"①", "②", "≤"}
    assert marks <= set(legend)


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
    last = sheet.cell(HEAD, PRINTED_COLUMNS).column_letter
    assert sheet.freeze_panes == f"C{HEAD + 1}"
    assert sheet.print_title_rows == f"${HEAD - 2}:${HEAD}"
    assert sheet.print_area == f"'工业源清单'!$A$1:${last}${HEAD + 7}"
    assert sheet.page_setup.orientation == "landscape"
    assert sheet.page_setup.paperSize in (8, "8")
    assert (sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight) in ((1, 0), (None, 0))
    assert "&P" in sheet.oddFooter.center.text
    assert sheet.auto_filter.ref == f"A{HEAD}:{sheet.cell(HEAD, len(FIELDS)).column_letter}{HEAD + 7}"


@pytest.mark.parametrize(
    "fields", [fields_of(blocks, only_printed=True) for blocks in SHEETS.values()], ids=list(SHEETS)
)
def test_the_print_fits_an_a3_sheet_at_full_size(fields: Sequence[Field]) -> None:
    inches = 420 / 25.4 - 2 * SIDE_MARGIN_INCH
    assert sum(field.width_px for field in fields) <= inches * 96


def test_rows_are_as_high_as_their_longest_text(sheet: Worksheet) -> None:
    height = {
        row[COLUMN["name"]].value: sheet.row_dimensions[row[0].row].height for row in sheet.iter_rows(min_row=HEAD + 1)
    }
    assert height[LONG_NAME] > 20 * LINE_PT  # 190 wide characters, nine to a line
    assert height[CEMENT_NAME] < 4 * LINE_PT


def test_a_bureau_picks_grades_and_measures_and_nothing_is_locked(path: Path) -> None:
    book = openpyxl.load_workbook(path)
    lines = book.worksheets[0]
    rules = {str(rule.sqref).split(":")[0]: rule for rule in lines.data_validations.dataValidation}
    places = {name: lines.cell(HEAD + 1, at + 1).coordinate for name, at in COLUMN.items()}
    wanted = {places[name] for name in ("grade", "yellow_order", "orange_order", "red_order")}
    assert set(rules) == wanted
    assert not rules[places["yellow_order"]].showErrorMessage  # limits and marks are the planner's to write
    hidden = book["选项"]
    assert hidden.sheet_state == "hidden"
    offered = {cell.value for cell in hidden["A"]} - {None}
    assert {row[COLUMN["grade"]] for row in lines.iter_rows(min_row=HEAD + 1, values_only=True)} <= offered
    assert {"停产", "停产保温", "限产20%", "限产30%"} <= {cell.value for cell in hidden["B"]}
    assert rules[places["grade"]].formula1 == f"'选项'!$A$1:$A${len(offered)}"
    assert not [found for found in book.worksheets if found.protection.sheet]


def test_the_summary_holds_numbers(path: Path, context: ReportContext) -> None:
    rows = CalamineWorkbook.from_path(str(path)).get_sheet_by_name("汇总").to_python()[4:]
    assert len(rows) == context.targets.height
    orange_pm = next(row for row in rows if row[0] == "橙色" and row[1] == "PM")
    assert orange_pm[3] == 400.0
    red_vocs = next(row for row in rows if row[0] == "红色" and row[1] == "VOCs")
    assert red_vocs[3] == "未设定"


def test_other_lists_have_their_sheet(path: Path) -> None:
    rows = CalamineWorkbook.from_path(str(path)).get_sheet_by_name("其他清单").to_python()[3:]
    assert ["=dust", "红色", "PM", 12.0, "未逐项列出", "未逐项列出"] in rows
    assert len(rows) == 13


@pytest.mark.parametrize("language", LANGUAGES)
def test_same_context_same_bytes(context: ReportContext, tmp_path: Path, language: Language) -> None:
    once, again = tmp_path / "a.xlsx", tmp_path / "b.xlsx"
    write_curtailment_list(context, once, language)
    write_curtailment_list(context, again, language)
    assert once.read_bytes() == again.read_bytes()


def test_no_phone_number_is_in_the_list(path: Path) -> None:
    book = CalamineWorkbook.from_path(str(path))
    cells = [str(c) for name in book.sheet_names for row in book.get_sheet_by_name(name).to_python() for c in row]
    assert not [cell for cell in cells if "13900000000" in cell]


def test_an_empty_city_still_gives_a_list(context: ReportContext, tmp_path: Path) -> None:
    frames = ("orders", "units", "targets", "other_lists")
    bare = dataclasses.replace(context, **{name: getattr(context, name).clear() for name in frames})
    write_curtailment_list(bare, tmp_path / "e.xlsx", "zh")
    sheets = openpyxl.load_workbook(tmp_path / "e.xlsx").worksheets
    tops = (HEAD + 1, HEAD + 1, 5, HEAD + 1, HEAD + 1, 4)
    assert [sheet.cell(row, 1).value for sheet, row in zip(sheets, tops, strict=False)] == [
        "清单中无生产线。",
        "清单中无生产线。",
        "case.toml未设定目标。",
        "案例中没有mobile_list表，只有[reductions]中的合计量计入。",
        "案例中没有dust_list表，只有[reductions]中的合计量计入。",
        "case.toml未列其他清单。",
    ]


def test_a_text_longer_than_a_cell_ends_in_an_ellipsis() -> None:
    [kept, cut] = fitting(pl.Series(["短", "长" * (LONGEST_CELL + 1)]))
    assert kept == "短"
    assert len(cut) == LONGEST_CELL
    assert cut.endswith("…")


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("zh", "存疑：2026-03-01的处罚“无名处罚”可能使A级降级，最差D级；目前按原决定执行。"),
        (
            "en",
            "In doubt: the penalty “无名处罚” of 2026-03-01 may cap grade A, at worst grade D; the decision stands.",
        ),
    ],
)
def test_a_grade_that_a_penalty_may_cap_is_remarked_on_every_line_of_the_enterprise(
    context: ReportContext, tmp_path: Path, language: Language, said: str
) -> None:
    first = context.units.sort("county", "enterprise_id", "unit_id")["enterprise_id"][0]
    is_first = pl.col("enterprise_id") == first
    stated = {
        "approval_doubt": pl.when(is_first).then(pl.lit("possible_cap")),
        "veto_kind": pl.lit("无名处罚"),
        "veto_decided_on": pl.date(2026, 3, 1),
        "planned_grade": pl.lit("A").cast(context.grades.schema["planned_grade"]),
        "capped_worst": pl.lit("D").cast(context.grades.schema["capped_worst"]),
    }
    doubted = dataclasses.replace(context, grades=context.grades.with_columns(**stated))
    write_curtailment_list(doubted, tmp_path / "list.xlsx", language)

    listed = listing_frame(doubted, language)
    book = openpyxl.load_workbook(tmp_path / "list.xlsx")

    lines = context.units.filter(is_first).height
    assert listed["grade_remark"].to_list() == [said] * lines + ["—"] * (listed.height - lines)
    for sheet in book.worksheets[:2]:
        cells = [str(cell.value) for row in sheet.iter_rows() for cell in row]
        assert cells.count(said) == lines


def test_an_approval_that_was_not_used_is_remarked(context: ReportContext) -> None:
    unused = context.grades.with_columns(approved_text_unused=pl.lit("甲级"))

    listed = listing_frame(dataclasses.replace(context, grades=unused), "zh")

    assert set(listed["grade_remark"]) == {"批准等级“甲级”无法识别或当日不在有效期内，未采用。"}
