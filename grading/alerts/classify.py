"""From forecast daily AQI to the alert level, whole calendars at once; an unknown day is neither clean nor dirty."""

import dataframely as dy
import polars as pl

from grading.alerts.thresholds import Condition, Reach, ThresholdSet
from grading.checked import checked
from grading.scale import LEVEL_DTYPE, LEVELS

_RUN = ["forecast", "run"]
_FOUND = ("forecast", "level", "first_day", "last_day")


class AlertLevels(dy.Schema):
    """One row per forecast: the level it surely reaches, and the level it may reach through days nobody has forecast.

    A null level is none. `first_day` and `last_day` bound the days that reach `level`: the earliest such stretch, the
    longer one of two that begin alike.
    """

    forecast = dy.String(primary_key=True)
    level = dy.Enum(LEVELS, nullable=True)
    first_day = dy.Date(nullable=True)
    last_day = dy.Date(nullable=True)
    may_reach = dy.Enum(LEVELS, nullable=True)
    unknown_days = dy.Int64(min=0)
    clause = dy.String()


def classify(days: pl.DataFrame, thresholds: ThresholdSet) -> pl.DataFrame:
    """Return the level of each forecast, as `AlertLevels`.

    `days`: one row per forecast and day: forecast, day, aqi (daily, null where not forecast). A day left out between
    two others is a day nobody has forecast.
    """
    calendar = _calendar(days)
    sure = _worst(_reached(calendar, thresholds, is_optimistic=True))
    may = _worst(_reached(calendar, thresholds, is_optimistic=False)).select("forecast", may_reach="level")
    unknown = pl.col("aqi").is_null().sum().cast(pl.Int64).alias("unknown_days")
    told = (
        calendar.group_by("forecast", maintain_order=True)
        .agg(unknown)
        .join(sure, on="forecast", how="left")
        .join(may, on="forecast", how="left")
        .with_columns(clause=pl.lit(thresholds.clause))
    )
    return checked(AlertLevels, told.select(AlertLevels.column_names()).sort("forecast"))


def _calendar(days: pl.DataFrame) -> pl.DataFrame:
    """Return every day from the first to the last of each forecast."""
    span = days.group_by("forecast").agg(
        pl.date_ranges(pl.col("day").min(), pl.col("day").max()).explode().alias("day")
    )
    every = span.explode("day").join(days.select("forecast", "day", "aqi"), on=["forecast", "day"], how="left")
    return every.sort("forecast", "day")


def _beyond(reach: Reach, *, is_optimistic: bool) -> pl.Expr:
    aqi = pl.col("aqi")
    beyond = aqi > reach.above if reach.above is not None else aqi >= reach.at_least
    return beyond.fill_null(value=not is_optimistic)


def _reached(calendar: pl.DataFrame, thresholds: ThresholdSet, *, is_optimistic: bool) -> pl.DataFrame:
    """Return every stretch of days that meets a condition: forecast, level, first_day, last_day."""
    parts = [
        _stretches(calendar, condition, is_optimistic=is_optimistic).with_columns(
            level=pl.lit(level, dtype=LEVEL_DTYPE)
        )
        for level, conditions in thresholds.levels.items()
        for condition in conditions
    ]
    return pl.concat([part.select(*_FOUND) for part in parts])


def _stretches(calendar: pl.DataFrame, condition: Condition, *, is_optimistic: bool) -> pl.DataFrame:
    among = condition.among_them or condition
    flagged = calendar.with_columns(
        is_beyond=_beyond(condition, is_optimistic=is_optimistic), is_among=_beyond(among, is_optimistic=is_optimistic)
    )
    run = pl.col("is_beyond").rle_id().over("forecast")
    stretches = (
        flagged.with_columns(run=run)
        .filter("is_beyond")
        .group_by(_RUN, maintain_order=True)
        .agg(
            pl.len().alias("length"),
            pl.col("is_among").sum().alias("among"),
            pl.col("day").first().alias("first_day"),
            pl.col("day").last().alias("last_day"),
        )
    )
    return stretches.filter(pl.col("length") >= condition.days, pl.col("among") >= among.days)


def _worst(reached: pl.DataFrame) -> pl.DataFrame:
    ordered = reached.sort(
        ["forecast", "level", "first_day", "last_day"], descending=[False, True, False, True], maintain_order=True
    )
    return ordered.unique("forecast", keep="first", maintain_order=True)
