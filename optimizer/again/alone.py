"""The plan's own rows of the comparison: what a what-if shows where nobody asked for other ways of planning."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import polars as pl

from grading.checked import shaped
from grading.scale import LEVELS, POLLUTANTS
from optimizer.compare import SHIELDED
from optimizer.prices import MET_WITHIN
from optimizer.requirements import Requirement, requirements_of
from optimizer.result import City
from optimizer.tables import Comparison

SEASON = "season"
REMOVED = tuple(f"{pollutant}_removed_kg_per_day" for pollutant in POLLUTANTS)


def plan_alone(city: City, orders: pl.DataFrame) -> pl.DataFrame:
    """Return the comparison frame (`optimizer.tables.Comparison`) with the plan's own rows only.

    The same rows as `optimizer.compare.comparison_of` has of the plan.
    """
    # In order: sums of groups taken in parts differ in their last bits from run to run.
    summed = orders.group_by("level", maintain_order=True).agg(pl.col(*REMOVED, "loss_cny_per_day").sum())
    brought = {str(level): values for level, *values in summed.iter_rows()}
    loss = {level: values.pop() for level, values in brought.items()}
    loss[SEASON] = sum(of_level * city.days_per_season.get(level, 0.0) for level, of_level in loss.items())
    missed = dict.fromkeys(
        (LEVELS[row.level], row.target) for row in requirements_of(city) if _falls_short(row, brought)
    )
    counted = _counted(city, orders)
    rows = [
        {
            "way": "plan",
            "level": level,
            "unit": "CNY/season" if level == SEASON else "CNY/d",
            "loss_cny_per_day": loss[level],
            **counted[level],
            "misses": _named(level, list(missed)),
            "saving_cny_per_day": 0.0,
        }
        for level in (*LEVELS, SEASON)
        if level in loss
    ]
    return shaped(Comparison, pl.DataFrame(rows, infer_schema_length=None))


def _falls_short(row: Requirement, brought: dict[str, list[float]]) -> bool:
    removed = brought.get(LEVELS[row.level], [0.0] * len(POLLUTANTS))
    return float(np.dot(row.per_kg, removed)) < row.rhs - MET_WITHIN


def _named(level: str, missed: Sequence[tuple[str, str]]) -> str | None:
    own = sorted(target if level != SEASON else f"{at} {target}" for at, target in missed if level in (at, SEASON))
    return ", ".join(own) or None


def _counted(city: City, orders: pl.DataFrame) -> dict[str, dict[str, int]]:
    """Return by level and for the season how many units and enterprises are cut, and how many of them are shielded."""
    level = orders["level"].to_physical().to_numpy()
    unit = orders["unit_id"].rle_id().to_numpy()  # the orders are by unit
    firm = orders["enterprise_id"].cast(pl.Categorical).to_physical().to_numpy()
    is_cut = orders["k"].to_numpy() > 0
    is_shielded = is_cut & orders["treatment"].is_in(SHIELDED).to_numpy()
    is_shielded[is_shielded] = _is_spared(city, orders.filter(is_shielded))
    found = {}
    for place, name in enumerate((*LEVELS, SEASON)):
        own = level == place if name != SEASON else np.ones(len(level), dtype=np.bool_)
        found[name] = {
            "units_cut": _different(unit[own & is_cut]),
            "enterprises_cut": _different(firm[own & is_cut]),
            "exempt_units_cut": _different(unit[own & is_shielded]),
        }
    return found


def _is_spared(city: City, orders: pl.DataFrame) -> npt.NDArray[np.bool_]:
    """Return of which orders the unit's ceiling at their level allows no measure."""
    ceilings = pl.coalesce(pl.when(pl.col("level") == level).then(f"ceil_k_{level}") for level in LEVELS)
    units = city.units.select("unit_id", *(f"ceil_k_{level}" for level in LEVELS))
    beside = orders.select("unit_id", "level").join(units, on="unit_id", how="left", maintain_order="left")
    return beside.select(ceilings.eq(0).fill_null(value=False)).to_series().to_numpy()


def _different(codes: npt.NDArray[np.unsignedinteger]) -> int:
    return int(np.count_nonzero(np.bincount(codes)))
