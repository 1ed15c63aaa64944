"""One cell of text to one value, as Polars expressions; what cannot be read is flagged, never guessed.

Only the full-width forms of ASCII are folded. NFKC is rejected: it turns a footnote mark into a digit
("12①" would become 121).
"""

from collections.abc import Mapping
from dataclasses import dataclass

import polars as pl

from grading.case.conversion import Unit
from grading.case.credit_code import has_form

FULL_WIDTH = [chr(0xFF01 + offset) for offset in range(94)] + ["\u3000", "\xa0", "−", "–"]
HALF_WIDTH = [chr(0x21 + offset) for offset in range(94)] + [" ", " ", "-", "-"]
BLANK = " \t\r\n\v\f\u3000\xa0\u200b\ufeff"
MISSING = ["", "-", "--", "---", "—", "——", "/", "\\", "无", "空", "NA", "N/A", "NULL", "NONE", "不详", "未知"]
NUMBER = r"^[+-]?(?:\d{1,3}(?:,\d{3})+|\d+)?(?:\.\d+)?(?:[eE][+-]?\d{1,3})?$"
DAMAGED = "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffd]"
SCIENTIFIC = r"^\d+(?:\.\d+)?[eE]\+?\d+$"
PLAIN_NUMBER = r"^-?(?:0|[1-9]\d*)(?:\.\d+)?$"
YES = ["是", "Y", "YES", "TRUE", "T", "1", "1.0", "√", "能", "可", "有", "可以"]
NO = ["否", "N", "NO", "FALSE", "F", "0", "0.0", "×", "X", "不能", "不可", "没有", "不可以"]


@dataclass(frozen=True)
class Flag:
    """One way a cell can be wrong: the rule, where it holds, and what was expected."""

    rule: str
    holds: pl.Expr
    expected: str | pl.Expr = ""


@dataclass(frozen=True)
class Reading:
    """How one column is read: its typed value (null where wrong or missing) and its flags."""

    value: pl.Expr
    flags: tuple[Flag, ...]


def half_width(text: pl.Expr) -> pl.Expr:
    """Return text with the full-width forms of ASCII folded to ASCII."""
    return text.str.replace_many(FULL_WIDTH, HALF_WIDTH)


def present(cell: pl.Expr) -> pl.Expr:
    """Return the trimmed text of a cell, null where it says "nothing here" in one of the usual ways."""
    trimmed = cell.str.strip_chars(BLANK)
    return pl.when(half_width(trimmed).str.to_uppercase().is_in(MISSING)).then(None).otherwise(trimmed)


def text(cell: pl.Expr) -> Reading:
    """Read a name or remark: trimmed, otherwise exactly as written."""
    found = present(cell)
    return Reading(found.str.replace_all("\r\n", "\n", literal=True), (_damaged(found),))


def loose_value(cell: pl.Expr) -> Reading:
    """Read a value whose kind another column decides: a plain number takes its shortest spelling, text stays."""
    found = present(cell)
    folded = half_width(found)
    is_number = folded.str.contains(PLAIN_NUMBER)
    shortest = folded.str.replace(r"(\.\d*?)0+$", "${1}").str.strip_suffix(".")
    return Reading(pl.when(is_number).then(shortest).otherwise(found), (_damaged(found),))


def code(cell: pl.Expr) -> Reading:
    """Read an identifier: half-width, without quote marks; one stored as a number may not have lost digits."""
    found = half_width(present(cell)).str.strip_chars("'`‘’\" \t").str.replace(r"^(\d+)\.0+$", "${1}")
    found = pl.when(has_form(found.str.to_uppercase())).then(found.str.to_uppercase()).otherwise(found)
    lost = found.str.contains(SCIENTIFIC)
    return Reading(pl.when(lost).then(None).otherwise(found), (Flag("code_as_number", lost), _damaged(found)))


def _damaged(found: pl.Expr) -> Flag:
    return Flag("damaged_text", found.str.contains(DAMAGED))


def choice(cell: pl.Expr, words: Mapping[str, str], allowed: list[str]) -> Reading:
    """Read one of a closed list of words, in either language."""
    found = present(cell)
    folded = half_width(found).str.to_lowercase().str.replace_all(r"\s+", "")
    value = folded.replace_strict(dict(words), default=None, return_dtype=pl.Enum(allowed))
    shown = ", ".join(dict.fromkeys(words))
    return Reading(value, (Flag("not_in_list", found.is_not_null() & value.is_null(), shown),))


def yes_no(cell: pl.Expr) -> Reading:
    """Read yes or no."""
    found = present(cell)
    words = dict.fromkeys(YES, True) | dict.fromkeys(NO, False)
    value = half_width(found).str.to_uppercase().replace_strict(words, default=None, return_dtype=pl.Boolean)
    return Reading(value, (Flag("not_yes_no", found.is_not_null() & value.is_null()),))


def day(cell: pl.Expr) -> Reading:
    """Read a date in five spellings, or the serial day number of Excel (1900 system)."""
    found = present(cell)
    folded = half_width(found).str.replace(r"[ T]+\d{1,2}:\d{2}(:\d{2}(\.\d+)?)?$", "")
    parts = folded.str.replace_all(" ", "").str.extract_groups(
        r"^(?:(\d{4})-(\d{1,2})-(\d{1,2})|(\d{4})/(\d{1,2})/(\d{1,2})|(\d{4})\.(\d{1,2})\.(\d{1,2})"
        r"|(\d{4})年(\d{1,2})月(\d{1,2})日?|(\d{4})(\d{2})(\d{2}))$"
    )
    year, month, date = (
        pl.coalesce(parts.struct.field(str(first + place)) for first in range(1, 16, 3)) for place in range(3)
    )
    written = pl.concat_str(year, month.str.zfill(2), date.str.zfill(2), separator="-").str.to_date(
        "%Y-%m-%d", strict=False
    )
    # Serial 60 is the 29 February 1900 that never was; days from 1954 (20000) to 2119 (80000) are past it.
    serial = folded.str.extract(r"^([2-7]\d{4})(?:\.\d+)?$").cast(pl.Int32)
    value = pl.coalesce(written, pl.lit("1899-12-30").str.to_date() + pl.duration(days=serial))
    plausible = value.dt.year().is_between(1949, 2120)
    value = pl.when(plausible).then(value)
    return Reading(value, (Flag("not_a_date", found.is_not_null() & value.is_null()),))


def number(cell: pl.Expr, units: Mapping[str, Unit], header: Unit, days: pl.Expr) -> Reading:
    """Read a number in the contract unit.

    Units: a unit behind the number wins over the header's; a yearly amount is divided by `days`.
    """
    found = present(cell)
    parts = (
        half_width(found).str.to_lowercase().str.extract_groups(r"^([+-]?[\d.,]+(?:e[+-]?\d+)?)\s*([^\d\s.,+-].*)?$")
    )
    digits = parts.struct.field("1")
    suffix = parts.struct.field("2").str.replace_all(r"\s+", "")
    plain = pl.when(digits.str.contains(NUMBER)).then(digits.str.replace_all(",", "", literal=True))
    amount = plain.cast(pl.Float64, strict=False)
    amount = pl.when(amount.is_finite()).then(amount)
    factor = pl.when(suffix.is_null()).then(header.factor).otherwise(_look_up(suffix, units, pl.Float64))
    is_yearly = pl.when(suffix.is_null()).then(header.is_yearly).otherwise(_look_up(suffix, units, pl.Boolean))
    value = amount * factor / pl.when(is_yearly).then(days).otherwise(1.0)
    has_no_unit = amount.is_not_null() & factor.is_null()
    lacks_days = amount.is_not_null() & is_yearly & days.is_null()
    return Reading(
        value,
        (
            Flag("not_a_number", found.is_not_null() & amount.is_null()),
            Flag("cell_unit", has_no_unit, ", ".join(dict.fromkeys(unit.name for unit in units.values()))),
            Flag("needs_operating_days", lacks_days),
        ),
    )


def _look_up(suffix: pl.Expr, units: Mapping[str, Unit], kind: type[pl.Float64] | type[pl.Boolean]) -> pl.Expr:
    known = {word: unit.factor if kind is pl.Float64 else unit.is_yearly for word, unit in units.items()}
    return suffix.replace_strict(known, default=None, return_dtype=kind()) if known else pl.lit(None, dtype=kind())


def whole(reading: Reading) -> Reading:
    """Read a whole number from a reading of a number."""
    broken = reading.value.is_not_null() & (reading.value != reading.value.round())
    value = pl.when(~broken).then(reading.value).cast(pl.Int64, strict=False)
    return Reading(value, (*reading.flags, Flag("not_whole", broken)))
