"""What a better grade is worth: to the firm over a season, and to the city."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import replace

import numpy as np
import polars as pl

from grading.checked import checked
from optimizer.answers.basis import Basis, basis_of, moved
from optimizer.answers.curve import loss_bound, missed_targets, season_loss
from optimizer.answers.lagrange import along_cheapest_chains, cheapest_chains, reduced_costs
from optimizer.answers.tables import UpgradeValues
from optimizer.choices import ContradictionError, Floats
from optimizer.model import Problem
from optimizer.planning import plan_city
from optimizer.result import City, Outcome, Plan
from optimizer.solve import Solution

Regrade = Callable[[Mapping[str, str]], City]
"""Enterprise id -> its new grade; gives the city as the law treats it then: ladder, exemptions, all."""

NEXT_GRADE: Mapping[str, str] = {"C": "B", "B-": "B", "B": "A", "non_leading": "leading"}
TOLD = ("enterprise_id", "name", "industry", "grade_from", "grade_to", "units")


def upgrade_values(  # noqa: PLR0913 - what is asked, of what, and how many of it
    city: City,
    plan: Plan,
    regrade: Regrade,
    *,
    top: int = 5,
    next_grade: Mapping[str, str] = NEXT_GRADE,
    also: Collection[str] = (),
    basis: Basis | None = None,
) -> pl.DataFrame:
    """Return what each enterprise that could rise saves and what the city gains (`tables.UpgradeValues`).

    All are estimated at once at the plan's prices; the `top` by what the firm is estimated to save and the firms
    of `also` are graded anew, one by one, and planned again. Rows fall by the firm's saving
    (re-planned before estimated), ties by id.

    Units: CNY/season. Maths: docs/model.md, A.5.
    """
    firms = _candidates(city, next_grade)
    if firms.is_empty():
        return UpgradeValues.create_empty()
    basis = basis or basis_of(city, plan)
    rows = firms.join(_firm_losses(plan, city), on="enterprise_id").join(
        _estimates(basis, firms, regrade), on="enterprise_id", how="left"
    )
    rows = rows.with_columns(firm_saves_estimate=pl.col("firm_loss") - pl.col("firm_pays"))
    by_estimate = rows.sort("firm_saves_estimate", "enterprise_id", descending=[True, False], nulls_last=True)
    is_told = (pl.int_range(pl.len()) < top) | pl.col("enterprise_id").is_in(list(also))
    steps = dict(by_estimate.filter(is_told).select("enterprise_id", "grade_to").iter_rows())
    solved = [
        {"enterprise_id": firm} | _replanned(city, plan, plan_city(regrade({firm: grade}), plan), firm)
        for firm, grade in steps.items()
    ]
    return _answer(by_estimate, solved, missed_targets(plan))


def _candidates(city: City, next_grade: Mapping[str, str]) -> pl.DataFrame:
    """Return the enterprises with a running unit whose grade has a next one."""
    return (
        city.units.filter(~pl.col("is_idle"))
        .sort("unit_id")
        .group_by("enterprise_id", maintain_order=True)
        .agg(pl.col("name", "industry").first(), pl.col("grade").cast(pl.String).first(), units=pl.len().cast(pl.Int64))
        .filter(pl.col("grade").is_in(list(next_grade)))
        .with_columns(grade_to=pl.col("grade").replace_strict(dict(next_grade), default=None, return_dtype=pl.String))
        .rename({"grade": "grade_from"})
        .sort("enterprise_id")
    )


def _firm_losses(plan: Plan, city: City) -> pl.DataFrame:
    days = pl.col("level").cast(pl.String).replace_strict(city.days_per_season, default=0.0, return_dtype=pl.Float64)
    return plan.orders.group_by("enterprise_id", maintain_order=True).agg(
        firm_loss=(pl.col("loss_cny_per_day") * days).sum()
    )


def _estimates(basis: Basis, firms: pl.DataFrame, regrade: Regrade) -> pl.DataFrame:
    """Return per enterprise what it would pay, and what the city gains, at the prices of the present plan.

    Every firm is regraded at once: what the law does to a unit depends on its own enterprise only.
    """
    numbers = {"firm_pays": pl.Float64(), "city_gains_estimate": pl.Float64()}
    empty = pl.DataFrame(schema=pl.Schema({"enterprise_id": pl.String(), **numbers}))
    base = basis.least
    try:
        better = moved(basis, regrade(dict(firms.select("enterprise_id", "grade_to").iter_rows())))
    except ContradictionError:
        return empty
    if not base.is_proven:
        return empty
    now, then = _worth(basis.problem, base, base.x), _worth(better, base)
    worth = now.join(then, on="unit_id", suffix="_then").join(
        basis.city.units.select("unit_id", "enterprise_id"), on="unit_id"
    )
    return worth.group_by("enterprise_id", maintain_order=True).agg(
        firm_pays=pl.col("pays_then").sum(), city_gains_estimate=pl.col("costs").sum() - pl.col("costs_then").sum()
    )


def _worth(problem: Problem, base: Solution, x: Floats | None = None) -> pl.DataFrame:
    """Return per unit what it pays along its cheapest chain, and what it costs the city at the prices of `base`.

    A group's counted lines owe their price whoever stops; its first unit carries that. The price of sparing a grade is
    no cost where the unit was cut anyway (`x`, the shares it takes now) or the law counts its stop: the room under a
    cap that a firm leaves is not for others to use, and no other makes way for what the law asks of it.
    """
    choices = problem.choices
    reduced = reduced_costs(problem, base)
    spared = reduced_costs(replace(problem, requirements=(), line_counts=(), couplings=()), base) - problem.objective
    owed = np.zeros(len(choices.unit_ids))
    for line in problem.line_counts:
        owed[choices.unit[line.rows].min()] += max(base.duals.get(line.label, 0.0), 0.0) * line.stop_at_least
        if x is None:
            reduced[line.rows] -= spared[line.rows]
    if x is not None:
        owed -= np.bincount(choices.unit, weights=spared * x, minlength=len(owed))
    return pl.DataFrame(
        {
            "unit_id": choices.unit_ids,
            "pays": along_cheapest_chains(choices, reduced, problem.objective),
            "costs": cheapest_chains(choices, reduced) + owed,
        }
    )


ESTIMATES = ("firm_saves_estimate", "city_gains_estimate")


def _replanned(city: City, plan: Plan, after: Plan, firm: str) -> dict[str, object]:
    if after.status.outcome == Outcome.NO_PLAN:
        return {"solved": "no_plan"}
    paid = [
        float(_firm_losses(each, city).filter(enterprise_id=firm)["firm_loss"].sum()) for each in (plan, after)
    ]  # fmt: skip
    missed = missed_targets(after)
    told: dict[str, object] = {"missed": missed, "firm_saves": paid[0] - paid[1]}
    if missed != missed_targets(plan):
        return told | {"solved": "targets_change"}
    was, now = season_loss(plan), season_loss(after)
    low_was, low_now = loss_bound(plan), loss_bound(after)
    return told | {
        "solved": "not_proven" if low_was is None or low_now is None else "confirmed",
        "city_gains": None if was is None or now is None else was - now,
        "low": None if low_was is None or now is None else low_was - now,
        "high": None if low_now is None or was is None else was - low_now,
    }


def _answer(rows: pl.DataFrame, solved: list[dict[str, object]], missed_before: str) -> pl.DataFrame:
    numbers = ("firm_saves", "city_gains", "low", "high")
    words = dict.fromkeys(("enterprise_id", "solved", "missed"), pl.String())
    again = pl.DataFrame(solved, schema=pl.Schema({**words, **dict.fromkeys(numbers, pl.Float64())}))
    frame = (
        rows.join(again, on="enterprise_id", how="left")
        .sort("firm_saves", "firm_saves_estimate", "enterprise_id", descending=[True, True, False], nulls_last=True)
        .select(
            *TOLD,
            *(pl.col(name).alias(f"{name}_cny_per_season") for name in ("firm_loss", *ESTIMATES, *numbers[:2])),
            city_gains_low_cny_per_season="low",
            city_gains_high_cny_per_season="high",
            missed_before=pl.lit(missed_before),
            missed_after=pl.col("missed").fill_null(""),
            state=pl.col("solved").fill_null("estimate"),
        )
    )
    return checked(UpgradeValues, frame)
