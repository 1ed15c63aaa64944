"""Why each grade is what it is: rows of words, written out of a decision only when somebody asks for them."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import polars as pl

from grading.assess.conditions import facts_of
from grading.assess.decision import Decision
from grading.assess.evidence import ORIGIN
from grading.assess.line_sets import line_set_grades
from grading.assess.model import Indicators
from grading.assess.questions import NOT_APPLICABLE
from grading.assess.rules import HEAD
from grading.assess.schemes import weakest, weakness
from grading.assess.settling import settle
from grading.assess.subjects import PAIR
from grading.assess.verdicts import grade_of_step
from grading.assess.weak import weak_law
from grading.checked import checked
from grading.law.model import Law


@dataclass(frozen=True)
class WrittenReasons:
    """The reasons of a decision; every table is written once, at its first use.

    `evidence` is the case's; `enterprises` carries the caps beside the columns of `Grades`.
    `lines`: of `approved_lines`.
    """

    decision: Decision
    evidence: pl.DataFrame
    enterprises: pl.DataFrame
    unit_grades: pl.DataFrame
    law: Law
    lines: pl.DataFrame

    @cached_property
    def indicators(self) -> pl.DataFrame:
        """`Indicators` of every enterprise."""
        return _indicator_table(self._said(self.decision.questions.asked))

    @cached_property
    def settling(self) -> pl.DataFrame:
        """`Settling`: the shortest list of what would settle each interval."""
        asked = self.decision.questions.asked
        return settle(self._said(asked), self.decision.industry_grades, self.enterprises)

    @cached_property
    def weak_law(self) -> pl.DataFrame:
        """`WeakLaw`: whose grade or legal measure rests on less than the official text."""
        return weak_law(self.enterprises, self.indicators, self.unit_grades, self.law)

    @cached_property
    def line_set_grades(self) -> pl.DataFrame:
        """`LineSetGrades`: the grade of the lines of one process."""
        return line_set_grades(self.decision, self.lines)

    def indicators_of(self, enterprise_ids: Sequence[str]) -> pl.DataFrame:
        """Return the `Indicators` of these enterprises without writing those of the others."""
        is_wanted = pl.col("enterprise_id").is_in(list(enterprise_ids))
        if "indicators" in self.__dict__:
            return self.indicators.filter(is_wanted)
        return _indicator_table(self._said(self.decision.questions.asked.filter(is_wanted)))

    def facts_of(self, enterprise_ids: Sequence[str]) -> pl.DataFrame:
        """Return the `Facts` of these enterprises."""
        return facts_of(self.decision.conditions).filter(pl.col("enterprise_id").is_in(list(enterprise_ids)))

    def _said(self, asked: pl.DataFrame) -> pl.DataFrame:
        """Return one row per question of `asked`: whose, what it says, and where its evidence stands."""
        decision = self.decision
        places = decision.questions.rules.select("rule", "group", "place")
        spread = asked.select("enterprise_id", "subject_id", "group", "first").join(places, on="group", how="inner")
        numbered = spread.with_columns((pl.col("first") + pl.col("place")).alias("question")).drop("group", "first")
        said = decision.judged.drop("rule")[decision.outcome.gather(numbered["question"])]
        chosen = decision.answers.chosen.select("question", "row").join(numbered, on="question", how="semi")
        told = chosen.select("question").hstack(self.evidence.select("value", *ORIGIN)[chosen["row"]])
        heads = decision.rules.select("rule", *PAIR, "scheme", "last_step", "indicator", *HEAD)
        return (
            numbered.hstack(said)
            .join(told, on="question", how="left")
            .with_columns((pl.col("reading") == NOT_APPLICABLE).alias("is_not_applicable"))
            .sort("enterprise_id", "rule", "subject_id")
            .join(heads, on="rule", how="inner", maintain_order="left")
        )


def _indicator_table(said: pl.DataFrame) -> pl.DataFrame:
    graded = grade_of_step(grade_of_step(said, "best_step", "grade_best"), "worst_step", "grade_worst")
    status = weakest(weakness(pl.col("met_status")), weakness(pl.col("failed_status")))
    table = graded.with_columns(status.fill_null("unknown").alias("status"))
    return checked(Indicators, table.select(list(Indicators.columns())))
