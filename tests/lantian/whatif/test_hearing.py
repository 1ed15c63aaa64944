"""When the platforms need not be heard again: two cases that differ in nothing any platform is compared with."""

from collections.abc import Callable
from dataclasses import replace

import polars as pl
import pytest

from grading.case.model import Case
from lantian.whatif.asking import OF_CITY, OF_GRADES, hears_alike
from lantian.whatif.supposed import Standing


def with_firms(case: Case, **values: pl.Expr) -> Case:
    return replace(case, enterprises=case.enterprises.with_columns(**values))


def with_settings(case: Case, **parts: object) -> Case:
    return replace(case, settings=case.settings.model_copy(update=parts))


ALIKE: dict[str, Callable[[Case], Case]] = {
    "grade": lambda case: with_firms(case, approved_grade=pl.lit("A")),
    "registers": lambda case: replace(case, registers=case.registers.clear()),
    "pins": lambda case: replace(case, overrides=case.overrides.clear()),
    "targets": lambda case: with_settings(case, targets={}),
}
OTHERWISE: dict[str, Callable[[Case], Case]] = {
    "lines": lambda case: replace(case, units=case.units.with_columns(nox_kg_per_day=pl.lit(1.0))),
    "facts": lambda case: replace(case, evidence=pl.DataFrame({"another": [1]})),
    "penalties": lambda case: replace(case, penalties=pl.DataFrame({"another": [1]})),
    "permit": lambda case: with_firms(case, permit_no=pl.lit("another")),
    "industry": lambda case: with_firms(case, industry=pl.lit("glass")),
    "law": lambda case: with_settings(case, law=case.settings.law.model_copy(update={"pack": "another"})),
}


@pytest.mark.parametrize("change", ALIKE)
def test_what_no_platform_is_compared_with(change: str, standing: Standing) -> None:
    assert hears_alike(ALIKE[change](standing.own), standing.own)


@pytest.mark.parametrize("change", OTHERWISE)
def test_what_a_platform_is_compared_with(change: str, standing: Standing) -> None:
    assert not hears_alike(OTHERWISE[change](standing.own), standing.own)


def test_the_names_are_those_of_the_tables(standing: Standing) -> None:
    assert set(OF_GRADES) <= set(standing.own.enterprises.columns)
    assert set(type(standing.own.settings).model_fields) >= OF_CITY
