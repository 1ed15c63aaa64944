"""Workbooks made at test time from the clean base, each with one thing done to it."""

import csv
import io
import zipfile
from collections.abc import Callable
from pathlib import Path

import polars as pl
import xlsxwriter
from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

from tests.grading.case.zoo import BASE

Rows = list[list[str]]
Change = Callable[[Workbook, Worksheet], object]


def base_rows(table: str) -> Rows:
    return list(csv.reader(io.StringIO((BASE / f"{table}.csv").read_text(encoding="utf-8"))))


def write_workbook(path: Path, sheets: dict[str, Rows], change: Change | None = None, **options: object) -> Path:
    """Write text rows sheet by sheet; `change(workbook, first sheet)` may then overwrite cells."""
    with xlsxwriter.Workbook(str(path), {"strings_to_formulas": False, **options}) as book:
        written = [_write_sheet(book, name, rows) for name, rows in sheets.items()]
        if change:
            change(book, written[0])
    return path


def _write_sheet(book: Workbook, name: str, rows: Rows) -> Worksheet:
    sheet = book.add_worksheet(name)
    for at, row in enumerate(rows):
        for position, cell in enumerate(row):
            if cell:
                sheet.write_string(at, position, cell)
    return sheet


def units_workbook(folder: Path, change: Change | None = None, **options: object) -> Path:
    """Replace units.csv by a workbook of the same rows, changed."""
    (folder / "units.csv").unlink()
    return write_workbook(folder / "units.xlsx", {"生产线": base_rows("units")}, change, **options)


def rewrite(path: Path, member: str, old: bytes, new: bytes) -> None:
    """Replace bytes inside one member of a workbook."""
    with zipfile.ZipFile(path) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    assert old in members[member], members[member][:400]
    members[member] = members[member].replace(old, new, 1)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name, data)


def add_members(path: Path, members: dict[str, bytes]) -> None:
    with zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name, data)


def formula_in_number(folder: Path) -> None:
    units_workbook(folder, lambda _, sheet: sheet.write_formula("I2", "=H2*10", None, 1200))


def formula_without_result(folder: Path) -> None:
    path = units_workbook(folder, lambda _, sheet: sheet.write_formula("A3", '="SN-"&2', None, "SN-2"))
    rewrite(path, "xl/worksheets/sheet1.xml", b"<v>SN-2</v>", b"")


def error_value(folder: Path) -> None:
    units_workbook(folder, lambda _, sheet: sheet.write_formula("I2", "=1/0", None, "#DIV/0!"))


def empty_sheet(folder: Path) -> None:
    (folder / "units.csv").unlink()
    write_workbook(folder / "units.xlsx", {"生产线": []})


def only_a_hidden_sheet(folder: Path) -> None:
    (folder / "units.csv").unlink()
    rows: dict[str, Rows] = {"说明": [], "生产线": base_rows("units")}
    write_workbook(folder / "units.xlsx", rows, lambda book, _: book.get_worksheet_by_name("生产线").hide())


def two_sheets(folder: Path) -> None:
    (folder / "units.csv").unlink()
    rows = base_rows("units")
    write_workbook(folder / "units.xlsx", {"水泥": rows, "印刷": rows[:1] + rows[3:]})


def amounts_merged_over_lines(folder: Path) -> None:
    units_workbook(folder, lambda book, sheet: sheet.merge_range("I2:I3", "2150", book.add_format()))


def merged_across_columns(folder: Path) -> None:
    units_workbook(folder, lambda book, sheet: sheet.merge_range("H4:J4", "无", book.add_format()))


def dates_from_1904(folder: Path) -> None:
    units_workbook(folder, None, date_1904=True)


def cell_far_out(folder: Path) -> None:
    units_workbook(folder, lambda _, sheet: sheet.write_string("XFD1048576", "x"))


def entity_expansion(folder: Path) -> None:
    path = units_workbook(folder)
    bomb = b'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]><worksheet'
    rewrite(path, "xl/worksheets/sheet1.xml", b"<worksheet", bomb)


def zip_bomb_by_ratio(folder: Path) -> None:
    add_members(units_workbook(folder), {"xl/media/image1.png": bytes(30_000_000)})


def zip_bomb_by_size(folder: Path) -> None:
    noise = bytes(range(256)) * 3_000
    add_members(units_workbook(folder), {f"xl/media/image{at}.bin": noise * 70 for at in range(4)})


def zip_bomb_by_members(folder: Path) -> None:
    add_members(units_workbook(folder), {f"xl/media/{at}": b"" for at in range(10_001)})


def total_row_merged(folder: Path) -> None:
    rows = base_rows("units")
    total: Change = lambda book, sheet: sheet.merge_range(len(rows), 0, len(rows), 4, "合  计", book.add_format())  # noqa: E731
    units_workbook(folder, total)


def concentration_under_a_group(folder: Path) -> None:
    rows = base_rows("units")
    group = [""] * len(rows[0])
    group[7] = "排放浓度(mg/m3)"
    (folder / "units.csv").unlink()
    merge: Change = lambda book, sheet: sheet.merge_range("H1:K1", group[7], book.add_format())  # noqa: E731
    write_workbook(folder / "units.xlsx", {"生产线": [group, *rows]}, merge)


def table_in_two_workbooks(folder: Path) -> None:
    write_workbook(folder / "清单.xlsx", {"生产线": base_rows("units"), "说明": [["填表说明"]]})


def nested_parquet(folder: Path) -> None:
    (folder / "units.csv").unlink()
    pl.DataFrame({"unit_id": ["a"], "nox_kg_per_day": [[1.0, 2.0]]}).write_parquet(folder / "units.parquet")


COPIES = 300_000


def one_id_many_times(folder: Path) -> None:
    rows = base_rows("units")
    line = f"SN-1,{rows[1][1]},熟料,运行\n"
    tail = "\n".join(f"{row[0]},{row[1]},{row[3]},{row[4]}" for row in rows[2:])
    (folder / "units.csv").write_text(f"生产线编号,统一社会信用代码,工序,运行状态\n{line * COPIES}{tail}\n", "utf-8")


def no_enterprise_left(folder: Path) -> None:
    text = (folder / "enterprises.csv").read_text("utf-8")
    (folder / "enterprises.csv").write_text(
        text.replace("晋源区", "").replace("清徐县", "").replace("古交市,", ","), "utf-8"
    )


def parquet_of_too_many_rows(folder: Path) -> None:
    (folder / "units.csv").unlink()
    endless = pl.select(pl.repeat(0, 11_000_000, dtype=pl.Int8).alias("0"))
    endless.select(pl.col("0").alias(str(at)) for at in range(10)).write_parquet(folder / "units.parquet")
