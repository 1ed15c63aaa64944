"""What a planned city leaves to every question asked of it: its choices, its counted lines and its arrays.

Most questions change what the targets ask and no line at all; then everything here stands as it is.
"""

from collections.abc import Collection
from dataclasses import dataclass, replace

import numpy as np
import polars as pl

from grading.case.parts import apart, changed_keys, replaced
from grading.scale import LEVELS
from optimizer.again.frame import patched
from optimizer.alike import Alike, alike_of
from optimizer.choices import Choices, choices_of, refuse_short_groups, with_days
from optimizer.couplings import couplings_among
from optimizer.decompose.arrays import Framed, instance_of
from optimizer.model import LineCount, Problem, line_counts_of
from optimizer.requirements import requirements_of
from optimizer.result import City, Options

OF_CHOICES = ("units", "menu", "line_counts")
OF_UNITS = ("grade", "line_group", *(f"{bound}_k_{level}" for bound in ("floor", "ceil") for level in LEVELS))
"""Columns of the units that choices are made of; of the menu it is all."""
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
    listed, changed = _listed(city, base.city, base.alike.listed)
    return _program(city, listed) if changed is None else _program_of_few(city, listed, base, changed)


def _program(city: City, listed: Choices) -> Program:
    alike = alike_of(city, listed)
    choices = alike.choices
    lines = line_counts_of(choices, city.line_counts)
    nothing = np.zeros(len(choices.k))
    problem = Problem(choices, requirements_of(city), lines, nothing, couplings=couplings_among(city, alike))
    return Program(city, alike, lines, instance_of(problem, groups=1))


def _program_of_few(city: City, listed: Choices, base: Program, changed: Collection[str]) -> Program:
    """Return the parts of a city of which few units have other choices; no optional rows, and no counted lines moved.

    Where one of these is not so, everything is made anew.
    """
    units = np.searchsorted(np.array(listed.unit_ids), sorted(changed))
    if city.options != Options() or _is_counted(city, base.city, changed):
        return _program(city, listed)
    lines = _shifted(base.lines, base.alike.listed, listed)
    frame = patched(base.frame, listed, lines, units)
    return _program(city, listed) if frame is None else Program(city, alike_of(city, listed), lines, frame)


def _is_counted(city: City, base: City, changed: Collection[str]) -> bool:
    """Return whether the law counts other lines, or some of the changed units among them."""
    ids = pl.Series(list(changed), dtype=pl.String).implode()
    return not city.line_counts.equals(base.line_counts) or any(
        bool(each.units.filter(pl.col("unit_id").is_in(ids))["line_group"].is_not_null().any()) for each in (city, base)
    )


def _shifted(lines: tuple[LineCount, ...], before: Choices, after: Choices) -> tuple[LineCount, ...]:
    """Return counted lines whose own choices stay, where others come or go before them."""
    if not lines:
        return lines
    more = after.sizes - before.sizes
    rows = np.concatenate([line.rows for line in lines])
    rows = rows + (np.cumsum(more) - more)[before.slot[rows]]
    ends = np.cumsum([len(line.rows) for line in lines]).tolist()
    return tuple(
        LineCount(line.group, line.level, line.stop_at_least, rows[begun:end])
        for line, begun, end in zip(lines, [0, *ends[:-1]], ends, strict=True)
    )


def choices_beside(city: City, base: City, known: Choices) -> Choices:
    """Return the choices of a city, those of units that a base has alike taken from there: as from nothing.

    Raises ContradictionError as `choices_of` does.
    """
    return _listed(city, base, known)[0]


def _listed(city: City, base: City, known: Choices) -> tuple[Choices, frozenset[str] | None]:
    """Return the choices of a city, and the units with other ones than a base; None where all were listed anew."""
    changed = changed_keys(base.units, city.units, "unit_id", OF_UNITS) | _changed(base.menu, city.menu)
    ids = pl.Series(known.unit_ids, dtype=pl.String)
    if len(changed) > MOST * len(known.unit_ids) or not city.units["unit_id"].sort().equals(ids):
        return choices_of(city), None
    table = _patched(known, city, pl.Series(sorted(changed), dtype=pl.String)) if changed else known.table
    if _is_counted(city, base, changed):
        refuse_short_groups(table, city.line_counts)
    return with_days(table, known.unit_ids, city.days_per_season), changed


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
    return replaced(known.table, changed, anew, "unit_id")


def _changed(before: pl.DataFrame, after: pl.DataFrame) -> frozenset[str]:
    """Return the units of which two tables, sorted by unit, have other rows."""
    if before is after or before["unit_id"].equals(after["unit_id"]):
        return changed_keys(before, after, "unit_id")
    before, after = apart(before, after, "unit_id")
    runs = [frame["unit_id"].rle().struct for frame in (before, after)]
    units, others = (run.field("value") for run in runs)
    if not units.equals(others):
        return changed_keys(before, after, "unit_id")
    many = [run.field("len").to_numpy() for run in runs]
    is_alike = many[0] == many[1]
    own, new = (frame.filter(np.repeat(is_alike, of)) for frame, of in zip((before, after), many, strict=True))
    return frozenset(units.filter(~is_alike)) | changed_keys(own, new, "unit_id")
