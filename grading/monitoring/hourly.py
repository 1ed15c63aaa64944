"""One hourly file to rows of `Hours`: long or wide, either language, everything wrong told at once."""

from dataclasses import dataclass

import polars as pl

from grading.case.cells import BLANK, MISSING, half_width
from grading.faults import Fault, InputError
from grading.monitoring.input_rules import fault, faults_of
from grading.monitoring.sheet import Sheet
from grading.monitoring.stamps import Stamp
from grading.monitoring.tables import FLAGS, SOURCE_STATES, Hours
from grading.monitoring.timed import TIMES, timed
from grading.monitoring.vocabulary import COMMON_WORDS, FLAG_WORDS, NO_NUMBER, POLLUTANT_WORDS, SOURCE_WORDS
from grading.scale import POLLUTANTS

NUMBER = r"([+-]?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)"
NUMBER_AND_LETTER = rf"^{NUMBER}?\s*[(\[]?\s*([A-Za-z])?\s*[)\]]?$"
POLLUTANT_OF = {word.lower(): name for name, words in POLLUTANT_WORDS.items() for word in (*words, name)}


@dataclass(frozen=True)
class ReadingOptions:
    """What the files do not say themselves.

    `stamp`: whether a bare time is the start or the end of its hour. `unmarked_is_normal`: take hours of a file
    without a column of marks as normal; otherwise they count as invalid.
    """

    stamp: Stamp | None = None
    unmarked_is_normal: bool = False


def read_hourly(sheet: Sheet, outlet_ids: pl.Series, options: ReadingOptions) -> tuple[pl.DataFrame, list[Fault]]:
    """Return the hours of one file (the columns of `Hours`) and its faults; copies of an hour are still apart.

    Raises:
        InputError: the file as a whole cannot be used.
    """
    _check_columns(sheet)
    rows, stamp_faults = timed(sheet, options.stamp)
    placed, outlet_faults = _placed(rows, sheet, outlet_ids)
    long, pollutant_faults = _long(placed, sheet)
    numbers, number_faults = _numbers(long, sheet)
    marked, mark_faults = _marks(numbers, sheet, options)
    hours = marked.with_columns(is_in_conflict=pl.lit(value=False)).select(Hours.column_names())
    typed = Hours.cast(hours)
    return typed, [*stamp_faults, *outlet_faults, *pollutant_faults, *number_faults, *mark_faults]


def _check_columns(sheet: Sheet) -> None:
    fields = {name for name, _ in sheet.columns}
    faults = []
    if "measured_mg_m3" not in fields:
        rule = "only_converted" if "converted" in fields else "missing_column"
        faults.append(_missing(sheet, "measured_mg_m3", rule))
    if not fields & {*TIMES, "date"}:
        faults.append(_missing(sheet, "time", "missing_column"))
    if ("measured_mg_m3", "") in sheet.columns and ("pollutant", "") not in sheet.columns:
        faults.append(_missing(sheet, "pollutant", "missing_column"))
    if faults:
        raise InputError(faults)


def _missing(sheet: Sheet, column: str, rule: str) -> Fault:
    return fault(rule, sheet.header, column, ", ".join(COMMON_WORDS[column]))


def _placed(rows: pl.DataFrame, sheet: Sheet, outlet_ids: pl.Series) -> tuple[pl.DataFrame, list[Fault]]:
    """Return the rows of known outlets; a file without an outlet column is named after its outlet."""
    has_column = ("outlet_id", "") in sheet.columns
    outlet = sheet.cell("outlet_id").str.strip_chars(BLANK) if has_column else pl.lit(sheet.stem)
    placed = rows.with_columns(outlet_id=outlet)
    is_known = pl.col("outlet_id").is_in(outlet_ids.implode())
    unknown = placed.filter(~is_known.fill_null(value=False))
    named = unknown.select("row", value="outlet_id").unique("value", keep="first", maintain_order=True)
    return placed.filter(is_known), faults_of(named, sheet.at, "unknown_outlet", "outlet_id")


def _long(rows: pl.DataFrame, sheet: Sheet) -> tuple[pl.DataFrame, list[Fault]]:
    """Return one row per hour and pollutant with `measured`, `own_flag` and `minutes` as text."""
    if ("pollutant", "") not in sheet.columns:
        parts = [_of_pollutant(rows, sheet, name) for name in POLLUTANTS if ("measured_mg_m3", name) in sheet.columns]
        return pl.concat(parts), []
    written = sheet.cell("pollutant").str.strip_chars(BLANK)
    named = _of_pollutant(rows, sheet, "").with_columns(
        value=written, pollutant=half_width(written).str.to_lowercase().replace_strict(POLLUTANT_OF, default=None)
    )
    unknown = named.filter(pl.col("pollutant").is_null())
    expected = ", ".join(words[0] for words in POLLUTANT_WORDS.values())
    faults = faults_of(unknown.select("row", "value"), sheet.at, "unknown_pollutant", "pollutant", expected)
    return named.filter(pl.col("pollutant").is_not_null()).drop("value"), faults


def _of_pollutant(rows: pl.DataFrame, sheet: Sheet, pollutant: str) -> pl.DataFrame:
    own = {name: sheet.either(name, pollutant) for name in ("measured_mg_m3", "flag", "valid_minutes")}
    return rows.with_columns(
        pollutant=pl.lit(pollutant), measured=own["measured_mg_m3"], own_flag=own["flag"], minutes=own["valid_minutes"]
    )


def _numbers(long: pl.DataFrame, sheet: Sheet) -> tuple[pl.DataFrame, list[Fault]]:
    """Add the numbers in the units of the contract, and the letter a concentration may carry behind it."""
    texts = {
        "measured_mg_m3": pl.col("measured"),
        "o2_percent": sheet.cell("o2_percent"),
        "flow_m3_per_h": sheet.cell("flow_m3_per_h"),
        "valid_minutes": pl.col("minutes"),
    }
    read = long.with_columns(
        *(_present(text).alias(f"_{name}") for name, text in texts.items()),
    ).with_columns(
        *(
            pl.col(f"_{name}").str.extract(_pattern(name), 1).cast(pl.Float64, strict=False).alias(name)
            for name in texts
        ),
        letter=pl.col("_measured_mg_m3").str.extract(NUMBER_AND_LETTER, 2).str.to_uppercase(),
    )
    faults = [found for name in texts for found in _unread(read, sheet, name)]
    factors = {name: sheet.factor(name) for name in ("o2_percent", "flow_m3_per_h", "valid_minutes")}
    scaled = [(pl.col(name) * factor).alias(name) for name, factor in factors.items()]
    own_factor = pl.col("pollutant").replace_strict(
        {name: sheet.factor("measured_mg_m3", name) for name in POLLUTANTS}, return_dtype=pl.Float64
    )
    return read.with_columns(*scaled, (pl.col("measured_mg_m3") * own_factor).alias("measured_mg_m3")), faults


def _pattern(name: str) -> str:
    """Return how a cell is written; only a concentration may carry the letter of its state."""
    return NUMBER_AND_LETTER if name == "measured_mg_m3" else f"^{NUMBER}$"


def _present(text: pl.Expr) -> pl.Expr:
    """Return the text of a cell, null where it says in one of the usual ways that there is no number."""
    trimmed = without_thousands(half_width(text.str.strip_chars(BLANK)))
    return pl.when(~trimmed.str.to_uppercase().is_in([*MISSING, *NO_NUMBER])).then(trimmed)


def without_thousands(text: pl.Expr) -> pl.Expr:
    """Return text without separators of thousands; a decimal comma stays, and is then no number."""
    is_grouped = text.str.contains(r"^[+-]?\d{1,3}(?:,\d{3})+(?:\.\d+)?\D*$")
    return pl.when(is_grouped).then(text.str.replace_all(",", "", literal=True)).otherwise(text)


def _unread(read: pl.DataFrame, sheet: Sheet, name: str) -> list[Fault]:
    may_be_letter = pl.col("letter").is_not_null() if name == "measured_mg_m3" else pl.lit(value=False)
    unread = read.filter(
        pl.col(f"_{name}").is_not_null() & pl.col(name).is_null() & ~may_be_letter.fill_null(value=False)
    )
    return faults_of(unread.select("row", value=pl.col(f"_{name}")), sheet.at, "not_a_number", name)


def _marks(rows: pl.DataFrame, sheet: Sheet, options: ReadingOptions) -> tuple[pl.DataFrame, list[Fault]]:
    """Add `flag` and `source_state`; a letter in the cell of the concentration goes before the flag column."""
    flag_text, source_text = _word(pl.col("own_flag")), _word(sheet.cell("source_state"))
    read = rows.with_columns(
        _flag=flag_text.replace_strict(FLAG_WORDS, default=None, return_dtype=pl.String),
        _source=source_text.replace_strict(SOURCE_WORDS, default=None, return_dtype=pl.String),
        _flag_text=flag_text,
        _source_text=source_text,
    )
    faults = [
        *_unknown_marks(read, sheet, "flag", FLAGS),
        *_unknown_marks(read, sheet, "source", SOURCE_STATES),
    ]
    foreign = read.filter(pl.col("letter").is_not_null() & ~pl.col("letter").is_in(FLAGS))
    faults += faults_of(foreign.select("row", value="letter"), sheet.at, "unknown_flag", "letter", ", ".join(FLAGS))
    has_flags = any(name == "flag" for name, _ in sheet.columns)
    unmarked = None if has_flags or not options.unmarked_is_normal else "N"
    if not has_flags and not options.unmarked_is_normal:
        faults.append(fault("no_flag_column", sheet.header))
    by_column = pl.coalesce("_flag", pl.lit(unmarked, dtype=pl.String))
    by_letter = pl.when(pl.col("letter").is_in(FLAGS)).then(pl.col("letter"))
    flag = pl.when(pl.col("letter").is_null()).then(by_column).otherwise(by_letter)
    return read.with_columns(flag=flag, source_state="_source"), faults


def _word(text: pl.Expr) -> pl.Expr:
    folded = half_width(text.str.strip_chars(BLANK)).str.to_lowercase()
    return pl.when(~folded.is_in(["", "-", "--", "/", "na", "null"])).then(folded)


def _unknown_marks(read: pl.DataFrame, sheet: Sheet, name: str, known: tuple[str, ...]) -> list[Fault]:
    unknown = read.filter(pl.col(f"_{name}_text").is_not_null() & pl.col(f"_{name}").is_null())
    return faults_of(
        unknown.select("row", value=pl.col(f"_{name}_text")), sheet.at, "unknown_flag", name, ", ".join(known)
    )
