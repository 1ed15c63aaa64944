"""Rows by enterprise without a filter per enterprise: a sorted frame and where each enterprise's rows lie in it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import polars as pl

Row = dict[str, Any]


@dataclass(frozen=True)
class Grouped:
    """A frame whose rows of one key stand together, and their offset and length."""

    frame: pl.DataFrame
    places: Mapping[str, tuple[int, int]]

    def of(self, key: str) -> Iterator[Row]:
        """Yield the rows of one key in their order; none for a key that has none."""
        offset, length = self.places.get(key, (0, 0))
        return self.frame.slice(offset, length).iter_rows(named=True)


def grouped(frame: pl.DataFrame, key: str = "enterprise_id") -> Grouped:
    """Return the frame with its rows of one key together, each key's rows in the order they had."""
    together = frame.sort(key, maintain_order=True)
    lengths = together.group_by(key, maintain_order=True).len()
    offsets = lengths.select(key, pl.col("len").cum_sum() - pl.col("len").cast(pl.Int64), pl.col("len").alias("length"))
    return Grouped(together, {name: (offset, length) for name, offset, length in offsets.iter_rows()})
