"""Grades come without rows of words; the rows, written later, say the same, for one enterprise or for all."""

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from polars.testing import assert_frame_equal

from grading.assess import grade
from grading.assess.decision import verdict_counts
from grading.assess.reasons import WrittenReasons
from tests.grading.assess.factory import make_case, make_law
from tests.grading.assess.strategies import Situation, situations

FEW = settings(max_examples=5, deadline=None, suppress_health_check=list(HealthCheck))
SLOW = settings(max_examples=10, deadline=None, suppress_health_check=list(HealthCheck))


def written(reasons: object) -> WrittenReasons:
    assert isinstance(reasons, WrittenReasons)
    return reasons


@FEW
@given(situation=situations())
def test_the_rows_of_one_enterprise_are_its_rows_of_the_whole_table(situation: Situation) -> None:
    graded, whole = grade(situation.case, situation.law), grade(situation.case, situation.law).indicators

    for enterprise_id in graded.grades["enterprise_id"]:
        own = whole.filter(pl.col("enterprise_id") == enterprise_id)
        assert_frame_equal(graded.reasons.indicators_of([enterprise_id]), own)


@SLOW
@given(situation=situations())
def test_the_rows_tell_the_decisions_they_were_written_from(situation: Situation) -> None:
    graded = grade(situation.case, situation.law)

    counts = graded.indicators.group_by("indicator", "verdict").len("questions").cast({"verdict": pl.String})
    decided = verdict_counts(written(graded.reasons).decision)
    assert_frame_equal(decided, counts, check_row_order=False, check_dtypes=False)
    missing = (
        graded.indicators.filter(pl.col("missing").is_not_null())
        .group_by("enterprise_id")
        .agg(pl.col("indicator").unique().sort().str.join(";").alias("missing_indicators"))
    )
    told = graded.grades.select("enterprise_id", "missing_indicators").drop_nulls()
    assert_frame_equal(told, missing, check_row_order=False)


def test_no_row_of_words_is_written_before_it_is_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[int] = []
    whole = WrittenReasons._said

    def counted(self: WrittenReasons, questions: pl.DataFrame) -> pl.DataFrame:
        asked.append(questions.height)
        return whole(self, questions)

    monkeypatch.setattr(WrittenReasons, "_said", counted)
    graded = grade(make_case(), make_law())
    assert asked == []

    assert graded.indicators is graded.indicators
    assert len(asked) == 1


def test_no_evidence_and_no_table_are_graded_too() -> None:
    graded = grade(make_case(), make_law())

    assert graded.grades.select("computed_best", "computed_worst").rows() == [("C", "D")]
    assert verdict_counts(written(graded.reasons).decision).is_empty()
