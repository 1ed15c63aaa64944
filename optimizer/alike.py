"""Units that must be treated alike, as one unit each: what a whole class takes is one decision.

Equal treatment asks `x[u,l,k] = x[v,l,k]` of all units of a class. Where units are of one class at every level, all
their variables are the same, so one of them stands for all: its losses, removals and unit-days are the sums of theirs,
and the equalities between them are gone. Thousands of rows become none, and the program shrinks with them. It is the
same program: each of its plans is a plan of the units, and the other way round.
"""

from dataclasses import dataclass, replace

import numpy as np
import polars as pl

from grading.scale import LEVELS, POLLUTANTS
from optimizer.choices import Choices, Floats, Ints
from optimizer.model import Coupling
from optimizer.result import City

ALIKE = ("industry", "subtype", "process", "grade", "level", "offer")
"""What makes units one class at a level; `offer` is what they may choose from."""
FACTS = (
    "county", "industry", "subtype", "process", "product", "baseline_t_per_day", "treatment", "is_idle",
    "override_reason",
)  # fmt: skip
SUMMED = (*(f"{p}_removed_kg_per_day" for p in POLLUTANTS), "loss_cny_per_day", "extra_cut")


@dataclass(frozen=True)
class Alike:
    """Every unit's own choices (`listed`), and the choices of the units that stand for them.

    Shape: `place` has one entry per listed choice: its row in `choices`. Without equal treatment both are the same.
    """

    listed: Choices
    choices: Choices
    place: Ints

    @property
    def is_merged(self) -> bool:
        """Return whether some unit stands for others."""
        return self.choices is not self.listed

    def widened(self, x: Floats) -> Floats:
        """Return what every listed choice takes."""
        return x[self.place] if self.is_merged else x

    def per_unit(self, values: Floats) -> Floats:
        """Return every listed choice's equal part of what its class has together.

        Of reduced costs these are prices of the equalities that prove the same bound: at them all units of a class
        have the same costs, so what is cheapest for the class is cheapest for each.
        """
        if not self.is_merged:
            return values
        shared: Floats = (values / self.choices.counts[self.choices.unit])[self.place]
        return shared

    def gathered(self, row: Coupling) -> Coupling:
        """Return a row over listed choices as the same row over the merged ones."""
        if not self.is_merged:
            return row
        rows, of = np.unique(self.place[row.rows], return_inverse=True)
        values = np.bincount(of, weights=row.values, minlength=len(rows))
        used = values != 0
        return replace(row, rows=rows[used], values=values[used])


def alike_of(city: City, listed: Choices) -> Alike:
    """Return the choices of a city with the units that must be treated alike at every level merged."""
    nobody = Alike(listed, listed, np.arange(len(listed.k)))
    if not city.options.equal_treatment:
        return nobody
    stands = _standing_for(city, listed)
    is_first = stands == np.arange(len(stands))
    if is_first.all():
        return nobody
    first = np.searchsorted(listed.unit, np.arange(len(stands)))
    is_kept = is_first[listed.unit]
    row = np.cumsum(is_kept) - 1
    place = row[first[stands[listed.unit]] + np.arange(len(listed.k)) - first[listed.unit]]
    return Alike(listed, _merged(listed, stands, place), place)


def with_facts(city: City, choices: Choices) -> pl.DataFrame:
    """Return the choices with their unit's facts, in the same order; `row` is each choice's place.

    `is_plain`: the law treats the unit by its grade: no exemption, no pin, not idle.
    """
    plain = ~pl.col("is_idle") & (pl.col("treatment") == "none") & pl.col("override_reason").is_null()
    return (
        choices.table.with_row_index("row")
        .with_columns(pl.col("grade").cast(pl.String), season_loss=pl.Series(choices.season_loss))
        .join(city.units.select("unit_id", *FACTS), on="unit_id", how="left", maintain_order="left")
        .with_columns(is_plain=plain)
    )


def classes_of(table: pl.DataFrame) -> pl.DataFrame:
    """Return the choices of plain units that no line count concerns, with their class (`class_at`, its first row)."""
    own = table.filter("is_plain", pl.col("line_group").is_null())
    offered = own.group_by("unit_id", "level").agg(offer=pl.format("{}:{}", "k", "cut_share").str.join(" "))
    return own.join(offered, on=["unit_id", "level"], maintain_order="left").with_columns(
        class_at=pl.col("row").min().over(ALIKE)
    )


def _standing_for(city: City, listed: Choices) -> Ints:
    """Return for each unit the first one that is of its class at every level."""
    classes = classes_of(with_facts(city, listed)).unique(["unit", "level_index"], maintain_order=True)
    of_slot = np.full(len(listed.sizes), -1, dtype=np.int64)
    of_slot[(classes["unit"] * len(LEVELS) + classes["level_index"]).to_numpy()] = classes["class_at"].to_numpy()
    by_unit = of_slot.reshape(-1, len(LEVELS))
    stands = np.arange(len(by_unit))
    own = np.flatnonzero(by_unit[:, 0] >= 0)
    if len(own):
        _, first, of = np.unique(by_unit[own], axis=0, return_index=True, return_inverse=True)
        stands[own] = own[first[of.ravel()]]
    return stands


def _merged(listed: Choices, stands: Ints, place: Ints) -> Choices:
    """Return the choices of the units that stand for others, with what all of a class bring and lose together."""
    is_first = stands == np.arange(len(stands))
    number = np.cumsum(is_first) - 1
    sums = {
        name: pl.Series(np.bincount(place, weights=listed.table[name].to_numpy().astype(np.float64)))
        for name in SUMMED
    }  # fmt: skip
    kept = listed.table.filter(pl.Series(is_first[listed.unit]))
    table = kept.with_columns(unit=pl.Series(number[kept["unit"].to_numpy()]), **sums)
    unit_ids = tuple(pl.Series(listed.unit_ids).filter(pl.Series(is_first)))
    counts = np.bincount(number[stands], minlength=len(unit_ids))
    return replace(listed, table=table, unit_ids=unit_ids, stand_for=tuple(counts.tolist()))
