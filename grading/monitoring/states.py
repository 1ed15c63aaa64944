"""Every hour in exactly one named state; nothing is dropped in silence, and the states add up.

What the source says goes before what the device says, and that before what the number says. Two marks that
cannot both be true make a state of their own, so that a stop cannot be claimed over a running stack.
"""

from datetime import date, timedelta

import polars as pl

from grading.assess.oxygen import at_reference_o2
from grading.case.rules import Place
from grading.faults import InputError
from grading.monitoring.input_rules import fault
from grading.monitoring.law import MonitoringRules
from grading.monitoring.period import HOURS_PER_DAY, Period, Span, first_day
from grading.monitoring.tables import STATES

KEY = ("outlet_id", "pollutant")
STATE_DTYPE = pl.Enum(STATES)
DEVICE_STATES = {
    "C": "calibration", "M": "maintenance", "D": "fault", "B": "comms_error", "T": "over_range", "S": "manual",
}  # fmt: skip
IN_OPERATION = ("start_up", "shutdown", "malfunction")
# One whole number holds channel, day since 1970 and state; both factors leave room to spare.
DAYS_OF_A_CHANNEL, STATES_OF_A_DAY = 2**22, 2**6
EPOCH = date(1970, 1, 1)
US_PER_HOUR = 3_600_000_000
# Room for a million reports of the hours of one day; more of them are refused anyway.
TALLY = 2**20
_CARRIED = ("measured_mg_m3", "o2_percent", "flow_m3_per_h")


def hour_states(
    hours: pl.LazyFrame,
    channels: pl.DataFrame,
    period: Period,
    rules: MonitoringRules,
    out_of_control: pl.DataFrame | None = None,
) -> pl.LazyFrame:
    """Return every hour of the period for every channel, each in one state.

    Shape: `HourStates`, one row per channel and hour, whether reported or not; in no particular order.
    """
    grid = channels.lazy().join(period.all_hours(), how="cross")
    reported = _in_period(hours, period).with_columns(is_reported=pl.lit(value=True))
    joined = grid.join(reported, on=[*KEY, "started_at"], how="left")
    return _classified(joined, rules, out_of_control).select(
        *KEY, "started_at", "state", *_CARRIED, "corrected_mg_m3", "limit_mg_m3", "is_within_limit"
    )


def day_states(
    hours: pl.LazyFrame,
    channels: pl.DataFrame,
    period: Period,
    rules: MonitoringRules,
    out_of_control: pl.DataFrame | None = None,
) -> pl.DataFrame:
    """Return the hours of each day by state, without ever holding the hours themselves.

    Shape: `DayStates`. Hours that nobody reported are counted as `missing`.

    Raises:
        InputError: an hour is reported twice; `grading.monitoring.unique.one_per_hour` repairs that.
    """
    numbered = channels.sort(KEY).with_row_index("channel")
    joined = _in_period(hours, period).with_columns(is_reported=pl.lit(value=True))
    joined = joined.join(numbered.lazy(), on=list(KEY), how="inner")
    classified = _classified(joined, rules, out_of_control)
    # n powers of two add up to a number of n one-bits exactly when no two are equal: a repeated hour shows, and
    # the sum costs one column.
    bit = pl.lit(2, dtype=pl.Int64).pow((_hour_since_epoch() % HOURS_PER_DAY).cast(pl.UInt32))
    summed = (
        classified.select(_packed().alias("packed"), bit.alias("bits"), _tally().alias("tally"))
        .group_by("packed")
        .agg(pl.col("bits", "tally").sum())
        .collect(engine="streaming")
    )
    counted = summed.select(
        "packed",
        "bits",
        hours=pl.col("tally") % TALLY,
        hours_with_verdict=pl.col("tally") // TALLY % TALLY,
        hours_within_limit=pl.col("tally") // TALLY**2,
    )
    return _unpacked(_with_missing(counted, numbered, period), numbered)


def _packed() -> pl.Expr:
    """Return channel, day and state as one whole number that sorts as they do: grouping by text costs three times."""
    day = _hour_since_epoch() // HOURS_PER_DAY
    state = pl.col("state").to_physical().cast(pl.Int64)
    return (pl.col("channel").cast(pl.Int64) * DAYS_OF_A_CHANNEL + day) * STATES_OF_A_DAY + state


def _hour_since_epoch() -> pl.Expr:
    """Return the hours since 1970 as a whole number; taking dates and hours off a time costs ten times that."""
    return pl.col("started_at").dt.timestamp("us") // US_PER_HOUR


def _tally() -> pl.Expr:
    """Return one whole number that, summed, holds three counts: hours, those with a verdict, those within the limit."""
    within = pl.col("is_within_limit")
    has_verdict, is_within = within.is_not_null().cast(pl.Int64), within.fill_null(value=False).cast(pl.Int64)
    return 1 + has_verdict * TALLY + is_within * TALLY**2


def _unpacked(counted: pl.DataFrame, numbered: pl.DataFrame) -> pl.DataFrame:
    """Return the counts in the shape of `DayStates`, sorted."""
    ordered = counted.sort("packed")
    day_of_channel = ordered["packed"] // STATES_OF_A_DAY
    channel = day_of_channel // DAYS_OF_A_CHANNEL
    state = pl.Series("state", STATES, dtype=STATE_DTYPE).gather(ordered["packed"] % STATES_OF_A_DAY)
    day = (day_of_channel % DAYS_OF_A_CHANNEL).cast(pl.Int32).cast(pl.Date).alias("day")
    names = [numbered[name].gather(channel) for name in KEY]
    return pl.DataFrame([*names, day, state]).hstack(ordered.drop("packed"))


def _with_missing(counted: pl.DataFrame, numbered: pl.DataFrame, period: Period) -> pl.DataFrame:
    """Add the hours that nobody reported; `packed` is as `_packed` makes it."""
    per_day = counted.group_by(day=pl.col("packed") // STATES_OF_A_DAY).agg(pl.col("hours").sum(), pl.col("bits").sum())
    repeated = per_day.filter(pl.col("hours") > pl.col("bits").bitwise_count_ones())
    if not repeated.is_empty():
        first = int(repeated["day"].sort()[0])
        channel = numbered.row(first // DAYS_OF_A_CHANNEL, named=True)
        day_of_it = EPOCH + timedelta(days=first % DAYS_OF_A_CHANNEL)
        where = f"{channel['outlet_id']} {channel['pollutant']} {day_of_it}"
        raise InputError([fault("hour_twice", Place("cems"), where, str(repeated.height))])
    day = pl.col("day").to_physical().cast(pl.Int64)
    grid = numbered.select("channel").join(period.all_days().collect(), how="cross")
    absent = grid.select(day=pl.col("channel").cast(pl.Int64) * DAYS_OF_A_CHANNEL + day).join(
        per_day, on="day", how="left"
    )
    missing = absent.select(
        packed=pl.col("day") * STATES_OF_A_DAY + STATES.index("missing"),
        hours=HOURS_PER_DAY - pl.col("hours").fill_null(0),
        hours_with_verdict=pl.lit(0, dtype=pl.Int64),
        hours_within_limit=pl.lit(0, dtype=pl.Int64),
    )
    return pl.concat([counted.drop("bits"), missing.filter(pl.col("hours") > 0)])


def state_table(days: pl.DataFrame, period: Period, span: Span = "month") -> pl.DataFrame:
    """Return the hours of each month, quarter or the whole period by state, with the sum they add up to.

    Shape: `StateTable`.
    """
    start = first_day(pl.col("day"), span, period).alias("period")
    table = days.group_by(*KEY, start, "state").agg(pl.col("hours").sum())
    whole = period.all_days().group_by(start).agg(period_hours=pl.len().cast(pl.Int64) * HOURS_PER_DAY).collect()
    return table.join(whole, on="period").sort(*KEY, "period", "state")


def _in_period(hours: pl.LazyFrame, period: Period) -> pl.LazyFrame:
    """Return the reported hours that count; `grading.monitoring.monitor.left_out` names the others."""
    return hours.filter(period.contains(pl.col("started_at")) & is_on_the_hour())


def is_on_the_hour() -> pl.Expr:
    """Return whether an hour is named by a full hour, as the contract asks."""
    return pl.col("started_at") == pl.col("started_at").dt.truncate("1h")


def _classified(joined: pl.LazyFrame, rules: MonitoringRules, out_of_control: pl.DataFrame | None) -> pl.LazyFrame:
    """Add `state`, `corrected_mg_m3` and `is_within_limit` to reported hours joined with their channel."""
    marked = _mark_out_of_control(joined, out_of_control)
    needs_o2 = pl.col("reference_o2_percent").is_not_null()
    converted = at_reference_o2(pl.col("measured_mg_m3"), pl.col("o2_percent"), pl.col("reference_o2_percent"))
    is_flue_gas = rules["o2_guard_percent"].holds(pl.col("o2_percent"))
    corrected = pl.when(~needs_o2).then(pl.col("measured_mg_m3")).when(is_flue_gas).then(converted)
    measured = marked.with_columns(
        state=state_of(rules),
        corrected_mg_m3=pl.when(pl.col("measured_mg_m3") >= 0).then(corrected.otherwise(None)),
    )
    within = rules["limit_edge"].holds(pl.col("corrected_mg_m3"), scale=pl.col("limit_mg_m3"))
    return measured.with_columns(is_within_limit=within)


def state_of(rules: MonitoringRules) -> pl.Expr:
    """Return the state of an hour from its marks and numbers; the first condition that holds decides."""
    flag, source = pl.col("flag"), pl.col("source_state")
    conditions: list[tuple[str, pl.Expr]] = [
        ("missing", pl.col("is_reported").is_null()),
        ("value_conflict", pl.col("is_in_conflict").fill_null(value=False)),
        ("mark_conflict", _marks_conflict()),
        ("source_stopped", (source == "stopped") | (flag == "F")),
        *((state, flag == letter) for letter, state in DEVICE_STATES.items()),
        ("no_flag", flag.is_null()),
        ("out_of_control", pl.col("is_out_of_control")),
        ("invalid_minutes", ~rules["min_valid_minutes"].holds(pl.col("valid_minutes")).fill_null(value=True)),
        ("no_value", pl.col("measured_mg_m3").is_null() | ~pl.col("measured_mg_m3").is_finite()),
        ("negative", pl.col("measured_mg_m3") < 0),
        *_oxygen_conditions(rules),
        *((state, source == state) for state in IN_OPERATION),
    ]
    state: pl.Expr = pl.lit("valid", dtype=STATE_DTYPE)
    for name, holds in reversed(conditions):
        state = pl.when(holds).then(pl.lit(name, dtype=STATE_DTYPE)).otherwise(state)
    return state


def _oxygen_conditions(rules: MonitoringRules) -> list[tuple[str, pl.Expr]]:
    needs_o2, o2 = pl.col("reference_o2_percent").is_not_null(), pl.col("o2_percent")
    usable = rules["o2_guard_percent"].holds(o2) & (o2 >= 0)
    return [("o2_missing", needs_o2 & (o2.is_null() | ~o2.is_finite())), ("o2_guard", needs_o2 & ~usable)]


def _marks_conflict() -> pl.Expr:
    """Return whether source and device marks exclude each other: stopped and faulty, or running and stopped."""
    flag, source = pl.col("flag"), pl.col("source_state")
    stopped_and_faulty = (source == "stopped") & (flag == "D")
    running_and_stopped = source.is_not_null() & (source != "stopped") & (flag == "F")
    return (stopped_and_faulty | running_and_stopped).fill_null(value=False)


def _mark_out_of_control(joined: pl.LazyFrame, periods: pl.DataFrame | None) -> pl.LazyFrame:
    if periods is None or periods.is_empty():
        return joined.with_columns(is_out_of_control=pl.lit(value=False))
    hours = periods.lazy().select(
        *KEY,
        started_at=pl.datetime_ranges(pl.col("started_at").dt.truncate("1h"), "ended_at", "1h", closed="left"),
        is_out_of_control=pl.lit(value=True),
    )
    exploded = hours.explode("started_at").drop_nulls("started_at").unique([*KEY, "started_at"])
    marked = joined.join(exploded, on=[*KEY, "started_at"], how="left")
    return marked.with_columns(pl.col("is_out_of_control").fill_null(value=False))
