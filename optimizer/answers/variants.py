"""The same city with one thing changed: a target, what other lists bring, or what shields some units."""

from collections.abc import Collection, Mapping
from dataclasses import replace

import polars as pl

from grading.scale import LEVEL_DTYPE, LEVELS, POLLUTANT_DTYPE, POLLUTANTS
from optimizer.city.notice import late_lines
from optimizer.result import City

Amounts = Mapping[tuple[str, str], float]
"""(level, pollutant) -> value."""


def with_required_shares(city: City, shares: Amounts) -> City:
    """Return the city with other required shares of whole-society emission (0 to 1); what is not named stays."""
    share = pl.coalesce("changed", "required_share")
    changed = _beside(city.targets, shares).with_columns(
        required_share=share,
        required_kg_per_day=pl.when(pl.col("changed").is_null())
        .then("required_kg_per_day")
        .otherwise(share * pl.col("society_kg_per_day")),
    )
    return replace(city, targets=changed.drop("changed"))


def with_more_from_other_lists(city: City, more_kg_per_day: Amounts) -> City:
    """Return the city with more removed by the mobile, non-road and dust lists. Units: kg/d."""
    changed = _beside(city.targets, more_kg_per_day).with_columns(
        other_lists_kg_per_day=pl.col("other_lists_kg_per_day") + pl.col("changed").fill_null(0.0)
    )
    return replace(city, targets=changed.drop("changed"))


def with_lifted_ceilings(city: City, unit_ids: Collection[str], *, in_time: bool = False) -> City:
    """Return the city in which nothing but physics limits these units: ceilings at the end of their menus.

    Floors stay: the units may be cut, they need not be. What needs more notice than a level gives stays out of reach
    there, unless they are all ordered `in_time`.
    """
    top = city.menu.group_by("unit_id").agg(top_k=pl.col("k").max())
    is_lifted = pl.col("unit_id").is_in(list(unit_ids))
    if in_time:
        eased = city.units.with_columns(notice_h=pl.when(~is_lifted).then("notice_h"))
        return with_lifted_ceilings(replace(city, units=eased), unit_ids)
    late = late_lines(city.units, city.menu, city.notice_h)
    units = city.units.join(top, on="unit_id", how="left", maintain_order="left").with_columns(
        pl.when(is_lifted & ~_is_among(late, level))
        .then(pl.coalesce("top_k", f"ceil_k_{level}"))
        .otherwise(f"ceil_k_{level}")
        .alias(f"ceil_k_{level}")
        for level in LEVELS
    )
    return replace(city, units=units.drop("top_k"))


def _is_among(late: pl.DataFrame, level: str) -> pl.Expr:
    return pl.col("unit_id").is_in(late.filter(pl.col("level") == level)["unit_id"].to_list())


def with_everything_removable(city: City, unit_ids: Collection[str], level: str) -> City:
    """Return the city in which these units can remove all they emit from `level` on: what physics withholds is given.

    One measure is added at the end of their menus, at no loss more than its hardest one.
    """
    concerned = city.menu.filter(pl.col("unit_id").is_in(list(unit_ids)))
    hardest = concerned.filter(pl.col("k") == pl.col("k").max().over("unit_id"))
    emitted = city.units.select("unit_id", *(pl.col(f"{p}_kg_per_day").alias(f"{p}_emitted") for p in POLLUTANTS))
    all_of_it = (
        hardest.join(emitted, on="unit_id", maintain_order="left")
        .with_columns(
            *(
                pl.max_horizontal(f"{p}_removed_kg_per_day", pl.col(f"{p}_emitted").fill_null(0.0)).alias(
                    f"{p}_removed_kg_per_day"
                )
                for p in POLLUTANTS
            ),
            *(pl.lit(1.0).alias(f"credit_{name}") for name in LEVELS),
            k=pl.col("k") + 1,
            measure_id=pl.lit("everything"),
        )
        .select(city.menu.columns)
    )
    menu = pl.concat([city.menu, all_of_it]).sort("unit_id", "k")
    top = all_of_it.select("unit_id", top_k="k")
    open_levels = LEVELS[LEVELS.index(level) :]
    units = city.units.join(top, on="unit_id", how="left", maintain_order="left").with_columns(
        pl.coalesce("top_k", f"ceil_k_{name}").alias(f"ceil_k_{name}") for name in open_levels
    )
    return replace(city, menu=menu, units=units.drop("top_k"))


def _beside(targets: pl.DataFrame, amounts: Amounts) -> pl.DataFrame:
    rows = [(level, pollutant, float(value)) for (level, pollutant), value in amounts.items()]
    schema = pl.Schema({"level": LEVEL_DTYPE, "pollutant": POLLUTANT_DTYPE, "changed": pl.Float64()})
    changed = pl.DataFrame(rows, schema=schema, orient="row")
    return targets.join(changed, on=["level", "pollutant"], how="left", maintain_order="left")
