"""The shortest list of what would turn an interval of grades into one grade.

Maths: the grade is the worst of many, each known or an interval [best, worst]. Let b be the worst of all best
ends. An interval that does not reach beyond b can never decide, whatever it turns out to be; one that does can
still lower the grade when all others come out at their best. So the list holds exactly the intervals whose worse
end lies beyond b, and no shorter list settles the grade for every answer.
"""

import polars as pl

from grading.assess.industries import INDUSTRY
from grading.assess.model import Settling
from grading.assess.schemes import grade_at_rank
from grading.assess.verdicts import grade_of_step
from grading.checked import checked
from grading.scale import rank

_FACTS = [
    "subject_id",
    "lack",
    "indicator",
    "title_zh",
    "title_en",
    "is_rule_known",
    "effort",
    "condition_zh",
    "condition_en",
]
_ENDS = ["grade_best", "grade_worst"]


def settle(judged: pl.DataFrame, industry_grades: pl.DataFrame, enterprises: pl.DataFrame) -> pl.DataFrame:
    """Return the shortest list for every enterprise whose grade is an interval, as `Settling`.

    `enterprises` carries enterprise_id, scheme, industry, subtype, sure_cap_rank and cap_rank.
    """
    found = [_indicators(judged), _industries(judged, industry_grades), _penalties(enterprises)]
    ends = pl.concat(found, how="diagonal").join(
        enterprises.select("enterprise_id", own_scheme="scheme"), on="enterprise_id", how="inner"
    )
    ranked = ends.with_columns(_in_scheme("grade_best").alias("best"), _in_scheme("grade_worst").alias("worst"))
    decisive = ranked.filter(pl.col("worst") > pl.col("best").max().over("enterprise_id"))
    order = ["enterprise_id", "industry", "subtype", "indicator", "lack", "subject_id"]
    return checked(Settling, decisive.select(list(Settling.columns())).sort(order))


def _in_scheme(grade: str) -> pl.Expr:
    """Return the rank of a grade once it is read in the scheme of the enterprise."""
    return rank(grade_at_rank(pl.col("own_scheme"), rank(pl.col(grade))))


def _indicators(judged: pl.DataFrame) -> pl.DataFrame:
    """Return every indicator that applies, with the ends it allows."""
    applies = judged.filter(~pl.col("is_not_applicable"))
    ends = grade_of_step(grade_of_step(applies, "best_step", "grade_best"), "worst_step", "grade_worst")
    return ends.select(*INDUSTRY, *_ENDS, *(_lack() if name == "lack" else name for name in _FACTS))


def _lack() -> pl.Expr:
    return pl.col("missing").fill_null("").alias("lack")


def _industries(judged: pl.DataFrame, industry_grades: pl.DataFrame) -> pl.DataFrame:
    """Return what leaves a whole industry open: no subtype, no table, nothing handed in."""
    has_table = judged.select(INDUSTRY).unique().with_columns(has_table=pl.lit(value=True))
    is_open = (pl.col("best_step") < pl.col("worst_step")).any()
    open_rows = judged.group_by(INDUSTRY).agg(is_open.alias("has_open_indicator"))
    told = industry_grades.join(has_table, on=INDUSTRY, how="left", nulls_equal=True).join(
        open_rows, on=INDUSTRY, how="left", nulls_equal=True
    )
    lack = (
        pl.when(pl.col("deciding_indicator") == "subtype")
        .then(pl.lit("subtype"))
        .when(pl.col("is_graded"))
        .then(None)
        .when(pl.col("has_table").is_null())
        .then(pl.lit("table"))
        .when(~pl.col("has_open_indicator"))
        .then(pl.lit("evidence"))
    )
    return (
        told.with_columns(
            lack.alias("lack"), pl.col("enterprise_id").alias("subject_id"), is_rule_known=lack != "table"
        )
        .filter(pl.col("lack").is_not_null())
        .select(*INDUSTRY, *_ENDS, "subject_id", "lack", "is_rule_known")
    )


def _penalties(enterprises: pl.DataFrame) -> pl.DataFrame:
    """Return the caps: a sure one as a decided grade, one that may not count as an interval from there on."""
    capped = enterprises.filter(pl.col("cap_rank").is_not_null())
    sure = pl.col("sure_cap_rank").fill_null(0)
    return capped.select(
        *INDUSTRY,
        grade_at_rank(pl.col("scheme"), sure).alias("grade_best"),
        grade_at_rank(pl.col("scheme"), pl.max_horizontal("cap_rank", sure)).alias("grade_worst"),
        pl.col("enterprise_id").alias("subject_id"),
        pl.lit("penalty").alias("lack"),
        pl.lit(value=True).alias("is_rule_known"),
    )
