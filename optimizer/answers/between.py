"""A whole plan somewhere between a plan in shares and a whole one: only the choices of the two are open."""

from dataclasses import replace

import numpy as np

from grading.scale import LEVELS
from optimizer.choices import Bools, Floats
from optimizer.model import Problem, build
from optimizer.solve import Limits, run
from optimizer.whole.integer import holds

USED = 1e-7
NODES = 200
NEAR = 0.01
"""Share of its loss within which a plan found is near enough: what counts is that it keeps every row."""


def between(problem: Problem, shares: Floats, whole: Floats, time_limit_s: float) -> Floats | None:
    """Return a whole plan of `problem` made of the choices of two plans, or None where none was found.

    `whole` need not hold every row of `problem`.
    """
    kept = (shares > USED) | (whole > 0.5)
    gap = NEAR * abs(float(problem.objective @ shares))
    return whole_within(problem, kept, Limits(time_limit_s, gap_abs=gap, nodes=NODES))


def whole_within(problem: Problem, kept: Bools, limits: Limits) -> Floats | None:
    """Return a whole plan of the choices of `kept` that holds every row, or None where none was found.

    `kept` leaves every slot a choice. Units without an alternative are no part of the program that is solved.
    """
    small, inner = _open_part(problem, kept)
    x = (kept & ~inner).astype(np.float64)
    if inner.any():
        found = run(build(replace(small, is_integer=True)), limits, accept_unproven=True)
        if found.x is None:
            return None
        x[inner] = np.round(found.x)
    return x if holds(problem, x) else None


def _open_part(problem: Problem, kept: Bools) -> tuple[Problem, Bools]:
    """Return the program over the units that `kept` leaves a choice, all others' part taken off, and its choices."""
    choices = problem.choices
    sizes = np.bincount(choices.slot[kept], minlength=len(choices.sizes))
    has_choice = np.asarray((sizes.reshape(-1, len(LEVELS)) > 1).any(axis=1))
    inner: Bools = kept & has_choice[choices.unit]
    fixed = (kept & ~inner).astype(np.float64)
    small = problem.restricted(inner)
    rows, caps, lines, sides = problem.requirements, problem.caps, problem.line_counts, problem.couplings
    return replace(
        small,
        requirements=tuple(replace(row, rhs=row.rhs - float(row.coefficients(choices) @ fixed)) for row in rows),
        caps=tuple(
            replace(cap, at_most=cap.at_most - float(whole.per_choice @ fixed))
            for cap, whole in zip(small.caps, caps, strict=True)
        ),
        line_counts=tuple(
            replace(line, stop_at_least=line.stop_at_least - round(float(fixed[whole.rows].sum())))
            for line, whole in zip(small.line_counts, lines, strict=True)
        ),
        couplings=tuple(
            replace(side, rhs=side.rhs - float(whole.values @ fixed[whole.rows]))
            for side, whole in zip(small.couplings, sides, strict=True)
        ),
    ), inner
