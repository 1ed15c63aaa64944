"""What a target costs as it is tightened: the plan of each required share, in whole orders."""

from collections.abc import Sequence

import polars as pl

from optimizer.answers.tables import CostCurve
from optimizer.answers.variants import with_required_shares
from optimizer.planning import plan_city
from optimizer.result import City, Outcome, Plan


def cost_curve(city: City, level: str, pollutant: str, shares: Sequence[float]) -> pl.DataFrame:
    """Return one re-planned point per required share of one target (`tables.CostCurve`), shares rising.

    Every point is a verified plan with its own proof, and spares the grades anew. Where SO2 and NOx are traded, the
    share moves the sum of both.
    """
    points = sorted({float(share) for share in shares})
    rows = [
        (level, pollutant, share, *_point(plan_city(with_required_shares(city, {(level, pollutant): share}))))
        for share in points
    ]
    frame = pl.DataFrame(rows, schema=CostCurve.column_names(), orient="row", infer_schema_length=None)
    return CostCurve.validate(frame, cast=True) if rows else CostCurve.create_empty()


def season_loss(plan: Plan) -> float | None:
    """Return what a plan costs a season, as its comparison table states it; None without a plan."""
    own = plan.comparison.filter(
        pl.col("way").cast(pl.String) == "plan", pl.col("level").cast(pl.String) == "season"
    )  # fmt: skip
    return float(own["loss_cny_per_day"].item()) if own.height else None


def loss_bound(plan: Plan) -> float | None:
    """Return the proven bound of the plan's loss under the sparing it keeps, CNY/season; None where none is proven."""
    if plan.status.relative_gap is None:
        return None
    return next((stage.bound for stage in plan.status.stages if stage.name == "loss"), None)


def missed_targets(plan: Plan) -> str:
    """Return the missed targets as "orange nox, red nox"; empty when all that are stated are met."""
    missed = plan.targets.filter(pl.col("state").cast(pl.String) == "missed")
    return ", ".join(f"{level} {target}" for level, target in missed.select("level", "target").iter_rows())


def _point(plan: Plan) -> tuple[object, ...]:
    if plan.status.outcome == Outcome.NO_PLAN:
        return None, None, 0, "", "no_plan", plan.status.proof.value
    missed = missed_targets(plan)
    cut = plan.orders.filter(pl.col("k") > 0)["unit_id"].n_unique()
    state = "missed" if missed else "met"
    return season_loss(plan), loss_bound(plan), cut, missed, state, plan.status.proof.value
