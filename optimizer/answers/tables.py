"""Every answer as a table. Levels and pollutants in the order of `grading.scale`; money in CNY a season."""

import dataframely as dy

from grading.scale import LEVELS

REQUIREMENTS = (
    "grade_exempt", "register_exempt", "register_quota", "small_micro", "override", "physics", "outside_list", "target",
)  # fmt: skip
"""What can stand in the way of a target, in a planner's terms."""


class Conflicts(dy.Schema):
    """One row per target that cannot be met and requirement that stands in its way.

    `freed` is what this requirement alone holds back (of `target`: what is missing), in `unit`; of `so2+nox` as a share
    of whole-society emission. `industry` is "" where requirements are not split. `is_in_conflict`: member of the minimal conflicting set. `makes_it_possible`: dropping this
    one alone, all others staying, is enough.
    """

    level = dy.Enum(LEVELS, primary_key=True)
    target = dy.String(primary_key=True)
    requirement = dy.Enum(REQUIREMENTS, primary_key=True)
    industry = dy.String(primary_key=True)
    units = dy.Int64(min=0)
    freed = dy.Float64(min=0)
    missing = dy.Float64(min=0)
    unit = dy.Enum(["kg/d", "1"])
    is_in_conflict = dy.Bool()
    makes_it_possible = dy.Bool()
