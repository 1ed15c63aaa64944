"""Where the enterprises stand and what the plan orders there at red."""

import polars as pl

from reports.changes import EXEMPT

ORDERS = ("stop", "limit", "exempt", "free")
"""Most severe order first: a line stops; a line is limited; spared by grade or register; asked for nothing."""


def places_of(
    enterprises: pl.DataFrame, grades: pl.DataFrame, orders: pl.DataFrame, level: str = "red"
) -> pl.DataFrame:
    """Return the place of each enterprise and its most severe order at a level.

    Shape: one row per enterprise, sorted by number: enterprise_id, lon, lat (degrees; null where not stated), order.
    """
    at = orders.filter(pl.col("level").cast(pl.String) == level)
    kind, is_cut = pl.col("kind").cast(pl.String), pl.col("k") > 0
    severe = at.group_by("enterprise_id").agg(stops=(is_cut & (kind == "stop")).any(), is_cut=is_cut.any())
    spared = grades.select("enterprise_id", is_spared=pl.col("treatment").cast(pl.String).is_in(EXEMPT))
    order = (
        pl.when(pl.col("stops"))
        .then(pl.lit("stop"))
        .when(pl.col("is_cut"))
        .then(pl.lit("limit"))
        .when(pl.col("is_spared"))
        .then(pl.lit("exempt"))
        .otherwise(pl.lit("free"))
    )
    return (
        enterprises.select("enterprise_id", "lon", "lat")
        .join(severe, on="enterprise_id", how="left")
        .join(spared, on="enterprise_id", how="left")
        .select("enterprise_id", "lon", "lat", order=order)
        .sort("enterprise_id")
    )
