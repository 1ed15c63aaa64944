"""The plan that holds in the wanted share of draws, and what that safety costs.

Each target is planned with a margin: as much more as its own draws fall short at a chosen confidence. The confidence of
the single target runs from the wanted share itself up to what would hold if targets failed apart from one another
(Bonferroni); the least one whose plan holds all targets together often enough is taken, and judged again on fresh
draws. Maths: docs/model.md, A.7.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import polars as pl

from grading.case.uncertainty import Uncertainty
from grading.checked import checked
from grading.scale import LEVELS, POLLUTANTS
from optimizer.answers.basis import Basis, moved
from optimizer.answers.curve import missed_targets, season_loss
from optimizer.answers.draws import Factors, draw_factors, gained, margins, removed_by
from optimizer.answers.odds import holds_in, odds_of
from optimizer.answers.tables import SafePlan, TargetOdds
from optimizer.answers.variants import Amounts, with_required_shares
from optimizer.choices import Choices, Floats
from optimizer.planning import plan_city
from optimizer.requirements import JOINT, Requirement, requirements_of
from optimizer.result import City, Outcome, Plan, Proof
from optimizer.solve import Solution

HALVINGS = 3
"""Halvings between a confidence that is too low and one that is enough, or has no plan."""


@dataclass(frozen=True)
class Found:
    """One plan: what it removes (levels x lines x pollutants), what it costs, and beside what that is to be held.

    `factors` say by what each requirement was raised.
    """

    removed: Floats
    loss: float
    loss_beside: float
    is_spared: bool
    factors: Floats


NOT_TRIED = Solution(Outcome.NO_PLAN, Proof.NOT_PROVEN)
NONE_RAISED = np.ones(0)
Solve = Callable[[City], Found | None]


@dataclass(frozen=True)
class _Search:
    city: City
    rows: tuple[Requirement, ...]
    stated: Uncertainty
    factors: Factors
    solve: Solve
    published: Floats

    @cached_property
    def over_published(self) -> Floats:
        """Return the drawn margins of the published plan."""
        return margins(self.city, self.rows, self.published, self.factors)

    def over(self, removed: Floats) -> Floats:
        """Return the drawn margins of a plan, rows x samples: those of the published one and what differs."""
        return self.over_published + gained(self.rows, removed - self.published, self.factors)

    def holds(self, found: Found | None) -> bool:
        """Return whether a plan holds all targets in as many draws as wanted."""
        return found is not None and holds_in(self.over(found.removed)) >= self.stated.wanted_share


def safe_plan(
    basis: Basis,
    plan: Plan,
    stated: Uncertainty,
    factors: Factors | None = None,
    *,
    in_whole_orders: bool = False,
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Return the safe plan and its odds on fresh draws (`tables.SafePlan`, `tables.TargetOdds`, plan `safe`)."""
    city, rows = basis.city, requirements_of(basis.city)
    if not rows:
        return SafePlan.create_empty(), TargetOdds.create_empty()
    solve = _in_whole_orders(plan) if in_whole_orders else _in_shares(basis)
    search = _Search(city, rows, stated, factors or draw_factors(city, stated), solve, removed_by(city, plan.orders))
    fresh = replace(search, factors=draw_factors(city, stated, is_fresh=True))
    hardest = _hardest(basis, plan)
    found = next((each for each in (*_candidates(search), hardest) if fresh.holds(each)), None)
    over = fresh.over((found or hardest).removed)
    told = _told(rows, stated, found, holds_in(over), in_whole_orders)
    return told, odds_of(rows, over, "hardest" if found is None or found is hardest else "safe", is_fresh=True)


def _candidates(search: _Search) -> Iterator[Found]:
    """Yield plans that hold often enough in the draws of the search, the least confident, so cheapest, first."""
    wanted = search.stated.wanted_share
    low, high = wanted, 1 - (1 - wanted) / len(search.rows)
    enough: list[Found] = []
    for confidence in (low, high):
        found = _planned(search, confidence)
        if found is not None and search.holds(found):
            enough.append(found)
            break
    if enough and confidence == low:
        yield enough[0]
        return
    for _ in range(HALVINGS):
        middle = (low + high) / 2
        found = _planned(search, middle)
        if found is None or search.holds(found):
            high = middle
            enough += [found] if found is not None else []
        else:
            low = middle
    yield from reversed(enough)


def _planned(search: _Search, confidence: float) -> Found | None:
    """Return the plan whose every target reaches its requirement with a confidence of its own; None: there is none."""
    raised = _raised_by(search, confidence)
    if not np.isfinite(raised).all():
        return None
    found = search.solve(with_required_shares(search.city, _shares(search, raised)))
    return None if found is None else replace(found, factors=raised)


def _raised_by(search: _Search, confidence: float) -> Floats:
    """Return the factor on each requirement at which the row's own draws reach it with the given confidence.

    What the lines must bring, `rhs`, grows by planned over the drawn quantile; the other lists' part stands.
    """
    over, rows, removed = search.over_published, search.rows, search.published
    rhs = np.array([row.rhs for row in rows])
    planned = np.array([np.asarray(row.per_kg) @ removed[row.level].sum(axis=0) for row in rows])
    reached = np.quantile(over, 1 - confidence, axis=1) + rhs
    with np.errstate(divide="ignore", invalid="ignore"):
        grown = np.where(reached > 0, planned / reached, np.inf)
    return np.where(rhs > 0, 1 + rhs * (np.maximum(grown, 1.0) - 1), 1.0)


def _shares(search: _Search, factors: Floats) -> Amounts:
    """Return the required shares that raise each row by its factor; of a joint row both pollutants alike."""
    stated = {
        (str(row["level"]), str(row["pollutant"])): row["required_share"]
        for row in search.city.targets.iter_rows(named=True)
    }
    raised: dict[tuple[str, str], float] = {}
    for row, factor in zip(search.rows, factors.tolist(), strict=True):
        for pollutant, weight in zip(POLLUTANTS, row.per_kg, strict=True):
            key = (LEVELS[row.level], pollutant)
            if weight > 0:
                raised[key] = max(raised.get(key, 0.0), stated[key] * factor)
    return raised


def _in_shares(basis: Basis) -> Solve:
    # Confidences are tried from the least one on: what no sparing plan reached, none reaches with more.
    can_spare = True

    def solve(changed: City) -> Found | None:
        nonlocal can_spare
        problem = moved(basis, changed)
        found, beside = basis.least_of(problem) if can_spare else NOT_TRIED, basis.least
        is_spared = can_spare = found.is_proven
        if not is_spared:
            found, beside = basis.least_of(replace(problem, caps=())), basis.unspared
        if not found.is_proven or found.x is None or found.objective is None or beside.objective is None:
            return None
        return Found(_removed(problem.choices, found.x), found.objective, beside.objective, is_spared, NONE_RAISED)

    return solve


def _in_whole_orders(plan: Plan) -> Solve:
    def solve(changed: City) -> Found | None:
        found = plan_city(changed, plan)
        loss, beside = season_loss(found), season_loss(plan)
        if found.status.outcome != Outcome.USABLE or missed_targets(found) or loss is None or beside is None:
            return None
        return Found(removed_by(changed, found.orders), loss, beside, True, NONE_RAISED)

    return solve


def _removed(choices: Choices, x: Floats) -> Floats:
    removed = np.zeros((len(LEVELS), len(choices.unit_ids), len(POLLUTANTS)))
    for place in range(len(POLLUTANTS)):
        np.add.at(removed[:, :, place], (choices.level, choices.unit), x * choices.removed[place])
    return removed


def _hardest(basis: Basis, plan: Plan) -> Found:
    """Return the plan in which every line is at its hardest measure: what no search need look beyond."""
    choices = basis.problem.choices
    x = np.append(np.diff(choices.slot) > 0, True).astype(np.float64)
    beside = season_loss(plan) or basis.loss_cny_per_season
    return Found(_removed(choices, x), float(choices.season_loss @ x), beside, False, NONE_RAISED)


def _told(
    rows: tuple[Requirement, ...],
    stated: Uncertainty,
    found: Found | None,
    held_share: float,
    in_whole_orders: bool,
) -> pl.DataFrame:
    alike: dict[str, object] = {
        "wanted_share": stated.wanted_share,
        "held_share_fresh": held_share,
        "loss_cny_per_season": None if found is None else found.loss,
        "loss_of_plan_cny_per_season": None if found is None else found.loss_beside,
        "safety_cny_per_season": None if found is None else found.loss - found.loss_beside,
        "in_whole_orders": in_whole_orders,
        "is_spared": found is None or found.is_spared,
        "state": "not_reached" if found is None else "held",
    }
    raised = [] if found is None else (found.factors - 1).tolist()
    margin: list[float | None] = raised or [None] * len(rows)
    told = [
        {
            "level": LEVELS[row.level],
            "target": row.name,
            "unit": "1" if row.name == JOINT else "kg/d",
            "required": row.scale,
            "margin_share": margin[place],
            "planned_for": None if margin[place] is None else row.scale * (1 + (margin[place] or 0.0)),
            **alike,
        }
        for place, row in enumerate(rows)
    ]
    return checked(SafePlan, pl.DataFrame(told, schema=SafePlan.create_empty().schema))
