"""Why a target cannot be met, in a planner's terms: the requirements that cannot all stay."""

import polars as pl

from grading.scale import LEVELS
from optimizer.answers.reach import OUTSIDE, PHYSICS, TARGET, Name, Reach, reach_of
from optimizer.answers.tables import REQUIREMENTS, Conflicts
from optimizer.requirements import JOINT, requirements_of
from optimizer.result import City


def conflicts_of(city: City, *, by_industry: bool = False) -> pl.DataFrame:
    """Return what stands in the way of each target that cannot be met (`tables.Conflicts`); empty when all can.

    Exact for one target at a time. With `by_industry` exemptions and overrides are split by industry.

    Maths: docs/model.md, A.1.
    """
    rows = [line for reach in unreachable(city, by_industry=by_industry) for line in _lines(reach)]
    frame = pl.DataFrame(rows, schema=Conflicts.column_names(), orient="row") if rows else Conflicts.create_empty()
    return Conflicts.validate(frame, cast=True)


def unreachable(city: City, *, by_industry: bool = False) -> tuple[Reach, ...]:
    """Return the target rows that no plan can meet, each on its own."""
    reaches = (reach_of(city, row, by_industry=by_industry) for row in requirements_of(city))
    return tuple(reach for reach in reaches if not reach.is_possible())


def requirements_in_the_way(reach: Reach) -> tuple[Name, ...]:
    """Return every requirement that may stand in a row's way, the target itself last."""
    return *reach.names, PHYSICS, OUTSIDE, TARGET


def minimal_conflict(reach: Reach) -> tuple[Name, ...]:
    """Return a minimal set of requirements that cannot hold together, even if everything else were dropped.

    Maths: a deletion filter. What frees least is dropped first and stays dropped while the row stays out of
    reach, so the set keeps the weightiest; ties go by name. Dropping any one of the set, with what was dropped
    before, makes the row possible.
    """
    freed = {name: reach.brought([name]) for name in requirements_in_the_way(reach) if name != TARGET}
    dropped: list[Name] = []
    kept: list[Name] = []
    for name in [*sorted(freed, key=lambda name: (freed[name], name)), TARGET]:
        if reach.is_possible([*dropped, name]):
            kept.append(name)
        else:
            dropped.append(name)
    return tuple(kept)


def _lines(reach: Reach) -> list[tuple[object, ...]]:
    members = set(minimal_conflict(reach))
    scale, within = reach.row.scale, reach.brought()
    missing = max(reach.row.rhs - within, 0.0) * scale
    lines: list[tuple[object, ...]] = []
    for name in sorted(requirements_in_the_way(reach), key=lambda name: (REQUIREMENTS.index(name[0]), name[1])):
        freed = missing if name == TARGET else max(reach.brought([name]) - within, 0.0) * scale
        if freed <= 0:
            continue
        possible = reach.is_possible([name])
        units = int(reach.units_of(name).sum())
        unit = "1" if reach.row.name == JOINT else "kg/d"
        level = LEVELS[reach.row.level]
        lines.append((level, reach.row.name, *name, units, freed, missing, unit, name in members, possible))
    return lines
