"""What must be removed from whole-society emission at each level."""

from typing import get_args

import polars as pl

from grading.case.settings import CaseSettings, Level, Pollutant, Society
from optimizer.tables import Targets

DAYS_PER_YEAR = 365.0
KG_PER_T = 1000.0


def society_kg_per_day(society: Society, pollutant: Pollutant) -> float | None:
    """Return the whole-society emission; unknown as soon as one sector leaves the pollutant out.

    Units: kg/d; tonnes a year are spread over 365 days.
    """
    stated = [sector.get(pollutant) for sector in society.sectors.values()]
    if not stated or any(value is None for value in stated):
        return None
    total = sum(value for value in stated if value is not None)
    return total * KG_PER_T / DAYS_PER_YEAR if society.unit == "t/a" else total


def build_targets(settings: CaseSettings) -> pl.DataFrame:
    """Return one row per level and pollutant; what cannot be stated stays null (not a target of 0)."""
    rows = []
    for level in get_args(Level):
        for pollutant in get_args(Pollutant):
            society = society_kg_per_day(settings.society, pollutant)
            share = settings.targets.get(level, {}).get(pollutant)
            others = sum(by_level.get(level, {}).get(pollutant, 0.0) for by_level in settings.reductions.values())
            required = None if society is None or share is None else share * society
            rows.append((level, pollutant, society, share, required, float(others)))
    return Targets.validate(pl.DataFrame(rows, schema=Targets.create_empty().schema, orient="row"))
