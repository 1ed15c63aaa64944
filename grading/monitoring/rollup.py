"""Mass per day of outlets, units and enterprises; a sum with an unknown part is not a sum.

Units: kg per day.
"""

from typing import Literal

import polars as pl

from grading.monitoring.tables import DayMass

Subject = Literal["outlet_id", "unit_id", "enterprise_id"]
COUNTS = ("hours_measured", "hours_substituted", "hours_stopped", "hours_without_mass")


def day_mass(hours: pl.DataFrame, channels: pl.DataFrame, subject: Subject = "outlet_id") -> pl.DataFrame:
    """Return the mass of each day, summed over the outlets of a subject.

    Shape: `DayMass`. The mass of a day is null when one of its hours has none; `known_kg` is the rest.
    """
    method = pl.col("method")
    summed = hours.group_by("outlet_id", "pollutant", day=pl.col("started_at").dt.date()).agg(
        known_kg=pl.col("mass_kg").sort_by("started_at").sum(),
        hours_measured=(method == "measured").sum(),
        hours_substituted=(method == "max_of_previous").sum(),
        hours_stopped=(method == "source_stopped").sum(),
        hours_without_mass=pl.col("mass_kg").null_count(),
    )
    by_outlet = _whole_days(summed.with_columns(subject_id="outlet_id"))
    return by_outlet if subject == "outlet_id" else roll_up(by_outlet, channels, subject)


def roll_up(by_outlet: pl.DataFrame, channels: pl.DataFrame, subject: Subject) -> pl.DataFrame:
    """Return the daily masses of outlets summed over the outlets of each unit or enterprise.

    Shape: `DayMass`.
    """
    owners = channels.select("pollutant", outlet_id="outlet_id", owner=subject)
    owned = by_outlet.join(owners, left_on=["subject_id", "pollutant"], right_on=["outlet_id", "pollutant"])
    summed = owned.group_by("owner", "pollutant", "day").agg(
        *(pl.col(name).sum() for name in COUNTS), known_kg=pl.col("known_kg").sort_by("subject_id").sum()
    )
    return _whole_days(summed.rename({"owner": "subject_id"}))


def _whole_days(summed: pl.DataFrame) -> pl.DataFrame:
    whole = pl.when(pl.col("hours_without_mass") == 0).then(pl.col("known_kg"))
    complete = summed.with_columns(pl.col(COUNTS).cast(pl.Int64), mass_kg_per_day=whole)
    return DayMass.validate(complete.select(DayMass.column_names()).sort("subject_id", "pollutant", "day"))
