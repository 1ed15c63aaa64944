"""What can be chosen: one row per unit, level and measure between floor and ceiling, in a fixed order.

Rows are sorted by unit id, level and measure, so the order of the city's rows never matters. Nesting
tightens the window: a unit held at measure k at yellow cannot take less at orange, and one that may not
pass k at red cannot pass it before.
"""

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import numpy.typing as npt
import polars as pl

from grading.scale import GRADES, LEVELS, POLLUTANTS
from optimizer.result import City

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]

LEAST_DAYS = 1e-3
"""Planning weight (d/season) of a level that is expected on no day: it is still planned at least loss."""

PROTECTED_GROUPS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("A", ("A", "leading")),
    ("B", ("B", "B-")),
    ("C", ("C", "non_leading")),
)
"""Grades spared by objective stage 1, best first; D is spared by nothing."""


def total(values: Floats, x: Floats) -> float:
    """Return the sum of values times x.

    Not `values @ x`: from 10,000 numbers on it wakes the BLAS library's own threads, which cost more than the sum.
    """
    return float(np.einsum("i,i->", values, x))


class ContradictionError(Exception):
    """Floors, ceilings and line counts that no plan can satisfy together; names every case."""

    def __init__(self, cases: list[str]) -> None:
        self.cases = tuple(cases)
        super().__init__("; ".join(cases))


@dataclass(frozen=True)
class Choices:
    """The flat table of choices and its columns as arrays.

    Shape: every array has one entry per row of `table`; `removed` one row per pollutant of `POLLUTANTS`.
    Units: removed kg/d, loss CNY/d, days d/season.
    """

    table: pl.DataFrame
    unit_ids: tuple[str, ...]
    days: Floats
    zero_day_levels: int
    stand_for: tuple[int, ...] | None = None
    """How many units each of `unit_ids` stands for (`optimizer.alike`); None: for itself alone.

    Otherwise a column `disturbs` says of how many units each row is a measure.
    """

    @cached_property
    def counts(self) -> Ints:
        """Return how many units each unit stands for."""
        return np.ones(len(self.unit_ids), dtype=np.int64) if self.stand_for is None else np.array(self.stand_for)

    @cached_property
    def unit(self) -> Ints:
        """Return the index of each row's unit in `unit_ids`."""
        return self.table["unit"].to_numpy().astype(np.int64)

    @cached_property
    def level(self) -> Ints:
        """Return the index of each row's level in `LEVELS`."""
        return self.table["level_index"].to_numpy().astype(np.int64)

    @cached_property
    def k(self) -> Ints:
        """Return each row's place in its unit's menu."""
        return self.table["k"].to_numpy().astype(np.int64)

    @cached_property
    def slot(self) -> Ints:
        """Return the unit-level slot of each row: `unit * 3 + level`."""
        return self.unit * len(LEVELS) + self.level

    @cached_property
    def removed(self) -> Floats:
        """Return what each row removes, one row per pollutant."""
        return np.stack([self.table[f"{p}_removed_kg_per_day"].to_numpy() for p in POLLUTANTS])

    @cached_property
    def loss(self) -> Floats:
        """Return the daily loss of each row."""
        return self.table["loss_cny_per_day"].to_numpy().astype(np.float64)

    @cached_property
    def weight(self) -> Floats:
        """Return the days a season that each row's level is expected."""
        return self.days[self.level]

    @cached_property
    def season_loss(self) -> Floats:
        """Return each row's loss over the season, CNY/season."""
        return self.loss * self.weight

    @cached_property
    def is_stop(self) -> Bools:
        """Return whether a row stops its line."""
        return self.table["is_stop"].to_numpy().astype(np.bool_)

    @cached_property
    def is_disturbing(self) -> Bools:
        """Return whether a row is any measure at all."""
        return self.k > 0

    @cached_property
    def grade(self) -> Ints:
        """Return the index of each row's grade in `GRADES`."""
        return self.table["grade"].cast(pl.Enum(GRADES)).to_physical().to_numpy().astype(np.int64)

    @cached_property
    def disturbed(self) -> Floats:
        """Return the unit-days a season under any measure that each row takes."""
        if self.stand_for is None:
            return self.is_disturbing * self.weight
        return self.table["disturbs"].to_numpy() * self.weight

    @cached_property
    def sizes(self) -> Ints:
        """Return the number of choices of each slot."""
        return np.bincount(self.slot, minlength=len(self.unit_ids) * len(LEVELS))

    @cached_property
    def is_free(self) -> Bools:
        """Return whether a row's slot leaves a choice."""
        return self.sizes[self.slot] > 1

    def extra_cut(self, grades: tuple[str, ...]) -> Floats:
        """Return unit-days a season cut beyond the floor by each row, for units of `grades`; 0 elsewhere."""
        known: dict[tuple[str, ...], Floats] = self.__dict__.setdefault("_extra_cut", {})
        if grades not in known:
            concerned = np.isin(self.grade, [GRADES.index(grade) for grade in grades])
            known[grades] = np.where(concerned, self.table["extra_cut"].to_numpy() * self.weight, 0.0)
        return known[grades]

    def keep(self, kept: Bools) -> "Choices":
        """Return only the rows of `kept`; every slot must keep at least one."""
        return replace(self, table=self.table.filter(pl.Series(kept)))


def choices_of(city: City) -> Choices:
    """Return every choice the city leaves, or raise `ContradictionError` naming what contradicts."""
    windows = _windows(city.units)
    table = (
        windows.join(city.menu, on="unit_id", how="left")
        .filter(pl.col("k").is_between(pl.col("floor"), pl.col("ceil")))
        .with_columns(*_of_level(), is_stop=pl.col("kind").cast(pl.String) == "stop")
        .sort("unit", "level_index", "k")
        .with_columns(floor_cut=pl.col("cut_share").first().over("unit", "level_index", order_by="k"))
        .with_columns(extra_cut=_extra_cut())
    )
    _refuse_contradictions(windows, table, city.line_counts)
    return with_days(table, tuple(windows.filter(pl.col("level_index") == 0)["unit_id"]), city.days_per_season)


def with_days(table: pl.DataFrame, unit_ids: tuple[str, ...], days_per_season: dict[str, float]) -> Choices:
    """Return the choices of a table under expected days per level."""
    days = np.array([days_per_season.get(level, 0.0) for level in LEVELS])
    return Choices(table, unit_ids, np.maximum(days, LEAST_DAYS), int((days <= 0).sum()))


def _windows(units: pl.DataFrame) -> pl.DataFrame:
    ordered = units.sort("unit_id").with_row_index("unit")
    parts = [
        ordered.select(
            pl.col("unit").cast(pl.Int64),
            "unit_id",
            pl.col("grade"),
            "line_group",
            pl.lit(level).alias("level"),
            pl.lit(index, dtype=pl.Int64).alias("level_index"),
            # Nesting: the floor of a milder level binds here, and the ceiling of a stricter one.
            pl.max_horizontal([f"floor_k_{name}" for name in LEVELS[: index + 1]]).alias("floor"),
            pl.min_horizontal([f"ceil_k_{name}" for name in LEVELS[index:]]).alias("ceil"),
        )
        for index, level in enumerate(LEVELS)
    ]
    return pl.concat(parts).sort("unit", "level_index")


def _of_level() -> list[pl.Expr]:
    """Return the loss at the row's own level, and what it removes there."""
    loss = credit = pl.lit(None, dtype=pl.Float64)
    for level in LEVELS:
        is_here = pl.col("level") == level
        loss = pl.when(is_here).then(pl.col(f"loss_{level}_cny_per_day")).otherwise(loss)
        credit = pl.when(is_here).then(pl.col(f"credit_{level}")).otherwise(credit)
    removed = [pl.col(f"{p}_removed_kg_per_day") * credit for p in POLLUTANTS]
    return [loss.alias("loss_cny_per_day"), *removed]


def _extra_cut() -> pl.Expr:
    more = (pl.col("cut_share") - pl.col("floor_cut")).clip(lower_bound=0)
    # A bureau measure need not cut production; taking one beyond the floor counts as a whole unit-day.
    unmeasured = (pl.col("kind").cast(pl.String) == "bureau") & (pl.col("k") > pl.col("floor")) & (more == 0)
    return pl.when(unmeasured).then(1.0).otherwise(more)


def _refuse_contradictions(windows: pl.DataFrame, table: pl.DataFrame, line_counts: pl.DataFrame) -> None:
    empty = windows.join(table, on=["unit", "level_index"], how="anti").sort("unit", "level_index")
    cases = [
        f"{row['unit_id']} {row['level']}: floor {row['floor']} above ceiling {row['ceil']} (nesting included)"
        for row in empty.iter_rows(named=True)
    ]
    cases += _short_groups(table, line_counts)
    if cases:
        raise ContradictionError(cases)


def refuse_short_groups(table: pl.DataFrame, line_counts: pl.DataFrame) -> None:
    """Raise ContradictionError where fewer lines of a group can stop than the law counts."""
    cases = _short_groups(table, line_counts)
    if cases:
        raise ContradictionError(cases)


def _short_groups(table: pl.DataFrame, line_counts: pl.DataFrame) -> list[str]:
    stoppable = (
        table.select("line_group", "level", "unit", "is_stop")
        .filter(pl.col("line_group").is_not_null() & pl.col("is_stop"))
        .group_by("line_group", "level")
        .agg(can_stop=pl.col("unit").n_unique())
    )
    short = (
        line_counts.with_columns(pl.col("level").cast(pl.String))
        .join(stoppable, on=["line_group", "level"], how="left")
        .filter(pl.col("stop_at_least") > pl.col("can_stop").fill_null(0))
        .sort("line_group", "level")
    )
    return [
        f"{row['line_group']} {row['level']}: {row['stop_at_least']} lines must stop, {row['can_stop'] or 0} can"
        for row in short.iter_rows(named=True)
    ]
