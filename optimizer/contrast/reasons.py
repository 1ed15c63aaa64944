"""Why an order changed: by the scenario, by the law's bounds, by the prices of the targets, or by nothing but a tie."""

from collections.abc import Collection
from dataclasses import replace

import polars as pl

from grading.scale import LEVELS
from optimizer.grade_steps import GRADE_LADDERS
from optimizer.result import City

SAME_WORTH = 1e-6
"""Share of the loss at stake below which two orders are worth the same."""
LEAST_CNY = 1.0
PLACES = {grade: place for ladder in GRADE_LADDERS for place, grade in enumerate(ladder)}
"""Place of each grade among those it is compared with, the best first."""


def with_reasons(
    changed: pl.DataFrame, before: City, after: City, direct: Collection[str], prices: pl.DataFrame | None
) -> pl.DataFrame:
    """Return the changed orders with `reason` (`model.REASONS`), the first that applies."""
    units = changed["unit_id"].unique().implode()
    bounded = _with_bounds(changed, before, after, units)
    counted = _counted(after, units)
    grouped = _priced(bounded, prices).join(counted, on="unit_id", how="left", maintain_order="left")
    told = grouped.with_columns(
        is_direct=pl.col("unit_id").is_in(list(direct)),
        is_counted=_only_other_lines(),
    )
    gentler = pl.col("cut_share_after").fill_null(0.0) < pl.col("cut_share_before").fill_null(0.0)
    at_stake = pl.max_horizontal("loss_cny_per_season_before", "loss_cny_per_season_after").fill_null(0.0)
    room = pl.max_horizontal(at_stake * SAME_WORTH, pl.lit(LEAST_CNY))
    advantage = pl.col("worth_of_old") - pl.col("worth_of_new")
    # That a grade got better explains no harder order: such a change is told by what asked for it.
    is_explained = ~_is_harder_though_better()
    reason = (
        pl.when(pl.col("is_direct") & is_explained).then(pl.lit("direct"))
        .when(pl.col("bounds_moved").fill_null(value=True) & is_explained).then(pl.lit("law"))
        .when("is_counted").then(pl.lit("counted_lines"))
        .when(advantage.is_null()).then(pl.lit("not_priced"))
        .when(advantage.abs() <= room).then(pl.lit("tie"))
        .when((advantage > 0) & gentler).then(pl.lit("freed_by_price"))
        .when(advantage > 0).then(pl.lit("needed_by_price"))
        .otherwise(pl.lit("whole_orders"))
    )  # fmt: skip
    return told.with_columns(reason=reason).select(*changed.columns, "reason")


def _is_harder_though_better() -> pl.Expr:
    """Say whether a line is cut more than before though its grade is better."""
    before, after = (
        pl.col(f"grade_{side}").replace_strict(PLACES, default=None, return_dtype=pl.Int64)
        for side in ("before", "after")
    )
    rises = pl.col("cut_share_after") > pl.col("cut_share_before") + 1e-9
    return ((after < before) & rises).fill_null(value=False)


def _only(city: City, unit_ids: pl.Series) -> City:
    few = pl.col("unit_id").is_in(unit_ids)
    return replace(city, units=city.units.filter(few), menu=city.menu.filter(few))


def _with_bounds(changed: pl.DataFrame, before: City, after: City, units: pl.Series) -> pl.DataFrame:
    """Add whether floor, ceiling or the menu between them differ; null for a unit that is not in both cities."""
    if before.units is after.units and before.menu is after.menu:
        return changed.with_columns(bounds_moved=pl.lit(value=False))
    moved = _bounds_moved(_only(before, units), _only(after, units))
    return changed.join(moved, on=["unit_id", "level"], how="left", maintain_order="left")


def _bounds_moved(before: City, after: City) -> pl.DataFrame:
    """Return whether floor, ceiling or the menu between them differ, per unit and level in both cities."""
    old, new = (_bounds(city) for city in (before, after))
    joined = old.join(new, on=["unit_id", "level"], suffix="_after")
    moved = pl.any_horizontal(
        pl.col(name).ne_missing(pl.col(f"{name}_after")) for name in ("floor_cut", "ceil_cut", "grade")
    )
    return joined.select("unit_id", "level", bounds_moved=moved).collect()


def _bounds(city: City) -> pl.LazyFrame:
    units = pl.concat(
        city.units.lazy().select(
            "unit_id", pl.lit(level).alias("level"), pl.col("grade").cast(pl.String),
            floor_k=f"floor_k_{level}", ceil_k=f"ceil_k_{level}",
        )
        for level in LEVELS
    )  # fmt: skip
    for bound in ("floor", "ceil"):
        cuts = city.menu.lazy().select(
            "unit_id", pl.col("k").alias(f"{bound}_k"), pl.col("cut_share").round(9).alias(f"{bound}_cut")
        )
        units = units.join(cuts, on=["unit_id", f"{bound}_k"], how="left")
    return units


def _counted(city: City, unit_ids: pl.Series) -> pl.DataFrame:
    """Return the group of those units whose lines the law counts."""
    lines = city.units.filter(pl.col("unit_id").is_in(unit_ids)).select("unit_id", "line_group")
    return lines.join(city.line_counts.filter(pl.col("stop_at_least") > 0), on="line_group", how="semi")


def _only_other_lines() -> pl.Expr:
    """Say whether as many lines of the group stop as before, only others."""
    stops = [(pl.col(f"kind_{side}") == "stop").sum().over("line_group", "level") for side in ("before", "after")]
    return pl.col("line_group").is_not_null() & (stops[0] == stops[1])


def _priced(changed: pl.DataFrame, prices: pl.DataFrame | None) -> pl.DataFrame:
    """Add what the old and the new order are worth at the prices of the new plan; null where that is not known.

    An old order that is on the menu no longer by its number is found by what it cuts.
    """
    if prices is None:
        nothing = pl.lit(None, dtype=pl.Float64)
        return changed.with_columns(worth_of_old=nothing, worth_of_new=nothing)
    joined = changed
    for side, name in (("before", "worth_of_old"), ("after", "worth_of_new")):
        of_side = prices.rename({"k": f"k_{side}", "worth_cny_per_season": name})
        joined = joined.join(of_side, on=["unit_id", "level", f"k_{side}"], how="left", maintain_order="left")
    return joined
