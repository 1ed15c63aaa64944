"""What changed since the earlier list: a comparison of two grades per enterprise, nothing judged anew."""

import polars as pl

from grading.scale import GRADE_DTYPE, rank

EXEMPT = ("grade_exempt", "register_exempt", "register_quota", "small_micro")
SCHEMA = {
    "enterprise_id": pl.String,
    "name": pl.String,
    "county": pl.String,
    "industry": pl.String,
    "before": GRADE_DTYPE,
    "after": GRADE_DTYPE,
    "change": pl.String,
    "exemption": pl.String,
}


def grade_changes(previous: pl.DataFrame | None, grades: pl.DataFrame) -> pl.DataFrame | None:
    """Return every enterprise of either list with its grade then and now; None where no earlier list is named.

    Shape: `SCHEMA`, one row per enterprise, sorted by county and number. `change`: rose, fell, same (also between
    schemes whose grades rank alike), new (not on the earlier list), gone (no longer on the list). `exemption`: gained,
    lost, kept, never, or null where the earlier list does not say.
    """
    if previous is None:
        return None
    before = previous.select(
        "enterprise_id",
        before=pl.col("planned_grade").cast(GRADE_DTYPE),
        **{f"old_{name}": pl.col(name) for name in ("name", "county", "industry", "treatment")},
    )
    now = grades.select(
        "enterprise_id", "name", "county", "industry", after=pl.col("planned_grade"), treatment=_text("treatment")
    )
    both = now.join(before, on="enterprise_id", how="full", coalesce=True)
    return both.select(
        "enterprise_id",
        *(pl.coalesce(name, f"old_{name}").alias(name) for name in ("name", "county", "industry")),
        "before",
        "after",
        change=_change(),
        exemption=_exemption(),
    ).sort("county", "enterprise_id", nulls_last=True)


def _text(column: str) -> pl.Expr:
    return pl.col(column).cast(pl.String)


def _change() -> pl.Expr:
    old, new = rank(pl.col("before")), rank(pl.col("after"))
    return (
        pl.when(pl.col("before").is_null())
        .then(pl.lit("new"))
        .when(pl.col("after").is_null())
        .then(pl.lit("gone"))
        .when(new < old)
        .then(pl.lit("rose"))
        .when(new > old)
        .then(pl.lit("fell"))
        .otherwise(pl.lit("same"))
    )


def _exemption() -> pl.Expr:
    was, is_now = pl.col("old_treatment").is_in(EXEMPT), pl.col("treatment").is_in(EXEMPT)
    return (
        pl.when(pl.col("before").is_null() | pl.col("after").is_null() | pl.col("old_treatment").is_null())
        .then(pl.lit(None, dtype=pl.String))
        .when(was & is_now)
        .then(pl.lit("kept"))
        .when(was)
        .then(pl.lit("lost"))
        .when(is_now)
        .then(pl.lit("gained"))
        .otherwise(pl.lit("never"))
    )


def changes_by(changes: pl.DataFrame, key: str) -> pl.DataFrame:
    """Return how many enterprises rose, fell, came and went. Shape: one row per `key`: rose, fell, same, new, gone."""
    kinds = ("rose", "fell", "same", "new", "gone")
    return changes.group_by(key).agg((pl.col("change") == kind).sum().cast(pl.Int64).alias(kind) for kind in kinds)
