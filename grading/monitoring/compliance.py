"""The share of hours within the limit, month by month, against the share the rules ask for.

Law: 环大气〔2019〕35号 (at least 95 % of the hours of each month). Hours that no text says whether to judge are
counted both ways; a verdict that turns on them is `undecided`.
"""

import polars as pl

from grading.checked import checked
from grading.monitoring.law import MonitoringRules
from grading.monitoring.period import Period
from grading.monitoring.states import KEY
from grading.monitoring.tables import VERDICTS, Compliance
from grading.monitoring.validity import capture, valid_months


def compliance(days: pl.DataFrame, channels: pl.DataFrame, period: Period, rules: MonitoringRules) -> pl.DataFrame:
    """Return the verdict on each channel and month.

    Shape: `Compliance`. A month inside a quarter of too low a capture rate gets no pass and no fail.
    """
    month = pl.col("day").dt.truncate("1mo").alias("month")
    counts = days.group_by(*KEY, month).agg(
        *_counts("judged_hours", "hours_over_limit", rules.states_that(judged="yes")),
        *_counts("open_hours", "open_hours_over_limit", rules.states_that(judged="open")),
    )
    quarters = capture(days, period, rules).select(*KEY, "capture_share", "meets_capture", quarter=pl.col("period"))
    joined = (
        counts.join(channels.select(*KEY, "limit_mg_m3"), on=list(KEY))
        .join(valid_months(days, rules), on=[*KEY, "month"])
        .with_columns(quarter=pl.col("month").dt.truncate("1q"))
        .join(quarters, on=[*KEY, "quarter"])
        .rename({"capture_share": "quarter_capture_share"})
    )
    judged = joined.with_columns(_shares()).with_columns(verdict=_verdict(rules))
    return checked(Compliance, judged.select(Compliance.column_names()).sort(*KEY, "month"))


def _counts(hours: str, over: str, states: list[str]) -> list[pl.Expr]:
    chosen = pl.col("state").is_in(states)
    judged = pl.col("hours_with_verdict").filter(chosen).sum()
    return [judged.alias(hours), (judged - pl.col("hours_within_limit").filter(chosen).sum()).alias(over)]


def _shares() -> list[pl.Expr]:
    """Return the share of judged hours within the limit, and the two ends with the open hours as they are."""
    judged, over = pl.col("judged_hours"), pl.col("hours_over_limit")
    every, every_over = judged + pl.col("open_hours"), over + pl.col("open_hours_over_limit")
    without = pl.when(judged > 0).then((judged - over) / judged)
    with_open = pl.when(every > 0).then((every - every_over) / every)
    return [
        without.alias("share_within_limit"),
        pl.min_horizontal(without, with_open).alias("share_low"),
        pl.max_horizontal(without, with_open).alias("share_high"),
    ]


def _verdict(rules: MonitoringRules) -> pl.Expr:
    enough = rules["min_share_within_limit"]
    return (
        pl.when(pl.col("limit_mg_m3").is_null())
        .then(pl.lit("limit_unknown"))
        .when(~pl.col("meets_capture"))
        .then(pl.lit("capture_too_low"))
        .when(pl.col("share_low").is_null())
        .then(pl.lit("no_hours"))
        .when(enough.holds(pl.col("share_low")))
        .then(pl.lit("pass"))
        .when(~enough.holds(pl.col("share_high")))
        .then(pl.lit("fail"))
        .otherwise(pl.lit("undecided"))
        .cast(pl.Enum(VERDICTS))
    )
