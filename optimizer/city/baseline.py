"""The baseline a cut is measured against: the least of three daily outputs."""

import polars as pl

# Order also breaks ties, so the source named is always the same one.
SOURCES = {
    "eia": "capacity_eia_t_per_day",
    "permit": "capacity_permit_t_per_day",
    "last_year": "output_last_year_t_per_day",
}


def with_baseline(roster: pl.DataFrame) -> pl.DataFrame:
    """Return the roster with `baseline_t_per_day` and the source it came from.

    Units: t/d. Law: the least of EIA capacity, permit capacity and last year's output, each as a daily mean;
    the ones not known take no part. None known: null, source `unknown`, and a cut can be stated as a share only.
    An idle line has baseline 0: it may not be the base of a reduction.
    """
    least = pl.min_horizontal(*SOURCES.values())
    source = pl.coalesce(
        *(pl.when(pl.col(column) == least).then(pl.lit(name)) for name, column in SOURCES.items()), pl.lit("unknown")
    )
    return roster.with_columns(
        baseline_t_per_day=pl.when(pl.col("is_idle")).then(0.0).otherwise(least),
        baseline_source=pl.when(pl.col("is_idle")).then(pl.lit("idle")).otherwise(source),
    )
