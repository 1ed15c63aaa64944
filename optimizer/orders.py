"""From chosen measures to published orders: one structured row per unit and level."""

import numpy as np
import polars as pl

from grading.checked import Held, checked
from grading.scale import LEVEL_DTYPE, LEVELS, POLLUTANTS
from optimizer.choices import Choices, Floats
from optimizer.reasons import with_reasons
from optimizer.result import City
from optimizer.tables import Orders

FROM_UNITS = (
    "enterprise_id", "name", "unit_name", "county", "industry", "process", "product", "grade", "treatment",
    "baseline_t_per_day", "baseline_source", "loss_basis", "verification",
    "line_group", "is_idle", "floor_k_yellow", "floor_k_orange", "floor_k_red",
)  # fmt: skip
PINS = ("override_reason", "override_by")
FROM_LEGAL = {
    "transport": "transport", "floor_state": "floor_state", "law_kind": "kind", "law_share": "share",
    "law_hours": "hours", "law_is_general": "is_general", "law_clause": "clause", "law_status": "status",
}  # fmt: skip
FROM_CHOICES = (
    "unit_id", "level", "k", "floor", "ceil", "kind", "measure_id", "measure_name", "cut_share",
    *(f"{p}_removed_kg_per_day" for p in POLLUTANTS), "loss_cny_per_day",
)  # fmt: skip


def chosen_measures(choices: Choices, x: Floats) -> pl.DataFrame:
    """Return what a whole plan chooses, one row per unit and level in their order (`FROM_CHOICES`)."""
    return choices.table.select(FROM_CHOICES)[np.flatnonzero(x > 0.5)]


def orders_of(city: City, chosen: pl.DataFrame, prices: pl.DataFrame, held: Held = checked) -> pl.DataFrame:
    """Return the orders frame (`optimizer.tables.Orders`), sorted by unit and level.

    Args:
        city: what was planned.
        chosen: the chosen rows of the choices, every unit at every level, in their order (`chosen_measures`).
        prices: level, pollutant, price_cny_per_kg: what one more kilogram is worth to the binding targets.
        held: how the rows are held to their schema.
    """
    is_pinned = pl.col("floor_state") == "override"
    wide = (
        pl.concat([chosen, _facts(city, chosen), _legal(city, chosen)], how="horizontal")
        .with_columns(allowed_t_per_day=_allowed())
        .with_columns(pl.when(is_pinned).then(pl.col(pin)).alias(pin) for pin in PINS)
    )
    ordered = with_reasons(wide, city, prices).with_columns(pl.col("level").cast(LEVEL_DTYPE))
    return held(Orders, ordered.select(Orders.column_names()))


def _facts(city: City, chosen: pl.DataFrame) -> pl.DataFrame:
    """Return the facts of the unit beside every chosen row: those are by unit id, one for each level."""
    units = city.units if city.units["unit_id"].is_sorted() else city.units.sort("unit_id")
    facts = units.select("unit_id", *FROM_UNITS, *PINS)[np.repeat(np.arange(units.height), len(LEVELS))]
    if not facts["unit_id"].equals(chosen["unit_id"]):  # a plan that misses an order: the check will say so
        facts = chosen.select("unit_id").join(facts.unique("unit_id"), on="unit_id", how="left", maintain_order="left")
    return facts.drop("unit_id")


def _allowed() -> pl.Expr:
    stopped = pl.col("kind").cast(pl.String) == "stop"
    return pl.when(stopped).then(0.0).otherwise(pl.col("baseline_t_per_day") * (1 - pl.col("cut_share")))


def _legal(city: City, chosen: pl.DataFrame) -> pl.DataFrame:
    """Return the law beside every chosen row; a city built from a case has it in the same order."""
    key = ["unit_id", "level"]
    legal = city.legal.with_columns(pl.col("level").cast(pl.String))
    if not legal.select(key).equals(chosen.select(key)):
        legal = chosen.select(key).join(legal, on=key, how="left", maintain_order="left")
    return legal.select(**FROM_LEGAL)
