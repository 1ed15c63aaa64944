"""What share of its full effect a measure is credited with over an alert of the expected length."""

from collections.abc import Mapping
from functools import cache

import polars as pl

from grading.scale import POLLUTANTS
from optimizer.city.asked import STOP, TOLERANCE

HOURS_PER_DAY = 24.0


@cache
def decay_share(alert_days: float) -> pl.Expr:
    """Return the share of an alert's emission that a feed stop saves while the line's emission dies away.

    From the start of the level it falls in a straight line to what the measure leaves, over `decay_h` hours; not
    known counts as at once. Maths: docs/model.md section 3.
    """
    hours = HOURS_PER_DAY * alert_days
    decay = pl.col("decay_h").fill_null(0.0)
    return pl.when(decay <= hours).then(1.0 - decay / (2.0 * hours)).otherwise(hours / (2.0 * decay))


@cache
def stop_credit(alert_days: float) -> pl.Expr:
    """Return the share of its emission that a cold stop is credited with, decay and start-up taken off.

    A stop whose alert may be shorter than its pay-off time is credited 0; nothing is credited less than 0.
    Maths: docs/model.md section 3.
    """
    start_up = pl.col("start_up_extra_h").fill_null(0.0) / (HOURS_PER_DAY * alert_days)
    return (
        pl.when(pl.col("pay_off_days") > alert_days + TOLERANCE)
        .then(0.0)
        .otherwise((decay_share(alert_days) - start_up).clip(lower_bound=0.0))
    )


def credits_by_level(length_days: Mapping[str, float]) -> list[pl.Expr]:
    """Return `credit_<level>` of each measure of a menu: 1 for all but stops; a line kept hot does not start up."""
    is_stop = pl.col("kind") == "stop"
    return [
        pl.when(is_stop & (pl.col("severity") >= STOP))
        .then(stop_credit(days))
        .when(is_stop)
        .then(decay_share(days))
        .otherwise(1.0)
        .alias(f"credit_{level}")
        for level, days in length_days.items()
    ]


def removed_at(level: str) -> list[pl.Expr]:
    """Return what the measures of a menu remove on a day of `level`: `<p>_removed_kg_per_day` times its credit."""
    return [
        (pl.col(f"{p}_removed_kg_per_day") * pl.col(f"credit_{level}")).alias(f"{p}_removed_kg_per_day")
        for p in POLLUTANTS
    ]
