"""The LP of a whole city by decomposition: the entrance, and what it answers."""

from dataclasses import dataclass, replace
from time import monotonic

import numpy as np

from grading.scale import LEVELS
from optimizer.choices import Floats, Ints, total
from optimizer.decompose.arrays import FORBIDDEN, Framed, Instance, instance_of
from optimizer.decompose.beside import Base, Beside, beside_of
from optimizer.decompose.boxed import Guess, close, near_chains
from optimizer.decompose.master import USED, Column, Mixed, Pool, group_spans
from optimizer.decompose.pricing import Codes, decode, line_duals
from optimizer.decompose.residual import TOLERANCE, missing_shares, worst_residual
from optimizer.decompose.rounds import SLACK_TOLERANCE, State, add_priced, run_rounds, widen
from optimizer.decompose.sample import is_worth_sampling
from optimizer.decompose.sift import prices_by_label, row_prices, sift, sift_beside
from optimizer.decompose.start import first_prices
from optimizer.decompose.tie_program import Shifted
from optimizer.model import Problem, build
from optimizer.result import Outcome, Proof, Warm
from optimizer.solve import Limits, Solution, run

GAP = 1e-6
"""Relative gap at which an LP counts as solved."""
DEARER = 1e3
"""Factor by which missing shares get dearer when they remain in a program that can hold its rows."""
ATTEMPTS = 3
CLOSE, FAR = 0.005, 0.3
"""First box around prices that a sample gave, and around ones of targets alone."""
MANY_ROWS, FEW_UNITS = 300, 10_000
"""Where more rows than these couple no more units than these, what the box leaves open goes to HiGHS as a whole."""


@dataclass(frozen=True)
class Decomposed:
    """The LP optimum, or the best so far, with the bound that all units prove together.

    `solution` is what the straight program would give; `bound` and `relative_gap` come from pricing, not from a
    solver. `rounds` counts master solves; `is_refused`: shares were found, but they miss a row.
    """

    solution: Solution
    bound: float
    relative_gap: float
    rounds: int
    is_refused: bool = False


def solve_by_decomposition(problem: Problem, limits: Limits, gap: float = GAP, warm: Warm | None = None) -> Decomposed:
    """Return the LP optimum of a problem to a relative gap, with a bound and duals.

    The result is proven where the gap is closed; where time ran out, the best plan so far comes with the gap
    it has. A problem whose rows cannot hold together is named infeasible only with a proof. `warm` is what a
    base plan left (`warm_of`): it changes the time, not the answer. Shares that miss a row are never handed on: after a
    warm start the rounds begin anew without it, and what still misses a row is no plan and not proven.

    Maths: docs/model.md, section D.
    """
    framed = instance_of(problem)
    until = monotonic() + limits.time_limit_s
    begun = None if warm is None else row_prices(framed.instance, warm)
    is_tangled = _is_tangled(framed.instance)
    state = solve_instance(framed.instance, limits, gap, begun, has_rounds=not is_tangled)
    found = None if is_tangled and state.gap > gap else _answer(problem, framed, state, gap)
    if is_tangled and found is None:
        return _as_a_whole(problem, replace(limits, time_limit_s=max(until - monotonic(), 0.0)))
    if found is None and begun is not None:
        left = replace(limits, time_limit_s=max(until - monotonic(), 0.0))
        found = _answer(problem, framed, solve_instance(framed.instance, left, gap), gap)
    return found or Decomposed(Solution(Outcome.NO_PLAN, Proof.NOT_PROVEN), -np.inf, np.inf, 0, is_refused=True)


def _is_tangled(instance: Instance) -> bool:
    """Return whether columns of whole groups would follow the rows too poorly: merged units under all optional rows.

    Rows of such a city that cannot hold together take HiGHS two seconds to refuse, the rounds more than ten minutes.
    """
    return instance.rows.count > MANY_ROWS and instance.units <= FEW_UNITS


def _as_a_whole(problem: Problem, limits: Limits) -> Decomposed:
    found = run(build(problem), limits)
    if not found.is_proven or found.objective is None:
        return Decomposed(found, -np.inf, np.inf, 1)
    return Decomposed(found, found.objective + problem.scale * sum(found.shortfalls.values()), 0.0, 1)


def _answer(problem: Problem, framed: Framed, state: State, gap: float) -> Decomposed | None:
    """Return what a state answers; None where its shares miss a row or cost more than it says."""
    if not np.isfinite(state.upper):
        proof = Proof.INFEASIBLE if _is_impossible(state) else Proof.NOT_PROVEN
        return Decomposed(Solution(Outcome.NO_PLAN, proof), state.lower, np.inf, state.rounds)
    x = plan_of(problem, framed, state)
    shortfalls = _shortfalls(problem, x)
    value = total(problem.objective, x)
    promised = state.upper + TOLERANCE * max(abs(state.upper), state.unit)
    if worst_residual(problem, x) > TOLERANCE or value + problem.scale * sum(shortfalls.values()) > promised:
        return None
    proof = Proof.OPTIMAL if state.gap <= gap else Proof.NOT_PROVEN
    duals = framed.instance.rows.as_named(state.prices) | line_duals(framed.instance, state.prices)
    return Decomposed(
        Solution(Outcome.USABLE, proof, x, value, duals, shortfalls), state.lower, state.gap, state.rounds
    )


def solve_instance(
    instance: Instance, limits: Limits, gap: float = GAP, begun: Floats | Base | None = None, *, has_rounds: bool = True
) -> State:
    """Return the state after the last round; rows that must hold get dearer until they do or cannot.

    `begun`, the prices or all that a base left (`base_of`), is sifted first; only if that does not close the gap do the
    rounds begin. `has_rounds`: whether columns of whole groups go on where the box does not close.
    """
    beside = beside_of(begun, instance) if isinstance(begun, Base) else None
    unit = _size(instance) if beside is None else beside.unit
    elastic = instance.rows.slack_price
    must_hold = np.ones(instance.rows.count, dtype=np.bool_) if elastic is None else ~instance.rows.is_target
    slack_prices = np.where(must_hold, 10 * unit, elastic or 0.0)
    state = State(instance, slack_prices, must_hold, unit, monotonic() + limits.time_limit_s)
    if not instance.blocks:
        return _without_choice(state)
    if begun is not None:
        _sift(state, begun, beside, gap)
    if state.gap > gap:
        _from_start(state, gap, is_begun=begun is not None)
    if state.gap > gap and state.seconds_left() > 0 and has_rounds:
        _by_rounds(state, gap)
    return state


def _sift(state: State, begun: Floats | Base, beside: Beside | None, gap: float) -> None:
    if beside is not None:
        prices = sift_beside(state, beside)
    else:
        prices = prices_by_label(state.instance, begun) if isinstance(begun, Base) else begun
    if state.gap > gap:
        sift(state, prices, gap)


def _from_start(state: State, gap: float, *, is_begun: bool) -> None:
    guess = Guess(state.prices) if is_begun else first_prices(state)
    held = add_priced(state, guess.prices)
    ties = near_chains(state, held)
    close(state, held, ties, gap, guess.step(ties, CLOSE if is_worth_sampling(state.instance) else FAR))


def _by_rounds(state: State, gap: float) -> None:
    add_priced(state, np.zeros(state.instance.rows.count))  # columns to begin with
    add_priced(state, state.slack_prices)
    for attempt in range(ATTEMPTS):
        run_rounds(state, gap)
        if state.lacks <= SLACK_TOLERANCE or state.seconds_left() <= 0 or (attempt == 0 and _is_impossible(state)):
            break
        widen(state, DEARER)
        add_priced(state, state.slack_prices)


def plan_of(problem: Problem, framed: Framed, state: State) -> Floats:
    """Return the shares of the best plan, one per choice of the problem."""
    choices, instance = problem.choices, framed.instance
    row_of = np.full((instance.measures, len(LEVELS), len(choices.unit_ids)), -1)
    row_of[choices.k, choices.level, choices.unit] = np.arange(len(choices.k))
    is_fixed_unit = np.ones(len(choices.unit_ids), dtype=np.bool_)
    is_fixed_unit[framed.unit] = False
    x = np.where(is_fixed_unit[choices.unit], 1.0, 0.0)
    found = state.polished
    if found is None or (state.mixed is not None and state.mixed.value < found.value):
        for span, column in _used(instance, state.pool):
            np.add.at(x, _chain_rows(column.codes, instance, row_of, framed.unit[span]), column.share)
        return x
    if isinstance(found, Shifted):
        return _shifted(found, x, instance, row_of, framed.unit)
    closed = np.ones(instance.units, dtype=np.bool_)
    closed[found.opened.units] = False
    x[_chain_rows(found.codes[closed], instance, row_of, framed.unit[closed])] = 1.0
    few, shares = found.opened.problem.choices, found.solution.x
    x[row_of[few.k, few.level, framed.unit[found.opened.units[few.unit]]]] = shares
    return x


def _shifted(found: Shifted, x: Floats, instance: Instance, row_of: Ints, unit: Ints) -> Floats:
    """Fill in the held chains less what ties take, and what they take."""
    used = found.shares > USED
    shares, ties = np.tile(found.shares[used], len(LEVELS)), found.ties
    x[_chain_rows(found.codes, instance, row_of, unit)] = 1.0
    held = found.codes[ties.unit[used]]
    np.subtract.at(x, _chain_rows(held, instance, row_of, unit[ties.unit[used]]), shares)
    np.add.at(x, _chain_rows(ties.codes[used], instance, row_of, unit[ties.unit[used]]), shares)
    return x


def _used(instance: Instance, pool: Pool) -> list[tuple[slice, Column]]:
    spans = group_spans(instance)
    return [(spans[column.group], column) for column in pool.columns if column.share > USED]


def _chain_rows(codes: Codes, instance: Instance, row_of: Ints, units: Ints) -> Ints:
    chain = decode(codes, instance.measures).astype(np.int64)
    return np.concatenate([row_of[chain[level], level, units] for level in range(len(LEVELS))])


def _shortfalls(problem: Problem, x: Floats) -> dict[str, float]:
    if not problem.is_elastic:
        return {}
    labels = [row.label for row in problem.requirements]
    return dict(zip(labels, missing_shares(problem, x).tolist(), strict=True))


def _size(instance: Instance) -> float:
    """Return the size of the objective: the range of its values over all plans, or what a missing share costs."""
    most = 0.0
    for block in instance.blocks:
        allowed = block.cost < FORBIDDEN
        dearest = np.where(allowed, block.cost, -np.inf).max(axis=0)
        most += float((dearest - block.cost.min(axis=0)).sum())
    return max(most, instance.rows.slack_price or 0.0) or 1.0


def _is_impossible(state: State) -> bool:
    """Return whether the rows are proven not to hold together, by the least sum of what they lack."""
    instance = state.instance
    if not instance.blocks:
        return True
    blocks = tuple(replace(block, cost=np.where(block.cost < FORBIDDEN, 0.0, FORBIDDEN)) for block in instance.blocks)
    missing = np.where(state.must_hold, 1.0, 0.0)
    # Targets that may be missed ask for nothing here; what is brought is never below zero.
    rows = replace(instance.rows, rhs=np.where(state.must_hold, instance.rows.rhs, np.minimum(instance.rows.rhs, 0.0)))
    easy = replace(instance, blocks=blocks, constant=0.0, rows=rows)
    phase = State(easy, missing, ~state.must_hold, 1.0, state.deadline)
    for prices in (np.zeros(len(missing)), missing):
        add_priced(phase, prices)
    run_rounds(phase, GAP)
    return phase.lower > SLACK_TOLERANCE


def _without_choice(state: State) -> State:
    slack = np.maximum(state.instance.rows.rhs, 0.0)
    slack = np.where(slack > SLACK_TOLERANCE, slack, 0.0)
    value = state.instance.constant + float(slack[~state.must_hold] @ state.slack_prices[~state.must_hold])
    zeros = np.zeros(len(slack))
    return replace(state, mixed=Mixed(value, state.instance.constant, zeros, slack), lower=value, prices=zeros)
