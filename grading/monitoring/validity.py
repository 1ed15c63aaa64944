"""Valid days and months, and the capture rate of a quarter.

Law: HJ 76-2017 annex B (20 hours a day, 25 days a month, 23 in February), HJ 75-2017 (capture rate).
Maths: capture = (hours - invalid - outage) / (hours - outage).
"""

import polars as pl

from grading.monitoring.law import MonitoringRules
from grading.monitoring.period import HOURS_PER_DAY, Period, Span, first_day
from grading.monitoring.states import KEY

FEBRUARY = 2


def valid_days(days: pl.DataFrame, rules: MonitoringRules) -> pl.DataFrame:
    """Return one row per channel and day: `valid_hours` and `is_valid_day`."""
    return _valid_days(days, rules).sort(*KEY, "day")


def _valid_days(days: pl.DataFrame, rules: MonitoringRules) -> pl.DataFrame:
    is_valid = pl.col("state").is_in(rules.states_that(counts_as="valid"))
    summed = days.group_by(*KEY, "day").agg(valid_hours=pl.col("hours").filter(is_valid).sum())
    meets = rules["min_valid_hours_per_day"].holds(pl.col("valid_hours"))
    return summed.with_columns(is_valid_day=meets)


def valid_months(days: pl.DataFrame, rules: MonitoringRules) -> pl.DataFrame:
    """Return one row per channel and month: `valid_days` and `is_valid_month`."""
    month = pl.col("day").dt.truncate("1mo").alias("month")
    counted = _valid_days(days, rules).group_by(*KEY, month)
    summed = counted.agg(valid_days=pl.col("is_valid_day").sum().cast(pl.Int64))
    enough = (
        pl.when(pl.col("month").dt.month() == FEBRUARY)
        .then(rules["min_valid_days_in_february"].holds(pl.col("valid_days")))
        .otherwise(rules["min_valid_days_per_month"].holds(pl.col("valid_days")))
    )
    return summed.with_columns(is_valid_month=enough).sort(*KEY, "month")


def capture(days: pl.DataFrame, period: Period, rules: MonitoringRules, span: Span = "quarter") -> pl.DataFrame:
    """Return the capture rate of each channel and quarter (or month, or the whole period).

    Shape: `Capture`. Only the days of the period count: of a quarter that is not over, the part so far.
    """
    state = pl.col("state")
    start = first_day(pl.col("day"), span, period).alias("period")
    outage = pl.col("hours").filter(state.is_in(rules.states_that(counts_as="outage"))).sum()
    invalid = pl.col("hours").filter(state.is_in(rules.states_that(counts_as="invalid"))).sum()
    summed = days.group_by(*KEY, start).agg(
        period_hours=pl.col("day").n_unique().cast(pl.Int64) * HOURS_PER_DAY, outage_hours=outage, invalid_hours=invalid
    )
    in_operation = pl.col("period_hours") - pl.col("outage_hours")
    share = pl.when(in_operation > 0).then((in_operation - pl.col("invalid_hours")) / in_operation)
    rated = summed.with_columns(capture_share=share)
    meets = rules["min_capture_share"].holds(pl.col("capture_share"))
    return rated.with_columns(meets_capture=meets).sort(*KEY, "period")
