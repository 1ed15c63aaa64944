"""The least and the most severe measure of each unit at each level, and why."""

from functools import cache

import polars as pl

from optimizer.city.asked import HOLD, LEVEL_FRAME, TOLERANCE
from optimizer.city.beside import beside

# What ends at a ceiling below its menu because of how it is treated, not because of what it can do.
EXEMPT = ("grade_exempt", "small_micro")


def bounds_by_law(asked: pl.DataFrame, menu: pl.DataFrame, ceilings: pl.DataFrame, has_floors: bool) -> pl.DataFrame:
    """Return floor and ceiling of each unit and level from law, physics and exemptions, before pins.

    `asked` comes from `optimizer.city.lines.count_lines`. Shape: one row per unit and level: `floor_k`, `ceil_k`
    (never gentler at a higher level, floor never above ceiling), `law_k` (the legal measure before
    exemptions), `k_max`, `floor_state`, and `treated_k`, the ceiling that treatment alone would give.
    """
    reached = _law_floor(asked, menu)
    bounded = beside(reached, ceilings, "unit_id", "level").sort("unit_id", "level")
    asked_k = pl.col("law_k") if has_floors else pl.lit(0, dtype=pl.Int64)
    law_k = pl.when(pl.col("is_idle")).then(0).otherwise(asked_k).cast(pl.Int64)
    nested = bounded.with_columns(
        pl.col("ceil_k", "treated_k").cum_min(reverse=True).over("unit_id"),
        law_k=law_k,
        nested_k=law_k.cum_max().over("unit_id"),
    ).with_columns(floor_k=pl.min_horizontal("nested_k", "ceil_k"))
    columns = ("unit_id", "level", "floor_k", "ceil_k", "treated_k", "law_k", "k_max")
    return nested.select(*columns, floor_state=_floor_state(has_floors))


def _law_floor(asked: pl.DataFrame, menu: pl.DataFrame) -> pl.DataFrame:
    """Return the gentlest measure that is at least as severe as what is asked, else the most severe there is."""
    enough = (
        asked[["unit_id", "level", "asked_severity"]]
        .join(menu[["unit_id", "k", "severity"]], on="unit_id")
        .filter(pl.col("severity") >= pl.col("asked_severity") - TOLERANCE)
        .sort("unit_id", "level", "k")
        .group_by("unit_id", "level", maintain_order=True)
        .agg(enough_k=pl.col("k").first(), enough_severity=pl.col("severity").first())
    )
    most = menu.group_by("unit_id").agg(k_max=pl.col("k").max())
    return (
        asked.join(enough, on=["unit_id", "level"], how="left", maintain_order="left")
        .join(most, on="unit_id", maintain_order="left")
        .with_columns(
            law_k=pl.when(pl.col("asked_severity").is_null())
            .then(0)
            .otherwise(pl.coalesce("enough_k", "k_max"))
            .cast(pl.Int64)
        )
    )


def ceilings_by_treatment(roster: pl.DataFrame, menu: pl.DataFrame) -> pl.DataFrame:
    """Return the most severe measure that physics and the unit's treatment allow at each level: `ceil_k`.

    Law: A, leading and small emitters are exempt throughout; a register up to its level; a guaranteed output leaves
    the load cut that keeps it, and none at all when its size is not known.
    """
    quota_left = 1.0 - pl.col("quota_share") + TOLERANCE
    is_within = (pl.col("k") == 0) | (pl.col("cut_share") <= quota_left)
    of_menu = (
        menu.join(roster[["unit_id", "quota_share"]], on="unit_id", maintain_order="left")
        .group_by("unit_id", maintain_order=True)
        .agg(quota_k=pl.col("k").filter(is_within).max(), top_k=pl.col("k").max())
    )
    lines = beside(roster[["unit_id", "treatment", "exempt_up_to"]], of_menu, "unit_id")
    treated = lines.join(LEVEL_FRAME, how="cross")
    inside = pl.col("level").to_physical() <= pl.col("exempt_up_to").to_physical()
    is_exempt = pl.col("treatment").is_in(EXEMPT) | (
        (pl.col("treatment") == "register_exempt") & inside.fill_null(False)
    )
    has_quota = (pl.col("treatment") == "register_quota") & inside.fill_null(True)
    ceiling = pl.when(is_exempt).then(0).when(has_quota).then("quota_k").otherwise("top_k")
    return treated.select("unit_id", "level", ceil_k=ceiling.cast(pl.Int64))


@cache
def _floor_state(has_floors: bool) -> pl.Expr:
    idle = pl.when(pl.col("is_idle")).then(pl.lit("idle"))
    if not has_floors:
        return idle.otherwise(pl.lit("none"))
    asks = pl.col("asked_severity")
    is_load = (asks < HOLD - TOLERANCE) & (asks > 0)
    return (
        idle.when(pl.col("floor_k") < pl.min_horizontal("nested_k", "treated_k"))
        .then(pl.lit("limited_by_notice"))
        .when(pl.col("floor_k") < pl.col("nested_k"))
        .then(pl.lit("lifted_by_exemption"))
        .when(pl.col("is_counted"))
        .then(pl.lit("counted_by_line"))
        .when(asks.is_null())
        .then(pl.lit("unknown_law"))
        .when(pl.col("floor_k") > pl.col("law_k"))
        .then(pl.lit("nested"))
        .when(asks <= 0)
        .then(pl.lit("none"))
        .when(pl.col("enough_k").is_null())
        .then(pl.lit("limited_by_physics"))
        .when(is_load & (pl.col("enough_severity") >= HOLD))
        .then(pl.lit("raised_by_physics"))
        .otherwise(pl.lit("law"))
    )
