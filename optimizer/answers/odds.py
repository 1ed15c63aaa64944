"""How surely each target holds: the share of draws in which it does, and how sure that share itself is."""

from math import sqrt

import numpy as np
import polars as pl

from grading.case.uncertainty import Uncertainty
from grading.checked import checked
from grading.scale import LEVELS
from optimizer.answers.draws import Factors, draw_factors, margins, removed_by
from optimizer.answers.tables import TargetOdds
from optimizer.choices import Floats
from optimizer.prices import MET_WITHIN
from optimizer.requirements import Requirement, requirements_of
from optimizer.result import City

Z95 = 1.959963984540054
"""Standard normal quantile of a two-sided 95 % interval."""
ALL = "all"


def target_odds(city: City, orders: pl.DataFrame, stated: Uncertainty, factors: Factors | None = None) -> pl.DataFrame:
    """Return how often each target holds under whole orders (`tables.TargetOdds`, plan `published`).

    The requirement stays as stated: what is in doubt is what orders and other lists bring. A target that the plan
    misses as it stands is judged like any other.

    Maths: docs/model.md, A.7.
    """
    rows = requirements_of(city)
    if not rows:
        return TargetOdds.create_empty()
    over = margins(city, rows, removed_by(city, orders), factors or draw_factors(city, stated))
    return odds_of(rows, over, "published", is_fresh=False)


def odds_of(rows: tuple[Requirement, ...], over: Floats, plan: str, *, is_fresh: bool) -> pl.DataFrame:
    """Return the odds of drawn margins (rows x samples): each row, each level, and all levels together."""
    told = [_row(LEVELS[row.level], row.name, over[[place]]) for place, row in enumerate(rows)]
    for place, level in enumerate(LEVELS):
        own = [at for at, row in enumerate(rows) if row.level == place]
        told += [_row(level, ALL, over[own])] if own else []
    told.append(_row(ALL, ALL, over))
    frame = pl.DataFrame(told).with_columns(plan=pl.lit(plan), is_fresh=pl.lit(is_fresh))
    return checked(TargetOdds, frame.select(TargetOdds.column_names()))


def holds_in(over: Floats) -> float:
    """Return the share of draws in which every one of the rows holds."""
    return float((over >= -MET_WITHIN).all(axis=0).mean())


def _row(level: str, target: str, over: Floats) -> dict[str, object]:
    is_held = np.asarray((over >= -MET_WITHIN).all(axis=0))
    low, high = wilson(int(is_held.sum()), is_held.size)
    worst = np.maximum(-over, 0.0).max(axis=0)
    return {
        "level": level,
        "target": target,
        "samples": is_held.size,
        "held": int(is_held.sum()),
        "held_share": float(is_held.mean()),
        "share_low": low,
        "share_high": high,
        "short_p95": float(np.quantile(worst, 0.95)),
    }


def wilson(held: int, samples: int) -> tuple[float, float]:
    """Return the Wilson score interval (95 %) of a share; E. B. Wilson, JASA 22 (1927) 209-212."""
    share, spread = held / samples, Z95**2 / samples
    middle = (share + spread / 2) / (1 + spread)
    half = Z95 * sqrt(share * (1 - share) / samples + spread / (4 * samples)) / (1 + spread)
    # At the ends the formula gives 0 and 1 but for rounding.
    return (max(middle - half, 0.0) if held else 0.0), (min(middle + half, 1.0) if held < samples else 1.0)
