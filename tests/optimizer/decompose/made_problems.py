"""Random planning problems with every coupling family, straight from a seed."""

from dataclasses import replace

import numpy as np
import polars as pl

from grading.scale import LEVELS, POLLUTANTS
from optimizer.choices import Choices, Floats
from optimizer.model import Cap, Coupling, LineCount, Problem
from optimizer.requirements import JOINT, OWN_FLOOR, Requirement


def made_problem(
    seed: int,
    units: int = 12,
    measures: int = 4,
    *,
    tightness: float | None = None,
    is_elastic: bool = False,
    has_lines: bool = True,
    has_caps: bool = True,
    has_couplings: bool = False,
    has_credits: bool = True,
) -> Problem:
    rng = np.random.default_rng(seed)
    choices = _choices(rng, units, measures, has_credits)
    hard = tightness if tightness is not None else float(rng.uniform(0.3, 0.95))
    lines = _lines(rng, choices) if has_lines else ()
    objective = choices.season_loss
    problem = Problem(choices, _requirements(rng, choices, hard), lines, objective, (), is_elastic=is_elastic)
    if has_caps:
        # Extra cut of some units, bounded by what a plan in the middle of the range uses.
        spared = np.where(rng.random(units) < 0.4, 1.0, 0.0)[choices.unit] * choices.k * choices.weight
        most = _hardest(choices) @ spared
        caps = (Cap("protect_A", spared, float(most * rng.uniform(0.6, 1.0))),)
        problem = Problem(choices, problem.requirements, lines, objective, caps, is_elastic=is_elastic)
    return replace(problem, couplings=_couplings(rng, choices)) if has_couplings else problem


def _couplings(rng: np.random.Generator, choices: Choices) -> tuple[Coupling, ...]:
    """Return a row of each kind: two groups' means, two units alike, a share of the loss, an output, a receptor."""
    share = choices.k / max(int(choices.k.max()), 1)
    side = rng.random(len(choices.unit_ids))[choices.unit]
    level = int(rng.integers(0, len(LEVELS)))
    here = choices.level == level
    order = np.where(here, np.where(side < 0.3, -share, np.where(side > 0.6, share, 0.0)), 0.0)
    county = choices.season_loss / max(float(choices.season_loss.max()), 1e-9)
    bears = county * (float(rng.uniform(0.4, 0.9)) - (side < 0.5))
    stays = np.where(here & (side > 0.4), 1 - share, 0.0)
    brings = np.where(here, choices.removed[0] * side, 0.0)
    brings = brings / max(float((brings * _hardest(choices)).sum()), 1e-9)
    first, second = (here & (choices.unit == unit) for unit in (0, 1))
    alike = np.where(first, share, 0.0) - np.where(second, share, 0.0)
    asked = float((stays * _hardest(choices)[::-1]).sum() * 0.1)
    named = {
        "grade_order": (order, 0.0), "equal_treatment": (alike, 0.0), "county_share": (bears, 0.0),
        "quota": (stays, asked), "receptor": (brings, float(rng.uniform(0.1, 0.7))),
    }  # fmt: skip
    rows = [_coupling(family, family, value, rhs) for family, (value, rhs) in named.items()]
    return (*rows, _coupling("equal_treatment", "back", -alike, 0.0))


def _coupling(family: str, key: str, value: Floats, rhs: float) -> Coupling:
    used = np.flatnonzero(value)
    return Coupling(family, key, used, value[used], rhs)


def _choices(rng: np.random.Generator, units: int, measures: int, has_credits: bool) -> Choices:
    emission = rng.pareto(1.2, (units, len(POLLUTANTS))) * 100 + 1
    emission[rng.random((units, len(POLLUTANTS))) < 0.2] = 0.0
    share = np.sort(rng.random((units, measures)), axis=1)
    share[:, 0] = 0.0
    pull = rng.uniform(0.7, 1.0, (units, measures, len(POLLUTANTS)))
    cost = np.sort(rng.lognormal(8, 1.5, (units, measures)), axis=1) * share
    floors = np.sort(rng.integers(0, 2, (units, len(LEVELS))) * (rng.random((units, 1)) < 0.4), axis=1)
    ceilings = np.sort(rng.integers(1, measures, (units, len(LEVELS))), axis=1)
    ceilings = np.maximum(np.where(rng.random((units, 1)) < 0.7, measures - 1, ceilings), floors)
    credit = _credit(rng, units, measures) if has_credits else np.ones((units, measures, len(LEVELS)))
    rows = [
        {
            "unit": unit,
            "level_index": level,
            "k": k,
            "is_stop": k == measures - 1,
            "loss_cny_per_day": float(cost[unit, k] * (1 + 0.3 * level)),
            **{
                f"{p}_removed_kg_per_day": float(
                    emission[unit, place] * share[unit, k] * pull[unit, k, place] * credit[unit, k, level]
                )
                for place, p in enumerate(POLLUTANTS)
            },
        }
        for unit in range(units)
        for level in range(len(LEVELS))
        for k in range(floors[unit, level], ceilings[unit, level] + 1)
    ]
    return Choices(pl.DataFrame(rows), tuple(f"U{unit}" for unit in range(units)), np.array([12.0, 6.0, 2.0]), 0)


def _credit(rng: np.random.Generator, units: int, measures: int) -> Floats:
    """Return a credit by level for the hardest measure of every third unit; drawn apart, so all else stays."""
    own = rng.spawn(1)[0]
    credit = np.ones((units, measures, len(LEVELS)))
    credit[::3, -1] = own.uniform(0.0, 1.0, credit[::3, -1].shape)
    return credit


def _hardest(choices: Choices) -> np.ndarray:
    return np.append(np.diff(choices.slot) > 0, True).astype(np.float64)


def _requirements(rng: np.random.Generator, choices: Choices, hard: float) -> tuple[Requirement, ...]:
    most = choices.removed * _hardest(choices)
    found = []
    for level in range(len(LEVELS)):
        reach = most[:, choices.level == level].sum(axis=1)
        ask = np.maximum(reach * hard * rng.uniform(0.7, 1.0, len(POLLUTANTS)) * (1 + level) / 3, 1e-9)
        for place, name in ((2, "pm"), (3, "vocs")):
            found.append(_alone(level, place, name, ask[place], 0.05 * rng.random()))
        for place, name in ((0, "so2"), (1, "nox")):
            found.append(_alone(level, place, name + OWN_FLOOR, ask[place] * 0.5, 0.0))
        per_kg = (0.5 / ask[0], 0.5 / ask[1], 0.0, 0.0)
        found.append(Requirement(level, JOINT, per_kg, 1.0, 1.0))
    return tuple(found)


def _alone(level: int, place: int, name: str, ask: float, brought: float) -> Requirement:
    per_kg = tuple(1 / ask if other == place else 0.0 for other in range(len(POLLUTANTS)))
    return Requirement(level, name, per_kg, 1.0 - brought, float(ask))


def _lines(rng: np.random.Generator, choices: Choices) -> tuple[LineCount, ...]:
    lines = []
    for group in range(len(choices.unit_ids) // 6):
        size = int(rng.integers(2, 5))
        members = np.arange(group * 6, group * 6 + size)
        for level in range(len(LEVELS)):
            rows = np.flatnonzero(choices.is_stop & np.isin(choices.unit, members) & (choices.level == level))
            if len(rows):
                least = min(int(rng.integers(0, size + 1)) * (level + 1) // 3, len(rows))
                lines.append(LineCount(f"G{group}", level, least, rows))
    return tuple(line for line in lines if line.stop_at_least > 0)
