"""Plans that cost a little more and serve another goal better, and how much of the published plan they keep."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, partial

import numpy as np
import polars as pl

from grading.checked import checked
from optimizer.answers.balance import balance, balance_between, bound_of
from optimizer.answers.basis import LOSS, Basis, basis_of
from optimizer.answers.between import between
from optimizer.answers.burden import Burden, burden_of, enterprise_weights, enterprises_beyond_law
from optimizer.answers.dropping import TRIALS, drop_enterprises
from optimizer.answers.sharing import shared_with
from optimizer.answers.tables import GOALS, AlternativeOrders, Alternatives
from optimizer.answers.touched import charge_of
from optimizer.choices import Floats
from optimizer.model import Cap, Problem
from optimizer.result import City, Plan
from optimizer.solve import Limits
from optimizer.whole.integer import Effort, holds, settle

ROOMS = (0.01, 0.02, 0.05)
QUICK_TRIALS = 12
"""Enterprises that a quick run tries to send back to their least measures, per goal."""
BALANCE = "least_county_imbalance"
UNITS = {"fewest_workers": "workers", BALANCE: "share_of_value"}


@dataclass(frozen=True)
class _Seen:
    """A whole plan counted out once."""

    basis: Basis
    x: Floats

    @cached_property
    def orders(self) -> pl.DataFrame:
        """Return its orders: unit, level, place in the menu, measure."""
        table = self.basis.problem.choices.table
        return table.filter(pl.Series(self.x > 0.5)).select("unit_id", "level", "k", "measure_id")

    @cached_property
    def burden(self) -> Burden:
        """Return whom it touches."""
        return burden_of(self.basis.city, self.orders)

    @cached_property
    def told(self) -> dict[str, object]:
        """Return what does not depend on the goal."""
        burden = self.burden
        return {
            "loss_cny_per_season": float(self.basis.problem.objective @ self.x),
            "enterprises_cut": burden.enterprises_cut,
            "enterprises_beyond_law": burden.enterprises_beyond_law,
            "workers_beyond_law": burden.workers_beyond_law,
            "without_employees": burden.without_employees,
            "b_enterprises_at_law": burden.b_enterprises_at_law,
            "worst_county": burden.worst_county,
            "worst_county_share": burden.worst_county_share,
            "orders_in_common": _in_common(self.basis, self.x),
            **shared_with(self.basis, self.x),
        }


@dataclass(frozen=True)
class _Served:
    """The plan told for a goal and a room, and the bound of the goal (of `most_b_uncut`: of B enterprises cut)."""

    room: float
    plan: _Seen
    bound: float | None
    is_searched: bool = True


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
    few trials, within the least room only; wider rooms are told that plan (`bound_only`), all rooms the bound of the
    widest.

    Shape: `tables.Alternatives`, `tables.AlternativeOrders`. Maths: docs/model.md, A.6.
    """
    basis = basis or basis_of(city, plan)
    own = _Seen(basis, basis.x)
    known, rows, orders = [own], [], []
    for goal in (goal for goal in GOALS if goal in goals and rooms):
        for served in _quickly(known, goal, sorted(rooms)) if is_quick else _thoroughly(own, goal, sorted(rooms)):
            rows.append({"goal": goal, **_row(goal, served, own)})
            if served.is_searched:  # a wider room that was not searched has the plan of the least
                orders.append(served.plan.orders.with_columns(goal=pl.lit(goal), room=pl.lit(served.room)))
            known.append(served.plan)
    if not rows:
        return Alternatives.create_empty(), AlternativeOrders.create_empty()
    frame = pl.DataFrame(rows, infer_schema_length=None).select(Alternatives.column_names())
    told = pl.concat(orders).select(AlternativeOrders.column_names())
    return checked(Alternatives, frame), checked(AlternativeOrders, told)


def _thoroughly(own: _Seen, goal: str, rooms: list[float]) -> Iterator[_Served]:
    """Yield the best plan found within each room, from that of less room on."""
    best, limits = own, Limits(own.basis.city.time_limit_s)
    for room in rooms:
        problem = _asked(own.basis, goal, room)
        if goal == BALANCE:
            found = balance(own.basis, problem, best.x)
            best, bound = _not_worse(problem, goal, found.x, best), found.bound
        else:
            settled = settle(problem, best.x, limits, Effort(0.0, own.basis.city.mip_gap))
            best = _dropped(problem, goal, _not_worse(problem, goal, settled.x, best), TRIALS)
            bound = settled.bound
        yield _Served(room, best, bound)


def _quickly(known: list[_Seen], goal: str, rooms: list[float]) -> Iterator[_Served]:
    """Yield what a few small programs find within the least room, and the bound of the widest, which holds in all.

    What was found for another goal keeps the same rows; the best of it for this one is where the search begins.
    """
    best = min(known, key=lambda seen: _value(goal, seen.burden) * _sign(goal))
    basis, problem = best.basis, _asked(best.basis, goal, rooms[0])
    widest = _asked(basis, goal, rooms[-1])
    if goal == BALANCE:
        bound = bound_of(basis, widest, best.x)
        best = _not_worse(problem, goal, balance_between(basis, problem, best.x, bound), best)
    else:
        least = basis.least_of(widest)
        bound = least.objective if least.is_proven else None
        best = _dropped(problem, goal, best, QUICK_TRIALS)
        # Nobody could simply be let go: perhaps somebody else can take their place.
        best = _towards(problem, goal, best) if best.x is basis.x else best
    yield from (_Served(room, best, bound, is_searched=room == rooms[0]) for room in rooms)


def _towards(problem: Problem, goal: str, best: _Seen) -> _Seen:
    """Return what lies between a plan and the goal's own plan in shares, or the plan where that is no better."""
    least = best.basis.least_of(problem)
    x = None if least.x is None else between(problem, least.x, best.x, best.basis.city.time_limit_s)
    return best if x is None else _not_worse(problem, goal, x, best)


def _asked(basis: Basis, goal: str, room: float) -> Problem:
    """Return the program of a goal: what it counts, within so much more loss than the published plan's."""
    limit = Cap(LOSS, basis.problem.objective, basis.loss_cny_per_season * (1 + room))
    objective = basis.problem.objective if goal == BALANCE else charge_of(basis, goal)
    return replace(basis.problem, objective=objective, caps=(*basis.problem.caps, limit))


def _dropped(problem: Problem, goal: str, best: _Seen, trials: int) -> _Seen:
    basis, weights = best.basis, enterprise_weights(best.basis.city, goal)
    fewer = drop_enterprises(basis, problem, best.x, weights, partial(_touched, basis), trials)
    return _not_worse(problem, goal, fewer, best)


def _touched(basis: Basis, x: Floats) -> set[str]:
    return enterprises_beyond_law(basis.city, _Seen(basis, x).orders)


def _not_worse(problem: Problem, goal: str, x: Floats, best: _Seen) -> _Seen:
    """Return the plan found if it really holds and serves the goal better when counted out, else `best`."""
    found = _Seen(best.basis, x)
    return found if x is not best.x and _is_better(goal, found, best) and holds(problem, x) else best


def _is_better(goal: str, found: _Seen, best: _Seen) -> bool:
    return _value(goal, found.burden) * _sign(goal) < _value(goal, best.burden) * _sign(goal)


def _row(goal: str, served: _Served, own: _Seen) -> dict[str, object]:
    value = _value(goal, served.plan.burden)
    best = _bound(goal, own.burden, served.bound)
    is_proven = best is not None and _is_closed(value, best)
    state = "proven" if is_proven else "bound_only" if not served.is_searched else "within_gap"
    return {
        "room": served.room,
        "goal_unit": UNITS.get(goal, "enterprises"),
        "value_of_plan": _value(goal, own.burden),
        "value": value,
        "value_bound": best,
        "state": "not_proven" if best is None else state,
        "loss_limit_cny_per_season": own.basis.loss_cny_per_season * (1 + served.room),
        **served.plan.told,
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


def _in_common(basis: Basis, x: Floats) -> float:
    """Return the share of orders that both plans give alike, among those where either asks anything."""
    own, other = (basis.problem.choices.k[plan > 0.5] for plan in (basis.x, x))
    asked = (own > 0) | (other > 0)
    return float((own == other)[asked].mean()) if asked.any() else 1.0
