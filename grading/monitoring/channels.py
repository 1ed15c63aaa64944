"""From outlets to channels: one row per outlet and pollutant that must be reported."""

import polars as pl

from grading.checked import checked
from grading.monitoring.tables import Channels, Outlets
from grading.scale import POLLUTANT_DTYPE, POLLUTANTS


def channels_of(outlets: pl.DataFrame) -> pl.DataFrame:
    """Return the channels of the outlets.

    Shape: `Channels`; a pollutant is a channel when `pollutants` names it, or, where that is blank, when it has
    a limit.
    """
    accepted = checked(Outlets, outlets.select(Outlets.column_names()))
    listed = pl.col("pollutants").str.to_lowercase().str.split("|")
    long = pl.concat([_of_pollutant(accepted, pollutant) for pollutant in POLLUTANTS])
    is_listed = listed.list.contains(pl.col("pollutant").cast(pl.String))
    wanted = long.filter(is_listed.fill_null(pl.col("limit_mg_m3").is_not_null()))
    return Channels.validate(wanted.select(Channels.column_names()).sort("outlet_id", "pollutant"))


def _of_pollutant(outlets: pl.DataFrame, pollutant: str) -> pl.DataFrame:
    return outlets.select(
        pl.exclude("^.*_limit_mg_m3$"),
        pl.lit(pollutant).cast(POLLUTANT_DTYPE).alias("pollutant"),
        pl.col(f"{pollutant}_limit_mg_m3").alias("limit_mg_m3"),
    )
