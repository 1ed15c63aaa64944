"""From prices to whole orders: every unit at its cheapest chain, and of the near ties those that make every row hold.

An LP's duals leave few units near a tie between two chains of measures. Which of them take the other one is an
integer program of few columns, with chains instead of single choices, so that nesting needs no rows. Rounding up the
LP's shares fails where a cap stands against it; here caps are rows like all others.
"""

from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from grading.scale import LEVELS
from optimizer.choices import Choices, Floats
from optimizer.decompose.arrays import Framed, Instance
from optimizer.decompose.pricing import Codes, decode, price
from optimizer.decompose.tie_program import whole_ties
from optimizer.decompose.ties import Ties, reach_of, ties_of
from optimizer.solve import Limits

WINDOWS = (0.25, 0.05, 1.0)
"""Relative changes of prices within which ties are decided, one after the other until a plan is good enough."""
NODES = 200
"""Nodes that one integer program may take."""


def plans_near(instance: Instance, prices: Floats, gap_abs: float, limits: Limits) -> Iterator[tuple[Ties, Codes]]:
    """Yield whole plans near to prices, as the chain of every unit, with the ties that were decided.

    `gap_abs`: the distance from the best one, in the objective's unit, at which a program may stop. The caller counts
    every row again; the bound is that of the prices.
    """
    priced = price(instance, prices)
    reach = reach_of(instance, priced)
    enough = replace(limits, nodes=NODES, gap_abs=gap_abs)
    for window in WINDOWS:
        ties = ties_of(instance, priced, reach, window)
        codes = whole_ties(instance, priced, ties, enough)
        if codes is not None:
            yield ties, codes


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
