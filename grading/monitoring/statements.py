"""The permit register and the disclosures of enterprises, as lists of stated quantities.

A yearly amount is divided by the days on which the line runs; without them it is a fault, not a guess.
"""

from pathlib import Path

import polars as pl

from grading.case.cells import BLANK, MISSING, half_width
from grading.case.headers import normal
from grading.checked import checked
from grading.faults import Fault, InputError
from grading.monitoring.dates import is_not_a_day, read_day
from grading.monitoring.hourly import NUMBER, without_thousands
from grading.monitoring.input_rules import fault, faults_of
from grading.monitoring.quantities import Quantities
from grading.monitoring.sheet import Sheet, open_sheet
from grading.monitoring.vocabulary import POLLUTANT_WORDS

SUBJECT_WORDS = ("subject_id", "unit_id", "生产线编号", "工序编号", "产线编号")
DOCUMENT_WORDS = ("document", "许可证编号", "文件编号", "报告编号")
FROM_WORDS, TO_WORDS = ("valid_from", "有效期起", "生效日期"), ("valid_to", "有效期止", "失效日期")
CAPACITY_WORDS = ("capacity_t_per_day", "许可产能", "产能")
KG_PER_T = 1000.0
YEARLY = "_t_per_year"


def statement_names() -> dict[str, tuple[str, str]]:
    """Return normalised header -> (attribute, "") of permit and disclosure lists."""
    words: dict[str, tuple[str, ...]] = {
        "subject_id": SUBJECT_WORDS,
        "document": DOCUMENT_WORDS,
        "valid_from": FROM_WORDS,
        "valid_to": TO_WORDS,
        "capacity_t_per_day": CAPACITY_WORDS,
    }
    for pollutant, names in POLLUTANT_WORDS.items():
        words[f"{pollutant}_limit_mg_m3"] = tuple(f"{name}{end}" for name in names for end in ("限值", "许可限值"))
        words[f"{pollutant}_kg_per_day"] = tuple(
            f"{name}{end}" for name in names for end in ("日排放量", "许可日排放量")
        )
        words[f"{pollutant}{YEARLY}"] = tuple(f"{name}{end}" for name in names for end in ("年排放量", "许可年排放量"))
    return {normal(word): (name, "") for name, known in words.items() for word in (*known, name)}


def read_statements(path: Path, source: str, units: pl.DataFrame, on: pl.Expr) -> tuple[pl.DataFrame, list[Fault]]:
    """Return what one list states about known units on a day, and its faults.

    Shape: `Quantities` of one source. A row whose validity does not hold on the day is a fault and is not used.

    Raises:
        InputError: the file cannot be read or names no unit.
    """
    sheet = open_sheet(path.read_bytes(), path.name, statement_names())
    if ("subject_id", "") not in sheet.columns:
        place = sheet.header
        raise InputError([fault("missing_column", place, "subject_id", ", ".join(SUBJECT_WORDS))])
    rows = sheet.rows.with_columns(
        subject_id=sheet.cell("subject_id").str.strip_chars(BLANK),
        document=sheet.cell("document"),
        valid_from=read_day(sheet.cell("valid_from")),
        valid_to=read_day(sheet.cell("valid_to")),
    ).join(
        units.select("unit_id", days="operating_days_per_year"), left_on="subject_id", right_on="unit_id", how="left"
    )
    known = pl.col("subject_id").is_in(units["unit_id"].implode()).fill_null(value=False)
    undated = [(name, is_not_a_day(sheet.cell(name), pl.col(name))) for name in ("valid_from", "valid_to")]
    has_day = ~pl.any_horizontal(wrong for _, wrong in undated)
    begun, lasts = pl.col("valid_from") <= on, pl.col("valid_to") >= on
    in_force = begun.fill_null(value=True) & lasts.fill_null(value=True)
    stated, faults = _stated(rows.filter(known & has_day & in_force), sheet, source)
    wrong = [
        ("unknown_unit_id", "subject_id", ~known, pl.col("subject_id")),
        ("not_valid_on_the_day", "valid_to", known & has_day & ~in_force, pl.col("subject_id")),
        *(("not_a_day", name, known & is_wrong, sheet.cell(name)) for name, is_wrong in undated),
    ]
    for rule, column, is_wrong, value in wrong:
        faults += faults_of(rows.filter(is_wrong).select("row", value=value), sheet.at, rule, column)
    return stated, faults


def _stated(rows: pl.DataFrame, sheet: Sheet, source: str) -> tuple[pl.DataFrame, list[Fault]]:
    """Return one row per stated quantity, and the faults of cells and of yearly amounts without days."""
    parts, faults = [], []
    for name, _ in sheet.columns:
        if name in ("subject_id", "document", "valid_from", "valid_to"):
            continue
        text = without_thousands(half_width(sheet.cell(name).str.strip_chars(BLANK)))
        present = pl.when(~text.str.to_uppercase().is_in(MISSING)).then(text)
        read = rows.with_columns(
            value_text=present, number=present.str.extract(f"^{NUMBER}$", 1).cast(pl.Float64, strict=False)
        )
        is_yearly = name.endswith(YEARLY)
        per_day = KG_PER_T / pl.col("days") if is_yearly else pl.lit(1.0)
        value = pl.col("number") * sheet.factor(name) * per_day
        shaped = read.with_columns(value=value, quantity=pl.lit(name.replace(YEARLY, "_kg_per_day")))
        unread = shaped.filter(pl.col("value_text").is_not_null() & pl.col("number").is_null())
        undated = shaped.filter(pl.col("number").is_not_null() & pl.col("value").is_null())
        faults += faults_of(unread.select("row", value="value_text"), sheet.at, "not_a_number", name)
        faults += faults_of(undated.select("row", value="value_text"), sheet.at, "needs_days", name)
        parts.append(shaped.filter(pl.col("value").is_not_null()))
    whole = pl.concat(parts).with_columns(
        source=pl.lit(source),
        observed_on=pl.lit(None, dtype=pl.Date),
        source_file=pl.lit(sheet.file),
        source_row=pl.col("row"),
    )
    once = whole.unique(["subject_id", "quantity"], keep="none")
    doubled = whole.join(once, on=["subject_id", "quantity"], how="anti")
    faults += faults_of(doubled.select("row", value="subject_id"), sheet.at, "stated_twice", "subject_id")
    ordered = once.select(Quantities.column_names()).sort("subject_id", "quantity")
    return checked(Quantities, ordered), faults
