"""A whole plan near to an earlier one: few units are decided in whole orders, and prices prove it for the whole city.

Prices of an earlier plan bound the loss of a changed city. Where they do not prove its orders near enough, the
linear program begun from them gives new prices and leaves few units between measures. Those and the nearest ties go
through a small integer program, all others keep their chain of measures. The gap is that of the whole city.
"""

from dataclasses import dataclass, replace
from time import monotonic

import numpy as np

from grading.scale import LEVELS
from optimizer.choices import Bools, Floats, Ints
from optimizer.decompose.answer import plan_of, solve_instance
from optimizer.decompose.arrays import FORBIDDEN, Framed, Instance
from optimizer.decompose.polish import Polished, polish
from optimizer.decompose.pricing import Codes, decode, price
from optimizer.decompose.rounds import State
from optimizer.decompose.sift import sift
from optimizer.decompose.ties import reach_of
from optimizer.model import Problem, build
from optimizer.solve import Limits, run
from optimizer.warm import chains_at
from optimizer.whole.descent import descended
from optimizer.whole.diving import WHOLE
from optimizer.whole.integer import holds

ROUNDS = ((60, 300), (240, 1000))
"""Units near a tie that are opened beside those between measures, and free choices of the integer program over them."""
NODES = 200
"""Nodes that the integer program may take."""
BOUND_SHARE = 0.2
"""Share of a plan's gap to which the linear program is solved: the rest is for whole orders."""


@dataclass
class Search:
    """One stage of a whole city: the best whole plan so far, its value, the best bound and the prices behind it."""

    problem: Problem
    framed: Framed
    prices: Floats
    x: Floats | None = None
    value: float = np.inf
    bound: float = -np.inf
    opened: int = 0
    """Units that the last small program decided."""

    @property
    def instance(self) -> Instance:
        """Return the stage as arrays."""
        return self.framed.instance

    def is_within(self, gap: float) -> bool:
        """Return whether the plan is proven to a relative gap."""
        return self.value - self.bound <= gap * abs(self.bound) + 1e-9


def priced_as_before(search: Search) -> float:
    """Return the bound that the base's prices prove: no solver is asked."""
    search.bound = price(search.instance, search.prices).bound
    return search.bound


def bounded(search: Search, gap: float, limits: Limits, *, is_whole: bool) -> Floats | None:
    """Improve the bound by the program of near ties; return the shares of the best plan in shares, None without one.

    `is_whole`: where ties do not lead there, the whole linear program is solved.
    """
    state = begun(search.instance, limits)
    sift(state, search.prices, gap)
    if is_whole and state.gap > gap:
        state = solve_instance(search.instance, limits, gap, state.prices)
    if state.lower > search.bound:
        search.bound, search.prices = state.lower, state.prices
    return plan_of(search.problem, search.framed, state) if np.isfinite(state.upper) else None


def begun(instance: Instance, limits: Limits) -> State:
    """Return the state of a linear program of which nothing is known."""
    most = sum(
        float((np.where(block.cost < FORBIDDEN, block.cost, -np.inf).max(axis=0) - block.cost.min(axis=0)).sum())
        for block in instance.blocks
    ) or 1.0  # fmt: skip
    dear = np.full(instance.rows.count, 10 * most)
    return State(instance, dear, np.ones(instance.rows.count, dtype=np.bool_), most, monotonic() + limits.time_limit_s)


def searched(search: Search, gap: float, limits: Limits) -> bool:
    """Find a whole plan and a bound that proves it to a relative gap; return whether that was done."""
    priced_as_before(search)
    if search.is_within(gap):
        return True
    shares = bounded(search, BOUND_SHARE * gap, limits, is_whole=True)
    if shares is None:
        return False
    if search.is_within(gap):
        return True
    held, is_between = _held(search, shares)
    away = reach_of(search.instance, price(search.instance, search.prices)).away
    order = np.argsort(away, kind="stable")
    for many, free in ROUNDS:
        is_open = is_between.copy()
        is_open[order[:many]] = True
        found = polish(search.instance, held, is_open, search.prices, limits)
        if found is None:
            continue
        search.opened = len(found.opened.units)
        _offer(search, found, _rounded(found))
        if not search.is_within(gap):
            _offer(search, found, _whole(found, free, gap * abs(search.bound), limits))
        if search.is_within(gap):
            return True
    return False


def _held(search: Search, shares: Floats) -> tuple[Codes, Bools]:
    """Return the chain of every free unit as an LP solution has it, and which units are between measures."""
    choices, units = search.problem.choices, search.framed.unit
    largest = np.zeros(len(choices.sizes))
    np.maximum.at(largest, choices.slot, shares)
    between: Bools = (largest < 1 - WHOLE).reshape(-1, len(LEVELS)).max(axis=1)
    whole = (shares >= largest[choices.slot]).astype(np.float64)
    first = np.unique(choices.slot[whole > 0], return_index=True)[1]
    rows = np.flatnonzero(whole > 0)[first]
    ladder = np.maximum.accumulate(choices.k[rows].reshape(-1, len(LEVELS)), axis=1)[units].astype(np.int32)
    measures = search.instance.measures
    return (ladder[:, 0] * measures + ladder[:, 1]) * measures + ladder[:, 2], between[units]


def _shares(found: Polished) -> Floats:
    """Return the shares of a polished program; it is proven, so it has them."""
    return found.solution.x if found.solution.x is not None else np.zeros(0)


def _rounded(found: Polished) -> Floats | None:
    """Return the open units' plan that takes the hardest measure the LP uses any of, walked down; None if it fails."""
    small, x = found.opened.problem, _shares(found)
    used = np.where(x > WHOLE, np.arange(len(x)), -1)
    hardest = np.full(len(small.choices.sizes), -1)
    np.maximum.at(hardest, small.choices.slot, used)
    whole = np.zeros(len(x))
    whole[hardest] = 1.0
    return descended(small, whole) if holds(small, whole) else None


def _whole(found: Polished, free: int, gap_abs: float, limits: Limits) -> Floats | None:
    """Return the best plan of the open units that an integer program of few choices finds."""
    small, x = found.opened.problem, _shares(found)
    choices = small.choices
    regret = chains_at(small, found.solution.duals).regret
    between = np.zeros(len(choices.unit_ids), dtype=np.bool_)
    between[choices.unit[(x > WHOLE) & (x < 1 - WHOLE)]] = True
    kept: Bools = (x > WHOLE) | ~choices.is_free | between[choices.unit]
    order = np.argsort(np.where(kept, np.inf, regret), kind="stable")
    kept[order[:free]] = True
    program = replace(small.restricted(kept), is_integer=True)
    mip = run(build(program), replace(limits, nodes=NODES, gap_abs=0.25 * gap_abs), accept_unproven=True)
    if mip.x is None:
        return None
    whole = np.zeros(len(kept))
    whole[kept] = np.round(mip.x)
    return descended(small, whole) if holds(small, whole) else None


def _offer(search: Search, found: Polished, few: Floats | None) -> None:
    if few is None:
        return
    opened = found.opened
    value = opened.fixed_cost + float(opened.problem.objective @ few)
    if value >= search.value:
        return
    x = widened(search, opened.units, opened.problem, few, found.codes)
    if holds(search.problem, x):
        search.x, search.value = x, float(search.problem.objective @ x)


def widened(search: Search, units: Ints, small: Problem, few: Floats, codes: Codes) -> Floats:
    """Return a plan of the open units, with all others at their chain, as a plan of all choices."""
    choices, framed = search.problem.choices, search.framed
    row_of = np.full((search.instance.measures, len(LEVELS), len(choices.unit_ids)), -1)
    row_of[choices.k, choices.level, choices.unit] = np.arange(len(choices.k))
    fixed = np.ones(len(choices.unit_ids), dtype=np.bool_)
    fixed[framed.unit] = False
    chains = decode(codes, search.instance.measures).astype(np.int64)
    taken = few > 0.5
    chains[small.choices.level[taken], units[small.choices.unit[taken]]] = small.choices.k[taken]
    x = np.where(fixed[choices.unit], 1.0, 0.0)
    for level in range(len(LEVELS)):
        x[row_of[chains[level], level, framed.unit]] = 1.0
    return x
