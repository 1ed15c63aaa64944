"""What one kilogram more or less of a target is worth, by re-solving on either side.

A dual is one number between the two sides and not unique at a vertex; the two differences here are what a target
really costs. The loss is convex in the target, so the left price is never above the right one.
"""

from dataclasses import replace

import numpy as np
import polars as pl

from grading.checked import checked
from grading.scale import LEVELS, POLLUTANTS
from optimizer.answers.basis import SURE, Basis, basis_of
from optimizer.answers.tables import MarginalPrices
from optimizer.model import Problem
from optimizer.requirements import Requirement, requirements_of
from optimizer.result import City, Plan, Proof
from optimizer.solve import Solution

STEP = 1e-3
"""Step as a share of the requirement: small enough to stay near the target, large enough to stand out of rounding."""
MOVED = 1e-7
"""Relative change of the loss below which it has not moved: the solver's own tolerance."""
RE_SOLVED = (
    "level", "target", "pollutant", "step_kg_per_day", "price_left_cny_per_kg", "state_left", "price_right_cny_per_kg",
    "state_right", "cny_per_day_per_point", "lp_price_cny_per_kg",
)  # fmt: skip
RIGHT_WITHOUT = {Proof.OPTIMAL: "needs_spared_grade", Proof.INFEASIBLE: "unreachable"}
"""What the program without caps says of a step that the caps do not allow."""
Side = tuple[float | None, str]
"""Loss a season per share of the requirement, and the state."""


def marginal_prices(city: City, plan: Plan, *, step: float = STEP, basis: Basis | None = None) -> pl.DataFrame:
    """Return the price of each target on both sides (`tables.MarginalPrices`).

    Targets with room to spare are not re-solved: in a linear program they have no price on either side. The grades
    stay as spared as the plan spares them.

    Units: CNY/kg. Maths: docs/model.md, A.3.
    """
    basis = basis or basis_of(city, plan)
    base = basis.least
    reached = {row.label: row for row in basis.problem.requirements}
    rows = [
        line
        for row in requirements_of(city)
        for line in _lines(basis, row, _sides(basis, base, row, reached[row.label], step), step)
    ]
    if not rows:
        return MarginalPrices.create_empty()
    frame = pl.DataFrame(rows, schema=RE_SOLVED, orient="row", infer_schema_length=None)
    unmade = [name for name in MarginalPrices.column_names() if name not in frame.columns]
    told = frame.with_columns(pl.lit(None, dtype=pl.Float64).alias(name) for name in unmade)
    return checked(MarginalPrices, told.select(MarginalPrices.column_names()))


def _sides(basis: Basis, base: Solution, row: Requirement, reached: Requirement, step: float) -> tuple[Side, Side]:
    """Return what a share of the requirement costs below and above the target."""
    if not base.is_proven or base.x is None:
        return (None, "not_proven"), (None, "not_proven")
    if reached.rhs < row.rhs - 1e-6:
        return (None, "missed"), (None, "missed")
    room = float(row.coefficients(basis.problem.choices) @ base.x) - reached.rhs
    if room >= step:
        return (0.0, "not_moved"), (0.0, "not_moved")
    return _left(basis, base, reached, step), _right(basis, base, reached, step)


def _left(basis: Basis, base: Solution, row: Requirement, step: float) -> Side:
    return _difference(basis, base, basis.least_of(_shifted(basis.problem, row, -step)), step, -1)


def _right(basis: Basis, base: Solution, row: Requirement, step: float) -> Side:
    moved = basis.least_of(_shifted(basis.problem, row, step))
    if moved.proof == Proof.INFEASIBLE:
        unspared = basis.least_of(replace(_shifted(basis.problem, row, step), caps=()))
        return None, RIGHT_WITHOUT.get(unspared.proof, "not_proven")
    return _difference(basis, base, moved, step, 1)


def _difference(basis: Basis, base: Solution, moved: Solution, step: float, sign: int) -> Side:
    if not moved.is_proven or moved.objective is None or base.objective is None:
        return None, "not_proven"
    change = sign * (moved.objective - base.objective)
    blur = 2 * SURE if basis.is_large else MOVED * step
    if change <= blur * max(abs(base.objective), 1.0):
        return 0.0, "not_moved"
    return change / step, "confirmed"


def _shifted(problem: Problem, row: Requirement, by: float) -> Problem:
    rows = tuple(replace(own, rhs=row.rhs + by) if own.label == row.label else own for own in problem.requirements)
    return replace(problem, requirements=rows)


def _lines(basis: Basis, row: Requirement, sides: tuple[Side, Side], step: float) -> list[tuple[object, ...]]:
    """Return one line per pollutant that the row counts; its price is the row's price times its weight."""
    days = float(basis.problem.choices.days[row.level])
    society = dict(
        basis.city.targets.filter(pl.col("level").cast(pl.String) == LEVELS[row.level])
        .select(pl.col("pollutant").cast(pl.String), "society_kg_per_day")
        .iter_rows()
    )
    lines: list[tuple[object, ...]] = []
    for pollutant, per_kg in zip(POLLUTANTS, np.asarray(row.per_kg).tolist(), strict=True):
        if per_kg == 0:
            continue
        (left, state_left), (right, state_right) = sides
        dual = basis.least.duals.get(row.label) if state_left != "missed" else None
        below, above = (None if price is None else price * per_kg / days for price in (left, right))
        point = None if above is None or not society[pollutant] else above * society[pollutant] * 0.01
        lines.append(
            (LEVELS[row.level], row.name, pollutant, step / per_kg, below, state_left, above, state_right, point,
             None if dual is None else max(dual, 0.0) * per_kg / days)
        )  # fmt: skip
    return lines
