"""Optional rows a city may ask for: grade order, equal treatment, county shares, quotas, receptors.

Every row is written as at least: `sum(value * x) >= rhs`. Which choices it touches is computed here; the program,
the decomposition and the integer step treat all of them alike. What no plan can keep is named, never dropped.
"""

from collections.abc import Iterator
from itertools import pairwise

import numpy as np
import polars as pl

from grading.scale import LEVELS, POLLUTANTS
from optimizer.alike import Alike, classes_of, unmerged, with_facts
from optimizer.choices import Choices, ContradictionError, Floats
from optimizer.model import Coupling
from optimizer.result import City, Options

GRADE_LADDERS = (("A", "B", "B-", "C", "D"), ("leading", "non_leading"))
"""Grades that are compared with each other, best first."""
ROUNDING = 1e-9
FIRST_AT_LEAST = np.array([1.0, -1.0])
"""The share of a class's first unit, less that of another one."""


def couplings_of(city: City, choices: Choices) -> tuple[Coupling, ...]:
    """Return every optional row of a city, unit by unit; raises ContradictionError naming those no plan can keep."""
    return couplings_among(city, unmerged(choices))


def couplings_among(city: City, alike: Alike) -> tuple[Coupling, ...]:
    """Return every optional row over the choices of `alike`: of equal treatment only what merging leaves.

    Raises ContradictionError naming the rows that no plan can keep.
    """
    if city.options == Options():
        return ()
    table = with_facts(city, alike.listed)
    found = [
        *map(alike.gathered, grade_order(city, table)),
        *equal_treatment(city, with_facts(city, alike.choices) if alike.is_merged else table),
        *map(alike.gathered, county_share(city, table)),
        *map(alike.gathered, quota(city, table)),
        *map(alike.gathered, receptor(city, table)),
    ]
    _refuse_impossible(alike.choices, found)
    return tuple(found)


def grade_order(city: City, table: pl.DataFrame) -> Iterator[Coupling]:
    """Yield `grade_order[i,l,g]`: the mean cut of a better grade is never above that of the next worse.

    Only units that the law treats by their grade are compared: no exemption, no pin, not idle.
    """
    if not city.options.grade_order:
        return
    for ladder in GRADE_LADDERS:
        own = table.filter("is_plain", pl.col("grade").is_in(ladder))
        for (industry, process, level), rows in own.group_by("industry", "process", "level", maintain_order=True):
            present = [grade for grade in ladder if (rows["grade"] == grade).any()]
            for better, worse in pairwise(present):
                both = rows.filter(pl.col("grade").is_in([better, worse]))
                units = pl.col("unit_id").n_unique().over("grade")
                signed = pl.when(pl.col("grade") == worse).then("cut_share").otherwise(-pl.col("cut_share"))
                yield _row("grade_order", f"{industry},{process},{level},{better}", both, signed / units, 0.0)


def equal_treatment(city: City, table: pl.DataFrame) -> Iterator[Coupling]:
    """Yield `equal_treatment[c,l]`: units of one class with the same measures to choose from take the same one.

    Each measure's share is that of the class's first unit; an equality is two rows. Counted lines are left out.
    """
    if not city.options.equal_treatment:
        return
    classes = classes_of(table).with_columns(first=pl.col("unit_id").first().over("class_at"))
    is_first = pl.col("unit_id") == pl.col("first")
    pairs = (
        classes.filter(~is_first)
        .join(classes.filter(is_first).select("class_at", "k", first_row="row"), on=["class_at", "k"], how="left")
        .sort("class_at", "row")
    )
    both = pairs.select("first_row", "row").to_numpy().astype(np.int64)
    keys = pairs.select(pl.concat_str("unit_id", "level", "k", separator=",")).to_series()
    for key, rows in zip(keys, both, strict=True):
        yield Coupling("equal_treatment", f"{key},most", rows, FIRST_AT_LEAST, 0.0)
        yield Coupling("equal_treatment", f"{key},least", rows, -FIRST_AT_LEAST, 0.0)


def county_share(city: City, table: pl.DataFrame) -> Iterator[Coupling]:
    """Yield `county_share[d]`: a county's loss over the season is at most a factor of its share of listed value."""
    factor = city.options.county_loss_factor
    if factor is None:
        return
    value = city.units.filter(~pl.col("is_idle")).group_by("county").agg(pl.col("full_loss_cny_per_day").sum())
    whole = float(value["full_loss_cny_per_day"].sum())
    losing = table.select("row", "county", "season_loss").filter(pl.col("season_loss") > 0)
    scale = max(float(losing["season_loss"].max() or 0.0), ROUNDING)  # type: ignore[arg-type]
    for county, of_county in value.sort("county").iter_rows():
        allowed = factor * of_county / whole if whole > 0 else 1.0
        if allowed < 1.0 and county not in city.options.free_counties:
            within = pl.lit(allowed) - (pl.col("county") == county).cast(pl.Float64)
            yield _row("county_share", county, losing, within * pl.col("season_loss") / scale, 0.0)


def quota(city: City, table: pl.DataFrame) -> Iterator[Coupling]:
    """Yield `quota[product,l]`: so much output of a product stays at every level; unknown output counts as none."""
    for asked in city.options.quotas:
        made = table.filter(pl.col("product") == asked.product, pl.col("baseline_t_per_day").fill_null(0.0) > 0)
        for level in LEVELS:
            rows = made.filter(pl.col("level") == level)
            stays = (pl.col("baseline_t_per_day") * (1 - pl.col("cut_share"))) / asked.t_per_day
            yield _row("quota", f"{asked.product},{level}", rows, stays, 1.0)


def receptor(city: City, table: pl.DataFrame) -> Iterator[Coupling]:
    """Yield `receptor[l,r]`: reductions times source-receptor coefficients bring the wanted drop at a receptor."""
    for asked in city.options.receptors:
        per_kg = [
            pl.col("county").replace_strict(
                {county: of_county.get(p, 0.0) / 1000 for county, of_county in asked.ug_m3_per_tonne.items()},
                default=0.0,
                return_dtype=pl.Float64,
            )
            * pl.col(f"{p}_removed_kg_per_day")
            for p in POLLUTANTS
        ]
        for level, drop in asked.drop_ug_m3.items():
            rows = table.filter(pl.col("level") == level)
            yield _row("receptor", f"{level},{asked.name}", rows, pl.sum_horizontal(per_kg) / drop, 1.0)


def _row(family: str, key: str, rows: pl.DataFrame, value: pl.Expr, rhs: float) -> Coupling:
    values = rows.select(value.cast(pl.Float64)).to_series().to_numpy()
    used = np.flatnonzero(values)
    return Coupling(family, key, rows["row"].to_numpy()[used].astype(np.int64), values[used], rhs)


def _refuse_impossible(choices: Choices, rows: list[Coupling]) -> None:
    """Name every row that stays short with each unit at whatever suits this row best, floors and ceilings kept."""
    spare = _most(choices, rows) - np.array([row.rhs for row in rows])
    cases = [
        f"{row.label}: the lawful minimum, exemptions and physics leave at most {row.rhs + most:.4g} of {row.rhs:.4g}"
        if row.rhs
        else f"{row.label}: contradicts the lawful minimum, exemptions or physics by {-most:.4g}"
        for row, most in ((rows[at], float(spare[at])) for at in np.flatnonzero(spare < -ROUNDING))
    ]
    if cases:
        raise ContradictionError(cases)


def _most(choices: Choices, rows: list[Coupling]) -> Floats:
    """Return the most each row can reach: the best choice of every slot, on its own.

    A slot of which the row leaves a choice out can bring nothing; one that it does not touch brings nothing.
    """
    if not any(len(row.rows) for row in rows):
        return np.zeros(len(rows))
    entry, value = np.concatenate([row.rows for row in rows]), np.concatenate([row.values for row in rows])
    of_row, slot = np.repeat(np.arange(len(rows)), [len(row.rows) for row in rows]), choices.slot[entry]
    starts = np.flatnonzero(np.diff(of_row, prepend=-1) | np.diff(slot, prepend=-1))
    best = np.maximum.reduceat(value, starts)
    is_whole = np.diff(starts, append=len(value)) == choices.sizes[slot[starts]]
    at_best: Floats = np.where(is_whole, best, np.maximum(best, 0.0))
    return np.bincount(of_row[starts], at_best, len(rows)).astype(np.float64)
