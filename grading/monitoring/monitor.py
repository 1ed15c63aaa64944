"""All of stack monitoring in one call, some outlets at a time, so that memory does not grow with the city."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import polars as pl

from grading.monitoring.anomalies import anomalies
from grading.monitoring.channels import channels_of
from grading.monitoring.compliance import compliance
from grading.monitoring.law import MonitoringRules
from grading.monitoring.mass import hour_mass
from grading.monitoring.period import Period
from grading.monitoring.rollup import day_mass
from grading.monitoring.screening import Screening
from grading.monitoring.states import KEY, day_states, hour_states, is_on_the_hour, state_table
from grading.monitoring.validity import capture
from grading.monitoring.values import monitored_values
from grading.scale import POLLUTANTS

OUTLETS_AT_A_TIME = 100
LEFT_OUT: dict[str, Any] = {
    "outlet_id": pl.String,
    "pollutant": pl.Enum(POLLUTANTS),
    "reason": pl.String,
    "hours": pl.Int64,
}


@dataclass(frozen=True)
class Asked:
    """What is asked of the hours: which days, by which rules, and what else is known.

    `out_of_control` has the columns of `OutOfControl`; `electricity` those of `Electricity`.
    """

    period: Period
    rules: MonitoringRules
    screening: Screening
    out_of_control: pl.DataFrame | None = None
    electricity: pl.DataFrame | None = None


@dataclass(frozen=True)
class Monitored:
    """What the stack monitors say; each table has the shape of its class in `grading.monitoring.tables`.

    `left_out`: hours that were reported and are in no table: outlet_id, pollutant, reason, hours.
    `mass` is by outlet and day; `grading.monitoring.rollup.roll_up` sums it to units and enterprises.
    """

    channels: pl.DataFrame
    states: pl.DataFrame
    capture: pl.DataFrame
    compliance: pl.DataFrame
    values: pl.DataFrame
    mass: pl.DataFrame
    findings: pl.DataFrame
    left_out: pl.DataFrame


def monitor(
    hours: pl.LazyFrame, outlets: pl.DataFrame, asked: Asked, outlets_at_a_time: int = OUTLETS_AT_A_TIME
) -> Monitored:
    """Return everything the hours say about the outlets; the number taken at a time changes nothing but memory."""
    channels = channels_of(outlets)
    parts = [_part(hours, some, asked) for some in _some_outlets(channels, outlets_at_a_time)]
    states, quarters, verdicts, values, mass, findings = (pl.concat(tables) for tables in zip(*parts, strict=True))
    outside = left_out(hours, channels, asked.period)
    return Monitored(channels, states, quarters, verdicts, values, mass, findings, outside)


def _some_outlets(channels: pl.DataFrame, at_a_time: int) -> Iterator[pl.DataFrame]:
    ids = channels["outlet_id"].unique().sort()
    for first in range(0, max(len(ids), 1), at_a_time):
        yield channels.filter(pl.col("outlet_id").is_in(ids.slice(first, at_a_time).implode()))


def _part(hours: pl.LazyFrame, channels: pl.DataFrame, asked: Asked) -> tuple[pl.DataFrame, ...]:
    """Return states, capture, compliance, values, mass and findings of some outlets."""
    some = hours.filter(pl.col("outlet_id").is_in(channels["outlet_id"].unique().sort().implode()))
    question = (channels, asked.period, asked.rules, asked.out_of_control)
    days = day_states(some, *question)
    quarters = capture(days, asked.period, asked.rules)
    states = hour_states(some, *question).collect(engine="streaming").sort(*KEY, "started_at")
    return (
        state_table(days, asked.period),
        quarters,
        compliance(days, channels, asked.period, asked.rules),
        monitored_values(states.lazy(), quarters, channels, asked.rules),
        day_mass(hour_mass(states, quarters, asked.rules), channels),
        anomalies(states, asked.screening, asked.electricity),
    )


def left_out(hours: pl.LazyFrame, channels: pl.DataFrame, period: Period) -> pl.DataFrame:
    """Return the reported hours that no table counts, and why: no channel, another time, or no full hour."""
    known = channels.lazy().select(*KEY, is_channel=pl.lit(value=True))
    reason = (
        pl.when(pl.col("is_channel").is_null())
        .then(pl.lit("not_a_channel"))
        .when(~period.contains(pl.col("started_at")))
        .then(pl.lit("outside_period"))
        .when(~is_on_the_hour())
        .then(pl.lit("not_on_the_hour"))
    )
    placed = hours.join(known, on=list(KEY), how="left").with_columns(reason=reason)
    counted = placed.filter(pl.col("reason").is_not_null()).group_by(*KEY, "reason").agg(hours=pl.len().cast(pl.Int64))
    return counted.collect(engine="streaming").sort(*KEY, "reason")
