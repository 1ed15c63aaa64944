"""From a base plan to the plan of a changed city: the loss first, under the base's caps, then the proofs of the rest.

A few changed units move a few others. So the least loss is settled under the caps that spared the grades in the base;
whether those caps are still as tight as the sparing stages ask is then read from prices (`integer.settle_as_before`),
without a solver. Where they are not, the stages are settled in their order, as for any city.
"""

from dataclasses import replace

import numpy as np

from optimizer.again.ordered import as_ordered
from optimizer.again.warm import warm_of
from optimizer.choices import PROTECTED_GROUPS, Floats
from optimizer.model import Cap, Problem
from optimizer.result import City, Plan, Warm
from optimizer.solve import Limits
from optimizer.whole.integer import Effort, holds, settle

LOSS = "loss"


def resumed(whole: Problem, city: City, base: Plan, effort: Effort) -> tuple[Floats, Warm] | None:
    """Return the whole plan of least loss under the base's caps on spared grades, with its prices; None without one.

    Raises KeyboardInterrupt again where the work was interrupted: it is for the caller to end what follows.
    """
    caps = _caps_of(whole, base) if city.protect_grades else ()
    if base.orders.is_empty() or LOSS not in base.carried or caps is None:
        return None
    problem = replace(whole, objective=whole.choices.season_loss, caps=caps)
    ordered: Floats = as_ordered(whole.choices, base.orders)
    begun = ordered if holds(problem, ordered) else None
    settled = settle(problem, begun, Limits(city.time_limit_s), effort, base.carried[LOSS])
    if settled.is_interrupted:
        raise KeyboardInterrupt
    if settled.duals is None or not np.isfinite(settled.value):
        return None
    return settled.x, warm_of(problem, settled.duals, settled.value)


def _caps_of(whole: Problem, base: Plan) -> tuple[Cap, ...] | None:
    found = []
    for name, grades in PROTECTED_GROUPS:
        stage = f"protect_{name}"
        cap = base.carried[stage].cap if stage in base.carried else None
        if cap is None:
            return None
        found.append(Cap(stage, whole.choices.extra_cut(grades), cap))
    return tuple(found)
