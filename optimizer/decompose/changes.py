"""Which units of a city differ from those of another one with the same units and rows."""

import numpy as np

from optimizer.choices import Bools, Floats, Ints
from optimizer.decompose.arrays import Block, Instance
from optimizer.decompose.factors import Factor

OF_ROWS = ("targets", "lines", "couplings", "caps", "spread")
SINGLE = (("counted", ("row", "k", "level", "unit", "value")), ("less", ("k", "level", "unit", "kg")))


def grown(old: Instance, new: Instance) -> Floats | None:
    """Return by how much the price of every row grows if a kilogram keeps its own; None where rows differ in more.

    What a row asks for may differ, and so may the size of a target.
    """
    many = len(new.rows.targets)
    factor = np.ones(new.rows.count)
    if old.measures == new.measures and all(getattr(old.rows, name) is getattr(new.rows, name) for name in OF_ROWS):
        return factor
    if old.rows.labels != new.rows.labels or old.measures != new.measures:
        return None
    factor[:many] = [now.scale / was.scale for was, now in zip(old.rows.targets, new.rows.targets, strict=True)]
    if not np.allclose(new.rows.spread * factor[:many], old.rows.spread, rtol=1e-12, atol=0.0):
        return None
    return factor


def changed_units(old: Instance, new: Instance) -> Ints | None:
    """Return the units, ascending, of which two instances have other numbers; None where they are not the same units.

    What line counts and optional rows of few choices count must be the same. Units counted in groups are never named.
    """
    if len(old.blocks) != len(new.blocks):
        return None
    found = []
    for was, now in zip(old.blocks, new.blocks, strict=True):
        if was is now:
            continue
        if not _is_alike(was, now):
            return None
        if was.lines is None:
            found.append(was.start + np.flatnonzero(_differs(was, now)))
    return np.concatenate(found) if found else np.zeros(0, dtype=np.int64)


def _is_alike(was: Block, now: Block) -> bool:
    """Return whether two blocks hold the same units in the same rows."""
    if (was.start, was.units, len(was.caps), len(was.factors)) != (
        now.start, now.units, len(now.caps), len(now.factors)
    ) or (was.lines is None) != (now.lines is None):  # fmt: skip
        return False
    if was.lines is not None:
        return True
    singles = all(
        np.array_equal(getattr(getattr(was, part), name), getattr(getattr(now, part), name))
        for part, names in SINGLE
        if getattr(was, part) is not getattr(now, part)
        for name in names
    )
    return singles and all(_is_same_rows(one, other) for one, other in zip(was.factors, now.factors, strict=True))


def _is_same_rows(was: Factor, now: Factor) -> bool:
    if was is now:
        return True
    return np.array_equal(was.rows, now.rows) and np.array_equal(was.weight, now.weight)


def _differs(was: Block, now: Block) -> Bools:
    """Return which units of two alike blocks differ."""
    pairs = [(was.cost, now.cost), (was.removed, now.removed), *zip(was.caps, now.caps, strict=True)]
    pairs += [(one.amount, other.amount) for one, other in zip(was.factors, now.factors, strict=True)]
    differs = np.zeros(was.units, dtype=np.bool_)
    for one, other in pairs:
        if one is not other:
            differs |= (one != other).any(axis=(0, 1))
    for before, after in zip(was.factors, now.factors, strict=True):
        if before.kind is not after.kind:
            differs |= before.kind != after.kind
    return differs
