"""The section and the chart of monitors: parts that add up, words for every code, hours coloured by their state."""

import dataclasses
import re
from collections import Counter
from itertools import pairwise
from pathlib import Path

import polars as pl
import pytest

from grading.factors.apply import STATES as FACTOR_STATES
from grading.monitoring.quantities import SOURCES
from grading.monitoring.tables import STATES, VERDICTS
from grading.platforms.compare import CONSEQUENCES
from grading.platforms.monitors import no_months
from grading.words import LANGUAGES, Language
from lantian.journal import Journal
from lantian.pipeline import plan_case
from lantian.run import Options
from reports.charts.hours import LOOK, hours_chart, hours_data
from reports.context import ReportContext
from reports.page import sections_of
from reports.platforms import (
    CONSEQUENCE_WORDS,
    FACTOR_STATE_WORDS,
    HOUR_WORDS,
    SOURCE_WORDS,
    VERDICT_WORDS,
    findings_table,
)
from reports.sections.emissions import factors_table
from reports.sections.grades import held_down_table
from reports.sections.monitoring import GROUP_WORDS, GROUPS, TABLES, states_table
from tests.grading.platforms.folder import EVIDENCE, OUTLETS, hours_of, write_case


@pytest.fixture(scope="module")
def monitored(tmp_path_factory: pytest.TempPathFactory) -> ReportContext:
    """Return the context of a planned case: one stack over its limit too often, one whose monitor ran too little."""
    hours = {"cems_DA001": hours_of("F" * 24 + "D" * 12 + "N" * 660 + "D" * 24, 40), "cems_DA002": hours_of("N" * 480)}
    folder = write_case(tmp_path_factory.mktemp("case") / "case", outlets=OUTLETS, evidence=EVIDENCE, **hours)
    return plan_case(folder, Options(out=Path(), journal=Journal(echo=lambda _: None))).context


def test_every_state_is_in_one_group_and_every_code_has_a_word() -> None:
    grouped = Counter(state for states in GROUPS.values() for state in states)
    assert grouped == Counter(STATES)
    assert set(GROUPS) == set(GROUP_WORDS) == set(LOOK)
    assert set(HOUR_WORDS) == set(STATES)
    assert set(VERDICT_WORDS) == set(VERDICTS)
    assert set(CONSEQUENCE_WORDS) == set(CONSEQUENCES)
    assert set(SOURCES) < set(SOURCE_WORDS)
    assert set(FACTOR_STATE_WORDS) == set(FACTOR_STATES)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_parts_of_the_state_table_add_up(monitored: ReportContext, language: Language) -> None:
    table = states_table(monitored, language)
    numbers = [[int(cell.text) for cell in row[4:]] for row in table.rows]
    assert [row[0] for row in numbers] == [sum(row[1:]) for row in numbers] == [720, 720]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_table_of_the_section_is_whole(monitored: ReportContext, language: Language) -> None:
    section = next(section for section in sections_of(monitored, language) if section.id == "monitors")
    assert [table.id for table in section.tables] == [made(monitored, language).id for made in TABLES]
    shares = next(table for table in section.tables if table.id == "hour-shares")
    assert [row[8].text for row in shares.rows] == ["93.9", "100.0"]
    assert shares.rows[0][-1].mark == shares.rows[1][-1].mark == "state-missed"


@pytest.mark.parametrize("language", LANGUAGES)
def test_registers_without_a_monitor_make_tables_that_say_so(language: Language, monitored: ReportContext) -> None:
    assert monitored.platforms is not None
    bare = dataclasses.replace(monitored.platforms, months=no_months(), findings=monitored.platforms.findings.clear())
    without = dataclasses.replace(monitored, platforms=bare)

    assert [made(without, language).rows for made in TABLES[:3]] == [(), (), ()]


def test_without_platforms_there_is_no_section(context: ReportContext) -> None:
    assert "monitors" not in {section.id for section in sections_of(context, "zh")}
    assert hours_chart(context, "zh") is None


def test_the_chart_draws_what_the_hours_say(monitored: ReportContext) -> None:
    data = hours_data(monitored)
    first = data.filter(pl.col("panel") == 0)

    assert first["hour"].to_list() == list(range(720))
    assert first["is_over"].sum() == 40
    assert dict(first.group_by("group").len().iter_rows()) == {"valid": 660, "stopped": 24, "failed": 36}
    over = first.filter("is_over")["share_of_limit"]
    assert over.min() == over.max() == pytest.approx(60 / 50)
    assert first.filter(pl.col("group") == "failed")["share_of_limit"].null_count() == 36


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_drawing_is_the_same_each_time_and_says_itself_in_words(
    monitored: ReportContext, language: Language
) -> None:
    one, other = hours_chart(monitored, language), hours_chart(monitored, language)
    assert one is not None
    assert other is not None
    assert one.svg == other.svg
    assert re.search(r"40\s?(h|小时)", one.alt)
    assert not re.search(r"\d\.\d{3,}", one.svg)


def _grey(color: str) -> float:
    red, green, blue = (int(color[at : at + 2], 16) / 255 for at in (1, 3, 5))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def test_no_two_states_look_alike_in_grey() -> None:
    solid = sorted(_grey(color) for color, hatch in LOOK.values() if not hatch)
    assert all(b - a > 0.2 for a, b in pairwise(solid))
    hatches = [hatch for _, hatch in LOOK.values() if hatch]
    assert len(hatches) == len(set(hatches))


def test_findings_name_every_hour(monitored: ReportContext) -> None:
    assert monitored.platforms is not None
    table = findings_table(monitored.platforms, "zh")
    assert (table["hours_text"].list.len() == table["hours"]).all()


def test_a_name_from_a_file_stays_text(monitored: ReportContext) -> None:
    assert monitored.platforms is not None
    outlets = monitored.platforms.outlets.with_columns(name=pl.lit("<script>x</script>"))
    hostile = dataclasses.replace(monitored, platforms=dataclasses.replace(monitored.platforms, outlets=outlets))
    chart = hours_chart(hostile, "zh")
    assert chart is not None
    assert "<script" not in chart.svg


def test_a_grade_lost_to_the_evidence_names_what_proves_it(monitored: ReportContext) -> None:
    lost = monitored.grades.with_columns(
        pl.lit("approved_but_capped").alias("reason_code"), deciding_indicator=pl.lit("sinter_head_nox")
    )
    table = held_down_table(dataclasses.replace(monitored, grades=lost), "zh")

    assert all(row[-1].text.startswith("佐证指标：烧结机头氮氧化物") for row in table.rows)
    assert table.rows


FACTORS = """行业类型,工序,污染物,排污系数,系数单位,活动水平单位,日活动水平,生产线编号,来源文件,依据状态
长流程联合钢铁,烧结,NOx,0.11,kg/t,t,,,系数表,未核实
,,NOx,0.2,kg/t,t,900,U2,系数表,转引
"""


def test_factors_say_how_much_is_planned_with_them(tmp_path: Path) -> None:
    """U1 has no output and stays with the bureau; U2's own row states the amount and goes before its number."""
    folder = write_case(tmp_path / "case", factors=FACTORS)
    context = plan_case(folder, Options(out=Path(), journal=Journal(echo=lambda _: None))).context

    rows = [[cell.text for cell in row] for row in factors_table(context, "en").rows]

    assert [row[4:] for row in rows] == [
        ["0.11 kg/t", "–", "1", "1", "0", "0.0"],
        ["0.2 kg/t", "–", "1", "0", "1", "180.0"],
    ]
    assert [row[2] for row in rows] == ["not verified", "reported by a secondary source"]
