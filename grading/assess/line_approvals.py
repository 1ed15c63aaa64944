"""Approvals that name lines: what an authority decided for one industry, or one line set, of an enterprise.

An industry is decided when each of its running lines carries a grade in force; the worst of them is its grade. One
line without a grade leaves it to the evidence. Shape of `lines`: one row per running unit that carries a text:
enterprise_id, industry, subtype, process, approved_rank (null where the text is no grade in force), status, text.
"""

from datetime import date

import polars as pl

from grading.assess.approved import approval_in_force
from grading.assess.industries import INDUSTRY
from grading.assess.schemes import weakest, weakness
from grading.assess.subjects import PAIR
from grading.case.model import Case
from grading.scale import STATUS_DTYPE, rank

LINE_SET = [*INDUSTRY, "process"]
_APPROVAL = ["approved_grade", "approved_on", "approved_by", "approved_until"]


def approved_lines(case: Case, units: pl.DataFrame, rules_of_pair: pl.DataFrame, on: date) -> pl.DataFrame:
    """Return the running lines with their approvals read. `units`: of `graded_units`; `rules_of_pair`: scheme."""
    carried = case.units[["unit_id", *_APPROVAL]]
    lines = units.filter("is_operating").join(carried, on="unit_id", how="inner")
    schemes = rules_of_pair[[*PAIR, "scheme"]]
    read = lines.join(schemes, on=PAIR, how="left", nulls_equal=True).with_columns(approval_in_force(on))
    on_record = pl.all_horizontal(pl.col("approved_on", "approved_by").is_not_null())
    status = pl.when(on_record).then(pl.lit("verified")).otherwise(pl.lit("reported")).cast(STATUS_DTYPE)
    return read.with_columns(approved_rank=rank(pl.col("approved_grade")), status=status)


def of_sets(lines: pl.DataFrame, keys: list[str]) -> pl.DataFrame:
    """Return the worst approval of each set of lines that is approved throughout: keys, rank, status, day, office."""
    complete = lines.group_by(keys).agg(
        pl.col("approved_rank").is_not_null().all().alias("is_complete"),
        pl.col("approved_rank").max(),
        weakness(pl.col("status")).max().alias("status"),
        pl.col("approved_on").max(),
        pl.col("approved_by").drop_nulls().unique().sort().str.join("、").replace("", None),
    )
    return complete.filter("is_complete").drop("is_complete")


def decided(industry_grades: pl.DataFrame, lines: pl.DataFrame, require: str) -> pl.DataFrame:
    """Return what the approvals of lines say of each enterprise that has any.

    Shape: one row per enterprise_id: `line_worst_rank` over all its industries, the approved ones as approved (or as
    the evidence proves, where that is worse); `line_rank`, the worst approved one; `line_status`, `line_on`,
    `line_by`; `is_all_approved`; `line_text_unused`. An approval weaker than `require` narrows nothing.
    """
    told = industry_grades.join(of_sets(lines, INDUSTRY), on=INDUSTRY, how="left", nulls_equal=True)
    given, proven = pl.col("approved_rank"), rank(pl.col("grade_best"))
    sure = pl.max_horizontal(given, pl.when("is_graded").then(proven))
    is_trusted = pl.col("status") <= weakness(pl.lit(require))
    worst = rank(pl.col("grade_worst"))
    ends = told.with_columns(
        pl.when(given.is_null())
        .then(worst)
        .when(is_trusted)
        .then(sure)
        .otherwise(pl.max_horizontal(worst, given))
        .alias("ends")
    )
    of_firms = ends.group_by("enterprise_id").agg(
        pl.col("ends").max().alias("line_worst_rank"),
        given.max().alias("line_rank"),
        weakest(pl.col("status").max()).alias("line_status"),
        pl.col("approved_on").max().alias("line_on"),
        pl.col("approved_by").drop_nulls().unique().sort().str.join("、").replace("", None).alias("line_by"),
        given.is_not_null().all().alias("is_all_approved"),
    )
    unused = lines.drop_nulls("approved_text_unused").group_by("enterprise_id")
    texts = unused.agg(pl.col("approved_text_unused").unique().sort().first().alias("line_text_unused"))
    has_any = pl.col("line_rank").is_not_null() | pl.col("line_text_unused").is_not_null()
    return of_firms.join(texts, on="enterprise_id", how="left").filter(has_any)
