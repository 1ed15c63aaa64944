"""Sums and counts of a plan, by county, industry and grade: plain aggregations, nothing estimated."""

from collections.abc import Mapping

import polars as pl

from grading.assess.model import Graded
from grading.case.model import Case
from grading.scale import LEVELS, POLLUTANTS


def season_loss(orders: pl.DataFrame, days_per_season: Mapping[str, float]) -> pl.DataFrame:
    """Return the orders with `loss_cny_per_season`: the daily loss times the days expected of its level."""
    days = pl.col("level").cast(pl.String).replace_strict(dict(days_per_season), default=0.0, return_dtype=pl.Float64)
    return orders.with_columns(loss_cny_per_season=pl.col("loss_cny_per_day") * days)


def cost_by(orders: pl.DataFrame, key: str) -> pl.DataFrame:
    """Return who bears the loss. Shape: one row per `key`, dearest first.

    `enterprises_cut`/`units_cut` count those under any measure at any level; `loss_share` is of the whole loss.
    """
    is_cut = pl.col("k") > 0
    total = pl.col("loss_cny_per_season").sum()
    return (
        orders.group_by(key)
        .agg(
            enterprises=pl.col("enterprise_id").n_unique().cast(pl.Int64),
            enterprises_cut=pl.col("enterprise_id").filter(is_cut).n_unique().cast(pl.Int64),
            units_cut=pl.col("unit_id").filter(is_cut).n_unique().cast(pl.Int64),
            loss_cny_per_season=total,
        )
        .with_columns(loss_share=_share(pl.col("loss_cny_per_season")))
        .sort("loss_cny_per_season", key, descending=[True, False])
    )


def _share(value: pl.Expr) -> pl.Expr:
    """Return each row's part of the sum; null when the sum is zero, because no share can be stated."""
    return pl.when(value.sum() > 0).then(value / value.sum())


def cost_by_county(orders: pl.DataFrame, enterprises: pl.DataFrame) -> pl.DataFrame:
    """Return `cost_by` county with `output_share`: the county's part of the listed output value.

    Enterprises without a stated output value are left out of that share and counted in `output_unknown`.
    """
    output = enterprises.group_by("county").agg(
        output_value_wan=pl.col("annual_output_value_wan").sum(),
        output_unknown=pl.col("annual_output_value_wan").is_null().sum().cast(pl.Int64),
    )
    shares = output.with_columns(output_share=_share(pl.col("output_value_wan"))).drop("output_value_wan")
    return cost_by(orders, "county").join(shares, on="county", how="left", maintain_order="left")


def cuts_by_level(orders: pl.DataFrame) -> pl.DataFrame:
    """Return loss, units and enterprises cut. Shape: one row per level."""
    is_cut = pl.col("k") > 0
    levels = pl.DataFrame({"level": list(LEVELS)})
    sums = orders.group_by(pl.col("level").cast(pl.String)).agg(
        loss_cny_per_day=pl.col("loss_cny_per_day").sum(),
        units_cut=is_cut.sum().cast(pl.Int64),
        enterprises_cut=pl.col("enterprise_id").filter(is_cut).n_unique().cast(pl.Int64),
    )
    return levels.join(sums, on="level", how="left", maintain_order="left").with_columns(pl.col(pl.Int64).fill_null(0))


def grade_mix(grades: pl.DataFrame) -> pl.DataFrame:
    """Return how many enterprises are planned at each grade. Shape: one row per industry and grade that occurs."""
    return (
        grades.group_by("industry", "planned_grade")
        .agg(enterprises=pl.len().cast(pl.Int64))
        .sort("industry", "planned_grade")
    )


def evidence_of_law(graded: Graded, orders: pl.DataFrame) -> pl.DataFrame:
    """Return what the plan rests on. Shape: one row per part (grades, measures) and status that occurs.

    `grades` counts enterprises by the weakest status their grade rests on; `measures` counts unit-levels by the
    status of the legal measure, of which `general` follow the general ladder because the industry has no own rung.
    """
    grades = graded.grades.group_by(status=pl.col("rests_on").cast(pl.String)).agg(
        rows=pl.len().cast(pl.Int64), general=pl.lit(0, dtype=pl.Int64)
    )
    measures = orders.group_by(status=pl.col("law_status").cast(pl.String)).agg(
        rows=pl.len().cast(pl.Int64), general=pl.col("law_is_general").sum().cast(pl.Int64)
    )
    both = [grades.with_columns(part=pl.lit("grades")), measures.with_columns(part=pl.lit("measures"))]
    order = pl.col("status").cast(pl.Enum(["verified", "reported", "unverified", "unknown"]))
    return pl.concat(both).select("part", "status", "rows", "general").sort("part", order)


def other_lists(case: Case) -> pl.DataFrame:
    """Return what the lists of `case.toml` bring. Shape: one row per list, level and pollutant that is stated."""
    rows = [
        (name, level, pollutant, amount)
        for name, by_level in case.settings.reductions.items()
        for level in LEVELS
        for pollutant, amount in sorted(by_level.get(level, {}).items())  # type: ignore[call-overload]
    ]
    return pl.DataFrame(
        rows,
        schema=["list", "level", "pollutant", "kg_per_day"],
        orient="row",
        schema_overrides={"kg_per_day": pl.Float64, "list": pl.String, "level": pl.String, "pollutant": pl.String},
    )


def listed_sums(lists: Mapping[str, pl.DataFrame]) -> pl.DataFrame:
    """Return what the rows of the mobile and dust lists add up to.

    Shape: one row per list with rows, level and pollutant: `rows_kg_per_day` of the rows that state it, null if none
    does, and `rows_blank`, the rows that do not.
    """
    columns = [(level, pollutant, f"{level}_{pollutant}_kg_per_day") for level in LEVELS for pollutant in POLLUTANTS]
    rows = [
        (name, level, pollutant, table[column].sum() if table[column].count() else None, table[column].null_count())
        for name, table in lists.items()
        if table.height
        for level, pollutant, column in columns
    ]
    types = {"list": pl.String, "level": pl.String, "pollutant": pl.String}
    numbers = {"rows_kg_per_day": pl.Float64, "rows_blank": pl.Int64}
    return pl.DataFrame(rows, schema={**types, **numbers}, orient="row")
