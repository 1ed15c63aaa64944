"""From shares to whole orders: an LP bound, a small integer program, and a certified gap between them.

An LP vertex has at most as many fractional units as there are coupling rows. Pricing every choice with the
LP's duals gives its regret: what the bound must rise by if that choice is forced. Only choices of small
regret are opened; a choice whose regret exceeds the gap cannot be part of any better plan, so once all
others are open and that program is solved to its end, the plan is proven, whatever stayed closed.
"""

from dataclasses import dataclass, replace

import numpy as np

from grading.scale import LEVELS
from optimizer.again.warm import chains_at, duals_of
from optimizer.choices import Bools, Floats, total
from optimizer.decompose import solve_by_decomposition
from optimizer.decompose.arrays import instance_of
from optimizer.decompose.residual import missing_shares
from optimizer.model import Problem, build
from optimizer.result import Proof, Warm
from optimizer.solve import Limits, Solution, run
from optimizer.whole.branching import Side, bound_by_branching, by_programs
from optimizer.whole.descent import descended
from optimizer.whole.diving import WHOLE, settled_largest
from optimizer.whole.near import as_plan, plans_near

PROVEN = 1e-6
"""Relative distance to a bound below which a plan is called optimal."""
ROW_TOLERANCE = 1e-8
"""How far a scaled row (share of its requirement) may fall short in a whole plan."""
ROUNDS = ((100, 100), (400, 400), (1000, 200))
"""How many choices beyond the LP's own are opened, and how many nodes that may take, round by round."""
STRAIGHT_UP_TO = 10_000
"""Free choices up to which an LP is solved as a whole; more go through the decomposition, to the same optimum."""
MANY_ROWS = 1_000
"""Optional rows above which a warm LP of that size is solved as a whole too: each is a row of every small program."""
WARM_FROM = 1_000
"""Free choices from which a warm LP begins at the base's prices; a smaller one is solved as quickly without them."""
FAR = 5.0
"""Times the gap aimed at beyond which diving comes before the small programs, not after the first of them."""
MOST_DIVES, DIVE_OPEN, DIVE_NODES = 10, 300, 200
"""Units settled by diving, and the integer program at its end."""
BRANCH_BELOW = 0.2
"""Relative gap above which branching waits for a better plan: it proves how good one is and seldom finds one."""
EXACT_BELOW, EXACT_NODES = 150, 20_000
"""Programs with no more free choices than this are solved to their end, whatever gap is allowed."""


@dataclass(frozen=True)
class Settled:
    """One stage settled: a whole plan, its value, and what is proven about it.

    `lp_bound` is the LP's value; `bound` the best proven one (higher where the integer program itself was
    solved to its end). Both are None when the LP was cut short. `regret` says by how much `lp_bound` rises when
    a choice is forced; None without a bound. `duals` are the prices behind both, where there are any.
    """

    x: Floats
    value: float
    lp_bound: float | None
    bound: float | None
    proof: Proof
    fractional_units: int
    reopened_units: int
    lp: Solution | None
    regret: Floats | None
    is_paid: Bools | None = None
    duals: dict[str, float] | None = None
    is_interrupted: bool = False


@dataclass(frozen=True)
class Effort:
    """How a stage is settled: room its cap leaves, gap at which it may stop, rounds of small programs.

    `room` is a share of what the stage reached, `least_room` in its own unit; where it reached zero there is none.
    """

    room: float
    gap: float
    rounds: int = len(ROUNDS)
    least_room: float = 0.0

    def room_of(self, value: float) -> float:
        """Return what later stages may add to a stage that reached `value`."""
        return max(self.room * abs(value), self.least_room if value > 0 else 0.0)


def settle(
    problem: Problem, incumbent: Floats | None, limits: Limits, effort: Effort, warm: Warm | None = None
) -> Settled:
    """Return the best whole plan found for a problem, with the proof it earned.

    `incumbent` is a whole plan that satisfies every row; the result is never worse. Without one the value is infinite
    until a plan is found. Rounds end once the gap
    is closed; the small programs of `EXACT_BELOW` are always solved to their end. `warm` is what a base plan's stage
    left: it changes the time, and which of several plans within the gap is found, not what is proven. An interrupt ends
    the work: the best plan so far comes with the bound it has, and nothing is called proven.
    """
    value = np.inf if incumbent is None else total(problem.objective, incumbent)
    cheapest = _cheapest(problem)
    x = np.zeros(len(problem.objective)) if incumbent is None else incumbent
    start = Settled(x, value, None, None, Proof.NOT_PROVEN, 0, 0, None, None)
    if _closed(value, float(cheapest.sum()), PROVEN):
        regret = problem.objective - cheapest[problem.choices.slot]
        return replace(start, lp_bound=value, bound=value, proof=Proof.OPTIMAL, regret=regret)
    found = [start]
    try:
        _settle_whole(problem, found, limits, effort, warm)
    except KeyboardInterrupt:
        return replace(found[-1], proof=Proof.NOT_PROVEN, is_interrupted=True)
    best = found[-1]
    if best.bound is None:
        return best
    return replace(best, proof=Proof.OPTIMAL if _closed(best.value, best.bound, PROVEN) else Proof.GAP)


def _settle_whole(problem: Problem, found: list[Settled], limits: Limits, effort: Effort, warm: Warm | None) -> None:
    """Append ever better plans to `found`, so that the best is there whenever the work is interrupted."""
    lp, bound = relaxed(problem, limits, warm)
    if not lp.is_proven or lp.x is None or bound is None:
        return
    chains = chains_at(problem, lp.duals)
    start = replace(
        found[-1],
        lp_bound=bound,
        bound=bound,
        fractional_units=fractional_units(problem, lp.x),
        lp=lp,
        regret=chains.regret,
        is_paid=chains.is_paid,
        duals=lp.duals,
    )
    found.append(_better(problem, start, _rounded_up(problem, lp.x)))
    is_far = not _closed(found[-1].value, bound, FAR * _gap(problem, effort.gap))
    for number, (extra, nodes) in enumerate(_rounds(problem)[: effort.rounds]):
        if number == 0 and not _closed(found[-1].value, bound, _gap(problem, effort.gap)):
            found.append(_near(problem, found[-1], limits, effort.gap))
        if number == 1:
            found.append(_branched(problem, found[-1], limits, effort))
        if number == (0 if is_far else 1):
            found.append(_dived(problem, found[-1], limits, effort.gap))
        best = found[-1]
        if best.proof == Proof.OPTIMAL or _closed(best.value, best.bound, _gap(problem, effort.gap)):
            return
        found.append(_open_and_solve(problem, best, extra, replace(limits, nodes=nodes), _gap(problem, effort.gap)))


def _near(problem: Problem, best: Settled, limits: Limits, gap: float) -> Settled:
    """Return the best plan after near ties were decided as whole chains (`optimizer.whole.near`)."""
    framed = instance_of(problem)
    if int(problem.choices.is_free.sum()) <= EXACT_BELOW or not framed.instance.blocks or best.duals is None:
        return best
    prices = np.abs([best.duals.get(label, 0.0) for label in framed.instance.rows.labels])
    for _, codes in plans_near(framed.instance, prices, 0.5 * gap * abs(best.lp_bound or 0.0), limits):
        best = _better(problem, best, as_plan(problem.choices, framed, codes))
        if _closed(best.value, best.bound, gap):
            break
    return best


def _branched(problem: Problem, best: Settled, limits: Limits, effort: Effort) -> Settled:
    """Return the best plan with a bound nearer to it, where the LP's is not far away (`optimizer.whole.branching`)."""
    lp, bound, gap = best.lp, best.bound, effort.gap
    if effort.rounds == 1 or lp is None or lp.x is None or bound is None:
        return best
    if _closed(best.value, bound, gap) or not _closed(best.value, bound, BRANCH_BELOW):
        return best
    found = [best]

    def offered(shares: Floats) -> float:
        found.append(_better(problem, found[-1], _rounded_up(problem, shares)))
        return found[-1].value

    everything = np.ones(len(lp.x), dtype=np.bool_)
    first = Side(everything, lp.x, lp.duals, bound)
    relax = by_programs(problem, lambda part, warm: relaxed(part, limits, warm))
    proven = bound_by_branching(problem, first, gap, relax, offered)
    return replace(found[-1], bound=max(bound, min(proven, found[-1].value)))


def _dived(problem: Problem, best: Settled, limits: Limits, gap: float) -> Settled:
    """Return the best plan after the largest units between measures were settled one by one (`optimizer.whole.diving`).

    The bound stays that of the whole problem: diving finds plans, it proves nothing.
    """
    kept = np.ones(len(best.x), dtype=np.bool_)
    lp, inner, small = best.lp, None, problem
    for _ in range(MOST_DIVES):
        if lp is None or lp.x is None or _closed(best.value, best.bound, gap):
            break
        shares = np.zeros(len(kept))
        shares[kept] = lp.x
        narrower = settled_largest(problem, kept, shares, lp.duals, 0.1 * gap * abs(best.lp_bound or 0.0))
        if narrower is None:
            break
        next_small = problem.restricted(narrower)
        lp, bound = relaxed(next_small, limits)
        if not lp.is_proven or lp.x is None or bound is None or bound >= best.value:
            break
        kept, small, chains = narrower, next_small, chains_at(next_small, lp.duals)
        best = _better(problem, best, _widen(_rounded_up(small, lp.x), kept))
        none = np.zeros(len(lp.x))
        inner = Settled(none, best.value, bound, bound, Proof.GAP, 0, 0, lp, chains.regret, chains.is_paid, lp.duals)
    # A descent leaves the small program: what it found may be better than anything left inside.
    if inner is None or inner.bound is None or inner.bound >= best.value or _closed(best.value, best.bound, gap):
        return best
    found = _open_and_solve(small, inner, DIVE_OPEN, replace(limits, nodes=DIVE_NODES), gap)
    return _better(problem, best, _widen(found.x, kept)) if found.value < best.value else best


def settle_as_before(problem: Problem, x: Floats, effort: Effort, warm: Warm) -> Settled | None:
    """Return a whole plan as settled where the base's prices alone prove it near enough; None where they do not.

    No solver is asked. The plan may use no more of the stage than the base's later stages were allowed.
    """
    value = total(problem.objective, x)
    if warm.cap is not None and value > warm.cap:
        return None
    duals = duals_of(problem, warm)
    chains = chains_at(problem, duals)
    if not _closed(value, chains.bound, effort.gap + effort.room_of(value) / max(abs(value), PROVEN)):
        return None
    bound = min(chains.bound, value)
    return Settled(x, value, bound, bound, Proof.GAP, 0, 0, None, chains.regret, duals=duals)


def relaxed(problem: Problem, limits: Limits, warm: Warm | None = None) -> tuple[Solution, float | None]:
    """Return the LP of a problem and the bound its duals prove; a large or a warm one by decomposition."""
    free = int(problem.choices.is_free.sum())
    is_many = len(problem.couplings) > MANY_ROWS
    if free <= (STRAIGHT_UP_TO if warm is None or is_many else WARM_FROM):
        lp = run(build(problem), limits)
        return lp, lp.objective
    found = solve_by_decomposition(problem, limits, warm=warm)
    if found.is_refused and free <= STRAIGHT_UP_TO:
        lp = run(build(problem), limits)
        return lp, lp.objective
    return found.solution, found.bound


def _rounds(problem: Problem) -> tuple[tuple[int, int], ...]:
    if int(problem.choices.is_free.sum()) <= EXACT_BELOW:
        return ((EXACT_BELOW, EXACT_NODES),)
    return ROUNDS


def _gap(problem: Problem, gap: float) -> float:
    return PROVEN if int(problem.choices.is_free.sum()) <= EXACT_BELOW else max(gap, PROVEN)


def _open_and_solve(problem: Problem, best: Settled, extra: int, limits: Limits, gap: float) -> Settled:
    kept, is_complete = _open(problem, best, extra)
    small = replace(problem.restricted(kept), is_integer=True)
    gap_abs = 0.5 * gap * abs(best.lp_bound or 0.0) if gap > PROVEN else 0.0
    found = run(build(small), replace(limits, gap_abs=gap_abs), accept_unproven=True)
    opened = int(small.choices.counts[np.unique(small.choices.unit[small.choices.is_free])].sum())
    best = replace(_better(problem, best, _widen(found.x, kept)), reopened_units=opened)
    if is_complete and found.is_proven and found.objective is not None:
        # No closed choice can be part of a better plan, so the small program's bound holds for all.
        best = replace(best, bound=max(best.bound or 0.0, min(best.value, found.objective - gap_abs)))
    return best


def _closed(value: float, bound: float | None, gap: float) -> bool:
    return bound is not None and value - bound <= gap * abs(bound) + 1e-9


def useful(best: Settled, slack: float = 0.0) -> Bools:
    """Return the choices that a plan no worse than `best` (by more than `slack`) can contain."""
    if best.regret is None or best.lp_bound is None:
        return np.ones(len(best.x), dtype=np.bool_)
    room = best.value - best.lp_bound + slack
    # The duals are exact to the solver's tolerance only; a hair more room costs nothing but time.
    within: Bools = best.regret <= room + 1e-7 * max(abs(best.lp_bound), 1.0)
    return within | (best.x > 0.5)


def _open(problem: Problem, best: Settled, extra: int) -> tuple[Bools, bool]:
    """Return the choices to open, and whether every choice that could still improve is among them."""
    wanted = useful(best)
    free = problem.choices.is_free
    if best.regret is None or best.is_paid is None or int((wanted & free).sum()) <= extra:
        return wanted, True
    kept = _held(problem, best, extra)
    order = np.argsort(np.where(kept | ~best.is_paid, np.inf, best.regret), kind="stable")
    kept[order[:extra]] = True
    return kept, not (wanted & ~kept).any()


def _held(problem: Problem, best: Settled, extra: int) -> Bools:
    """Return what the LP uses, every choice of its fractional units, and the plan at hand unless that is far away.

    A choice that ties with what the LP uses is no better than it; of ties only the nearest are opened.
    """
    choices = problem.choices
    lp_x = np.zeros(len(best.x)) if best.lp is None or best.lp.x is None else best.lp.x
    is_between = (lp_x > WHOLE) & (lp_x < 1 - WHOLE)
    between = np.zeros(len(choices.unit_ids), dtype=np.bool_)
    between[choices.unit[is_between]] = True
    kept: Bools = (lp_x > WHOLE) | ~choices.is_free | between[choices.unit]
    differs = (best.x > 0.5) & ~kept
    return kept | differs if int(differs.sum()) <= extra else kept


def _rounded_up(problem: Problem, x: Floats) -> Floats:
    """Return the plan that takes the hardest measure of which the LP uses any; nesting survives that."""
    used = np.where(x > WHOLE, np.arange(len(x)), -1)
    hardest = np.full(len(problem.choices.sizes), -1)
    np.maximum.at(hardest, problem.choices.slot, used)
    whole = np.zeros(len(x))
    whole[hardest] = 1.0
    return whole


def _widen(x: Floats | None, kept: Bools) -> Floats | None:
    if x is None:
        return None
    whole = np.zeros(len(kept))
    whole[kept] = np.round(x)
    return whole


def _better(problem: Problem, best: Settled, x: Floats | None) -> Settled:
    if x is None or not holds(problem, x):
        return best
    walked = descended(problem, x)
    value = total(problem.objective, walked)
    return replace(best, x=walked, value=value) if value < best.value else best


def holds(problem: Problem, x: Floats) -> bool:
    """Return whether a whole plan satisfies every row of a problem, computed from its choices alone."""
    choices = problem.choices
    chosen = x > 0.5
    if len(choices.unit_ids) * len(LEVELS) != int(chosen.sum()) or np.bincount(choices.slot[chosen]).max() > 1:
        return False
    ladder = choices.k[chosen].reshape(-1, len(LEVELS))
    return bool(
        (np.diff(ladder, axis=1) >= 0).all()
        and bool((missing_shares(problem, x) <= ROW_TOLERANCE).all())
        and _counts_hold(problem, x)
        and all(float((row.values * x[row.rows]).sum()) >= row.rhs - ROW_TOLERANCE for row in problem.couplings)
        and all(total(cap.per_choice, x) <= cap.at_most + ROW_TOLERANCE * cap.scale for cap in problem.caps)
    )


def _counts_hold(problem: Problem, x: Floats) -> bool:
    lines = problem.line_counts
    if not lines:
        return True
    stops = np.concatenate([line.rows for line in lines])
    of = np.repeat(np.arange(len(lines)), [len(line.rows) for line in lines])
    counted = np.bincount(of, weights=x[stops], minlength=len(lines))
    return bool((counted >= np.array([line.stop_at_least for line in lines]) - 0.5).all())


def fractional_units(problem: Problem, x: Floats) -> int:
    """Return how many units an LP solution leaves between two measures."""
    fractional = (x > WHOLE) & (x < 1 - WHOLE)
    return int(problem.choices.counts[np.unique(problem.choices.unit[fractional])].sum())


def _cheapest(problem: Problem) -> Floats:
    """Return each slot's own cheapest choice: a bound that needs no solver."""
    cheapest = np.full(len(problem.choices.sizes), np.inf)
    np.minimum.at(cheapest, problem.choices.slot, problem.objective)
    return cheapest


def least_value(problem: Problem) -> float:
    """Return the bound of a problem that needs no solver."""
    return float(_cheapest(problem).sum())
