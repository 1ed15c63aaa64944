"""Grades that may rest on verified rules only, and whose grade or measure rests on less."""

from dataclasses import replace
from typing import Any

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from polars.testing import assert_frame_equal

from grading.assess import grade
from grading.law.model import Ladder
from grading.scale import STATUS_DTYPE, rank
from tests.grading.assess.factory import ON, Row, cells, frame, make_case, make_law
from tests.grading.assess.strategies import Situation, situations

QUICK = settings(max_examples=8, deadline=None, suppress_health_check=list(HealthCheck))
LIMITS = {"A": 10, "B": 20, "C": 30}
VALUE = [{"subject_id": "E1", "indicator": "a", "value": "15"}]
ON_RECORD = {"approved_grade": "B", "approved_on": ON, "approved_by": "省厅"}


def graded_row(status: str, require: str, value: list[Row] | None = None, **enterprise: object) -> Row:
    law = make_law(cells("a", LIMITS, status=status))
    case = make_case(enterprises=[{"enterprise_id": "E1", **enterprise}], evidence=VALUE if value is None else value)
    return grade(case, law, require).grades.row(0, named=True)


@pytest.mark.parametrize(
    ("status", "require", "interval"),
    [
        ("verified", "verified", ("B", "B")),
        ("reported", "verified", ("A", "D")),
        ("unverified", "verified", ("A", "D")),
        ("reported", "reported", ("B", "B")),
        ("unverified", "reported", ("A", "D")),
        ("unverified", "unverified", ("B", "B")),
        ("unverified", "unknown", ("B", "B")),
    ],
)
def test_a_cell_weaker_than_required_leaves_an_interval(status: str, require: str, interval: tuple[str, str]) -> None:
    row = graded_row(status, require)

    assert (row["computed_best"], row["computed_worst"], row["planned_grade"]) == (*interval, interval[1])
    assert row["reason_code"] == ("evidence" if interval == ("B", "B") else "interval_worse_end")


@pytest.mark.parametrize(
    ("approval", "planned", "reason"),
    [
        (ON_RECORD, "B", "approved"),
        ({**ON_RECORD, "approved_by": None}, "D", "interval_worse_end"),
        ({**ON_RECORD, "approved_on": None}, "D", "interval_worse_end"),
        ({**ON_RECORD, "approved_grade": "A"}, "A", "approved"),
        ({**ON_RECORD, "approved_grade": "D", "approved_by": None}, "D", "interval_worse_end"),
    ],
)
def test_approved_grades_with_office_and_day_stay(approval: dict[str, Any], planned: str, reason: str) -> None:
    row = graded_row("reported", "verified", **approval)

    assert (row["planned_grade"], row["reason_code"]) == (planned, reason)


def test_without_a_requirement_an_approval_off_the_record_stands_and_says_what_it_rests_on() -> None:
    row = graded_row("reported", "unknown", approved_grade="B")

    assert (row["planned_grade"], row["reason_code"], row["rests_on"]) == ("B", "approved", "reported")


@QUICK
@given(situation=situations())
def test_requiring_more_never_narrows_an_interval(situation: Situation) -> None:
    key = ["subject_id", "industry", "subtype", "indicator"]
    usual = grade(situation.case, situation.law).indicators
    strict = grade(situation.case, situation.law, "verified").indicators

    both = usual.join(strict, on=key, how="inner", nulls_equal=True, suffix="_strict")

    assert both.height == usual.height
    better = rank(pl.col("grade_best_strict")) <= rank(pl.col("grade_best"))
    worse = rank(pl.col("grade_worst_strict")) >= rank(pl.col("grade_worst"))
    assert both.filter(~(better & worse)).is_empty()


def read(cells: pl.DataFrame) -> pl.DataFrame:
    """Return the cells or conditions as if everything that is stated had been read in the official text."""
    verified = pl.lit("verified").cast(STATUS_DTYPE)
    return cells.with_columns(pl.when(pl.col("status") != "unknown").then(verified).otherwise("status").alias("status"))


@QUICK
@given(situation=situations())
def test_a_verified_law_grades_alike_whatever_is_required(situation: Situation) -> None:
    written = situation.law
    law = replace(written, requirements=read(written.requirements), conditions=read(written.conditions))

    usual, strict = grade(situation.case, law), grade(situation.case, law, "verified")

    assert_frame_equal(usual.indicators, strict.indicators)
    assert_frame_equal(usual.grades, strict.grades)


def rung(process: str | None, status: str, **more: object) -> Row:
    return {
        "industry": "cement", "process": process, "grade": "B", "level": "red", "kind": "stop", "transport": "none",
        "is_general": False, "clause": f"l-{process}", "status": status, "confidence": "high", **more,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("cell", "kiln", "expected"),
    [
        ("verified", "verified", []),
        ("reported", "verified", [("grade", "a", "c", "reported")]),
        ("verified", "unverified", [("measure", "kiln", "l-kiln", "unverified")]),
        ("unverified", "unknown", [("grade", "a", "c", "unverified"), ("measure", "kiln", "l-kiln", "unknown")]),
    ],
)
def test_whose_grade_and_measure_rest_on_less_than_the_text(
    cell: str, kiln: str, expected: list[tuple[str, ...]]
) -> None:
    """The rule of the kiln goes before the weaker one of any process, which no line falls back to."""
    rungs = [rung("kiln", kiln, level=level) for level in ("yellow", "orange", "red")]
    law = replace(make_law(cells("a", LIMITS, status=cell)), ladder=frame(Ladder, [*rungs, rung(None, "unknown")]))

    weak = grade(make_case(evidence=VALUE), law).weak_law

    assert weak.select("part", "rule", "clause", "status").rows() == expected
    assert weak.select("name", "planned_grade").unique().rows() == ([("甲厂", "B")] if expected else [])


def test_a_line_without_any_rule_counts_as_unknown_at_every_level() -> None:
    weak = grade(make_case(evidence=VALUE), make_law(cells("a", LIMITS, status="verified"))).weak_law

    assert weak.select("part", "rows", "status").rows() == [("measure", 3, "unknown")]


def test_an_approval_on_record_rests_on_no_rule() -> None:
    case = make_case(enterprises=[{"enterprise_id": "E1", **ON_RECORD}], units=[])

    assert grade(case, make_law(cells("a", LIMITS))).weak_law.is_empty()
