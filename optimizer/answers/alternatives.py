"""Plans that cost a little more and serve another goal better, and how much of the published plan they keep."""

from collections.abc import Sequence
from dataclasses import replace
from functools import partial

import numpy as np
import polars as pl

from optimizer.answers.balance import balance, balance_between, bound_of
from optimizer.answers.basis import LOSS, Basis, basis_of
from optimizer.answers.burden import Burden, burden_of, enterprise_weights, enterprises_beyond_law
from optimizer.answers.dropping import TRIALS, drop_enterprises
from optimizer.answers.sharing import shared_with
from optimizer.answers.tables import GOALS, AlternativeOrders, Alternatives
from optimizer.answers.touched import charge_of
from optimizer.choices import Floats
from optimizer.integer import Effort, holds, settle
from optimizer.model import Cap, Problem
from optimizer.result import City, Plan
from optimizer.solve import Limits

ROOMS = (0.01, 0.02, 0.05)
QUICK_TRIALS = 12
"""Enterprises that a quick run tries to send back to their least measures, per goal."""
BALANCE = "least_county_imbalance"
UNITS = {"fewest_workers": "workers", BALANCE: "share_of_value"}
Found = tuple[Floats, float | None]
"""A whole plan, and the bound of its goal (of `most_b_uncut`: of the B enterprises cut beyond the law)."""


def alternatives_of(
    city: City,
    plan: Plan,
    *,
    rooms: Sequence[float] = ROOMS,
    goals: Sequence[str] = GOALS,
    basis: Basis | None = None,
    is_quick: bool = False,
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Return the best plan found for each goal among those at most `rooms` dearer, and its orders.

    Every alternative keeps all laws, targets and pins, and spares the grades as the published plan does. An alternative
    never serves its goal worse than the published plan; where no better one is found it is that plan. `is_quick`: a
    few trials within the least room only; wider rooms are told that plan and their own bound (`bound_only`).

    Shape: `tables.Alternatives`, `tables.AlternativeOrders`. Maths: docs/model.md, A.6.
    """
    basis = basis or basis_of(city, plan)
    rows, orders = [], []
    first = basis.x
    for goal in (goal for goal in GOALS if goal in goals):
        best = basis.x
        for room in sorted(rooms):
            limit = basis.loss_cny_per_season * (1 + room)
            asked = _asked(basis, goal, limit)
            is_searched = not is_quick or room == min(rooms)
            if not is_quick:
                best, bound = _served(basis, asked, goal, best)
            elif is_searched:
                # All that was found for another goal keeps the same rows, and may serve this one too.
                best, bound = _served_quickly(basis, asked, goal, _not_worse(basis, asked, goal, first, best))
                first = best if goal == "fewest_enterprises" else first
            else:
                bound = _bounded(basis, asked, goal, best)
            row = _row(basis, goal, limit, best, bound)
            told = row if is_searched or row["state"] == "proven" else row | {"state": "bound_only"}
            rows.append({"goal": goal, "room": float(room), **told})
            orders.append(_orders(basis, best).with_columns(goal=pl.lit(goal), room=pl.lit(float(room))))
    if not rows:
        return Alternatives.create_empty(), AlternativeOrders.create_empty()
    frame = pl.DataFrame(rows, infer_schema_length=None).select(Alternatives.column_names())
    told = pl.concat(orders).select(AlternativeOrders.column_names())
    return Alternatives.validate(frame, cast=True), AlternativeOrders.validate(told, cast=True)


def _asked(basis: Basis, goal: str, limit: float) -> Problem:
    """Return the program of a goal: what it counts, within a limit of the loss."""
    caps = (*basis.problem.caps, Cap(LOSS, basis.problem.objective, limit))
    objective = basis.problem.objective if goal == BALANCE else charge_of(basis, goal)
    return replace(basis.problem, objective=objective, caps=caps)


def _served(basis: Basis, problem: Problem, goal: str, best: Floats) -> Found:
    """Return the plan that serves a goal best, never worse than `best`, the one of less room."""
    if goal == BALANCE:
        found = balance(basis, problem, best)
        return _not_worse(basis, problem, goal, found.x, best), found.bound
    settled = settle(problem, best, Limits(basis.city.time_limit_s), Effort(0.0, basis.city.mip_gap))
    fewer = _dropped(basis, problem, goal, _not_worse(basis, problem, goal, settled.x, best), TRIALS)
    return _not_worse(basis, problem, goal, fewer, best), settled.bound


def _served_quickly(basis: Basis, problem: Problem, goal: str, best: Floats) -> Found:
    """Return what a few small programs from `best` on find, and the bound of the linear program."""
    if goal == BALANCE:
        found = balance_between(basis, problem, best)
        return _not_worse(basis, problem, goal, found.x, best), found.bound
    fewer = _dropped(basis, problem, goal, best, QUICK_TRIALS)
    return _not_worse(basis, problem, goal, fewer, best), _bounded(basis, problem, goal, best)


def _bounded(basis: Basis, problem: Problem, goal: str, best: Floats) -> float | None:
    """Return what no plan of a goal's program goes below, in the program's own terms, where proven."""
    if goal == BALANCE:
        return bound_of(basis, problem, best)
    least = basis.least_of(problem)
    return least.objective if least.is_proven else None


def _dropped(basis: Basis, problem: Problem, goal: str, x: Floats, trials: int) -> Floats:
    weights = enterprise_weights(basis.city, goal)
    touched = partial(_touched, basis)
    return drop_enterprises(basis, problem, x, weights, touched, trials)


def _touched(basis: Basis, x: Floats) -> set[str]:
    return enterprises_beyond_law(basis.city, _orders(basis, x))


def _not_worse(basis: Basis, problem: Problem, goal: str, x: Floats, best: Floats) -> Floats:
    """Return the plan found if it really holds and serves the goal better when counted out, else `best`."""
    is_better = _value(goal, _burden(basis, x)) * _sign(goal) < _value(goal, _burden(basis, best)) * _sign(goal)
    return x if is_better and holds(problem, x) else best


def _row(basis: Basis, goal: str, limit: float, x: Floats, bound: float | None) -> dict[str, object]:
    burden, own = _burden(basis, x), _burden(basis, basis.x)
    value = _value(goal, burden)
    best = _bound(goal, burden, bound)
    return {
        "goal_unit": UNITS.get(goal, "enterprises"),
        "value_of_plan": _value(goal, own),
        "value": value,
        "value_bound": best,
        "state": "not_proven" if best is None else "proven" if _is_closed(value, best) else "within_gap",
        "loss_cny_per_season": float(basis.problem.objective @ x),
        "loss_limit_cny_per_season": limit,
        "enterprises_cut": burden.enterprises_cut,
        "enterprises_beyond_law": burden.enterprises_beyond_law,
        "workers_beyond_law": burden.workers_beyond_law,
        "without_employees": burden.without_employees,
        "b_enterprises_at_law": burden.b_enterprises_at_law,
        "worst_county": burden.worst_county,
        "worst_county_share": burden.worst_county_share,
        "orders_in_common": _in_common(basis, x),
        **shared_with(basis, x),
    }


def _is_closed(value: float, best: float) -> bool:
    return abs(value - best) <= 1e-6 * max(abs(value), 1e-9)


def _bound(goal: str, burden: Burden, bound: float | None) -> float | None:
    """Return the bound in the goal's own terms; a count is whole, so its bound rounds."""
    if bound is None or goal == BALANCE:
        return bound
    whole = float(np.ceil(bound - 1e-6))
    if goal != "most_b_uncut":
        return whole + 0.0  # no negative zero
    return float(burden.b_enterprises - whole)


def _value(goal: str, burden: Burden) -> float:
    return {
        "fewest_enterprises": float(burden.enterprises_beyond_law),
        "fewest_workers": float(burden.workers_beyond_law),
        "most_b_uncut": float(burden.b_enterprises_at_law),
        "least_county_imbalance": burden.worst_county_share,
    }[goal]


def _sign(goal: str) -> int:
    return -1 if goal == "most_b_uncut" else 1


def _orders(basis: Basis, x: Floats) -> pl.DataFrame:
    return basis.problem.choices.table.filter(pl.Series(x > 0.5)).select("unit_id", "level", "k", "measure_id")


def _burden(basis: Basis, x: Floats) -> Burden:
    return burden_of(basis.city, _orders(basis, x))


def _in_common(basis: Basis, x: Floats) -> float:
    """Return the share of orders that both plans give alike, among those where either asks anything."""
    own, other = (basis.problem.choices.k[plan > 0.5] for plan in (basis.x, x))
    asked = (own > 0) | (other > 0)
    return float((own == other)[asked].mean()) if asked.any() else 1.0
