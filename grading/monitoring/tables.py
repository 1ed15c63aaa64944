"""The tables of stack monitoring: what is read, what every hour becomes, and what is said about a month.

An hour is named by its start, in the local time of the stack and without a zone: the hour 23:00-24:00 belongs to
the day and month in which it was measured. Concentrations are dry, at standard state; NOx counts as NO2.
"""

import dataframely as dy

from grading.scale import POLLUTANTS

FLAGS: tuple[str, ...] = ("N", "F", "S", "D", "M", "C", "B", "T")
SOURCE_STATES: tuple[str, ...] = ("running", "start_up", "shutdown", "malfunction", "stopped")
STATES: tuple[str, ...] = (
    "valid", "start_up", "shutdown", "malfunction", "source_stopped", "calibration", "maintenance", "fault",
    "comms_error", "over_range", "manual", "out_of_control", "invalid_minutes", "missing", "no_value", "negative",
    "no_flag", "mark_conflict", "value_conflict", "o2_missing", "o2_guard",
)  # fmt: skip
MASS_METHODS: tuple[str, ...] = (
    "measured", "source_stopped", "max_of_previous", "capture_too_low", "capture_unknown", "history_too_short",
    "no_calibration_known", "flow_missing",
)  # fmt: skip
ACTIVITIES: tuple[str, ...] = ("output", "raw_material", "fuel")
EVIDENCE_STATUSES: tuple[str, ...] = ("verified", "reported", "unverified", "unknown")
METER_ROLES: tuple[str, ...] = ("production", "treatment", "total")
METER_USES: tuple[str, ...] = (*METER_ROLES, "no_outlet", "no_hours")
VERDICTS: tuple[str, ...] = ("pass", "fail", "undecided", "limit_unknown", "capture_too_low", "no_hours")


class Outlets(dy.Schema):
    """One row per stack outlet with a monitor.

    `reference_o2_percent` blank: the standard asks for no conversion. A blank limit is an unknown limit.
    `pollutants` lists what the monitor must report, `|` between them; blank means those with a limit.
    """

    outlet_id = dy.String(primary_key=True)
    unit_id = dy.String()
    enterprise_id = dy.String()
    process = dy.String(nullable=True)
    name = dy.String(nullable=True)
    reference_o2_percent = dy.Float64(nullable=True, min=0, max_exclusive=21)
    pollutants = dy.String(nullable=True)
    so2_limit_mg_m3 = dy.Float64(nullable=True, min_exclusive=0)
    nox_limit_mg_m3 = dy.Float64(nullable=True, min_exclusive=0)
    pm_limit_mg_m3 = dy.Float64(nullable=True, min_exclusive=0)
    vocs_limit_mg_m3 = dy.Float64(nullable=True, min_exclusive=0)


class Channels(dy.Schema):
    """One row per outlet and pollutant that must be reported; `vocs` is measured as non-methane hydrocarbons."""

    outlet_id = dy.String(primary_key=True)
    pollutant = dy.Enum(POLLUTANTS, primary_key=True)
    unit_id = dy.String()
    enterprise_id = dy.String()
    process = dy.String(nullable=True)
    reference_o2_percent = dy.Float64(nullable=True)
    limit_mg_m3 = dy.Float64(nullable=True)


class Hours(dy.Schema):
    """One row per outlet, pollutant and reported hour, named by the start of the hour.

    `flag` is the HJ 212 letter of the device, `source_state` the mark of the source; blank means nobody said.
    `valid_minutes` blank: the platform hands on hours without their minutes. `is_in_conflict`: two reports of the
    hour differed, neither is used.
    """

    outlet_id = dy.String(primary_key=True)
    pollutant = dy.Enum(POLLUTANTS, primary_key=True)
    started_at = dy.Datetime(primary_key=True)
    measured_mg_m3 = dy.Float64(nullable=True)
    o2_percent = dy.Float64(nullable=True)
    flow_m3_per_h = dy.Float64(nullable=True)
    valid_minutes = dy.Float64(nullable=True)
    flag = dy.Enum(FLAGS, nullable=True)
    source_state = dy.Enum(SOURCE_STATES, nullable=True)
    is_in_conflict = dy.Bool()


class OutOfControl(dy.Schema):
    """One row per out-of-control period (失控) of a channel: from `started_at` up to, not including, `ended_at`."""

    outlet_id = dy.String()
    pollutant = dy.Enum(POLLUTANTS)
    started_at = dy.Datetime()
    ended_at = dy.Datetime()


class Meters(dy.Schema):
    """One row per electricity meter of a unit; `interval_minutes` blank: told from the minutes of its stamps."""

    meter_id = dy.String(primary_key=True)
    unit_id = dy.String()
    role = dy.Enum(METER_ROLES)
    interval_minutes = dy.Int64(nullable=True)


class MeterHours(dy.Schema):
    """One row per meter and hour of which every interval was handed in; any other hour is unknown, and absent."""

    meter_id = dy.String(primary_key=True)
    started_at = dy.Datetime(primary_key=True)
    kwh = dy.Float64(min=0)


class Electricity(dy.Schema):
    """One row per outlet and hour: what all production meters of its unit used, and what all of its treatment did.

    Null where one of the meters of a role lacks the hour, or the unit has none of it.
    """

    outlet_id = dy.String(primary_key=True)
    started_at = dy.Datetime(primary_key=True)
    kwh = dy.Float64(nullable=True, min=0)
    treatment_kwh = dy.Float64(nullable=True, min=0)


class MeterUses(dy.Schema):
    """One row per listed meter: its full hours, and the check it is used in or the reason why in none.

    `total`: a meter of a whole site tells neither production nor treatment. `no_outlet`: no stack of its unit is
    monitored. `no_hours`: not one hour of it was handed in whole.
    """

    meter_id = dy.String(primary_key=True)
    unit_id = dy.String()
    role = dy.Enum(METER_ROLES)
    hours = dy.Int64(min=0)
    use = dy.Enum(METER_USES)


class HourStates(dy.Schema):
    """One row per outlet, pollutant and hour of the period: each hour in exactly one state.

    `corrected_mg_m3` is at the reference oxygen content, or as measured where the standard asks for none; null
    where it cannot be said. `is_within_limit` is null without a corrected value or a known limit.
    """

    outlet_id = dy.String(primary_key=True)
    pollutant = dy.Enum(POLLUTANTS, primary_key=True)
    started_at = dy.Datetime(primary_key=True)
    state = dy.Enum(STATES)
    measured_mg_m3 = dy.Float64(nullable=True)
    o2_percent = dy.Float64(nullable=True)
    flow_m3_per_h = dy.Float64(nullable=True)
    corrected_mg_m3 = dy.Float64(nullable=True)
    limit_mg_m3 = dy.Float64(nullable=True)
    is_within_limit = dy.Bool(nullable=True)


class DayStates(dy.Schema):
    """One row per outlet, pollutant, day and state that occurs; the hours of a day add up to 24."""

    outlet_id = dy.String(primary_key=True)
    pollutant = dy.Enum(POLLUTANTS, primary_key=True)
    day = dy.Date(primary_key=True)
    state = dy.Enum(STATES, primary_key=True)
    hours = dy.Int64(min=1)
    hours_with_verdict = dy.Int64(min=0)
    hours_within_limit = dy.Int64(min=0)


class StateTable(dy.Schema):
    """One row per outlet, pollutant, period and state; `hours` add up to `period_hours`."""

    outlet_id = dy.String(primary_key=True)
    pollutant = dy.Enum(POLLUTANTS, primary_key=True)
    period = dy.Date(primary_key=True)
    state = dy.Enum(STATES, primary_key=True)
    hours = dy.Int64(min=1)
    period_hours = dy.Int64(min=24)


class Capture(dy.Schema):
    """One row per outlet, pollutant and period: (hours - invalid - outage) / (hours - outage).

    `capture_share` is null where the source stood the whole time.
    """

    outlet_id = dy.String(primary_key=True)
    pollutant = dy.Enum(POLLUTANTS, primary_key=True)
    period = dy.Date(primary_key=True)
    period_hours = dy.Int64()
    outage_hours = dy.Int64()
    invalid_hours = dy.Int64()
    capture_share = dy.Float64(nullable=True, min=0, max=1)
    meets_capture = dy.Bool(nullable=True)


class Compliance(dy.Schema):
    """One row per outlet, pollutant and month: the share of hours within the limit, and what follows.

    `share_low` and `share_high` differ by the hours no text says whether to judge (start-up, shutdown).
    """

    outlet_id = dy.String(primary_key=True)
    pollutant = dy.Enum(POLLUTANTS, primary_key=True)
    month = dy.Date(primary_key=True)
    limit_mg_m3 = dy.Float64(nullable=True)
    judged_hours = dy.Int64()
    hours_over_limit = dy.Int64()
    open_hours = dy.Int64()
    open_hours_over_limit = dy.Int64()
    share_within_limit = dy.Float64(nullable=True, min=0, max=1)
    share_low = dy.Float64(nullable=True, min=0, max=1)
    share_high = dy.Float64(nullable=True, min=0, max=1)
    quarter_capture_share = dy.Float64(nullable=True)
    valid_days = dy.Int64()
    is_valid_month = dy.Bool()
    verdict = dy.Enum(VERDICTS)


class HourMass(dy.Schema):
    """One row per outlet, pollutant and hour: its mass, and the method that gave it or the reason there is none."""

    outlet_id = dy.String(primary_key=True)
    pollutant = dy.Enum(POLLUTANTS, primary_key=True)
    started_at = dy.Datetime(primary_key=True)
    state = dy.Enum(STATES)
    method = dy.Enum(MASS_METHODS)
    window_hours = dy.Int64(nullable=True)
    mass_kg = dy.Float64(nullable=True, min=0)


class DayMass(dy.Schema):
    """One row per subject (outlet, unit or enterprise), pollutant and day.

    `mass_kg_per_day` is null when any hour has no mass; `known_kg` is then the part that is known.
    """

    subject_id = dy.String(primary_key=True)
    pollutant = dy.Enum(POLLUTANTS, primary_key=True)
    day = dy.Date(primary_key=True)
    mass_kg_per_day = dy.Float64(nullable=True, min=0)
    known_kg = dy.Float64(min=0)
    hours_measured = dy.Int64()
    hours_substituted = dy.Int64()
    hours_stopped = dy.Int64()
    hours_without_mass = dy.Int64()


class MonitoredValues(dy.Schema):
    """One row per outlet, pollutant and month: the least limit that the required share of its hours keeps.

    A limit is held in the month exactly when it is not below `value_mg_m3`, so one number answers every grade.
    `value_with_open_hours` counts the hours no text says whether to judge as well; null value: see `verdict`.
    """

    outlet_id = dy.String(primary_key=True)
    pollutant = dy.Enum(POLLUTANTS, primary_key=True)
    month = dy.Date(primary_key=True)
    unit_id = dy.String()
    reference_o2_percent = dy.Float64(nullable=True)
    value_mg_m3 = dy.Float64(nullable=True, min=0)
    value_with_open_hours = dy.Float64(nullable=True, min=0)
    judged_hours = dy.Int64()
    verdict = dy.Enum(["value", "capture_too_low", "no_hours"])
