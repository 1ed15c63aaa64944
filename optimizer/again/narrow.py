"""A whole plan near to an earlier one: few lines are decided in whole orders, and prices prove it for the whole city.

Prices of an earlier plan bound the loss of a changed city. Where they do not prove its orders near enough, the
linear program over near ties gives new prices. At these, all lines take their cheapest chain of measures, and an
integer program over the ties says which of them take another, so that every row holds. The gap is that of the whole
city.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from time import monotonic

import numpy as np

from grading.scale import LEVELS
from optimizer.again.sides import by_arrays
from optimizer.choices import Floats
from optimizer.decompose.answer import plan_of, solve_instance
from optimizer.decompose.arrays import FORBIDDEN, Framed, Instance
from optimizer.decompose.exact import Opened, open_units
from optimizer.decompose.polish import with_whole_groups
from optimizer.decompose.pricing import Codes, bound_at, decode, evaluate, line_duals
from optimizer.decompose.rounds import State
from optimizer.decompose.sift import sift
from optimizer.decompose.ties import Ties
from optimizer.model import Problem
from optimizer.solve import Limits
from optimizer.whole.branching import Side, bound_by_branching
from optimizer.whole.descent import descended
from optimizer.whole.integer import BRANCH_BELOW, ROW_TOLERANCE
from optimizer.whole.near import STEPS, plans_near

BOUND_SHARE = 0.2
"""Share of a plan's gap to which the linear program is solved: the rest is for whole orders."""
FIRST = 3
"""Steps of `plans_near` that come before branching: the others take longer than a few programs of that. Its last one
is taken near every half, too: where a large unit is settled, it often finds the plan that is looked for."""
PROGRAMS = 60
"""Linear programs of branching: more than from nothing, for the way out costs several times as much."""
WHOLE_SHARE = 0.5
"""Share of a plan's gap at which the integer program may stop."""


@dataclass
class Search:
    """One stage of a whole city: the best whole plan so far, its value, the best bound and the prices behind it."""

    problem: Problem
    framed: Framed
    prices: Floats
    codes: Codes | None = None
    value: float = np.inf
    bound: float = -np.inf
    opened: int = 0
    """Units that the last integer program could decide otherwise."""

    @property
    def instance(self) -> Instance:
        """Return the stage as arrays."""
        return self.framed.instance

    def is_within(self, gap: float) -> bool:
        """Return whether the plan is proven to a relative gap."""
        return self.value - self.bound <= gap * abs(self.bound) + 1e-9

    def offer(self, codes: Codes) -> None:
        """Take a whole plan that holds every row and costs less than the best so far."""
        value, activity = evaluate(self.instance, codes, np.ones(len(codes), dtype=np.bool_))
        value += self.instance.constant
        if value < self.value and _holds(self.instance, codes, activity):
            self.codes, self.value = codes, value


def _holds(instance: Instance, codes: Codes, activity: Floats) -> bool:
    """Return whether a whole plan holds every row, the counts of lines that pricing holds itself included."""
    if (activity < instance.rows.rhs - ROW_TOLERANCE).any():
        return False
    for block in instance.blocks:
        if block.lines is not None:
            stands = decode(codes[block.start : block.stop], instance.measures) == block.lines.stop
            if (stands.reshape(len(LEVELS), block.lines.size, -1).sum(axis=1) < block.lines.need).any():
                return False
    return True


def priced_as_before(search: Search) -> float:
    """Return the bound that the base's prices prove: no solver is asked."""
    search.bound = bound_at(search.instance, search.prices)
    return search.bound


def bounded(search: Search, gap: float, limits: Limits, *, is_whole: bool) -> State:
    """Improve the bound by the program of near ties; return what is known of the linear program.

    Where ties lead to no plan at all, the whole linear program is solved; with `is_whole` also where they stop short.
    """
    state = begun(search.instance, limits)
    sift(state, search.prices, gap)
    if state.gap > gap and (is_whole or not np.isfinite(state.upper)):
        state = solve_instance(search.instance, limits, gap, state.prices)
    if state.lower > search.bound:
        search.bound, search.prices = state.lower, state.prices
    return state


def begun(instance: Instance, limits: Limits) -> State:
    """Return the state of a linear program of which nothing is known."""
    most = sum(
        float((np.where(block.cost < FORBIDDEN, block.cost, -np.inf).max(axis=0) - block.cost.min(axis=0)).sum())
        for block in instance.blocks
    ) or 1.0  # fmt: skip
    dear = np.full(instance.rows.count, 10 * most)
    return State(instance, dear, np.ones(instance.rows.count, dtype=np.bool_), most, monotonic() + limits.time_limit_s)


def searched(search: Search, gap: float, limits: Limits, *, is_whole: bool) -> bool:
    """Find a whole plan and a bound that proves it to a relative gap; return whether that was done."""
    priced_as_before(search)
    if search.is_within(gap):
        return True
    state = bounded(search, BOUND_SHARE * gap, limits, is_whole=is_whole)
    if not np.isfinite(state.upper):
        return False
    if search.is_within(gap):
        return True
    for steps in (STEPS[:FIRST], STEPS[FIRST:]):
        _decide(search, gap, limits, steps)
        if not search.is_within(gap) and search.is_within(BRANCH_BELOW):
            _branch(search, state, gap, limits)
        if search.is_within(gap):
            return True
    return False


def _decide(search: Search, gap: float, limits: Limits, steps: Sequence[tuple[float, float]]) -> None:
    """Take whole plans near to the prices, step by step, until one is within the gap."""
    enough = WHOLE_SHARE * gap * abs(search.bound)
    for ties, codes in plans_near(search.instance, search.prices, enough, limits, steps):
        search.opened = len(np.unique(ties.unit))
        search.offer(_walked(search.instance, ties, codes))
        if search.is_within(gap):
            break


def _branch(search: Search, state: State, gap: float, limits: Limits) -> None:
    """Bound the whole plans nearer than the linear program does (`optimizer.whole.branching`)."""
    problem, instance = search.problem, search.instance
    shares = plan_of(problem, search.framed, state)
    duals = instance.rows.as_named(search.prices) | line_duals(instance, search.prices)
    first = Side(np.ones(len(shares), dtype=np.bool_), shares, duals, search.bound)

    def look(half: Instance, prices: Floats, bound: float) -> None:
        if search.value - bound <= gap * abs(bound):
            return
        for ties, codes in plans_near(half, prices, WHOLE_SHARE * gap * abs(bound), limits, STEPS[FIRST - 1 : FIRST]):
            search.offer(_walked(instance, ties, codes))

    relax = by_arrays(problem, search.framed, begun(instance, limits), look)
    proven = bound_by_branching(problem, first, gap, relax, lambda _: search.value, PROGRAMS)
    search.bound = max(search.bound, min(proven, search.value))


def _walked(instance: Instance, ties: Ties, codes: Codes) -> Codes:
    """Return a whole plan without idle orders among the units of some ties (`optimizer.whole.descent`)."""
    is_open = np.zeros(instance.units, dtype=np.bool_)
    is_open[ties.unit] = True
    opened = open_units(instance, codes, np.flatnonzero(with_whole_groups(instance, is_open)))
    chains = decode(codes[opened.units], instance.measures)
    choices = opened.problem.choices
    ordered = (choices.k == chains[choices.level, choices.unit]).astype(np.float64)
    return with_few(codes, opened, descended(opened.problem, ordered), instance.measures)


def with_few(codes: Codes, opened: Opened, few: Floats, measures: int) -> Codes:
    """Return the chains of all units, those of the open ones taken from their own plan."""
    choices, taken = opened.problem.choices, few > 0.5
    chains = np.zeros((len(LEVELS), len(opened.units)), dtype=np.int32)
    chains[choices.level[taken], choices.unit[taken]] = choices.k[taken]
    merged = codes.copy()
    merged[opened.units] = (chains[0] * measures + chains[1]) * measures + chains[2]
    return merged


def codes_of(search: Search, x: Floats) -> Codes:
    """Return the chains of a whole plan of all choices."""
    ladder = search.problem.choices.k[x > 0.5].reshape(-1, len(LEVELS))[search.framed.unit].astype(np.int32)
    measures = search.instance.measures
    return (ladder[:, 0] * measures + ladder[:, 1]) * measures + ladder[:, 2]
