"""Who keeps his orders though the scenario changed something for him, and why."""

import polars as pl

from grading.scale import LEVELS
from optimizer.result import City


def stayed(direct: pl.DataFrame, orders: pl.DataFrame, after: City) -> pl.DataFrame:
    """Return one row per enterprise of `direct` none of whose orders moved, with `why` (`model.STAYS`).

    `direct`: both plans' orders of the units that the scenario changed itself; `orders`: those that differ.

    A grade or treatment that changed without moving an order counts as staying. Shape: enterprise_id, name, county,
    grade_before, grade_after, why, measures (what is ordered, mildest level first).
    """
    moved = orders.filter(
        pl.col("cut_share_before").ne_missing(pl.col("cut_share_after"))
        | pl.col("measure_id_before").ne_missing(pl.col("measure_id_after"))
    )
    concerned = direct.join(
        moved.select("enterprise_id").unique(), on="enterprise_id", how="anti", maintain_order="left"
    )
    bounds = _bounds(after.units.filter(pl.col("unit_id").is_in(concerned["unit_id"].unique().implode())))
    told = concerned.join(bounds, on=["unit_id", "level"], how="left", maintain_order="left").with_columns(why=_why())
    weight = pl.col("loss_cny_per_season_after").fill_null(0.0)
    by_weight = told.sort("enterprise_id", weight, "unit_id", descending=[False, True, False], maintain_order=True)
    return by_weight.group_by("enterprise_id", maintain_order=True).agg(
        pl.col("name", "county").first(), pl.col("grade_before", "grade_after").first(), pl.col("why").first()
    )


def _bounds(units: pl.DataFrame) -> pl.DataFrame:
    return pl.concat(
        units.select(
            "unit_id", pl.lit(level).alias("level"), "is_idle", is_pinned=pl.col("override_reason").is_not_null(),
            floor=f"floor_k_{level}", ceil=f"ceil_k_{level}",
        )
        for level in LEVELS
    )  # fmt: skip


def _why() -> pl.Expr:
    k = pl.col("k_after")
    return (
        pl.when(pl.col("is_idle").is_null()).then(pl.lit("not_listed"))
        .when("is_idle").then(pl.lit("idle"))
        .when("is_pinned").then(pl.lit("pinned"))
        .when(k == 0).then(pl.lit("uncut"))
        .when(k == pl.col("floor")).then(pl.lit("legal_minimum"))
        .when(k == pl.col("ceil")).then(pl.lit("at_ceiling"))
        .otherwise(pl.lit("needed"))
    )  # fmt: skip
