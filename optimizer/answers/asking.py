"""Ask everything about a published plan, as thoroughly as wanted: the one entrance for reports and commands."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Literal

import polars as pl

from optimizer.answers.alternatives import alternatives_of
from optimizer.answers.answer import Answer, Reason, answered, not_asked, not_proven
from optimizer.answers.answers import Answers, nothing_asked
from optimizer.answers.basis import Basis, basis_of
from optimizer.answers.conflict import conflicts_of
from optimizer.answers.curve import Target, curve_around
from optimizer.answers.draws import draw_factors
from optimizer.answers.exemption_price import exemption_prices
from optimizer.answers.marginal import marginal_prices
from optimizer.answers.odds import target_odds
from optimizer.answers.override_price import Unpin, override_prices, override_prices_in_shares
from optimizer.answers.relaxations import relaxations_of
from optimizer.answers.safe import safe_plan
from optimizer.answers.swapping import swaps_told
from optimizer.answers.upgrade import Regrade, upgrade_values
from optimizer.answers.whole_prices import with_whole_prices
from optimizer.result import City, Plan

Effort = Literal["full", "quick", "none"]
"""`quick`: prices by linear programs, the top ones re-solved. `full`: also everything that needs whole new plans."""
CONFIRMED = {"quick": 3, "full": 20}
"""Exemptions and ways out that are confirmed by re-solving."""
CURVES = 2
"""Priced targets that get a curve, dearest point first."""


@dataclass(frozen=True)
class Rebuild:
    """How to build the city anew from its case, for questions that change what the law asks."""

    regrade: Regrade
    unpin: Unpin


def answers_of(city: City, plan: Plan, rebuild: Rebuild | None = None, effort: Effort = "quick") -> Answers:
    """Return the answers about a published plan; raises ValueError for a plan without orders.

    The same city, plan and effort give the same answers, unless a solver call meets the city's time limit: then the
    answer says `not_proven`. Maths: docs/model.md, A.
    """
    if effort == "none":
        return nothing_asked()
    basis = basis_of(city, plan)
    prices = marginal_prices(city, plan, basis=basis)
    curve = curve_around(basis, plan, _priced(prices), in_whole_orders=effort == "full")
    shields = exemption_prices(city, plan, top=CONFIRMED[effort], basis=basis)
    ways, steps = relaxations_of(city, plan, top=CONFIRMED[effort], by_industry=True)
    told = replace(
        nothing_asked(),
        marginal_prices=_proven(with_whole_prices(prices, curve, city), Reason.NO_TARGET_STATED, "state_left"),
        cost_curve=answered(curve, Reason.NO_TARGET_PRICED),
        exemption_prices=_proven(shields, Reason.NO_SHIELD, "state"),
        swaps=answered(swaps_told(city, plan), Reason.NO_SWAP),
        **_uncertainty(basis, plan, effort),
        conflicts=answered(conflicts_of(city, by_industry=True), Reason.ALL_TARGETS_REACHABLE),
        relaxations=answered(ways, Reason.ALL_TARGETS_REACHABLE),
        relaxation_steps=answered(steps, Reason.ALL_TARGETS_REACHABLE),
    )
    return _quickly(told, basis, plan, rebuild) if effort == "quick" else _thoroughly(told, basis, plan, rebuild)


def _uncertainty(basis: Basis, plan: Plan, effort: Effort) -> dict[str, Answer]:
    """Return how surely targets hold and the safer plan, or that the case states no errors."""
    stated = basis.city.uncertainty
    if stated is None:
        return dict.fromkeys(("target_odds", "safe_plan"), not_asked(Reason.NO_ERRORS_STATED))
    factors = draw_factors(basis.city, stated)
    own = target_odds(basis.city, plan.orders, stated, factors)
    safe, odds = safe_plan(basis, plan, stated, factors, in_whole_orders=effort == "full")
    return {
        "target_odds": answered(pl.concat([own, odds]), Reason.NO_TARGET_STATED),
        "safe_plan": answered(safe, Reason.NO_TARGET_STATED),
    }


def _quickly(told: Answers, basis: Basis, plan: Plan, rebuild: Rebuild | None) -> Answers:
    """Return the answers with the upgrades estimated at the plan's prices, none of them planned again."""
    estimates = _rebuilt(
        rebuild, Reason.NOBODY_CAN_RISE, lambda ways: upgrade_values(basis.city, plan, ways.regrade, top=0, basis=basis)
    )  # fmt: skip
    pins = _rebuilt(rebuild, Reason.NO_PIN, lambda ways: override_prices_in_shares(basis, plan, ways.unpin))
    return replace(told, upgrade_values=estimates, override_prices=pins, **_alternatives(basis, plan, is_quick=True))


def _thoroughly(told: Answers, basis: Basis, plan: Plan, rebuild: Rebuild | None) -> Answers:
    """Return the answers with those that need whole new plans."""
    city = basis.city
    return replace(
        told,
        override_prices=_rebuilt(rebuild, Reason.NO_PIN, lambda ways: override_prices(city, plan, ways.unpin)),
        upgrade_values=_rebuilt(
            rebuild, Reason.NOBODY_CAN_RISE, lambda ways: upgrade_values(city, plan, ways.regrade, basis=basis)
        ),
        **_alternatives(basis, plan, is_quick=False),
    )  # fmt: skip


def _alternatives(basis: Basis, plan: Plan, *, is_quick: bool) -> dict[str, Answer]:
    """Return the alternatives and their orders; a quick run does not ask them of a large city."""
    if is_quick and basis.is_large:
        return dict.fromkeys(("alternatives", "alternative_orders"), not_asked(Reason.LARGE))
    others, orders = alternatives_of(basis.city, plan, basis=basis, is_quick=is_quick)
    return {
        "alternatives": answered(others, Reason.TIME_LIMIT),
        "alternative_orders": answered(orders, Reason.TIME_LIMIT),
    }


def _rebuilt(rebuild: Rebuild | None, if_empty: Reason, ask: Callable[[Rebuild], pl.DataFrame]) -> Answer:
    return not_asked(Reason.NO_REBUILD) if rebuild is None else answered(ask(rebuild), if_empty)


def _priced(prices: pl.DataFrame) -> list[Target]:
    """Return the targets whose price on the right is above 0, or not to be had; of a joint row the larger pollutant."""
    wanted = prices.filter(pl.col("state_right").cast(pl.String).is_in(["confirmed", "needs_spared_grade"]))
    largest = wanted.sort("step_kg_per_day", descending=True, maintain_order=True)
    rows = largest.unique(["level", "target"], keep="first", maintain_order=True)
    dearest = rows.sort("cny_per_day_per_point", descending=True, nulls_last=True, maintain_order=True).head(CURVES)
    return [Target(level, pollutant) for level, pollutant in dearest.select("level", "pollutant").iter_rows()]


def _proven(frame: pl.DataFrame, if_empty: Reason, state: str) -> Answer:
    """Return the answer of a frame, or that its proof did not come in time where that holds of every row."""
    if frame.height and (frame[state].cast(pl.String) == "not_proven").all():
        return not_proven()
    return answered(frame, if_empty)
