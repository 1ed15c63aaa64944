"""How much of the published plan another plan keeps: the enterprises cut, and the kilograms that change hands."""

import numpy as np
import polars as pl

from grading.scale import LEVELS, POLLUTANTS
from optimizer.answers.basis import Basis
from optimizer.choices import Floats, Ints

RED = len(LEVELS) - 1


def shared_with(basis: Basis, x: Floats) -> dict[str, float]:
    """Return `cuts_in_common` (1) and `moved_<pollutant>_kg_per_season` of a whole plan beside the published one.

    Maths: docs/model.md, A.6. The Jaccard share of two empty sets is 1: nothing is cut in either.
    """
    own, other = _enterprises_cut(basis, basis.x), _enterprises_cut(basis, x)
    either = own | other
    return {
        "cuts_in_common": len(own & other) / len(either) if either else 1.0,
        **{f"moved_{p}_kg_per_season": moved for p, moved in zip(POLLUTANTS, _moved(basis, x), strict=True)},
    }


def _enterprises_cut(basis: Basis, x: Floats) -> set[str]:
    choices = basis.problem.choices
    is_cut = (x > 0.5) & (choices.k > 0) & (choices.level == RED)
    units = choices.table.filter(pl.Series(is_cut)).select("unit_id")
    return set(units.join(basis.city.units, on="unit_id")["enterprise_id"])


def _moved(basis: Basis, x: Floats) -> list[float]:
    """Return per pollutant half the sum over units and levels of what changed, days a season counted.

    A kilogram that one unit no longer removes and another one does is one kilogram moved.
    """
    choices = basis.problem.choices
    changed = (x - basis.x) * choices.weight
    return [0.5 * float(np.abs(_by_slot(choices.slot, changed * row)).sum()) for row in choices.removed]


def _by_slot(slot: Ints, values: Floats) -> Floats:
    return np.asarray(np.bincount(slot, weights=values), dtype=np.float64)
