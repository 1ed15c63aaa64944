"""A family of constraints over orders: which rows it is about, and what breaks it. All are read in one pass."""

from collections.abc import Sequence
from dataclasses import dataclass

import polars as pl

from optimizer.result import Check

KEY = ("unit_id", "level")


@dataclass(frozen=True)
class Family:
    """Constraints that each look at one order with its facts beside it; a null verdict counts as violated.

    `concerned`: the rows that it is about, null is none of them; None: all. `off`: by how much a row breaks it.
    """

    name: str
    violated: pl.Expr
    off: pl.Expr | None = None
    concerned: pl.Expr | None = None

    @property
    def broken(self) -> pl.Expr:
        """Say whether a row is concerned and breaks it."""
        broken = self.violated.fill_null(value=True)
        return broken if self.concerned is None else broken & self.concerned


def checks_of(families: Sequence[Family], rows: pl.DataFrame) -> dict[str, Check]:
    """Return the check of each family by its name, with the first rows that break it as examples."""
    concerned = [pl.len() if each.concerned is None else each.concerned.sum() for each in families]
    numbers = rows.select(
        *(number.cast(pl.Int64).alias(f"{place} rows") for place, number in enumerate(concerned)),
        *(each.broken.sum().cast(pl.Int64).alias(f"{place} broken") for place, each in enumerate(families)),
    ).row(0)
    counted = zip(families, numbers[: len(families)], numbers[len(families) :], strict=True)
    return {each.name: _check(each, rows, *of_family) for each, *of_family in counted}


def _check(family: Family, rows: pl.DataFrame, concerned: int, broken: int) -> Check:
    if not broken:
        return Check(family.name, concerned, 0, 0.0)
    off = pl.lit(1.0) if family.off is None else family.off
    bad = rows.select(*KEY, is_broken=family.broken, off=off).filter("is_broken")
    examples = tuple(" ".join(str(each) for each in row if each is not None) for row in bad.select(KEY).head(5).rows())
    return Check(family.name, concerned, broken, float(bad["off"].max() or 0.0), examples)  # type: ignore[arg-type]
