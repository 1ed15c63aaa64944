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

COLUMNS = (
    "unit", "unit_id", "grade", "line_group", "level", "level_index", "floor", "ceil", "k", "cut_share",
    *(f"{p}_removed_kg_per_day" for p in POLLUTANTS),
    "kind", "measure_id", "measure_name", "loss_cny_per_day", "is_stop", "extra_cut",
)  # fmt: skip
"""The columns of the table of choices: a city of a million units has fifteen million rows of them."""


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
        return self.table["unit"].to_numpy().astype(np.int64, copy=False)

    @cached_property
    def level(self) -> Ints:
        """Return the index of each row's level in `LEVELS`."""
        return self.table["level_index"].to_numpy().astype(np.int64, copy=False)

    @cached_property
    def k(self) -> Ints:
        """Return each row's place in its unit's menu."""
        return self.table["k"].to_numpy().astype(np.int64, copy=False)

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
        return self.table["loss_cny_per_day"].to_numpy().astype(np.float64, copy=False)

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
    units = _windows(city.units)
    floor, ceil = (_by_level(units, bound) for bound in ("floor", "ceil"))
    at, sizes = _offered(units, city.menu, floor, ceil)
    slot = np.repeat(np.arange(len(sizes)), sizes)
    unit, level = np.divmod(slot, len(LEVELS))
    table = _told(units, unit, level).hstack(_measures(city.menu, at, level))
    bounds = [pl.Series(name, bound.ravel()[slot]) for name, bound in (("floor", floor), ("ceil", ceil))]
    table = table.hstack(bounds).with_columns(is_stop=pl.col("kind").cast(pl.String) == "stop")
    if (sizes > 0).all():
        floor_cut = table["cut_share"].to_numpy()[np.cumsum(sizes) - sizes][slot]
        table = table.with_columns(_extra_cut(pl.lit(pl.Series(floor_cut)))).select(COLUMNS)
    _refuse_contradictions(units["unit_id"], floor, ceil, sizes, table, city.line_counts)
    return with_days(table, tuple(units["unit_id"]), city.days_per_season)


def with_days(table: pl.DataFrame, unit_ids: tuple[str, ...], days_per_season: dict[str, float]) -> Choices:
    """Return the choices of a table under expected days per level."""
    days = np.array([days_per_season.get(level, 0.0) for level in LEVELS])
    return Choices(table, unit_ids, np.maximum(days, LEAST_DAYS), int((days <= 0).sum()))


def _windows(units: pl.DataFrame) -> pl.DataFrame:
    """Return the units by id, with the floor and the ceiling that nesting leaves at each level."""
    return units.sort("unit_id").select(
        "unit_id", "grade", "line_group",
        # Nesting: the floor of a milder level binds here, and the ceiling of a stricter one.
        *(pl.max_horizontal([f"floor_k_{name}" for name in LEVELS[: index + 1]]).alias(f"floor_{level}")
          for index, level in enumerate(LEVELS)),
        *(pl.min_horizontal([f"ceil_k_{name}" for name in LEVELS[index:]]).alias(f"ceil_{level}")
          for index, level in enumerate(LEVELS)),
    )  # fmt: skip


def _by_level(units: pl.DataFrame, bound: str) -> Ints:
    """Return a bound of every unit, (units, levels)."""
    columns = [units[f"{bound}_{level}"].cast(pl.Int64).to_numpy() for level in LEVELS]
    return np.stack(columns, axis=1)


def _offered(units: pl.DataFrame, menu: pl.DataFrame, floor: Ints, ceil: Ints) -> tuple[Ints, Ints]:
    """Return the row of the menu behind every choice, by unit, level and measure, and how many each slot has.

    No table of all levels is joined and sorted: of a million units it would hold fifteen million rows twice.
    """
    places = units.select("unit_id").with_row_index("unit")
    rows = menu.select("unit_id", "k").with_row_index("at").join(places, on="unit_id").sort("unit", "k")
    at, unit, k = (rows[name].to_numpy().astype(np.int64) for name in ("at", "unit", "k"))
    inside = [(k >= floor[unit, level]) & (k <= ceil[unit, level]) for level in range(len(LEVELS))]
    sizes = np.stack([np.bincount(unit[kept], minlength=len(floor)) for kept in inside], axis=1)
    starts = (np.cumsum(sizes) - sizes.ravel()).reshape(sizes.shape)
    found = np.empty(sizes.sum(), dtype=np.int64)
    for level, kept in enumerate(inside):
        of = sizes[:, level]
        within = np.arange(of.sum()) - np.repeat(np.cumsum(of) - of, of)
        found[starts[unit[kept], level] + within] = at[kept]
    return found, sizes.ravel()


def _told(units: pl.DataFrame, unit: Ints, level: Ints) -> pl.DataFrame:
    """Return who chooses, and at which level."""
    names = pl.Series(LEVELS, dtype=pl.String)
    return units.select("unit_id", "grade", "line_group")[unit].with_columns(
        unit=pl.Series(unit), level=names.gather(level), level_index=pl.Series(level)
    )


def _measures(menu: pl.DataFrame, at: Ints, level: Ints) -> pl.DataFrame:
    """Return what is chosen: the measure, its loss at the level, and what it removes there."""
    here = [np.flatnonzero(level == place) for place in range(len(LEVELS))]

    def of_level(name: str) -> Floats:
        values = np.empty(len(at))
        for rows, own in zip(here, LEVELS, strict=True):
            values[rows] = menu[name.format(own)].to_numpy()[at[rows]]
        return values

    credit = of_level("credit_{}")
    removed = {name: menu[name].to_numpy()[at] * credit for name in (f"{p}_removed_kg_per_day" for p in POLLUTANTS)}
    told = menu.select("k", "cut_share", "kind", "measure_id", "measure_name")[at]
    return told.with_columns(
        loss_cny_per_day=pl.Series(of_level("loss_{}_cny_per_day")),
        **{name: pl.Series(values) for name, values in removed.items()},
    )


def _extra_cut(floor_cut: pl.Expr) -> pl.Expr:
    more = (pl.col("cut_share") - floor_cut).clip(lower_bound=0)
    # A bureau measure need not cut production; taking one beyond the floor counts as a whole unit-day.
    unmeasured = (pl.col("kind").cast(pl.String) == "bureau") & (pl.col("k") > pl.col("floor")) & (more == 0)
    return pl.when(unmeasured).then(1.0).otherwise(more).alias("extra_cut")


def _refuse_contradictions(
    ids: pl.Series, floor: Ints, ceil: Ints, sizes: Ints, table: pl.DataFrame, line_counts: pl.DataFrame
) -> None:
    empty = np.flatnonzero(sizes == 0)
    cases = [
        f"{ids[unit]} {LEVELS[level]}: floor {floor[unit, level]} above ceiling {ceil[unit, level]} (nesting included)"
        for unit, level in zip(*(place.tolist() for place in np.divmod(empty, len(LEVELS))), strict=True)
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
