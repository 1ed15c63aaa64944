"""The orders of an earlier plan, read as a plan of other choices: to begin with, and to stay near to."""

from dataclasses import dataclass

import numpy as np
import polars as pl

from grading.scale import LEVELS
from optimizer.choices import Bools, Choices, Floats, Ints


def as_ordered(choices: Choices, orders: pl.DataFrame) -> Floats:
    """Return a base plan's orders as a whole plan of other choices: the same measure, else the next harder one.

    Units that the base did not know begin at their floor; nesting is kept by raising the stricter level.
    """
    ordered = ordered_beside(choices, orders)
    reaches = choices.table["cut_share"].to_numpy() >= ordered.cut - 1e-9
    place = np.where(ordered.is_same, -1, np.where(reaches, choices.k, 10_000 - choices.k))
    order = np.lexsort((place, choices.slot))
    first = order[np.searchsorted(choices.slot[order], np.arange(len(choices.sizes)))]
    ladder = np.maximum.accumulate(choices.k[first].reshape(-1, len(LEVELS)), axis=1).ravel()
    x = np.zeros(len(choices.k))
    starts = np.searchsorted(choices.slot, np.arange(len(ladder)))
    x[starts + ladder - choices.k[starts]] = 1.0
    return x


@dataclass(frozen=True)
class Ordered:
    """What a base plan orders where each choice stands: the cut (0 of units it does not know), and whether it is it."""

    cut: Floats
    is_same: Bools


def ordered_beside(choices: Choices, orders: pl.DataFrame) -> Ordered:
    """Return a base plan's order beside each choice of another city (orders: unit_id, level, measure_id, cut_share)."""
    slots = _slots_of(choices, orders)
    known = slots >= 0
    row = np.full(len(choices.sizes), orders.height, dtype=np.int64)
    row[slots[known]] = np.flatnonzero(known)
    row_of = row[choices.slot]
    cut = np.append(orders["cut_share"].to_numpy(), 0.0)[row_of]
    measures = pl.concat([orders["measure_id"], pl.Series([None], dtype=pl.String)])
    is_same = (choices.table["measure_id"] == measures.gather(row_of)).fill_null(value=False).to_numpy()
    return Ordered(cut, is_same)


def _slots_of(choices: Choices, orders: pl.DataFrame) -> Ints:
    """Return the slot of every order among the choices; -1 of units that are not among them."""
    in_order = pl.DataFrame({"unit_id": pl.Series(choices.unit_ids, dtype=pl.String)}).select(
        pl.col("unit_id").repeat_by(len(LEVELS)).explode()
    )
    if orders["unit_id"].equals(in_order["unit_id"]) and _is_by_level(orders["level"]):
        return np.arange(orders.height)
    unit = {unit_id: place for place, unit_id in enumerate(choices.unit_ids)}
    level = {name: place for place, name in enumerate(LEVELS)}
    units = orders["unit_id"].replace_strict(unit, default=-1, return_dtype=pl.Int64).to_numpy()
    levels = orders["level"].cast(pl.String).replace_strict(level, return_dtype=pl.Int64).to_numpy()
    return np.where(units >= 0, units * len(LEVELS) + levels, -1)


def _is_by_level(levels: pl.Series) -> bool:
    return all(bool((levels.gather_every(len(LEVELS), place) == level).all()) for place, level in enumerate(LEVELS))
