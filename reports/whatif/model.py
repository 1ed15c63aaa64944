"""Everything a what-if page may show; numbers are still numbers, nothing is worded yet."""

from dataclasses import dataclass

import polars as pl

from optimizer.contrast import Contrast
from optimizer.result import SolveStatus
from reports.names import Names


@dataclass(frozen=True)
class ChangeLine:
    """One change that was asked for, and how many it hit (None where it is about the whole city)."""

    kind: str
    """Key of the scenario file: grades, targets, law …"""
    value: str
    """The new value, or `old → new`."""
    said: str
    """The selector, or the place of the number."""
    enterprises: int | None
    units: int | None


@dataclass(frozen=True)
class WhatIf:
    """One scenario beside its parent."""

    city_name: str
    season: str
    name: str
    """Name of the scenario."""
    title: str
    """A few words; the name where the file gives none."""
    parent: str
    """Name of the parent; `case` for the case itself."""
    author: str
    reason: str
    law_before: str
    """Rule pack and day of the parent."""
    law_after: str
    changes: tuple[ChangeLine, ...]
    contrast: Contrast
    orders_before: pl.DataFrame
    """`optimizer.tables.Orders` of the parent."""
    orders_after: pl.DataFrame
    retrofit_cost_cny_per_season: float
    """What the retrofits of this scenario cost, beside the loss."""
    status_before: SolveStatus
    status_after: SolveStatus
    names: Names
    provenance: tuple[tuple[str, str], ...]
    """(what, value): hashes of the parent's inputs, law and plan, and of the scenario file."""
