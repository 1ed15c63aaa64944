"""Grade a case: questions, evidence, verdicts, short board, caps, approvals, registers — in that order."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

import polars as pl

from grading.assess import planned, registers, vetoes
from grading.assess.decision import decide, missing_indicators
from grading.assess.industries import worst_industry
from grading.assess.line_approvals import approved_lines, decided
from grading.assess.model import TREATMENTS, Graded, Grades, IndustryGrades
from grading.assess.reasons import WrittenReasons
from grading.assess.rulebook import Rulebook
from grading.assess.schemes import grade_in_family
from grading.assess.subjects import PAIR, pair_rules
from grading.case.model import Case
from grading.checked import Held, checked
from grading.law.model import Law


def grade(
    case: Case, law: Law, require: str = "unknown", known: Rulebook | None = None, held: Held = checked
) -> Graded:
    """Return verdicts, industry grades, enterprise grades and unit grades of a named case.

    Cells and decisions whose evidence status is weaker than `require` decide nothing: they leave an interval, and
    the worse end is planned. The weakest status, `unknown`, lets every stated cell decide. `known`: the law laid out
    for others. `held`: how tables are held to their schema.

    Law: the worst indicator decides an industry, the worst industry the enterprise (短板原则); penalties
    then cap, and an approved grade stands unless a cap or the evidence proves it too good.
    """
    decision = decide(case, law, require, known)
    judged = Judged(
        decision.units, decision.rules_of_pair, decision.industry_grades, missing_indicators(decision), require
    )
    lines = approved_lines(case, judged.units, judged.rules_of_pair, date.fromisoformat(law.on))
    grades = enterprise_grades(case, law, judged, lines)
    of_units = unit_grades(judged.units, grades, judged.rules_of_pair, law)
    return Graded(
        industry_grades=held(IndustryGrades, decision.industry_grades.drop("is_key_industry")),
        grades=held(Grades, grades.select(list(Grades.columns())).sort("enterprise_id")),
        unit_grades=of_units,
        reasons=WrittenReasons(decision, case.evidence, grades, of_units, law, lines),
    )


@dataclass(frozen=True)
class Judged:
    """What the indicators leave behind, before penalties, approvals and registers.

    `units`, `rules_of_pair`, `industry_grades`: as in `Decision`. `missing`: of `missing_indicators`. `forced`:
    enterprise id -> grade that stands as if the authority approved it, whatever is on record.
    """

    units: pl.DataFrame
    rules_of_pair: pl.DataFrame
    industry_grades: pl.DataFrame
    missing: pl.DataFrame
    require: str
    forced: Mapping[str, str] = field(default_factory=dict)


def enterprise_grades(case: Case, law: Law, judged: Judged, lines: pl.DataFrame) -> pl.DataFrame:
    """Return the columns of `Grades` and the caps, one row per enterprise. `lines`: of `approved_lines`."""
    worst = worst_industry(judged.industry_grades, case.enterprises)
    capped = (
        case.enterprises.join(worst, on="enterprise_id", how="inner")
        .join(vetoes.caps(case.penalties, case.enterprises, law), on="enterprise_id", how="left")
        .join(
            registers.leading_by_register(case.registers, law).with_columns(on_leading=True),
            on="enterprise_id",
            how="left",
        )
        .join(judged.missing, on="enterprise_id", how="left")
        .join(decided(judged.industry_grades, lines, judged.require), on="enterprise_id", how="left")
    )
    with_plan = planned.plan(capped, date.fromisoformat(law.on), judged.require)
    return treated(_standing(with_plan, judged.forced), case, law)


def _standing(with_plan: pl.DataFrame, forced: Mapping[str, str]) -> pl.DataFrame:
    """Return the planned grades with the forced ones; a penalty that capped one of those no longer does."""
    if not forced:
        return with_plan
    asked = pl.col("enterprise_id").replace_strict(forced, default=None, return_dtype=pl.String)
    return with_plan.with_columns(
        planned_grade=pl.coalesce(grade_in_family(pl.col("scheme"), asked), "planned_grade"),
        reason_code=pl.when(asked.is_not_null()).then(pl.lit("approved")).otherwise("reason_code"),
        veto_effect=pl.when(asked.is_null()).then("veto_effect"),
    )


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


def unit_grades(units: pl.DataFrame, grades: pl.DataFrame, rules_of_pair: pl.DataFrame, law: Law) -> pl.DataFrame:
    """Return the planned grade of each unit in the words of its own scheme.

    A line that does not run adds no industry to its enterprise, so `rules_of_pair` may lack its own: it is asked of the
    law then, and the words do not hang on whether another enterprise runs such a line.
    """
    lacking = units.join(rules_of_pair, on=PAIR, how="anti", nulls_equal=True)
    own_rules = rules_of_pair if lacking.is_empty() else pl.concat([rules_of_pair, pair_rules(lacking, law)])
    schemes = own_rules.select(*PAIR, pl.col("scheme").alias("unit_scheme"))
    joined = units.join(schemes, on=PAIR, how="left", nulls_equal=True).join(
        grades[["enterprise_id", "planned_grade", "scheme"]], on="enterprise_id", how="inner"
    )
    own = grade_in_family(pl.coalesce("unit_scheme", "scheme"), pl.col("planned_grade"))
    columns = ["unit_id", "enterprise_id", *PAIR, "process"]
    return joined.select(*columns, own.alias("planned_grade")).sort("unit_id")
