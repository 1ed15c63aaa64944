"""One quantity of one subject as one source states it; what the sources have in common is compared here."""

from typing import Literal

import dataframely as dy
import polars as pl

from grading.checked import Held, checked
from grading.monitoring.rollup import COUNTS
from grading.scale import POLLUTANTS

SOURCES: tuple[str, ...] = (
    "monitoring", "permit", "permit_report", "disclosure", "factor", "bureau", "self_report",
)  # fmt: skip
FAMILIES: dict[str, str] = {
    **{f"{pollutant}_kg_per_day": "emission" for pollutant in POLLUTANTS},
    "capacity_t_per_day": "capacity",
    **{f"{pollutant}_limit_mg_m3": "limit" for pollutant in POLLUTANTS},
}
Family = Literal["emission", "capacity", "limit"]
CONSEQUENCES: tuple[str, ...] = ("other_lower", "other_higher")


class Quantities(dy.Schema):
    """One row per subject, quantity and source. Units: in the name of the quantity, per operating day."""

    subject_id = dy.String(primary_key=True)
    quantity = dy.Enum(list(FAMILIES), primary_key=True)
    source = dy.Enum(SOURCES, primary_key=True)
    value = dy.Float64(min=0)
    observed_on = dy.Date(nullable=True)
    document = dy.String(nullable=True)
    source_file = dy.String()
    source_row = dy.Int64(min=0)


class Disagreements(dy.Schema):
    """One row per subject, quantity and source that differs from the believed one by more than the tolerance.

    `difference_share` is (other - used) / used; null where the believed value is nought.
    """

    subject_id = dy.String()
    quantity = dy.Enum(list(FAMILIES))
    used_source = dy.Enum(SOURCES)
    used_value = dy.Float64()
    other_source = dy.Enum(SOURCES)
    other_value = dy.Float64()
    difference_share = dy.Float64(nullable=True)
    consequence = dy.Enum(CONSEQUENCES)
    other_document = dy.String(nullable=True)
    other_file = dy.String()
    other_row = dy.Int64()


def from_monitoring(by_unit: pl.DataFrame, warm_up_days: int = 0) -> pl.DataFrame:
    """Return the mean mass of each unit and pollutant on a day on which it ran, from daily masses by unit.

    Shape: `Quantities`. A unit with any day of unknown mass has no monitored quantity: half a mass is none. Only in
    the first `warm_up_days`, before substitution has hours to look back on, such a day is merely left out.
    """
    is_known = pl.col("mass_kg_per_day").is_not_null()
    ran = (pl.col("hours_stopped") < pl.sum_horizontal(COUNTS)) & is_known
    is_early = pl.col("day") < pl.col("day").min() + pl.duration(days=warm_up_days)
    grouped = (
        by_unit.sort("day")
        .group_by("subject_id", "pollutant")
        .agg(
            value=pl.col("mass_kg_per_day").filter(ran).mean(),
            is_whole=(is_known | is_early).all(),
            observed_on=pl.col("day").max(),
            days=ran.sum(),
        )
    )
    known = grouped.filter(pl.col("is_whole") & pl.col("value").is_not_null())
    return _shaped(
        known.with_columns(
            quantity=pl.format("{}_kg_per_day", pl.col("pollutant").cast(pl.String)),
            source=pl.lit("monitoring"),
            document=pl.format("CEMS n={} d", "days"),
            source_file=pl.lit("monitoring"),
            source_row=pl.lit(0, dtype=pl.Int64),
        )
    )


def from_units(units: pl.DataFrame, held: Held = checked) -> pl.DataFrame:
    """Return what the bureau's own table of production lines states: permitted capacity and emissions.

    Shape: `Quantities`. `held`: how it is held to that.
    """
    columns = {f"{pollutant}_kg_per_day": f"{pollutant}_kg_per_day" for pollutant in POLLUTANTS}
    columns["capacity_permit_t_per_day"] = "capacity_t_per_day"
    parts = [
        units.select(
            "source_file",
            "source_row",
            subject_id="unit_id",
            quantity=pl.lit(quantity),
            source=pl.lit("bureau"),
            value=pl.col(column).cast(pl.Float64),
            observed_on=pl.lit(None, dtype=pl.Date),
            document=pl.lit(None, dtype=pl.String),
        )
        for column, quantity in columns.items()
    ]
    return _shaped(pl.concat(parts).filter(pl.col("value").is_not_null()), held)


def from_outlets(outlets: pl.DataFrame) -> pl.DataFrame:
    """Return the limits that the monitoring platform holds for a unit, where all its outlets have the same.

    Shape: `Quantities`.
    """
    long = pl.concat(
        outlets.select(subject_id="unit_id", quantity=pl.lit(name), value=pl.col(name))
        for name in (f"{pollutant}_limit_mg_m3" for pollutant in POLLUTANTS)
    ).drop_nulls("value")
    agreed = long.group_by("subject_id", "quantity").agg(pl.col("value").first(), n=pl.col("value").n_unique())
    return _shaped(
        agreed.filter(pl.col("n") == 1).with_columns(
            source=pl.lit("monitoring"), observed_on=pl.lit(None, dtype=pl.Date),
            document=pl.lit(None, dtype=pl.String), source_file=pl.lit("outlets"), source_row=pl.lit(0, dtype=pl.Int64),
        )
    )  # fmt: skip


def _shaped(rows: pl.DataFrame, held: Held = checked) -> pl.DataFrame:
    return held(Quantities, rows.select(Quantities.column_names()).sort("subject_id", "quantity"))
