"""The vectorised evaluation says what a row-by-row reading of the rules says."""

from hypothesis import HealthCheck, given, note, settings

from grading.assess import Graded, grade
from grading.scale import RANK
from tests.grading.assess.oracle import Oracle
from tests.grading.assess.strategies import Situation, situations

SLOW = settings(max_examples=27, deadline=None, suppress_health_check=list(HealthCheck))


@SLOW
@given(situation=situations())
def test_evaluation_equals_the_oracle(situation: Situation) -> None:
    case, law = situation.case, situation.law
    oracle = Oracle(case, law)
    note(f"{case.evidence.drop('source_file', 'source_sheet').rows()} {law.requirements.rows()}")

    graded = grade(case, law)

    assert indicator_intervals(graded) == oracle.intervals
    assert set(graded.industry_grades.select("enterprise_id", "industry", "subtype").iter_rows()) == {
        (e["enterprise_id"], *pair) for e in oracle.enterprises for pair in oracle.pairs(e)
    }
    for row in graded.industry_grades.filter("is_graded").iter_rows(named=True):
        expected = oracle.worst_of(row["enterprise_id"], row["industry"], row["subtype"])
        assert (RANK[row["grade_best"]], RANK[row["grade_worst"]]) == expected


def indicator_intervals(graded: Graded) -> dict[tuple[str, str, str | None, str], tuple[str, str]]:
    columns = ["subject_id", "industry", "subtype", "indicator", "grade_best", "grade_worst"]
    return {(s, i, t, n): (best, worst) for s, i, t, n, best, worst in graded.indicators.select(columns).iter_rows()}
