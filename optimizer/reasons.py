"""Why each order stands: one code per order, and the pollutant that asked for it."""

import polars as pl

from grading.scale import LEVELS, POLLUTANTS
from optimizer.result import City
from optimizer.tables import REASONS

REASON_DTYPE = pl.Enum(REASONS)


def with_reasons(orders: pl.DataFrame, city: City, prices: pl.DataFrame) -> pl.DataFrame:
    """Return the orders with `reason_code` and `reason_pollutant`; `orders`: every unit at every level, in order.

    The first reason that applies stands, in the order of `_reason`: what shields a unit comes before what
    asks something of it, and what the law asks before what the targets need.
    """
    is_mildest = pl.col("level") == LEVELS[0]
    needed = pl.col("reason_code") == "needed_for_target"
    read = ("level", "k", "kind", "ceil", "treatment", "is_idle", "floor_state", "law_kind", "line_group")
    told = (
        orders.select(
            *read,
            k_before=pl.when(is_mildest).then(0).otherwise(pl.col("k").shift(1)),
            floor_alone=_floor_alone(),
            **_worths(prices),
        )
        .join(_counted(orders, city), on=["line_group", "level"], how="left", maintain_order="left")
        .with_columns(worth=pl.max_horizontal([f"worth_{p}" for p in POLLUTANTS]))
        .with_columns(reason_code=_reason())
        .select("reason_code", reason_pollutant=pl.when(needed & (pl.col("worth") > 0)).then(_dearest()))
    )
    return pl.concat([orders, told], how="horizontal")


def _reason() -> pl.Expr:
    """Return the reason code; the order of the branches is the precedence."""
    treatment = pl.col("treatment")
    spared = pl.col("k") == 0
    beyond = pl.col("k") > pl.col("floor_alone")
    counted = (pl.col("kind").cast(pl.String) == "stop") & pl.col("is_counted").fill_null(False)
    exempt = treatment == "grade_exempt"
    return (
        pl.when(pl.col("is_idle") | (treatment == "long_idle")).then(_code("idle"))
        .when(pl.col("floor_state") == "override").then(_code("override"))
        .when(spared & exempt & (pl.col("law_kind") == "voluntary")).then(_code("voluntary"))
        .when(spared & exempt).then(_code("exempt_grade"))
        .when(spared & (treatment == "register_exempt")).then(_code("exempt_register"))
        .when(spared & (treatment == "small_micro")).then(_code("small_micro"))
        .when(spared & (pl.col("floor_state") == "limited_by_notice")).then(_code("no_measure_needed"))
        .when((treatment == "register_quota") & (pl.col("k") == pl.col("ceil"))).then(_code("quota"))
        .when(spared).then(_code("no_measure_needed"))
        .when(~beyond).then(_code("legal_minimum"))
        .when(counted).then(_code("counted_by_line"))
        .when((pl.col("k") == pl.col("k_before")) & ~(pl.col("worth") > 0)).then(_code("nested"))
        .otherwise(_code("needed_for_target"))
    )  # fmt: skip


def _code(reason: str) -> pl.Expr:
    return pl.lit(reason, dtype=REASON_DTYPE)


def _floor_alone() -> pl.Expr:
    """Return the floor of this level itself, without what nesting carried over."""
    alone = pl.lit(0, dtype=pl.Int64)
    for level in LEVELS:
        alone = pl.when(pl.col("level") == level).then(pl.col(f"floor_k_{level}")).otherwise(alone)
    return alone


def _counted(orders: pl.DataFrame, city: City) -> pl.DataFrame:
    """Return line groups and levels where no more lines stand still than the law's count asks."""
    is_stop = (pl.col("kind").cast(pl.String) == "stop") & pl.col("line_group").is_not_null()
    stops = orders.lazy().filter(is_stop).group_by("line_group", "level").len("stops")
    asked = city.line_counts.lazy().select("line_group", pl.col("level").cast(pl.String), "stop_at_least")
    return (
        asked.join(stops, on=["line_group", "level"])
        .select("line_group", "level", is_counted=(pl.col("stops") <= pl.col("stop_at_least")))
        .collect()
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
