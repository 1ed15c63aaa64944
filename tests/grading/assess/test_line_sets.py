"""The grade of the lines of one process: against the slow reading, and beside the grade of their industry."""

import polars as pl
from hypothesis import HealthCheck, given, settings

from grading.assess import grade
from grading.scale import RANK
from tests.grading.assess.factory import cells, make_case, make_law
from tests.grading.assess.oracle import Oracle
from tests.grading.assess.strategies import Situation, situations

SLOW = settings(max_examples=14, deadline=None, suppress_health_check=list(HealthCheck))
KEY = ("enterprise_id", "industry", "subtype", "process")
LIMITS = {"A": 10, "B": 20, "C": 30}


@SLOW
@given(situation=situations())
def test_line_sets_equal_the_oracle(situation: Situation) -> None:
    oracle = Oracle(situation.case, situation.law)
    graded = grade(situation.case, situation.law)
    owner = {e["enterprise_id"]: e for e in oracle.enterprises}
    running = [oracle.filled(u, owner[u["enterprise_id"]]) for u in oracle.units if u["status"] == "operating"]
    found = {tuple(row[name] for name in KEY): row for row in graded.line_set_grades.iter_rows(named=True)}
    industries = {
        (row["enterprise_id"], row["industry"], row["subtype"]): row
        for row in graded.industry_grades.iter_rows(named=True)
    }

    assert set(found) == {tuple(unit[name] for name in KEY) for unit in running}
    for (enterprise_id, industry, subtype, process), row in found.items():
        own = industries[enterprise_id, industry, subtype]
        expected = oracle.line_set(owner[enterprise_id], industry, subtype, process)
        if not own["is_graded"]:
            expected = own["grade_best"], own["grade_worst"]
        assert (row["grade_best"], row["grade_worst"]) == (expected or (None, None))
        if row["is_graded"]:
            assert RANK[row["grade_best"]] <= RANK[own["grade_best"]]
            assert RANK[row["grade_worst"]] <= RANK[own["grade_worst"]]


def test_a_bad_mill_leaves_the_kiln_its_grade_and_the_enterprise_the_worst() -> None:
    per_unit = {"scope": "unit"}
    law = make_law(
        [
            *cells("kiln_dust", LIMITS, process="kiln", **per_unit),
            *cells("mill_dust", LIMITS, process="mill", **per_unit),
            *cells("ledger", {"A": 1, "B": 2, "C": 3}),
        ],
        processes=[("cement", "kiln"), ("cement", "mill")],
    )
    units = [
        {"unit_id": f"U{n}", "enterprise_id": "E1", "process": process}
        for n, process in enumerate(["kiln", "kiln", "mill"])
    ]
    stated = [("U0", "kiln_dust", "10"), ("U1", "kiln_dust", "20"), ("U2", "mill_dust", "30"), ("E1", "ledger", "1")]
    evidence = [{"subject_id": s, "indicator": i, "value": v} for s, i, v in stated]

    graded = grade(make_case(units=units, evidence=evidence), law)

    told = graded.line_set_grades.select("process", "line_count", "grade_best", "grade_worst", "deciding_indicator")
    assert told.rows() == [("kiln", 2, "B", "B", "kiln_dust"), ("mill", 1, "C", "C", "mill_dust")]
    assert graded.grades["planned_grade"].to_list() == ["C"]


def test_what_nothing_is_asked_of_has_no_grade() -> None:
    law = make_law(
        cells("kiln_dust", LIMITS, process="kiln", scope="unit"), processes=[("cement", "kiln"), ("cement", "mill")]
    )
    units = [{"unit_id": p, "enterprise_id": "E1", "process": p} for p in ("kiln", "mill")]
    evidence = [{"subject_id": "kiln", "indicator": "kiln_dust", "value": "10"}]

    sets = grade(make_case(units=units, evidence=evidence), law).line_set_grades

    assert sets.filter(pl.col("process") == "mill").select("grade_best", "grade_worst", "is_graded").row(0) == (
        None,
        None,
        False,
    )
