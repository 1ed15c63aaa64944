"""From chosen measures to published orders: one structured row per unit and level."""

import polars as pl

from grading.scale import LEVEL_DTYPE, LEVELS
from optimizer.choices import Choices, Floats
from optimizer.city.credit import removed_at
from optimizer.reasons import with_reasons
from optimizer.result import City
from optimizer.tables import Orders

FROM_UNITS = (
    "enterprise_id", "name", "unit_name", "county", "industry", "process", "product", "grade", "treatment",
    "baseline_t_per_day", "baseline_source", "loss_basis", "verification",
    "line_group", "is_idle", "floor_k_yellow", "floor_k_orange", "floor_k_red",
)  # fmt: skip
FROM_MENU = ("kind", "measure_id", "measure_name", "cut_share")


def chosen_measures(choices: Choices, x: Floats) -> pl.DataFrame:
    """Return unit_id, level and k of a whole plan, one row per unit and level."""
    return choices.table.filter(pl.Series(x > 0.5)).select("unit_id", "level", "k", "floor", "ceil")


def orders_of(city: City, chosen: pl.DataFrame, prices: pl.DataFrame) -> pl.DataFrame:
    """Return the orders frame (`optimizer.tables.Orders`), sorted by unit and level.

    Args:
        city: what was planned.
        chosen: unit_id, level, k, floor, ceil (both with nesting).
        prices: level, pollutant, price_cny_per_kg: what one more kilogram is worth to the binding targets.
    """
    wide = (
        chosen.join(city.units.select("unit_id", *FROM_UNITS), on="unit_id")
        .join(city.menu.select("unit_id", "k", *FROM_MENU), on=["unit_id", "k"])
        .join(_of_level(city), on=["unit_id", "level", "k"])
        .join(_legal(city), on=["unit_id", "level"], how="left")
        .join(_pins(city), on=["unit_id", "level"], how="left")
        .with_columns(allowed_t_per_day=_allowed())
    )
    ordered = with_reasons(wide, city, prices).with_columns(pl.col("level").cast(LEVEL_DTYPE)).sort("unit_id", "level")
    return Orders.validate(ordered.select(Orders.column_names()), cast=True)


def _of_level(city: City) -> pl.DataFrame:
    """Return what each measure removes and loses at each level."""
    return pl.concat(
        city.menu.select(
            "unit_id", "k", *removed_at(level), level=pl.lit(level), loss_cny_per_day=f"loss_{level}_cny_per_day"
        )
        for level in LEVELS
    )


def _allowed() -> pl.Expr:
    stopped = pl.col("kind").cast(pl.String) == "stop"
    return pl.when(stopped).then(0.0).otherwise(pl.col("baseline_t_per_day") * (1 - pl.col("cut_share")))


def _legal(city: City) -> pl.DataFrame:
    return city.legal.select(
        "unit_id",
        pl.col("level").cast(pl.String),
        "transport",
        "floor_state",
        law_kind="kind",
        law_share="share",
        law_hours="hours",
        law_is_general="is_general",
        law_clause="clause",
        law_status="status",
    )


def _pins(city: City) -> pl.DataFrame:
    pinned = city.legal.filter(pl.col("floor_state") == "override").select("unit_id", pl.col("level").cast(pl.String))
    return pinned.join(city.units.select("unit_id", "override_reason", "override_by"), on="unit_id")
