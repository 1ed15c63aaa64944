"""The price of every override: the plan with a unit's pins beside the plan without them."""

from collections.abc import Callable

import polars as pl

from grading.checked import checked
from optimizer.answers.basis import Basis, moved
from optimizer.answers.curve import loss_bound, missed_targets, season_loss
from optimizer.answers.tables import OverridePrices
from optimizer.choices import ContradictionError, Floats
from optimizer.city.pins import IN_FORCE
from optimizer.model import Problem
from optimizer.planning import plan_city
from optimizer.result import City, Outcome, Plan, Proof

ROUNDING = 1.0
"""CNY a season that two bounds may differ by rounding."""
ROUNDING_SHARE = 1e-9
"""Share of the season's loss below which the difference of two programs is rounding."""
Unpin = Callable[[str], City]
"""Unit id -> the city rebuilt without the overrides of that unit."""


def override_prices(city: City, plan: Plan, unpin: Unpin, *, top: int = 20) -> pl.DataFrame:
    """Return the price of the pins of each unit (`tables.OverridePrices`), dearest first.

    `unpin` rebuilds the city, because what the law asks without a pin is not part of it. Every row is a whole new
    plan; of more than `top` pinned units the first by id are priced, and no row is returned for the rest.

    Units: CNY/season. Maths: docs/model.md, A.4.
    """
    pinned = _pinned(city) if not plan.orders.is_empty() else []
    days = city.days_per_season
    rows = [row | _priced(plan, plan_city(unpin(row["unit_id"]), plan), row["unit_id"], days) for row in pinned[:top]]
    return _answer(rows)


def override_prices_in_shares(basis: Basis, plan: Plan, unpin: Unpin, *, top: int = 20) -> pl.DataFrame:
    """Return the same from two linear programs each: what the plan reaches is reached, the grades as spared as it does.

    Units: CNY/season. Maths: docs/model.md, A.4.
    """
    missed = {"missed_with": missed_targets(plan), "missed_without": missed_targets(plan)}
    rows = [row | missed | _in_shares(basis, row["unit_id"], unpin) for row in _pinned(basis.city)[:top]]
    return _answer(rows)


def _pinned(city: City) -> list[dict[str, str]]:
    """Return the units with a pin in force, by id: who they are, why they are pinned and by whom."""
    if not city.overrides.width:
        return []
    return (
        city.overrides.filter(pl.col("state").is_in(IN_FORCE))
        .group_by("unit_id")
        .agg(pl.col("reason", "by").unique(maintain_order=True).str.join("; "))
        .join(city.units.select("unit_id", "enterprise_id", "name"), on="unit_id")
        .sort("unit_id")
        .to_dicts()
    )


def _answer(rows: list[dict[str, object]]) -> pl.DataFrame:
    if not rows:
        return OverridePrices.create_empty()
    frame = pl.DataFrame(rows, infer_schema_length=None).select(OverridePrices.column_names())
    ordered = frame.sort("price_cny_per_season", "unit_id", descending=[True, False], nulls_last=True)
    return checked(OverridePrices, ordered)


def _in_shares(basis: Basis, unit_id: str, unpin: Unpin) -> dict[str, object]:
    base, told = basis.least, dict.fromkeys(_AMOUNTS)
    if base.objective is None or base.x is None or not base.is_proven:
        return told | {"loss_with_cny_per_season": basis.loss_cny_per_season, "state": "not_proven"}
    try:
        problem = moved(basis, unpin(unit_id))
    except ContradictionError:
        return told | {"loss_with_cny_per_season": base.objective, "state": "no_plan"}
    found = basis.least_of(problem)
    if not found.is_proven or found.objective is None or found.x is None:
        state = "no_plan" if found.proof == Proof.INFEASIBLE else "not_proven"
        return told | {"loss_with_cny_per_season": base.objective, "state": state}
    nothing = ROUNDING_SHARE * abs(base.objective)
    price = _plain(base.objective - found.objective, nothing)
    own = _plain(_own_loss(basis.problem, base.x, unit_id) - _own_loss(problem, found.x, unit_id), nothing)
    amounts = (base.objective, found.objective, price, price, price, own, _plain(price - own, nothing))
    return dict(zip(_AMOUNTS, amounts, strict=True)) | {"state": "in_shares"}


_AMOUNTS = tuple(name for name in OverridePrices.column_names() if name.endswith("_cny_per_season"))


def _plain(amount: float, nothing: float) -> float:
    return amount if abs(amount) > nothing else 0.0


def _own_loss(problem: Problem, x: Floats, unit_id: str) -> float:
    return float((problem.objective * x)[(problem.choices.table["unit_id"] == unit_id).to_numpy()].sum())


def _loss_of(plan: Plan, unit_id: str, days: dict[str, float]) -> float:
    own = plan.orders.filter(pl.col("unit_id") == unit_id)
    weight = pl.col("level").cast(pl.String).replace_strict(days, default=0.0, return_dtype=pl.Float64)
    return float(own.select((pl.col("loss_cny_per_day") * weight).sum()).item())


def _priced(plan: Plan, without: Plan, unit_id: str, days: dict[str, float]) -> dict[str, object]:
    has_plan = without.status.outcome == Outcome.USABLE
    told = {"missed_with": missed_targets(plan), "missed_without": missed_targets(without) if has_plan else ""}
    loss, other = season_loss(plan), season_loss(without)
    bound, other_bound = loss_bound(plan), loss_bound(without)
    low = None if bound is None or other is None else bound - other
    high = None if other_bound is None or loss is None else loss - other_bound
    state = _state(told, has_plan, low, high)
    is_comparable = state in ("confirmed", "within_gap", "not_proven")
    price = loss - other if is_comparable and loss is not None and other is not None else None
    own = None if price is None else _loss_of(plan, unit_id, days) - _loss_of(without, unit_id, days)
    return told | {
        "loss_with_cny_per_season": loss,
        "loss_without_cny_per_season": other,
        "price_cny_per_season": price,
        "price_low_cny_per_season": low if is_comparable else None,
        "price_high_cny_per_season": high if is_comparable else None,
        "unit_bears_cny_per_season": own,
        "rest_bears_cny_per_season": None if price is None or own is None else price - own,
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
