"""The price of every override: the plan with a unit's pins beside the plan without them."""

from collections.abc import Callable

import polars as pl

from optimizer.answers.curve import loss_bound, missed_targets, season_loss
from optimizer.answers.tables import OverridePrices
from optimizer.pins import IN_FORCE
from optimizer.planning import plan_city
from optimizer.result import City, Outcome, Plan

ROUNDING = 1.0
"""CNY a season that two bounds may differ by rounding."""
Unpin = Callable[[str], City]
"""Unit id -> the city rebuilt without the overrides of that unit."""


def override_prices(city: City, plan: Plan, unpin: Unpin, *, top: int = 20) -> pl.DataFrame:
    """Return the price of the pins of each unit (`tables.OverridePrices`), dearest first.

    `unpin` rebuilds the city, because what the law asks without a pin is not part of it. Every row is a whole new
    plan; of more than `top` pinned units the first by id are priced, and no row is returned for the rest.

    Units: CNY/season. Maths: docs/model.md, A.4.
    """
    pinned = (
        city.overrides.filter(pl.col("state").is_in(IN_FORCE))
        .group_by("unit_id")
        .agg(pl.col("reason", "by").unique(maintain_order=True).str.join("; "))
        .join(city.units.select("unit_id", "enterprise_id", "name"), on="unit_id")
        .sort("unit_id")
        if city.overrides.width
        else pl.DataFrame()
    )
    if pinned.is_empty() or plan.orders.is_empty():
        return OverridePrices.create_empty()
    rows = [row | _priced(plan, plan_city(unpin(str(row["unit_id"])), plan)) for row in pinned.head(top).to_dicts()]
    frame = pl.DataFrame(rows, infer_schema_length=None).select(OverridePrices.column_names())
    ordered = frame.sort("price_cny_per_season", "unit_id", descending=[True, False], nulls_last=True)
    return OverridePrices.validate(ordered, cast=True)


def _priced(plan: Plan, without: Plan) -> dict[str, object]:
    has_plan = without.status.outcome == Outcome.USABLE
    told = {"missed_with": missed_targets(plan), "missed_without": missed_targets(without) if has_plan else ""}
    loss, other = season_loss(plan), season_loss(without)
    bound, other_bound = loss_bound(plan), loss_bound(without)
    low = None if bound is None or other is None else bound - other
    high = None if other_bound is None or loss is None else loss - other_bound
    state = _state(told, has_plan, low, high)
    is_comparable = state in ("confirmed", "within_gap", "not_proven")
    return told | {
        "loss_with_cny_per_season": loss,
        "loss_without_cny_per_season": other,
        "price_cny_per_season": loss - other if is_comparable and loss is not None and other is not None else None,
        "price_low_cny_per_season": low if is_comparable else None,
        "price_high_cny_per_season": high if is_comparable else None,
        "state": state,
    }


def _state(told: dict[str, str], has_plan: bool, low: float | None, high: float | None) -> str:
    if not has_plan:
        return "no_plan"
    if told["missed_with"] != told["missed_without"]:
        return "targets_change"
    if low is None or high is None:
        return "not_proven"
    return "within_gap" if low < -ROUNDING and high > ROUNDING else "confirmed"
