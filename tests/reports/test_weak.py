"""Which unread rule decides for whom, and which approved grades a penalty may cap."""

from dataclasses import replace
from typing import Any

import polars as pl
import pytest

from grading.assess.model import WeakLaw
from grading.words import LANGUAGES, Language
from reports.context import ReportContext
from reports.sections.exempt import exemptions_table
from reports.sections.weak import NAMED_AT_MOST, doubted_table, weak_law_table
from reports.table import Table
from tests.reports.sample import made


def weak(number: int, **more: object) -> dict[str, Any]:
    row: dict[str, Any] = {
        "enterprise_id": f"E{number:02d}", "name": f"{number:02d}号厂", "county": "东县", "planned_grade": "C",
        "part": "measure", "rule": "kiln", "clause": "十五、水泥 减排措施", "rows": 3, "status": "unverified",
    }  # fmt: skip
    return row | more


def texts(table: Table) -> list[tuple[str, ...]]:
    return [tuple(cell.text for cell in row) for row in table.rows]


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_rule_most_depend_on_comes_first_and_who_is_named(context: ReportContext, language: Language) -> None:
    rows = [weak(number) for number in range(NAMED_AT_MOST + 3)]
    rows += [weak(90, clause="六、铸造 减排措施"), weak(91, part="grade", rule=None, clause=None, status="reported")]
    table = weak_law_table(replace(context, weak_law=made(WeakLaw, rows)), language)

    told = texts(table)
    assert [row[3] for row in told] == ["1", str(NAMED_AT_MOST + 3), "1"]  # grades first, then measures
    assert told[1][0] == "十五、水泥 减排措施"
    assert "00号厂" in told[1][4]
    assert "3" in told[1][4].replace("03号厂", "")
    assert f"{NAMED_AT_MOST:02d}号厂" not in told[1][4]
    assert "weak_law.csv" in table.note


def test_different_evidence_of_one_clause_stays_apart(context: ReportContext) -> None:
    rows = [weak(1), weak(2, status="reported"), weak(3, status="unknown")]
    table = weak_law_table(replace(context, weak_law=made(WeakLaw, rows)), "en")

    assert len({row[2] for row in texts(table)}) == 3


def test_only_decisions_that_stand_under_a_possible_cap_are_listed(context: ReportContext) -> None:
    first = context.grades["enterprise_id"][0]
    doubt = pl.when(pl.col("enterprise_id") == first).then(pl.lit("possible_cap")).alias("approval_doubt")
    penalty = {"veto_kind": pl.lit("无名处罚"), "veto_decided_on": pl.date(2026, 3, 1)}
    doubted = replace(context, grades=context.grades.with_columns(doubt, **penalty))

    assert doubted_table(context, "zh").rows == ()
    assert [row[0] for row in texts(doubted_table(doubted, "zh"))] == [context.grades["name"][0]]


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_list_of_exempt_enterprises_says_which_grade_a_penalty_may_cap(
    context: ReportContext, language: Language
) -> None:
    first = context.exemptions["enterprise_id"][0]
    is_first = pl.col("enterprise_id") == first
    doubt = pl.when(is_first).then(pl.lit("possible_cap")).alias("approval_doubt")
    penalty = {"veto_kind": pl.lit("无名处罚"), "veto_decided_on": pl.date(2026, 3, 1)}
    doubted = replace(context, exemptions=context.exemptions.with_columns(doubt, **penalty))

    before, after = (texts(exemptions_table(shown, language)) for shown in (context, doubted))
    changed = [row for row in after if row not in before]

    assert len(changed) == 1
    assert "无名处罚" in changed[0][5]
    assert "2026-03-01" in changed[0][5]
