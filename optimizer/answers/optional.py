"""Optional rows in the way of a target: what a target row can reach with them, told by the linear program itself.

The sums of `reach` do not see rows that join units. Where a city asks for such rows, how far a target row can go is
solved: all that is kept stands in the program, and what is missing of the row is least.
"""

from collections.abc import Collection
from dataclasses import dataclass, field, replace

import numpy as np

from grading.scale import LEVELS
from optimizer.answers.reach import OUTSIDE, PHYSICS, TOLERANCE, Name, Reach
from optimizer.answers.variants import with_everything_removable, with_lifted_ceilings
from optimizer.choices import Bools, choices_of
from optimizer.couplings import couplings_of
from optimizer.model import Coupling, Problem, line_counts_of
from optimizer.requirements import Requirement, requirements_of
from optimizer.result import City, Options
from optimizer.solve import Limits
from optimizer.whole.integer import relaxed

HAIR = 1e-7
"""Share of a requirement that the solver's rounding may leave open."""


def option_of(row: Coupling) -> Name:
    """Return what a planner calls an optional row: its family, and the county, product or receptor it is about."""
    if row.family == "quota":
        return row.family, row.key.rpartition(",")[0]
    if row.family == "receptor":
        return row.family, row.key.partition(",")[2]
    return row.family, row.key if row.family == "county_share" else ""


def options_asked(city: City) -> tuple[Name, ...]:
    """Return every optional requirement of a city that touches a unit, in a fixed order."""
    if city.options == Options():
        return ()
    return tuple(sorted({option_of(row) for row in couplings_of(city, choices_of(city)) if len(row.rows)}))


def without_options(city: City, names: Collection[Name]) -> City:
    """Return the city that no longer asks for some optional requirements; other names change nothing."""
    options, families = city.options, {family for family, _ in names}
    free = tuple(subject for family, subject in names if family == "county_share")
    kept = replace(
        options,
        grade_order=options.grade_order and "grade_order" not in families,
        equal_treatment=options.equal_treatment and "equal_treatment" not in families,
        free_counties=tuple(sorted({*options.free_counties, *free})),
        quotas=tuple(each for each in options.quotas if ("quota", each.product) not in names),
        receptors=tuple(each for each in options.receptors if ("receptor", each.name) not in names),
    )
    return replace(city, options=kept)


def least_missing(city: City, rows: tuple[Requirement, ...]) -> float | None:
    """Return the least that is missing of some target rows together, in shares of them; None where not proven."""
    choices = choices_of(city)
    lines = line_counts_of(choices, city.line_counts)
    nothing, sides = np.zeros(len(choices.k)), couplings_of(city, choices)
    problem = Problem(choices, rows, lines, nothing, couplings=sides, is_elastic=True)
    found, _ = relaxed(problem, Limits(city.time_limit_s))
    return sum(found.shortfalls.values()) if found.is_proven else None


@dataclass(frozen=True)
class OptionReach(Reach):
    """The reach of a target row in a city with optional rows; `options` stand at the end of `names`.

    What is brought is counted up to the requirement only. What is not proven counts as not reached.
    """

    city: City
    options: tuple[Name, ...]
    known: dict[frozenset[Name], float] = field(default_factory=dict, compare=False)

    def brought(self, dropped: Collection[Name] = ()) -> float:
        """Return the most that the row can reach, up to its requirement, when `dropped` is gone."""
        key = frozenset(dropped)
        if key not in self.known:
            row = replace(self.row, rhs=self.row.rhs - (self.outside if OUTSIDE in key else 0.0))
            missing = least_missing(changed_city(self.city, self, key), (row,))
            self.known[key] = self.row.rhs - (missing if missing is not None else np.inf)
        return self.known[key]

    def is_possible(self, dropped: Collection[Name] = ()) -> bool:
        """Return whether the row can be met; where even the sums say no, the program is not asked."""
        if not super().is_possible(dropped):
            return False
        return ("target", "") in dropped or self.brought(dropped) >= self.row.rhs - HAIR * max(abs(self.row.rhs), 1.0)

    def units_of(self, name: Name) -> Bools:
        """Return the units that a requirement holds back; of an optional one, all that its rows count."""
        if name not in self.options:
            return super().units_of(name)
        choices = choices_of(self.city)
        counted = np.zeros(len(choices.unit_ids), dtype=np.bool_)
        for row in couplings_of(self.city, choices):
            if option_of(row) == name:
                counted[choices.unit[row.rows]] = True
        return counted


def changed_city(city: City, reach: Reach, dropped: Collection[Name]) -> City:
    """Return the city without the requirements of `dropped`; what lies outside the list and the target are no part."""
    ids = np.array(city.units.sort("unit_id")["unit_id"].to_list())
    held = [places >= 0 for places in reach.holders]
    gone = np.array([*(name in dropped for name in reach.names), True])
    is_free = np.logical_and.reduce([gone[places] for places in reach.holders])
    freed = ids[is_free & np.logical_or.reduce(held)].tolist()
    changed = without_options(city, dropped)
    changed = with_lifted_ceilings(changed, freed, in_time=("notice", "") in {(name, "") for name, _ in dropped})
    if PHYSICS in dropped:
        changed = with_everything_removable(changed, ids[is_free].tolist(), LEVELS[reach.row.level])
    return changed


def with_options(city: City, reaches: tuple[Reach, ...]) -> tuple[Reach, ...]:
    """Return the reaches of a city's target rows, those of a city with optional rows solved with them.

    Where all rows can be met together, or the city asks for nothing optional, the sums are enough.
    """
    options = options_asked(city)
    together = least_missing(city, requirements_of(city)) if options else 0.0
    if not options or (together is not None and together <= TOLERANCE):
        return reaches
    return tuple(
        OptionReach(
            reach.row, (*reach.names, *options), reach.within, reach.by_menu, reach.emitted, reach.treatment, reach.pin,
            reach.notice, reach.outside, city, options,
        )
        for reach in reaches
    )  # fmt: skip
