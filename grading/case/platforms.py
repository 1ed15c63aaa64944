"""What the four platforms say about a case: stack monitors, permits, credit and disclosure, side by side."""

from collections.abc import Mapping
from dataclasses import dataclass

import polars as pl


@dataclass(frozen=True)
class Platforms:
    """The platforms' answer, as frames; all of them are sorted.

    `outlets`, `channels`, `states`, `findings`: shapes of the same names in `grading.monitoring`.
    `months`: `grading.platforms.monitors.Months`, the rows of `monitoring.csv`; evidence points at its lines.
    `unassigned`: channels whose indicator cannot be told. `left_out`: reported hours that no table counts, and why.
    `meters`: `MeterUses`, what each meter is used for. `accepted`: accepted rows of the lists of platforms, by table.
    `factored`: `grading.factors.FactorEmissions`, what emission factors say of each line.
    `baselines`: `grading.monitoring.agreement.Baselines`. `capacities`: unit_id, capacity_permit_t_per_day.
    `disagreements`: `grading.platforms.compare.Disagreements`.
    `hours`: every hour of every channel in its state (`HourStates`), lazily; null where nothing was monitored.
    `shown`: the hours of the few channels and months that the report draws.
    """

    outlets: pl.DataFrame
    channels: pl.DataFrame
    months: pl.DataFrame
    states: pl.DataFrame
    findings: pl.DataFrame
    unassigned: pl.DataFrame
    left_out: pl.DataFrame
    meters: pl.DataFrame
    accepted: Mapping[str, int]
    factored: pl.DataFrame
    baselines: pl.DataFrame
    capacities: pl.DataFrame
    disagreements: pl.DataFrame
    shown: pl.DataFrame
    hours: pl.LazyFrame | None
