"""The target rows of a city: which sums of removed kilograms must reach which right-hand side.

A row is scaled by its required value, so it reads "share of the requirement reached", whatever the
pollutant's magnitude.
"""

from dataclasses import dataclass

import numpy as np
import polars as pl

from grading.scale import LEVELS, POLLUTANTS
from optimizer.choices import Choices, Floats
from optimizer.result import City

JOINT = "so2+nox"
OWN_FLOOR = "_own_floor"


@dataclass(frozen=True)
class Requirement:
    """One target row: `sum(per_kg * removed) >= rhs` at `level`, both divided by the requirement.

    `per_kg` has one entry per pollutant (1/kg·d); `rhs` is what the units must still bring after the other
    lists, as a share of the requirement; `scale` turns a share back into kg/d (joint row: share of society).
    """

    level: int
    name: str
    per_kg: tuple[float, ...]
    rhs: float
    scale: float

    @property
    def label(self) -> str:
        """Return the row's name, as in the LP file."""
        level = LEVELS[self.level]
        return f"joint_so2_nox({level})" if self.name == JOINT else f"target({level},{self.name})"

    @property
    def target(self) -> str:
        """Return the target this row belongs to, as in the targets table."""
        return self.name.removesuffix(OWN_FLOOR)

    def coefficients(self, choices: Choices) -> Floats:
        """Return what each choice brings to this row; 0 at other levels."""
        at_level = choices.level == self.level
        brought = np.zeros(len(at_level))
        # One pollutant or two: a matrix product would wake the BLAS library's threads, which cost more than the sum.
        for per_kg, removed in zip(self.per_kg, choices.removed, strict=True):
            if per_kg:
                brought += np.where(at_level, per_kg * removed, 0.0)
        return brought


def requirements_of(city: City) -> tuple[Requirement, ...]:
    """Return every target row that binds, level by level; what is not stated has no row."""
    stated = city.targets.with_columns(pl.col("level", "pollutant").cast(pl.String)).filter(
        pl.col("required_kg_per_day").is_not_null()
    )
    rows = {(row["level"], row["pollutant"]): row for row in stated.iter_rows(named=True)}
    found: list[Requirement] = []
    for index, level in enumerate(LEVELS):
        of_level = {p: rows[level, p] for p in POLLUTANTS if (level, p) in rows}
        found += _of_level(city, index, of_level)
    return tuple(found)


def is_joint(city: City, of_level: dict[str, dict[str, float]]) -> bool:
    """Return whether SO2 and NOx may be traded at a level: the rule is on and both bases are stated."""
    return city.joint_so2_nox and all(p in of_level and of_level[p]["society_kg_per_day"] for p in ("so2", "nox"))


def _of_level(city: City, level: int, of_level: dict[str, dict[str, float]]) -> list[Requirement]:
    joint = is_joint(city, of_level)
    found = []
    for pollutant, row in of_level.items():
        if joint and pollutant in ("so2", "nox"):
            share = city.own_floor_share.get(pollutant, 0.0)
            found += _alone(level, pollutant, row, share, pollutant + OWN_FLOOR)
        else:
            found += _alone(level, pollutant, row, 1.0, pollutant)
    return found + (_joint(level, of_level) if joint else [])


def _alone(level: int, pollutant: str, row: dict[str, float], share: float, name: str) -> list[Requirement]:
    required = row["required_kg_per_day"] * share
    if required <= 0:
        return []
    per_kg = tuple(1 / required if p == pollutant else 0.0 for p in POLLUTANTS)
    return [Requirement(level, name, per_kg, 1 - row["other_lists_kg_per_day"] / required, required)]


def _joint(level: int, of_level: dict[str, dict[str, float]]) -> list[Requirement]:
    society = {p: of_level[p]["society_kg_per_day"] for p in ("so2", "nox")}
    required = sum(of_level[p]["required_kg_per_day"] / society[p] for p in society)
    if required <= 0:
        return []
    brought = sum(of_level[p]["other_lists_kg_per_day"] / society[p] for p in society)
    per_kg = tuple(1 / (society[p] * required) if p in society else 0.0 for p in POLLUTANTS)
    return [Requirement(level, JOINT, per_kg, 1 - brought / required, required)]
