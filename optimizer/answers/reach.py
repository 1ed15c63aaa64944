"""How far one target row could go if some of what stands in its way were dropped: exact, without a solver.

Every unit does its best for the row on its own; nesting never stands in the way of one row of one level, so the
sum is exact. Dropping more never brings less, which is what the search for a minimal conflict rests on.
"""

from collections.abc import Collection
from dataclasses import dataclass

import numpy as np
import polars as pl

from grading.scale import LEVELS, POLLUTANTS
from optimizer.attain import EXEMPT_HOLDERS, NOTICE
from optimizer.choices import Bools, Floats
from optimizer.city.credit import removed_at
from optimizer.city.notice import late_lines
from optimizer.requirements import Requirement
from optimizer.result import City

TOLERANCE = 1e-9
Name = tuple[str, str]
"""A requirement and the industry it is split by ("" where it is not split)."""


@dataclass(frozen=True)
class Reach:
    """One target row and what each unit could bring to it. Shape: one entry per unit; units: share of the row.

    `within` keeps every bound, `by_menu` is the best of the whole menu, `emitted` everything. `treatment`, `pin` and
    `notice` name what holds a unit below its menu, as places in `names` (-1: nothing does).
    """

    row: Requirement
    names: tuple[Name, ...]
    within: Floats
    by_menu: Floats
    emitted: Floats
    treatment: np.typing.NDArray[np.int64]
    pin: np.typing.NDArray[np.int64]
    notice: np.typing.NDArray[np.int64]
    outside: float

    @property
    def holders(self) -> tuple[np.typing.NDArray[np.int64], ...]:
        """Return everything that may hold a unit below its menu."""
        return self.treatment, self.pin, self.notice

    def brought(self, dropped: Collection[Name] = ()) -> float:
        """Return the most that the row can reach when the requirements of `dropped` are gone."""
        gone = np.array([*(name in dropped for name in self.names), True])
        is_free = np.logical_and.reduce([gone[held] for held in self.holders])
        # A unit that runs to the end of its menu is held by physics alone.
        best = np.where(is_free, self._unheld(PHYSICS in dropped), self.within)
        return float(best.sum()) + (self.outside if OUTSIDE in dropped else 0.0)

    def _unheld(self, has_no_physics: bool) -> Floats:
        is_held = np.logical_or.reduce([held >= 0 for held in self.holders])
        return self.emitted if has_no_physics else np.where(is_held, self.by_menu, self.within)

    def is_possible(self, dropped: Collection[Name] = ()) -> bool:
        """Return whether the row can be met when the requirements of `dropped` are gone."""
        return TARGET in dropped or self.brought(dropped) >= self.row.rhs - TOLERANCE

    def units_of(self, name: Name) -> Bools:
        """Return the units that a requirement holds back."""
        if name == PHYSICS:
            is_free = np.logical_and.reduce([held < 0 for held in self.holders])
            return np.asarray(is_free & (self.emitted > self.within + TOLERANCE))
        if name not in self.names:
            return np.zeros(len(self.within), dtype=np.bool_)
        place = self.names.index(name)
        return np.asarray(np.logical_or.reduce([held == place for held in self.holders]))

    def is_held_otherwise(self, name: Name) -> Bools:
        """Return the units that something else than one requirement holds back as well."""
        place = self.names.index(name) if name in self.names else -2
        others = [(held >= 0) & (held != place) for held in self.holders]
        return np.asarray(np.logical_or.reduce(others))


PHYSICS: Name = ("physics", "")
OUTSIDE: Name = ("outside_list", "")
TARGET: Name = ("target", "")


def reach_of(city: City, row: Requirement, *, by_industry: bool = False) -> Reach:
    """Return what each unit could bring to a target row, and who holds it back.

    A pinned unit that is also exempt is held by both: dropping the pin alone leaves the exemption. So is a line that
    needs more notice than the level gives: without its pin it could not be ready.
    """
    units = _brought_by_unit(city, row)
    is_short = pl.col("within") < pl.col("by_menu") - TOLERANCE
    split = pl.col("industry") if by_industry else pl.lit("")
    held = units.with_columns(
        split=split,
        held_by=pl.when(is_short & pl.col("treatment").is_in(EXEMPT_HOLDERS)).then("treatment"),
        pinned=pl.when(is_short & pl.col("is_pinned")).then(pl.lit("override")),
        late=pl.when(is_short & pl.col("is_late")).then(pl.lit(NOTICE)),
    )
    names = sorted(
        {pair for by in ("held_by", "pinned", "late") for pair in held.select(by, "split").drop_nulls().iter_rows()}
    )
    place = {name: index for index, name in enumerate(names)}

    def places(by: str) -> np.typing.NDArray[np.int64]:
        return np.array([place.get(pair, -1) for pair in held.select(by, "split").iter_rows()], dtype=np.int64)

    return Reach(
        row, tuple(names), held["within"].to_numpy(), held["by_menu"].to_numpy(), held["emitted"].to_numpy(),
        places("held_by"), places("pinned"), places("late"), _outside(city, row, float(held["emitted"].sum())),
    )  # fmt: skip


def _brought_by_unit(city: City, row: Requirement) -> pl.DataFrame:
    level = LEVELS[row.level]
    ceil = pl.min_horizontal([f"ceil_k_{name}" for name in LEVELS[row.level :]])
    floor = pl.max_horizontal([f"floor_k_{name}" for name in LEVELS[: row.level + 1]])
    units = city.units.select(
        "unit_id", "industry", "treatment", "is_idle", floor=floor, ceil=ceil,
        emitted=pl.when("is_idle").then(0.0).otherwise(_row_sum(row, "{}_kg_per_day")),
    )  # fmt: skip
    best = (
        city.menu.with_columns(removed_at(level))
        .select("unit_id", "k", brought=_row_sum(row, "{}_removed_kg_per_day"))
        .join(units.select("unit_id", "floor", "ceil"), on="unit_id")
        .filter(pl.col("k") >= pl.col("floor"))
        .group_by("unit_id", maintain_order=True)
        .agg(within=pl.col("brought").filter(pl.col("k") <= pl.col("ceil")).max(), by_menu=pl.col("brought").max())
    )
    pinned = city.legal.filter(pl.col("level").cast(pl.String) == level).select(
        "unit_id", is_pinned=pl.col("floor_state") == "override"
    )
    return (
        units.join(best, on="unit_id", how="left")
        .join(pinned, on="unit_id", how="left")
        .join(_late(city, level), on="unit_id", how="left")
        .with_columns(pl.col("within", "by_menu").fill_null(0.0), pl.col("is_pinned", "is_late").fill_null(False))
        .with_columns(emitted=pl.max_horizontal("emitted", "by_menu"))
        .sort("unit_id")
    )


def _late(city: City, level: str) -> pl.DataFrame:
    late = late_lines(city.units, city.menu, city.notice_h)
    return late.filter(pl.col("level").cast(pl.String) == level).select("unit_id", is_late=True)


def _row_sum(row: Requirement, template: str) -> pl.Expr:
    return pl.sum_horizontal(
        pl.col(template.format(p)).fill_null(0.0) * weight for p, weight in zip(POLLUTANTS, row.per_kg, strict=True)
    )


def _outside(city: City, row: Requirement, emitted: float) -> float:
    """Return what lies outside the list, less what the other lists already bring; as a share of the row."""
    at_level = city.targets.filter(pl.col("level").cast(pl.String) == LEVELS[row.level])
    whole = dict(at_level.select(pl.col("pollutant").cast(pl.String), "society_kg_per_day").iter_rows())
    others = dict(at_level.select(pl.col("pollutant").cast(pl.String), "other_lists_kg_per_day").iter_rows())
    society: float = sum(
        weight * ((whole.get(p) or 0.0) - others.get(p, 0.0)) for p, weight in zip(POLLUTANTS, row.per_kg, strict=True)
    )
    return max(society - emitted, 0.0)
