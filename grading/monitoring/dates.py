"""Days in lists of other systems; what is written and cannot be read is told, not taken for blank."""

import polars as pl

from grading.case.cells import BLANK, MISSING


def read_day(text: pl.Expr) -> pl.Expr:
    """Return a day written with dashes, slashes or points; null where there is none or it cannot be read."""
    return text.str.strip_chars(BLANK).str.replace_all(r"[/.]", "-").str.to_date("%Y-%m-%d", strict=False)


def is_not_a_day(text: pl.Expr, day: pl.Expr) -> pl.Expr:
    """Return whether something is written and cannot be read: 长期 is not taken for "no end"."""
    written = text.str.strip_chars(BLANK)
    return (~written.str.to_uppercase().is_in(MISSING) & day.is_null()).fill_null(value=False)
