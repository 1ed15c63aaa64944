"""Which indicator is asked of which enterprise or unit: the rows of the indicator table before evidence."""

import polars as pl

from grading.assess.subjects import PAIR
from grading.law.model import Law


def _known_process(units: pl.DataFrame, law: Law) -> pl.DataFrame:
    known = law.processes.select("industry", "process").unique().with_columns(is_known_process=True)
    return units.join(known, on=["industry", "process"], how="left").with_columns(
        pl.col("is_known_process").fill_null(value=False)
    )


def _asked_of_units(units: pl.DataFrame, rules: pl.DataFrame) -> pl.DataFrame:
    """Return unit questions: rules of the unit's process, and rules of no process for every unit."""
    running = units.filter("is_operating").select(
        "enterprise_id", pl.col("unit_id").alias("subject_id"), *PAIR, "process"
    )
    of_units = rules.filter(pl.col("scope") == "unit").select("rule", *PAIR, "process")
    by_process = running.join(
        of_units.filter(pl.col("process").is_not_null()), on=[*PAIR, "process"], how="inner", nulls_equal=True
    )
    of_all = of_units.filter(pl.col("process").is_null()).drop("process")
    by_industry = running.join(of_all, on=PAIR, how="inner", nulls_equal=True)
    columns = ["enterprise_id", "subject_id", "rule"]
    return pl.concat([by_process.select(columns), by_industry.select(columns)])


def _without_unit(pairs: pl.DataFrame, units: pl.DataFrame, rules: pl.DataFrame, asked: pl.DataFrame) -> pl.DataFrame:
    """Return unit rules that no running unit answers, and whether that means they do not apply.

    They do not apply when the enterprise's lines of this industry are all known to the pack and none of
    them is of the process. An unknown process, or no line at all, leaves it open.
    """
    wanted = pairs.join(rules.filter(pl.col("scope") == "unit"), on=PAIR, how="inner", nulls_equal=True)
    unanswered = wanted.join(asked, on=["enterprise_id", "rule"], how="anti")
    lines = units.group_by("enterprise_id", *PAIR).agg(pl.col("is_known_process").all().alias("all_known"))
    return unanswered.join(lines, on=["enterprise_id", *PAIR], how="left", nulls_equal=True).select(
        "enterprise_id",
        pl.col("enterprise_id").alias("subject_id"),
        "rule",
        pl.col("all_known").fill_null(value=False).alias("is_not_applicable"),
        (~pl.col("all_known").fill_null(value=False)).alias("lacks_process"),
    )


def ask(pairs: pl.DataFrame, units: pl.DataFrame, rules: pl.DataFrame, law: Law) -> pl.DataFrame:
    """Return every question: one row per subject and rule.

    Shape: enterprise_id, subject_id, rule, is_not_applicable, lacks_process.
    """
    of_enterprise = pairs.join(
        rules.filter(pl.col("scope") == "enterprise").select("rule", *PAIR), on=PAIR, how="inner", nulls_equal=True
    ).select("enterprise_id", pl.col("enterprise_id").alias("subject_id"), "rule")
    of_units = _asked_of_units(units, rules)
    asked = pl.concat([of_enterprise, of_units]).with_columns(
        pl.lit(value=False).alias("is_not_applicable"), pl.lit(value=False).alias("lacks_process")
    )
    return pl.concat([asked, _without_unit(pairs, _known_process(units, law), rules, of_units)])
