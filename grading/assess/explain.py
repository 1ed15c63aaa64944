"""Why this grade, in words that can be read aloud, and what each better grade would take."""

from collections.abc import Iterator
from typing import Any

import polars as pl

from grading.assess.model import Graded
from grading.assess.rules import with_content
from grading.assess.schemes import STEPS
from grading.assess.subjects import PAIR
from grading.law.model import Law
from grading.words import Language, mark, say

Row = dict[str, Any]

REASONS = {
    "evidence": mark("{name}: grade {grade}, because the worst indicator decides."),
    "interval_worse_end": mark(
        "{name}: between {best} and {worst}, because evidence or requirements are missing; planned at {grade}."
    ),
    "veto": mark("{name}: grade {grade}, because a penalty caps it ({veto})."),
    "approved": mark("{name}: grade {grade}, as approved ({approval})."),
    "approved_but_capped": mark(
        "{name}: approved at {approved} ({approval}), planned at {grade}, because a penalty or the evidence proves "
        "no better grade{veto_note}."
    ),
    "not_graded": mark("{name}: not graded, somewhere between {best} and {worst}; planned at {grade}."),
    "register_leading": mark("{name}: leading, because a valid register says so."),
}
EFFORTS = {
    "document": mark("documents, days"),
    "operation": mark("operation, weeks"),
    "equipment": mark("equipment, months"),
}
STATUS_NAMES = {
    "verified": mark("checked against the text"),
    "reported": mark("from a secondary source"),
    "unverified": mark("not yet verified"),
    "unknown": mark("nobody has stated it"),
}
GRADE_NAMES = {"leading": mark("leading"), "non_leading": mark("non-leading")}
MISSING = {
    "evidence": mark("no evidence"),
    "requirement": mark("the law's cell is not known"),
    "process": mark("the process of a line is not known"),
    "number": mark("the value is not a number"),
    "value": mark("the value is not understood"),
    "reference_o2": mark("the oxygen content does not allow the conversion"),
}


def blockers(graded: Graded, law: Law, enterprise_id: str) -> pl.DataFrame:
    """Return what stands between an enterprise and each better grade of its schemes.

    Shape: one row per better grade, subject and indicator: requirement, value, missing, effort, clause, status.
    """
    scheme = graded.industry_grades.filter(pl.col("enterprise_id") == enterprise_id).select(*PAIR, "scheme")
    own = graded.indicators.filter(pl.col("enterprise_id") == enterprise_id).select(
        *PAIR, "subject_id", "indicator", "title_zh", "title_en", "value", "missing", "grade_worst"
    )
    reached = STEPS.select("scheme", pl.col("grade").alias("grade_worst"), pl.col("step").alias("reached"))
    better = own.join(scheme, on=PAIR, nulls_equal=True).join(reached, on=["scheme", "grade_worst"])
    wanted = better.join(STEPS, on="scheme").filter(pl.col("step") < pl.col("reached"))
    return _with_requirement(wanted, law).sort("step", *PAIR, "indicator", "subject_id")


def _with_requirement(wanted: pl.DataFrame, law: Law) -> pl.DataFrame:
    """Add the cell of each wanted grade; a subtype's own row goes before the row for any subtype."""
    cells = with_content(law.requirements).select(
        "industry", pl.col("subtype").alias("asked_of"), "indicator", "grade", "text", "effort", "clause", "status"
    )
    joined = wanted.join(cells, on=["industry", "indicator", "grade"], how="inner")
    fits = pl.col("asked_of").is_null() | (pl.col("asked_of") == pl.col("subtype")).fill_null(value=False)
    is_specific = pl.col("asked_of").is_not_null()
    return joined.filter(fits).filter(is_specific == is_specific.any().over([*PAIR, "subject_id", "indicator"]))


def why(graded: Graded, law: Law, enterprise_id: str, language: Language) -> str:
    """Return why the enterprise has its grade, its deciding indicator, and what each better grade needs."""
    row = graded.grades.row(by_predicate=pl.col("enterprise_id") == enterprise_id, named=True)
    lines = [_head(row, language), *_deciding(graded, row, language), *_not_taken(row, language)]
    return "\n".join([*lines, *_ways_up(blockers(graded, law, enterprise_id), language)])


def grade_name(grade: str | None, language: Language) -> str:
    """Return a grade as a list prints it."""
    return say(language, GRADE_NAMES[grade]) if grade in GRADE_NAMES else str(grade)


def _head(row: Row, language: Language) -> str:
    unsaid = say(language, mark("day and office not on record"))
    approval = ", ".join(str(part) for part in (row["approved_by"], row["approved_on"]) if part) or unsaid
    veto = ", ".join(str(row[f"veto_{part}"]) for part in ("kind", "decided_on", "clause") if row[f"veto_{part}"])
    template = REASONS[row["reason_code"]]
    return say(
        language,
        template,
        name=row["name"],
        grade=grade_name(row["planned_grade"], language),
        best=grade_name(row["capped_best"], language),
        worst=grade_name(row["capped_worst"], language),
        approved=grade_name(row["approved_grade"], language),
        approval=approval,
        veto=veto,
        veto_note=f" ({veto})" if veto else "",
    )


def _deciding(graded: Graded, row: Row, language: Language) -> Iterator[str]:
    decides = pl.col("indicator") == pl.lit(row["deciding_indicator"], dtype=pl.String)
    deciding = graded.indicators.filter((pl.col("enterprise_id") == row["enterprise_id"]) & decides).sort(
        "grade_worst", "subject_id", descending=[True, False]
    )
    if row["deciding_indicator"] == "subtype":
        yield say(language, mark("The subtype is missing: the tables of this industry differ by subtype."))
    elif deciding.height:
        status = STATUS_NAMES[deciding[0, "status"]]
        yield say(
            language,
            mark("Deciding indicator: {title}: {value} ({clause}; evidence of the clause: {status})."),
            title=deciding[0, f"title_{language}"],
            value=_value(deciding.row(0, named=True), language),
            clause=deciding[0, "clause"],
            status=say(language, status),
        )


def _value(row: Row, language: Language) -> str:
    if row["missing"] is None or row["missing"] == "requirement":
        return str(row["value"])
    if row["missing"].startswith("unit "):
        return say(language, mark("{value}, but not in {unit}"), value=row["value"], unit=row["missing"][5:])
    missing = MISSING[row["missing"]]
    return say(language, missing)


def _not_taken(row: Row, language: Language) -> Iterator[str]:
    if row["approved_text_unused"]:
        yield say(
            language,
            mark("The approved grade “{text}” is not understood or not yet in force, and was not used."),
            text=row["approved_text_unused"],
        )
    if row["veto_kind"] and row["veto_clause"] is None:
        yield say(
            language,
            mark("The penalty “{kind}” is of no known kind; it lowers the worse end only."),
            kind=row["veto_kind"],
        )


def _ways_up(blocked: pl.DataFrame, language: Language) -> Iterator[str]:
    """Yield one line per better grade, nearest first: every indicator that stands in the way."""
    for (grade,), rows in blocked.sort("step", descending=True, maintain_order=True).group_by(
        "grade", maintain_order=True
    ):
        needs = [_need(row, language) for row in rows.iter_rows(named=True)]
        separator = say(language, mark("; "))
        yield say(
            language,
            mark("{grade} needs: {needs}."),
            grade=grade_name(str(grade), language),
            needs=separator.join(needs),
        )


def _need(row: Row, language: Language) -> str:
    effort = EFFORTS[row["effort"]]
    asked = row["text"] or say(language, mark("a requirement that is not known"))
    return say(
        language,
        mark("{title} {asked} (now: {value}; {effort})"),
        title=row[f"title_{language}"],
        asked=asked,
        value=_value(row, language),
        effort=say(language, effort),
    )
