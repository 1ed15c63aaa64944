"""The same city with other losses on some lines."""

from collections.abc import Mapping
from dataclasses import replace

import polars as pl

from grading.scale import LEVELS
from optimizer.result import City


def with_loss_factors(city: City, factors: Mapping[str, float]) -> City:
    """Return the city in which every measure of some units costs `factor` times as much; others stay."""
    if not factors:
        return city
    factor = pl.col("unit_id").replace_strict(dict(factors), default=1.0, return_dtype=pl.Float64)
    losses = [f"loss_{level}_cny_per_day" for level in LEVELS]
    return replace(
        city,
        menu=city.menu.with_columns(pl.col(losses) * factor),
        units=city.units.with_columns(pl.col("full_loss_cny_per_day") * factor),
    )
