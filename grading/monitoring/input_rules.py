"""Everything that can be wrong with files of monitored hours: one name, one sentence, one repair."""

import polars as pl

from grading.case.rules import Place, Rule
from grading.faults import Fault
from grading.monitoring.factor_rules import FACTOR_RULES
from grading.words import mark

MOST_LISTED = 50
RULES: dict[str, Rule] = FACTOR_RULES | {
    "no_header": Rule(
        "fatal",
        mark("No row of this file names the columns of monitored hours."),
        mark("Write a header row with the time, the measured concentrations and the flags."),
    ),
    "missing_column": Rule(
        "fatal", mark("The required column {value} is missing."), mark("Add it; accepted headers: {expected}.")
    ),
    "duplicate_column": Rule(
        "fatal",
        mark("Several columns mean the same thing: {value}."),
        mark("Keep the one that is right and delete or rename the others."),
    ),
    "unknown_unit": Rule(
        "fatal",
        mark("The unit {value} in the header is not known for this column."),
        mark("Use one of: {expected}."),
    ),
    "only_converted": Rule(
        "fatal",
        mark("The file holds converted concentrations (折算) but no measured ones."),
        mark("Export the measured concentrations as well; they are converted again here."),
    ),
    "sheet_full": Rule(
        "fatal",
        mark("The sheet is filled to the last row Excel has; the hours that came after it are lost."),
        mark("Export the hours again as .csv or .parquet, or as one workbook per outlet."),
    ),
    "not_unzipped": Rule(
        "fatal",
        mark("The packed file cannot be unpacked."),
        mark("Pack it again with gzip, or hand in the text itself."),
    ),
    "hours_without_outlets": Rule(
        "fatal",
        mark("There are files of hours, but no list of outlets says whose they are."),
        mark("Add outlets.csv, or move the folder cems out of the case."),
    ),
    "power_without_meters": Rule(
        "fatal",
        mark("There are files of metered electricity, but no list of meters says whose they are."),
        mark("Add meters.csv, or move the folder power out of the case."),
    ),
    "control_without_outlets": Rule(
        "row",
        mark(
            "There is a list of out-of-control periods, but no list of outlets says whose hours they are; none counts."
        ),
        mark("Add outlets.csv, or move the list out of the case."),
    ),
    "workbook_too_large": Rule(
        "fatal",
        mark("The workbook unpacks to more than can be read from a workbook ({value})."),
        mark("Export it as CSV or Parquet, or as one workbook per outlet."),
    ),
    "only_readings": Rule(
        "fatal",
        mark("The file holds readings of meters (示数), but not what was used in each interval."),
        mark("Export the kWh of each interval; accepted headers: {expected}."),
    ),
    "no_hours_in_time": Rule(
        "row",
        mark("No hour lies in the days that are looked at, which end on {value}."),
        mark("Hand in the hours before that day, or set first_day and last_day under [monitoring]."),
    ),
    "unknown_outlet": Rule(
        "row", mark("Outlet {value} is not in the list of outlets."), mark("Correct the number, or list the outlet.")
    ),
    "unknown_pollutant": Rule(
        "row", mark("{value} is not a pollutant that is planned for."), mark("Use one of: {expected}.")
    ),
    "not_a_time": Rule(
        "row",
        mark("{value} is not the time of an hour."),
        mark("Write 2026-06-01 13:00; the last hour of a day may end at 24:00."),
    ),
    "not_on_the_hour": Rule(
        "row", mark("{value} is not on the full hour."), mark("Hand in hourly means, not minutes or ten-minute values.")
    ),
    "start_at_24": Rule(
        "row", mark("No hour starts at {value}."), mark("Say that the stamps are ends of hours, or correct the stamp.")
    ),
    "stamp_unknown": Rule(
        "fatal",
        mark("Nothing says whether {value} is the start or the end of its hour."),
        mark("Name the column 开始时间 or 结束时间, or state the convention when reading."),
    ),
    "not_a_number": Rule(
        "row",
        mark("{value} is not a number; the hour is kept without it."),
        mark("Write digits with a point as decimal mark, or leave the cell blank."),
    ),
    "unknown_flag": Rule(
        "row", mark("The mark {value} is not known; the hour is kept without a mark."), mark("Use one of: {expected}.")
    ),
    "no_flag_column": Rule(
        "row",
        mark("The file has no column of marks; every hour of it is without a mark and counts as invalid."),
        mark("Export the HJ 212 marks as well, or state when reading that unmarked hours are normal."),
    ),
    "hour_twice": Rule(
        "fatal",
        mark("{expected} days hold an hour more than once; the first is {value}."),
        mark("Keep one report of each hour, or let the files be read as text, which settles equal copies."),
    ),
    "blank_cell": Rule("row", mark("The cell is blank, but must be filled in."), mark("Fill in the cell.")),
    "outlet_twice": Rule(
        "row",
        mark("Outlet {value} is listed more than once; none of its rows is used."),
        mark("Keep the row that is right."),
    ),
    "outlet_number": Rule(
        "row",
        mark("{value} cannot stand here; the outlet is not used."),
        mark("Write a number ({expected}), or leave the cell blank."),
    ),
    "other_enterprise": Rule(
        "row",
        mark("The unit of this outlet belongs to another enterprise than {value}."),
        mark("Correct the unit or the enterprise of the outlet."),
    ),
    "unknown_unit_id": Rule(
        "row", mark("Unit {value} is not in the case."), mark("Correct the number, or add the production line.")
    ),
    "unknown_enterprise": Rule(
        "row", mark("Enterprise {value} is not in the case."), mark("Correct the code, or add the enterprise.")
    ),
    "not_valid_on_the_day": Rule(
        "row",
        mark("What is stated for {value} is not in force on the day of the plan."),
        mark("Hand in the permit in force; this row is not used."),
    ),
    "not_a_day": Rule(
        "row",
        mark("{value} is not a day; the row is not used."),
        mark("Write the day as 2026-10-01; leave an end that was never set blank."),
    ),
    "needs_days": Rule(
        "row",
        mark("{value} is a yearly amount, but the operating days of the line are not known."),
        mark("Fill in the operating days of the production line, or state the amount per day."),
    ),
    "no_forecast_day": Rule(
        "fatal", mark("{value} is not a day of the forecast."), mark("Write the day as 2026-11-20.")
    ),
    "no_forecast_aqi": Rule(
        "fatal",
        mark("{value} is not an AQI."),
        mark("Write one number from 0; leave the cell blank where nobody has forecast the day."),
    ),
    "day_twice": Rule(
        "fatal", mark("The day {value} stands more than once in one forecast."), mark("Keep the row that is right.")
    ),
    "no_days": Rule("fatal", mark("The forecast holds no day."), mark("Write one row per day.")),
    "stated_twice": Rule(
        "row",
        mark("{value} states the same quantity in several rows; none of them is used."),
        mark("Keep the row that is right."),
    ),
    "unknown_meter": Rule(
        "row", mark("Meter {value} is not in the list of meters."), mark("Correct the number, or list the meter.")
    ),
    "meter_twice": Rule(
        "row",
        mark("Meter {value} is listed more than once; none of its rows is used."),
        mark("Keep the row that is right; a meter counts for one unit."),
    ),
    "unknown_role": Rule(
        "row", mark("{value} is not the role of a meter; the meter is not used."), mark("Use one of: {expected}.")
    ),
    "unknown_interval": Rule(
        "row",
        mark("{value} is not an interval that is read; the meter is not used."),
        mark("Write {expected} minutes, or leave the cell blank."),
    ),
    "not_on_the_interval": Rule(
        "row",
        mark("{value} is not on the quarter of an hour; the interval counts as missing."),
        mark("Hand in intervals of 15, 30 or 60 minutes that begin on the full hour."),
    ),
    "not_an_energy": Rule(
        "row",
        mark("{value} is not an amount of electricity; the interval counts as missing."),
        mark("Write kWh as digits with a point as decimal mark, not below 0; leave the cell blank if unknown."),
    ),
    "interval_conflict": Rule(
        "row",
        mark("Meter {value} has intervals reported with different amounts ({expected}); they count as missing."),
        mark("Keep one report of each interval."),
    ),
    "hours_incomplete": Rule(
        "row",
        mark("Meter {value} does not have all its intervals in {expected} hours; these hours are unknown."),
        mark("Hand in the missing intervals; nothing is filled in for them."),
    ),
    "meter_without_power": Rule(
        "row",
        mark("No full hour was handed in for meter {value}; the electricity of its unit is unknown."),
        mark("Hand in its intervals, or take the meter off the list."),
    ),
    "ends_too_soon": Rule(
        "row",
        mark("The period of {value} does not end after it begins; it is not used."),
        mark("Correct the two times of the out-of-control period."),
    ),
    "more_of_the_same": Rule(
        "row",
        mark("{value} more rows break the rule {expected} in this column; they are not listed one by one."),
        mark("Repair the cause shown in the rows above; it is the same."),
    ),
}


def fault(rule: str, place: Place, value: str = "", expected: str = "") -> Fault:
    """Return the fault of `rule` at one place."""
    words = RULES[rule]
    return Fault(
        file=place.file, sheet=place.sheet, row=place.row, column=place.column, rule=rule, message=words.message,
        repair=words.repair, value=value, severity=words.severity, values={"value": value, "expected": expected},
    )  # fmt: skip


def faults_of(rows: pl.DataFrame, at: Place, rule: str, column: str, expected: str = "") -> list[Fault]:
    """Return one fault per row of `row` and `value`, the first of them singly and the rest as a number.

    A column `expected` of `rows` goes before the one word for all.
    """
    ordered = rows.with_columns(expected=pl.col("expected") if "expected" in rows.columns else pl.lit(expected))
    ordered = ordered.sort("row", maintain_order=True)
    singles = [
        fault(rule, Place(at.file, at.sheet, row, column), (value or "")[:80], wanted)
        for row, value, wanted in ordered.head(MOST_LISTED).select("row", "value", "expected").iter_rows()
    ]
    rest = ordered.height - len(singles)
    return (
        [*singles, fault("more_of_the_same", Place(at.file, at.sheet, column=column), str(rest), rule)]
        if rest
        else singles
    )
