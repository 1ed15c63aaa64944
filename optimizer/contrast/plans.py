"""Two planned cities in, their difference out."""

from collections.abc import Callable, Collection, Sequence

import polars as pl

from grading.scale import LEVEL_DTYPE, LEVELS, POLLUTANTS
from optimizer.answers.curve import loss_bound
from optimizer.contrast.groups import cost_by_groups, exempt_changes, target_changes
from optimizer.contrast.model import Contrast, Losses
from optimizer.contrast.reasons import with_reasons
from optimizer.contrast.stays import stayed
from optimizer.result import City, Plan

IDENTITY = ("enterprise_id", "name", "unit_name", "county", "industry", "process")
REMOVED = tuple(f"{pollutant}_removed_kg_per_day" for pollutant in POLLUTANTS)
SIDES = ("grade", "treatment", "measure_id", "measure_name", "kind", "k", "cut_share", *REMOVED,
         "loss_cny_per_day", "loss_cny_per_season")  # fmt: skip
TOLD = ("grade", "treatment", "measure_id", "cut_share")
ROUNDING = 1e-6
Side = tuple[City, Plan]
Prices = Callable[[Sequence[str]], pl.DataFrame | None]


def contrast(before: Side, after: Side, direct: Collection[str], prices: Prices | None = None) -> Contrast:
    """Return the difference of two plans. `direct`: the units that the scenario changed itself.

    `prices` gives what the choices of some units are worth (`optimizer.contrast.worth.worth_of` of the second side);
    without it no change is explained by prices.

    Units: kg/d, CNY/d, CNY/season. Nothing is solved here.
    """
    both = beside(before, after)
    changed = _in_words(both.filter(_differs()))
    known = changed.filter(pl.col("k_after").is_not_null())["unit_id"].unique().sort().to_list()
    orders = with_reasons(changed, before[0], after[0], direct, prices(known) if prices and known else None)
    return Contrast(
        orders=orders,
        enterprises=_by_enterprise(orders),
        targets=target_changes(before[1].targets, after[1].targets),
        cost=cost_by_groups(both),
        exempt=exempt_changes(before[0], after[0]),
        stayed=stayed(_in_words(both.filter(pl.col("unit_id").is_in(list(direct)))), orders, after[0]),
        losses=Losses(
            _season(both, "before"), _season(both, "after"), loss_bound(before[1]), loss_bound(after[1])
        ),
    )  # fmt: skip


def beside(before: Side, after: Side) -> pl.DataFrame:
    """Return both plans' orders side by side: one row per unit and level of either, `*_before` and `*_after`."""
    old, new = (_side(*side) for side in (before, after))
    key = ["unit_id", "level"]
    is_row_by_row = old.select(key).equals(new.select(key))
    if is_row_by_row:  # the same lines in the same order: nothing to look up
        names = {name: f"{name}_after" for name in (*IDENTITY, *SIDES)}
        joined = pl.concat([old, new.drop(key).rename(names)], how="horizontal")
    else:
        joined = old.join(new, on=key, how="full", coalesce=True, suffix="_after", validate="1:1").sort(key)
    return joined.select(
        *key,
        *(pl.coalesce(f"{name}_after", name).alias(name) for name in IDENTITY),
        *(pl.col(found).alias(f"{name}_{side}") for name in SIDES
          for found, side in ((name, "before"), (f"{name}_after", "after"))),
    )  # fmt: skip


def _side(city: City, plan: Plan) -> pl.DataFrame:
    days = pl.lit(0.0)
    for level, of_level in city.days_per_season.items():
        days = pl.when(pl.col("level") == level).then(of_level).otherwise(days)
    seasoned = plan.orders.with_columns(
        pl.col("level").cast(LEVEL_DTYPE), loss_cny_per_season=pl.col("loss_cny_per_day") * days
    )
    return seasoned.select("unit_id", "level", *IDENTITY, *SIDES)


def _in_words(both: pl.DataFrame) -> pl.DataFrame:
    """Return rows of both plans with their levels, grades and kinds as texts."""
    named = [f"{name}_{side}" for name in ("grade", "kind") for side in ("before", "after")]
    return both.with_columns(pl.col("level", *named).cast(pl.String))


def _differs() -> pl.Expr:
    told = [pl.col(f"{name}_before").ne_missing(pl.col(f"{name}_after")) for name in TOLD]
    moved = [
        (pl.col(f"{name}_before") - pl.col(f"{name}_after")).abs() > ROUNDING for name in (*REMOVED, "loss_cny_per_day")
    ]
    return pl.any_horizontal(*told, *(each.fill_null(value=False) for each in moved))


def _season(both: pl.DataFrame, side: str) -> float:
    return float(both[f"loss_cny_per_season_{side}"].sum())


def _by_enterprise(orders: pl.DataFrame) -> pl.DataFrame:
    """Return one row per enterprise, the largest change of loss first; its reason is that of its largest change."""
    change = pl.col("loss_cny_per_season_after").fill_null(0.0) - pl.col("loss_cny_per_season_before").fill_null(0.0)
    place = pl.col("level").replace_strict({level: n for n, level in enumerate(LEVELS)}, return_dtype=pl.Int64)
    at_hardest = place == place.max().over("enterprise_id")
    sums = [
        (pl.col(f"{name}_after").fill_null(0.0) - pl.col(f"{name}_before").fill_null(0.0))
        .filter(at_hardest).sum().alias(name.replace("_removed_", "_change_"))
        for name in REMOVED
    ]  # fmt: skip
    ranked = orders.with_columns(change=change, at_hardest=at_hardest, is_direct=pl.col("reason") == "direct").sort(
        "enterprise_id", "is_direct", pl.col("change").abs(), "unit_id", descending=[False, True, True, False]
    )
    first = [pl.col(name).first() for name in ("name", "county", "industry")]
    ends = [
        pl.col(f"{name}_{side}").drop_nulls().first() for name in ("grade", "treatment") for side in ("before", "after")
    ]
    totals = [pl.col(f"loss_cny_per_season_{side}").sum() for side in ("before", "after")]
    found = ranked.group_by("enterprise_id", maintain_order=True).agg(
        *first, *ends, pl.col("unit_id").n_unique().cast(pl.Int64).alias("units_changed"),
        pl.col("level").filter("at_hardest").first().alias("hardest_level"), *sums, *totals,
        loss_change_cny_per_season=pl.col("change").sum(), reason=pl.col("reason").first(),
    )  # fmt: skip
    return found.sort(pl.col("loss_change_cny_per_season").abs(), "enterprise_id", descending=[True, False])
