"""What each order is worth at the prices of a plan: the measure of whether prices explain a change."""

import polars as pl

from optimizer.answers.basis import basis_of, least_loss
from optimizer.answers.lagrange import reduced_costs
from optimizer.result import City, Outcome, Plan


def worth_of(city: City, plan: Plan) -> pl.DataFrame | None:
    """Return each choice's loss less what it earns at the plan's prices, or None where no prices are proven.

    Shape: one row per unit, level and k: worth_cny_per_season; lower is better for the city. One linear program.
    """
    if plan.status.outcome is not Outcome.USABLE:
        return None
    basis = basis_of(city, plan)
    base = least_loss(basis.problem, city)
    if not base.is_proven:
        return None
    return basis.problem.choices.table.select(
        "unit_id", pl.col("level").cast(pl.String), "k",
        worth_cny_per_season=pl.Series(reduced_costs(basis.problem, base)),
    )  # fmt: skip
