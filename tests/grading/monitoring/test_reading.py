"""Hourly files as bureaus and platforms write them: the same hours however they are laid out, and every fault told."""

import csv
import gzip
import io
from datetime import datetime
from pathlib import Path

import polars as pl
import pytest
import xlsxwriter

from grading.faults import Fault, InputError
from grading.monitoring.channels import channels_of
from grading.monitoring.folder import MonitoringInput, read_monitoring
from grading.monitoring.hourly import ReadingOptions
from grading.monitoring.outlets import read_outlets
from grading.monitoring.stamps import Stamp, add_started_at
from tests.grading.monitoring.factory import make_hours

OUTLETS = """排口编号,生产线编号,统一社会信用代码,工序,排口名称,基准氧含量(%),SO2限值(mg/m3),NOx限值,颗粒物限值
DA001,U1,E1,烧结,烧结机头,16,35,50,10
DA002,U2,E1,轧钢,,,,200,
"""
LONG = """排口编号,结束时间,监测因子,实测浓度(mg/m³),氧含量(%),标干流量(万m3/h),标记
DA001,2026-06-01 01:00,SO2,20.5,16.2,10,N
DA001,2026-06-01 01:00,NOx,40,16.2,10,N
DA001,2026-06-01 24:00,SO2,--,16.2,10,D
DA001,2026-06-01 24:00,NOx,-9,16.2,10,N
"""
WIDE = """1号烧结机头小时数据,,,,,,
结束时间,SO2实测浓度(mg/m3),SO2折算浓度(mg/m3),氮氧化物,O2,流量(m3/h),数据标记
2026-06-01 01:00:00,20.5,21.4,40,16.2,100000,正常
2026/6/1 24:00,NA,NA,,16.2,"100,000",正常
"""


def read(folder: Path, files: dict[str, str | bytes], options: ReadingOptions | None = None) -> MonitoringInput:
    (folder / "cems").mkdir(parents=True)
    (folder / "outlets.csv").write_text(OUTLETS, encoding="utf-8")
    for name, content in files.items():
        data = content if isinstance(content, bytes) else content.encode()
        (folder / "cems" / name).write_bytes(data)
    return read_monitoring(folder, options or ReadingOptions())


def rows(found: MonitoringInput) -> pl.DataFrame:
    assert found.hours is not None
    return found.hours.sort("outlet_id", "pollutant", "started_at").collect()


def rules_of(faults: tuple[Fault, ...]) -> list[str]:
    return [fault.rule for fault in faults]


def test_a_long_file(tmp_path: Path) -> None:
    found = read(tmp_path, {"june.csv": LONG})

    hours = rows(found)
    assert found.faults == ()
    assert hours["pollutant"].cast(pl.String).to_list() == ["so2", "so2", "nox", "nox"]
    assert hours["started_at"].to_list() == [datetime(2026, 6, 1, 0), datetime(2026, 6, 1, 23)] * 2
    assert hours["measured_mg_m3"].to_list() == [20.5, None, 40.0, None]
    assert hours["flow_m3_per_h"].to_list() == [100_000.0] * 4
    assert hours["flag"].cast(pl.String).to_list() == ["N", "D", "N", "N"]


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030", "utf-8-sig"])
def test_a_wide_file_named_after_its_outlet_says_the_same(tmp_path: Path, encoding: str) -> None:
    found = read(tmp_path, {"DA001.csv": WIDE.encode(encoding)})

    hours = rows(found)
    assert found.faults == ()
    assert hours["outlet_id"].unique().to_list() == ["DA001"]
    assert hours["measured_mg_m3"].to_list() == [20.5, None, 40.0, None]
    assert hours["flow_m3_per_h"].to_list() == [100_000.0] * 4
    assert hours["started_at"].to_list() == [datetime(2026, 6, 1, 0), datetime(2026, 6, 1, 23)] * 2


def test_parquet_in_the_contract_is_scanned_and_as_text_reads_the_same(tmp_path: Path) -> None:
    hours = make_hours([{"outlet_id": "DA001"}] * 30)
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    hours.write_parquet(tmp_path / "typed.parquet")
    hours.with_columns(pl.col("flag").cast(pl.String)).write_parquet(tmp_path / "text.parquet")

    typed = read(tmp_path / "a", {"h.parquet": (tmp_path / "typed.parquet").read_bytes()})
    text = read(tmp_path / "b", {"h.parquet": (tmp_path / "text.parquet").read_bytes()})

    assert typed.hours is not None
    assert "PARQUET SCAN" in typed.hours.explain().upper()
    assert rows(typed).equals(rows(text))
    assert rows(typed).equals(hours)


@pytest.mark.parametrize(
    ("text", "stamp", "start"),
    [
        ("2026-06-01 01:00", "end", datetime(2026, 6, 1, 0)),
        ("2026-06-01 01:00", "start", datetime(2026, 6, 1, 1)),
        ("2026-06-30 24:00:00", "end", datetime(2026, 6, 30, 23)),
        ("2026-06-30 24:00:00", None, datetime(2026, 6, 30, 23)),
        ("2026-07-01 00:00", "end", datetime(2026, 6, 30, 23)),
        ("2026/6/1 1", "end", datetime(2026, 6, 1, 0)),
        ("2026年6月1日1时", "end", datetime(2026, 6, 1, 0)),
        ("2026060101", "end", datetime(2026, 6, 1, 0)),
        ("20260601010000", "end", datetime(2026, 6, 1, 0)),
        ("2026-06-01T01:00:00+08:00", "end", datetime(2026, 6, 1, 0)),
        ("2026-06-01 01:00~02:00", None, datetime(2026, 6, 1, 1)),
        (" 2026-06-01 01:00 ", "end", datetime(2026, 6, 1, 0)),
    ],
)
def test_stamps(text: str, stamp: Stamp | None, start: datetime) -> None:
    read_stamp = add_started_at(pl.DataFrame({"t": [text]}), pl.col("t"), stamp).row(0, named=True)
    assert read_stamp["stamp_fault"] is None
    assert read_stamp["started_at"] == start


@pytest.mark.parametrize(
    ("text", "stamp", "fault"),
    [
        ("2026-06-01 24:00", "start", "start_at_24"),
        ("2026-06-01 01:30", "end", "not_on_the_hour"),
        ("2026-06-01 25:00", "end", "not_a_time"),
        ("2026-02-30 01:00", "end", "not_a_time"),
        ("2026-06-01T01:00:00Z", "end", "not_a_time"),
        ("2026-06-01 01:00+09:00", "end", "not_a_time"),
        ("", "end", "not_a_time"),
        ("2026-06-01 01:00", None, "stamp_unknown"),
    ],
)
def test_stamps_that_are_refused(text: str, stamp: Stamp | None, fault: str) -> None:
    assert add_started_at(pl.DataFrame({"t": [text]}), pl.col("t"), stamp)["stamp_fault"].to_list() == [fault]


@pytest.mark.parametrize(
    ("content", "rule", "row"),
    [
        (LONG.replace("DA001,2026-06-01 24:00,SO2", "DA009,2026-06-01 24:00,SO2"), "unknown_outlet", 4),
        (LONG.replace("24:00,SO2", "24:00,CO"), "unknown_pollutant", 4),
        (LONG.replace("20.5", "2O.5"), "not_a_number", 2),
        (LONG.replace("10,D", "10,Q"), "unknown_flag", 4),
        (LONG.replace("20.5", "20.5 Q"), "unknown_flag", 2),
        (LONG.replace("20.5", '"20,5"'), "not_a_number", 2),
        (LONG.replace("20.5", "inf"), "not_a_number", 2),
        (LONG.replace("SO2,20.5,16.2", "SO2,20.5,16.2D"), "not_a_number", 2),
        (LONG.replace("2026-06-01 24:00,SO2", "2026-06-31 24:00,SO2"), "not_a_time", 4),
        (LONG.replace("(万m3/h)", "(km3/h)"), "unknown_unit", 1),
        (LONG.replace("实测浓度(mg/m³)", "实测浓度(ppm)"), "unknown_unit", 1),
        (LONG.replace("实测浓度", "折算浓度"), "only_converted", 1),
        (LONG.replace("结束时间", "时间").replace("24:00", "23:00"), "stamp_unknown", 2),
        (LONG.replace(",标记", "").replace(",N\n", "\n").replace(",D\n", "\n"), "no_flag_column", 1),
        (LONG.replace("标记", "实测值"), "duplicate_column", 1),
        ("a,b\n1,2\n", "no_header", 0),
    ],
)
def test_each_fault_is_told_with_its_row(tmp_path: Path, content: str, rule: str, row: int) -> None:
    found = read(tmp_path, {"june.csv": content})
    assert [(fault.rule, fault.row, fault.file) for fault in found.faults] == [(rule, row, "cems/june.csv")]
    assert found.faults[0].what("zh") != found.faults[0].what("en")
    assert found.faults[0].how("zh") != found.faults[0].how("en")


def test_a_letter_in_the_cell_goes_before_the_flag_column(tmp_path: Path) -> None:
    found = read(tmp_path, {"june.csv": LONG.replace("20.5", "20.5(C)").replace("-9", "D")})
    assert found.faults == ()
    assert rows(found)["flag"].cast(pl.String).to_list() == ["C", "D", "N", "D"]


def test_differing_copies_are_in_conflict_and_equal_ones_are_one(tmp_path: Path) -> None:
    copy = LONG + "DA001,2026-06-01 01:00,SO2,21.5,16.2,10,N\nDA001,2026-06-01 01:00,NOx,40,16.2,10,N\n"

    hours = rows(read(tmp_path, {"june.csv": copy}))

    assert hours["is_in_conflict"].to_list() == [True, False, False, False]
    assert hours["measured_mg_m3"].to_list() == [None, None, 40.0, None]


def test_a_broken_file_does_not_stop_the_others(tmp_path: Path) -> None:
    found = read(tmp_path, {"june.csv": LONG, "july.csv": "nothing\n"})
    assert rows(found).height == 4
    assert rules_of(found.faults) == ["no_header"]


def test_without_a_list_of_outlets_nothing_is_read(tmp_path: Path) -> None:
    with pytest.raises(InputError):
        read_monitoring(tmp_path)


def test_outlets_with_chinese_headers(tmp_path: Path) -> None:
    outlets = read(tmp_path, {}).outlets
    first = outlets.row(0, named=True)
    assert (first["reference_o2_percent"], first["nox_limit_mg_m3"], first["name"]) == (16.0, 50.0, "烧结机头")
    assert outlets["so2_limit_mg_m3"].to_list() == [35.0, None]


def test_pollutants_of_an_outlet_in_chinese_and_foreign_ones(tmp_path: Path) -> None:
    rows = (
        OUTLETS.replace("排口名称", "监测因子")
        .replace("烧结机头", "二氧化硫\u3001NOx")
        .replace("轧钢,,", "轧钢,一氧化碳,")
    )
    (tmp_path / "outlets.csv").write_text(rows, encoding="utf-8")

    outlets, faults = read_outlets(tmp_path / "outlets.csv")

    assert outlets["pollutants"].to_list() == ["so2|nox"]
    assert [(fault.rule, fault.row) for fault in faults] == [("unknown_pollutant", 3)]
    assert channels_of(outlets)["pollutant"].cast(pl.String).to_list() == ["so2", "nox"]


def test_a_packed_file_says_the_same(tmp_path: Path) -> None:
    plain = rows(read(tmp_path / "plain", {"DA001.csv": WIDE}))
    packed = rows(read(tmp_path / "packed", {"DA001.csv.gz": gzip.compress(WIDE.encode())}))

    assert packed.equals(plain)


@pytest.mark.parametrize("sheets", [("任意",), ("DA001", "DA002")])
def test_a_workbook_with_one_sheet_or_one_per_outlet_says_the_same(tmp_path: Path, sheets: tuple[str, ...]) -> None:
    """One sheet: the file is named after its outlet; several: each sheet is."""
    plain = rows(read(tmp_path / "plain", {"DA001.csv": WIDE}))
    file = io.BytesIO()
    with xlsxwriter.Workbook(file) as book:
        for name in sheets:
            sheet = book.add_worksheet(name)
            for at, line in enumerate(csv.reader(io.StringIO(WIDE))):
                sheet.write_row(at, 0, line)

    found = read(tmp_path / "book", {"DA001.xlsx" if len(sheets) == 1 else "六月.xlsx": file.getvalue()})

    hours = rows(found)
    assert found.faults == ()
    assert hours.filter(pl.col("outlet_id") == "DA001").equals(plain)
    assert hours["outlet_id"].n_unique() == len(sheets)


def test_a_fault_in_a_workbook_names_its_sheet(tmp_path: Path) -> None:
    file = io.BytesIO()
    with xlsxwriter.Workbook(file) as book:
        for name in ("DA001", "DA009"):
            for at, line in enumerate(csv.reader(io.StringIO(WIDE))):
                (book.get_worksheet_by_name(name) or book.add_worksheet(name)).write_row(at, 0, line)

    faults = read(tmp_path, {"六月.xlsx": file.getvalue()}).faults

    assert [(f.rule, f.file, f.sheet, f.row) for f in faults] == [("unknown_outlet", "cems/六月.xlsx", "DA009", 3)]
