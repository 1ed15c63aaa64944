"""Two planned cities in, their difference out."""

from collections.abc import Callable, Collection, Sequence

import polars as pl

from grading.scale import LEVELS
from optimizer.answers.curve import loss_bound
from optimizer.contrast.groups import cost_by_groups, exempt_changes, target_changes
from optimizer.contrast.model import Contrast, Losses
from optimizer.contrast.pairs import REMOVED, Side, differs, paired
from optimizer.contrast.reasons import with_reasons
from optimizer.contrast.stays import stayed

Prices = Callable[[Sequence[str]], pl.DataFrame | None]


def contrast(before: Side, after: Side, direct: Collection[str], prices: Prices | None = None) -> Contrast:
    """Return the difference of two plans. `direct`: the units that the scenario changed itself.

    `prices` gives what the choices of some units are worth (`optimizer.contrast.worth.worth_of` of the second side);
    without it no change is explained by prices.

    Units: kg/d, CNY/d, CNY/season. Nothing is solved here.
    """
    pair = paired(before, after)
    few = pair.beside(direct)
    changed = _in_words(few.filter(differs()))
    known = changed.filter(pl.col("k_after").is_not_null())["unit_id"].unique().sort().to_list()
    orders = with_reasons(changed, before[0], after[0], direct, prices(known) if prices and known else None)
    return Contrast(
        orders=orders,
        enterprises=_by_enterprise(orders),
        targets=target_changes(before[1].targets, after[1].targets),
        cost=cost_by_groups(pair.losses()),
        exempt=exempt_changes(before[0], after[0]),
        stayed=stayed(_in_words(few.filter(pl.col("unit_id").is_in(list(direct)))), orders, after[0]),
        losses=Losses(*pair.season_losses, loss_bound(before[1]), loss_bound(after[1])),
    )


def _in_words(both: pl.DataFrame) -> pl.DataFrame:
    """Return rows of both plans with their levels, grades and kinds as texts."""
    named = [f"{name}_{side}" for name in ("grade", "kind") for side in ("before", "after")]
    return both.with_columns(pl.col("level", *named).cast(pl.String))


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
