"""Whom a plan touches beyond what the law asks anyway: enterprises, workers, B firms, counties.

Counted from orders alone. Where the law asks nothing of a unit, any measure is beyond it.
"""

from dataclasses import dataclass

import polars as pl

from grading.scale import LEVELS
from optimizer.result import City

B_GRADES = ("B", "B-")


@dataclass(frozen=True)
class Burden:
    """What a plan asks of whom. `beyond_law`: a unit of the enterprise has a harder measure than its floor."""

    enterprises_cut: int
    enterprises_beyond_law: int
    workers_beyond_law: int
    without_employees: int
    b_enterprises: int
    b_enterprises_at_law: int
    worst_county: str
    worst_county_share: float


def burden_of(city: City, chosen: pl.DataFrame) -> Burden:
    """Return whom the measures in `chosen` (unit_id, level, k) touch.

    Employees are of the whole enterprise; the largest figure of its units counts once. A county's share is its loss
    over the season by the value its running units would lose standing still on every alert day.
    """
    touched = chosen.filter(pl.col("k") > 0)["unit_id"].unique().implode()
    beyond = _beyond_law(city, chosen).implode()
    firms = city.units.group_by("enterprise_id", maintain_order=True).agg(
        pl.col("employees").max(),
        is_cut=pl.col("unit_id").is_in(touched).any(),
        is_beyond=pl.col("unit_id").is_in(beyond).any(),
        is_b=pl.col("grade").cast(pl.String).is_in(B_GRADES).any(),
    )
    cut = firms.filter("is_beyond")
    worst = county_shares(city, chosen).sort("share", "county", descending=[True, False]).row(0, named=True)
    return Burden(
        firms.filter("is_cut").height,
        cut.height,
        int(cut["employees"].sum()),
        cut["employees"].null_count(),
        firms.filter("is_b").height,
        firms.filter("is_b", ~pl.col("is_beyond")).height,
        worst["county"],
        worst["share"],
    )


def enterprise_weights(city: City, goal: str) -> dict[str, float]:
    """Return what each enterprise counts in a goal when it is touched beyond the law."""
    firms = city.units.group_by("enterprise_id", maintain_order=True).agg(
        pl.col("employees").max().fill_null(0).cast(pl.Float64),
        is_b=pl.col("grade").cast(pl.String).is_in(B_GRADES).any().cast(pl.Float64),
        one=pl.lit(1.0),
    )
    column = {"fewest_workers": "employees", "most_b_uncut": "is_b"}.get(goal, "one")
    return dict(firms.select("enterprise_id", column).iter_rows())


def enterprises_beyond_law(city: City, chosen: pl.DataFrame) -> set[str]:
    """Return the enterprises with a unit under a measure harder than its floor."""
    beyond = _beyond_law(city, chosen).implode()
    return set(city.units.filter(pl.col("unit_id").is_in(beyond))["enterprise_id"])


def _beyond_law(city: City, chosen: pl.DataFrame) -> pl.Series:
    """Return the units with a measure harder than their floor at some level.

    A stop that the law counts by line is not beyond it while its group stops no more lines than asked.
    """
    floors = pl.concat(
        city.units.select(
            "unit_id", "line_group", level=pl.lit(level), floor=pl.max_horizontal([f"floor_k_{low}" for low in lower])
        )
        for level, lower in ((level, LEVELS[: place + 1]) for place, level in enumerate(LEVELS))
    )
    asked = city.line_counts.select("line_group", pl.col("level").cast(pl.String), "stop_at_least")
    is_stop = pl.col("kind").cast(pl.String) == "stop"
    stops = is_stop.sum().over("line_group", "level")
    is_counted = is_stop & (stops <= pl.col("stop_at_least")).fill_null(False) & pl.col("line_group").is_not_null()
    return (
        chosen.select("unit_id", pl.col("level").cast(pl.String), "k")
        .join(floors, on=["unit_id", "level"])
        .join(city.menu.select("unit_id", "k", "kind"), on=["unit_id", "k"])
        .join(asked, on=["line_group", "level"], how="left")
        .filter((pl.col("k") > pl.col("floor")) & ~is_counted)["unit_id"]
        .unique()
    )


def county_shares(city: City, chosen: pl.DataFrame) -> pl.DataFrame:
    """Return county, `value_cny_per_season` and the share of it that the plan takes; 0 where there is no value."""
    losses = city.menu.select("unit_id", "k", *(f"loss_{level}_cny_per_day" for level in LEVELS)).unpivot(
        index=["unit_id", "k"], variable_name="level", value_name="loss"
    )
    losses = losses.with_columns(pl.col("level").str.strip_prefix("loss_").str.strip_suffix("_cny_per_day"))
    days = pl.col("level").replace_strict(city.days_per_season, default=0.0, return_dtype=pl.Float64)
    lost = (
        chosen.with_columns(pl.col("level").cast(pl.String))
        .join(losses, on=["unit_id", "level", "k"])
        .group_by("unit_id", maintain_order=True)
        .agg(lost=(pl.col("loss") * days).sum())
    )
    value = pl.col("full_loss_cny_per_day").filter(~pl.col("is_idle")).sum() * sum(city.days_per_season.values())
    lost_share = pl.col("lost") / pl.col("value_cny_per_season")
    return (
        city.units.sort("unit_id")
        .join(lost, on="unit_id", how="left", maintain_order="left")
        .group_by("county", maintain_order=True)
        .agg(value_cny_per_season=value, lost=pl.col("lost").sum())
        .with_columns(share=pl.when(pl.col("value_cny_per_season") > 0).then(lost_share).otherwise(0.0))
        .sort("county")
    )
