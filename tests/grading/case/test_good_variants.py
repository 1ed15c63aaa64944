"""However a bureau writes the same facts, the same case comes out."""

from collections.abc import Callable
from datetime import date
from pathlib import Path

import polars as pl
import pytest
from polars.testing import assert_frame_equal
from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

from grading.case import read_case
from tests.grading.case.same import assert_same_as_base, content
from tests.grading.case.workbooks import Change, Rows, base_rows, units_workbook, write_workbook
from tests.grading.case.zoo import BASE, clean_copy

TABLES = ("enterprises", "units", "evidence", "penalties", "registers", "overrides")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return clean_copy(tmp_path / "case")


def rewrite(folder: Path, table: str, change: Callable[[str], str], encoding: str = "utf-8") -> None:
    path = folder / f"{table}.csv"
    before = path.read_text("utf-8")
    assert change(before) != before
    path.write_bytes(change(before).encode(encoding))


@pytest.mark.parametrize("encoding", ["gb18030", "utf-8-sig", "utf-16"])
def test_encodings(folder: Path, encoding: str) -> None:
    for table in TABLES:
        path = folder / f"{table}.csv"
        path.write_bytes(path.read_text("utf-8").encode(encoding))
    (folder / "case.toml").write_bytes((folder / "case.toml").read_text("utf-8").encode(encoding))

    assert_same_as_base(folder)


@pytest.mark.parametrize("rare", ["镕基𠮷磚厂", "䶮昇窑业", "㐂鑫砖厂", "朱镕铭·包装（西）厂"])
def test_gb18030_keeps_rare_characters(folder: Path, rare: str) -> None:
    rewrite(folder, "enterprises", lambda text: text.replace("清徐包装印刷厂", rare), "gb18030")

    assert rare in read_case(folder).enterprises["name"].to_list()


@pytest.mark.parametrize("delimiter", [";", "\t"])
def test_delimiters(folder: Path, delimiter: str) -> None:
    for table in TABLES:
        rewrite(folder, table, lambda text: text.replace(",", delimiter))

    assert_same_as_base(folder)


def test_windows_line_ends_and_blank_lines(folder: Path) -> None:
    rewrite(folder, "units", lambda text: "\r\n" + text.replace("\n", "\r\n\r\n") + ",,,,,,,,,,,,,\r\n")

    assert_same_as_base(folder)


def test_english_headers_and_words(folder: Path) -> None:
    english = "unit_id,Enterprise ID,industry,process,status,capacity_eia (t/d),capacity_permit_t_per_day"
    english += ",so2,NOX (kg/day),pm,vocs"
    rewrite(
        folder,
        "units",
        lambda text: (
            text.replace(text.splitlines()[0], english + ",operating days per year,can stop,MIN_LOAD")
            .replace("运行", "Operating")
            .replace("停运", "idle")
            .replace("是", "yes")
        ),
    )
    rewrite(folder, "enterprises", lambda text: text.replace("正常生产", "operating").replace("季节性", "SEASONAL"))

    assert_same_as_base(folder)


def test_headers_with_noise(folder: Path) -> None:
    header = '*生产线 编号,"统一社会\n信用代码",行业类型（必填）,工序,运行状态,环评产能【吨/日】,许可产能[t/d]'
    header += ",ＳＯ２（kg/d）,氮氧化物 / kg/d,颗粒物(单位：公斤/天)"
    rest = ",VOCs排放量,年运行天数（天）,能否停产,最低负荷"
    rewrite(folder, "units", lambda text: text.replace(text.splitlines()[0], header + rest))

    assert_same_as_base(folder)


def test_full_width_digits(folder: Path) -> None:
    wide = {ord(char): ord(char) + 0xFEE0 for char in "0123456789.-ABCDEFGHIJKLMNOPQRSTUVWXYZ"}
    for table in ("units", "penalties", "overrides"):
        path = folder / f"{table}.csv"
        head, _, body = path.read_text("utf-8").partition("\n")
        path.write_text(f"{head}\n{body.translate(wide)}", "utf-8")

    assert_same_as_base(folder)


@pytest.mark.parametrize(
    "written",
    [
        "2026/7/1",
        "2026-7-1",
        "2026年7月1日",
        "20260701",
        "2026.7.1",
        "46204",
        "2026-07-01 00:00:00",
        "２０２６／７／１",
    ],
)
def test_five_dates_and_the_serial(folder: Path, written: str) -> None:
    rewrite(folder, "enterprises", lambda text: text.replace("2026-07-01", written))

    assert_same_as_base(folder)


@pytest.mark.parametrize("blank", ["--", "无", "/", "NA", "n/a", "空", "—", "　", " - "])
def test_words_for_nothing_here(folder: Path, blank: str) -> None:
    rewrite(folder, "units", lambda text: text.replace(",,", f",{blank},").replace(",,", f",{blank},"))

    assert_same_as_base(folder)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (",2500,", ',"2,500",'),
        (",2500,", ",2500t/d,"),
        (",2500,", ',"2,500 吨/天",'),
        (",2150,", ",2.15t,"),
        (",2150,", ",2150 kg/d,"),
        (",2150,", ",645t/a,"),
        (",2150,", ",645 吨/年,"),
        (",2150,", ",0.0645万吨/年,"),
        (",2150,", ",2.15e3,"),
        ("是,0.7", "是,70%"),
        ("是,0.7", "是,７０％"),
        ("是,0.7", "Y,.7"),
        (",300,", ",300天,"),
    ],
)
def test_numbers(folder: Path, old: str, new: str) -> None:
    rewrite(folder, "units", lambda text: text.replace(old, new))

    assert_same_as_base(folder)


@pytest.mark.parametrize(
    ("head", "cells"),
    [
        ("年产值(元)", ("520000000", "18000000", "9000000")),
        ("年产值（亿元/年）", ("5.2", "0.18", "0.09")),
        ("工业总产值/万元", ('"52,000"', "1800", "900")),
    ],
)
def test_money(folder: Path, head: str, cells: tuple[str, str, str]) -> None:
    def change(text: str) -> str:
        text = text.replace("年产值", head)
        for old, new in zip((",52000,", ",1800,", ",900,"), cells, strict=True):
            text = text.replace(old, f",{new},")
        return text

    rewrite(folder, "enterprises", change)

    assert_same_as_base(folder)


def test_yearly_tonnes_by_header(folder: Path) -> None:
    def change(text: str) -> str:
        text = text.replace("SO2,NOx,PM,VOCs", "SO2(t/a),NOx(t/a),PM(t/a),VOCs(t/a)")
        return (
            text.replace("120,2150,180,,", "36,645,54,,")
            .replace(",,,95,,", ",,,26.6,,")
            .replace("46,290", "13.34,290")
            .replace("40,55,30,,", "8,11,6,,")
        )

    rewrite(folder, "units", change)

    assert_same_as_base(folder)


def test_capacity_in_ten_thousand_tonnes_a_year(folder: Path) -> None:
    def change(text: str) -> str:
        text = text.replace("环评产能", "环评产能(万吨/年)").replace("2500,", "75,").replace("3000,3000", "84,3000")
        return text.replace("12,12", "0.348,12").replace("160,150", "3.2,150")

    rewrite(folder, "units", change)

    assert_same_as_base(folder)


def test_columns_and_rows_in_another_order_and_extra_columns(folder: Path) -> None:
    for table in TABLES:
        head, *rows = base_rows(table)
        rows = [[*row[::-1], "备注文字"] for row in [head, *rows[::-1]]]
        rows[0][-1] = "备注"
        (folder / f"{table}.csv").write_text("\n".join(",".join(row) for row in rows) + "\n", "utf-8")

    case = read_case(folder)

    assert_same_as_base(folder)
    assert case.ignored_columns == tuple(f"{table}.csv:备注" for table in TABLES)


def test_parquet_with_real_types(folder: Path) -> None:
    for table in TABLES:
        pl.read_csv(folder / f"{table}.csv", try_parse_dates=True).write_parquet(folder / f"{table}.parquet")
        (folder / f"{table}.csv").unlink()

    assert_same_as_base(folder)


def test_one_workbook_for_all(folder: Path) -> None:
    names = dict(zip(TABLES, ("企业", "生产线", "证据", "处罚", "名录", "调整"), strict=True))
    for table in TABLES:
        (folder / f"{table}.csv").unlink()
    sheets: dict[str, Rows] = {"填表说明": [["请按模板填写"]]} | {zh: base_rows(table) for table, zh in names.items()}
    write_workbook(folder / "清单.xlsx", sheets)

    assert_same_as_base(folder)
    assert read_case(folder).ignored_sources == ("清单.xlsx[填表说明]",)


@pytest.mark.parametrize(("table", "name"), [("units", "生产线"), ("enterprises", "企业"), ("overrides", "调整")])
def test_chinese_file_names(folder: Path, table: str, name: str) -> None:
    (folder / f"{table}.csv").rename(folder / f"{name}.csv")

    assert_same_as_base(folder)


def two_row_header() -> tuple[Rows, Rows]:
    """Return (title and header rows, body) of the units as a bureau lays them out, emissions in t/a."""
    groups = [
        "序号",
        "生产线编号",
        "统一社会信用代码",
        "行业类型",
        "工序",
        "运行状态",
        "产能（吨/日）",
        "",
        "排放量(t/a)",
        "",
        "",
        "",
        "年运行天数",
        "能否停产",
        "最低负荷",
    ]
    leaves = ["", "", "", "", "", "", "环评", "许可", "SO2", "NOx", "PM", "VOCs", "", "", ""]
    return [["样例市重污染天气应急减排清单（2026年）"], ["填报单位：样例市生态环境局"], groups, leaves], base_rows(
        "units"
    )[1:]


def test_two_row_merged_header_under_titles(folder: Path) -> None:
    head, body = two_row_header()
    yearly = [["36", "645", "54", ""], ["", "", "26.6", ""], ["", "", "", "13.34"], ["8", "11", "6", ""]]
    rows = [
        [str(at), *row[:7], *amounts, *row[11:]] for at, (row, amounts) in enumerate(zip(body, yearly, strict=True), 1)
    ]

    def merge(book: Workbook, sheet: Worksheet) -> None:
        plain = book.add_format()
        for place, text in (("A1:O1", head[0][0]), ("G3:H3", head[2][6]), ("I3:L3", head[2][8])):
            sheet.merge_range(place, text, plain)
        for at in (0, 1, 2, 3, 4, 5, 12, 13, 14):
            sheet.merge_range(2, at, 3, at, head[2][at], plain)

    (folder / "units.csv").unlink()
    write_workbook(folder / "生产线.xlsx", {"Sheet1": head + rows}, merge)

    assert_same_as_base(folder)


def test_two_row_header_in_plain_text(folder: Path) -> None:
    head, *body = base_rows("units")
    groups = [*head[:7], "排放量（kg/d）", "", "", "", *head[11:]]
    leaves = [""] * 7 + head[7:11] + [""] * 3
    rows = [groups, leaves, *body]
    (folder / "units.csv").write_text("\n".join(",".join(row) for row in rows) + "\n", "utf-8")

    assert_same_as_base(folder)


def test_vertically_merged_body_cells(folder: Path) -> None:
    merge: Change = lambda book, sheet: [  # noqa: E731
        sheet.merge_range("B2:B3", base_rows("units")[1][1], book.add_format()),
        sheet.merge_range("C2:C3", "水泥", book.add_format()),
    ]
    units_workbook(folder, merge)

    assert_same_as_base(folder)


def test_a_merge_is_filled_only_inside_itself(folder: Path) -> None:
    units_workbook(
        folder,
        lambda book, sheet: [
            sheet.merge_range("C2:C3", "水泥", book.add_format()),
            sheet.write_blank("C4", None, book.add_format()),
        ],
    )

    assert read_case(folder).units["industry"].to_list() == ["水泥", "水泥", None, "砖瓦窑"]


def test_cells_with_excel_types(folder: Path) -> None:
    def change(book: Workbook, sheet: Worksheet) -> None:
        percent = book.add_format({"num_format": "0.0%"})
        for place, value in (("F2", 2500), ("I2", 2150.0), ("L2", 300), ("G4", 12)):
            sheet.write_number(place, value)
        sheet.write_number("N2", 0.7, percent)
        sheet.write_boolean("M2", True)

    units_workbook(folder, change)

    assert_same_as_base(folder)


def test_excel_dates_and_codes_stored_as_numbers(folder: Path) -> None:
    rows = base_rows("enterprises")
    rows[0].append("联系电话")
    rows[1].append("")

    def change(book: Workbook, sheet: Worksheet) -> None:
        dated = book.add_format({"num_format": "yyyy-mm-dd"})
        sheet.write_datetime("G2", date(2026, 7, 1), dated)
        sheet.write_number("J2", 13800000000)

    (folder / "enterprises.csv").unlink()
    write_workbook(folder / "enterprises.xlsx", {"Sheet1": rows}, change)

    first = read_case(folder).enterprises.row(0, named=True)
    assert (first["applied_on"], first["phone"]) == (date(2026, 7, 1), "13800000000")


@pytest.mark.parametrize("written", ["1001", "1001.0", "'1001", "１００１"])
def test_numeric_unit_codes(folder: Path, written: str) -> None:
    rewrite(folder, "units", lambda text: text.replace("YS-1", written))

    assert "1001" in read_case(folder).units["unit_id"].to_list()


def test_local_codes_are_accepted_when_the_case_says_so(folder: Path) -> None:
    for table in ("enterprises", "units", "evidence", "penalties", "registers"):
        path = folder / f"{table}.csv"
        path.write_text(path.read_text("utf-8").replace("91140100000000202H", "NC-37-0001"), "utf-8")

    assert {fault.rule for fault in read_case(folder).faults} >= {"credit_code_form"}

    toml = folder / "case.toml"
    toml.write_text(toml.read_text("utf-8").replace("[city]", '[city]\nid_scheme = "local"'), "utf-8")
    assert read_case(folder).faults == ()


def test_a_percent_cell_keeps_its_sign_as_evidence(folder: Path) -> None:
    rows = [*base_rows("evidence"), ["SN-2", "capture_rate", "", "%", "现场核查", "2026-06-01"]]

    def change(book: Workbook, sheet: Worksheet) -> None:
        sheet.write_number("C4", 0.95, book.add_format({"num_format": 9}))

    (folder / "evidence.csv").unlink()
    write_workbook(folder / "evidence.xlsx", {"证据": rows}, change)

    assert "95%" in read_case(folder).evidence["value"].to_list()


def test_the_base_reads_as_written() -> None:
    unit = read_case(BASE).units.row(0, named=True)

    assert unit["unit_id"] == "SN-1"
    assert (unit["so2_kg_per_day"], unit["nox_kg_per_day"], unit["vocs_kg_per_day"]) == (120.0, 2150.0, None)
    assert (unit["capacity_eia_t_per_day"], unit["min_load"], unit["can_stop"]) == (2500.0, 0.7, True)
    assert (unit["source_file"], unit["source_row"]) == ("units.csv", 2)


def test_a_table_nobody_asked_for_is_named(folder: Path) -> None:
    (folder / "企业清单旧版.csv").write_text("x\n", "utf-8")
    (folder / "README.md").write_text("x\n", "utf-8")

    assert read_case(folder).ignored_sources == ("企业清单旧版.csv",)


def test_both_forms_of_the_sample_city_say_the_same() -> None:
    cases = BASE.parents[1] / "cases"
    plain, bureau = read_case(cases / "demo"), read_case(cases / "demo-excel")

    assert sorted(fault.rule for fault in bureau.faults) == sorted(fault.rule for fault in plain.faults)
    for table in (*TABLES, "measures"):
        assert_frame_equal(content(bureau, table), content(plain, table), check_exact=False, rel_tol=1e-12)
