"""What a day of standstill costs a unit, in value added, and on which figures that rests."""

import polars as pl

# Annual figures are spread over 330 operating days where a unit does not state its own: the annualisation
# of Hebei's detailed rules for the graded incentive scheme (facts: regulation, provincial additions).
DEFAULT_OPERATING_DAYS = 330.0
CNY_PER_WAN = 1e4


def full_loss(roster: pl.DataFrame) -> pl.DataFrame:
    """Return the loss of a full stop per unit and day, before restart costs, and its basis.

    Units: CNY/d. Shape: one row per unit: `full_loss_cny_per_day`, `loss_basis`, `assumes_equal_value_share`,
    `rescales_value_share`. Fallbacks: value added; output value times the city's median value-added ratio;
    the median unit of the industry, then of the city; nothing known at all gives 0 and basis `none`.
    """
    own = _own_loss(_with_value_share(roster))
    median_of_industry = pl.col("own_loss").median().over("industry")
    estimate = pl.coalesce("own_loss", median_of_industry, pl.col("own_loss").median())
    basis = (
        pl.when(pl.col("is_idle") | estimate.is_null())
        .then(pl.lit("none"))
        .otherwise(pl.coalesce("own_basis", pl.lit("industry_median")))
    )
    return own.select(
        "unit_id",
        "assumes_equal_value_share",
        "rescales_value_share",
        full_loss_cny_per_day=pl.when(pl.col("is_idle")).then(0.0).otherwise(estimate.fill_null(0.0)),
        loss_basis=basis,
    )


def _with_value_share(roster: pl.DataFrame) -> pl.DataFrame:
    """Add each running unit's share of its enterprise: as stated, else an equal part of what is not stated.

    Stated shares of one enterprise that add up to more than 1 are scaled back to 1.
    """
    stated = pl.when(~pl.col("is_idle")).then(pl.col("value_share"))
    total = stated.sum().over("enterprise_id")
    silent = (~pl.col("is_idle") & pl.col("value_share").is_null()).sum().over("enterprise_id")
    scale = pl.max_horizontal(total, pl.lit(1.0))
    equal = (1.0 - total).clip(lower_bound=0.0) / silent
    return roster.with_columns(
        assumes_equal_value_share=~pl.col("is_idle") & pl.col("value_share").is_null() & (silent > 1),
        rescales_value_share=~pl.col("is_idle") & (total > 1.0 + 1e-9),
        share_of_value=pl.coalesce(stated / scale, equal),
    )


def value_added_ratio(roster: pl.DataFrame) -> pl.Expr:
    """Return the city's median ratio of value added to output value, over enterprises that state both."""
    firms = roster.unique("enterprise_id", maintain_order=True).filter(pl.col("annual_output_value_wan") > 0)
    ratio = firms.select((pl.col("value_added_wan") / pl.col("annual_output_value_wan")).median()).item()
    return pl.lit(ratio, dtype=pl.Float64)


def _own_loss(roster: pl.DataFrame) -> pl.DataFrame:
    days = pl.col("operating_days_per_year").fill_null(DEFAULT_OPERATING_DAYS)
    per_day = CNY_PER_WAN * pl.col("share_of_value") / days
    from_ratio = pl.col("annual_output_value_wan") * value_added_ratio(roster)
    worked = pl.coalesce(pl.col("value_added_wan"), from_ratio) * per_day
    basis = (
        pl.when(pl.col("value_added_wan").is_not_null())
        .then(pl.lit("value_added"))
        .when(from_ratio.is_not_null())
        .then(pl.lit("output_value_ratio"))
    )
    return roster.with_columns(
        own_loss=pl.when(~pl.col("is_idle")).then(worked),
        own_basis=basis,
    )
