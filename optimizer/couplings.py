"""Optional rows a city may ask for: grade order, equal treatment, county shares, quotas, receptors.

Every row is written as at least: `sum(value * x) >= rhs`. Which choices it touches is computed here; the program,
the decomposition and the integer step treat all of them alike. What no plan can keep is named, never dropped.
"""

from collections.abc import Iterator
from itertools import pairwise

import numpy as np
import polars as pl

from grading.scale import LEVELS, POLLUTANTS
from optimizer.alike import Alike, unmerged
from optimizer.choices import Choices, ContradictionError, Floats
from optimizer.classes import classes_of, facts_of
from optimizer.grade_steps import BETTER, GRADE_LADDERS, WORSE, steps_of
from optimizer.model import Coupling
from optimizer.result import City, Options

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
    facts = facts_of(city, alike.listed)
    found = [
        *grade_order(city, alike, facts),
        *equal_treatment(city, alike.choices),
        *county_share(city, alike, facts),
        *quota(city, alike, facts),
        *receptor(city, alike, facts),
    ]
    _refuse_impossible(alike.choices, found)
    return tuple(found)


def grade_order(city: City, alike: Alike, facts: pl.DataFrame) -> Iterator[Coupling]:
    """Yield `grade_order[i,l,g]`: the mean cut of a better grade is never above that of the next worse.

    Only units that the law treats by their grade are compared: no exemption, no pin, not idle.
    """
    if not city.options.grade_order:
        return
    choices = alike.choices
    for ladder in GRADE_LADDERS:
        steps = steps_of(facts, ladder)
        mean = alike.summed(alike.listed.table["cut_share"].to_numpy() / steps.peers[alike.listed.unit])
        unit = alike.stands[choices.unit]
        sides = np.stack([steps.row_as(side, unit, choices.level) for side in (WORSE, BETTER)], axis=1)
        entry = np.flatnonzero((sides >= 0) & (mean != 0)[:, None])
        entry = entry[np.argsort(sides.ravel()[entry], kind="stable")]
        ends = np.searchsorted(sides.ravel()[entry], np.arange(len(steps.keys) + 1))
        for key, some in zip(steps.keys, (slice(a, b) for a, b in pairwise(ends.tolist())), strict=True):
            rows, side = np.divmod(entry[some], 2)
            yield Coupling("grade_order", key, rows, np.where(side == WORSE, mean[rows], -mean[rows]), 0.0)


def equal_treatment(city: City, choices: Choices) -> Iterator[Coupling]:
    """Yield `equal_treatment[c,l]`: units of one class with the same measures to choose from take the same one.

    Each measure's share is that of the class's first unit; an equality is two rows. Counted lines are left out.
    """
    if not city.options.equal_treatment:
        return
    classes = classes_of(facts_of(city, choices), choices)
    others = np.flatnonzero((classes >= 0) & (classes != np.arange(len(classes))))
    others = others[np.argsort(classes[others], kind="stable")]
    sizes, starts = choices.sizes[others], np.cumsum(choices.sizes) - choices.sizes
    within = np.arange(sizes.sum()) - np.repeat(np.cumsum(sizes) - sizes, sizes)
    both = np.stack([np.repeat(starts[of], sizes) + within for of in (classes[others], others)], axis=1)
    keys = choices.table[both[:, 1]].select(pl.concat_str("unit_id", "level", "k", separator=",")).to_series()
    for key, rows in zip(keys, both, strict=True):
        yield Coupling("equal_treatment", f"{key},most", rows, FIRST_AT_LEAST, 0.0)
        yield Coupling("equal_treatment", f"{key},least", rows, -FIRST_AT_LEAST, 0.0)


def county_share(city: City, alike: Alike, facts: pl.DataFrame) -> Iterator[Coupling]:
    """Yield `county_share[d]`: a county's loss over the season is at most a factor of its share of listed value."""
    factor = city.options.county_loss_factor
    if factor is None:
        return
    value = (
        city.units.filter(~pl.col("is_idle"))
        .group_by("county", maintain_order=True)
        .agg(pl.col("full_loss_cny_per_day").sum())
    )
    whole = float(value["full_loss_cny_per_day"].sum())
    loss = np.maximum(alike.listed.season_loss, 0.0)
    scale = max(float(loss.max(initial=0.0)), ROUNDING)
    everyone = alike.summed(loss)
    for county, of_county in value.sort("county").iter_rows():
        allowed = factor * of_county / whole if whole > 0 else 1.0
        if allowed < 1.0 and county not in city.options.free_counties:
            own = alike.summed(np.where((facts["county"] == county).to_numpy()[alike.listed.unit], loss, 0.0))
            yield _row("county_share", county, ((allowed - 1.0) * own + allowed * (everyone - own)) / scale, 0.0)


def quota(city: City, alike: Alike, facts: pl.DataFrame) -> Iterator[Coupling]:
    """Yield `quota[product,l]`: so much output of a product stays at every level; unknown output counts as none."""
    made = facts["baseline_t_per_day"].fill_null(0.0)
    stays = 1 - alike.listed.table["cut_share"].to_numpy()
    for asked in city.options.quotas:
        of_unit = made.zip_with((facts["product"] == asked.product).fill_null(value=False) & (made > 0), made * 0.0)
        output = alike.summed(of_unit.to_numpy()[alike.listed.unit] * stays / asked.t_per_day)
        for place, level in enumerate(LEVELS):
            yield _row("quota", f"{asked.product},{level}", np.where(alike.choices.level == place, output, 0.0), 1.0)


def receptor(city: City, alike: Alike, facts: pl.DataFrame) -> Iterator[Coupling]:
    """Yield `receptor[l,r]`: reductions times source-receptor coefficients bring the wanted drop at a receptor."""
    listed = alike.listed
    for asked in city.options.receptors:
        drop = np.zeros(len(listed.k))
        for p in POLLUTANTS:
            per_kg = {county: of_county.get(p, 0.0) / 1000 for county, of_county in asked.ug_m3_per_tonne.items()}
            of_unit = facts["county"].replace_strict(per_kg, default=0.0, return_dtype=pl.Float64).to_numpy()
            if of_unit.any():
                drop += of_unit[listed.unit] * listed.table[f"{p}_removed_kg_per_day"].to_numpy()
        for level, wanted in asked.drop_ug_m3.items():
            brought = alike.summed(np.where(listed.level == LEVELS.index(level), drop / wanted, 0.0))
            yield _row("receptor", f"{level},{asked.name}", brought, 1.0)


def _row(family: str, key: str, values: Floats, rhs: float) -> Coupling:
    used = np.flatnonzero(values)
    return Coupling(family, key, used, values[used], rhs)


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
