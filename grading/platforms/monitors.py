"""The stack monitors of a case: which days are looked at, what the hours say, one row per channel and month."""

from dataclasses import dataclass
from datetime import date, timedelta

import dataframely as dy
import polars as pl

from grading.assess.subjects import graded_units
from grading.case.model import Case
from grading.case.rules import Place
from grading.case.settings import Monitoring
from grading.checked import checked
from grading.faults import Fault
from grading.law.model import Law
from grading.monitoring import Asked, Monitored, load_rules, load_screening, monitor
from grading.monitoring.evidence import MonitoringEvidence, monitoring_evidence
from grading.monitoring.input_rules import fault
from grading.monitoring.law import MonitoringRules
from grading.monitoring.period import HOURS_PER_DAY, Period
from grading.monitoring.states import KEY, hour_states
from grading.monitoring.tables import STATES, VERDICTS, HourStates
from grading.platforms.inputs import PlatformInput
from grading.scale import POLLUTANTS

MOST_DAYS = 366
MOST_SHOWN = 6
MONTH = [*KEY, "month"]
# Which channels are drawn first: those that decide something.
SHOWN_FIRST = ("fail", "undecided", "capture_too_low")


class Months(dy.Schema):
    """One row per outlet, pollutant and month: the hours by state, which add up to `month_hours`, and what follows.

    The rows of `monitoring.csv`. `indicator` is the one the pack asks for this stack; `value_mg_m3` the least limit
    that the required share of the judged hours keeps. `month_hours` counts the days of the month that are looked at.
    """

    outlet_id = dy.String(primary_key=True)
    pollutant = dy.Enum(POLLUTANTS, primary_key=True)
    month = dy.Date(primary_key=True)
    outlet_name = dy.String(nullable=True)
    unit_id = dy.String()
    enterprise_id = dy.String()
    indicator = dy.String(nullable=True)
    reference_o2_percent = dy.Float64(nullable=True)
    limit_mg_m3 = dy.Float64(nullable=True)
    month_hours = dy.Int64()
    quarter_capture_share = dy.Float64(nullable=True)
    valid_days = dy.Int64()
    is_valid_month = dy.Bool()
    judged_hours = dy.Int64()
    hours_over_limit = dy.Int64()
    open_hours = dy.Int64()
    open_hours_over_limit = dy.Int64()
    share_within_limit = dy.Float64(nullable=True)
    share_low = dy.Float64(nullable=True)
    share_high = dy.Float64(nullable=True)
    verdict = dy.Enum(VERDICTS)
    value_mg_m3 = dy.Float64(nullable=True)
    value_with_open_hours = dy.Float64(nullable=True)
    known_mass_kg = dy.Float64(nullable=True)
    hours_without_mass = dy.Int64(nullable=True)


@dataclass(frozen=True)
class Heard:
    """What the monitors say: all tables, evidence, the month rows, and every hour in its state (lazily)."""

    monitored: Monitored
    evidence: MonitoringEvidence
    months: pl.DataFrame
    hours: pl.LazyFrame
    rules: MonitoringRules
    period: Period


def hear_monitors(
    case: Case, law: Law, read: PlatformInput, before: Heard | None = None
) -> tuple[Heard | None, list[Fault]]:
    """Return what the monitors of a case say, or nothing where no hour was handed in.

    `before`: what the same hours said on the same day under another law, whose indicators alone are chosen anew.

    Raises:
        InputError: an hour stands twice in partitions that promise each hour once.
    """
    on = date.fromisoformat(law.on)
    if read.hours is None or read.outlets.is_empty():
        return None, []
    period = before.period if before else period_of(read.hours, case.settings.monitoring, on)
    if period is None:
        return None, [fault("no_hours_in_time", Place("cems"), on.isoformat())]
    asked = Asked(period, load_rules(on), load_screening(on), read.out_of_control, read.electricity)
    limits = believed_limits(read.outlets, read.statements)
    monitored = before.monitored if before else monitor(read.hours, limits, asked)
    evidence = monitoring_evidence(
        monitored.values, graded_units(case), read.outlets, law.requirements, until=period.last
    )
    hours = hour_states(read.hours, monitored.channels, period, asked.rules, asked.out_of_control)
    return Heard(monitored, evidence, months_of(monitored, evidence, read.outlets), hours, asked.rules, period), []


def believed_limits(outlets: pl.DataFrame, statements: pl.DataFrame) -> pl.DataFrame:
    """Return the outlets with the limits of the permit register, which goes before what the platform holds.

    A permit states a limit for a unit; where the outlets of a unit have different limits it cannot be told which of
    them is meant, and they stay.
    """
    permits = statements.filter(pl.col("source") == "permit")
    believed = outlets
    for name in (f"{pollutant}_limit_mg_m3" for pollutant in POLLUTANTS):
        stated = permits.filter(pl.col("quantity") == name).select(unit_id="subject_id", permitted="value")
        is_one = pl.col(name).drop_nulls().n_unique().over("unit_id") <= 1
        joined = believed.join(stated, on="unit_id", how="left", maintain_order="left")
        limit = pl.when(is_one & (pl.col("permitted") > 0)).then(pl.coalesce("permitted", name)).otherwise(name)
        believed = joined.with_columns(limit.alias(name)).drop("permitted")
    return believed


def period_of(hours: pl.LazyFrame, stated: Monitoring, on: date) -> Period | None:
    """Return the days that are looked at: as stated, else from the first to the last reported day before the law's.

    At most a year is looked at. None where no reported hour lies in it.
    """
    day = pl.col("started_at").dt.date()
    last = min(stated.last_day or on, on)
    first = stated.first_day or last - timedelta(days=MOST_DAYS - 1)
    if first > last:
        return None
    inside = hours.filter(day.is_between(first, last)).select(first=day.min(), last=day.max())
    seen = inside.collect(engine="streaming").row(0, named=True)
    if seen["first"] is None:
        return None
    return Period(stated.first_day or seen["first"], (stated.last_day and last) or seen["last"])


def no_months() -> pl.DataFrame:
    """Return the shape of `months_of` without a row."""
    return Months.create_empty().with_columns(pl.lit(None, dtype=pl.Int64).alias(f"hours_{state}") for state in STATES)


def months_of(monitored: Monitored, evidence: MonitoringEvidence, outlets: pl.DataFrame) -> pl.DataFrame:
    """Return one row per channel and month. Shape: `Months` and one column `hours_<state>` per state."""
    states = monitored.states.rename({"period": "month"})
    counted = states.group_by(MONTH).agg(
        pl.col("hours").sum().alias("month_hours"),
        *(pl.col("hours").filter(pl.col("state") == state).sum().alias(f"hours_{state}") for state in STATES),
    )
    mass = monitored.mass.group_by(
        pl.col("subject_id").alias("outlet_id"), "pollutant", pl.col("day").dt.truncate("1mo").alias("month")
    ).agg(pl.col("known_kg").sort_by("day").sum().alias("known_mass_kg"), pl.col("hours_without_mass").sum())
    channels = monitored.channels.select(*KEY, "unit_id", "enterprise_id", "reference_o2_percent")
    values = monitored.values.select(*MONTH, "value_mg_m3", "value_with_open_hours")
    joined = (
        counted.join(monitored.compliance, on=MONTH)
        .join(values, on=MONTH)
        .join(channels, on=list(KEY))
        .join(outlets.select("outlet_id", outlet_name="name"), on="outlet_id")
        .join(evidence.indicators, on=list(KEY), how="left")
        .join(mass, on=MONTH, how="left")
    )
    columns = [*Months.column_names(), *(f"hours_{state}" for state in STATES)]
    months = joined.select(columns).sort(MONTH)
    checked(Months, months.select(Months.column_names()))
    return months


def shown_hours(heard: Heard) -> pl.DataFrame:
    """Return the hours of the few channels worth drawing: one pollutant and month an outlet, those that decide first.

    Shape: `HourStates`, in the order they are shown in.
    """
    found = heard.monitored.findings.group_by(KEY).agg(findings=pl.len())
    order = {verdict: place for place, verdict in enumerate(SHOWN_FIRST)}
    place = pl.col("verdict").cast(pl.String).replace_strict(order, default=len(order), return_dtype=pl.Int8)
    ranked = (
        heard.months.with_columns(place=place)
        .join(found, on=list(KEY), how="left")
        .filter((pl.col("place") < len(order)) | pl.col("findings").is_not_null())
        .sort("place", pl.col("share_within_limit"), *MONTH)
    )
    chosen = ranked.unique("outlet_id", keep="first", maintain_order=True).head(MOST_SHOWN).with_row_index("shown")
    month = pl.col("started_at").dt.date().dt.truncate("1mo")
    hours = heard.hours.with_columns(month=month).join(chosen.lazy().select("shown", *MONTH), on=MONTH)
    sorted_hours = hours.collect(engine="streaming").sort("shown", "started_at")
    return HourStates.validate(sorted_hours.select(HourStates.column_names()))


def warm_up_days(rules: MonitoringRules) -> int:
    """Return the days before the shortest look-back of the substitution ladder is full."""
    shortest = min((rung.window_hours for rung in rules.ladder), default=0)
    return -(-shortest // HOURS_PER_DAY)
