"""One city's arrays for one stage after another: the blocks stay, objective and caps change."""

from dataclasses import replace

import numpy as np

from grading.scale import LEVELS
from optimizer.choices import Floats
from optimizer.decompose.arrays import FORBIDDEN, Framed
from optimizer.decompose.rows import rows_of
from optimizer.model import Problem


def recosted(framed: Framed, problem: Problem) -> Framed:
    """Return the arrays of a problem that differs from the framed one in objective and caps only."""
    choices, instance = problem.choices, framed.instance
    place = np.full(len(choices.unit_ids), -1, dtype=np.int64)
    place[framed.unit] = np.arange(len(framed.unit))
    used = np.flatnonzero(place[choices.unit] >= 0)
    at = (choices.k[used], choices.level[used], place[choices.unit[used]])
    shape = (instance.measures, len(LEVELS), len(framed.unit))

    def dense(values: Floats, elsewhere: float) -> Floats:
        found = np.full(shape, elsewhere)
        found[at] = values[used]
        return found

    cost = dense(problem.objective, FORBIDDEN)
    caps = [dense(cap.per_choice / cap.scale, 0.0) for cap in problem.caps]
    fixed = place[choices.unit] < 0
    blocks = tuple(
        replace(
            block,
            cost=np.ascontiguousarray(cost[..., block.start : block.stop]),
            caps=tuple(np.ascontiguousarray(cap[..., block.start : block.stop]) for cap in caps),
        )
        for block in instance.blocks
    )
    rows = rows_of(problem, instance.rows.lines, fixed)
    constant = float(problem.objective[fixed].sum())
    return replace(framed, instance=replace(instance, blocks=blocks, rows=rows, constant=constant))
