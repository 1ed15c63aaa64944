"""Grade order as steps: which grades of an industry and process are next to each other, and the row of each step."""

from dataclasses import dataclass

import numpy as np
import polars as pl

from grading.scale import LEVELS
from optimizer.choices import Floats, Ints
from optimizer.classes import firsts, numbered

GRADE_LADDERS = (("A", "B", "B-", "C", "D"), ("leading", "non_leading"))
"""Grades that are compared with each other, best first."""
WORSE, BETTER = 0, 1
"""The sides of a step."""


@dataclass(frozen=True)
class Steps:
    """The rows of one ladder in their order, by industry and process, level and better grade: `keys`.

    Shape: one entry per unit. `peers`: how many are of its grade there, infinite for a unit that is not compared;
    `first`: the row at the mildest level of the step in which the unit is on a side, (sides, units), -1 without one;
    `steps`: how many there are, so how far the next level's row is.
    """

    keys: tuple[str, ...]
    peers: Floats
    first: Ints
    steps: Ints

    def row_as(self, side: int, unit: Ints, level: Ints) -> Ints:
        """Return the row in which units are on a side at a level, -1 where none is."""
        first = self.first[side, unit]
        return np.where(first >= 0, first + level * self.steps[unit], -1)


def steps_of(facts: pl.DataFrame, ladder: tuple[str, ...]) -> Steps:
    """Return the steps between grades that are present side by side; `facts` of `optimizer.classes`."""
    is_compared = facts.select(pl.col("is_plain") & pl.col("grade").is_in(ladder)).to_series().fill_null(value=False)
    own = facts.with_row_index("unit").filter(is_compared)
    unit = own["unit"].to_numpy().astype(np.int64)
    rank = own["grade"].replace_strict(ladder, range(len(ladder)), return_dtype=pl.Int64).to_numpy()
    begins = firsts(own, ("industry", "process"))
    group = numbered(begins)
    groups = int(group.max(initial=-1)) + 1
    count = np.bincount(group * len(ladder) + rank, minlength=groups * len(ladder)).reshape(groups, len(ladder))
    place = np.cumsum(count > 0, axis=1) - 1
    steps = (count > 0).sum(axis=1) - 1
    starts = (np.cumsum(steps) - steps) * len(LEVELS)
    peers, many = np.full(facts.height, np.inf), np.zeros(facts.height, dtype=np.int64)
    first = np.full((2, facts.height), -1)
    peers[unit], many[unit] = count[group, rank], steps[group]
    own_place = place[group, rank]
    first[WORSE, unit] = np.where(own_place > 0, starts[group] + own_place - 1, -1)
    first[BETTER, unit] = np.where(own_place < steps[group], starts[group] + own_place, -1)
    return Steps(_keys(own[np.unique(begins)], count > 0, ladder), peers, first, many)


def _keys(groups: pl.DataFrame, is_there: np.typing.NDArray[np.bool_], ladder: tuple[str, ...]) -> tuple[str, ...]:
    named = zip(groups["industry"], groups["process"], is_there.tolist(), strict=True)
    return tuple(
        f"{industry},{process},{level},{better}"
        for industry, process, present in named
        for level in LEVELS
        for better in [grade for grade, here in zip(ladder, present, strict=True) if here][:-1]
    )
