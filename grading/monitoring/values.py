"""What a month of hours is worth as one number: the least limit that the required share of the hours keeps.

Maths: of n judged hours the k-th smallest, k the least whole number with k / n not below the share. A limit is
kept by the share exactly when it is not below that value; the worst month of the year then speaks for the stack.
"""

import polars as pl

from grading.monitoring.law import SLACK, MonitoringRules
from grading.monitoring.states import KEY
from grading.monitoring.tables import MonitoredValues

MONTH = (*KEY, "month")
_VERDICT = pl.Enum(["value", "capture_too_low", "no_hours"])


def monitored_values(
    states: pl.LazyFrame, quarters: pl.DataFrame, channels: pl.DataFrame, rules: MonitoringRules
) -> pl.DataFrame:
    """Return one value per channel and month.

    Shape: `MonitoredValues`, sorted. `states` is `HourStates`, `quarters` the capture table by quarter. A month in
    a quarter whose capture rate is too low has no value, and says so.
    """
    judged = pl.col("state").is_in(rules.states_that(judged="yes"))
    opened = pl.col("state").is_in([*rules.states_that(judged="yes"), *rules.states_that(judged="open")])
    corrected, share = pl.col("corrected_mg_m3"), rules["min_share_within_limit"].value
    found = (
        states.group_by(*KEY, pl.col("started_at").dt.date().dt.truncate("1mo").alias("month"))
        .agg(
            least_limit(corrected.filter(judged), share).alias("value_mg_m3"),
            least_limit(corrected.filter(opened), share).alias("value_with_open_hours"),
            corrected.filter(judged).count().cast(pl.Int64).alias("judged_hours"),
        )
        .collect(engine="streaming")
    )
    return _rated(found, quarters, channels)


def least_limit(values: pl.Expr, share: float) -> pl.Expr:
    """Return the least limit within which at least `share` of the values lie; null where there are none."""
    known = values.drop_nulls()
    place = (known.len() * share * (1 - SLACK)).ceil().cast(pl.Int64) - 1
    return known.sort().get(place.clip(lower_bound=0), null_on_oob=True)


def _rated(found: pl.DataFrame, quarters: pl.DataFrame, channels: pl.DataFrame) -> pl.DataFrame:
    capture = quarters.select(*KEY, "meets_capture", quarter="period")
    joined = (
        found.with_columns(quarter=pl.col("month").dt.truncate("1q"))
        .join(capture, on=[*KEY, "quarter"], how="left")
        .join(channels.select(*KEY, "unit_id", "reference_o2_percent"), on=list(KEY))
    )
    verdict = (
        pl.when(~pl.col("meets_capture").fill_null(value=True))
        .then(pl.lit("capture_too_low", dtype=_VERDICT))
        .when(pl.col("value_with_open_hours").is_null())
        .then(pl.lit("no_hours", dtype=_VERDICT))
        .otherwise(pl.lit("value", dtype=_VERDICT))
    )
    has_value = pl.col("verdict") == "value"
    rated = joined.with_columns(verdict=verdict).with_columns(
        pl.when(has_value).then(pl.col(name)).alias(name) for name in ("value_mg_m3", "value_with_open_hours")
    )
    return MonitoredValues.validate(rated.select(MonitoredValues.column_names()).sort(MONTH))
