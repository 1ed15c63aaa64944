"""Goals that count enterprises touched beyond the law: fewest, fewest workers, most B firms left at the law's minimum.

Counting an enterprise once, however many of its units are cut, needs a fixed charge. Its linear stand-in charges each
unit an equal part; that never exceeds the true count, so a bound of it bounds the count.
"""

import numpy as np
import polars as pl

from optimizer.answers.basis import Basis
from optimizer.answers.burden import B_GRADES
from optimizer.choices import Floats

PART_OF_LEVEL = np.array([0.001, 0.001, 0.998])
"""How much of a unit's charge a level carries. Red first, where most is cut beyond the law; the parts add up to 1."""


def charge_of(basis: Basis, goal: str) -> Floats:
    """Return what each choice is charged towards a goal; a whole plan's sum never exceeds its true count.

    A choice above the slot's least measure is beyond the law. Units that the law counts by line are not charged,
    for which of them stops is no sign of more than the law asks.
    """
    choices = basis.problem.choices
    units = _charged(basis).with_columns(weight=_weight(goal)).sort("unit")
    parts = pl.col("is_charged").sum().over("enterprise_id")
    per_unit = units.select(pl.when("is_charged").then(pl.col("weight") / parts).otherwise(0.0)).to_series().to_numpy()
    least = np.full(len(choices.sizes), np.iinfo(np.int64).max)
    np.minimum.at(least, choices.slot, choices.k)
    is_beyond = choices.k > least[choices.slot]
    return np.where(is_beyond, per_unit[choices.unit] * PART_OF_LEVEL[choices.level], 0.0)


def _charged(basis: Basis) -> pl.DataFrame:
    free = pl.col("k").n_unique().over("unit", "level_index") > 1
    table = basis.problem.choices.table.select("unit", "unit_id", is_free=free)
    counted = basis.city.line_counts.filter(pl.col("stop_at_least") > 0)["line_group"].unique().implode()
    facts = basis.city.units.select(
        "unit_id",
        "enterprise_id",
        pl.col("employees").max().over("enterprise_id"),
        is_b=pl.col("grade").cast(pl.String).is_in(B_GRADES).any().over("enterprise_id"),
        is_counted=pl.col("line_group").is_in(counted).fill_null(False),
    )
    units = table.group_by("unit").agg(pl.col("unit_id").first(), pl.col("is_free").any())
    return units.join(facts, on="unit_id").with_columns(is_charged=pl.col("is_free") & ~pl.col("is_counted"))


def _weight(goal: str) -> pl.Expr:
    if goal == "fewest_workers":
        return pl.col("employees").fill_null(0).cast(pl.Float64)
    return pl.col("is_b").cast(pl.Float64) if goal == "most_b_uncut" else pl.lit(1.0)
