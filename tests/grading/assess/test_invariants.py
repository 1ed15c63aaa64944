"""What must hold for every law and every case."""

from dataclasses import replace

import polars as pl
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from grading.assess import Graded, grade
from grading.scale import rank
from tests.grading.assess.factory import Row
from tests.grading.assess.strategies import NUMBERS, TEXTS, Situation, situations, with_evidence

QUICK = settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))
QUESTION = ["subject_id", "industry", "subtype", "indicator"]
INDUSTRY = ["enterprise_id", "industry", "subtype"]


def ranks(frame: pl.DataFrame, key: list[str]) -> pl.DataFrame:
    return frame.select(*key, best=rank(pl.col("grade_best")), worst=rank(pl.col("grade_worst")))


def not_nested(before: pl.DataFrame, after: pl.DataFrame, key: list[str]) -> pl.DataFrame:
    """Return the intervals that reach outside what they were before."""
    both = ranks(before, key).join(ranks(after, key), on=key, nulls_equal=True, suffix="_after")
    return both.filter((pl.col("best_after") < pl.col("best")) | (pl.col("worst_after") > pl.col("worst")))


def frames(graded: Graded) -> list[pl.DataFrame]:
    return [graded.indicators, graded.industry_grades, graded.grades, graded.unit_grades]


@QUICK
@given(situation=situations(), seed=st.integers(0, 1000))
def test_row_order_is_irrelevant(situation: Situation, seed: int) -> None:
    case = situation.case
    shuffled = replace(
        case,
        evidence=case.evidence.sample(fraction=1, shuffle=True, seed=seed),
        units=case.units.sample(fraction=1, shuffle=True, seed=seed),
        enterprises=case.enterprises.sample(fraction=1, shuffle=True, seed=seed),
    )
    law = situation.law
    other_law = replace(law, requirements=law.requirements.sample(fraction=1, shuffle=True, seed=seed))

    expected, got = frames(grade(case, law)), frames(grade(shuffled, other_law))

    for left, right in zip(expected, got, strict=True):
        assert_frame_equal(left, right)


@QUICK
@given(situation=situations(), value=st.sampled_from([*NUMBERS, *TEXTS, "是", "no"]))
def test_more_evidence_never_widens_an_interval(situation: Situation, value: str) -> None:
    before = grade(situation.case, situation.law)
    gaps = before.indicators.filter(pl.col("missing") == "evidence")
    added: list[Row] = [
        {"subject_id": row["subject_id"], "indicator": row["indicator"], "value": value, "unit": row["unit"]}
        for row in gaps.iter_rows(named=True)
    ]
    rows = situation.case.evidence.to_dicts() + added

    after = grade(with_evidence(situation.case, rows), situation.law)

    assert not_nested(before.indicators, after.indicators, QUESTION).is_empty()
    assert not_nested(before.industry_grades.filter("is_graded"), after.industry_grades, INDUSTRY).is_empty()


@QUICK
@given(situation=situations(), better=st.sampled_from(["0.01", "0.3", "9"]))
def test_a_better_value_never_worsens_a_grade(situation: Situation, better: str) -> None:
    """Lower every limit-like value that is usable: no interval may move towards D."""
    before = grade(situation.case, situation.law)
    is_limit = situation.law.requirements.filter(pl.col("operator").is_in(["le", "lt"]))["indicator"].unique()
    others = situation.law.requirements.filter(~pl.col("operator").is_in(["le", "lt"]))["indicator"].unique()
    name = pl.col("indicator").str.extract(r"(i\d)")
    only_limits = name.is_in(is_limit.implode()) & ~name.is_in(others.implode())
    number = pl.col("value").str.strip_chars("%").cast(pl.Float64, strict=False)
    lower = pl.when(only_limits & (number > float(better)) & ~pl.col("value").str.ends_with("%")).then(pl.lit(better))
    improved = replace(
        situation.case, evidence=situation.case.evidence.with_columns(pl.coalesce(lower, "value").alias("value"))
    )

    after = grade(improved, situation.law)

    both = ranks(before.indicators, QUESTION).join(
        ranks(after.indicators, QUESTION), on=QUESTION, nulls_equal=True, suffix="_after"
    )
    worse = both.filter((pl.col("best_after") > pl.col("best")) | (pl.col("worst_after") > pl.col("worst")))
    assert worse.is_empty()
