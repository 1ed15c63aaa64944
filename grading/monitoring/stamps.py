"""Time stamps of hourly files to the start of the hour: 24:00, end-of-interval, ranges, no zone or +08:00.

The stamp of an hour is read as its start or as its end, never guessed: the header says it (开始时间, 结束时间), a
24:00 says it (only an end can be 24:00), a range says it, or the caller does.
"""

from typing import Literal

import polars as pl

from grading.case.cells import BLANK, half_width

Stamp = Literal["start", "end"]
WRITTEN = (
    r"^(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?[ T]*(\d{1,2})(?:[:时点](?:(\d{1,2})分?)?(?::(\d{1,2})(?:\.\d+)?)?)?$"
)
COMPACT = r"^(\d{4})(\d{2})(\d{2})(\d{2})(\d{2})?(\d{2})?$"
RANGE = r"\s*[~至—].*$"
MINUTES_PER_HOUR = 60
BEIJING = r"(?i)\s*(\+08:?00|\+08|cst)$"


def add_started_at(frame: pl.DataFrame, text: pl.Expr, stamp: Stamp | None) -> pl.DataFrame:
    """Add `started_at` of an hour, and `stamp_fault`: why a stamp was not read (null when it was).

    Faults: not_a_time, not_on_the_hour, start_at_24, stamp_unknown.
    """
    told = add_instant(frame, text, stamp)
    return told.with_columns(started_at=start_of(pl.lit(MINUTES_PER_HOUR))).drop("instant", "is_end")


def start_of(minutes: pl.Expr) -> pl.Expr:
    """Return when an interval of so many minutes started, of rows with `instant` and `is_end`."""
    ended = pl.col("instant") - pl.duration(minutes=minutes)
    return pl.when("is_end").then(ended).otherwise(pl.col("instant"))


def add_instant(
    frame: pl.DataFrame, text: pl.Expr, stamp: Stamp | None, grid_minutes: int = MINUTES_PER_HOUR
) -> pl.DataFrame:
    """Add the `instant` a stamp names, whether it `is_end` of its interval, and `stamp_fault` (see `add_started_at`).

    `not_on_the_hour` is then: not on the grid of so many minutes.
    """
    folded = half_width(text.str.strip_chars(BLANK))
    bare = folded.str.replace(BEIJING, "").str.replace(RANGE, "")
    parsed = frame.with_columns(_range=folded.str.contains(RANGE).fill_null(value=False), _parts=_parts(bare))
    number = [pl.col("_parts").struct.field(str(place)).cast(pl.Int32, strict=False) for place in range(6)]
    year, month, day, hour, minute, second = number
    minute = minute.fill_null(0)
    is_of_the_clock = (hour * MINUTES_PER_HOUR + minute <= 24 * MINUTES_PER_HOUR) & (minute < MINUTES_PER_HOUR)
    clock = pl.duration(hours=hour, minutes=minute)
    timed = parsed.with_columns(
        _at=pl.when(is_of_the_clock).then(_date(year, month, day).cast(pl.Datetime("us")) + clock),
        _odd=(minute % grid_minutes != 0) | (second.fill_null(0) != 0),
        _is_24=(hour == 24).fill_null(value=False),
    )
    return _by_convention(timed, stamp).drop("_range", "_parts", "_at", "_odd", "_is_24")


def _parts(bare: pl.Expr) -> pl.Expr:
    """Return year, month, day, hour, minute and second as text, whichever way they are written."""
    written, compact = bare.str.extract_groups(WRITTEN), bare.str.extract_groups(COMPACT)
    return pl.struct(
        pl.coalesce(written.struct.field(str(place + 1)), compact.struct.field(str(place + 1))).alias(str(place))
        for place in range(6)
    )


def _date(year: pl.Expr, month: pl.Expr, day: pl.Expr) -> pl.Expr:
    iso = pl.concat_str(year, month.cast(pl.String).str.zfill(2), day.cast(pl.String).str.zfill(2), separator="-")
    return iso.str.to_date("%Y-%m-%d", strict=False)


def _by_convention(timed: pl.DataFrame, stamp: Stamp | None) -> pl.DataFrame:
    """Settle start or end: a range states its start; a 24:00 anywhere makes unstated stamps ends."""
    settled = stamp or ("end" if timed["_is_24"].any() else None)
    is_end = pl.lit(value=settled == "end") & ~pl.col("_range")
    marked = timed.with_columns(is_end=is_end)
    fault = (
        pl.when(pl.col("_at").is_null())
        .then(pl.lit("not_a_time"))
        .when("_odd")
        .then(pl.lit("not_on_the_hour"))
        .when(pl.lit(value=settled is None) & ~pl.col("_range"))
        .then(pl.lit("stamp_unknown"))
        .when(pl.col("_is_24") & ~pl.col("is_end"))
        .then(pl.lit("start_at_24"))
    )
    faulted = marked.with_columns(stamp_fault=fault)
    return faulted.with_columns(instant=pl.when(pl.col("stamp_fault").is_null()).then("_at"))
