"""The plan beside the ways a bureau plans without a program, all at equal targets."""

import polars as pl

from grading.scale import LEVELS
from optimizer.result import City
from optimizer.tables import Comparison

SHIELDED = ("grade_exempt", "register_exempt")


def comparison_of(city: City, orders: pl.DataFrame, targets: pl.DataFrame) -> pl.DataFrame:
    """Return the comparison frame (`optimizer.tables.Comparison`)."""
    plan = orders.select(pl.col("level").cast(pl.String), "enterprise_id", "unit_id", "treatment",
                         loss="loss_cny_per_day", is_cut=pl.col("k") > 0)  # fmt: skip
    misses = targets.filter(pl.col("state") == "missed").select(pl.col("level").cast(pl.String), "target")
    rows = _rows("plan", plan, misses, city)
    return Comparison.validate(
        rows.with_columns(saving_cny_per_day=pl.lit(0.0)).select(Comparison.column_names()), cast=True
    )


def _rows(way: str, cuts: pl.DataFrame, misses: pl.DataFrame, city: City) -> pl.DataFrame:
    days = pl.col("level").replace_strict(city.days_per_season, default=0.0, return_dtype=pl.Float64)
    missed = misses.group_by("level").agg(misses=pl.col("target").sort().str.join(", "))
    levels = cuts.group_by("level").agg(**_counts(pl.col("loss"))).join(missed, on="level", how="left")
    season = cuts.select(level=pl.lit("season"), **_counts(pl.col("loss") * days)).head(1)
    named = misses.select((pl.col("level") + " " + pl.col("target")).sort().str.join(", "))
    season = season.with_columns(misses=pl.lit(named.item() if misses.height else None, dtype=pl.String))
    order = {level: place for place, level in enumerate((*LEVELS, "season"))}
    both = pl.concat([levels.select(season.columns), season])
    return both.sort(pl.col("level").replace_strict(order)).with_columns(way=pl.lit(way))


def _counts(loss: pl.Expr) -> dict[str, pl.Expr]:
    cut = pl.col("is_cut")
    return {
        "loss_cny_per_day": loss.sum(),
        "units_cut": pl.col("unit_id").filter(cut).n_unique(),
        "enterprises_cut": pl.col("enterprise_id").filter(cut).n_unique(),
        "exempt_units_cut": pl.col("unit_id").filter(cut & pl.col("treatment").is_in(SHIELDED)).n_unique(),
    }
