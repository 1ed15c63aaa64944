"""Grade a case: questions, evidence, verdicts, short board, caps, approvals, registers — in that order."""

from datetime import date

import polars as pl

from grading.assess import planned, registers, vetoes
from grading.assess.decision import Decision, decide, missing_indicators
from grading.assess.industries import worst_industry
from grading.assess.line_approvals import approved_lines, decided
from grading.assess.model import TREATMENTS, Graded, Grades, IndustryGrades
from grading.assess.reasons import WrittenReasons
from grading.assess.schemes import grade_in_family
from grading.assess.subjects import PAIR
from grading.case.model import Case
from grading.checked import checked
from grading.law.model import Law


def grade(case: Case, law: Law, require: str = "unknown") -> Graded:
    """Return verdicts, industry grades, enterprise grades and unit grades of a named case.

    Cells and decisions whose evidence status is weaker than `require` decide nothing: they leave an interval, and
    the worse end is planned. The weakest status, `unknown`, lets every stated cell decide.

    Law: the worst indicator decides an industry, the worst industry the enterprise (短板原则); penalties
    then cap, and an approved grade stands unless a cap or the evidence proves it too good.
    """
    decision = decide(case, law, require)
    lines = approved_lines(case, decision.units, decision.rules_of_pair, date.fromisoformat(law.on))
    grades = _enterprise_grades(case, law, decision, lines, require)
    of_units = unit_grades(decision.units, grades, decision.rules_of_pair)
    return Graded(
        industry_grades=checked(IndustryGrades, decision.industry_grades.drop("is_key_industry")),
        grades=checked(Grades, grades.select(list(Grades.columns())).sort("enterprise_id")),
        unit_grades=of_units,
        reasons=WrittenReasons(decision, case.evidence, grades, of_units, law, lines),
    )


def _enterprise_grades(case: Case, law: Law, decision: Decision, lines: pl.DataFrame, require: str) -> pl.DataFrame:
    worst = worst_industry(decision.industry_grades, case.enterprises)
    capped = (
        case.enterprises.join(worst, on="enterprise_id", how="inner")
        .join(vetoes.caps(case.penalties, case.enterprises, law), on="enterprise_id", how="left")
        .join(
            registers.leading_by_register(case.registers, law).with_columns(on_leading=True),
            on="enterprise_id",
            how="left",
        )
        .join(missing_indicators(decision), on="enterprise_id", how="left")
        .join(decided(decision.industry_grades, lines, require), on="enterprise_id", how="left")
    )
    return treated(planned.plan(capped, date.fromisoformat(law.on), require), case, law)


def treated(with_plan: pl.DataFrame, case: Case, law: Law) -> pl.DataFrame:
    """Return enterprises whose grade is planned with what the registers and the grade do: exempt, held to a quota.

    `with_plan` carries the facts of `registers.exemptions` and of `registers.treatment`.
    """
    facts = ["permit_no", "is_key_industry", "planned_grade", "reason_code", "veto_effect", "veto_is_sure"]
    exempt = registers.exemptions(case.registers, with_plan.select("enterprise_id", *facts), law)
    treated = with_plan.join(exempt, on="enterprise_id", how="left").with_columns(
        registers.treatment().cast(pl.Enum(TREATMENTS)).alias("treatment")
    )
    is_top = pl.col("treatment") == "grade_exempt"
    return treated.with_columns(
        pl.when(is_top).then(pl.lit("red")).otherwise("register_up_to").alias("exempt_up_to"),
        pl.when(pl.col("treatment") == "register_quota").then("quota_share").alias("quota_share"),
    )


def unit_grades(units: pl.DataFrame, grades: pl.DataFrame, rules_of_pair: pl.DataFrame) -> pl.DataFrame:
    """Return the planned grade of each unit in the words of its own scheme."""
    schemes = rules_of_pair.select(*PAIR, pl.col("scheme").alias("unit_scheme"))
    joined = units.join(schemes, on=PAIR, how="left", nulls_equal=True).join(
        grades.select("enterprise_id", "planned_grade", "scheme"), on="enterprise_id", how="inner"
    )
    own = grade_in_family(pl.coalesce("unit_scheme", "scheme"), pl.col("planned_grade"))
    columns = ["unit_id", "enterprise_id", *PAIR, "process"]
    return joined.select(*columns, own.alias("planned_grade")).sort("unit_id")
