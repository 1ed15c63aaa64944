"""From prices to whole orders: every unit at its cheapest chain, and of the near ties those that make every row hold.

An LP's duals leave few units near a tie between two chains of measures. Which of them take the other one is an
integer program of few columns, with chains instead of single choices, so that nesting needs no rows. Rounding up the
LP's shares fails where a cap stands against it; here caps are rows like all others.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np

from grading.scale import LEVELS
from optimizer.choices import Choices, Floats
from optimizer.decompose.arrays import Framed, Instance
from optimizer.decompose.pricing import Codes, decode, price
from optimizer.decompose.tie_program import whole_ties
from optimizer.decompose.ties import Ties, reach_of, ties_of
from optimizer.solve import Limits

STEPS = ((1.0, 1 / 32), (1.0, 1 / 16), (1.0, 1 / 8), (0.25, 4.0), (1.0, 4.0))
"""Which ties are decided, one step after the other until a plan is good enough: relative changes of prices within which
they lie, and what each may cost above the chain its unit holds, in shares of the distance from the best plan at which
a program may stop. Many cheap ties take a tenth of the time of a few dear ones, and most programs have a plan with
them; a tie dearer than the last share takes a plan further from the bound than it may be."""
NODES = 200
"""Nodes that one integer program may take."""


def plans_near(
    instance: Instance, prices: Floats, gap_abs: float, limits: Limits, steps: Sequence[tuple[float, float]] = STEPS
) -> Iterator[tuple[Ties, Codes]]:
    """Yield whole plans near to prices, as the chain of every unit, with the ties that were decided.

    `gap_abs`: the distance from the best one, in the objective's unit, at which a program may stop. The caller counts
    every row again; the bound is that of the prices.
    """
    priced = price(instance, prices)
    reach = reach_of(instance, priced)
    enough = replace(limits, nodes=NODES, gap_abs=gap_abs)
    for window, share in steps:
        if gap_abs <= 0 and share < 1:
            continue
        ties = ties_of(instance, priced, reach, window)
        ties = no_dearer(ties, share * gap_abs) if gap_abs > 0 else ties
        codes = whole_ties(instance, priced, ties, enough)
        if codes is not None:
            yield ties, codes


def no_dearer(ties: Ties, most: float) -> Ties:
    """Return the ties that cost no more than `most` above the chain their unit holds; one at least."""
    kept = np.flatnonzero(ties.margin <= max(most, float(ties.margin.min(initial=np.inf))))
    place = np.full(ties.count, -1)
    place[kept] = np.arange(len(kept))
    own = place[ties.column] >= 0
    return replace(
        ties, unit=ties.unit[kept], codes=ties.codes[kept], cost=ties.cost[kept], dense=ties.dense[:, kept],
        row=ties.row[own], column=place[ties.column[own]], value=ties.value[own],
        margin=ties.margin[kept], paid=ties.paid[kept],
    )  # fmt: skip


def as_plan(choices: Choices, framed: Framed, codes: Codes) -> Floats:
    """Return a whole plan of all choices: units without a choice as they are, all others at their chains."""
    measures = framed.instance.measures
    row_of = np.full((measures, len(LEVELS), len(choices.unit_ids)), -1)
    row_of[choices.k, choices.level, choices.unit] = np.arange(len(choices.k))
    fixed = np.ones(len(choices.unit_ids), dtype=np.bool_)
    fixed[framed.unit] = False
    chains = decode(codes, measures)
    x = np.where(fixed[choices.unit], 1.0, 0.0)
    for level in range(len(LEVELS)):
        x[row_of[chains[level], level, framed.unit]] = 1.0
    return x
