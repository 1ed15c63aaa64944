"""Patterns in the concentrations themselves: constant, stuck, crowded under the limit, stepping, drifting."""

import polars as pl

from grading.monitoring.findings import as_findings, runs
from grading.monitoring.screening import Screening
from grading.monitoring.states import KEY

DAYS_OF_A_BLOCK = 5
DECIMALS = 4


def constant(valid: pl.DataFrame, screening: Screening) -> pl.DataFrame:
    """Return runs of valid hours with the same measured value; hours without a value do not break a run.

    Maths: a coarse instrument repeats itself. With a share q of equal neighbours outside the run, one of n hours
    starts a run of m by chance about n q**(m - 1) times; only runs rarer than that are findings.
    """
    value = pl.col("measured_mg_m3").round(DECIMALS)
    found = runs(valid, value.is_not_null(), pl.col("measured_mg_m3").first(), same=value)
    neighbours = valid.group_by(KEY).agg(hours=pl.len(), equal=(value == value.shift(1)).sum())
    length = pl.col("started_at").list.len().cast(pl.Float64)
    others = (pl.col("hours") - length).clip(lower_bound=1)
    share = ((pl.col("equal") - (length - 1)) / others).clip(lower_bound=0)
    by_chance = pl.col("hours") * share.pow(length - 1)
    is_rare = screening["constant_chance"].holds(by_chance)
    joined = found.join(neighbours, on=list(KEY), maintain_order="left")
    return as_findings("constant", joined.filter(_long_enough(screening, "constant_hours") & is_rare))


def stuck_at_limit(valid: pl.DataFrame, screening: Screening) -> pl.DataFrame:
    """Return runs of valid hours that all lie within a narrow band just below the limit."""
    found = runs(valid, _just_under(screening, "stuck_band_share"), pl.col("corrected_mg_m3").mean())
    return as_findings("stuck_at_limit", found.filter(_long_enough(screening, "stuck_hours")))


def just_under_limit(valid: pl.DataFrame, screening: Screening) -> pl.DataFrame:
    """Return months in which many hours lie just below the limit and few in a band as wide just above it."""
    under = _just_under(screening, "under_band_share")
    short_of = (pl.col("corrected_mg_m3") - pl.col("limit_mg_m3")) / pl.col("limit_mg_m3")
    over = (short_of > 0) & screening["under_band_share"].holds(short_of)
    grouped = valid.group_by(*KEY, _month(), maintain_order=True).agg(
        pl.col("started_at").filter(under),
        over=over.sum(),
        observed=under.sum() / pl.len(),
    )
    count = pl.col("started_at").list.len()
    crowded = screening["under_share_of_hours"].holds(pl.col("observed"))
    one_sided = screening["under_to_over_ratio"].holds(count / (pl.col("over") + 1))
    return as_findings("just_under_limit", grouped.filter(crowded & one_sided))


def step_after_calibration(hours: pl.DataFrame, screening: Screening) -> pl.DataFrame:
    """Return calibrations across which the level changes by much more than it varies on either side."""
    width = int(screening["step_window_hours"].value)
    blocks = hours.with_columns(_is_calibration=pl.col("state") == "calibration").with_columns(
        _block=pl.col("_is_calibration").cast(pl.Int64).diff().eq(1).fill_null(value=False).cum_sum().over(KEY)
    )
    valid = blocks.filter((pl.col("state") == "valid") & (pl.col("measured_mg_m3") > 0))
    # Ratios count, not differences: the spread of a level grows with the level.
    level = pl.col("measured_mg_m3").log()
    sides = valid.group_by(*KEY, "_block", maintain_order=True).agg(
        pl.col("started_at").head(width),
        after=level.head(width).median(),
        before=level.tail(width).median(),
        after_spread=level.head(width).std(),
        before_spread=level.tail(width).std(),
        count=pl.len(),
    )
    previous = [pl.col(name).shift(1).over(KEY).alias(f"last_{name}") for name in ("before", "before_spread", "count")]
    change = pl.col("after") - pl.col("last_before")
    spread = (pl.col("after_spread").pow(2) + pl.col("last_before_spread").pow(2)).sqrt() / 2**0.5
    stepped = sides.with_columns(previous).with_columns(observed=change.exp() - 1, _change=change.abs(), _spread=spread)
    enough = (pl.col("count") >= width) & (pl.col("last_count") >= width)
    large = screening["step_share"].holds(pl.col("observed").abs())
    clear = screening["step_spreads"].holds(pl.col("_change"), scale=pl.col("_spread"))
    return as_findings("step_after_calibration", stepped.filter(enough & large & clear))


def drift(valid: pl.DataFrame, screening: Screening) -> pl.DataFrame:
    """Return months whose daily medians move one way, day after day, by a large share.

    A change that comes in one jump is a new product or fuel, not a drift: no part of the month may bring more than
    its share of the whole.
    """
    level = pl.col("level")
    days = (
        valid.group_by(*KEY, _month(), pl.col("started_at").dt.date().alias("day"), maintain_order=True)
        .agg(pl.col("started_at"), level=pl.col("measured_mg_m3").median())
        .with_columns(block=pl.int_range(pl.len()).over(*KEY, "month") // DAYS_OF_A_BLOCK)
    )
    blocks = days.group_by(*KEY, "month", "block", maintain_order=True).agg(block_level=level.median())
    jumps = blocks.group_by(*KEY, "month").agg(
        first=pl.col("block_level").first(),
        last=pl.col("block_level").last(),
        jump=pl.col("block_level").diff().abs().max(),
    )
    months = days.group_by(*KEY, "month", maintain_order=True).agg(
        pl.col("started_at").explode(empty_as_null=False),
        days=pl.len(),
        rank=pl.corr(pl.int_range(pl.len()).cast(pl.Float64), level, method="spearman").abs(),
    )
    rated = months.join(jumps, on=[*KEY, "month"]).with_columns(
        observed=pl.when(pl.col("first") > 0).then(pl.col("last") / pl.col("first") - 1)
    )
    steady = screening["drift_rank"].holds(pl.col("rank")) & screening["drift_days"].holds(pl.col("days"))
    whole = (pl.col("last") - pl.col("first")).abs()
    gradual = screening["drift_jump_share"].holds(pl.col("jump"), scale=whole)
    large = screening["drift_share"].holds(pl.col("observed").abs())
    return as_findings("drift", rated.filter(steady & gradual & large).sort(*KEY, "month"))


def _month() -> pl.Expr:
    return pl.col("started_at").dt.date().dt.truncate("1mo").alias("month")


def _just_under(screening: Screening, band: str) -> pl.Expr:
    """Return whether an hour lies at or below the limit by no more than a band, as a share of the limit."""
    below = (pl.col("limit_mg_m3") - pl.col("corrected_mg_m3")) / pl.col("limit_mg_m3")
    return ((below >= 0) & screening[band].holds(below)).fill_null(value=False)


def _long_enough(screening: Screening, name: str) -> pl.Expr:
    return screening[name].holds(pl.col("started_at").list.len())
