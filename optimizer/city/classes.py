"""What the law says of every class of lines - industry, subtype, process - whoever runs them: told once per city."""

from dataclasses import dataclass
from functools import cached_property

import polars as pl

from grading.law.model import Law
from optimizer.city.asked import best_rungs
from optimizer.city.roster import CLASS, known_physics


@dataclass(frozen=True)
class Classes:
    """What the law says of some classes of lines.

    `rungs`: of `best_rungs`, one row per class, grade and level. `physics`: of `known_physics`.
    """

    rungs: pl.DataFrame
    physics: pl.DataFrame

    @cached_property
    def names(self) -> pl.DataFrame:
        """Return the classes: one row per industry, subtype and process."""
        return self.rungs.select(CLASS).unique(maintain_order=True)


def classes_of(units: pl.DataFrame, law: Law) -> Classes:
    """Return what a law says of the classes of some lines."""
    names = units.select(CLASS).unique(maintain_order=True)
    return Classes(best_rungs(names, law.ladder), known_physics(names, law.physics))


def classes_beside(known: Classes, units: pl.DataFrame, law: Law) -> Classes:
    """Return the same for a few lines where the law said `known` of others; it may hold more classes than theirs."""
    is_all = units.select(CLASS).join(known.names, on=list(CLASS), how="anti", nulls_equal=True).is_empty()
    return known if is_all else classes_of(pl.concat([known.names, units.select(CLASS)]), law)
