"""Monitored values as evidence rows, the same shape as those a bureau hands in; grading needs no special case.

A row names the worst month of the worst outlet of a unit. Its `source_row` is the line of `monitoring.csv` it was
taken from, so the hours behind it can always be drawn up again. Where a quarter has too low a capture rate, the
number is withheld: the row then says so, and how much the months that count prove at least.
"""

from dataclasses import dataclass
from datetime import date
from typing import Any

import polars as pl

from grading.assess.evidence import WITHHELD
from grading.case.schemas import Evidence
from grading.monitoring.tables import MonitoredValues
from grading.scale import POLLUTANT_DTYPE

QUANTITIES = {
    "so2": "so2_concentration",
    "nox": "nox_concentration",
    "pm": "pm_concentration",
    "vocs": "nmhc_concentration",
}
VALUES_FILE = "monitoring.csv"
FIRST_LINE = 2  # the first line of the file is its header
UNASSIGNED: dict[str, Any] = {
    "outlet_id": pl.String, "pollutant": POLLUTANT_DTYPE, "unit_id": pl.String, "reason": pl.String,
    "candidates": pl.String,
}  # fmt: skip
_INDICATOR = ["indicator", "quantity", "title_zh"]
_HOUR_KEY = ["outlet_id", "pollutant"]


@dataclass(frozen=True)
class MonitoringEvidence:
    """Evidence rows, and what could not be turned into one.

    `rows` has the columns of `grading.case.schemas.Evidence`. `unassigned` holds the outlets and pollutants for
    which no indicator can be told: outlet_id, pollutant, unit_id, reason, candidates. `values` are the numbered
    monitored values; a row's `source_row` is their `row`. `indicators`: outlet_id, pollutant and the indicator that
    fits best.
    """

    rows: pl.DataFrame
    unassigned: pl.DataFrame
    values: pl.DataFrame
    indicators: pl.DataFrame


def monitoring_evidence(
    values: pl.DataFrame,
    units: pl.DataFrame,
    outlets: pl.DataFrame,
    requirements: pl.DataFrame,
    until: date | None = None,
) -> MonitoringEvidence:
    """Return what the monitors say about each unit's emission indicators.

    `units` needs unit_id, industry, subtype and process in the ids of the rules; `requirements` is the table of
    the law in force. An indicator is chosen by industry, process and pollutant; where several remain, by the
    outlet's name (烧结机头) in front of the pollutant, then by the reference oxygen content. Rows of one title part one
    demand by a condition: all of them hear the monitor, each converts to its own oxygen content. `until` is the last
    day that was looked at: a row counts as observed then, or at the end of the last month, whichever is earlier.
    """
    numbered = MonitoredValues.validate(values).with_row_index("row", offset=FIRST_LINE)
    named = numbered.join(outlets.select("outlet_id", outlet_name="name"), on="outlet_id", how="left")
    chosen, unassigned = _indicator_of(named, units, requirements)
    worst = _worst(named.join(chosen, on=_HOUR_KEY))
    first = chosen.unique(_HOUR_KEY, keep="first", maintain_order=True)
    return MonitoringEvidence(_rows(worst, until), unassigned, numbered, first)


def _indicator_of(
    named: pl.DataFrame, units: pl.DataFrame, requirements: pl.DataFrame
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Return the indicators of each channel, the best fit first, and the channels for which none can be told."""
    found = _candidates(named, units, requirements).with_columns(
        by_demand=pl.col("fit").max().over([*_HOUR_KEY, "title_zh"])
    )
    best = found.filter(pl.col("by_demand") == pl.col("by_demand").max().over(_HOUR_KEY))
    can_be_heard = best.filter(
        pl.col("place_fit") == pl.col("place_fit").max().over(_HOUR_KEY),
        ~pl.col("lacks_o2") | pl.col("lacks_o2").all().over(_HOUR_KEY),
    )
    counted = can_be_heard.group_by([*_HOUR_KEY, "unit_id"]).agg(
        pl.col("indicator").drop_nulls().unique().sort().alias("candidates"),
        pl.col("title_zh").filter(pl.col("indicator").is_not_null()).n_unique().alias("demands"),
        pl.col("lacks_o2").any(),
    )
    reason = (
        pl.when(pl.col("demands") == 0)
        .then(pl.lit("no_indicator"))
        .when(pl.col("demands") > 1)
        .then(pl.lit("several_indicators"))
        .when("lacks_o2")
        .then(pl.lit("reference_o2_unknown"))
    )
    decided = counted.with_columns(reason=reason)
    clear = decided.filter(pl.col("reason").is_null()).select(*_HOUR_KEY)
    ordered = can_be_heard.sort([*_HOUR_KEY, "fit", "indicator"], descending=[False, False, True, False])
    chosen = ordered.join(clear, on=_HOUR_KEY, how="semi", maintain_order="left").select(*_HOUR_KEY, "indicator")
    unclear = decided.filter(pl.col("reason").is_not_null()).select(
        *_HOUR_KEY, "unit_id", "reason", pl.col("candidates").list.join(", ")
    )
    return chosen.unique(maintain_order=True), unclear.sort(_HOUR_KEY)


def _candidates(named: pl.DataFrame, units: pl.DataFrame, requirements: pl.DataFrame) -> pl.DataFrame:
    """Return each channel with every indicator of its industry, process and pollutant, and how well it fits.

    The outlet's name counts for more than its process, that for more than its reference oxygen content; a rule of no
    process holds for every unit. `lacks_o2`: the rule is stated at a reference oxygen content and the outlet has none,
    so that its numbers would be compared as if they were converted.
    """
    asked = pl.col("pollutant").cast(pl.String).replace_strict(QUANTITIES)
    channels = named.select(*_HOUR_KEY, "unit_id", "reference_o2_percent", "outlet_name").unique()
    placed = channels.with_columns(quantity=asked).join(
        units.select("unit_id", "industry", "subtype", "process"), on="unit_id", how="left"
    )
    offered = requirements.filter(pl.col("scope") == "unit").select(
        "industry", "subtype", *_INDICATOR, asked_process="process", asked_o2="reference_o2_percent"
    )
    matched = placed.join(offered.unique(), on=["industry", "subtype", "quantity"], how="left", nulls_equal=True)
    is_foreign = (pl.col("asked_process") != pl.col("process")).fill_null(
        pl.col("asked_process").is_not_null() & pl.col("process").is_null()
    )
    by_name = pl.col("title_zh").str.starts_with(pl.col("outlet_name")).fill_null(value=False)
    by_process = pl.col("asked_process").is_not_null()
    by_o2 = pl.col("asked_o2").eq_missing(pl.col("reference_o2_percent"))
    own = pl.when(~is_foreign).then(pl.col("indicator"))
    place_fit = by_name.cast(pl.Int8) * 4 + by_process.cast(pl.Int8) * 2
    fit = place_fit + by_o2.cast(pl.Int8)
    return matched.with_columns(
        indicator=own,
        lacks_o2=pl.col("asked_o2").is_not_null() & pl.col("reference_o2_percent").is_null(),
        fit=pl.when(own.is_not_null()).then(fit).otherwise(-1),
        place_fit=pl.when(own.is_not_null()).then(place_fit).otherwise(-1),
    )


def _worst(values: pl.DataFrame) -> pl.DataFrame:
    """Return the value that speaks for each unit and indicator: one without a number first, then the largest."""
    group = ["unit_id", "indicator"]
    worst = pl.max_horizontal("value_mg_m3", "value_with_open_hours")
    speaks = values.filter(pl.col("verdict") != "no_hours").with_columns(
        worst_mg_m3=worst,
        has_number=pl.col("verdict") == "value",
        proven_mg_m3=worst.max().over(*group, "reference_o2_percent"),
        last_month=pl.col("month").max().over(group),
    )
    order = ["unit_id", "indicator", "has_number", "worst_mg_m3", "outlet_id", "month"]
    ordered = speaks.sort(order, descending=[False, False, False, True, False, False])
    return ordered.unique(group, keep="first", maintain_order=True)


def _rows(worst: pl.DataFrame, until: date | None) -> pl.DataFrame:
    number = pl.col("worst_mg_m3").round_sig_figs(9).cast(pl.String)
    proven = pl.concat_str(pl.lit(f"{WITHHELD}>="), pl.col("proven_mg_m3").round_sig_figs(9).cast(pl.String))
    withheld = pl.coalesce(proven, pl.lit(WITHHELD))
    oxygen = pl.col("reference_o2_percent").cast(pl.String).str.strip_suffix(".0")
    unit = pl.when(oxygen.is_null()).then(pl.lit("mg/m3")).otherwise(pl.format("mg/m3@{}%O2", oxygen))
    rows = worst.select(
        subject_id="unit_id",
        indicator="indicator",
        value=pl.when("has_number").then(number).otherwise(withheld),
        unit=unit,
        source=pl.lit("monitoring").cast(Evidence.create_empty().schema["source"]),
        provider=pl.lit(None, dtype=pl.String),
        observed_on=pl.min_horizontal(pl.col("last_month").dt.month_end(), pl.lit(until, dtype=pl.Date)),
        document=pl.format("{} {} n={}", "outlet_id", pl.col("month").dt.strftime("%Y-%m"), "judged_hours"),
        source_file=pl.lit(VALUES_FILE),
        source_sheet=pl.lit(""),
        source_row=pl.col("row").cast(pl.Int64),
    )
    return Evidence.validate(rows.select(Evidence.column_names()))


def hours_behind(states: pl.LazyFrame, evidence: MonitoringEvidence, source_row: int) -> pl.LazyFrame:
    """Return the hours of one evidence row: every hour of its outlet, pollutant and month, in time order."""
    value = evidence.values.filter(pl.col("row") == source_row).row(0, named=True)
    month = pl.col("started_at").dt.date().dt.truncate("1mo")
    is_behind = (
        (pl.col("outlet_id") == value["outlet_id"])
        & (pl.col("pollutant") == value["pollutant"])
        & (month == value["month"])
    )
    return states.filter(is_behind).sort("started_at")
