"""The plan beside the ways a bureau plans without a program, all at equal targets.

- `uniform`: every line that runs, exempt or not, cuts one common share of its production per level, the
  least share that meets the targets. What a line cannot cut it does not (its own menu is read between its
  measures); the legal ladder is ignored, as blunt orders do.
- `grade_only`: the legal ladder, then whole grades to their hardest allowed measure, D first, then C, then
  B, until the targets hold.
- `greedy`: EPA CoST's least-cost way: measures sorted by average cost per unit of the scarcest target.
"""

import numpy as np
import polars as pl

from grading.checked import checked
from grading.scale import LEVELS, POLLUTANTS
from optimizer.baselines import grade_only, greedy, uniform
from optimizer.choices import choices_of
from optimizer.prices import MET_WITHIN
from optimizer.requirements import Requirement, requirements_of
from optimizer.result import City
from optimizer.tables import Comparison

FACTS = ("unit_id", "enterprise_id", "treatment", *(f"ceil_k_{level}" for level in LEVELS))
SHIELDED = ("grade_exempt", "register_exempt")


def comparison_of(city: City, orders: pl.DataFrame) -> pl.DataFrame:
    """Return the comparison frame (`optimizer.tables.Comparison`), the plan first.

    Units: CNY/d on the level rows, CNY/season on the season row; `unit` says which. A saving is null where
    the other way misses a target that the plan meets.
    """
    choices, requirements = choices_of(city), requirements_of(city)
    ways = [_own(city, orders, requirements)]
    for way, run in (("uniform", uniform), ("grade_only", grade_only), ("greedy", greedy)):
        cuts, misses = run(city, choices, requirements)
        ways.append(_rows(way, cuts, _named(misses), city))
    rows = pl.concat(ways)
    return checked(Comparison, _with_savings(rows).select(Comparison.column_names()))


def _own(city: City, orders: pl.DataFrame, requirements: tuple[Requirement, ...]) -> pl.DataFrame:
    removed = orders.group_by(pl.col("level").cast(pl.String), maintain_order=True).agg(
        pl.col(f"{p}_removed_kg_per_day").sum() for p in POLLUTANTS
    )
    brought = {level: values for level, *values in removed.iter_rows()}
    missed = [row for row in requirements if _falls_short(row, brought)]
    plan = orders.select(
        "unit_id", pl.col("level").cast(pl.String), loss="loss_cny_per_day", is_cut=pl.col("k") > 0
    )  # fmt: skip
    return _rows("plan", plan, _named(missed), city)


def _falls_short(row: Requirement, brought: dict[str, list[float]]) -> bool:
    removed = brought.get(LEVELS[row.level], [0.0] * len(POLLUTANTS))
    return float(np.dot(row.per_kg, removed)) < row.rhs - MET_WITHIN


def _named(misses: list[Requirement]) -> pl.DataFrame:
    return pl.DataFrame(
        [(LEVELS[row.level], row.target) for row in misses],
        schema={"level": pl.String, "target": pl.String},
        orient="row",
    ).unique(maintain_order=True)


def _with_savings(rows: pl.DataFrame) -> pl.DataFrame:
    plan = rows.filter(pl.col("way") == "plan").select("level", plan_loss="loss_cny_per_day", plan_misses="misses")
    beside = rows.join(plan, on="level", how="left", maintain_order="left")
    # Both miss the same and no more: still equal targets. The other misses more: nothing to compare.
    is_equal = pl.col("misses").is_null() | (pl.col("misses") == pl.col("plan_misses")).fill_null(False)
    return beside.with_columns(
        saving_cny_per_day=pl.when(is_equal).then(pl.col("loss_cny_per_day") - pl.col("plan_loss"))
    )


def _rows(way: str, cuts: pl.DataFrame, misses: pl.DataFrame, city: City) -> pl.DataFrame:
    days = pl.col("level").replace_strict(city.days_per_season, default=0.0, return_dtype=pl.Float64)
    ceilings = pl.coalesce(pl.when(pl.col("level") == level).then(f"ceil_k_{level}") for level in LEVELS)
    beside = cuts.join(city.units.select(FACTS), on="unit_id", maintain_order="left").with_columns(
        is_shielded=pl.col("treatment").is_in(SHIELDED) & (ceilings == 0)
    )
    beside = beside if beside["unit_id"].is_sorted() else beside.sort("unit_id")
    missed = misses.group_by("level").agg(misses=pl.col("target").sort().str.join(", "))
    levels = (
        beside.group_by("level", maintain_order=True)
        .agg(**_counts(pl.col("loss")))
        .join(missed, on="level", how="left")
    )
    season = beside.select(**_counts(pl.col("loss") * days)).with_columns(level=pl.lit("season"))
    named = misses.select((pl.col("level") + " " + pl.col("target")).sort().str.join(", ")).item()
    season = season.with_columns(misses=pl.lit(named if misses.height else None, dtype=pl.String))
    order = {level: place for place, level in enumerate((*LEVELS, "season"))}
    both = pl.concat([levels.with_columns(unit=pl.lit("CNY/d")), season.with_columns(unit=pl.lit("CNY/season"))],
                     how="diagonal")  # fmt: skip
    return both.sort(pl.col("level").replace_strict(order)).with_columns(way=pl.lit(way))


def _counts(loss: pl.Expr) -> dict[str, pl.Expr]:
    cut = pl.col("is_cut")
    return {
        "loss_cny_per_day": loss.sum(),
        "units_cut": pl.col("unit_id").filter(cut).n_unique(),
        "enterprises_cut": pl.col("enterprise_id").filter(cut).n_unique(),
        "exempt_units_cut": pl.col("unit_id").filter(cut & pl.col("is_shielded")).n_unique(),
    }
