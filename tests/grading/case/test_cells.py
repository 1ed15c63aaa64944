"""Cells of text against Python's own reading of the same number or day."""

from datetime import date, timedelta

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from grading.case import cells
from grading.case.conversion import UNITS, cell_units, contract_unit, header_unit

NO_DAYS = pl.Series([None], dtype=pl.Float64)
KG = contract_unit("kg/d")


def read_number(
    text: str, contract: str = "kg/d", header: str = "", days: float | None = None
) -> tuple[object, list[str]]:
    unit = header_unit(contract, header) if header else contract_unit(contract)
    assert unit is not None
    reading = cells.number(pl.Series([text]), cell_units(contract, unit), unit, pl.Series([days], dtype=pl.Float64))
    return reading.value.item(), broken(reading)


def broken(reading: cells.Reading) -> list[str]:
    return [flag.rule for flag in reading.flags if flag.holds.item()]


def wide(text: str) -> str:
    return "".join(chr(ord(char) + 0xFEE0) if "!" <= char <= "~" else char for char in text)


AMOUNTS = st.decimals(min_value=0, max_value=10**9, allow_nan=False, places=3)


@given(
    amount=AMOUNTS,
    is_wide=st.booleans(),
    has_commas=st.booleans(),
    unit=st.sampled_from(["", "kg/d", " kg/d", "千克/天"]),
)
def test_a_number_is_read_as_python_reads_it(amount: object, is_wide: bool, has_commas: bool, unit: str) -> None:
    text = (f"{amount:,}" if has_commas else f"{amount}") + unit

    assert read_number(wide(text) if is_wide else text) == (float(str(amount)), [])


@pytest.mark.parametrize(
    ("text", "contract", "header", "days", "expected"),
    [
        ("12.5t/d", "kg/d", "", None, 12500.0),
        ("12.5t", "kg/d", "", None, 12500.0),
        ("365", "kg/d", "t/a", 365.0, 1000.0),
        ("365t", "kg/d", "kg/a", 365.0, 1000.0),
        ("365 kg/d", "kg/d", "t/a", None, 365.0),
        ("500g/d", "kg/d", "", None, 0.5),
        ("73", "t/d", "万吨/年", 365.0, 2000.0),
        ("80%", "1", "", None, 0.8),
        ("80%", "1", "%", None, 0.8),
        ("80", "1", "%", None, 0.8),
        ("5000元", "万元", "", None, 0.5),
        ("2", "h", "d", None, 48.0),
        ("4300毫米", "m", "", None, 4.3),
        ("3万元/天", "元/d", "", None, 30000.0),
        ("113.5°", "deg", "", None, 113.5),
        ("300天", "d/a", "", None, 300.0),
    ],
)
def test_units(text: str, contract: str, header: str, days: float | None, expected: float) -> None:
    value, faults = read_number(text, contract, header, days)

    assert value == pytest.approx(expected, rel=1e-12)
    assert faults == []


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("1,23", "not_a_number"),
        ("1,2345", "not_a_number"),
        ("1.234.567", "not_a_number"),
        ("12-15", "not_a_number"),
        (">5", "not_a_number"),
        ("约5", "not_a_number"),
        ("5 5", "not_a_number"),
        ("inf", "not_a_number"),
        ("NaN", "not_a_number"),
        ("1e999", "not_a_number"),
        ("٣", "not_a_number"),
        ("0x10", "cell_unit"),
        ("1_000", "cell_unit"),
        ("12①", "cell_unit"),
        ("10²", "cell_unit"),
        ("5%", "cell_unit"),
        ("5mg/m3", "cell_unit"),
        ("5kg/h", "cell_unit"),
        ("5t/a", "needs_operating_days"),
    ],
)
def test_what_is_not_surely_a_number_is_a_fault(text: str, rule: str) -> None:
    value, faults = read_number(text)

    assert value is None
    assert faults == [rule]


def test_every_contract_unit_knows_itself() -> None:
    assert [contract for contract in UNITS if contract_unit(contract).factor != 1.0] == []


SPELLINGS: tuple[str, ...] = (
    "{d:%Y-%m-%d}",
    "{d.year}-{d.month}-{d.day}",
    "{d:%Y/%m/%d}",
    "{d.year}/{d.month}/{d.day}",
)
SPELLINGS += ("{d.year}年{d.month}月{d.day}日", "{d:%Y%m%d}", "{d.year}.{d.month}.{d.day}", "{d:%Y-%m-%d} 08:30:00")


@given(day=st.dates(date(1954, 10, 4), date(2118, 12, 31)), spelling=st.sampled_from(SPELLINGS), is_wide=st.booleans())
def test_every_spelling_of_a_day(day: date, spelling: str, is_wide: bool) -> None:
    text = spelling.format(d=day)

    reading = cells.day(pl.Series([wide(text) if is_wide else text]))

    assert (reading.value.item(), broken(reading)) == (day, [])


@given(serial=st.integers(20000, 79000))
def test_excel_serials(serial: int) -> None:
    assert cells.day(pl.Series([str(serial)])).value.item() == date(1899, 12, 30) + timedelta(days=serial)


@pytest.mark.parametrize(
    "text",
    ["2026-02-30", "2026-13-01", "26-10-01", "10/01/2026", "2026-10", "2026年10月", "19999", "明年", "0001-01-01"],
)
def test_no_day_is_guessed(text: str) -> None:
    reading = cells.day(pl.Series([text]))

    assert (reading.value.item(), broken(reading)) == (None, ["not_a_date"])


@pytest.mark.parametrize("text", ["", " ", "　", "--", "—", "/", "无", "空", "NA", "n/a", "null", "－－"])
def test_words_for_nothing_are_missing_and_no_fault(text: str) -> None:
    readings = [
        cells.day(pl.Series([text])),
        cells.yes_no(pl.Series([text])),
        cells.text(pl.Series([text])),
        cells.code(pl.Series([text])),
    ]

    assert [reading.value.item() for reading in readings] == [None] * 4
    assert [broken(reading) for reading in readings] == [[]] * 4
    assert read_number(text) == (None, [])


@pytest.mark.parametrize(("text", "value"), [("0", 0.0), ("0.0", 0.0), ("-0", 0.0)])
def test_zero_is_not_missing(text: str, value: float) -> None:
    assert read_number(text) == (value, [])


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("９１Ａ－１", "91A-1"),
        ("'0012", "0012"),
        ("1001.0", "1001"),
        ("9144030071526726xg", "9144030071526726XG"),
        ("a-1", "a-1"),
    ],
)
def test_codes(written: str, expected: str) -> None:
    assert cells.code(pl.Series([written])).value.item() == expected


@pytest.mark.parametrize("written", ["9.14403E+17", "9.144e17", "9E17"])
def test_codes_that_lost_digits(written: str) -> None:
    reading = cells.code(pl.Series([written]))

    assert (reading.value.item(), broken(reading)) == (None, ["code_as_number"])


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("48.50", "48.5"),
        ("48.0", "48"),
        ("０.30", "0.3"),
        ("100", "100"),
        ("0012", "0012"),
        ("RTO", "RTO"),
        ("95%", "95%"),
    ],
)
def test_loose_values_take_one_spelling(written: str, expected: str) -> None:
    assert cells.loose_value(pl.Series([written])).value.item() == expected


def test_names_are_only_trimmed() -> None:
    assert cells.text(pl.Series(["　甲（集团）１厂 "])).value.item() == "甲（集团）１厂"
