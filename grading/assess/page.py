"""One enterprise's page of data: every indicator with what each grade asks, what would settle it, and the way up."""

from collections.abc import Sequence
from dataclasses import dataclass

import polars as pl

from grading.assess.model import Graded
from grading.assess.rules import NUMERIC, with_content
from grading.assess.schemes import STEPS
from grading.assess.subjects import PAIR
from grading.assess.verdicts import LACKS_OF_THE_LAW
from grading.law.model import Law
from grading.scale import GRADES

_SUBJECT = [*PAIR, "subject_id", "indicator"]
_SHOWN = [
    *PAIR, "subject_id", "indicator", "dimension", "title_zh", "title_en", "value", "number", "unit", "verdict",
    "missing", "grade_best", "grade_worst", "clause", "status", "effort", "source", "source_file", "source_row",
    "condition_zh", "condition_en",
]  # fmt: skip
_CONDITION = ["condition_zh", "condition_en"]
_NOW = ["title_zh", "title_en", *_CONDITION, "value", "number", "unit", "missing", "grade_worst"]


@dataclass(frozen=True)
class Page:
    """What can be said about one enterprise, as frames.

    `grade`: its row of `Grades`. `indicators`: one row per subject and indicator with value, verdict, clause,
    evidence status and source row, `is_converted` as in `blockers_of`, and one column `asks_<grade>` per grade with
    what it asks; null asks nothing, `?` means nobody has stated it. `settling`: its rows of `Settling`. `way_up`:
    `blockers`. `facts`: its rows of `Facts`.
    """

    grade: pl.DataFrame
    indicators: pl.DataFrame
    settling: pl.DataFrame
    way_up: pl.DataFrame
    facts: pl.DataFrame


def page(graded: Graded, law: Law, enterprise_id: str) -> Page:
    """Return the page of one enterprise; every frame is empty for an id that was not graded."""
    is_own = pl.col("enterprise_id") == enterprise_id
    own = graded.reasons.indicators_of([enterprise_id])
    return Page(
        grade=graded.grades.filter(is_own),
        indicators=_with_asked(own.select(*_SHOWN, _is_converted().alias("is_converted")), law).sort(
            *PAIR, "dimension", "indicator", "subject_id"
        ),
        settling=graded.settling.filter(is_own),
        way_up=blockers(graded, law, enterprise_id),
        facts=graded.reasons.facts_of([enterprise_id]),
    )


def blockers(graded: Graded, law: Law, enterprise_id: str) -> pl.DataFrame:
    """Return what stands between an enterprise and each better grade of its schemes.

    Shape: `blockers_of` without the column enterprise_id.
    """
    return blockers_of(graded, law, [enterprise_id]).drop("enterprise_id")


def blockers_of(graded: Graded, law: Law, enterprise_ids: Sequence[str]) -> pl.DataFrame:
    """Return what stands between each of the enterprises and each better grade of its schemes.

    `distance` is how far the number is from the requirement, in `unit`; null where either is not a known number. Where
    the requirement has two readings, `sure` says what surely meets it, and `distance` is counted to that.
    `is_converted`: the number compared is not the value as it was handed in (another oxygen content or unit).
    `condition_*`: on what the row depends.
    Shape: one row per enterprise, better grade, subject and indicator: text, sure, distance, unit, value, missing,
    effort, clause, status; the rows of one enterprise in the order of its steps, best grade first.
    """
    is_own = pl.col("enterprise_id").is_in(enterprise_ids)
    key = ["enterprise_id", *PAIR]
    scheme = graded.industry_grades.filter(is_own).select(*key, "scheme")
    own = graded.reasons.indicators_of(enterprise_ids).select("enterprise_id", *_SUBJECT, *_NOW)
    reached = STEPS.select("scheme", pl.col("grade").alias("grade_worst"), pl.col("step").alias("reached"))
    better = own.join(scheme, on=key, nulls_equal=True).join(reached, on=["scheme", "grade_worst"])
    wanted = better.join(STEPS, on="scheme").filter(pl.col("step") < pl.col("reached"))
    asked = _asked(wanted, law, ["enterprise_id", *_SUBJECT, "grade"])
    return asked.with_columns(_distance().alias("distance"), _is_converted().alias("is_converted")).sort(
        "enterprise_id", "step", *PAIR, "indicator", "subject_id"
    )


def _distance() -> pl.Expr:
    over = pl.col("number") - pl.col("threshold")
    return (
        pl.when(pl.col("missing").is_not_null() & ~pl.col("missing").is_in(LACKS_OF_THE_LAW))
        .then(None)
        .when(pl.col("operator").is_in(NUMERIC[:2]))
        .then(over)
        .when(pl.col("operator").is_in(NUMERIC[2:]))
        .then(-over)
        .round_sig_figs(9)
    )


def _is_converted() -> pl.Expr:
    stated = pl.col("value").cast(pl.String).cast(pl.Float64, strict=False)
    number = pl.col("number")
    return ((stated - number).abs() > 1e-6 * number.abs()).fill_null(value=False)


def _asked(rows: pl.DataFrame, law: Law, key: list[str]) -> pl.DataFrame:
    """Add the cell of each row's grade; a subtype's own row goes before the row for any subtype."""
    facts = ["operator", "threshold", "is_known", "text", "sure", "effort", "clause", "status"]
    cells = with_content(law.requirements).select(
        "industry", pl.col("subtype").alias("asked_of"), "indicator", "grade", *facts
    )
    joined = rows.join(cells.unique(maintain_order=True), on=["industry", "indicator", "grade"], how="inner")
    fits = pl.col("asked_of").is_null() | (pl.col("asked_of") == pl.col("subtype")).fill_null(value=False)
    fitting = joined.filter(fits)
    is_specific = pl.col("asked_of").is_not_null()
    own_first = fitting.filter(is_specific == is_specific.any().over(_SUBJECT))
    return own_first.unique(key, keep="first", maintain_order=True)


def _with_asked(rows: pl.DataFrame, law: Law) -> pl.DataFrame:
    """Add one column per grade that any of the rows' tables has, best first."""
    subjects = rows.select(_SUBJECT).join(
        pl.DataFrame({"grade": GRADES}, schema={"grade": pl.Enum(GRADES)}), how="cross"
    )
    told = _asked(subjects, law, [*_SUBJECT, "grade"]).with_columns(
        pl.when("is_known").then("text").otherwise(pl.lit("?")).alias("cell")
    )
    used = told["grade"].unique().sort().to_list()
    columns = [pl.col("cell").filter(pl.col("grade") == grade).first().alias(f"asks_{grade}") for grade in used]
    wide = told.group_by(_SUBJECT).agg(columns)
    return rows.join(wide, on=_SUBJECT, how="left", nulls_equal=True)
