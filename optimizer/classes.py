"""What is known of every unit, and which units are of one class at a level: treated alike where a city asks for it.

Classes are numbers worked out per unit and per slot (unit and level), never per choice: of a million units there are
fifteen million choices.
"""

import numpy as np
import polars as pl

from grading.scale import LEVELS
from optimizer.choices import Choices, Ints
from optimizer.result import City

CLASS = ("industry", "subtype", "process", "grade")
"""What makes units one class at a level where they have the same measures and cuts to choose from."""
FACTS = (
    "county", "industry", "subtype", "process", "product", "baseline_t_per_day", "line_group", "treatment", "is_idle",
    "override_reason",
)  # fmt: skip
NARROW = 4
"""Numbers whose range is no wider than this many times their count are told apart by a table instead of by sorting."""


def facts_of(city: City, choices: Choices) -> pl.DataFrame:
    """Return what is known of every unit of the choices, one row each in their order.

    `is_plain`: the law treats the unit by its grade: no exemption, no pin, not idle.
    """
    plain = ~pl.col("is_idle") & (pl.col("treatment") == "none") & pl.col("override_reason").is_null()
    units = city.units.select("unit_id", pl.col("grade").cast(pl.String), *FACTS, is_plain=plain)
    ids = pl.DataFrame({"unit_id": choices.unit_ids}, schema={"unit_id": pl.String})
    return ids.join(units, on="unit_id", how="left", maintain_order="left")


def classes_of(facts: pl.DataFrame, choices: Choices) -> Ints:
    """Return the class of every slot, as its first slot; -1 where no class is: not plain, or counted by line."""
    kind = numbered(firsts(facts, CLASS))
    is_own = facts.select(pl.col("is_plain") & pl.col("line_group").is_null()).to_series().to_numpy()
    slots = np.flatnonzero(np.repeat(is_own, len(LEVELS)))
    unit, level = np.divmod(slots, len(LEVELS))
    offer = _offers(choices, slots) * len(LEVELS) + level
    code = numbered(offer * (int(kind.max(initial=0)) + 1) + kind[unit])
    first = np.full(code.max(initial=-1) + 1, len(choices.sizes))
    np.minimum.at(first, code, slots)
    classes = np.full(len(choices.sizes), -1)
    classes[slots] = first[code]
    return classes


def firsts(table: pl.DataFrame, keys: tuple[str, ...]) -> Ints:
    """Return for each row the first row with the same keys."""
    rows = table.select(keys).with_row_index("row").select(pl.col("row").first().over(keys)).to_series()
    return rows.to_numpy().astype(np.int64)


def numbered(values: Ints) -> Ints:
    """Return for each value (0 or more) its place among the different ones."""
    span = int(values.max(initial=-1)) + 1
    if span > NARROW * len(values) + 1:
        return np.unique(values, return_inverse=True)[1].astype(np.int64)
    is_there = np.zeros(span, dtype=np.bool_)
    is_there[values] = True
    return (np.cumsum(is_there) - 1)[values]


def _offers(choices: Choices, slots: Ints) -> Ints:
    """Return a number for each of these slots that slots with the same measures and cuts share."""
    sizes = choices.sizes[slots]
    starts = (np.cumsum(choices.sizes) - choices.sizes)[slots]
    cut = choices.table["cut_share"]
    cuts = np.sort(cut.unique().to_numpy())
    measures = int(choices.k.max(initial=0)) + 1
    offer = numbered(sizes)
    for place in range(int(sizes.max(initial=0))):
        at = np.where(place < sizes, starts + place, starts)
        code = np.searchsorted(cuts, cut.to_numpy()[at]) * measures + choices.k[at] + 1
        offer = numbered(offer * (measures * len(cuts) + 1) + np.where(place < sizes, code, 0))
    return offer
