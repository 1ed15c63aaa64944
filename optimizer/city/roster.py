"""One row per unit with all that planning reads about it: grade, treatment, baseline, emissions, physics."""

import polars as pl

from grading.assess.model import Graded
from grading.case.model import Case
from grading.scale import LEVEL_DTYPE, POLLUTANTS
from optimizer.city.baseline import with_baseline
from optimizer.city.emissions import with_emissions
from optimizer.city.specific import match_rules

EMISSIONS = tuple(f"{pollutant}_kg_per_day" for pollutant in POLLUTANTS)
METHODS = tuple(f"{pollutant}_method" for pollutant in POLLUTANTS)
CLASS = ("industry", "subtype", "process")
_PACK_ONLY = (
    "emission_elasticity", "normal_coking_time_h", "notice_h", "decay_h", "start_up_extra_h", "pay_off_days",
)  # fmt: skip
PHYSICS_FACTS = ("can_stop", "min_load", "verification", *_PACK_ONLY)

UNIT_FACTS = (
    "capacity_eia_t_per_day",
    "capacity_permit_t_per_day",
    "output_last_year_t_per_day",
    "operating_days_per_year",
    "can_stop",
    "min_load",
    "restart_cost_wan",
    "value_share",
    "verification",
)


def build_roster(case: Case, graded: Graded, physics: pl.DataFrame) -> pl.DataFrame:
    """Return the working table of units, sorted by `unit_id`.

    `physics`: of `known_physics`, for the class of every unit.
    Shape: one row per unit of the case. A default taken because nothing is known is marked by an
    `assumes_*` column beside the value, so that it can be counted.
    """
    units = with_emissions(case).select(
        "unit_id",
        unit_name="name",
        product="product",
        unit_status="status",
        **{name: name for name in (*EMISSIONS, *METHODS, *UNIT_FACTS)},
    )
    treated = graded.unit_grades.select("unit_id", "enterprise_id", *CLASS, grade="planned_grade").join(
        _enterprises(case, graded), on="enterprise_id", how="left"
    )
    roster = units.join(treated, on="unit_id", how="left")
    return with_physics(with_baseline(_mark_idle(roster)), physics).sort("unit_id")


def _enterprises(case: Case, graded: Graded) -> pl.DataFrame:
    facts = case.enterprises.select(
        "enterprise_id", "employees", "value_added_wan", "annual_output_value_wan", enterprise_status="status"
    )
    treated = graded.grades.select(
        "enterprise_id",
        "name",
        "county",
        pl.col("treatment").cast(pl.String),
        pl.col("exempt_up_to").cast(pl.String).cast(LEVEL_DTYPE),
        "quota_share",
    )
    return treated.join(facts, on="enterprise_id", how="left")


def _mark_idle(roster: pl.DataFrame) -> pl.DataFrame:
    """Add `is_idle`: an idle line or a long-idle enterprise credits nothing and may not restart."""
    return roster.with_columns(
        is_idle=(pl.col("unit_status") == "idle")
        | (pl.col("enterprise_status") == "long_idle").fill_null(False)
        | (pl.col("treatment") == "long_idle").fill_null(False),
    )


def known_physics(lines: pl.DataFrame, physics: pl.DataFrame) -> pl.DataFrame:
    """Return what a pack knows of the industries and processes of some lines, `pack_` before each fact.

    Shape: one row per industry and process. Each fact is taken from the most specific row that knows it.
    """
    classes = lines[["industry", "process"]].unique().drop_nulls()
    matched = match_rules(classes, physics[["industry", "process", *PHYSICS_FACTS]], ("industry", "process"))
    return (
        matched.sort("industry", "process", "specificity", "rule_row", descending=[False, False, True, False])
        .group_by("industry", "process", maintain_order=True)
        .agg(pl.col(fact).drop_nulls().first().alias(f"pack_{fact}") for fact in PHYSICS_FACTS)
    )


def with_physics(roster: pl.DataFrame, known: pl.DataFrame) -> pl.DataFrame:
    """Return the roster with what each line can do: the unit's own word first, then the pack's, then a default.

    `known`: of `known_physics`. Defaults where nobody knows: a line can be stopped, has no least load, and its
    emission falls in step with its load; all three are counted.
    """
    told = roster.join(known, on=["industry", "process"], how="left").with_columns(
        *(pl.coalesce(fact, f"pack_{fact}").alias(fact) for fact in ("can_stop", "min_load", "verification")),
        *(pl.col(f"pack_{fact}").alias(fact) for fact in _PACK_ONLY),
    )
    return told.with_columns(
        assumes_can_stop=pl.col("can_stop").is_null(),
        assumes_min_load=pl.col("min_load").is_null(),
        assumes_elasticity=pl.col("emission_elasticity").is_null(),
        can_stop=pl.col("can_stop").fill_null(True),
        min_load=pl.col("min_load").fill_null(0.0),
        emission_elasticity=pl.col("emission_elasticity").fill_null(1.0),
    ).drop(f"pack_{fact}" for fact in PHYSICS_FACTS)
