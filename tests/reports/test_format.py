"""Numbers as text, against Python's own formatting."""

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from grading.words import Language
from reports.format import (
    SHARE,
    WHOLE,
    Scale,
    count,
    decimal,
    mass_scale,
    money_column,
    money_scale,
    percent,
    plain,
    spoken,
    tonnes,
)


def shown(value: float | None, digits: int) -> str | None:
    text: str | None = pl.select(decimal(pl.lit(value, dtype=pl.Float64), digits)).item()
    return text


@settings(max_examples=150)
@given(value=st.integers(-(10**9), 10**9), digits=st.integers(0, 3))
def test_decimal_agrees_with_python_on_exact_values(value: int, digits: int) -> None:
    exact = value / 10**digits
    assert shown(exact, digits) == f"{exact:,.{digits}f}".replace("-", "−")


@settings(max_examples=150)
@given(value=st.floats(-1e8, 1e8, allow_nan=False).filter(lambda v: v != 0), digits=st.integers(0, 3))
def test_what_is_not_zero_never_reads_as_zero(value: float, digits: int) -> None:
    text = shown(value, digits)
    assert text is not None
    assert text.strip("−0.,") != "" or text[0] in "<>"


@pytest.mark.parametrize(
    ("value", "digits", "expected"),
    [
        (0.0, 2, "0.00"),
        (-0.0, 1, "0.0"),
        (0.004, 2, "<0.01"),
        (-0.004, 2, ">−0.01"),
        (0.3, 0, "<1"),
        (1234567.0, 0, "1,234,567"),
        (999.95, 1, "1,000.0"),
        (float("nan"), 1, None),
        (float("inf"), 1, None),
        (None, 1, None),
    ],
)
def test_decimal_at_the_edges(value: float | None, digits: int, expected: str | None) -> None:
    assert shown(value, digits) == expected


@pytest.mark.parametrize(("language", "unknown", "tonne"), [("zh", "未知", "3.50t/d"), ("en", "unknown", "3.50 t/d")])
def test_unit_style_and_the_word_for_unknown(language: Language, unknown: str, tonne: str) -> None:
    scale = Scale("t/d", 1000.0, 2)
    assert spoken(3500.0, scale, language) == tonne
    assert spoken(None, scale, language) == unknown
    assert count(None, language) == unknown
    assert pl.select(plain(pl.lit(None, dtype=pl.Float64), WHOLE, language)).item() == unknown
    assert pl.select(tonnes(pl.lit(None, dtype=pl.Float64), language)).item() == unknown
    assert pl.select(percent(pl.lit(None, dtype=pl.Float64), language)).item() == unknown


@pytest.mark.parametrize(
    ("value", "text"), [(0.2, "20%"), (1 / 3, "33.3%"), (1.0, "100%"), (0.0, "0%"), (0.0001, "<0.1%")]
)
def test_percent_has_no_idle_digit(value: float, text: str) -> None:
    assert pl.select(percent(pl.lit(value), "zh")).item() == text


@pytest.mark.parametrize(("value", "text"), [(3440.0, "3,440t"), (99.96, "100.0t"), (12.34, "12.3t"), (1.234, "1.23t")])
def test_tonnes_get_sensible_digits(value: float, text: str) -> None:
    assert pl.select(tonnes(pl.lit(value), "zh")).item() == text


def test_mass_goes_from_kg_to_t_at_ten_tonnes() -> None:
    assert mass_scale(9_999.0).unit == "kg/d"
    assert mass_scale(10_000.0) == Scale("t/d", 1000.0, 2)


@pytest.mark.parametrize(
    ("amount", "language", "text"),
    [
        (381_000.0, "zh", "38.1万元"),
        (926_000_000.0, "zh", "9.26亿元"),
        (381_000.0, "en", "381.0 thousand CNY"),
        (8_620_000.0, "en", "8.62 million CNY"),
    ],
)
def test_money_in_the_reader_s_unit(amount: float, language: Language, text: str) -> None:
    assert spoken(amount, money_scale(amount, language), language) == text


def test_a_money_column_keeps_small_rows_readable() -> None:
    assert money_column(926_000_000.0, "zh").unit == "万元"
    assert money_column(2e10, "zh").unit == "亿元"


def test_share_is_shown_in_percent() -> None:
    assert spoken(0.123, SHARE, "en") == "12.3%"
