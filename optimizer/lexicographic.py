"""The objective, strictly in order: shortfall, protected grades, expected loss, disturbance.

Every stage is settled in whole orders before the next one starts, and bounds it: the LP bound of a stage
is taken under the caps the integer plan really uses, so its gap is certified.
"""

from dataclasses import dataclass, field, replace

import numpy as np
import polars as pl

from optimizer.again.resume import resumed
from optimizer.again.warm import warm_of
from optimizer.alike import Alike, alike_of
from optimizer.choices import PROTECTED_GROUPS, Choices, Floats, Ints, choices_of, total
from optimizer.couplings import couplings_among
from optimizer.decompose.residual import missing_shares
from optimizer.model import Cap, LineCount, Problem, build, line_counts_of
from optimizer.requirements import Requirement, requirements_of
from optimizer.result import City, Plan, Proof, Stage, Warm
from optimizer.solve import Limits, run
from optimizer.whole.integer import (
    PROVEN,
    Effort,
    Settled,
    holds,
    least_value,
    relaxed,
    settle,
    settle_as_before,
    useful,
)
from optimizer.whole.swaps import COLUMNS, swaps_of

CAP_TOLERANCE = 1e-9
"""Relative room left when a stage becomes a cap of the next: rounding, not policy."""
PROTECT_ROOM = 0.01
"""Relative room of the caps that spare grades: 1 % of the unit-days. An exact cap leaves whole orders next to no
choice and costs far more loss than the unit-days are worth; where nothing need be cut, nothing may be."""
CRAMPED = 0.02
"""Relative gap of the loss beyond which the caps of spared grades get room for one order and all is settled again."""
EASED = 0.05
"""Gap of the first plan where optional rows stand in the way of the hardest one; the stages improve it."""
SHORTFALL, LOSS, DISTURBED = "shortfall", "loss", "disturbed"
UNIT_DAYS = "unit_days_per_season"
UNSPARED_LOSS = "loss_if_grades_not_spared"


@dataclass(frozen=True)
class Staged:
    """All stages settled. `x` is the whole plan; `loss` the loss stage with its LP; rows as really used.

    `choices` and everything beside it is of units that stand for others where these must be treated alike; `alike`
    gives every unit's own.
    """

    alike: Alike
    requirements: tuple[Requirement, ...]
    line_counts: tuple[LineCount, ...]
    x: Floats
    stages: tuple[Stage, ...]
    loss: Settled
    loss_problem: Problem
    proofs: tuple[Proof, ...]
    carried: dict[str, Warm]
    swaps: pl.DataFrame

    @property
    def choices(self) -> Choices:
        """Return the choices that were decided."""
        return self.alike.choices


class NoPlanError(Exception):
    """No whole plan satisfies the hard rows; `proof` says whether that is proven."""

    def __init__(self, proof: Proof, detail: str) -> None:
        self.proof = proof
        super().__init__(detail)


def plan_stages(city: City, base: Plan | None = None) -> Staged:
    """Return the plan of a city, stage by stage; `base` is the plan of a city that differs little."""
    alike = alike_of(city, choices_of(city))
    choices, limits = alike.choices, Limits(city.time_limit_s)
    lines = line_counts_of(choices, city.line_counts)
    sides = couplings_among(city, alike)
    whole = Problem(choices, requirements_of(city), lines, np.zeros(len(choices.k)), couplings=sides)
    whole, plan, shortfall = least_shortfall(whole, limits)
    begin = _Run(whole, plan, np.arange(len(plan)), limits, [shortfall], [], [])
    run_on, loss, loss_problem = _in_order(city, begin, base)
    if _is_cramped(run_on, loss):
        begin = _Run(whole, plan, np.arange(len(plan)), limits, [shortfall], [], [], has_room_for_one=True)
        roomier = _in_order(city, begin, base)
        if _gap(roomier[1]) < _gap(loss):
            run_on, loss, loss_problem = roomier
    run_on.stage(DISTURBED, choices.disturbed, Effort(CAP_TOLERANCE, PROTECT_ROOM, rounds=1))
    x = np.zeros(len(choices.k))
    x[run_on.rows] = run_on.plan
    stages = run_on.as_reached(x)
    if city.protect_grades:
        stages += _unspared(whole, total(choices.season_loss, x), run_on)
    return Staged(
        alike,
        whole.requirements,
        whole.line_counts,
        x,
        stages,
        loss,
        loss_problem,
        tuple(run_on.proofs),
        run_on.left,
        _swaps(run_on, loss, loss_problem, x),
    )


def _in_order(city: City, run_on: "_Run", base: Plan | None) -> tuple["_Run", Settled, Problem]:
    """Settle the stages from sparing to loss in their order; return the run, the loss stage and its problem."""
    whole, choices = run_on.problem, run_on.problem.choices
    effort = Effort(CAP_TOLERANCE, city.mip_gap)
    if base is not None:
        try:
            run_on.resume(resumed(whole, city, base, effort), base.carried)
        except KeyboardInterrupt:
            run_on.hurry()
    if city.protect_grades:
        for name, grades in PROTECTED_GROUPS:
            extra = choices.extra_cut(grades)
            one = float(extra[choices.is_free].max(initial=0.0)) if run_on.has_room_for_one else 0.0
            spare = Effort(PROTECT_ROOM, PROTECT_ROOM, least_room=one)
            run_on.stage(f"protect_{name}", extra, spare, _spared(whole, grades))
    return run_on, *run_on.stage(LOSS, choices.season_loss, effort)


def _is_cramped(run_on: "_Run", loss: Settled) -> bool:
    """Return whether caps on spared grades left whole orders so little choice that the loss is far from its bound."""
    is_capped = any(stage.reached > 0 for stage in run_on.stages if stage.name.startswith("protect_"))
    has_time = run_on.limits.time_limit_s > 0
    return is_capped and has_time and loss.bound is not None and _gap(loss) > CRAMPED


def _gap(loss: Settled) -> float:
    return np.inf if loss.bound is None else (loss.value - loss.bound) / max(abs(loss.bound), CAP_TOLERANCE)


def _swaps(run_on: "_Run", loss: Settled, problem: Problem, x: Floats) -> pl.DataFrame:
    """Return the equally cheap swaps of the finished plan, among the choices and under the caps of the loss stage."""
    if loss.regret is None:
        return pl.DataFrame(schema=COLUMNS)
    return swaps_of(problem, x[run_on.rows_at_loss], loss.regret)


@dataclass
class _Run:
    """What changes from stage to stage. `rows` are the places of the problem's choices among all choices.

    `carried` is what a base plan left by stage, `left` what this one leaves. `has_room_for_one`: a cap that spares
    grades leaves room for one more order at least.

    A choice whose regret in a settled stage exceeds the room left by that stage's cap can be in no later plan,
    so it leaves the problem: later stages grow smaller without losing anything.
    """

    problem: Problem
    plan: Floats
    rows: Ints
    limits: Limits
    stages: list[Stage]
    objectives: list[Floats]
    proofs: list[Proof]
    carried: dict[str, Warm] = field(default_factory=dict)
    left: dict[str, Warm] = field(default_factory=dict)
    begun: Warm | None = None
    rows_at_loss: Ints = field(default_factory=lambda: np.zeros(0, dtype=np.int64))
    has_room_for_one: bool = False

    def resume(self, begun: tuple[Floats, Warm] | None, carried: dict[str, Warm]) -> None:
        """Begin with what a base plan left, and with the loss already settled under its caps."""
        self.carried = carried
        if begun is not None:
            self.plan, self.begun = begun
            self.carried = carried | {LOSS: self.begun}

    def hurry(self) -> None:
        """Leave the remaining stages no time, once somebody has interrupted the work: the plan at hand is kept."""
        self.limits = replace(self.limits, time_limit_s=0.0)

    def stage(
        self, name: str, objective: Floats, effort: Effort, candidate: Floats | None = None
    ) -> tuple[Settled, Problem]:
        """Settle one stage; `objective` and `candidate` have one entry per choice of the whole city."""
        problem = replace(self.problem, objective=objective[self.rows])
        self.rows_at_loss = self.rows if name == LOSS else self.rows_at_loss
        warm = self.carried.get(name)
        proof = replace(effort, gap=np.inf) if warm is self.begun else effort  # its rounds are done, whatever the gap
        before = None if warm is None else settle_as_before(problem, self.plan, proof, warm)
        settled = before or settle(problem, self._incumbent(problem, candidate), self.limits, effort, warm)
        if settled.is_interrupted:
            self.hurry()
        # Without an LP the bound is what needs no solver: every slot at its own least value.
        bound = settled.bound if settled.bound is not None else least_value(problem)
        self.stages.append(Stage(name, "CNY/season" if name == LOSS else UNIT_DAYS, bound, settled.value))
        self.objectives.append(objective)
        self.proofs.append(settled.proof)
        room = effort.room_of(settled.value) + CAP_TOLERANCE
        if before is not None and warm is not None and warm.cap is not None:
            room = min(room, warm.cap - settled.value)  # a chain of what-ifs must not widen its caps
        cap = None if name == DISTURBED else settled.value + room
        self.left[name] = warm_of(problem, settled.duals or {}, cap)
        caps = (*problem.caps, Cap(name, problem.objective, settled.value + room))
        kept = useful(settled, room)
        self.problem = replace(problem, caps=caps).restricted(kept)
        self.plan, self.rows = settled.x[kept], self.rows[kept]
        return settled, problem

    def as_reached(self, x: Floats) -> tuple[Stage, ...]:
        """Return the stages with what the finished plan reaches, which later stages may have moved inside its cap."""
        shortfall, *others = self.stages
        reached = [total(objective, x) for objective in self.objectives]
        return shortfall, *(replace(stage, reached=value) for stage, value in zip(others, reached, strict=True))

    def _incumbent(self, problem: Problem, candidate: Floats | None) -> Floats:
        if candidate is None:
            return self.plan
        other = candidate[self.rows]
        is_better = holds(problem, other) and total(problem.objective, other) < total(problem.objective, self.plan)
        return other if is_better else self.plan


def least_shortfall(base: Problem, limits: Limits) -> tuple[Problem, Floats, Stage]:
    """Return the problem with its rows lowered to what can be reached, a plan that reaches it, and the stage."""
    hardest = _hardest(base.choices)
    short = _shortfalls(base, hardest)
    if not short.any() and holds(replace(base, requirements=()), hardest):
        return base, hardest, Stage(SHORTFALL, "share_of_requirement", 0.0, 0.0)
    if _is_monotone(base) and holds(replace(base, requirements=()), hardest):
        # The hardest plan is the best of every row at once: its shortfalls are the least, each on its own.
        total = float(short.sum())
        return _lowered(base, short), hardest, Stage(SHORTFALL, "share_of_requirement", total, total)
    return _shortfall_by_solver(base, hardest, limits)


def _shortfall_by_solver(base: Problem, hardest: Floats, limits: Limits) -> tuple[Problem, Floats, Stage]:
    lp, _ = relaxed(replace(base, is_elastic=True), limits)
    if lp.proof == Proof.INFEASIBLE:
        raise NoPlanError(lp.proof, _hard_rows(base))
    bound = sum(lp.shortfalls.values()) if lp.is_proven else 0.0
    if lp.is_proven and bound <= PROVEN:
        eased = settle(replace(base, objective=base.choices.season_loss), None, limits, Effort(0.0, EASED))
        if np.isfinite(eased.value):
            return base, eased.x, Stage(SHORTFALL, "share_of_requirement", 0.0, 0.0)
    mip = run(build(replace(base, is_elastic=True, is_integer=True)), limits, accept_unproven=True)
    rows_only = replace(base, requirements=())
    found = [x for x in (hardest, None if mip.x is None else np.round(mip.x)) if x is not None and holds(rows_only, x)]
    if not found:
        raise NoPlanError(mip.proof, _hard_rows(base))
    plan = min(found, key=lambda x: float(_shortfalls(base, x).sum()))
    if mip.is_proven:
        bound = float(_shortfalls(base, plan).sum())
    short = _shortfalls(base, plan)
    return _lowered(base, short), plan, Stage(SHORTFALL, "share_of_requirement", bound, float(short.sum()))


def _hard_rows(base: Problem) -> str:
    """Say which rows no plan keeps together, by family and number."""
    merged = ["equal_treatment"] * int((base.choices.counts > 1).sum())  # a class that is one unit here
    lines = ["line_count"] if base.line_counts else []
    families = ["nesting", *lines, *(row.family for row in base.couplings), *merged]
    counted = [f"{family} ({families.count(family)})" if family != "nesting" else family for family in families]
    return "no whole plan keeps these together: " + ", ".join(dict.fromkeys(counted))


def _lowered(base: Problem, short: Floats) -> Problem:
    rows = tuple(
        replace(row, rhs=row.rhs - missing - CAP_TOLERANCE) if missing > 0 else row
        for row, missing in zip(base.requirements, short.tolist(), strict=True)
    )
    return replace(base, requirements=rows)


def _shortfalls(base: Problem, x: Floats) -> Floats:
    short = missing_shares(base, x)
    return np.where(short > PROVEN * 1e-3, short, 0.0)


def _hardest(choices: Choices) -> Floats:
    last = np.append(np.diff(choices.slot) > 0, True)
    return last.astype(np.float64)


def _spared(base: Problem, grades: tuple[str, ...]) -> Floats:
    """Return the plan that leaves `grades` (and better ones) at their floor and everyone else at the ceiling."""
    choices = base.choices
    better = [grade for _, group in PROTECTED_GROUPS for grade in group]
    spared = set(better[: better.index(grades[-1]) + 1])
    is_spared = choices.table["grade"].cast(str).is_in(list(spared)).to_numpy()
    first = np.insert(np.diff(choices.slot) > 0, 0, True)
    last = np.append(np.diff(choices.slot) > 0, True)
    return np.where(is_spared, first, last).astype(np.float64)


def _is_monotone(base: Problem) -> bool:
    """Return whether a harder measure never removes less, in any target row."""
    same_slot = np.diff(base.choices.slot) == 0
    return all(
        bool((np.diff(row.coefficients(base.choices))[same_slot] >= 0).all()) for row in base.requirements
    ) and all(_stop_is_hardest(base.choices, line) for line in base.line_counts)


def _stop_is_hardest(choices: Choices, line: LineCount) -> bool:
    last = _hardest(choices) > 0
    return bool(last[line.rows].sum() >= line.stop_at_least)


def _unspared(base: Problem, reached: float, run_on: _Run) -> tuple[Stage, ...]:
    """Return the loss bound when no grade is spared, against what the plan reaches: the price of sparing at most."""
    problem = replace(base, objective=base.choices.season_loss)
    lp, bound = relaxed(problem, run_on.limits, run_on.carried.get(UNSPARED_LOSS))
    if not lp.is_proven or bound is None:
        return ()
    run_on.left[UNSPARED_LOSS] = warm_of(problem, lp.duals)
    return (Stage(UNSPARED_LOSS, "CNY/season", bound, reached),)
