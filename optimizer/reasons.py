"""Why each order stands: one code per order, and the pollutant that asked for it."""

import polars as pl

from grading.scale import LEVELS, POLLUTANTS
from optimizer.result import City


def with_reasons(orders: pl.DataFrame, city: City, prices: pl.DataFrame) -> pl.DataFrame:
    """Return the orders with `reason_code` and `reason_pollutant`; `orders`: every unit at every level, in order.

    The first reason that applies stands, in the order of `_reason`: what shields a unit comes before what
    asks something of it, and what the law asks before what the targets need.
    """
    is_mildest = pl.col("level") == LEVELS[0]
    marked = (
        orders.with_columns(k_before=pl.when(is_mildest).then(0).otherwise(pl.col("k").shift(1)))
        .join(_counted(orders, city), on=["line_group", "level"], how="left", maintain_order="left")
        .with_columns(floor_alone=_floor_alone(), **_worths(prices))
        .with_columns(worth=pl.max_horizontal([f"worth_{p}" for p in POLLUTANTS]))
        .with_columns(reason_code=_reason())
    )
    needed = pl.col("reason_code") == "needed_for_target"
    return marked.with_columns(reason_pollutant=pl.when(needed & (pl.col("worth") > 0)).then(_dearest()))


def _reason() -> pl.Expr:
    """Return the reason code; the order of the branches is the precedence."""
    treatment = pl.col("treatment")
    spared = pl.col("k") == 0
    beyond = pl.col("k") > pl.col("floor_alone")
    counted = (pl.col("kind").cast(pl.String) == "stop") & pl.col("is_counted").fill_null(False)
    exempt = treatment == "grade_exempt"
    return (
        pl.when(pl.col("is_idle") | (treatment == "long_idle")).then(pl.lit("idle"))
        .when(pl.col("floor_state") == "override").then(pl.lit("override"))
        .when(spared & exempt & (pl.col("law_kind") == "voluntary")).then(pl.lit("voluntary"))
        .when(spared & exempt).then(pl.lit("exempt_grade"))
        .when(spared & (treatment == "register_exempt")).then(pl.lit("exempt_register"))
        .when(spared & (treatment == "small_micro")).then(pl.lit("small_micro"))
        .when(spared & (pl.col("floor_state") == "limited_by_notice")).then(pl.lit("no_measure_needed"))
        .when((treatment == "register_quota") & (pl.col("k") == pl.col("ceil"))).then(pl.lit("quota"))
        .when(spared).then(pl.lit("no_measure_needed"))
        .when(~beyond).then(pl.lit("legal_minimum"))
        .when(counted).then(pl.lit("counted_by_line"))
        .when((pl.col("k") == pl.col("k_before")) & ~(pl.col("worth") > 0)).then(pl.lit("nested"))
        .otherwise(pl.lit("needed_for_target"))
    )  # fmt: skip


def _floor_alone() -> pl.Expr:
    """Return the floor of this level itself, without what nesting carried over."""
    alone = pl.lit(0, dtype=pl.Int64)
    for level in LEVELS:
        alone = pl.when(pl.col("level") == level).then(pl.col(f"floor_k_{level}")).otherwise(alone)
    return alone


def _counted(orders: pl.DataFrame, city: City) -> pl.DataFrame:
    """Return line groups and levels where no more lines stand still than the law's count asks."""
    stops = (
        orders.filter(pl.col("line_group").is_not_null())
        .group_by("line_group", "level")
        .agg(stops=(pl.col("kind").cast(pl.String) == "stop").sum())
    )
    asked = city.line_counts.select("line_group", pl.col("level").cast(pl.String), "stop_at_least")
    return asked.join(stops, on=["line_group", "level"]).select(
        "line_group", "level", is_counted=(pl.col("stops") <= pl.col("stop_at_least"))
    )


def _worths(prices: pl.DataFrame) -> dict[str, pl.Expr]:
    """Return what the prices pay for each order, CNY/d by pollutant."""
    worths = {}
    for pollutant in POLLUTANTS:
        of_level = pl.lit(0.0)
        for level, price in prices.filter(pl.col("pollutant") == pollutant).select("level", "price_cny_per_kg").rows():
            of_level = pl.when(pl.col("level") == level).then(price).otherwise(of_level)
        worths[f"worth_{pollutant}"] = of_level * pl.col(f"{pollutant}_removed_kg_per_day")
    return worths


def _dearest() -> pl.Expr:
    dearest = pl.lit(None, dtype=pl.String)
    for pollutant in reversed(POLLUTANTS):
        dearest = pl.when(pl.col(f"worth_{pollutant}") == pl.col("worth")).then(pl.lit(pollutant)).otherwise(dearest)
    return dearest
