"""What was asked beside the plan: every state in words, and an unanswered question says why."""

import dataclasses
import re

import pytest

from grading.words import LANGUAGES, Language
from optimizer.answers import Answer, Answers, Reason, State
from reports.answer_words import ANSWER_REASON_WORDS
from reports.charts.curve import curve_chart, curve_data
from reports.context import ReportContext
from reports.page import render_report, sections_of
from reports.sections.exempt import exemption_prices_table, exemptions_table
from reports.sections.sensitivity import curve_table, prices_table
from reports.table import Table
from tests.reports.sample_answers import answered_context

CODE = re.compile(r"\b[a-z]+_[a-z_]+\b")
ASKED = {
    "prices", "curve", "odds", "safe", "upgrades", "alternatives", "conflicts", "relaxations", "relaxation-steps",
    "exemption-prices", "pin-prices",
}  # fmt: skip


def asked_tables(context: ReportContext, language: Language) -> dict[str, Table]:
    return {t.id: t for section in sections_of(context, language) for t in section.tables if t.id in ASKED}


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_answer_has_a_table_with_rows(context: ReportContext, language: Language) -> None:
    found = asked_tables(answered_context(context), language)
    assert set(found) == ASKED
    assert [name for name, table in found.items() if not table.rows] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_code_of_the_program_is_shown(context: ReportContext, language: Language) -> None:
    cells = [
        cell.text
        for table in asked_tables(answered_context(context), language).values()
        for row in table.rows
        for cell in row
    ]
    assert [text for text in cells if CODE.search(text)] == []


@pytest.mark.parametrize("reason", Reason)
def test_an_unanswered_question_says_why(context: ReportContext, reason: Reason) -> None:
    answer = Answer(State.NOT_ASKED, reason, None)
    silent = Answers(**{field.name: answer for field in dataclasses.fields(Answers)})
    found = asked_tables(dataclasses.replace(context, answers=silent), "en")
    assert set(found) == ASKED
    for table in found.values():
        assert table.rows == ()
        assert ANSWER_REASON_WORDS[reason] in table.empty


def test_a_price_that_was_not_solved_is_no_number(context: ReportContext) -> None:
    rows = prices_table(answered_context(context), "en").rows
    told = {(row[0].text, row[2].text): (row[4].text, row[5].text) for row in rows}
    assert told["Orange", "NOx"] == ("12.5", "31.3")
    assert told["Orange", "SO₂"] == ("not proven in time", "only by cutting spared grades")
    assert told["Red", "PM"] == ("the target itself is missed", "no plan reaches it")
    assert told["Yellow", "PM"] == ("0: the loss does not move",) * 2


def test_the_bound_of_an_enterprise_is_the_sum_of_its_lines(context: ReportContext) -> None:
    rows = {row[0].text: row[-1].text for row in exemptions_table(answered_context(context), "en").rows}
    assert sorted(rows.values()) == ["30.0", "900.0"]  # thousand CNY; H-1 and H-2 belong to one enterprise
    free = exemption_prices_table(answered_context(context), "en")
    assert len(free.rows) == 3
    assert "1 further lines" in free.note


def test_without_prices_the_exempt_list_says_so(context: ReportContext) -> None:
    table = exemptions_table(context, "en")
    assert {row[-1].text for row in table.rows} == {"—"}
    assert "left out by the option --answers" in table.note


def test_the_curve_is_drawn_up_to_what_is_reached(context: ReportContext) -> None:
    [panel] = curve_data(answered_context(context))
    assert [point[0] for point in panel.points] == [0.28, 0.3, 0.31, 0.32, 0.33]
    chart = curve_chart(answered_context(context), "en")
    assert chart is not None
    assert "30.0% 880.0 million CNY (this plan)" in chart.alt
    assert "33.0% not reached" in chart.alt
    assert "not reached from here on" in chart.svg
    assert curve_chart(context, "en") is None


def test_the_plans_own_point_is_named_in_the_table(context: ReportContext) -> None:
    rows = curve_table(answered_context(context), "zh").rows
    assert [row[2].text for row in rows if row[-1].text == "本方案"] == ["30%"]


def test_hostile_answers_come_out_as_text(context: ReportContext) -> None:
    html = render_report(answered_context(context), "zh")
    assert "<b>县" not in html
    assert "&lt;b&gt;县" in html
    assert html.count("<script") == 1
