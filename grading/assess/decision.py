"""Every question decided once, for very many enterprises: a number per question and no words."""

from dataclasses import dataclass
from datetime import date

import polars as pl

from grading.assess.conditions import Asked, heeded, states_of, telling
from grading.assess.evidence import Answers, answer
from grading.assess.industries import grade_industries, packed_of
from grading.assess.providers import mark_barred
from grading.assess.questions import Questions, lay_questions
from grading.assess.rulebook import Rulebook, judged, opened
from grading.assess.subjects import PAIR, graded_units, industry_pairs, submitters
from grading.assess.verdicts import outcome_of_questions
from grading.case.model import Case
from grading.law.model import Law


@dataclass(frozen=True)
class Decision:
    """What was asked, what was answered, and what each answer means.

    `units`: one row per unit with its industry and subtype. `book`: the law as it was laid out for them.
    `judged`: one row per rule and distinct reading, with what is said about it; `outcome`: the row of `judged` of each
    question. `conditions`: on what rules depend, and what was said of it; None where no rule does. `industry_grades`:
    one row per enterprise and industry, `is_key_industry` beside the columns of `IndustryGrades`.
    """

    units: pl.DataFrame
    book: Rulebook
    questions: Questions
    answers: Answers
    judged: pl.DataFrame
    outcome: pl.Series
    industry_grades: pl.DataFrame
    conditions: Asked | None

    @property
    def rules_of_pair(self) -> pl.DataFrame:
        """Return how each industry and subtype is graded."""
        return self.book.of_pair

    @property
    def rules(self) -> pl.DataFrame:
        """Return the rules that were asked, one row each."""
        return self.book.rules


def decide(case: Case, law: Law, require: str = "unknown", known: Rulebook | None = None) -> Decision:
    """Return the decision on every question of a named case, and the grade of every industry of every enterprise.

    Cells whose evidence status is weaker than `require` decide nothing. `known`: the law laid out for others.
    """
    units = graded_units(case)
    pairs = industry_pairs(case, units)
    book = opened(known, pairs, law, require)
    rules = book.rules
    pairs = pairs.join(book.of_pair, on=PAIR, how="left", nulls_equal=True, maintain_order="left")
    questions = lay_questions(pairs, units, rules, law)
    evidence = mark_barred(case.evidence, case.settings.blacklist)
    on = pl.lit(date.fromisoformat(law.on))
    answers = answer(evidence, questions, rules, on)
    said = book.unread
    if not answers.readings.is_empty():
        said = pl.concat([judged(rules, book.facts, answers.readings), said])
    outcome = outcome_of_questions(questions, answers, said)
    told = _asked_conditions(pairs, units, book, evidence)
    if told is not None:
        said, outcome = heeded(said, outcome, states_of(questions, rules, told, law, require))
    industry_grades = grade_industries(pairs, questions, packed_of(said)[outcome], rules, submitters(case, units))
    return Decision(units, book, questions, answers, said, outcome, industry_grades, told)


def _asked_conditions(pairs: pl.DataFrame, units: pl.DataFrame, book: Rulebook, evidence: pl.DataFrame) -> Asked | None:
    """Return the conditions on which the rules of a book depend, asked of the subjects of those rules."""
    conditions = book.conditions
    if conditions.is_empty():
        return None
    of_whom = lay_questions(pairs, units, conditions, book.law)
    stated = telling(evidence, conditions)
    on = pl.lit(date.fromisoformat(book.law.on))
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
