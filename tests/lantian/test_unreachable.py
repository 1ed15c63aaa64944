"""A city that cannot hold a target: the run says so, names what cannot all stay, and every way out really is one."""

import csv
import shutil
from functools import cache
from pathlib import Path

import polars as pl
import pytest

from lantian.pipeline import plan_case
from lantian.run import Options, PlannedCase
from lantian.samples import samples_dir
from lantian.summary import unmet_lines
from optimizer.answers import asking

CASE = samples_dir() / "cases" / "unreachable"


@cache
def _planned() -> PlannedCase:
    # Which sets of shields could be lifted is tested on small cities; here the two ways that always come are planned.
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(asking.CONFIRMED, "quick", 0)
        return plan_case(CASE, Options(out=Path("unused"), answers="quick"))


def test_the_one_missed_target_is_named_with_what_is_missing() -> None:
    missed = _planned().plan.targets.filter(pl.col("state") == "missed")
    rows = _planned().context.answers.conflicts.rows

    assert missed.select(pl.col("level").cast(pl.String), "target").rows() == [("orange", "nox")]
    assert -missed["slack"].item() == pytest.approx(rows["missing"][0], rel=1e-6)


def test_what_the_exempt_hold_back_is_what_attainability_said_before_solving() -> None:
    rows = _planned().context.answers.conflicts.rows
    before = _planned().plan.attainability.filter(pl.col("level") == "orange", pl.col("pollutant") == "nox")
    exempt = rows.filter(~pl.col("requirement").is_in(["physics", "outside_list", "target"]))
    outside = rows.filter(pl.col("requirement") == "outside_list")

    assert exempt["freed"].sum() == pytest.approx(before["held_by_exempt_kg_per_day"].item(), rel=1e-9)
    assert outside["freed"].item() == pytest.approx(before["held_outside_list_kg_per_day"].item(), rel=1e-9)


def test_the_planner_reads_lines_industries_and_the_share_outside() -> None:
    chinese, english = (unmet_lines(_planned(), language)[0] for language in ("zh", "en"))

    assert "按绩效豁免的9条水泥生产线" in chinese
    assert "占全社会排放量的54.1%" in chinese
    assert english.startswith("Orange NOx cannot be met: 605.6 kg/d are missing")
    assert "9 Cement lines exempt by grade" in english


def test_the_printed_numbers_of_a_way_out_make_the_target_reachable(tmp_path: Path) -> None:
    # As a planner would: the lowered target is typed into case.toml as it is printed.
    told = next(line for line in unmet_lines(_planned(), "en") if "Lower the target" in line)
    percent = told.split(" to ")[1].split("%")[0]
    shutil.copytree(CASE, tmp_path / "case")
    settings = (tmp_path / "case" / "case.toml").read_text(encoding="utf-8")
    changed = settings.replace(
        "orange = { so2 = 0.2, nox = 0.3,", f"orange = {{ so2 = 0.2, nox = {float(percent) / 100:.4f},"
    )
    assert changed != settings
    (tmp_path / "case" / "case.toml").write_text(changed, encoding="utf-8")

    again = plan_case(tmp_path / "case", Options(out=Path("unused"), answers="none"))

    assert set(again.plan.targets["state"].cast(pl.String)) == {"met"}


def test_without_the_exempt_cement_lines_the_target_holds(tmp_path: Path) -> None:
    # Independent of the answers: every approved A of a cement maker is taken away in the input table.
    shutil.copytree(CASE, tmp_path / "case")
    path = tmp_path / "case" / "enterprises.csv"
    with path.open(encoding="utf-8", newline="") as file:
        head, *rows = list(csv.reader(file))
    shielded = _planned().context.answers.conflicts.rows.filter(pl.col("requirement") == "grade_exempt")
    assert "cement" in shielded["industry"].to_list()
    exempt = _planned().city.units.filter(pl.col("treatment") == "grade_exempt", pl.col("industry") == "cement")
    ids = set(exempt["enterprise_id"])
    grade = head.index("批准等级")
    for row in rows:
        if ids & set(row):
            row[grade] = "C级"
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows([head, *rows])

    again = plan_case(tmp_path / "case", Options(out=Path("unused"), answers="none"))

    assert set(again.plan.targets["state"].cast(pl.String)) == {"met"}
