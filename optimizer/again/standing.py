"""A linear program that stays in the solver: asked again with other right-hand sides, it goes on from where it stood.

Building a program and solving it from nothing takes a hundred times as long as one more question about it. From
question to question the objective may differ, what the target rows ask, and the caps; the choices stay. The solver
proves each answer as if it had been asked alone.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import highspy
import numpy as np
import pulp

from optimizer.choices import Floats, Ints, total
from optimizer.model import Cap, Model, Problem, build
from optimizer.requirements import Requirement
from optimizer.result import Outcome, Proof
from optimizer.solve import INFINITY, Limits, Solution, run

STATUSES = {
    highspy.HighsModelStatus.kOptimal: (Outcome.USABLE, Proof.OPTIMAL),
    highspy.HighsModelStatus.kInfeasible: (Outcome.NO_PLAN, Proof.INFEASIBLE),
    highspy.HighsModelStatus.kTimeLimit: (Outcome.NO_PLAN, Proof.NOT_PROVEN),
}
"""Whatever is not listed is a failure."""


@dataclass
class Standing:
    """One program in the solver; `now` is the problem it stands at. Made by `standing`.

    `column` is the place of each choice in the solver, -1 where its slot leaves no choice.
    """

    model: Model
    now: Problem
    limits: Limits
    row: dict[str, int]
    column: Ints

    def again(self, problem: Problem) -> Solution:
        """Return the optimum of a problem with the choices, counted lines and optional rows of the one built.

        Its target rows may ask for more or less of the same, or be left out; its caps may be moved, counted otherwise
        or left out. A problem that differs in anything else is refused with ValueError.
        """
        if not self.is_like(problem):
            raise ValueError("this program has other choices or rows than the one in the solver")
        self._ask(problem)
        solver = self.model.program.solverModel
        solver.setOptionValue("time_limit", solver.getRunTime() + self.limits.time_limit_s)
        solver.run()
        outcome, proof = STATUSES.get(solver.getModelStatus(), (Outcome.NO_PLAN, Proof.FAILED))
        return self._read(problem) if outcome == Outcome.USABLE else Solution(outcome, proof)

    def is_like(self, problem: Problem) -> bool:
        """Return whether a problem differs from the one built only in what `again` can change."""
        built = self.model.problem
        rows, caps = _by_label(built.requirements), {cap.label for cap in built.caps}
        return (
            problem.choices is built.choices
            and problem.line_counts is built.line_counts
            and problem.couplings is built.couplings
            and not (problem.is_integer or problem.is_elastic)
            and all(cap.label in caps for cap in problem.caps)
            and all(row.label in rows and _is_same(row, rows[row.label]) for row in problem.requirements)
        )

    def _ask(self, problem: Problem) -> None:
        solver, is_free = self.model.program.solverModel, problem.choices.is_free
        costs = problem.objective[is_free] / problem.scale
        solver.changeColsCost(len(costs), self.column[is_free].astype(np.int32), costs)
        for label, lower, upper in _asked(self.model.problem, problem):
            solver.changeRowBounds(self.row[label], lower, upper)
        for label, choices, values in _recounted(self.model.problem, self.now, problem):
            for column, value in zip(self.column[choices].tolist(), values.tolist(), strict=True):
                if column >= 0:
                    solver.changeCoeff(self.row[label], column, value)
        self.now = problem

    def _read(self, problem: Problem) -> Solution:
        found = self.model.program.solverModel.getSolution()
        x = np.where(self.column >= 0, np.array(found.col_value)[self.column], 1.0)
        duals = np.array(found.row_dual) * problem.scale
        priced = {label: float(duals[place]) for label, place in self.row.items()}
        built = self.model.problem
        rows, caps = _by_label(built.requirements), {cap.label: cap for cap in built.caps}
        scaled = {row.label: priced[row.label] * row.scale / rows[row.label].scale for row in problem.requirements}
        scaled |= {cap.label: priced[cap.label] * cap.scale / caps[cap.label].scale for cap in problem.caps}
        others = [line.label for line in problem.line_counts] + [side.label for side in problem.couplings]
        scaled |= {label: priced[label] for label in others}
        return Solution(Outcome.USABLE, Proof.OPTIMAL, x, total(problem.objective, x), scaled)


def standing(problem: Problem, limits: Limits) -> Standing:
    """Return a program built and handed to the solver, solved once; `again` of the same problem reads that answer.

    Raises ValueError for integer and elastic problems.
    """
    if problem.is_integer or problem.is_elastic:
        raise ValueError("only linear programs with rows that must hold can stay in the solver")
    model = build(problem)
    run(model, limits)
    # From here on there is a basis to go on from, which interior points would ignore.
    model.program.solverModel.setOptionValue("solver", "simplex")
    labels = [row.label for row in problem.requirements] + [cap.label for cap in problem.caps]
    labels += [line.label for line in problem.line_counts] + [side.label for side in problem.couplings]
    row = {label: model.program.get_constraint_by_name(label).index for label in labels}
    return Standing(model, problem, limits, row, np.array([_place(column) for column in model.columns], dtype=np.int64))


def _place(column: pulp.LpVariable | None) -> int:
    return -1 if column is None else int(column.index)


def _by_label(rows: tuple[Requirement, ...]) -> dict[str, Requirement]:
    return {row.label: row for row in rows}


def _is_same(row: Requirement, built: Requirement) -> bool:
    """Return whether two target rows add up the same kilograms, whatever they ask."""
    mine, other = (np.array(one.per_kg) * one.scale for one in (row, built))
    return row.level == built.level and bool(np.allclose(mine, other, rtol=1e-12, atol=0.0))


def _asked(built: Problem, problem: Problem) -> Iterator[tuple[str, float, float]]:
    """Yield name and bounds of every row that can move, less what choices without an alternative bring."""
    fixed = ~built.choices.is_free
    rows, caps = _by_label(problem.requirements), {cap.label: cap for cap in problem.caps}
    for row in built.requirements:
        asked = rows.get(row.label)
        constant = float(row.coefficients(built.choices)[fixed].sum())
        lower = -INFINITY if asked is None else asked.rhs * asked.scale / row.scale - constant
        yield row.label, lower, INFINITY
    for cap in built.caps:
        moved = caps.get(cap.label)
        upper = INFINITY if moved is None else (moved.at_most - float(moved.per_choice[fixed].sum())) / cap.scale
        yield cap.label, -INFINITY, upper


def _recounted(built: Problem, now: Problem, problem: Problem) -> Iterator[tuple[str, Ints, Floats]]:
    """Yield per cap the choices that count otherwise than at the moment, and what they count."""
    asked, standing_at = ({cap.label: cap for cap in one.caps} for one in (problem, now))
    for cap in built.caps:
        new = asked.get(cap.label)
        # A cap that was left out kept the counts it had before: those of the problem built, restored below.
        old = standing_at.get(cap.label, cap)
        wanted = cap if new is None else new
        if wanted.per_choice is not old.per_choice:
            changed = np.flatnonzero(wanted.per_choice != old.per_choice)
            yield cap.label, changed, wanted.per_choice[changed] / cap.scale


def loose(name: str, per_choice: Floats) -> Cap:
    """Return a cap that binds nothing yet: a row kept ready for later questions."""
    return Cap(name, per_choice, float(np.abs(per_choice).sum()))
