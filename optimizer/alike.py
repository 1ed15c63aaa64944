"""Units that must be treated alike, as one unit each: what a whole class takes is one decision.

Equal treatment asks `x[u,l,k] = x[v,l,k]` of all units of a class. Where units are of one class at every level at
which they have a choice, all their variables are the same, so one of them stands for all: its losses, removals and
unit-days are the sums of theirs, and the equalities between them are gone. Thousands of rows become none, and the
program shrinks with them. It is the same program: each of its plans is a plan of the units, and the other way round.
"""

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import polars as pl

from grading.scale import LEVELS, POLLUTANTS
from optimizer.choices import Bools, Choices, Floats, Ints
from optimizer.classes import classes_of, facts_of, numbered
from optimizer.model import Coupling
from optimizer.result import City

SUMMED = (*(f"{p}_removed_kg_per_day" for p in POLLUTANTS), "loss_cny_per_day", "extra_cut")


@dataclass(frozen=True)
class Alike:
    """Every unit's own choices (`listed`), and the choices of the units that stand for them.

    Shape: `row` and `place` are pairs of a listed choice and a choice of the unit that stands for it, by `row`. Where a
    unit has no choice at a level and the one that stands for it has, its row is paired with all choices there: one of
    them is taken, and with it what is fixed. Without equal treatment all are the same. `stands`: which listed unit each
    unit of `choices` is.
    """

    listed: Choices
    choices: Choices
    row: Ints
    place: Ints
    stands: Ints

    @property
    def is_merged(self) -> bool:
        """Return whether some unit stands for others."""
        return self.choices is not self.listed

    @cached_property
    def _starts(self) -> Ints:
        """Return where the pairs of each listed choice begin, and at last where they all end."""
        return np.concatenate(([0], np.cumsum(np.bincount(self.row, minlength=len(self.listed.k)))))

    def widened(self, x: Floats) -> Floats:
        """Return what every listed choice takes."""
        return np.bincount(self.row, weights=x[self.place]).astype(np.float64) if self.is_merged else x

    def per_unit(self, values: Floats) -> Floats:
        """Return every listed choice's equal part of what all units that share the choice have together.

        Of reduced costs these are prices of the equalities that prove the same bound where the units share all levels:
        they have the same costs then, so what is cheapest for the class is cheapest for each.
        """
        if not self.is_merged:
            return values
        first = self._starts[:-1]
        sharing = np.bincount(self.place[first][self.listed.is_free], minlength=len(values))
        shared: Floats = (values / np.maximum(sharing, 1))[self.place[first]]
        return shared

    def gathered(self, row: Coupling) -> Coupling:
        """Return a row over listed choices as the same row over the merged ones."""
        if not self.is_merged:
            return row
        first = self._starts[row.rows]
        times = self._starts[row.rows + 1] - first
        entry = np.arange(times.sum()) + np.repeat(first - np.cumsum(times) + times, times)
        values = np.bincount(self.place[entry], np.repeat(row.values, times), len(self.choices.k)).astype(np.float64)
        used = np.flatnonzero(values)
        return replace(row, rows=used, values=values[used])

    def gathered_rows(self, rows: Ints) -> Ints:
        """Return where listed choices of units that stand for themselves alone are."""
        return self.place[self._starts[rows]] if self.is_merged else rows

    def summed(self, values: Floats) -> Floats:
        """Return what listed choices count, added up over the units that a unit stands for."""
        return np.bincount(self.place, weights=values[self.row]).astype(np.float64) if self.is_merged else values


def unmerged(listed: Choices) -> Alike:
    """Return choices of which every unit stands for itself."""
    rows = np.arange(len(listed.k))
    return Alike(listed, listed, rows, rows, np.arange(len(listed.unit_ids)))


def alike_of(city: City, listed: Choices) -> Alike:
    """Return the choices of a city with the units that must be treated alike wherever they have a choice merged."""
    if not city.options.equal_treatment:
        return unmerged(listed)
    return merged_by(listed, classes_of(facts_of(city, listed), listed).reshape(-1, len(LEVELS)))


def merged_by(listed: Choices, classes: Ints) -> Alike:
    """Return choices with the units merged that are of one class at every level at which they have a choice.

    `classes` (units, levels) are numbers, below zero for units that are of none.
    """
    stands = _standing_for(classes, (listed.sizes > 1).reshape(-1, len(LEVELS)))
    is_first = stands == np.arange(len(stands))
    if is_first.all():
        return unmerged(listed)
    kept = is_first[listed.unit]
    starts = np.cumsum(np.where(is_first.repeat(len(LEVELS)), listed.sizes, 0)) - listed.sizes
    slot = stands[listed.unit] * len(LEVELS) + listed.level
    times = np.where(listed.is_free, 1, listed.sizes[slot])
    row = np.repeat(np.arange(len(slot)), times)
    # Of a free choice its place in its slot, of a fixed one every place in the slot of the unit that stands for it.
    within = np.arange(len(row)) - np.repeat(np.cumsum(times) - times, times)
    own = np.arange(len(slot)) - (np.cumsum(listed.sizes) - listed.sizes)[listed.slot]
    within += np.where(listed.is_free, own, 0)[row]
    place = starts[slot[row]] + within
    alike = Alike(listed, listed.keep(kept), row, place, np.flatnonzero(is_first))
    return replace(alike, choices=_merged(alike, stands, is_first))


def _standing_for(classes: Ints, has_choice: Bools) -> Ints:
    """Return for each unit the one that stands for it: the first of those that hold all classes it has a choice in."""
    is_plain = classes[:, 0] >= 0
    is_open = has_choice.any(axis=1)
    stands = np.arange(len(classes))
    for own, kinds in ((is_plain & is_open, np.where(has_choice, classes, -1)), (is_plain & ~is_open, classes)):
        if own.any():
            units = np.flatnonzero(own)
            of = _kinds(kinds[units])
            first = np.full(int(of.max()) + 1, len(units))
            np.minimum.at(first, of, np.arange(len(units)))
            stands[units] = units[first[_hosts(kinds[units[first]], first)[of]]]
    return stands


def _kinds(classes: Ints) -> Ints:
    """Return a number for each unit that units with the same classes (units, levels) share."""
    few = numbered(classes.ravel() + 1).reshape(classes.shape)
    many, kind = int(few.max()) + 1, few[:, 0]
    for level in range(1, len(LEVELS)):
        kind = numbered(kind * many + few[:, level])
    return kind


def _hosts(triples: Ints, first: Ints) -> Ints:
    """Return for each kind of unit the kind that stands for it: the fullest that has all its classes, or itself.

    `triples` (kinds, levels) are the classes at each level, -1 without a choice there. Kinds that only share some of
    theirs stay apart: nesting ties each to levels of its own.
    """
    fullest = np.lexsort((first, -(triples >= 0).sum(axis=1)))
    owner = np.full(int(triples.max()) + 1, -1)
    for level in range(len(LEVELS)):
        here = fullest[triples[fullest, level] >= 0][::-1]
        owner[triples[here, level]] = here
    owners = np.where(triples >= 0, owner[triples], -1)
    most = owners.max(axis=1)
    is_one = ((owners == most[:, None]) | (owners < 0)).all(axis=1)
    return np.where(is_one, most, np.arange(len(triples)))


def _merged(alike: Alike, stands: Ints, is_first: Bools) -> Choices:
    """Return the choices of the units that stand for others, with what all of them bring and lose together."""
    listed, kept = alike.listed, alike.choices.table
    number = np.cumsum(is_first) - 1
    sums = {name: pl.Series(alike.summed(listed.table[name].cast(pl.Float64).to_numpy())) for name in SUMMED}
    disturbs = pl.Series(alike.summed(listed.is_disturbing.astype(np.float64)))
    table = kept.with_columns(unit=pl.Series(number[kept["unit"].to_numpy()]), disturbs=disturbs, **sums)
    unit_ids = tuple(pl.Series(listed.unit_ids).filter(pl.Series(is_first)))
    counts = np.bincount(number[stands], minlength=len(unit_ids))
    return replace(listed, table=table, unit_ids=unit_ids, stand_for=tuple(counts.tolist()))
