"""What a planned city leaves to every question asked of it: its choices, its counted lines and its arrays.

Most questions change what the targets ask and no line at all; then everything here stands as it is.
"""

from dataclasses import dataclass, replace

import numpy as np
import polars as pl

from grading.case.parts import changed_keys, inserted
from optimizer.alike import Alike, alike_of
from optimizer.choices import Choices, choices_of, refuse_short_groups, with_days
from optimizer.couplings import couplings_among
from optimizer.decompose.arrays import Framed, instance_of
from optimizer.model import LineCount, Problem, line_counts_of
from optimizer.requirements import requirements_of
from optimizer.result import City

OF_CHOICES = ("units", "menu", "line_counts")
MOST = 0.25
"""Share of the units above which all choices are listed anew."""


@dataclass(frozen=True)
class Program:
    """A city, what can be chosen in it, the rows of its counted lines, and its arrays at no objective."""

    city: City
    alike: Alike
    lines: tuple[LineCount, ...]
    frame: Framed


def program_of(city: City) -> Program:
    """Return the parts of a city; raises ContradictionError where no plan can hold its floors and ceilings."""
    return _program(city, choices_of(city))


def program_beside(city: City, base: Program | None) -> Program:
    """Return the parts of a city; those of a base where both have the same lines, and its choices of lines alike."""
    if base is None:
        return program_of(city)
    is_alike = city.days_per_season == base.city.days_per_season and city.options == base.city.options
    if is_alike and all(getattr(city, name) is getattr(base.city, name) for name in OF_CHOICES):
        return base
    return _program(city, choices_beside(city, base.city, base.alike.listed))


def _program(city: City, listed: Choices) -> Program:
    alike = alike_of(city, listed)
    choices = alike.choices
    lines = line_counts_of(choices, city.line_counts)
    nothing = np.zeros(len(choices.k))
    problem = Problem(choices, requirements_of(city), lines, nothing, couplings=couplings_among(city, alike))
    return Program(city, alike, lines, instance_of(problem, groups=1))


def choices_beside(city: City, base: City, known: Choices) -> Choices:
    """Return the choices of a city, those of units that a base has alike taken from there: as from nothing.

    Raises ContradictionError as `choices_of` does.
    """
    changed = _changed(base.units, city.units) | _changed(base.menu, city.menu)
    ids = pl.Series(known.unit_ids, dtype=pl.String)
    if len(changed) > MOST * len(known.unit_ids) or not city.units["unit_id"].sort().equals(ids):
        return choices_of(city)
    table = _patched(known, city, pl.Series(sorted(changed), dtype=pl.String)) if changed else known.table
    refuse_short_groups(table, city.line_counts)
    return with_days(table, known.unit_ids, city.days_per_season)


def _patched(known: Choices, city: City, changed: pl.Series) -> pl.DataFrame:
    """Return the table of choices with the rows of some units listed anew; the units are the same."""
    is_anew = pl.col("unit_id").is_in(changed.implode())
    few = choices_of(
        replace(
            city,
            units=city.units.filter(is_anew),
            menu=city.menu.filter(is_anew),
            line_counts=city.line_counts.clear(),
        )
    )
    ids = pl.Series(known.unit_ids, dtype=pl.String)
    place = ids.search_sorted(pl.Series(few.unit_ids, dtype=pl.String)).cast(pl.Int64)
    anew = few.table.with_columns(unit=place.gather(few.table["unit"]))
    return inserted(known.table.filter(~is_anew), anew, "unit")


def _changed(before: pl.DataFrame, after: pl.DataFrame) -> frozenset[str]:
    """Return the units of which two tables, sorted by unit, have other rows."""
    if before is after or before["unit_id"].equals(after["unit_id"]):
        return changed_keys(before, after, "unit_id")
    counts = [frame.group_by("unit_id").len() for frame in (before, after)]
    both = counts[0].join(counts[1], on="unit_id", how="full", coalesce=True, suffix="_after")
    others = both.filter(pl.col("len").ne_missing(pl.col("len_after")))["unit_id"]
    alike = ~pl.col("unit_id").is_in(others.implode())
    return frozenset(others) | changed_keys(before.filter(alike), after.filter(alike), "unit_id")
