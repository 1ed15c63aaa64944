"""The decision without explanations is the decision with them."""

import polars as pl
from hypothesis import HealthCheck, given, settings
from polars.testing import assert_frame_equal

from grading.assess import grade
from grading.assess.industries import decide
from tests.grading.assess.strategies import Situation, situations

SLOW = settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))


@SLOW
@given(situation=situations())
def test_deciding_in_bulk_equals_grading(situation: Situation) -> None:
    graded = grade(situation.case, situation.law)

    decided = decide(situation.case, situation.law)

    ends = ["enterprise_id", "computed_best", "computed_worst", "deciding_indicator"]
    assert_frame_equal(decided.enterprises.select(ends), graded.grades.select(ends), check_dtypes=False)
    counts = graded.indicators.group_by("indicator", "verdict").len("questions")
    assert_frame_equal(decided.verdicts, counts.cast({"verdict": pl.String}), check_row_order=False, check_dtypes=False)


def test_no_evidence_and_no_table_are_decided_too() -> None:
    from tests.grading.assess.factory import make_case, make_law  # noqa: PLC0415

    decided = decide(make_case(), make_law())

    assert decided.enterprises.select("computed_best", "computed_worst").rows() == [("C", "D")]
    assert decided.verdicts.is_empty()
