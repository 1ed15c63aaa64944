"""Why a target cannot be met, in a planner's terms: the requirements that cannot all stay."""

import polars as pl

from grading.checked import checked
from grading.scale import LEVELS, POLLUTANTS
from optimizer.answers.necessity import resolved_without
from optimizer.answers.optional import with_options
from optimizer.answers.reach import OUTSIDE, PHYSICS, TARGET, Name, Reach, reach_of
from optimizer.answers.tables import REQUIREMENTS, Conflicts
from optimizer.requirements import JOINT, requirements_of
from optimizer.result import City

NOTHING = 1e-9
"""Share of what is missing below which a requirement holds back nothing but rounding."""


def conflicts_of(city: City, *, by_industry: bool = False) -> pl.DataFrame:
    """Return what stands in the way of each target that cannot be met (`tables.Conflicts`); empty when all can.

    Exact for one target at a time. With `by_industry` exemptions and overrides are split by industry.

    Maths: docs/model.md, A.1.
    """
    rows = [line for reach in unreachable(city, by_industry=by_industry) for line in _lines(city, reach)]
    frame = pl.DataFrame(rows, schema=Conflicts.column_names(), orient="row") if rows else Conflicts.create_empty()
    return checked(Conflicts, frame)


def unreachable(city: City, *, by_industry: bool = False) -> tuple[Reach, ...]:
    """Return the target rows that no plan can meet, each on its own, the city's optional rows kept."""
    reaches = tuple(reach_of(city, row, by_industry=by_industry) for row in requirements_of(city))
    return tuple(reach for reach in with_options(city, reaches) if not reach.is_possible())


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


def _lines(city: City, reach: Reach) -> list[tuple[object, ...]]:
    members = set(minimal_conflict(reach))
    scale, within = reach.row.scale, reach.brought()
    missing = max(reach.row.rhs - within, 0.0) * scale
    society = _society(city, reach)
    all_kept = resolved_without(city, reach, None)
    lines: list[tuple[object, ...]] = []
    for name in sorted(requirements_in_the_way(reach), key=lambda name: (REQUIREMENTS.index(name[0]), name[1])):
        freed = missing if name == TARGET else max(reach.brought([name]) - within, 0.0) * scale
        if freed <= NOTHING * missing:
            continue
        possible = reach.is_possible([name])
        units = int(reach.units_of(name).sum())
        unit = "1" if reach.row.name == JOINT else "kg/d"
        level = LEVELS[reach.row.level]
        share = freed / society if society else None
        told = (share, name in members, possible, resolved_without(city, reach, name), all_kept)
        lines.append((level, reach.row.name, *name, units, freed, missing, unit, *told))
    return lines


def _society(city: City, reach: Reach) -> float | None:
    """Return the whole-society emission that a row's kilograms are a share of; 1 for the row that adds shares."""
    if reach.row.name == JOINT:
        return 1.0
    at_level = city.targets.filter(pl.col("level").cast(pl.String) == LEVELS[reach.row.level])
    whole = dict(at_level.select(pl.col("pollutant").cast(pl.String), "society_kg_per_day").iter_rows())
    counted = [whole[p] for p, weight in zip(POLLUTANTS, reach.row.per_kg, strict=True) if weight > 0]
    return counted[0] if len(counted) == 1 else None
