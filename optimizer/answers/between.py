"""A whole plan somewhere between a plan in shares and a whole one: only the choices of the two are open."""

from dataclasses import replace

import numpy as np

from optimizer.choices import Floats
from optimizer.integer import holds
from optimizer.model import Problem, build
from optimizer.solve import Limits, run

USED = 1e-7
NODES = 200
NEAR = 0.01
"""Share of its loss within which a plan found is near enough: what counts is that it keeps every row."""


def between(problem: Problem, shares: Floats, whole: Floats, time_limit_s: float) -> Floats | None:
    """Return a whole plan of `problem` made of the choices of two plans, or None where none was found.

    `whole` need not hold every row of `problem`.
    """
    kept = (shares > USED) | (whole > 0.5)
    small = replace(problem.restricted(kept), is_integer=True)
    limits = Limits(time_limit_s, gap_abs=NEAR * abs(float(problem.objective @ shares)), nodes=NODES)
    found = run(build(small), limits, accept_unproven=True)
    if found.x is None:
        return None
    x = np.zeros(len(kept))
    x[kept] = np.round(found.x)
    return x if holds(problem, x) else None
