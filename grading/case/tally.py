"""From a frame of faults to fault objects, each place once, without letting a million of one kind through."""

import polars as pl

from grading.case.parse import FAULTS, Parsed
from grading.case.rules import Place, fault
from grading.faults import Fault

MOST_LISTED = 1000
LONGEST_VALUE = 80


def list_faults(parsed: Parsed, found: pl.DataFrame) -> list[Fault]:
    """Return the faults of one table; beyond 1,000 per rule and column one more fault gives their number."""
    ordered = found.unique(maintain_order=True).sort("row", "column", "rule", "value", nulls_last=True)
    group = ["rule", "column"]
    ranked = ordered.with_columns(pl.int_range(pl.len()).over(group).alias("rank"))
    listed = ranked.filter(pl.col("rank") < MOST_LISTED).select(*FAULTS)
    rest = ranked.filter(pl.col("rank") >= MOST_LISTED).group_by(group, maintain_order=True).agg(pl.len())
    singles = [
        fault(rule, Place(parsed.file, parsed.sheet, row, column), (value or "")[:LONGEST_VALUE], expected or "")
        for row, column, value, rule, expected in listed.iter_rows()
    ]
    return singles + [
        fault("more_of_the_same", Place(parsed.file, parsed.sheet, 0, column), str(count), rule)
        for rule, column, count in rest.iter_rows()
    ]
