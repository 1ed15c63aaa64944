"""Metered electricity of 15, 30 or 60 minutes to full hours; an hour that lacks an interval is unknown, never less.

The interval of a meter is stated in the list of meters, or told from the minutes of its stamps: with one stamp off
the full hour, no hour of the meter is whole by a single value.
"""

from pathlib import Path

import polars as pl

from grading.case.cells import BLANK, MISSING, half_width
from grading.case.headers import normal
from grading.case.rules import Place
from grading.checked import checked
from grading.faults import Fault, InputError
from grading.monitoring.hourly import NUMBER, without_thousands
from grading.monitoring.input_rules import fault, faults_of
from grading.monitoring.meters import INTERVALS
from grading.monitoring.sheet import Sheet, open_sheets
from grading.monitoring.stamps import MINUTES_PER_HOUR, Stamp, start_of
from grading.monitoring.tables import Electricity, MeterHours, MeterUses
from grading.monitoring.timed import TIMES, instants
from grading.monitoring.vocabulary import COMMON_WORDS, POWER_WORDS, power_names

POWER_FOLDER = "power"
KEY = ["meter_id", "started_at"]
INTERVAL = ["meter_id", "instant", "is_end", "kwh", "is_told"]


def read_power(
    paths: list[Path], folder: Path, meters: pl.DataFrame, stamp: Stamp | None
) -> tuple[pl.DataFrame, list[Fault]]:
    """Return the full hours of all meters and every fault; a file that cannot be used is a fatal one among them.

    Shape: `MeterHours`, sorted. `meters` is `Meters`; a file without a column of meters is named after its meter, or
    has a column per meter.
    """
    parts, faults = [], []
    # Of a wide file each column is named after its meter.
    names = {normal(meter): ("kwh", meter) for meter in meters["meter_id"]} | dict(power_names())
    for path in paths:
        name = path.relative_to(folder).as_posix()
        try:
            for sheet in open_sheets(path.read_bytes(), name, names):
                found, wrong = read_intervals(sheet, meters["meter_id"], stamp)
                parts.append(found)
                faults += wrong
        except InputError as refused:
            faults += refused.faults
    if not parts:
        return MeterHours.create_empty(), faults
    hours, wrong = full_hours(pl.concat(parts), meters)
    return hours, [*faults, *wrong]


def read_intervals(sheet: Sheet, meter_ids: pl.Series, stamp: Stamp | None) -> tuple[pl.DataFrame, list[Fault]]:
    """Return one row per written interval of a known meter, and faults: `INTERVAL` are its columns.

    `kwh` is null where none is written; `is_told` says that a fault names the row already.

    Raises:
        InputError: the file as a whole cannot be used.
    """
    _check_columns(sheet)
    rows, faults = instants(sheet, stamp, 1, "not_on_the_interval")
    long, foreign = _long(rows, sheet)
    faults += foreign
    text = without_thousands(half_width(pl.col("written").str.strip_chars(BLANK)))
    read = long.with_columns(
        text=pl.when(~text.str.to_uppercase().is_in(MISSING)).then(text),
        at=pl.col("instant").dt.strftime("%Y-%m-%d %H:%M"),
    ).with_columns(number=pl.col("text").str.extract(f"^{NUMBER}$", 1).cast(pl.Float64, strict=False))
    is_known = pl.col("meter_id").is_in(meter_ids.implode()).fill_null(value=False)
    is_energy = (pl.col("number").is_finite() & (pl.col("number") >= 0)).fill_null(value=False)
    off_quarter, no_energy = ~_is_on_quarter(), pl.col("text").is_not_null() & ~is_energy
    unknown = read.filter(~is_known).unique("meter_id", keep="first", maintain_order=True)
    faults += faults_of(unknown.select("row", value="meter_id"), sheet.at, "unknown_meter", "meter_id")
    for rule, column, is_wrong in (("not_on_the_interval", "at", off_quarter), ("not_an_energy", "text", no_energy)):
        wrong = read.filter(is_known & is_wrong).select("row", value=column)
        faults += faults_of(wrong, sheet.at, rule, "time" if column == "at" else "kwh")
    kwh = pl.when(is_energy).then(pl.col("number") * pl.col("factor"))
    return read.filter(is_known).with_columns(kwh=kwh, is_told=off_quarter | no_energy).select(INTERVAL), faults


def _long(rows: pl.DataFrame, sheet: Sheet) -> tuple[pl.DataFrame, list[Fault]]:
    """Return one row per interval with `meter_id`, `written`, `factor`; a fault per column of no listed meter."""
    wide = [meter for name, meter in sheet.columns if name == "kwh" and meter]
    if not wide:
        has_column = ("meter_id", "") in sheet.columns
        meter = sheet.cell("meter_id").str.strip_chars(BLANK) if has_column else pl.lit(sheet.stem)
        return rows.with_columns(meter_id=meter, written=sheet.cell("kwh"), factor=pl.lit(sheet.factor("kwh"))), []
    parts = [
        rows.with_columns(
            meter_id=pl.lit(meter), written=sheet.cell("kwh", meter), factor=pl.lit(sheet.factor("kwh", meter))
        )
        for meter in wide
    ]
    return pl.concat(parts), [fault("unknown_meter", sheet.header, header) for header in sheet.ignored]


def _is_on_quarter() -> pl.Expr:
    return pl.col("instant").dt.minute() % min(INTERVALS) == 0


def _check_columns(sheet: Sheet) -> None:
    fields = {name for name, _ in sheet.columns}
    faults = []
    if "kwh" not in fields:
        rule = "only_readings" if "reading" in fields else "missing_column"
        faults.append(fault(rule, sheet.header, "kwh", ", ".join(POWER_WORDS["kwh"])))
    if not fields & {*TIMES, "date"}:
        faults.append(fault("missing_column", sheet.header, "time", ", ".join(COMMON_WORDS["time"])))
    if ("kwh", "") in sheet.columns:
        doubled = [meter for name, meter in sheet.columns if name == "kwh" and meter]
        faults += [fault("duplicate_column", sheet.header, meter) for meter in doubled]
    if faults:
        raise InputError(faults)


def full_hours(intervals: pl.DataFrame, meters: pl.DataFrame) -> tuple[pl.DataFrame, list[Fault]]:
    """Return the hours of which every interval is there, and a fault per meter for the others.

    Shape: `MeterHours`, sorted. Of copies of an interval that differ none is believed.
    """
    once = (
        _placed(intervals, meters)
        .group_by(*KEY, "minutes")
        .agg(
            pl.col("kwh").first(), pl.col("is_on_grid").all(), pl.col("is_told").any(), copies=pl.col("kwh").n_unique()
        )
        .with_columns(is_known=pl.col("kwh").is_not_null() & (pl.col("copies") == 1))
    )
    counted = once.group_by("meter_id", pl.col("started_at").dt.truncate("1h"), "minutes").agg(
        pl.col("kwh").filter("is_known").sort().sum(),
        pl.col("is_on_grid").all(),
        is_told=(pl.col("is_told") | (pl.col("copies") > 1)).any(),
        intervals=pl.col("is_known").sum().cast(pl.Int64),
    )
    is_full = pl.col("is_on_grid") & (pl.col("intervals") * pl.col("minutes") == MINUTES_PER_HOUR)
    hours = counted.filter(is_full).select(MeterHours.column_names()).sort(KEY)
    faults = _per_meter(once.filter(pl.col("copies") > 1), "interval_conflict")
    faults += _per_meter(counted.filter(~is_full & ~pl.col("is_told")), "hours_incomplete")
    return checked(MeterHours, hours), faults


def _placed(intervals: pl.DataFrame, meters: pl.DataFrame) -> pl.DataFrame:
    """Return the intervals with their length in `minutes` and `started_at`, and whether they begin on that grid.

    The length is stated in the list of meters, or else the finest step of the stamps that are on the quarter.
    """
    minute = pl.col("instant").dt.minute().filter(_is_on_quarter())
    told = intervals.group_by("meter_id").agg(
        told=pl.when((minute % 30 != 0).any()).then(15).when((minute != 0).any()).then(30).otherwise(60)
    )
    stated = told.join(meters.select("meter_id", "interval_minutes"), on="meter_id", how="left")
    minutes = stated.select("meter_id", minutes=pl.coalesce("interval_minutes", "told").cast(pl.Int64))
    started = intervals.join(minutes, on="meter_id").with_columns(started_at=start_of(pl.col("minutes")))
    # An hour with a start off the grid is not whole: a part of its intervals would pass for all of them.
    is_on_grid = pl.col("started_at").dt.minute().cast(pl.Int64) % pl.col("minutes") == 0
    return started.with_columns(is_on_grid=is_on_grid)


def _per_meter(rows: pl.DataFrame, rule: str) -> list[Fault]:
    counts = rows.group_by("meter_id").agg(n=pl.len()).sort("meter_id")
    return [fault(rule, Place(POWER_FOLDER), meter, str(n)) for meter, n in counts.iter_rows()]


def of_outlets(hours: pl.DataFrame, meters: pl.DataFrame, outlets: pl.DataFrame) -> tuple[pl.DataFrame, list[Fault]]:
    """Return what production and treatment of the unit behind each outlet used, and the meters without any hour.

    Shape: `Electricity`, sorted. A unit with several meters of a role uses their sum, known where all are.
    """
    production, treatment = (_of_role(hours, meters, role) for role in ("production", "treatment"))
    both = production.join(
        treatment.rename({"kwh": "treatment_kwh"}), on=["unit_id", "started_at"], how="full", coalesce=True
    )
    electricity = outlets.select("outlet_id", "unit_id").join(both, on="unit_id")
    sorted_rows = electricity.select(Electricity.column_names()).sort("outlet_id", "started_at")
    used = meters.filter(pl.col("role") != "total")
    silent = used.join(hours, on="meter_id", how="anti")["meter_id"].sort()
    faults = [fault("meter_without_power", Place(POWER_FOLDER), meter) for meter in silent]
    return checked(Electricity, sorted_rows), faults


def _of_role(hours: pl.DataFrame, meters: pl.DataFrame, role: str) -> pl.DataFrame:
    """Return the sum over all meters of a role, by unit and hour: unit_id, started_at, kwh."""
    of_role = meters.filter(pl.col("role") == role).with_columns(meters=pl.len().over("unit_id"))
    joined = of_role.join(hours, on="meter_id")
    summed = joined.group_by("unit_id", "started_at", "meters").agg(pl.col("kwh").sort().sum(), metered=pl.len())
    return summed.filter(pl.col("metered") == pl.col("meters")).select("unit_id", "started_at", "kwh")


def uses_of(hours: pl.DataFrame, meters: pl.DataFrame, outlets: pl.DataFrame) -> pl.DataFrame:
    """Return what each meter is used for, or why it is not. Shape: `MeterUses`, sorted."""
    counted = hours.group_by("meter_id").agg(hours=pl.len().cast(pl.Int64))
    joined = meters.join(counted, on="meter_id", how="left").with_columns(pl.col("hours").fill_null(0))
    has_outlet = pl.col("unit_id").is_in(outlets["unit_id"].implode())
    use = (
        pl.when(pl.col("hours") == 0)
        .then(pl.lit("no_hours"))
        .when(~has_outlet & (pl.col("role") != "total"))
        .then(pl.lit("no_outlet"))
        .otherwise(pl.col("role").cast(pl.String))
    )
    return checked(MeterUses, joined.with_columns(use=use).select(MeterUses.column_names()).sort("meter_id"))
