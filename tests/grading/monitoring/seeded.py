"""Seeded stack months with faults whose place is known: what the screening is measured on.

Honest months hold what is easily mistaken for a fault: stops, lone gaps, load changes, daily calibrations, outlets
that run close under their limit, and readings of one decimal. Development seeds may be looked at when a number of
`screening.yaml` is chosen; test seeds may not.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import numpy as np
import polars as pl

from grading.monitoring import Period, hour_states, load_rules
from grading.monitoring.tables import Hours
from tests.grading.monitoring.factory import make_channels

DEVELOPMENT_SEEDS = range(30)
TEST_SEEDS = range(2000, 2010)
OUTLETS, HOURS, LIMIT = 40, 720, 50.0
JUNE = Period(date(2026, 6, 1), date(2026, 6, 30))
FIRST = datetime(2026, 6, 1)
Columns = dict[str, np.ndarray]


@dataclass(frozen=True)
class Seeded:
    """One city month: hour states, the meters, and the faults put in as (kind, outlet, first hour, last hour)."""

    states: pl.DataFrame
    electricity: pl.DataFrame
    faults: list[tuple[str, str, datetime, datetime]]


def city(seed: int) -> Seeded:
    """Return 40 outlets, a fault of one kind at about half of them."""
    draw = np.random.default_rng(seed)
    names = [f"DA{at:03d}" for at in range(OUTLETS)]
    frames, meters, faults = [], [], []
    for at, name in enumerate(names):
        columns = _honest(draw)
        kind = list(FAULTS)[at // 2 % len(FAULTS)] if at % 2 else None
        if kind:
            first, last = FAULTS[kind](columns, draw)
            faults.append((kind, name, FIRST + timedelta(hours=first), FIRST + timedelta(hours=last)))
        frames.append(_frame(name, columns))
        meters.append(_meter(name, columns))
    channels = make_channels(*({"outlet_id": name, "nox_limit_mg_m3": LIMIT} for name in names))
    hours = pl.concat(frames).lazy()
    states = hour_states(hours, channels, JUNE, load_rules(JUNE.last)).collect()
    return Seeded(states, pl.concat(meters), faults)


def _honest(draw: np.random.Generator) -> Columns:
    """Return a month without a fault: load and noise that remember the hour before, stops, gaps, calibrations."""
    level, load = draw.uniform(6, 47), _wandering(draw, 0.97, 0.05)
    noise = _wandering(draw, draw.uniform(0.5, 0.9), draw.uniform(0.04, 0.12))
    columns: Columns = {
        "measured_mg_m3": level * np.exp(noise) * _changes(draw),
        "o2_percent": (draw.uniform(13, 16.5) + draw.normal(0, 0.3, HOURS)).round(2),
        "flow_m3_per_h": (draw.uniform(5e4, 4e5) * np.exp(load)).round(0),
        "kwh": (draw.uniform(500, 5000) * np.exp(load + draw.normal(0, 0.03, HOURS))).round(1),
        "treatment_kwh": np.zeros(HOURS),
        "flag": np.full(HOURS, "N"),
        "is_reported": np.full(HOURS, True),
    }
    # The level is meant after conversion to the reference of 16 %.
    at_stack = columns["measured_mg_m3"] * (21 - columns["o2_percent"]) / 5
    columns["measured_mg_m3"] = at_stack.round(int(draw.choice([0, 1, 1, 2, 2, 2])))
    columns["flag"][draw.integers(0, 24) :: 24 * 7] = "C"
    for start in draw.integers(0, HOURS, draw.integers(0, 8)):
        columns["flag"][start : start + draw.integers(1, 6)] = draw.choice(["M", "D", "B"])
    for start in draw.integers(0, HOURS, draw.integers(0, 4)):
        columns["is_reported"][start : start + draw.integers(1, 8)] = False
    if draw.random() < 0.4:
        _stop(columns, draw, int(draw.integers(0, HOURS - 100)), int(draw.integers(12, 90)))
    columns["treatment_kwh"] = (columns["kwh"] * draw.uniform(0.05, 0.4) * draw.uniform(0.9, 1.1, HOURS)).round(1)
    for start in draw.integers(0, HOURS, draw.integers(0, 3)):  # filters are cleaned, pumps changed over
        columns["treatment_kwh"][start : start + draw.integers(1, 3)] = 0.0
    return columns


def _changes(draw: np.random.Generator) -> np.ndarray:
    """Return honest changes of level: a new product or fuel from one hour on, and a slow one over the month."""
    change = np.linspace(1, draw.uniform(0.85, 1.2), HOURS)
    if draw.random() < 0.3:
        change[int(draw.integers(0, HOURS)) :] *= draw.uniform(0.7, 1.4)
    return change


def _wandering(draw: np.random.Generator, memory: float, spread: float) -> np.ndarray:
    steps = draw.normal(0, spread * (1 - memory**2) ** 0.5, HOURS)
    walk = np.zeros(HOURS)
    for at in range(1, HOURS):
        walk[at] = memory * walk[at - 1] + steps[at]
    return walk


def _stop(columns: Columns, draw: np.random.Generator, start: int, length: int) -> None:
    hours = slice(start, start + length)
    columns["flag"][hours] = "F"
    columns["flow_m3_per_h"][hours] *= 0.02
    columns["kwh"][hours] *= 0.04
    columns["o2_percent"][hours] = 20.9
    columns["measured_mg_m3"][hours] = draw.uniform(0, 1, len(columns["flag"][hours])).round(2)


def _span(columns: Columns, draw: np.random.Generator, shortest: int, longest: int) -> tuple[int, int]:
    """Return first and last hour of a stretch in which the source runs, and make it one of normal hours."""
    length = int(draw.integers(shortest, longest + 1))
    starts = [at for at in range(HOURS - length) if not (columns["flag"][at : at + length] == "F").any()]
    first = int(draw.choice(starts))
    columns["flag"][first : first + length] = "N"
    columns["is_reported"][first : first + length] = True
    return first, first + length - 1


def _constant(columns: Columns, draw: np.random.Generator) -> tuple[int, int]:
    first, last = _span(columns, draw, 5, 72)
    columns["measured_mg_m3"][first : last + 1] = columns["measured_mg_m3"][first]
    return first, last


def _stuck(columns: Columns, draw: np.random.Generator) -> tuple[int, int]:
    first, last = _span(columns, draw, 6, 60)
    at_reference = LIMIT * (1 - draw.uniform(0.001, draw.uniform(0.005, 0.03), last - first + 1))
    columns["measured_mg_m3"][first : last + 1] = at_reference * (21 - columns["o2_percent"][first : last + 1]) / 5
    return first, last


def _under(columns: Columns, draw: np.random.Generator) -> tuple[int, int]:
    """Cap every exceedance of a stack that would often be over to just under the limit."""
    scale = (21 - columns["o2_percent"]) / 5
    at_reference = np.exp(_wandering(draw, 0.7, 0.15)) * LIMIT * draw.uniform(0.75, 0.98)
    capped = np.where(at_reference > LIMIT, LIMIT * (1 - draw.uniform(0.001, 0.045, HOURS)), at_reference)
    running = columns["flag"] != "F"
    columns["measured_mg_m3"][running] = (capped * scale).round(2)[running]
    return 0, HOURS - 1


def _step(columns: Columns, draw: np.random.Generator) -> tuple[int, int]:
    """Set the instrument low at a calibration in the middle of the month."""
    first, last = _span(columns, draw, 240, 300)
    middle = (first + last) // 2
    columns["flag"][middle] = "C"
    columns["measured_mg_m3"][middle:] *= _factor(draw, 0.15, 0.8)
    return middle, min(middle + 24, HOURS - 1)


def _factor(draw: np.random.Generator, least: float, most: float) -> float:
    """Return a factor up or down by a share between `least` and `most`."""
    factor = 1 + float(draw.uniform(least, most))
    return factor if draw.random() < 0.5 else 1 / factor


def _drift(columns: Columns, draw: np.random.Generator) -> tuple[int, int]:
    columns["measured_mg_m3"] = columns["measured_mg_m3"] * np.linspace(1, _factor(draw, 0.25, 0.9), HOURS)
    return 0, HOURS - 1


def _near_air(columns: Columns, draw: np.random.Generator) -> tuple[int, int]:
    first, last = _span(columns, draw, 2, 48)
    columns["o2_percent"][first : last + 1] = draw.uniform(draw.uniform(18.8, 20.5), 20.95, last - first + 1).round(2)
    return first, last


def _false_stop(columns: Columns, draw: np.random.Generator) -> tuple[int, int]:
    first, last = _span(columns, draw, 6, 72)
    columns["flag"][first : last + 1] = "F"
    columns["flow_m3_per_h"][first : last + 1] *= draw.uniform(0.4, 1.0)
    columns["kwh"][first : last + 1] *= 0.04
    return first, last


def _powered_stop(columns: Columns, draw: np.random.Generator) -> tuple[int, int]:
    first, last = _span(columns, draw, 6, 72)
    columns["flag"][first : last + 1] = "F"
    columns["flow_m3_per_h"][first : last + 1] *= 0.02
    columns["kwh"][first : last + 1] *= draw.uniform(0.4, 1.0)
    return first, last


def _bypass(columns: Columns, draw: np.random.Generator) -> tuple[int, int]:
    first, last = _span(columns, draw, 6, 48)
    columns["flow_m3_per_h"][first : last + 1] *= draw.uniform(0.01, 0.15)
    return first, last


def _treatment_off(columns: Columns, draw: np.random.Generator) -> tuple[int, int]:
    first, last = _span(columns, draw, 3, 48)
    columns["treatment_kwh"][first : last + 1] *= draw.uniform(0.0, 0.15)
    return first, last


def _hugging(columns: Columns, draw: np.random.Generator) -> tuple[int, int]:
    """Let the logger fail whenever the stack goes over its limit: the first hour over it slips through."""
    starts = draw.choice(np.arange(10, HOURS - 20, 16), draw.integers(3, 14), replace=False)
    hidden_share = draw.uniform(0.4, 1.0)
    for start in starts:
        columns["flag"][start : start + 5] = "N"
        columns["is_reported"][start : start + 5] = True
        columns["measured_mg_m3"][start] = LIMIT * 1.3 * (21 - columns["o2_percent"][start]) / 5
        columns["flag"][start + 1 : start + 4] = draw.choice(["D", "B"]) if draw.random() < hidden_share else "N"
    return int(starts.min()), int(starts.max()) + 4


FAULTS: dict[str, Callable[[Columns, np.random.Generator], tuple[int, int]]] = {
    "constant": _constant,
    "stuck_at_limit": _stuck,
    "just_under_limit": _under,
    "step_after_calibration": _step,
    "drift": _drift,
    "near_air_o2": _near_air,
    "stopped_but_flowing": _false_stop,
    "stopped_but_powered": _powered_stop,
    "powered_without_flow": _bypass,
    "gaps_at_exceedances": _hugging,
    "treatment_off": _treatment_off,
}


def _frame(name: str, columns: Columns) -> pl.DataFrame:
    hours = pl.DataFrame({"started_at": [FIRST + timedelta(hours=at) for at in range(HOURS)], **columns})
    kept = hours.filter("is_reported").with_columns(
        outlet_id=pl.lit(name), pollutant=pl.lit("nox"), valid_minutes=pl.lit(60.0),
        source_state=pl.lit(None, dtype=pl.String), is_in_conflict=pl.lit(value=False),
    )  # fmt: skip
    return Hours.cast(kept.select(Hours.column_names()))


def _meter(name: str, columns: Columns) -> pl.DataFrame:
    used = {kind: columns[kind] for kind in ("kwh", "treatment_kwh")}
    hours = pl.DataFrame({"started_at": [FIRST + timedelta(hours=at) for at in range(HOURS)], **used})
    return hours.select(pl.lit(name).alias("outlet_id"), pl.col("started_at").cast(pl.Datetime("us")), *used)
