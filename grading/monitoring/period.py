"""The days a question is asked about, and the calendar units that verdicts are given for."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

import polars as pl

HOURS_PER_DAY = 24
Span = Literal["month", "quarter", "all"]


@dataclass(frozen=True)
class Period:
    """Whole days from `first` to `last`, both included."""

    first: date
    last: date

    def __post_init__(self) -> None:
        if self.last < self.first:
            raise ValueError(f"the period ends {self.last} before it begins {self.first}")

    @property
    def days(self) -> int:
        """Return the number of days."""
        return (self.last - self.first).days + 1

    @property
    def hours(self) -> int:
        """Return the number of hours."""
        return self.days * HOURS_PER_DAY

    def contains(self, started_at: pl.Expr) -> pl.Expr:
        """Return whether an hour lies in the period."""
        after = pl.lit(self.last + timedelta(days=1)).cast(pl.Datetime("us"))
        return (started_at >= pl.lit(self.first).cast(pl.Datetime("us"))) & (started_at < after)

    def all_days(self) -> pl.LazyFrame:
        """Return one row per `day`."""
        return pl.LazyFrame({"day": pl.date_range(self.first, self.last, "1d", eager=True)})

    def all_hours(self) -> pl.LazyFrame:
        """Return one row per hour, as `started_at`."""
        started = pl.col("day").cast(pl.Datetime("us")) + pl.duration(hours=pl.col("hour"))
        return (
            self.all_days()
            .with_columns(hour=pl.lit(list(range(HOURS_PER_DAY))))
            .explode("hour")
            .select(started_at=started)
        )


def first_day(day: pl.Expr, span: Span, period: Period) -> pl.Expr:
    """Return the first day of the month or quarter of a day; of the whole period for `all`."""
    if span == "all":
        return pl.lit(period.first)
    return day.dt.truncate("1mo" if span == "month" else "1q")
