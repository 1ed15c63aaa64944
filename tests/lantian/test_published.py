"""The published cases, planned by the real pipeline, give their published answers."""

import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from lantian.pipeline import plan_case
from lantian.run import Options, PlannedCase
from lantian.samples import samples_dir

Row = dict[str, Any]

FOLDER = samples_dir() / "cases" / "published"
CASES = sorted(entry.name for entry in FOLDER.iterdir() if entry.is_dir())


def expected(case: str) -> dict[str, list[Row]]:
    answers: dict[str, list[Row]] = tomllib.loads((FOLDER / case / "expected.toml").read_text(encoding="utf-8"))
    return answers


def entries(section: str) -> Iterator[Any]:
    """Yield (case, entry) for every published answer of a section, with an id that names it."""
    for case in CASES:
        for entry in expected(case).get(section, []):
            name = "-".join(
                str(entry[key]) for key in ("enterprise", "unit", "subject", "target", "level") if key in entry
            )
            yield pytest.param(case, entry, id=f"{case}:{name}")


@cache
def planned(case: str) -> PlannedCase:
    return plan_case(FOLDER / case, Options(out=Path("unused"), language="en", answers="none"))


def assert_row(row: Row, entry: Row, key: tuple[str, ...]) -> None:
    for column, value in entry.items():
        if column not in key:
            assert row[column] == (pytest.approx(value, abs=1e-5) if isinstance(value, float) else value), column


def orders_of(case: str, enterprise: str, level: str) -> pl.DataFrame:
    orders = planned(case).plan.orders
    return orders.filter((pl.col("enterprise_id") == enterprise) & (pl.col("level") == level))


@pytest.mark.parametrize("case", CASES)
def test_case_is_read_without_a_fault_and_verified(case: str) -> None:
    result = planned(case)

    assert result.graded_case.case.faults == ()
    assert result.plan.verification.holds


def test_every_answer_belongs_to_a_known_section_and_every_case_has_one() -> None:
    sections = {"grades", "indicators", "orders", "totals", "counts", "targets"}

    for case in CASES:
        assert expected(case), case
        assert set(expected(case)) <= sections, case


@pytest.mark.parametrize(("case", "entry"), list(entries("grades")))
def test_grade(case: str, entry: Row) -> None:
    grades = planned(case).graded_case.graded.grades

    assert_row(
        grades.row(by_predicate=pl.col("enterprise_id") == entry["enterprise"], named=True), entry, ("enterprise",)
    )


@pytest.mark.parametrize(("case", "entry"), list(entries("indicators")))
def test_indicator(case: str, entry: Row) -> None:
    indicators = planned(case).graded_case.graded.indicators
    place = (pl.col("subject_id") == entry["subject"]) & (pl.col("indicator") == entry["indicator"])

    assert_row(indicators.row(by_predicate=place, named=True), entry, ("subject", "indicator"))


@pytest.mark.parametrize(("case", "entry"), list(entries("orders")))
def test_order(case: str, entry: Row) -> None:
    place = (pl.col("unit_id") == entry["unit"]) & (pl.col("level") == entry["level"])

    assert_row(planned(case).plan.orders.row(by_predicate=place, named=True), entry, ("unit", "level"))


@pytest.mark.parametrize(("case", "entry"), list(entries("totals")))
def test_total_allowed(case: str, entry: Row) -> None:
    allowed = orders_of(case, entry["enterprise"], entry["level"])["allowed_t_per_day"].sum()

    assert allowed == pytest.approx(entry["allowed_t_per_day"])


@pytest.mark.parametrize(("case", "entry"), list(entries("counts")))
def test_number_of_lines_under_an_order(case: str, entry: Row) -> None:
    orders = orders_of(case, entry["enterprise"], entry["level"])

    assert orders.filter(pl.col("kind") == entry["kind"]).height == entry["units"]


@pytest.mark.parametrize(("case", "entry"), list(entries("targets")))
def test_target(case: str, entry: Row) -> None:
    place = (pl.col("level") == entry["level"]) & (pl.col("target") == entry["target"])

    assert_row(planned(case).plan.targets.row(by_predicate=place, named=True), entry, ("level", "target"))
