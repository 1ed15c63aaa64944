"""Machine tables and exemptions."""

from pathlib import Path

import polars as pl
import pytest

from grading.safecsv import write_csv
from grading.words import LANGUAGES, Language
from reports.context import ReportContext
from reports.exemptions import exempt_enterprises
from reports.tables import exemptions_table, grades_table, plan_table, targets_table
from tests.reports.sample import CEMENT_NAME, FIRMS, FORMULA_NAME, KILN_NAME, sample_graded, sample_law
from tests.reports.sample_plan import sample_city


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_plan_has_a_row_per_line_and_level_in_words(context: ReportContext, language: Language) -> None:
    table = plan_table(context, language)
    assert table.height == 21
    for column in ("order_text", "reason_text", "verification_text", "industry_text", "process_text"):
        assert table[column].null_count() == 0
    assert table.schema["loss_cny_per_day"] == pl.Float64


def test_targets_say_their_state(context: ReportContext) -> None:
    assert set(targets_table(context, "zh")["state_text"]) == {"达标", "未达标", "未设定"}


def test_grades_keep_codes_and_add_words() -> None:
    table = grades_table(sample_graded(), sample_law(), "zh")
    row = table.row(by_predicate=pl.col("name") == CEMENT_NAME, named=True)
    assert (row["planned_grade"], row["planned_grade_text"], row["industry_text"]) == ("B", "B级", "水泥")


def test_exemptions_list_who_is_spared_and_who_was_refused(context: ReportContext) -> None:
    table = exemptions_table(context, "zh")
    told = {row["name"]: (row["decision"], row["refusal_text"]) for row in table.iter_rows(named=True)}
    assert told[FORMULA_NAME] == ("granted", None)
    assert told[KILN_NAME] == ("refused", "D级不得豁免")
    assert table.filter(pl.col("decision") == "granted").height == 2


def test_an_exempt_enterprise_carries_the_clause_of_its_register(context: ReportContext) -> None:
    row = context.exemptions.row(by_predicate=pl.col("enterprise_id") == FIRMS[3][0], named=True)
    assert (row["clause"], row["status"], row["nox_kg_per_day"]) == ("省厅 2024 通知", "reported", 310.0)


def test_an_exempt_enterprise_with_an_unknown_line_has_an_unknown_emission() -> None:
    units = sample_city().units.with_columns(
        pl.when(pl.col("unit_id") == "P-1").then(None).otherwise("nox_kg_per_day").alias("nox_kg_per_day")
    )
    frame = exempt_enterprises(sample_graded(), sample_law(), units)
    assert frame.filter(pl.col("name") == FORMULA_NAME)["nox_kg_per_day"].item() is None


def test_no_cell_of_a_written_table_runs_in_a_spreadsheet(context: ReportContext, tmp_path: Path) -> None:
    path = tmp_path / "exemptions.csv"
    write_csv(exemptions_table(context, "zh"), path)
    cells = pl.read_csv(path, infer_schema=False)
    texts = [text for column in cells for text in column if text]
    assert [text for text in texts if text[0] in "=+@"] == []
    assert "'" + FORMULA_NAME in texts
