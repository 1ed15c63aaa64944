"""Testing bodies on a black list: what they reported does not count as evidence."""

from collections.abc import Sequence
from datetime import date

import polars as pl

from grading.assess.evidence import plain
from grading.case.settings import BlacklistedBody


def mark_barred(evidence: pl.DataFrame, blacklist: Sequence[BlacklistedBody]) -> pl.DataFrame:
    """Return the evidence with `is_barred`: it comes from a body that stood on the list on the day it was taken.

    Both days of an entry belong to it. A row without a day counts as taken while the body was listed: nothing
    shows that it was not.
    """
    provider, day = plain(pl.col("provider")), pl.col("observed_on")
    entries = [
        (provider == plain(pl.lit(body.provider)))
        & (day.is_null() | day.is_between(body.valid_from or date.min, body.valid_to or date.max))
        for body in blacklist
    ]
    is_barred = pl.any_horizontal(pl.lit(value=False), *entries).fill_null(value=False)
    return evidence.with_columns(is_barred.alias("is_barred"))
