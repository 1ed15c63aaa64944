"""The table of emission factors: what each is per, for which lines, and who says so; nothing is converted in silence.

A factor is per unit of activity. The activity is the output in the table of lines, unless a row names one line and
states the amount itself. An emission factor (排污系数) counts the treatment, a generation factor (产污系数) does not.
"""

from datetime import date
from pathlib import Path

import dataframely as dy
import polars as pl

from grading.case.cells import BLANK, MISSING, half_width
from grading.checked import checked
from grading.faults import Fault
from grading.monitoring.dates import is_not_a_day, read_day
from grading.monitoring.hourly import NUMBER, POLLUTANT_OF, without_thousands
from grading.monitoring.judged import Wrong, judge, open_list
from grading.monitoring.sheet import Sheet
from grading.monitoring.tables import ACTIVITIES, EVIDENCE_STATUSES
from grading.monitoring.vocabulary import (
    ACTIVITY_WORDS,
    EVIDENCE_WORDS,
    FACTOR_WORDS,
    POLLUTANT_WORDS,
    factor_names,
)
from grading.scale import POLLUTANTS

REQUIRED = ("pollutant", "factor_unit", "activity_unit", "document", "evidence_status")
NUMBERS = ("emission_factor", "generation_factor", "activity_per_day", "removal_share")
MASSES = {"kg": 1.0, "千克": 1.0, "公斤": 1.0, "g": 1e-3, "克": 1e-3}
PER = {"吨": "t", "立方米": "m3", "万立方米": "万m3", "千瓦时": "kwh"}
KG_PER_T = 1000.0
NOTHING = pl.lit("")


class Factors(dy.Schema):
    """One row per accepted factor: kg of a pollutant per `activity_unit` of activity.

    With `unit_id` it holds for that line only; otherwise for lines of the industry and process, and where stated of the
    subtype and product. `activity_per_day` is of an operating day and only stated for single lines; null: the output
    in the table of lines. `removal_share` is null where the factor counts the treatment already.
    """

    source_file = dy.String()
    source_sheet = dy.String()
    source_row = dy.Int64(primary_key=True, min=1)
    unit_id = dy.String(nullable=True)
    industry = dy.String(nullable=True)
    subtype = dy.String(nullable=True)
    process = dy.String(nullable=True)
    product = dy.String(nullable=True)
    fuel = dy.String(nullable=True)
    pollutant = dy.Enum(POLLUTANTS)
    factor_kg_per_activity = dy.Float64(min=0)
    activity = dy.Enum(ACTIVITIES)
    activity_unit = dy.String()
    activity_per_day = dy.Float64(nullable=True, min=0)
    removal_share = dy.Float64(nullable=True, min=0, max=1)
    document = dy.String()
    clause = dy.String(nullable=True)
    issued_on = dy.Date(nullable=True)
    evidence_status = dy.Enum(EVIDENCE_STATUSES)


def read_factors(path: Path, units: pl.DataFrame, on: date) -> tuple[pl.DataFrame, list[Fault]]:
    """Return the accepted factors and the faults of the others.

    Shape: `Factors`, in the order of the file. A line that a row names must be one of `units` (unit_id).

    Raises:
        InputError: the file cannot be read or lacks a required column.
    """
    sheet = open_list(path, factor_names(), REQUIRED, FACTOR_WORDS)
    rows = _typed(sheet)
    wrong = [*_wrong_words(units, on), *_wrong_numbers(), *_wrong_together()]
    good, faults = judge(rows, wrong, sheet.at)
    accepted = good.with_columns(source_file=pl.lit(sheet.file), source_sheet=pl.lit(sheet.sheet), source_row="row")
    return checked(Factors, accepted.select(Factors.column_names()).sort("source_row")), faults


def _typed(sheet: Sheet) -> pl.DataFrame:
    """Return the rows with numbers, days and choices read; what was written stays beside them as `<column>_text`."""
    cells = {name: sheet.cell(name).str.strip_chars(BLANK) for name in FACTOR_WORDS}
    present = {name: pl.when(~cell.str.to_uppercase().is_in(MISSING)).then(cell) for name, cell in cells.items()}
    text = sheet.rows.select("row", **{f"{name}_text": cell for name, cell in present.items()})
    number = f"^{NUMBER}$"
    numbers = {
        name: without_thousands(half_width(pl.col(f"{name}_text")))
        .str.extract(number, 1)
        .cast(pl.Float64, strict=False)
        * sheet.factor(name)
        for name in NUMBERS
    }
    plain = {name: pl.col(f"{name}_text") for name in ("unit_id", "industry", "subtype", "process", "product", "fuel")}
    read = text.with_columns(
        **numbers,
        **plain,
        document="document_text",
        clause="clause_text",
        issued_on=read_day(pl.col("issued_on_text")),
        pollutant=_word("pollutant", POLLUTANT_OF),
        activity=pl.coalesce(
            _word("activity", ACTIVITY_WORDS), pl.when(pl.col("activity_text").is_null()).then(pl.lit("output"))
        ),
        evidence_status=_word("evidence_status", EVIDENCE_WORDS),
        activity_unit=_per(pl.col("activity_unit_text")),
    )
    return read.with_columns(*_factor())


def _word(name: str, words: dict[str, str]) -> pl.Expr:
    folded = half_width(pl.col(f"{name}_text")).str.to_lowercase()
    return folded.replace_strict(words, default=None, return_dtype=pl.String)


def _per(text: pl.Expr) -> pl.Expr:
    """Return a unit of activity in one spelling."""
    return half_width(text).str.replace_all(r"\s", "").str.to_lowercase().str.replace("³", "3").replace(PER)


def _factor() -> list[pl.Expr]:
    """Return the factor in kg per unit of activity, the mass unit it was written in, and what it holds per."""
    unit = half_width(pl.col("factor_unit_text")).str.replace_all(r"\s", "").str.to_lowercase()
    # The tables of the State write 千克/吨-产品; of another activity the product would be another denominator.
    tail = pl.when(pl.col("activity") == "output").then(unit.str.replace(r"-?产品$", "")).otherwise(unit)
    mass = tail.str.extract(r"^([^/]+)/").replace_strict(MASSES, default=None, return_dtype=pl.Float64)
    stated = pl.coalesce("emission_factor", "generation_factor")
    return [
        mass.alias("mass"),
        _per(tail.str.extract(r"/(.+)$")).alias("per"),
        (stated * mass).alias("factor_kg_per_activity"),
        pl.coalesce("emission_factor_text", "generation_factor_text").alias("stated_text"),
    ]


def _wrong_words(units: pl.DataFrame, on: date) -> list[Wrong]:
    """Return every way in which a word or a day of a row can be wrong."""
    unit, issued = pl.col("unit_id"), pl.col("issued_on")
    is_foreign = unit.is_not_null() & ~unit.is_in(units["unit_id"].implode())
    choices = {
        "pollutant": ("unknown_pollutant", [words[0] for words in POLLUTANT_WORDS.values()]),
        "activity": ("unknown_activity", ACTIVITIES),
        "evidence_status": ("unknown_evidence", EVIDENCE_STATUSES),
    }
    return [
        *(Wrong("blank_cell", name, pl.col(f"{name}_text").is_null(), NOTHING) for name in REQUIRED),
        *(
            Wrong("blank_cell", name, unit.is_null() & pl.col(name).is_null(), NOTHING)
            for name in ("industry", "process")
        ),
        Wrong("unknown_unit_id", "unit_id", is_foreign, unit),
        *(
            Wrong(
                rule,
                name,
                pl.col(f"{name}_text").is_not_null() & pl.col(name).is_null(),
                pl.col(f"{name}_text"),
                ", ".join(known),
            )
            for name, (rule, known) in choices.items()
        ),
        Wrong("not_a_day", "issued_on", is_not_a_day(pl.col("issued_on_text"), issued), pl.col("issued_on_text")),
        Wrong("not_yet_issued", "issued_on", issued > on, pl.col("issued_on_text")),
    ]


def _wrong_numbers() -> list[Wrong]:
    """Return the same for cells that hold a number: unread, below nought, or more than can be."""
    removal, factor = pl.col("removal_share"), pl.col("factor_kg_per_activity")
    return [
        *(Wrong("factor_number", name, _is_unread(name), pl.col(f"{name}_text"), "≥ 0") for name in NUMBERS),
        Wrong("factor_number", "removal_share", removal > 1, pl.col("removal_share_text"), "0 … 1"),
        Wrong(
            # More of a pollutant than of what it comes from is a unit mix-up.
            "factor_number", "emission_factor", (pl.col("per") == "t") & (factor >= KG_PER_T),
            pl.col("stated_text"), "< 1000 kg/t",
        ),
    ]  # fmt: skip


def _is_unread(name: str) -> pl.Expr:
    number = pl.col(name)
    return pl.col(f"{name}_text").is_not_null() & ~(number.is_finite() & (number >= 0)).fill_null(value=False)


def _wrong_together() -> list[Wrong]:
    """Return the same for cells of a row that do not go together."""
    emission, generation = (pl.col(f"{name}_factor_text") for name in ("emission", "generation"))
    removal, unit, is_output = pl.col("removal_share_text"), pl.col("unit_id"), pl.col("activity") == "output"
    amount, written = pl.col("activity_per_day_text"), pl.col("factor_unit_text")
    single = pl.coalesce("fuel", "activity_per_day_text", pl.when(~is_output).then("activity_text"))
    is_unit = pl.col("mass").is_not_null() & pl.col("per").is_not_null()
    return [
        Wrong("one_factor", "emission_factor", emission.is_null() == generation.is_null(), NOTHING),
        Wrong("removal_missing", "removal_share", generation.is_not_null() & removal.is_null(), generation),
        Wrong("removal_twice", "removal_share", emission.is_not_null() & removal.is_not_null(), emission),
        Wrong("factor_unit", "factor_unit", written.is_not_null() & ~is_unit, written),
        Wrong(
            "factor_unit_differs", "factor_unit", is_unit & (pl.col("per") != pl.col("activity_unit")),
            pl.col("per"), pl.col("activity_unit"),
        ),
        Wrong("only_with_line", "unit_id", unit.is_null() & single.is_not_null(), single),
        Wrong(
            "activity_amount", "activity_per_day", unit.is_not_null() & ~is_output & amount.is_null(),
            pl.col("activity_text"),
        ),
    ]  # fmt: skip
