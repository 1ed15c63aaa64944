"""What each order is worth at the prices of a plan: the measure of whether prices explain a change."""

from collections.abc import Collection
from dataclasses import replace

import numpy as np
import polars as pl

from optimizer.again.warm import duals_of, reduced_costs
from optimizer.alike import alike_of
from optimizer.answers import lagrange
from optimizer.answers.basis import basis_of
from optimizer.choices import PROTECTED_GROUPS, choices_of
from optimizer.couplings import couplings_among
from optimizer.lexicographic import LOSS
from optimizer.model import Cap, Problem, line_counts_of
from optimizer.requirements import requirements_of
from optimizer.result import City, Options, Outcome, Plan

SOLVED_UP_TO = 2_000
"""Measures on all menus up to which the linear program of the plan itself is solved for its prices."""


def worth_of(city: City, plan: Plan, unit_ids: Collection[str] | None = None) -> pl.DataFrame | None:
    """Return each choice's loss less what it earns at the plan's prices, or None where no prices are proven.

    Of a large city the prices are those behind the plan's own bound, and nothing is solved. `unit_ids`: the choices of
    these units will do.

    Shape: one row per unit, level and k: worth_cny_per_season; lower is better for the city.
    """
    if plan.status.outcome is not Outcome.USABLE:
        return None
    if city.menu.height <= SOLVED_UP_TO:
        return _worth_by_program(city, plan)
    if LOSS not in plan.carried or not plan.carried[LOSS].prices:
        return None
    counted = city.line_counts
    if unit_ids is not None and city.options == Options():  # optional rows compare units with each other
        few = pl.col("unit_id").is_in(list(unit_ids))
        city = replace(
            city, units=city.units.filter(few), menu=city.menu.filter(few), line_counts=city.line_counts.clear()
        )
    alike = alike_of(city, choices_of(city))
    choices = alike.choices
    caps = tuple(Cap(f"protect_{name}", choices.extra_cut(grades), np.inf) for name, grades in PROTECTED_GROUPS)
    lines, couplings = line_counts_of(choices, counted), couplings_among(city, alike)
    problem = Problem(choices, requirements_of(city), lines, choices.season_loss, caps, couplings=couplings)
    worth = alike.per_unit(reduced_costs(problem, duals_of(problem, plan.carried[LOSS])))
    return alike.listed.table.select(
        "unit_id", pl.col("level").cast(pl.String), "k", worth_cny_per_season=pl.Series(worth)
    )


def _worth_by_program(city: City, plan: Plan) -> pl.DataFrame | None:
    basis = basis_of(city, plan)
    if not basis.least.is_proven:
        return None
    return basis.problem.choices.table.select(
        "unit_id", pl.col("level").cast(pl.String), "k",
        worth_cny_per_season=pl.Series(lagrange.reduced_costs(basis.problem, basis.least)),
    )  # fmt: skip
