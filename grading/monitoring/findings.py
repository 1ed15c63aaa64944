"""What the screening found: a kind, its hours, and a reason an officer can act on."""

from typing import Any

import dataframely as dy
import polars as pl

from grading.monitoring.states import KEY
from grading.scale import POLLUTANTS
from grading.words import Language, mark, say

REASONS: dict[str, str] = {
    "constant": mark("The same value {observed} mg/m3 for {hours} valid hours in a row; ask for the raw minutes."),
    "stuck_at_limit": mark(
        "{hours} valid hours in a row lie just below the limit, at {observed} mg/m3; check for a capped reading."
    ),
    "just_under_limit": mark(
        "{observed:.0%} of the month's valid hours lie just below the limit and few just above; check the logger."
    ),
    "step_after_calibration": mark(
        "The level changes by {observed:+.0%} across a calibration; compare the span gas certificate and the log."
    ),
    "near_air_o2": mark(
        "Oxygen at {observed} % for {hours} hours while gas flows; check the probe, and whether air is let in."
    ),
    "stopped_but_flowing": mark(
        "Marked as stopped for {hours} hours, yet the flow is {observed:.0%} of normal; check the production record."
    ),
    "stopped_but_powered": mark(
        "Marked as stopped for {hours} hours, yet electricity is {observed:.0%} of normal; check the production record."
    ),
    "powered_without_flow": mark(
        "Electricity is {observed:.0%} of normal for {hours} hours, yet hardly any gas flows; look for a bypass."
    ),
    "treatment_off": mark(
        "Electricity of the treatment is {observed:.0%} of normal for {hours} hours while the line runs; "
        "ask what cleaned the gas."
    ),
    "gaps_at_exceedances": mark(
        "{observed:.0%} of the month's gaps touch an hour over the limit; ask for the cause of each gap."
    ),
    "drift": mark("The level drifts by {observed:+.0%} over the month, day after day; ask for a zero and span check."),
}
KINDS: tuple[str, ...] = tuple(REASONS)
KIND_DTYPE = pl.Enum(KINDS)


class Findings(dy.Schema):
    """One row per finding: `observed` is the number its reason names, `started_at` the hours it rests on."""

    kind = dy.Enum(KINDS)
    outlet_id = dy.String()
    pollutant = dy.Enum(POLLUTANTS)
    first_hour = dy.Datetime()
    last_hour = dy.Datetime()
    hours = dy.Int64(min=1)
    observed = dy.Float64()
    started_at = dy.List(dy.Datetime())


ORDER = ("outlet_id", "pollutant", "kind", "first_hour")


def reason(language: Language, finding: dict[str, Any]) -> str:
    """Return the sentence for one row of `Findings`."""
    return say(language, REASONS[str(finding["kind"])], hours=finding["hours"], observed=finding["observed"])


def as_findings(kind: str, grouped: pl.DataFrame) -> pl.DataFrame:
    """Return grouped hours (outlet, pollutant, `started_at` as list, `observed`) in the shape of `Findings`."""
    hours = pl.col("started_at").list
    shaped = grouped.select(
        pl.lit(kind, dtype=KIND_DTYPE).alias("kind"), *KEY,
        first_hour=hours.min(), last_hour=hours.max(), hours=hours.len().cast(pl.Int64),
        observed=pl.col("observed").cast(pl.Float64).round_sig_figs(6), started_at=hours.sort(),
    )  # fmt: skip
    return Findings.validate(shaped)


def runs(hours: pl.DataFrame, holds: pl.Expr, observed: pl.Expr, same: pl.Expr | None = None) -> pl.DataFrame:
    """Return unbroken runs of rows for which `holds`, and `same` does not change: one row per run.

    Shape: outlet_id, pollutant, `started_at` as list, `observed`. `hours` is sorted by channel and time.
    """
    marked = hours.with_columns(_holds=holds.fill_null(value=False), _same=pl.lit(0) if same is None else same)
    changes = (pl.struct("_holds", "_same").rle_id()).over(KEY)
    grouped = marked.with_columns(_run=changes).filter("_holds").group_by(*KEY, "_run", maintain_order=True)
    return grouped.agg(pl.col("started_at"), observed=observed)
