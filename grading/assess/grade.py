"""Grade a case: questions, evidence, verdicts, short board, caps, approvals, registers — in that order."""

from datetime import date

import polars as pl

from grading.assess import planned, registers, vetoes
from grading.assess.evidence import read
from grading.assess.industries import INDUSTRY, grade_industries, worst_industry
from grading.assess.model import TREATMENTS, Graded, Grades, Indicators, IndustryGrades
from grading.assess.providers import mark_barred
from grading.assess.questions import ask
from grading.assess.rules import HEAD, facts_of, lay_out
from grading.assess.schemes import grade_in_family, weakest, weakness
from grading.assess.settling import settle
from grading.assess.subjects import PAIR, graded_units, industry_pairs, pair_rules
from grading.assess.verdicts import grade_of_step, judge, reading_of_question
from grading.assess.weak import weak_law
from grading.case.model import Case
from grading.law.model import Law


def grade(case: Case, law: Law, require: str = "unknown") -> Graded:
    """Return verdicts, industry grades, enterprise grades and unit grades of a named case.

    Cells and decisions whose evidence status is weaker than `require` decide nothing: they leave an interval, and
    the worse end is planned. The weakest status, `unknown`, lets every stated cell decide.

    Law: the worst indicator decides an industry, the worst industry the enterprise (短板原则); penalties
    then cap, and an approved grade stands unless a cap or the evidence proves it too good.
    """
    units = graded_units(case)
    pairs = industry_pairs(case, units)
    rules_of_pair = pair_rules(pairs, law)
    pairs = pairs.join(rules_of_pair, on=PAIR, how="left", nulls_equal=True)
    rules = lay_out(law, rules_of_pair, require)
    judged = _judge_all(case, law, units, pairs, rules)
    industry_grades = grade_industries(pairs, judged, _submitted(case, units))
    grades = _enterprise_grades(case, law, industry_grades, judged, require)
    indicators = _indicator_table(judged)
    of_units = unit_grades(units, grades, rules_of_pair)
    return Graded(
        indicators=indicators,
        industry_grades=IndustryGrades.validate(industry_grades.drop("is_key_industry"), cast=True),
        grades=Grades.validate(grades.select(list(Grades.columns())).sort("enterprise_id"), cast=True),
        unit_grades=of_units,
        settling=settle(judged, industry_grades, grades),
        weak_law=weak_law(grades, indicators, of_units, law),
    )


def _judge_all(case: Case, law: Law, units: pl.DataFrame, pairs: pl.DataFrame, rules: pl.DataFrame) -> pl.DataFrame:
    questions = ask(pairs.select(INDUSTRY), units, rules, law)
    answerable = questions.filter(~pl.col("is_not_applicable") & ~pl.col("lacks_process"))
    evidence = mark_barred(case.evidence, case.settings.blacklist)
    answers = read(evidence, answerable, rules, pl.lit(date.fromisoformat(law.on)))
    answered = questions.join(answers.chosen, on=["subject_id", "rule"], how="left").with_columns(
        reading_of_question().alias("reading")
    )
    said = answered.join(judge(rules, answers.readings), on=["rule", "reading"], how="inner").join(
        facts_of(rules), on=["rule", "worst_step"], how="inner"
    )
    heads = rules.select("rule", *PAIR, "scheme", "last_step", "indicator", *HEAD)
    return said.sort("enterprise_id", "rule", "subject_id").join(heads, on="rule", how="inner", maintain_order="left")


def _submitted(case: Case, units: pl.DataFrame) -> pl.DataFrame:
    """Return enterprises that handed in anything at all, for themselves or for one of their units."""
    owner = units.select(pl.col("unit_id").alias("subject_id"), "enterprise_id")
    itself = case.enterprises.select(pl.col("enterprise_id").alias("subject_id"), "enterprise_id")
    subjects = case.evidence.select("subject_id").unique()
    return pl.concat([owner, itself]).join(subjects, on="subject_id", how="semi").select("enterprise_id").unique()


def _indicator_table(judged: pl.DataFrame) -> pl.DataFrame:
    graded = grade_of_step(grade_of_step(judged, "best_step", "grade_best"), "worst_step", "grade_worst")
    status = weakest(weakness(pl.col("met_status")), weakness(pl.col("failed_status")))
    table = graded.with_columns(status.fill_null("unknown").alias("status"))
    return Indicators.validate(table.select(list(Indicators.columns())), cast=True)


def _enterprise_grades(
    case: Case, law: Law, industry_grades: pl.DataFrame, judged: pl.DataFrame, require: str
) -> pl.DataFrame:
    worst = worst_industry(industry_grades, case.enterprises)
    capped = (
        case.enterprises.join(worst, on="enterprise_id", how="inner")
        .join(vetoes.caps(case.penalties, case.enterprises, law), on="enterprise_id", how="left")
        .join(
            registers.leading_by_register(case.registers, law).with_columns(on_leading=True),
            on="enterprise_id",
            how="left",
        )
        .join(_missing(judged), on="enterprise_id", how="left")
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


def _missing(judged: pl.DataFrame) -> pl.DataFrame:
    return (
        judged.filter(pl.col("missing").is_not_null())
        .group_by("enterprise_id")
        .agg(pl.col("indicator").unique().sort().str.join(";").alias("missing_indicators"))
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
