"""A program with every equality of equal treatment written out, solved with the units that they join as one unit each.

Answers ask about every unit, so their programs list all of them; the solver need not see that. The shares it finds go
back to every unit, and the equalities get the prices that its proof implies.
"""

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from grading.scale import LEVELS
from optimizer.again.warm import reduced_costs
from optimizer.alike import Alike, merged_by
from optimizer.choices import Bools, Ints
from optimizer.model import Coupling, Problem
from optimizer.solve import Solution

EQUAL = "equal_treatment"


def solved_as_one(problem: Problem, solve: Callable[[Problem], Solution]) -> Solution:
    """Return the solution of a linear program, found by `solve` with units that must be treated alike as one.

    Maths: docs/model.md, section 17.
    """
    pairs = _pairs(problem)
    if not len(pairs) or problem.is_integer or problem.is_elastic:
        return solve(problem)
    alike = merged_by(problem.choices, _classes(problem, pairs))
    one = _as_one(problem, alike)
    found = solve(one)
    if found.x is None or not found.duals:
        return found
    return replace(found, x=alike.widened(found.x), duals=_duals(problem, alike, one, found.duals))


def _equal_rows(problem: Problem) -> list[Coupling]:
    return [row for row in problem.couplings if row.family == EQUAL and len(row.rows) == 2]


def _pairs(problem: Problem) -> Ints:
    """Return the pairs of choices that must have the same share, (pairs, 2): the class's first unit, another one."""
    rows = [row.rows for row in _equal_rows(problem) if row.values[0] > 0]
    return np.array(rows, dtype=np.int64).reshape(-1, 2)


def _classes(problem: Problem, pairs: Ints) -> Ints:
    """Return the class of every slot, by unit and level: the slot of its first unit."""
    slot = problem.choices.slot
    classes = np.arange(len(problem.choices.sizes))
    classes[slot[pairs[:, 1]]] = slot[pairs[:, 0]]
    return classes.reshape(-1, len(LEVELS))


def _as_one(problem: Problem, alike: Alike) -> Problem:
    others = [row for row in problem.couplings if row.family != EQUAL]
    left: dict[tuple[bytes, bytes], Coupling] = {}
    equal = [row for row in problem.couplings if row.family == EQUAL]
    for row in (equal[at] for at in np.flatnonzero(_differ(alike, equal))):
        told = alike.gathered(row)
        left.setdefault((told.rows.tobytes(), told.values.tobytes()), told)
    lines = tuple(replace(line, rows=alike.gathered_rows(line.rows)) for line in problem.line_counts)
    return replace(
        problem,
        choices=alike.choices,
        objective=alike.summed(problem.objective),
        caps=tuple(replace(cap, per_choice=alike.summed(cap.per_choice)) for cap in problem.caps),
        line_counts=lines,
        couplings=(*map(alike.gathered, others), *left.values()),
    )


def _differ(alike: Alike, equal: list[Coupling]) -> Bools:
    """Return which rows of equal treatment still join two units."""
    ends = alike.gathered_rows(np.array([(row.rows[0], row.rows[-1]) for row in equal], dtype=np.int64))
    differ: Bools = ends[:, 0] != ends[:, 1]
    return differ


def _duals(problem: Problem, alike: Alike, one: Problem, found: dict[str, float]) -> dict[str, float]:
    """Return prices for every row: an equality's are what brings its unit to the equal part of its class."""
    scales = {cap.label: whole.scale / cap.scale for cap, whole in zip(one.caps, problem.caps, strict=True)}
    duals = {label: price * scales.get(label, 1.0) for label, price in found.items()}
    others = tuple(row for row in problem.couplings if row.family != EQUAL)
    known = duals | {row.label: duals.get(row.label, 0.0) for row in others}
    off = alike.per_unit(reduced_costs(one, found)) - reduced_costs(replace(problem, couplings=others), known)
    equal = {}
    for row in problem.couplings:
        if row.family == EQUAL:
            way = 1.0 if row.values[0] > 0 else -1.0
            equal[row.label] = max(way * float(off[row.rows[1]]), 0.0) if len(row.rows) == 2 else 0.0
    return known | equal
