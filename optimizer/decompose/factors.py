"""Optional rows over many units, by factors: what a choice counts is its unit's amount times a weight of its kind.

A county's share of the loss touches every choice in every county's row. But what it counts there is the choice's own
loss, times a number that only depends on the row and the unit's county. So a unit carries its amounts once and a kind,
and neither memory nor pricing grows with the number of counties, industries or products.
"""

from dataclasses import dataclass, replace

import numpy as np

from grading.scale import LEVELS
from optimizer.choices import Bools, Floats, Ints

MOST_KINDS = 1_000
"""Kinds of unit beyond which rows are not of this form."""
LEAST_ENTRIES = 64
"""Choices a row touches, on average of its family, from which a family is looked at."""
DIGITS = 12
"""Decimals to which weights are told apart; amounts are near 1."""


@dataclass(frozen=True)
class Counted:
    """Choices that line counts and optional rows touch: place `[k, level, unit]` of a block counts `value` in `row`.

    A row names a place at most once.
    """

    row: Ints
    k: Ints
    level: Ints
    unit: Ints
    value: Floats

    def of(self, kept: Bools | Ints | slice) -> "Counted":
        """Return some entries."""
        return Counted(self.row[kept], self.k[kept], self.level[kept], self.unit[kept], self.value[kept])

    def by_unit(self) -> "Counted":
        """Return the entries in the order of their units."""
        return self.of(np.argsort(self.unit, kind="stable"))


def joined_entries(parts: list[Counted]) -> Counted:
    """Return the entries of all parts, one after the other."""
    names = ("row", "k", "level", "unit", "value")
    return Counted(*[np.concatenate([getattr(part, name) for part in parts]) for name in names])


@dataclass(frozen=True)
class Factor:
    """Rows that count `amount[k, level, unit] * weight[kind[unit], level, row]`.

    Shape: `amount` (measures, levels, units), `kind` (units), `weight` (kinds, levels, rows), `rows` their places among
    all rows. `weight` and `rows` are shared by all blocks.
    """

    amount: Floats
    kind: Ints
    weight: Floats
    rows: Ints

    def of(self, units: Ints | slice) -> "Factor":
        """Return the same rows over some units."""
        return replace(self, amount=np.ascontiguousarray(self.amount[..., units]), kind=self.kind[units])

    def paid(self, prices: Floats) -> Floats | None:
        """Return what `prices` pay for an amount of one, (levels, units); None if nothing."""
        rate = self.weight @ prices[self.rows]
        return np.ascontiguousarray(rate.T)[:, self.kind] if rate.any() else None

    def activity(self, chosen: Floats) -> Floats:
        """Return what chosen measures bring to the rows."""
        taken = np.einsum("klu,klu->lu", chosen, self.amount)
        kinds = len(self.weight)
        by_kind = [np.bincount(self.kind, weights=of_level, minlength=kinds) for of_level in taken]
        found: Floats = np.einsum("lg,glr->r", np.stack(by_kind), self.weight)
        return found

    def entries(self) -> Counted:
        """Return the same rows choice by choice: for few units."""
        k, level, unit = np.nonzero(self.amount)
        own = self.weight[self.kind[unit], level]
        at, row = np.nonzero(own)
        value = own[at, row] * self.amount[k[at], level[at], unit[at]]
        return Counted(self.rows[row], k[at], level[at], unit[at], value)


def factored(counted: Counted, families: Ints, shape: tuple[int, ...]) -> tuple[tuple[Factor, ...], Counted]:
    """Return the rows that are factors, and the entries of all others.

    `families` has one number per row, below zero for rows that are never factors; a family is one factor if its amounts
    are proportional from row to row, else one factor per layer of rows that share no level.
    """
    found: list[Factor] = []
    rest = np.ones(len(counted.row), dtype=np.bool_)
    of_entry = families[counted.row]
    for family in np.unique(of_entry[of_entry >= 0]).tolist():
        mine = np.flatnonzero(of_entry == family)
        entries = counted.of(mine)
        if len(mine) < LEAST_ENTRIES * len(np.unique(entries.row)):
            continue
        whole = _factor(entries, shape)
        layers = (whole,) if whole else (_factor(entries.of(rows), shape) for rows in _layers(entries))
        factors = [layer for layer in layers if layer is not None]
        if sum(len(factor.rows) for factor in factors) == len(np.unique(entries.row)):
            found += factors
            rest[mine] = False
    return tuple(found), counted.of(rest)


def _factor(entries: Counted, shape: tuple[int, ...]) -> Factor | None:
    """Return rows as one factor; None where their amounts are not proportional."""
    entries = entries.of(np.lexsort((entries.k, entries.level, entries.row, entries.unit)))
    amount = np.zeros(shape)
    at = (entries.k, entries.level, entries.unit)
    amount[tuple(part[::-1] for part in at)] = entries.value[::-1]  # of several rows the first stays
    ratio = np.round(entries.value / amount[at], DIGITS)
    rows, place = np.unique(entries.row, return_inverse=True)
    first = np.flatnonzero(
        (np.diff(entries.unit, prepend=-1) != 0)
        | (np.diff(entries.row, prepend=-1) != 0)
        | (np.diff(entries.level, prepend=-1) != 0)
    )
    weight = ratio[first]
    if (ratio != np.repeat(weight, np.diff(np.append(first, len(ratio))))).any():
        return None
    unit, level, row = entries.unit[first], entries.level[first], place[first]
    own, kind = _kinds(unit, level * len(rows) + row, weight, shape[-1])
    if len(own) > MOST_KINDS:
        return None
    weights = np.zeros((len(own), len(LEVELS), len(rows)))
    of_kind = np.full(shape[-1], -1)
    of_kind[own] = np.arange(len(own))
    is_own = of_kind[unit] >= 0
    weights[of_kind[unit[is_own]], level[is_own], row[is_own]] = weight[is_own]
    return Factor(amount, kind, weights, rows) if _is_same(entries, amount, kind, weights, place) else None


def _kinds(unit: Ints, term: Ints, weight: Floats, units: int) -> tuple[Ints, Ints]:
    """Return one unit of each kind, and the kind of each unit: units of a kind have the same weights."""
    marks = np.random.default_rng(0).uniform(1.0, 2.0, int(term.max(initial=0)) + 1)
    mark = np.bincount(unit, weights=weight * marks[term], minlength=units)
    _, own, kind = np.unique(mark, return_index=True, return_inverse=True)
    return own, kind


def _is_same(entries: Counted, amount: Floats, kind: Ints, weight: Floats, place: Ints) -> bool:
    """Return whether the factor counts what the entries do, and nothing else."""
    value = amount[entries.k, entries.level, entries.unit] * weight[kind[entries.unit], entries.level, place]
    touched = np.count_nonzero(weight, axis=2)[kind].T
    many = int((np.count_nonzero(amount, axis=0) * touched).sum())
    return many == len(place) and bool(np.allclose(value, entries.value, rtol=1e-9, atol=0.0))


def _layers(entries: Counted) -> list[Bools]:
    """Return the entries of one family's rows layer by layer, so that no two rows of a layer touch the same level."""
    rows = np.unique(entries.row)
    touches = np.zeros((len(rows), len(LEVELS)), dtype=np.bool_)
    touches[np.searchsorted(rows, entries.row), entries.level] = True
    layers: list[tuple[list[int], Bools]] = []
    for row, levels in zip(rows.tolist(), touches, strict=True):
        place = next((place for place, (_, taken) in enumerate(layers) if not (taken & levels).any()), len(layers))
        members, taken = layers.pop(place) if place < len(layers) else ([], np.zeros_like(levels))
        layers.insert(place, ([*members, row], taken | levels))
    return [np.isin(entries.row, members) for members, _ in layers]
