"""Platforms of a changed case, taken over from the case before, say what they say when everything is heard anew."""

from collections.abc import Callable
from dataclasses import fields, replace
from pathlib import Path
from unittest.mock import Mock, patch

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from grading.case import read_case
from grading.case.model import Case
from grading.case.platforms import Platforms
from grading.law import name_case, resolve_law
from grading.law.model import Law
from grading.law.renaming import name_again
from grading.platforms import again
from grading.platforms.again import hear_again
from grading.platforms.join import Hearing, hear

LINES = {"idle": "91159903MA0000015U-01", "retrofit": "91159904MA00001541-01", "permit": "91159903MA000055XN-01"}
"""Lines of the demo that outlets, factors or permits speak of."""


@pytest.fixture(scope="module")
def read(root: Path) -> Case:
    return read_case(root / "fixtures" / "cases" / "demo")


@pytest.fixture(scope="module")
def before(read: Case) -> Hearing:
    law = resolve_law(read.settings.law, read.folder)
    return hear(name_case(read, law), law)


def where(name: str, value: pl.Expr, line: str) -> pl.Expr:
    return pl.when(pl.col("unit_id") == LINES[line]).then(value).otherwise(name).alias(name)


def all_at_once(case: Case) -> Case:
    """A line down, one with other emissions, one with another permit; facts, penalties, grades and pins changed."""
    status = pl.lit("idle", dtype=case.units.schema["status"])
    units = case.units.with_columns(
        where("status", status, "idle"),
        where("nox_kg_per_day", pl.col("nox_kg_per_day") * 0.5, "retrofit"),
        where("pm_kg_per_day", pl.lit(None, dtype=pl.Float64), "retrofit"),
        where("capacity_permit_t_per_day", pl.lit(7.0), "permit"),
    )
    return replace(
        case,
        units=units,
        evidence=case.evidence.gather_every(2),
        penalties=case.penalties.gather_every(2),
        enterprises=case.enterprises.with_columns(approved_grade=pl.lit("B")),
        overrides=case.overrides.clear(),
    )


def with_another_line(case: Case) -> Case:
    """A line more, of the process of another: a factor speaks of it, no file names it."""
    new = case.units.filter(pl.col("unit_id") == LINES["retrofit"]).with_columns(unit_id=pl.lit("ANOTHER"))
    return replace(case, units=pl.concat([case.units, new]).sort("unit_id"))


def assert_same(one: Hearing, other: Hearing) -> None:
    for name in ("evidence", "units", "enterprises", "overrides", "penalties"):
        assert_frame_equal(getattr(one.named, name), getattr(other.named, name), check_exact=True)
    assert one.named.faults == other.named.faults
    assert one.named.platforms is not None
    assert other.named.platforms is not None
    for field in fields(Platforms):
        found, anew = getattr(one.named.platforms, field.name), getattr(other.named.platforms, field.name)
        if isinstance(anew, pl.DataFrame):
            assert_frame_equal(found, anew, check_exact=True)
        elif not isinstance(anew, pl.LazyFrame):
            assert found == anew


@pytest.mark.parametrize("change", [all_at_once, with_another_line])
def test_what_is_taken_over_equals_what_is_heard_anew(
    change: Callable[[Case], Case], read: Case, before: Hearing
) -> None:
    law, after = before.law, change(read)
    own = name_again(after, law, read, before.own)
    with patch.object(again, "hear", side_effect=AssertionError("read again")):
        found = hear_again(own, law, before)
    assert_same(found, hear(name_case(after, law), law))
    assert not found.named.platforms.baselines.equals(before.named.platforms.baselines)  # type: ignore[union-attr]


def test_without_a_change_the_platforms_are_the_same(read: Case, before: Hearing) -> None:
    own = name_again(replace(read, overrides=read.overrides.clear()), before.law, read, before.own)
    found = hear_again(own, before.law, before).named
    assert found.platforms is before.named.platforms
    assert found.overrides.is_empty()


def moved(case: Case) -> Case:
    return replace(case, units=case.units.with_columns(process=pl.lit("another")))


def gone(case: Case) -> Case:
    return replace(case, units=case.units.head(-1))


def stamped(case: Case) -> Case:
    monitoring = case.settings.monitoring.model_copy(update={"unmarked_is_normal": True})
    return replace(case, settings=case.settings.model_copy(update={"monitoring": monitoring}))


@pytest.mark.parametrize("change", [moved, gone, stamped])
def test_files_are_read_again_where_they_may_say_something_else(
    change: Callable[[Case], Case], before: Hearing
) -> None:
    with patch.object(again, "hear", side_effect=AssertionError("read again")), pytest.raises(AssertionError):
        hear_again(change(before.own), before.law, before)


def test_under_another_law_only_the_indicators_of_monitors_are_chosen_anew(
    read: Case, before: Hearing, monkeypatch: pytest.MonkeyPatch
) -> None:
    law = resolve_law(read.settings.law.model_copy(update={"pack": "cn-2026-2"}), read.folder)
    own = name_case(read, law)
    anew = hear(own, law)
    for step in ("join.read_platforms", "monitors.monitor"):
        monkeypatch.setattr(f"grading.platforms.{step}", Mock(side_effect=AssertionError("read again")))
    assert_same(hear_again(own, law, before), anew)
    with pytest.raises(AssertionError, match="read again"):
        hear_again(own, Law(**(vars(law) | {"on": "2026-09-01"})), before)


def test_another_industry_is_named_again(read: Case, before: Hearing) -> None:
    first = pl.int_range(pl.len()) == 0
    firms = read.enterprises.with_columns(
        industry=pl.when(first).then(pl.lit("no such industry")).otherwise("industry")
    )
    after = replace(read, enterprises=firms)
    found, anew = name_again(after, before.law, read, before.own), name_case(after, before.law)
    assert found.faults == anew.faults
    assert len(anew.faults) > len(read.faults)
    assert_frame_equal(found.units, anew.units)
