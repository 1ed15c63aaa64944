"""All stages of a city that differs little from a planned one, without a solver on the whole of it.

Sparing grades asks for no plan of its own here: prices bound what must be cut of each group, and the plan of least loss
is looked for under caps no wider than those of any plan (`PROTECT_ROOM` of gap and of room). Where a cap of the base
is still so tight, it stays, so that what nobody touched stays too.
"""

from dataclasses import dataclass, replace

import numpy as np
import polars as pl

from optimizer.again.frame import recosted
from optimizer.again.narrow import Search, bounded, codes_of, priced_as_before, searched
from optimizer.again.ordered import as_ordered
from optimizer.again.program import Program, program_beside
from optimizer.again.warm import warm_of
from optimizer.alike import Alike
from optimizer.choices import PROTECTED_GROUPS, Choices, Floats, total
from optimizer.couplings import couplings_among
from optimizer.decompose.arrays import Framed
from optimizer.decompose.pricing import line_duals
from optimizer.decompose.sift import row_prices
from optimizer.lexicographic import (
    CAP_TOLERANCE,
    DISTURBED,
    LOSS,
    PROTECT_ROOM,
    UNIT_DAYS,
    Staged,
    least_shortfall,
)
from optimizer.model import Cap, Problem
from optimizer.requirements import requirements_of
from optimizer.result import City, Plan, Proof, Stage, Warm
from optimizer.solve import Limits
from optimizer.whole.integer import PROVEN, Settled, least_value
from optimizer.whole.near import as_plan
from optimizer.whole.swaps import COLUMNS

BOUND_GAP = 2e-3
"""Relative gap to which the bound of a group of grades is improved: a tenth of the room its cap leaves."""
MOVED, SHORT = 0.01, 0.5
"""Relative move of a bound up to which the base's prices are still taken for it, and the part of the move by which the
bound may then be short of the best one: it is so to the second order only. What a cap rests on is a bound all the same.
"""
SNUG = 0.003
"""Share of room above the bound below which a base's cap gives way: whole orders would find no place under it."""


def staged_beside(city: City, base: Plan, program: Program | None = None) -> Staged | None:
    """Return all stages settled with every gap proven, or None where that takes the whole program.

    `program` holds the parts of the base's city (`program_of`), if somebody kept them.
    """
    spared = PROTECTED_GROUPS if city.protect_grades else ()
    if base.orders.is_empty() or not {LOSS, *(f"protect_{name}" for name, _ in spared)} <= base.carried.keys():
        return None
    limits = Limits(city.time_limit_s)
    stood = program_beside(city, program)
    choices, frame = stood.alike.choices, stood.frame
    if not frame.instance.blocks:
        return None
    sides = couplings_among(city, stood.alike)
    whole = Problem(choices, requirements_of(city), stood.lines, np.zeros(len(choices.k)), couplings=sides)
    whole, _, shortfall = least_shortfall(whole, limits)
    for is_whole in (False, True):
        found = _settled_beside(city, base, _Begun(stood.alike, whole, frame, shortfall), limits, is_whole=is_whole)
        if found is not None:
            return found
    return None


@dataclass(frozen=True)
class _Begun:
    """What all stages share: the program with its rows lowered to what can be reached, and its arrays."""

    alike: Alike
    whole: Problem
    frame: Framed
    shortfall: Stage


def _settled_beside(city: City, base: Plan, begun: _Begun, limits: Limits, *, is_whole: bool) -> Staged | None:
    whole, frame = begun.whole, begun.frame
    choices = whole.choices
    bounds: list[tuple[Cap, float]] = []
    carried = dict(base.carried)
    for name, grades in PROTECTED_GROUPS if city.protect_grades else ():
        stage = f"protect_{name}"
        problem = replace(whole, objective=choices.extra_cut(grades), caps=tuple(cap for cap, _ in bounds))
        before = _Before(base.carried[stage], _bound_of(base, stage))
        cap, bound, carried[stage] = _spared(problem, stage, before, frame, limits, is_whole=is_whole)
        bounds.append((cap, bound))
    problem = replace(whole, objective=choices.season_loss, caps=tuple(cap for cap, _ in bounds))
    search = _search(problem, frame, base.carried[LOSS])
    ordered = as_ordered(choices, base.orders)
    search.offer(codes_of(search, ordered))
    if not searched(search, city.mip_gap, limits, is_whole=is_whole) or search.codes is None:
        return None
    x = as_plan(choices, search.framed, search.codes)
    loss = _settled(search, x)
    carried[LOSS] = warm_of(problem, loss.duals or {}, loss.value * (1 + CAP_TOLERANCE) + CAP_TOLERANCE)
    stages = (
        begun.shortfall,
        *(Stage(cap.name, UNIT_DAYS, bound, total(cap.per_choice, x)) for cap, bound in bounds),
        Stage(LOSS, "CNY/season", min(search.bound, search.value), search.value),
        _disturbed(whole, choices, x),
    )
    proofs = (*(Proof.GAP for _ in bounds), loss.proof)
    return Staged(
        begun.alike, whole.requirements, whole.line_counts, x, stages, loss, problem, proofs, carried,
        pl.DataFrame(schema=COLUMNS),
    )  # fmt: skip


def _search(problem: Problem, frame: Framed, warm: Warm) -> Search:
    framed = recosted(frame, problem)
    return Search(problem, framed, row_prices(framed.instance, warm))


@dataclass(frozen=True)
class _Before:
    """What a base's stage left, and the bound it was settled with."""

    warm: Warm
    bound: float


def _bound_of(base: Plan, name: str) -> float:
    return next((stage.bound for stage in base.status.stages if stage.name == name), np.nan)


def _spared(
    problem: Problem, stage: str, before: _Before, frame: Framed, limits: Limits, *, is_whole: bool
) -> tuple[Cap, float, Warm]:
    """Return the cap of a group of grades, the bound it rests on, and what a next plan begins with."""
    warm = before.warm
    least = least_value(problem)
    if warm.cap is not None and least <= warm.cap <= least + CAP_TOLERANCE:
        return Cap(stage, problem.objective, warm.cap), least, warm
    search = _search(problem, frame, warm)
    bound = max(priced_as_before(search), least)
    # Prices of the base that say something else of this city than of the base are no longer its prices.
    moved = abs(bound - before.bound)
    if is_whole or not moved <= MOVED * abs(bound) or not _has_room(warm, bound, moved):
        bounded(search, BOUND_GAP, limits, is_whole=is_whole)
        bound = max(search.bound, least)
    at_most = warm.cap if _is_kept(warm, bound) and warm.cap is not None else _widest(bound)
    cap = Cap(stage, problem.objective, at_most)
    duals = search.instance.rows.as_named(search.prices)
    left = warm_of(problem, duals, cap.at_most)
    return cap, bound, replace(left, prices={**warm.prices, **left.prices})


def _has_room(warm: Warm, bound: float, moved: float) -> bool:
    """Return whether a base's cap is not too tight, were the bound a little higher than its moved prices say."""
    return warm.cap is not None and bound * (1 + SNUG) + (SHORT * moved if moved > SNUG * abs(bound) else 0) <= warm.cap


def _widest(bound: float) -> float:
    return bound * (1 + PROTECT_ROOM) ** 2 + CAP_TOLERANCE


def _is_kept(warm: Warm, bound: float) -> bool:
    """Return whether the base's cap is one that a plan of this city could have, too."""
    return warm.cap is not None and bound * (1 + SNUG) <= warm.cap <= _widest(bound)


def _settled(search: Search, x: Floats) -> Settled:
    instance = search.instance
    duals = instance.rows.as_named(search.prices) | line_duals(instance, search.prices)
    bound = min(search.bound, search.value)
    proof = Proof.OPTIMAL if search.is_within(PROVEN) else Proof.GAP
    return Settled(x, search.value, bound, bound, proof, 0, search.opened, None, None, duals=duals)


def _disturbed(whole: Problem, choices: Choices, x: Floats) -> Stage:
    problem = replace(whole, objective=choices.disturbed)
    return Stage(DISTURBED, UNIT_DAYS, least_value(problem), total(problem.objective, x))
