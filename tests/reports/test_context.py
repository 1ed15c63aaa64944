"""The context is documented, and what is documented is rendered."""

import ast
import dataclasses
from collections.abc import Iterable
from pathlib import Path

import polars as pl
import pytest

from lantian.answer_files import write_answers
from reports import context as module
from reports.answers import Caution, cautions, counting_rows, level_answers
from reports.context import ReportContext
from reports.official_list.workbook import write_curtailment_list
from reports.page import render_report
from reports.tables import exemptions_table, plan_table, targets_table
from tests.reports.sample import sample_case, sample_graded
from tests.reports.sample_plan import sample_city, sample_plan


def undocumented(source: str, name: str) -> list[str]:
    """Return the fields of class `name` that no docstring follows."""
    [found] = [n for n in ast.parse(source).body if isinstance(n, ast.ClassDef) and n.name == name]
    missing = []
    for node, after in zip(found.body, [*found.body[1:], None], strict=True):
        if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
            is_text = isinstance(after, ast.Expr) and isinstance(after.value, ast.Constant)
            missing += [] if is_text else [node.target.id]
    return missing


class Recorder:
    """Stands before a context and notes which fields are read."""

    def __init__(self, context: ReportContext) -> None:
        self._context = context
        self._read: set[str] = set()

    def __getattr__(self, name: str) -> object:
        self._read.add(name)
        return getattr(self._context, name)


def test_every_field_is_documented() -> None:
    source = Path(module.__file__).read_text(encoding="utf-8")
    assert undocumented(source, "ReportContext") == []


def test_a_seeded_field_without_words_is_found() -> None:
    assert undocumented('class C:\n    a: int\n    b: int\n    """Said."""\n', "C") == ["a"]


def test_what_is_rendered_is_what_is_documented(context: ReportContext, tmp_path: Path) -> None:
    recorder = Recorder(context)
    stand_in: ReportContext = recorder  # type: ignore[assignment]
    render_report(stand_in, "zh")
    write_curtailment_list(stand_in, tmp_path / "list.xlsx", "zh")
    for table in (plan_table, targets_table, exemptions_table):
        table(stand_in, "zh")
    write_answers(stand_in.answers, "zh", tmp_path / "answers")
    assert recorder._read == {field.name for field in dataclasses.fields(ReportContext)}


def test_numbers_are_still_numbers(context: ReportContext) -> None:
    assert isinstance(context.loss_cny_per_season, float)
    assert context.orders.schema["loss_cny_per_day"] == pl.Float64
    assert not [name for name in context.orders.columns if name.endswith("_text")]


def codes(found: Iterable[Caution]) -> dict[str, int]:
    return {caution.code: caution.count for caution in found}


def test_cautions_count_what_the_sample_holds() -> None:
    found = codes(cautions(sample_case(), sample_graded(), sample_city(), sample_plan()))
    assert found == {
        "target_missed": 4,  # yellow VOCs, orange VOCs and sum, red sum
        "target_not_stated": 1,  # red VOCs
        "law_measures": 1,  # G-1
        "law_general": 1,  # G-1
        "law_grades": 3,  # every second enterprise
        "rejected_rows": 1,
        "unknown_emissions": 1,  # G-1 lacks VOCs
        "grade_from_missing_evidence": 1,
        "pins_not_applied": 1,  # Z-9
    }


def test_an_unknown_loss_and_an_assumed_load_are_read_first() -> None:
    city = sample_city()
    units = city.units.with_columns(loss_basis=pl.lit("none", dtype=city.units.schema["loss_basis"]))
    doubtful = dataclasses.replace(city, units=units, notes=(("min_load_assumed_zero", 3),))
    found = codes(cautions(sample_case(), sample_graded(), doubtful, sample_plan()))
    assert found["loss_unknown"] == units.filter(~pl.col("is_idle")).height > 0
    assert found["physics_assumed"] == 3


def test_a_clean_city_has_nothing_to_read_first() -> None:
    case = dataclasses.replace(sample_case(), faults=())
    graded = sample_graded()
    status = pl.lit("verified", dtype=graded.grades.schema["rests_on"])
    sure = graded.grades.with_columns(
        rests_on=status, reason_code=pl.lit("approved", dtype=graded.grades.schema["reason_code"])
    )
    plan = sample_plan()
    calm = dataclasses.replace(
        plan,
        orders=plan.orders.with_columns(law_status=status, law_is_general=pl.lit(value=False)),
        targets=plan.targets.filter(pl.col("state") == "met"),
        overrides=plan.overrides.head(1),
    )
    city = dataclasses.replace(
        sample_city(), units=sample_city().units.with_columns(pl.col("vocs_kg_per_day").fill_null(1.0))
    )
    assert cautions(case, dataclasses.replace(graded, grades=sure), city, calm) == ()


def test_levels_answer_with_the_tightest_and_the_missed() -> None:
    yellow, orange, red = level_answers(sample_plan(), sample_city())
    assert (yellow.rows_stated, yellow.rows_met) == (3, 2)  # PM, VOCs and the sum; SO2 and NOx count through it
    assert [margin.target for margin in yellow.missed] == ["vocs"]
    assert yellow.tightest is not None
    assert yellow.tightest.target == "so2+nox"  # 8.9 of 20 points; PM has 278 of 200 kg
    assert (orange.units_cut, orange.enterprises_cut) == (4, 3)
    assert red.rows_stated == 2


def target_rows(*rows: tuple[str, str, bool]) -> pl.DataFrame:
    return pl.DataFrame(
        [("red", *row) for row in rows], schema=["level", "target", "state", "is_binding_alone"], orient="row"
    )


@pytest.mark.parametrize(
    ("rows", "counted"),
    [
        ((("so2", "missed", True), ("nox", "met", True)), ["so2", "nox"]),  # no joint rule: each alone
        ((("so2", "met", False), ("nox", "met", False), ("so2+nox", "met", True)), ["so2+nox"]),
        ((("so2", "missed", False), ("nox", "missed", False), ("so2+nox", "missed", True)), ["so2+nox"]),
        ((("so2", "missed", False), ("nox", "met", False), ("so2+nox", "met", True)), ["so2", "so2+nox"]),  # own floor
    ],
)
def test_the_sum_counts_for_its_members_except_for_a_missed_own_floor(
    rows: tuple[tuple[str, str, bool], ...], counted: list[str]
) -> None:
    assert counting_rows(target_rows(*rows))["target"].to_list() == counted
