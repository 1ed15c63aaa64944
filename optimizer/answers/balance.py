"""The goal of the least county imbalance: no county bears a larger share of its value than need be."""

from dataclasses import dataclass, replace

import numpy as np

from optimizer.answers.basis import Basis
from optimizer.answers.between import between
from optimizer.choices import Floats
from optimizer.model import Cap, Problem
from optimizer.result import City
from optimizer.solve import Limits
from optimizer.whole.integer import Effort, holds, settle

HALVINGS, HALVINGS_OF_LARGE = 14, 6
"""Halvings of the interval between a share that cannot be and one that can; what they leave open is not proven."""
ROUNDS = 4
CLOSE = 1e-4
"""Relative distance at which the worst share and its bound count as one: nobody plans to a ten-thousandth."""
ABOVE = 0.1
"""Whole orders aim at a worst share this part of the way above the bound: exactly at it hardly any are left."""


@dataclass(frozen=True)
class Balanced:
    """The plan with the least worst share found, and the share that no plan in the program goes below."""

    x: Floats
    bound: float | None


def balance(basis: Basis, problem: Problem, start: Floats) -> Balanced:
    """Return a whole plan of `problem`, from `start` on, that lowers the worst county's share as far as found.

    The bound halves an interval of shares by asking the linear program whether any plan stays below.
    """
    shares, worst = _worst(basis, start)
    bound = _bound(basis, problem, shares, worst)
    x = _lowered(basis.city, problem, shares, start, (bound or 0.0) + ABOVE * (worst - (bound or 0.0)))
    return Balanced(x, bound)


def balance_between(basis: Basis, problem: Problem, start: Floats, bound: float | None) -> Floats:
    """Return a whole plan no worse than `start` from one small program: the choices of `start` and of the balanced LP.

    `bound`: the share that some county is proven to lose in any case.
    """
    shares, worst = _worst(basis, start)
    if bound is None or worst - bound <= CLOSE * worst:
        return start
    capped = _capped(problem, shares, [bound + ABOVE * (worst - bound)] * len(shares))
    found = basis.least_of(capped)
    x = None if found.x is None else between(capped, found.x, start, basis.city.time_limit_s)
    return start if x is None else x


def bound_of(basis: Basis, problem: Problem, start: Floats) -> float | None:
    """Return a share of its value that some county loses in every plan of `problem`, where proven."""
    return _bound(basis, problem, *_worst(basis, start))


def _worst(basis: Basis, x: Floats) -> tuple[list[Floats], float]:
    shares = [cap.per_choice for cap in basis.counties]
    return shares, float(max((share @ x for share in shares), default=0.0))


def _capped(problem: Problem, shares: list[Floats], at_most: list[float]) -> Problem:
    caps = tuple(
        Cap(f"county_{place}", share, limit) for place, (share, limit) in enumerate(zip(shares, at_most, strict=True))
    )
    return replace(problem, caps=(*problem.caps, *caps))


def _bound(basis: Basis, problem: Problem, shares: list[Floats], worst: float) -> float | None:
    """Return a share that no plan goes below, proven; None where the solver could not tell."""
    low = max((_unavoidable(problem, share) for share in shares), default=0.0)
    high, middle = worst, worst * (1 - CLOSE)  # more often than not nothing lower can be
    for _ in range(HALVINGS_OF_LARGE if basis.is_large else HALVINGS):
        if high - low <= CLOSE * max(worst, 1e-9):
            break
        found = basis.least_of(_capped(problem, shares, [middle] * len(shares)))
        if found.is_proven:
            high = middle
        elif found.proof.value == "infeasible":
            low = middle
        else:
            return None
        middle = (low + high) / 2
    return low


def _unavoidable(problem: Problem, share: Floats) -> float:
    least = np.full(len(problem.choices.sizes), np.inf)
    np.minimum.at(least, problem.choices.slot, share)
    return float(least.sum())


def _lowered(city: City, problem: Problem, shares: list[Floats], x: Floats, aim: float) -> Floats:
    """Return a whole plan whose counties above `aim` were brought down together; no other rises past it."""
    for _ in range(ROUNDS):
        borne = [float(share @ x) for share in shares]
        above = [share for share, value in zip(shares, borne, strict=True) if value > aim * (1 + 1e-9)]
        if not above:
            break
        room = [max(value, aim) * (1 + 1e-9) for value in borne]
        capped = replace(_capped(problem, shares, room), objective=np.sum(above, axis=0))
        settled = settle(capped, x, Limits(city.time_limit_s), Effort(0.0, city.mip_gap))
        if not holds(capped, settled.x) or settled.value >= float(capped.objective @ x) * (1 - 1e-9):
            break
        x = settled.x
    return x
