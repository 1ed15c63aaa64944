"""What must be removed from whole-society emission at each level."""

import polars as pl

from grading.case.settings import CaseSettings, Pollutant, Society
from grading.scale import LEVEL_DTYPE, LEVELS, POLLUTANT_DTYPE
from optimizer.tables import Targets

DAYS_PER_YEAR = 365.0
KG_PER_T = 1000.0
_POLLUTANTS: tuple[Pollutant, ...] = ("so2", "nox", "pm", "vocs")


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
    for level in LEVELS:
        for pollutant in _POLLUTANTS:
            society = society_kg_per_day(settings.society, pollutant)
            share = settings.targets.get(level, {}).get(pollutant)  # type: ignore[call-overload]
            others = sum(by_level.get(level, {}).get(pollutant, 0.0) for by_level in settings.reductions.values())  # type: ignore[call-overload]
            required = None if society is None or share is None else share * society
            rows.append((level, pollutant, society, share, required, float(others)))
    schema = {
        "level": LEVEL_DTYPE,
        "pollutant": POLLUTANT_DTYPE,
        "society_kg_per_day": pl.Float64,
        "required_share": pl.Float64,
        "required_kg_per_day": pl.Float64,
        "other_lists_kg_per_day": pl.Float64,
    }
    return Targets.validate(pl.DataFrame(rows, schema=schema, orient="row"))
