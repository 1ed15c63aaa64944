"""Every question decided once, for very many enterprises: a number per question and no words."""

from dataclasses import dataclass
from datetime import date

import polars as pl

from grading.assess.conditions import Asked, heeded, lay_conditions, states_of, telling
from grading.assess.evidence import Answers, answer
from grading.assess.industries import grade_industries, packed_of
from grading.assess.providers import mark_barred
from grading.assess.questions import Questions, lay_questions
from grading.assess.rules import facts_of, lay_out
from grading.assess.subjects import PAIR, graded_units, industry_pairs, pair_rules, submitters
from grading.assess.verdicts import judge, outcome_of_questions
from grading.case.model import Case
from grading.law.model import Law


@dataclass(frozen=True)
class Decision:
    """What was asked, what was answered, and what each answer means.

    `units`: one row per unit with its industry and subtype. `rules_of_pair`: how each industry and subtype is graded.
    `judged`: one row per rule and distinct reading, with what is said about it; `outcome`: the row of `judged` of each
    question. `conditions`: on what rules depend, and what was said of it. `industry_grades`: one row per enterprise and
    industry, `is_key_industry` beside the columns of `IndustryGrades`.
    """

    units: pl.DataFrame
    rules_of_pair: pl.DataFrame
    rules: pl.DataFrame
    questions: Questions
    answers: Answers
    judged: pl.DataFrame
    outcome: pl.Series
    industry_grades: pl.DataFrame
    conditions: Asked


def decide(case: Case, law: Law, require: str = "unknown") -> Decision:
    """Return the decision on every question of a named case, and the grade of every industry of every enterprise.

    Cells whose evidence status is weaker than `require` decide nothing.
    """
    units = graded_units(case)
    pairs = industry_pairs(case, units)
    rules_of_pair = pair_rules(pairs, law)
    pairs = pairs.join(rules_of_pair, on=PAIR, how="left", nulls_equal=True, maintain_order="left")
    rules = lay_out(law, rules_of_pair, require)
    questions = lay_questions(pairs, units, rules, law)
    evidence = mark_barred(case.evidence, case.settings.blacklist)
    on = pl.lit(date.fromisoformat(law.on))
    answers = answer(evidence, questions, rules, on)
    judged = judge(rules, answers.readings).join(facts_of(rules), on=["rule", "worst_step"], how="inner")
    outcome = outcome_of_questions(questions, answers, judged)
    told = _asked_conditions(pairs, units, rules, evidence, law)
    if not told.conditions.is_empty():
        judged, outcome = heeded(judged, outcome, states_of(questions, rules, told, law, require))
    industry_grades = grade_industries(pairs, questions, packed_of(judged)[outcome], rules, submitters(case, units))
    return Decision(units, rules_of_pair, rules, questions, answers, judged, outcome, industry_grades, told)


def _asked_conditions(
    pairs: pl.DataFrame, units: pl.DataFrame, rules: pl.DataFrame, evidence: pl.DataFrame, law: Law
) -> Asked:
    """Return the conditions on which `rules` depend, asked of the subjects of those rules."""
    conditions = lay_conditions(rules, law)
    if conditions.is_empty():
        pairs, units = pairs.clear(), units.clear()
    of_whom = lay_questions(pairs, units, conditions, law)
    stated = telling(evidence, conditions)
    on = pl.lit(date.fromisoformat(law.on))
    return Asked(stated, conditions, of_whom, answer(stated, of_whom, conditions, on))


def verdict_counts(decision: Decision) -> pl.DataFrame:
    """Return how often each indicator is met: one row per indicator and verdict: questions."""
    counts = decision.outcome.alias("outcome").to_frame().lazy().group_by("outcome").agg(pl.len().alias("questions"))
    rules = decision.rules.select("rule", "indicator")
    said = decision.judged.select("rule", "verdict").with_row_index("outcome").join(rules, on="rule")
    by_indicator = counts.collect(engine="streaming").join(said, on="outcome", how="inner")
    return by_indicator.group_by("indicator", "verdict").agg(pl.col("questions").sum()).sort("indicator", "verdict")


def missing_indicators(decision: Decision) -> pl.DataFrame:
    """Return what leaves each enterprise open: enterprise_id and `missing_indicators`, ids joined with semicolons."""
    indicators = decision.judged.join(decision.rules.select("rule", "indicator"), on="rule", maintain_order="left")
    is_open = indicators["missing"].is_not_null()
    questions = is_open.gather(decision.outcome).arg_true()
    asked = decision.questions.asked
    at = asked["first"].search_sorted(questions, side="right") - 1
    found = pl.DataFrame(
        {
            "enterprise_id": asked["enterprise_id"].gather(at),
            "indicator": indicators["indicator"].gather(decision.outcome.gather(questions)),
        }
    )
    named = found.lazy().unique().sort("enterprise_id", "indicator").group_by("enterprise_id", maintain_order=True)
    return named.agg(pl.col("indicator").str.join(";").alias("missing_indicators")).collect()
