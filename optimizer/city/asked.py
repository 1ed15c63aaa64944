"""What the law asks of each unit at each level: the most specific rung of the ladder."""

from functools import cache

import polars as pl

from grading.scale import GRADE_DTYPE, GRADES, LEVEL_DTYPE, LEVELS, STATUS_DTYPE
from optimizer.city.roster import CLASS
from optimizer.city.specific import match_rules

# One scale for "how severe": the share of production cut below 1, then a line kept hot, then a cold stop.
HOLD = 1.0
STOP = 2.0
TOLERANCE = 1e-9
_RUNG = ("kind", "share", "hours", "transport", "is_general", "clause", "status")
LEVEL_FRAME = pl.DataFrame({"level": list(LEVELS)}, schema={"level": LEVEL_DTYPE})


GRADE_FRAME = pl.DataFrame({"grade": list(GRADES)}, schema={"grade": GRADE_DTYPE})


def asked_measures(roster: pl.DataFrame, rungs: pl.DataFrame) -> pl.DataFrame:
    """Return the legal measure per unit and level, with `asked_severity` on the scale above.

    `rungs`: of `best_rungs`, for the class of every line.
    Shape: one row per unit and level. `asked_severity` is null where the law's content is not known (no row at
    all, kind `unknown`, a number left out, or a coking time without the normal one).
    """
    columns = ["unit_id", "enterprise_id", *CLASS, "grade", "normal_coking_time_h", "is_idle"]
    asked = roster.select(columns).join(rungs, on=[*CLASS, "grade"], how="left", nulls_equal=True)
    return asked.with_columns(asked_severity=severity_of_rung()).sort("unit_id", "level")


def best_rungs(classes: pl.DataFrame, ladder: pl.DataFrame) -> pl.DataFrame:
    """Return the rung of the ladder that holds for each class of lines (industry, subtype, process).

    Shape: one row per class, grade and level. Law: the most specific row wins (industry and subtype and process, ...,
    general); the first of equals in the pack's order.
    """
    subjects = classes.join(GRADE_FRAME, how="cross").join(LEVEL_FRAME, how="cross")
    rungs = ladder[[*CLASS, "grade", "level", *_RUNG]]
    key = [*CLASS, "grade", "level"]
    best = (
        match_rules(subjects, rungs, CLASS, exact=("grade", "level"))
        .sort("specificity", "rule_row", descending=[True, False])
        .unique(key, keep="first", maintain_order=True)
        .select(*key, *_RUNG)
    )
    return subjects.join(best, on=key, how="left", nulls_equal=True).with_columns(
        pl.col("kind").fill_null("unknown"),
        pl.col("transport").cast(pl.String).fill_null("none"),
        pl.col("is_general").fill_null(False),
        pl.col("clause").fill_null(""),
        pl.col("status").fill_null(pl.lit("unknown", dtype=STATUS_DTYPE)),
    )


@cache
def severity_of_rung() -> pl.Expr:
    """Return how severe a rung of the ladder is; null when that cannot be told.

    Maths: a coking time of t hours is a cut of 1 - normal/t. A share by line is resolved in `optimizer.city.lines`;
    here it stands for the same share of load.
    """
    kind = pl.col("kind")
    share = pl.when(pl.col("share") >= 1.0 - TOLERANCE).then(STOP).otherwise(pl.col("share"))
    longer = (1.0 - pl.col("normal_coking_time_h") / pl.col("hours")).clip(lower_bound=0.0)
    return (
        pl.when(kind.is_in(["none", "voluntary"]))
        .then(0.0)
        .when(kind.is_in(["load_cut", "stop_share_by_line"]))
        .then(share)
        .when(kind == "coking_time_h")
        .then(longer)
        .when(kind.is_in(["bank", "keep_hot"]))
        .then(HOLD)
        .when(kind == "stop")
        .then(STOP)
    )
