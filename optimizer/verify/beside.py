"""Rows of the city laid beside orders: by place where the keys agree row by row, looked up where they do not."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import polars as pl

from grading.scale import LEVELS

Places = npt.NDArray[np.int64]


def laid_beside(
    orders: pl.DataFrame, other: pl.DataFrame, keys: Sequence[str], places: Places | None = None
) -> pl.DataFrame:
    """Return every order with a row of `other` beside it, nulls where there is none.

    `places` is a guess where each order's row stands; None: row by row. It is believed only where the keys of all rows
    say so; otherwise the rows are joined, so a wrong guess costs time and nothing else.
    """
    many = other.height if places is None else len(places)
    if many == orders.height and (places is None or int(places.max(initial=-1)) < other.height):
        picked = other if places is None else other[places]
        if picked.select(keys).equals(orders.select(keys)):
            return pl.concat([orders, picked.drop(keys)], how="horizontal")
    return orders.join(other, on=list(keys), how="left", maintain_order="left")


def places_of_units(units: pl.DataFrame) -> Places:
    """Return the place of each order's unit where units and orders are in one order, every level of a unit once."""
    return np.repeat(np.arange(units.height), len(LEVELS))


def places_in_menu(menu: pl.DataFrame, orders: pl.DataFrame) -> Places:
    """Return the place of each order's measure where the menu is in the order of the orders, its measures by `k`."""
    unit = menu["unit_id"]
    first = np.flatnonzero(unit.ne_missing(unit.shift(1)).to_numpy())
    if len(first) * len(LEVELS) != orders.height or orders["k"].null_count():
        return np.zeros(0, dtype=np.int64)
    places: Places = np.maximum(np.repeat(first, len(LEVELS)) + orders["k"].to_numpy(), 0)
    return places
