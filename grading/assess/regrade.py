"""The graded city in which some enterprises have another grade: what the law then does to them, and to nobody else."""

from collections.abc import Mapping
from dataclasses import replace

import polars as pl

from grading.assess.grade import treated, unit_grades
from grading.assess.model import Graded, Grades
from grading.assess.subjects import graded_units, industry_pairs, pair_rules
from grading.case.model import Case
from grading.checked import checked
from grading.law.model import Law

FACTS = ("permit_no", "status", "is_small_micro")
FROM_REGISTERS = ("treatment", "exempt_up_to", "exemption_register", "exemption_basis", "exemption_refused",
                  "exemption_note", "quota_share")  # fmt: skip


def regrade(case: Case, law: Law, graded: Graded, changes: Mapping[str, str]) -> Graded:
    """Return `graded` with the planned grades of `changes` (enterprise id -> grade), as if the authority approved them.

    What follows from the grade follows: exemption by grade, what a register asks for, the grade of each line. A penalty
    that capped a changed enterprise no longer does. Indicators stay as they are.
    """
    named = pl.DataFrame(
        {"enterprise_id": list(changes), "new_grade": list(changes.values())},
        schema={"enterprise_id": pl.String, "new_grade": pl.String},
    )
    is_changed = pl.col("new_grade").is_not_null()
    moved = (
        graded.grades.drop(FROM_REGISTERS)
        .join(named, on="enterprise_id", how="left", maintain_order="left")
        .join(case.enterprises.select("enterprise_id", *FACTS), on="enterprise_id", how="left", maintain_order="left")
        .with_columns(
            planned_grade=pl.coalesce("new_grade", pl.col("planned_grade").cast(pl.String)).cast(
                graded.grades.schema["planned_grade"]
            ),
            reason_code=pl.when(is_changed).then(pl.lit("approved")).otherwise(pl.col("reason_code").cast(pl.String)),
            veto_effect=pl.when(~is_changed).then("veto_effect"),
        )
    )
    grades = checked(Grades,
        treated(moved, case, law).select(list(Grades.columns())).sort("enterprise_id")
    )  # fmt: skip
    units = graded_units(case)
    rules = pair_rules(industry_pairs(case, units), law)
    return replace(graded, grades=grades, unit_grades=unit_grades(units, grades, rules, law))
