"""Measures counted by production line: "stop 50 %, by line"."""

import polars as pl

from optimizer.city.asked import STOP, TOLERANCE
from optimizer.city.beside import beside
from optimizer.city.roster import CLASS

GROUP = ("enterprise_id", *CLASS)


def count_lines(asked: pl.DataFrame, menu: pl.DataFrame, ceilings: pl.DataFrame, has_floors: bool) -> pl.DataFrame:
    """Return `asked` with the by-line measures resolved: `line_group`, `lines`, `lines_to_stop`, `asked_severity`.

    Law: several lines: ceil(lines * share) of them stop, whichever; one line only: its load is cut by that
    share; lines that cannot stop (or may not, being exempt) lower their load where the others are too few;
    share 1 stops each line. Running lines of one enterprise, industry, subtype and process count together.
    """
    lines = beside(asked, may_stop(ceilings, menu), "unit_id", "level")
    by_line = (
        pl.lit(has_floors)
        & (pl.col("kind") == "stop_share_by_line")
        & ~pl.col("is_idle")
        & (pl.col("asked_severity") < STOP).fill_null(False)
    )
    together = [*GROUP, "level"]
    of_group = by_line.sum().over(together).cast(pl.Int64)
    counted = lines.with_columns(
        lines=of_group,
        can_stop_lines=(by_line & pl.col("may_stop")).sum().over(together).cast(pl.Int64),
        is_counted=by_line & (of_group >= 2),
        needed=(of_group * pl.col("share") - TOLERANCE).ceil().cast(pl.Int64),
    )
    spared = pl.col("may_stop") | (pl.col("can_stop_lines") >= pl.col("needed"))
    return counted.with_columns(
        line_group=pl.when(pl.col("is_counted")).then(group_name()),
        lines_to_stop=pl.when(pl.col("is_counted")).then("needed"),
        asked_severity=pl.when(pl.col("is_counted") & spared).then(0.0).otherwise("asked_severity"),
        is_counted=pl.col("is_counted") & spared,
    ).drop("needed", "can_stop_lines", "enterprise_id", "may_stop")


def group_name() -> pl.Expr:
    """Return the name of a unit's line group."""
    return pl.concat_str([pl.col(part).fill_null("") for part in GROUP], separator="|")


def line_counts(counted: pl.DataFrame, stoppable: pl.DataFrame) -> pl.DataFrame:
    """Return how many lines of each group must at least stop: the law's number, never more than may stop.

    `stoppable`: of `may_stop`. Shape: one row per line group and level. A line may stop where its ceiling is a measure
    that cuts all production; an exempt group is kept with 0, so that nothing vanishes.
    """
    return (
        counted.filter(pl.col("line_group").is_not_null())
        .join(stoppable, on=["unit_id", "level"])
        .group_by("line_group", "level")
        .agg(
            pl.col("lines").first(),
            pl.min_horizontal(pl.col("lines_to_stop").max(), pl.col("may_stop").sum().cast(pl.Int64)).alias(
                "stop_at_least"
            ),
            pl.col("lines_to_stop").max().alias("law_asks_stop"),
            pl.col("clause").first(),
        )
        .sort("line_group", "level")
    )


def may_stop(bounds: pl.DataFrame, menu: pl.DataFrame) -> pl.DataFrame:
    """Return per unit and level whether its ceiling is a stop, cold or kept hot.

    A bureau's own measure is never counted as a stopped line, whatever it removes: what it does to production
    is not stated.
    """
    ceilings = menu.select("unit_id", "kind", ceil_k="k")
    found = bounds.join(ceilings, on=["unit_id", "ceil_k"], maintain_order="left")
    return found.select("unit_id", "level", may_stop=pl.col("kind") == "stop")
