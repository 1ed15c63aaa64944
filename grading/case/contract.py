"""The declared contract of a table, checked by dataframely; the only module that knows how it reports.

A rule that evaluates to null passes in dataframely, so nullability is checked as a rule of its own.
"""

import dataframely as dy
import polars as pl

from grading.case.parse import FAULTS, Parsed
from grading.case.schemas import TABLES

RULE_OF = {"nullability": "blank", "min": "below_min", "max": "above_max", "nan": "not_a_number", "inf": "not_a_number"}


def contract_faults(parsed: Parsed) -> pl.DataFrame:
    """Return the faults of cells that were read but break the declaration: blank, or out of bounds."""
    schema = TABLES[parsed.table]
    _, failure = schema.filter(parsed.frame)
    broken = [rule.split("|") for rule in failure.counts() if "|" in rule]
    details = failure.details() if broken else failure.invalid()
    found = [_faults_of(details, name, rule, schema.columns()[name], parsed) for name, rule in broken]
    cells = pl.concat([pl.DataFrame(schema=FAULTS), *found])
    return cells.join(parsed.faults, on=["row", "column"], how="anti")


def _faults_of(details: pl.DataFrame, name: str, rule: str, column: dy.Column, parsed: Parsed) -> pl.DataFrame:
    is_share = (column.metadata or {}).get("unit") == "1" and rule == "max"
    bound = getattr(column, rule, None)
    return details.filter(pl.col(f"{name}|{rule}") == "invalid").select(
        pl.col("source_row").alias("row"),
        pl.lit(parsed.name(name)).alias("column"),
        pl.col(name).cast(pl.String).fill_null("").alias("value"),
        pl.lit("share_above_one" if is_share else RULE_OF[rule]).alias("rule"),
        pl.lit("" if bound is None else str(bound)).alias("expected"),
    )


def accept(parsed: Parsed, faults: pl.DataFrame) -> pl.DataFrame:
    """Return the rows without a fault, held once more to the whole declaration, in a fixed order."""
    schema = TABLES[parsed.table]
    rows = parsed.frame.filter(~pl.col("source_row").is_in(faults["row"].unique().implode()))
    ordered = rows.sort(*schema.primary_key(), *_data_first(rows), nulls_last=True, maintain_order=True)
    return schema.validate(ordered)


def _data_first(rows: pl.DataFrame) -> list[str]:
    return [name for name in rows.columns if not name.startswith("source_")] + ["source_file", "source_row"]
