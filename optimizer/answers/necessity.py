"""Each requirement in the way of a target, proven by re-solving: gone, the target holds; all kept, it cannot.

The sums of `reach` say the same without a solver; here the whole linear program is solved over the changed city, one
target row at a time, so that the two can only both be wrong together.
"""

from dataclasses import replace

import numpy as np
import polars as pl

from grading.scale import LEVELS
from optimizer.answers.optional import without_options
from optimizer.answers.reach import OUTSIDE, PHYSICS, TARGET, Name, Reach
from optimizer.answers.tables import OPTIONS
from optimizer.answers.variants import with_everything_removable, with_lifted_ceilings
from optimizer.attain import NOTICE
from optimizer.choices import choices_of
from optimizer.couplings import couplings_of
from optimizer.model import Problem, build, line_counts_of
from optimizer.requirements import Requirement, requirements_of
from optimizer.result import City, Proof
from optimizer.solve import Limits, run

HAIR = 1e-7
"""Share of a requirement that rounding may leave open."""


def resolved_without(city: City, reach: Reach, dropped: Name | None) -> str:
    """Return what re-solving says of one target row with one requirement gone (None: all kept).

    possible, impossible (both proven), or not_proven.
    """
    if dropped == TARGET:
        return "possible"
    changed, row = _changed(city, reach, dropped), reach.row
    if dropped == OUTSIDE:
        row = replace(row, rhs=row.rhs - reach.outside)
    found = run(build(_of_one_row(changed, row)), Limits(city.time_limit_s))
    if found.is_proven:
        return "possible"
    return "impossible" if found.proof == Proof.INFEASIBLE else "not_proven"


def _changed(city: City, reach: Reach, dropped: Name | None) -> City:
    if dropped is None or dropped == OUTSIDE:
        return city
    if dropped[0] in OPTIONS:
        return without_options(city, [dropped])
    units = city.units.sort("unit_id")["unit_id"].filter(pl.Series(reach.units_of(dropped))).to_list()
    if dropped == PHYSICS:
        return with_everything_removable(city, units, LEVELS[reach.row.level])
    # A pinned unit that is also exempt is held by both: dropping one of the two frees nobody.
    held = set(np.array(city.units.sort("unit_id")["unit_id"].to_list())[~reach.is_held_otherwise(dropped)])
    return with_lifted_ceilings(city, [unit for unit in units if unit in held], in_time=dropped[0] == NOTICE)


def _of_one_row(city: City, row: Requirement) -> Problem:
    choices = choices_of(city)
    own = next(each for each in requirements_of(city) if each.label == row.label)
    asked = replace(own, rhs=row.rhs * (1 - HAIR) if row.rhs > 0 else row.rhs)
    lines = line_counts_of(choices, city.line_counts)
    return Problem(choices, (asked,), lines, choices.season_loss, couplings=couplings_of(city, choices))
