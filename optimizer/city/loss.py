"""What a day of standstill costs a unit, in value added, and on which figures that rests."""

from dataclasses import dataclass
from functools import cached_property

import polars as pl

# Annual figures are spread over 330 operating days where a unit does not state its own: the annualisation
# of Hebei's detailed rules for the graded incentive scheme (facts: regulation, provincial additions).
DEFAULT_OPERATING_DAYS = 330.0
CNY_PER_WAN = 1e4


@dataclass(frozen=True)
class Worth:
    """What the losses of a city's units rest on.

    `own`: one row per unit: unit_id, industry, is_idle, own_loss (CNY/d; null where neither value added nor output is
    known) and its basis own_basis, assumes_equal_value_share, rescales_value_share. `ratio`: the city's median ratio of
    value added to output value; None where no enterprise states both.
    """

    own: pl.DataFrame
    ratio: float | None

    @cached_property
    def estimated(self) -> pl.DataFrame:
        """Return the loss of each unit, whatever it rests on: of `estimated_loss`."""
        return estimated_loss(self)


def worth_of(roster: pl.DataFrame) -> Worth:
    """Return what the losses of a whole roster rest on."""
    ratio = value_added_ratio(roster)
    return Worth(own_losses(roster, ratio), ratio)


def own_losses(roster: pl.DataFrame, ratio: float | None) -> pl.DataFrame:
    """Return `Worth.own` of some units, under the city's ratio of value added to output value."""
    return _own_loss(_with_value_share(roster), ratio).select(
        "unit_id", "industry", "is_idle", "own_loss", "own_basis", "assumes_equal_value_share", "rescales_value_share"
    )


def estimated_loss(worth: Worth) -> pl.DataFrame:
    """Return the loss of a full stop per unit and day, before restart costs, and its basis.

    Units: CNY/d. Shape: one row per unit: `full_loss_cny_per_day`, `loss_basis`, `assumes_equal_value_share`,
    `rescales_value_share`. Fallbacks: value added; output value times the city's median value-added ratio;
    the median unit of the industry, then of the city; nothing known at all gives 0 and basis `none`.
    """
    median_of_industry = pl.col("own_loss").median().over("industry")
    estimate = pl.coalesce("own_loss", median_of_industry, pl.col("own_loss").median())
    basis = (
        pl.when(pl.col("is_idle") | estimate.is_null())
        .then(pl.lit("none"))
        .otherwise(pl.coalesce("own_basis", pl.lit("industry_median")))
    )
    return worth.own.select(
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


def value_added_ratio(rows: pl.DataFrame) -> float | None:
    """Return the city's median ratio of value added to output value, over the enterprises of `rows` that state both."""
    firms = rows.unique("enterprise_id").filter(pl.col("annual_output_value_wan") > 0)
    ratio = firms.select((pl.col("value_added_wan") / pl.col("annual_output_value_wan")).median()).item()
    return None if ratio is None else float(ratio)


def _own_loss(roster: pl.DataFrame, ratio: float | None) -> pl.DataFrame:
    days = pl.col("operating_days_per_year").fill_null(DEFAULT_OPERATING_DAYS)
    per_day = CNY_PER_WAN * pl.col("share_of_value") / days
    from_ratio = pl.col("annual_output_value_wan") * pl.lit(ratio, dtype=pl.Float64)
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
