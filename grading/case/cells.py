"""A column of text to typed values; what cannot be read is flagged, never guessed.

Only the full-width forms of ASCII are folded. NFKC is rejected: it turns a footnote mark into a digit
("12①" would become 121).
"""

from collections.abc import Mapping
from dataclasses import dataclass

import polars as pl

from grading.case.conversion import Unit
from grading.case.credit_code import check_character, has_form

FULL_WIDTH = [chr(0xFF01 + offset) for offset in range(94)] + ["\u3000", "\xa0", "−", "–"]
HALF_WIDTH = [chr(0x21 + offset) for offset in range(94)] + [" ", " ", "-", "-"]
BLANK = " \t\r\n\v\f\u3000\xa0\u200b\ufeff"
MISSING = [
    "",
    "-",
    "--",
    "---",
    "—",
    "——",
    "/",
    "\\",
    "无",
    "空",
    "NA",
    "N/A",
    "NULL",
    "NONE",
    "不详",
    "未知",
    "UNKNOWN",
]
NUMBER = r"^[+-]?(?:\d{1,3}(?:,\d{3})+|\d+)?(?:\.\d+)?(?:[eE][+-]?\d{1,3})?$"
DAMAGED = "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffd]"
SCIENTIFIC = r"^\d+(?:\.\d+)?[eE]\+?\d+$"
PLAIN_NUMBER = r"^-?(?:0|[1-9]\d*)(?:\.\d+)?$"
YES = ["是", "Y", "YES", "TRUE", "T", "1", "1.0", "√", "能", "可", "有", "可以"]
NO = ["否", "N", "NO", "FALSE", "F", "0", "0.0", "×", "X", "不能", "不可", "没有", "不可以"]
AMOUNT = r"^([+-]?[\d.,]+(?:e[+-]?\d+)?)\s*([^\d\s.,+-].*)?$"
CLOCK = r"[ T]+\d{1,2}:\d{2}(:\d{2}(\.\d+)?)?$"
DATES = (
    r"^(\d{4})-(\d{1,2})-(\d{1,2})$",
    r"^(\d{4})/(\d{1,2})/(\d{1,2})$",
    r"^(\d{4})\.(\d{1,2})\.(\d{1,2})$",
    r"^(\d{4})年(\d{1,2})月(\d{1,2})日?$",
    r"^(\d{4})(\d{2})(\d{2})$",
)


@dataclass(frozen=True)
class Flag:
    """One way cells can be wrong: the rule, a Boolean per cell, and what was expected."""

    rule: str
    holds: pl.Series
    expected: str | pl.Series = ""


@dataclass(frozen=True)
class Reading:
    """One column after reading: typed values, null where missing or wrong, and the flags of the wrong ones."""

    value: pl.Series
    flags: tuple[Flag, ...]


def half_width(text: pl.Expr) -> pl.Expr:
    """Return text with the full-width forms of ASCII folded to ASCII."""
    return text.str.replace_many(FULL_WIDTH, HALF_WIDTH)


def present(cells: pl.Series) -> pl.Series:
    """Return the trimmed text of cells, null where one says "nothing here" in one of the usual ways."""
    trimmed = pl.col("cell").str.strip_chars(BLANK)
    is_missing = half_width(trimmed).str.to_uppercase().is_in(MISSING)
    return cells.to_frame("cell").select(pl.when(~is_missing).then(trimmed).alias("cell")).to_series()


def _folded(cells: pl.Series) -> pl.DataFrame:
    """Return the columns `found` (present text) and `text` (the same, half-width)."""
    return present(cells).to_frame("found").with_columns(text=half_width(pl.col("found")))


def _unread(frame: pl.DataFrame, rule: str, expected: str = "") -> Flag:
    """Return the flag of cells that hold something but gave no `value`."""
    return Flag(rule, frame["found"].is_not_null() & frame["value"].is_null(), expected)


def text(cells: pl.Series) -> Reading:
    """Read names or remarks: trimmed, otherwise exactly as written."""
    found = present(cells)
    return Reading(found.str.replace_all("\r\n", "\n", literal=True), (_damaged(found),))


def loose_value(cells: pl.Series) -> Reading:
    """Read values whose kind another column decides: a plain number takes its shortest spelling, text stays."""
    frame = _folded(cells)
    shortest = pl.col("text").str.replace(r"(\.\d*?)0+$", "${1}").str.strip_suffix(".")
    is_number = pl.col("text").str.contains(PLAIN_NUMBER)
    value = frame.select(pl.when(is_number).then(shortest).otherwise("found").alias("value"))
    return Reading(value.to_series(), (_damaged(frame["found"]),))


def code(cells: pl.Series) -> Reading:
    """Read identifiers: half-width, without quote marks; one stored as a number may not have lost digits."""
    bare = pl.col("text").str.strip_chars("'`‘’\" \t").str.replace(r"^(\d+)\.0+$", "${1}")
    frame = _folded(cells).with_columns(bare.alias("text"), capitals=bare.str.to_uppercase())
    frame = frame.with_columns(lost=pl.col("text").str.contains(SCIENTIFIC))
    kept = pl.when(has_form(pl.col("capitals"))).then("capitals").otherwise("text")
    value = frame.select(pl.when(~pl.col("lost")).then(kept).alias("value")).to_series()
    return Reading(value, (Flag("code_as_number", frame["lost"]), _damaged(frame["found"])))


def credit_code(cells: pl.Series) -> Reading:
    """Read codes that must have the form and the check character of GB 32100-2015."""
    reading = code(cells)
    asked, is_code, last = (pl.col(name) for name in ("asked", "is_code", "last"))
    frame = reading.value.to_frame("value").select(
        asked=check_character(pl.col("value")), is_code=has_form(pl.col("value")), last=pl.col("value").str.slice(17)
    )
    wrong = frame.select(form=~is_code, check=is_code & (last != asked))
    flags = (Flag("credit_code_form", wrong["form"]), Flag("credit_code_check", wrong["check"], frame["asked"]))
    return Reading(reading.value, (*reading.flags, *flags))


def _damaged(found: pl.Series) -> Flag:
    return Flag("damaged_text", found.str.contains(DAMAGED))


def choice(cells: pl.Series, words: Mapping[str, str], allowed: list[str]) -> Reading:
    """Read one of a closed list of words, in either language."""
    word = pl.col("text").str.to_lowercase().str.replace_all(r"\s+", "")
    spellings = {known.replace(" ", ""): choice for known, choice in words.items()}
    value = word.replace_strict(spellings, default=None, return_dtype=pl.Enum(allowed))
    frame = _folded(cells).with_columns(value=value)
    return Reading(frame["value"], (_unread(frame, "not_in_list", ", ".join(words)),))


def yes_no(cells: pl.Series) -> Reading:
    """Read yes or no."""
    words = dict.fromkeys(YES, True) | dict.fromkeys(NO, False)
    value = pl.col("text").str.to_uppercase().replace_strict(words, default=None, return_dtype=pl.Boolean)
    frame = _folded(cells).with_columns(value=value)
    return Reading(frame["value"], (_unread(frame, "not_yes_no"),))


def day(cells: pl.Series) -> Reading:
    """Read dates in five spellings, or the serial day number of Excel (1900 system)."""
    frame = _folded(cells).with_columns(pl.col("text").str.replace(CLOCK, "").str.replace_all(" ", "", literal=True))
    frame = frame.with_columns(iso=pl.col("text").str.to_date("%Y-%m-%d", strict=False))
    frame = frame.with_columns(other=pl.when(pl.col("iso").is_null()).then("text"))
    year, month, date = (
        pl.coalesce(pl.col("other").str.extract(spelling, group) for spelling in DATES) for group in (1, 2, 3)
    )
    written = pl.concat_str(year, month.str.zfill(2), date.str.zfill(2), separator="-")
    frame = frame.with_columns(written=written.str.to_date("%Y-%m-%d", strict=False))
    # Serial 60 is the 29 February 1900 that never was; days from 1954 (20000) to 2119 (79999) are past it.
    days = pl.col("other").str.extract(r"^([2-7]\d{4})(?:\.\d+)?$").cast(pl.Int32)
    serial = pl.lit("1899-12-30").str.to_date() + pl.duration(days=days)
    frame = frame.with_columns(value=pl.coalesce("iso", "written", serial))
    frame = frame.with_columns(value=pl.when(pl.col("value").dt.year().is_between(1949, 2119)).then("value"))
    return Reading(frame["value"], (_unread(frame, "not_a_date"),))


def number(cells: pl.Series, units: Mapping[str, Unit], header: Unit, days: pl.Series) -> Reading:
    """Read numbers in the contract unit.

    Units: a unit behind the number wins over the header's; a yearly amount is divided by `days`.
    """
    frame = _amounts(cells).with_columns(days=days)
    bare, suffix = pl.col("suffix").is_null(), pl.col("suffix")
    factors = {word: unit.factor for word, unit in units.items()}
    yearly = {word: unit.is_yearly for word, unit in units.items()}
    frame = frame.with_columns(
        factor=pl.when(bare).then(header.factor).otherwise(_look_up(suffix, factors, pl.Float64())),
        is_yearly=pl.when(bare).then(header.is_yearly).otherwise(_look_up(suffix, yearly, pl.Boolean())),
    )
    per_day = pl.when("is_yearly").then("days").otherwise(1.0)
    frame = frame.with_columns(
        value=pl.col("amount") * pl.col("factor") / per_day,
        is_foreign=pl.col("amount").is_not_null() & pl.col("factor").is_null(),
        lacks_days=pl.col("amount").is_not_null() & pl.col("is_yearly") & pl.col("days").is_null(),
    )
    known = ", ".join(dict.fromkeys(unit.name for unit in units.values()))
    unread = Flag("not_a_number", frame["found"].is_not_null() & frame["amount"].is_null())
    flags = (unread, Flag("cell_unit", frame["is_foreign"], known), Flag("needs_operating_days", frame["lacks_days"]))
    return Reading(frame["value"], flags)


def _amounts(cells: pl.Series) -> pl.DataFrame:
    """Return `found`, the finite `amount` written in each cell, and the `suffix` behind it."""
    frame = _folded(cells).with_columns(direct=pl.col("text").cast(pl.Float64, strict=False))
    other = pl.when(pl.col("direct").is_null()).then(pl.col("text").str.to_lowercase())
    frame = frame.with_columns(parts=other.str.extract_groups(AMOUNT))
    digits, suffix = (pl.col("parts").struct.field(part) for part in ("1", "2"))
    plain = pl.when(digits.str.contains(NUMBER)).then(digits.str.replace_all(",", "", literal=True))
    frame = frame.with_columns(
        amount=pl.coalesce("direct", plain.cast(pl.Float64, strict=False)),
        suffix=suffix.str.replace_all(r"\s+", ""),
    )
    return frame.with_columns(amount=pl.when(pl.col("amount").is_finite()).then("amount"))


def _look_up(suffix: pl.Expr, known: Mapping[str, float | bool], kind: pl.DataType) -> pl.Expr:
    return suffix.replace_strict(dict(known), default=None, return_dtype=kind) if known else pl.lit(None, dtype=kind)


def whole(reading: Reading) -> Reading:
    """Return a reading of numbers as whole numbers."""
    frame = reading.value.to_frame("value")
    frame = frame.with_columns(broken=pl.col("value").is_not_null() & (pl.col("value") != pl.col("value").round()))
    value = frame.select(pl.when(~pl.col("broken")).then("value").cast(pl.Int64, strict=False)).to_series()
    return Reading(value, (*reading.flags, Flag("not_whole", frame["broken"])))
