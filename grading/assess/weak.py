"""Whose grade, and whose legal measure, rests on rules that nobody has read in the official text."""

import polars as pl

from grading.assess.model import WeakLaw
from grading.assess.schemes import weakness
from grading.checked import checked
from grading.law.model import Law
from grading.law.specific import match_rules
from grading.scale import LEVEL_DTYPE, LEVELS, STATUS_DTYPE

_CLASS = ["industry", "subtype", "process"]
_RUNG = ["grade", "level"]


def weak_law(grades: pl.DataFrame, indicators: pl.DataFrame, unit_grades: pl.DataFrame, law: Law) -> pl.DataFrame:
    """Return every enterprise whose planned grade or legal measure rests on less than the official text."""
    parts = [_grades(grades, indicators), _measures(grades, unit_grades, law.ladder)]
    weak = pl.concat(parts).filter(weakness(pl.col("status")) > weakness(pl.lit("verified")))
    return checked(WeakLaw, weak.sort("enterprise_id", "part", "rule", "clause"))


def _grades(grades: pl.DataFrame, indicators: pl.DataFrame) -> pl.DataFrame:
    """Return what each planned grade rests on: a veto, the deciding indicator, or the decision itself."""
    clauses = (
        indicators.sort("enterprise_id", "indicator", "grade_worst", descending=[False, False, True])
        .unique(["enterprise_id", "indicator"], keep="first", maintain_order=True)
        .select("enterprise_id", deciding_indicator="indicator", indicator_clause="clause")
    )
    by_veto = pl.col("reason_code") == "veto"
    by_decision = pl.col("reason_code").is_in(["approved", "register_leading"])
    rule = pl.when(by_veto).then("veto_kind").when(~by_decision).then("deciding_indicator")
    clause = pl.when(by_veto).then("veto_clause").when(~by_decision).then("indicator_clause")
    return grades.join(clauses, on=["enterprise_id", "deciding_indicator"], how="left").select(
        "enterprise_id", "name", "county", "planned_grade", part=pl.lit("grade"), rule=rule, clause=clause,
        rows=pl.lit(1, dtype=pl.Int64), status=pl.col("rests_on").cast(STATUS_DTYPE),
    )  # fmt: skip


def _measures(grades: pl.DataFrame, unit_grades: pl.DataFrame, ladder: pl.DataFrame) -> pl.DataFrame:
    """Return the weakest rule behind the legal measures of each enterprise; `rows` counts its weak line-levels."""
    levels = pl.DataFrame({"level": LEVELS}, schema={"level": LEVEL_DTYPE})
    lines = unit_grades.join(levels, how="cross").rename({"planned_grade": "grade"})
    classes = lines.select(*_CLASS, *_RUNG).unique(maintain_order=True)
    rungs = ladder.select(*_CLASS, *_RUNG, "clause", "status")
    best = (
        match_rules(classes, rungs, _CLASS, exact=_RUNG)
        .sort("specificity", "rule_row", descending=[True, False])
        .unique([*_CLASS, *_RUNG], keep="first", maintain_order=True)
    )
    asked = lines.join(best, on=[*_CLASS, *_RUNG], how="left", nulls_equal=True).with_columns(
        pl.col("status").fill_null(pl.lit("unknown", dtype=STATUS_DTYPE))
    )
    weak = asked.filter(pl.col("status") != "verified")
    weakest_first = weak.sort(
        "enterprise_id", pl.col("status").to_physical(), "unit_id", "level", descending=[False, True, False, False]
    )
    found = weakest_first.group_by("enterprise_id", maintain_order=True).agg(
        rule=pl.col("process").first(),
        clause=pl.col("clause").first(),
        rows=pl.len().cast(pl.Int64),
        status=pl.col("status").first(),
    )
    return (
        grades.select("enterprise_id", "name", "county", "planned_grade")
        .join(found, on="enterprise_id", how="inner")
        .select(
            "enterprise_id",
            "name",
            "county",
            "planned_grade",
            part=pl.lit("measure"),
            rule="rule",
            clause="clause",
            rows="rows",
            status="status",
        )
    )
