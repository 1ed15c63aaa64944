"""From computed to planned: caps, the authority's decision, and the worse end of what is known."""

from datetime import date
from functools import cache

import polars as pl

from grading.assess.approved import approval_in_force
from grading.assess.schemes import grade_at_rank, grade_in_family, weakest, weakness
from grading.scale import STATUS_DTYPE, rank


def plan(frame: pl.DataFrame, on: date, require: str = "unknown") -> pl.DataFrame:
    """Return the enterprises with capped, approved and planned grade, the reason, and what it rests on.

    An approved grade stands unless a cap or the evidence proves it too good; then the worse of the two
    is planned. A cap that only may count does not undo a decision; `approval_doubt` names it.
    Where only single industries or lines were approved, the worst of them and of the other industries is planned.
    Without a decision the worse end of the capped interval is planned. A decision whose own status is weaker
    than `require` opens the interval again: the worse of it and the capped interval is planned.
    """
    with_ends = frame.with_columns(*_capped_ends(), *approval_in_force(on))
    with_ends = with_ends.with_columns(*_with_lines())
    is_trusted = weakness(_decision()) <= weakness(pl.lit(require))
    standing = with_ends.with_columns(_standing().alias("standing")).with_columns(
        is_doubted=pl.col("standing").is_not_null() & ~is_trusted
    )
    given_or_worse = (
        pl.when(rank(pl.col("capped_worst")) > rank(pl.col("standing"))).then("capped_worst").otherwise("standing")
    )
    proven, given = rank(pl.col("proven_best")), rank(pl.col("standing"))
    planned = (
        pl.when(given.is_null())
        .then(pl.coalesce("with_lines", "capped_worst"))
        .when("is_doubted")
        .then(given_or_worse)
        .when(proven > given)
        .then(pl.col("proven_best"))
        .otherwise("standing")
    )
    return standing.with_columns(
        planned.alias("planned_grade"), _reason().alias("reason_code"), _rests_on().alias("rests_on")
    ).with_columns(_doubt().alias("approval_doubt"))


@cache
def _doubt() -> pl.Expr:
    """Return `possible_cap` where an authority's grade is planned although a penalty may cap it further down."""
    may_be_worse = (pl.col("cap_rank") > rank(pl.col("planned_grade"))).fill_null(value=False)
    return pl.when(pl.col("standing").is_not_null() & may_be_worse).then(pl.lit("possible_cap"))


@cache
def _capped_ends() -> tuple[pl.Expr, ...]:
    """Return both ends under the caps, and the best end that evidence and sure caps prove."""
    best = pl.max_horizontal("best_rank", "sure_cap_rank")
    proven = pl.max_horizontal("proven_best_rank", "sure_cap_rank")
    worst = pl.max_horizontal("worst_rank", "cap_rank")
    scheme = pl.col("scheme")
    return (
        grade_at_rank(scheme, best).alias("capped_best"),
        grade_at_rank(scheme, proven).alias("proven_best"),
        grade_at_rank(scheme, worst).alias("capped_worst"),
    )


@cache
def _with_lines() -> tuple[pl.Expr, ...]:
    """Return the approval as its lines leave it: given by them where all carry one, lowered where one is worse."""
    own, of_lines = rank(pl.col("approved_grade")), pl.col("line_rank")
    by_lines = pl.when("is_all_approved").then(own.is_null() | (of_lines > own)).otherwise(of_lines > own)
    is_lowered = by_lines.fill_null(value=False) & of_lines.is_not_null()
    is_on_record = pl.col("line_status") == "verified"
    grade = grade_at_rank(pl.col("scheme"), of_lines)
    worse_end = pl.max_horizontal("line_worst_rank", "cap_rank")
    return (
        pl.when(is_lowered).then(grade).otherwise("approved_grade").alias("approved_grade"),
        *(
            pl.when(~is_lowered)
            .then(f"approved_{part}")
            .when(is_on_record)
            .then(f"line_{part}")
            .alias(f"approved_{part}")
            for part in ("on", "by")
        ),
        pl.coalesce("approved_text_unused", "line_text_unused"),
        pl.when(of_lines.is_not_null()).then(grade_at_rank(pl.col("scheme"), worse_end)).alias("with_lines"),
    )


def _by_register() -> pl.Expr:
    return pl.col("on_leading").fill_null(value=False) & (pl.col("scheme") == "leading")


@cache
def _standing() -> pl.Expr:
    """Return the grade an authority gave: the approved one, or leading by a register."""
    leading = grade_in_family(pl.col("scheme"), pl.lit("leading"))
    return pl.coalesce("approved_grade", pl.when(_by_register()).then(leading))


@cache
def _reason() -> pl.Expr:
    proven_worse = rank(pl.col("proven_best")) > rank(pl.col("standing"))
    return (
        pl.when("is_doubted")
        .then(pl.lit("interval_worse_end"))
        .when(proven_worse)
        .then(pl.lit("approved_but_capped"))
        .when(pl.col("approved_grade").is_not_null())
        .then(pl.lit("approved"))
        .when(pl.col("standing").is_not_null())
        .then(pl.lit("register_leading"))
        .when(pl.col("with_lines") != pl.col("capped_worst"))
        .then(pl.lit("approved_in_part"))
        .when(rank(pl.col("capped_worst")) > rank(pl.col("computed_worst")))
        .then(pl.lit("veto"))
        .when(~pl.col("is_graded"))
        .then(pl.lit("not_graded"))
        .when(pl.col("capped_best") != pl.col("capped_worst"))
        .then(pl.lit("interval_worse_end"))
        .otherwise(pl.lit("evidence"))
    )


def _decision() -> pl.Expr:
    """Return the status of an authority's decision: verified when its day and author are on record."""
    is_on_record = pl.col("approved_grade").is_not_null() & pl.all_horizontal(
        pl.col("approved_on", "approved_by").is_not_null()
    )
    return pl.when(is_on_record).then(pl.lit("verified")).otherwise(pl.lit("reported")).cast(STATUS_DTYPE)


@cache
def _rests_on() -> pl.Expr:
    """Return the weakest status under the planned grade.

    An approved grade rests on the authority's decision, verified when its day and author are on record;
    a capped one rests on the veto's clause as well, or on the evidence that proved it too good.
    """
    veto = pl.col("veto_status").cast(STATUS_DTYPE)
    is_capped_by_veto = pl.col("sure_cap_rank").is_not_null() & (pl.col("sure_cap_rank") >= pl.col("proven_best_rank"))
    from_evidence = pl.when(is_capped_by_veto).then(veto).otherwise("rests_on")
    proven_worse = rank(pl.col("proven_best")) > rank(pl.col("standing"))
    of_lines = pl.when(pl.col("with_lines") != pl.col("capped_worst")).then(weakness(pl.col("line_status")))
    both = weakest(weakness(pl.col("rests_on")), weakness(veto), of_lines)
    return (
        pl.when(proven_worse)
        .then(from_evidence)
        .when(pl.col("standing").is_not_null())
        .then(_decision())
        .otherwise(both)
    )
