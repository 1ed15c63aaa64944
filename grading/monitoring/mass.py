"""The mass of every hour: measured, substituted by the ladder, nought while the source stands, or named as unknown.

Law: HJ 75-2017, missing data. A gap is a run of hours to be substituted that only an hour with a measured mass
ends; hours in which the source stood neither end it nor lengthen it, so a gap cannot be cut up by short stops.
Maths: kg/h = measured mg/m3 (not converted to reference oxygen) * m3/h / 10**6.
"""

import polars as pl

from grading.monitoring.law import MonitoringRules, Rung
from grading.monitoring.states import KEY
from grading.monitoring.tables import MASS_METHODS, HourMass, HourStates

MG_PER_KG = 1e6
METHOD_DTYPE = pl.Enum(MASS_METHODS)
GAP = (*KEY, "gap")


def hour_mass(states: pl.DataFrame, quarters: pl.DataFrame, rules: MonitoringRules) -> pl.DataFrame:
    """Return the mass of every hour of `HourStates`, for channels whose states start early enough to look back.

    Shape: `HourMass`, sorted. `quarters` is the capture table by quarter.
    """
    hours = _measured(HourStates.validate(states), rules).sort(*KEY, "started_at")
    hours = hours.with_columns(gap=pl.col("own_kg").is_not_null().cum_sum().over(KEY))
    substitutes = _substitutes(hours, quarters, rules)
    joined = hours.join(substitutes, on=[*KEY, "started_at"], how="left", maintain_order="left")
    is_measured = pl.col("own_kg").is_not_null()
    method = (
        pl.when(is_measured)
        .then(pl.lit("measured", dtype=METHOD_DTYPE))
        .when(pl.col("is_zero"))
        .then(pl.lit("source_stopped", dtype=METHOD_DTYPE))
        .otherwise(pl.col("gap_method").fill_null(pl.lit("flow_missing", dtype=METHOD_DTYPE)))
    )
    mass = pl.coalesce("own_kg", pl.when("is_zero").then(0.0), "substitute_kg")
    finished = joined.with_columns(method=method, mass_kg=mass)
    return HourMass.validate(finished.select(HourMass.column_names()))


def _measured(states: pl.DataFrame, rules: MonitoringRules) -> pl.DataFrame:
    """Add the hour's own mass, and whether it is nought by rule or to be substituted."""
    state = pl.col("state")
    own = pl.col("measured_mg_m3") * pl.col("flow_m3_per_h") / MG_PER_KG
    has_own = (
        state.is_in(rules.states_that(mass="measured"))
        & pl.col("flow_m3_per_h").is_finite()
        & (pl.col("flow_m3_per_h") >= 0)
    )
    return states.with_columns(
        own_kg=pl.when(has_own).then(own),
        is_zero=state.is_in(rules.states_that(mass="zero")),
        is_substituted=state.is_in(rules.states_that(mass="substituted")),
        waits_for_calibration=state.is_in(rules.states_that(reference="last_calibration")),
    )


def _substitutes(hours: pl.DataFrame, quarters: pl.DataFrame, rules: MonitoringRules) -> pl.DataFrame:
    """Return one row per hour to be substituted: `gap_method`, `window_hours`, `substitute_kg`."""
    bad = hours.filter("is_substituted").with_columns(
        gap_hours=pl.len().over(GAP),
        gap_start=pl.col("started_at").min().over(GAP),
        is_out_of_control=pl.col("waits_for_calibration").any().over(GAP),
        quarter=pl.col("started_at").dt.date().dt.truncate("1q"),
    )
    rated = bad.join(
        quarters.select(*KEY, "capture_share", quarter="period"), on=[*KEY, "quarter"], how="left"
    ).with_columns(window_hours=_window(rules.ladder))
    referenced = _reference_points(rated, hours)
    return _looked_up(referenced, hours, rules.ladder).select(
        *KEY, "started_at", "gap_method", "window_hours", "substitute_kg"
    )


def _window(ladder: tuple[Rung, ...]) -> pl.Expr:
    share, gap = pl.col("capture_share"), pl.col("gap_hours")
    chain = [pl.when(rung.applies_to(share, gap)).then(rung.window_hours) for rung in ladder]
    return pl.coalesce(chain).cast(pl.Int64)


def _reference_points(bad: pl.DataFrame, hours: pl.DataFrame) -> pl.DataFrame:
    """Add `reference`: the start of the gap, or the last calibration before it where control was lost."""
    calibrations = hours.filter(pl.col("state") == "calibration").select(*KEY, calibrated_at="started_at")
    ordered = bad.sort("gap_start")
    found = ordered.join_asof(
        calibrations.sort("calibrated_at"),
        left_on="gap_start",
        right_on="calibrated_at",
        by=list(KEY),
        strategy="backward",
        check_sortedness=False,
    )
    reference = pl.when("is_out_of_control").then(pl.col("calibrated_at")).otherwise(pl.col("gap_start"))
    return found.with_columns(reference=reference)


def _looked_up(bad: pl.DataFrame, hours: pl.DataFrame, ladder: tuple[Rung, ...]) -> pl.DataFrame:
    """Add the largest mass of the window before the reference, or the reason why there is none."""
    windows = sorted({rung.window_hours for rung in ladder})
    valid = hours.filter(pl.col("own_kg").is_not_null()).select(
        *KEY,
        "started_at",
        *(
            pl.col("own_kg").rolling_max(window, min_samples=window).over(KEY).alias(f"max_{window}")
            for window in windows
        ),
    )
    looked = bad.sort("reference").join_asof(
        valid.sort("started_at").rename({"started_at": "last_valid_at"}),
        left_on="reference",
        right_on="last_valid_at",
        by=list(KEY),
        strategy="backward",
        allow_exact_matches=False,
        check_sortedness=False,
    )
    by_window = [pl.when(pl.col("window_hours") == window).then(pl.col(f"max_{window}")) for window in windows]
    return looked.with_columns(substitute_kg=pl.coalesce(by_window)).with_columns(gap_method=_method())


def _method() -> pl.Expr:
    return (
        pl.when(pl.col("capture_share").is_null())
        .then(pl.lit("capture_unknown", dtype=METHOD_DTYPE))
        .when(pl.col("window_hours").is_null())
        .then(pl.lit("capture_too_low", dtype=METHOD_DTYPE))
        .when(pl.col("reference").is_null())
        .then(pl.lit("no_calibration_known", dtype=METHOD_DTYPE))
        .when(pl.col("substitute_kg").is_null())
        .then(pl.lit("history_too_short", dtype=METHOD_DTYPE))
        .otherwise(pl.lit("max_of_previous", dtype=METHOD_DTYPE))
    )
