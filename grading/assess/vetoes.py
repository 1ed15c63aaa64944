"""Penalties inside the look-back window cap the grade.

Days are counted from the day of application (or the day of the law, where none is given) back to the
decision; the last day of the window counts: with 365 days, day 365 caps and day 366 does not.
A kind the pack does not know, and a decision taken after the application, cap only the worse end.
"""

from datetime import date

import polars as pl

from grading.assess.evidence import plain
from grading.law.model import Law
from grading.scale import rank


def _kinds(law: Law) -> pl.DataFrame:
    """Return every name of a penalty kind beside its rule."""
    rules = law.vetoes.with_columns(rank(pl.col("cap")).alias("cap_rank"))
    by_id = rules.with_columns(pl.col("kind").alias("called"))
    by_name = (
        rules.explode("synonyms")
        .with_columns(pl.col("synonyms").alias("called"))
        .filter(pl.col("called").is_not_null())
    )
    columns = ["called", "kind", "cap_rank", "look_back_days", "minor_and_rectified_is_spared", "clause", "status"]
    return (
        pl.concat([by_id.select(columns), by_name.select(columns)])
        .with_columns(plain(pl.col("called")))
        .sort("called", "cap_rank", "kind", descending=[False, True, False])
        .unique("called", keep="first", maintain_order=True)
    )


def caps(penalties: pl.DataFrame, enterprises: pl.DataFrame, law: Law) -> pl.DataFrame:
    """Return the caps of each enterprise: the worst one, the latest decision first among equals.

    `sure_cap_rank` binds both ends of the interval, `cap_rank` only the worse one.
    Shape: one row per enterprise_id with a penalty that counts.
    """
    on = date.fromisoformat(law.on)
    applied = enterprises.select("enterprise_id", pl.col("applied_on").fill_null(on))
    named = penalties.join(applied, on="enterprise_id", how="inner").with_columns(
        plain(pl.col("kind")).alias("called"), pl.col("kind").alias("stated_kind")
    )
    matched = named.drop("kind").join(_kinds(law), on="called", how="left")
    strictest = law.vetoes.select(
        pl.col("look_back_days").max().alias("any_days"), rank(pl.col("cap")).max().alias("any_cap_rank")
    )
    judged = matched.join(strictest, how="cross").with_columns(_age(on).alias("age"), *_is_sure())
    window = pl.coalesce("look_back_days", "any_days")
    was_spared = pl.col("minor_and_rectified_is_spared").fill_null(value=False) & (
        pl.col("rectified_on") <= pl.max_horizontal("applied_on", pl.lit(on))
    ).fill_null(value=False)
    counting = judged.filter(pl.col("age").is_between(0, window) & ~was_spared & (pl.col("decided_on") <= on))
    return _worst_cap(counting.with_columns(pl.coalesce("cap_rank", "any_cap_rank").alias("cap_rank")))


def _age(on: date) -> pl.Expr:
    """Return the days from the decision to the application, or to the law's day if decided after it."""
    reference = pl.when(pl.col("decided_on") > pl.col("applied_on")).then(pl.lit(on)).otherwise("applied_on")
    return (reference - pl.col("decided_on")).dt.total_days()


def _is_sure() -> list[pl.Expr]:
    is_known_kind = pl.col("cap_rank").is_not_null()
    before_application = pl.col("decided_on") <= pl.col("applied_on")
    return [(is_known_kind & before_application).alias("is_sure")]


def _worst_cap(counting: pl.DataFrame) -> pl.DataFrame:
    ordered = counting.sort(
        ["enterprise_id", "is_sure", "cap_rank", "decided_on", "stated_kind"],
        descending=[False, True, True, True, False],
    )
    return ordered.group_by("enterprise_id", maintain_order=True).agg(
        pl.col("cap_rank").filter("is_sure").max().alias("sure_cap_rank"),
        pl.col("cap_rank").max(),
        pl.coalesce("kind", "stated_kind").first().alias("veto_kind"),
        pl.col("decided_on").first().alias("veto_decided_on"),
        pl.col("clause").first().alias("veto_clause"),
        pl.col("status").first().alias("veto_status"),
    )
