"""City in, verified plan out: solve, write the orders, compare, check again, and only then publish."""

from collections.abc import Callable
from dataclasses import replace

import polars as pl

from grading.checked import Held, checked
from optimizer.attain import attainability
from optimizer.choices import ContradictionError, total
from optimizer.compare import comparison_of
from optimizer.couplings import couplings_among
from optimizer.lexicographic import NoPlanError, Staged, plan_stages
from optimizer.orders import chosen_measures, orders_of
from optimizer.prices import pollutant_prices, targets_of
from optimizer.result import Check, City, Outcome, Plan, Proof, SolveStatus, Verification
from optimizer.solve import solver_name
from optimizer.tables import Comparison, Orders, TargetResults
from optimizer.verify import verify
from optimizer.whole.integer import PROVEN
from optimizer.whole.nearest import nearest


def plan_city(city: City, base: Plan | None = None) -> Plan:
    """Return the plan of a city, re-checked without the solver.

    `base` is the plan of a city that differs little (a what-if's parent): its prices and orders are where this plan
    begins. The LP and the proofs are the same with and without. Of plans that are equally good in every stage,
    one near to the base is published, so that nobody's order changes without a gain.

    A city that no plan satisfies, and a plan that fails its check, come back with outcome `no_plan`, without
    orders, and with the reason in `verification`.
    """
    table, holders = attainability(city)
    try:
        staged = plan_stages(city, base)
    except (ContradictionError, NoPlanError) as error:
        return _no_plan(city, table, holders, error)
    if base is not None:
        staged = nearest(staged, base.orders, couplings_among(city, staged.alike))
    plan = laid_out(city, staged, comparison_of, (table, holders))
    return plan if plan.verification.holds else _withheld(plan)


def laid_out(
    city: City,
    staged: Staged,
    compare: Callable[[City, pl.DataFrame], pl.DataFrame],
    attainable: tuple[pl.DataFrame, pl.DataFrame],
    held: Held = checked,
) -> Plan:
    """Return settled stages as a plan with its orders, targets, comparison and the check without the solver.

    `held`: how orders and targets are held to their schemas, besides that check.
    """
    prices = pollutant_prices(staged)
    alike = staged.alike
    orders = orders_of(city, chosen_measures(alike.listed, alike.widened(staged.x)), prices, held)
    targets = targets_of(city, orders, prices, held)
    comparison = compare(city, orders)
    status = status_of(staged)
    verification = verify(city, orders, targets, comparison, status)
    return Plan(
        status,
        orders,
        targets,
        *attainable,
        comparison,
        overrides_of(city, orders),
        verification,
        staged.carried,
        staged.swaps,
    )


def overrides_of(city: City, orders: pl.DataFrame) -> pl.DataFrame:
    """Return one row per override and level: what was pinned, by whom, why, what became of it, and what is ordered.

    Shape: unit_id, level, measure, reason, by, state (as in `City.overrides`), ordered_measure, ordered_cut_share.
    """
    words = ("unit_id", "level", "measure", "reason", "by", "state")
    pinned = city.overrides if city.overrides.width else pl.DataFrame(schema=dict.fromkeys(words, pl.String))
    own = orders.filter(pl.col("unit_id").is_in(pinned["unit_id"].cast(pl.String).implode()))
    ordered = own.select(
        "unit_id", pl.col("level").cast(pl.String), ordered_measure="measure_id", ordered_cut_share="cut_share"
    )
    return pinned.select(pl.col(words).cast(pl.String)).join(ordered, on=["unit_id", "level"], how="left").sort(*words)


def status_of(staged: Staged) -> SolveStatus:
    """Return what is proven of a settled plan, by its loss stage."""
    loss = staged.loss
    reached = total(staged.choices.season_loss, staged.x)
    gap = None
    if loss.bound is not None:
        off = max(reached - loss.bound, 0.0)
        gap = 0.0 if off <= 1e-6 else off / max(abs(loss.bound), 1e-6)
    return SolveStatus(
        Outcome.USABLE,
        _proof(staged, gap),
        gap,
        loss.lp_bound,
        staged.stages,
        solver_name(),
        loss.fractional_units,
        loss.reopened_units,
    )


def _proof(staged: Staged, gap: float | None) -> Proof:
    """Return the weakest proof of all stages up to the loss; the disturbance stage only breaks ties."""
    if gap is None or Proof.NOT_PROVEN in staged.proofs:
        return Proof.NOT_PROVEN
    return Proof.OPTIMAL if gap <= PROVEN and set(staged.proofs) == {Proof.OPTIMAL} else Proof.GAP


def _no_plan(city: City, table: pl.DataFrame, holders: pl.DataFrame, error: ContradictionError | NoPlanError) -> Plan:
    cases = error.cases if isinstance(error, ContradictionError) else (str(error),)
    proof = Proof.INFEASIBLE if isinstance(error, ContradictionError) else error.proof
    status = SolveStatus(Outcome.NO_PLAN, proof, None, None, (), solver_name(), 0, 0)
    check = Check("contradiction", city.units.height, len(cases), float(len(cases)), cases[:5])
    empty = Orders.create_empty()
    return Plan(
        status, empty, TargetResults.create_empty(), table, holders, Comparison.create_empty(),
        overrides_of(city, empty), Verification((check,)),
    )  # fmt: skip


def _withheld(plan: Plan) -> Plan:
    """Return the plan without its orders: what failed its check is not published."""
    status = replace(plan.status, outcome=Outcome.NO_PLAN, proof=Proof.FAILED)
    return replace(
        plan, status=status, orders=plan.orders.clear(), targets=plan.targets.clear(),
        comparison=plan.comparison.clear(), overrides=plan.overrides.clear(),
        swaps=plan.swaps.clear(),
    )  # fmt: skip
