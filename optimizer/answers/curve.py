"""What a target costs as it is loosened and tightened: in shares of orders, proven, and in whole orders where asked."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import polars as pl

from grading.checked import checked
from optimizer.answers.basis import Basis, basis_of, moved
from optimizer.answers.tables import CostCurve
from optimizer.answers.variants import with_required_shares
from optimizer.planning import plan_city
from optimizer.result import City, Outcome, Plan, Proof
from optimizer.solve import Solution

POINTS = (-0.02, -0.01, 0.0, 0.01, 0.02)
"""Steps from the share in force: percentage points of whole-society emission."""
SAME_SHARE = 1e-12
INFEASIBLE = Solution(Outcome.NO_PLAN, Proof.INFEASIBLE)
Row = dict[str, object]


@dataclass(frozen=True)
class Target:
    """One target that a city states: what the curve moves along."""

    level: str
    pollutant: str


def curve_around(basis: Basis, plan: Plan, targets: Sequence[Target], *, in_whole_orders: bool = False) -> pl.DataFrame:
    """Return the curves of some targets around the shares in force (`tables.CostCurve`), the plan's point marked."""
    rows = [
        row for target in targets for row in _points(basis, plan, target, _around(basis.city, target), in_whole_orders)
    ]
    return _validated(rows)


def cost_curve(city: City, level: str, pollutant: str, shares: Sequence[float], plan: Plan) -> pl.DataFrame:
    """Return one point per required share of one target (`tables.CostCurve`), shares rising, in whole orders too.

    In shares of orders every point is held to the grades as spared as `plan` spares them. In whole orders every point
    is a verified plan with its own proof, and spares the grades anew.
    """
    basis, target = basis_of(city, plan), Target(level, pollutant)
    return _validated(_points(basis, plan, target, sorted({float(share) for share in shares}), True))


def _validated(rows: list[Row]) -> pl.DataFrame:
    if not rows:
        return CostCurve.create_empty()
    return checked(CostCurve, pl.DataFrame(rows, schema=CostCurve.create_empty().schema))


def season_loss(plan: Plan) -> float | None:
    """Return what a plan costs a season, as its comparison table states it; None without a plan."""
    own = plan.comparison.filter(
        pl.col("way").cast(pl.String) == "plan", pl.col("level").cast(pl.String) == "season"
    )  # fmt: skip
    return float(own["loss_cny_per_day"].item()) if own.height else None


def loss_bound(plan: Plan) -> float | None:
    """Return the proven bound of the plan's loss under the sparing it keeps, CNY/season; None where none is proven."""
    if plan.status.relative_gap is None:
        return None
    return next((stage.bound for stage in plan.status.stages if stage.name == "loss"), None)


def missed_targets(plan: Plan) -> str:
    """Return the missed targets as "orange nox, red nox"; empty when all that are stated are met."""
    missed = plan.targets.filter(pl.col("state").cast(pl.String) == "missed")
    return ", ".join(f"{level} {target}" for level, target in missed.select("level", "target").iter_rows())


def share_in_force(city: City, target: Target) -> float | None:
    """Return the required share of a target as the case states it."""
    row = city.targets.filter(
        pl.col("level").cast(pl.String) == target.level, pl.col("pollutant").cast(pl.String) == target.pollutant
    )  # fmt: skip
    return None if row.is_empty() else row["required_share"].item()


def _around(city: City, target: Target) -> list[float]:
    share = share_in_force(city, target)
    return [] if share is None else [share + step for step in POINTS if 0 <= share + step <= 1]


def _points(basis: Basis, plan: Plan, target: Target, shares: Sequence[float], in_whole_orders: bool) -> list[Row]:
    """Return one row per share, rising: what no sparing plan reaches, none reaches at a higher share."""
    rows: list[Row] = []
    for share in shares:
        can_spare = not any(row["share_state"] == "needs_spared_grade" for row in rows)
        rows.append(_point(basis, plan, target, share, in_whole_orders) | _in_shares(basis, target, share, can_spare))
    return rows


def _point(basis: Basis, plan: Plan, target: Target, share: float, in_whole_orders: bool) -> Row:
    own = share_in_force(basis.city, target)
    is_plan = own is not None and abs(share - own) <= SAME_SHARE
    row: Row = {"level": target.level, "pollutant": target.pollutant, "required_share": share, "is_plan": is_plan}
    if not is_plan and not in_whole_orders:
        nothing = dict.fromkeys(("loss_cny_per_season", "loss_bound_cny_per_season", "units_cut", "missed_targets"))
        return row | nothing | {"whole_state": "not_asked", "proof": None}
    return row | _whole(plan if is_plan else plan_city(_changed(basis.city, target, share), plan))


def _changed(city: City, target: Target, share: float) -> City:
    return with_required_shares(city, {(target.level, target.pollutant): share})


def _in_shares(basis: Basis, target: Target, share: float, can_spare: bool) -> Row:
    if share == share_in_force(basis.city, target) and basis.least.is_proven:
        return {"loss_shares_cny_per_season": basis.least.objective, "share_state": "met"}
    changed = _changed(basis.city, target, share)
    problem = moved(basis, changed)
    found = basis.least_of(problem) if can_spare else INFEASIBLE
    state = "met"
    if found.proof == Proof.INFEASIBLE:
        unspared = basis.least_of(replace(problem, caps=()))
        state = "needs_spared_grade" if unspared.is_proven else _without(unspared.proof)
    elif not found.is_proven:
        state = "not_proven"
    return {"loss_shares_cny_per_season": found.objective if state == "met" else None, "share_state": state}


def _without(proof: Proof) -> str:
    return "unreachable" if proof == Proof.INFEASIBLE else "not_proven"


def _whole(plan: Plan) -> Row:
    proof = plan.status.proof.value
    if plan.status.outcome == Outcome.NO_PLAN:
        nothing = dict.fromkeys(("loss_cny_per_season", "loss_bound_cny_per_season", "units_cut"))
        return nothing | {"missed_targets": "", "whole_state": "no_plan", "proof": proof}
    missed = missed_targets(plan)
    return {
        "loss_cny_per_season": season_loss(plan),
        "loss_bound_cny_per_season": loss_bound(plan),
        "units_cut": plan.orders.filter(pl.col("k") > 0)["unit_id"].n_unique(),
        "missed_targets": missed,
        "whole_state": "missed" if missed else "met",
        "proof": proof,
    }
