"""The only place where numbers become text: units, digits, thousands separators, and the word for "not known".

Everything works on Polars expressions; `spoken` does the same for a single number.
"""

from collections.abc import Iterable
from dataclasses import dataclass

import polars as pl

from grading.words import Language, mark, say

CNY_PER_WAN = 1e4
CNY_PER_YI = 1e8
KG_PER_T = 1e3
UNKNOWN = mark("unknown")
_MINUS = "−"


@dataclass(frozen=True)
class Scale:
    """How one column is shown: the unit printed, what a value is divided by, and the digits after the point."""

    unit: str
    divisor: float
    digits: int


def largest(values: Iterable[float | None]) -> float:
    """Return the largest magnitude; 0 when nothing is known."""
    return max((abs(value) for value in values if value is not None), default=0.0)


def mass_scale(most_kg: float) -> Scale:
    """Return kg/d below 10 t/d, t/d from there on: one unit for a whole table, never mixed inside it."""
    if most_kg >= 10 * KG_PER_T:
        return Scale("t/d", KG_PER_T, 2 if most_kg < 1000 * KG_PER_T else 1)
    return Scale("kg/d", 1.0, 0 if most_kg >= 1000 else 1)


def money_column(most_cny: float, language: Language) -> Scale:
    """Return the scale of a money column: a step finer than for a single figure, so that small rows stay readable."""
    if language == "zh" and most_cny < 100 * CNY_PER_YI:
        return Scale("万元", CNY_PER_WAN, 0 if most_cny >= 1000 * CNY_PER_WAN else 1)
    return money_scale(most_cny, language)


def money_scale(most_cny: float, language: Language) -> Scale:
    """Return 万元 or 亿元 in Chinese, thousand or million CNY in English."""
    if language == "zh":
        if most_cny >= CNY_PER_YI:
            return Scale("亿元", CNY_PER_YI, 2)
        return Scale("万元", CNY_PER_WAN, 0 if most_cny >= 1000 * CNY_PER_WAN else 1)
    if most_cny >= 1e6:
        return Scale("million CNY", 1e6, 1 if most_cny >= 1e8 else 2)
    return Scale("thousand CNY", 1e3, 1)


SHARE = Scale("%", 0.01, 1)
JOINT_SHARE = Scale("%", 0.01, 2)
WHOLE = Scale("", 1.0, 0)


def decimal(value: pl.Expr, digits: int) -> pl.Expr:
    """Return a number as text with thousands separators; null stays null.

    What is not zero never reads as zero: 0.004 with two digits is `<0.01`, and -0.004 is `>−0.01`.
    """
    power = 10**digits
    scaled = (value.abs() * power).round().cast(pl.Int128, strict=False)
    whole = (scaled // power).cast(pl.String).str.reverse().str.replace_all(r"(\d{3})", "$1,").str.reverse()
    text = whole.str.strip_chars_start(",")
    if digits:
        text = pl.concat_str(text, pl.lit("."), (scaled % power).cast(pl.String).str.zfill(digits))
    least = f"{1 / power:.{digits}f}"
    return (
        pl.when((scaled == 0) & (value > 0))
        .then(pl.lit(f"<{least}"))
        .when((scaled == 0) & (value < 0))
        .then(pl.lit(f">{_MINUS}{least}"))
        .when(value < 0)
        .then(pl.lit(_MINUS) + text)
        .when(value.is_finite())
        .then(text)
    )


def plain(value: pl.Expr, scale: Scale, language: Language, missing: str = UNKNOWN) -> pl.Expr:
    """Return the number alone, for a column whose header names the unit; null reads as `missing`."""
    return decimal(value.cast(pl.Float64) / scale.divisor, scale.digits).fill_null(say(language, missing))


def with_unit(value: pl.Expr, scale: Scale, language: Language, missing: str = UNKNOWN) -> pl.Expr:
    """Return number and unit: `3.5t/d` in Chinese, `3.5 t/d` in English."""
    text = decimal(value.cast(pl.Float64) / scale.divisor, scale.digits)
    return (text + pl.lit(gap(scale.unit, language) + scale.unit)).fill_null(say(language, missing))


def gap(unit: str, language: Language) -> str:
    """Return what stands between number and unit."""
    return "" if language == "zh" or unit in ("", "%") else " "


def gap_between(language: Language) -> str:
    """Return what stands between two sentences: nothing in Chinese."""
    return "" if language == "zh" else " "


def tonnes(value: pl.Expr, language: Language) -> pl.Expr:
    """Return a daily output in t without a per-day sign: whole from 100 t, one digit from 10 t, else two."""
    text = (
        pl.when(value.abs() >= 100)
        .then(decimal(value, 0))
        .when(value.abs() >= 10)
        .then(decimal(value, 1))
        .otherwise(decimal(value, 2))
    )
    return (text + pl.lit(gap("t", language) + "t")).fill_null(say(language, UNKNOWN))


def percent(value: pl.Expr, language: Language, missing: str = UNKNOWN) -> pl.Expr:
    """Return a share as a percentage with at most one digit: 20%, 33.3%."""
    whole = (value * 100 - (value * 100).round()).abs() < 1e-6
    text = pl.when(whole).then(decimal(value * 100, 0)).otherwise(decimal(value * 100, 1))
    return (text + pl.lit("%")).fill_null(say(language, missing))


def spoken(value: float | None, scale: Scale, language: Language, missing: str = UNKNOWN) -> str:
    """Return one number with its unit, worked out exactly as in a column."""
    return str(pl.select(with_unit(pl.lit(value, dtype=pl.Float64), scale, language, missing)).item())


def count(value: int | None, language: Language) -> str:
    """Return a count with thousands separators."""
    return spoken(None if value is None else float(value), WHOLE, language)
