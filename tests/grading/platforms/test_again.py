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
from grading.case.parts import changed_keys
from grading.case.platforms import Platforms
from grading.factors import factor_emissions
from grading.factors.apply import factored_beside
from grading.law import name_case, renaming, resolve_law
from grading.law.model import Law
from grading.law.renaming import name_again
from grading.platforms import again
from grading.platforms.again import hear_again
from grading.platforms.join import Hearing, hear

Change = Callable[[Case], Case]
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


def newcomer(case: Case) -> Case:
    """Another enterprise with two lines, in the words of one that is there."""
    words = {"retrofit": LINES["retrofit"], "idle": LINES["idle"]}
    lines = case.units.filter(pl.col("unit_id").is_in(list(words.values()))).with_columns(
        enterprise_id=pl.lit("NEW"), unit_id=pl.format("NEW-{}", "unit_id")
    )
    firm = case.enterprises.head(1).with_columns(enterprise_id=pl.lit("NEW"))
    return replace(
        case,
        units=pl.concat([case.units, lines]).sort("unit_id"),
        enterprises=pl.concat([case.enterprises, firm]).sort("enterprise_id"),
    )


def departed(case: Case) -> Case:
    """An enterprise without evidence gone with its lines."""
    told = case.evidence["subject_id"].implode()
    silent = case.units.filter(~pl.col("enterprise_id").is_in(told), ~pl.col("unit_id").is_in(told))
    gone = pl.col("enterprise_id") == silent["enterprise_id"][0]
    return replace(case, units=case.units.filter(~gone), enterprises=case.enterprises.filter(~gone))


def moved_lines(case: Case) -> Case:
    """Lines of another process, of which evidence speaks, and one under another enterprise."""
    is_one = pl.col("unit_id") == LINES["idle"]
    process = pl.when(is_one).then(pl.lit("no such process")).otherwise("process")
    owner = pl.when(pl.col("unit_id") == LINES["permit"]).then(pl.lit(case.enterprises["enterprise_id"][0]))
    return replace(case, units=case.units.with_columns(process=process, enterprise_id=owner.otherwise("enterprise_id")))


@pytest.mark.parametrize("change", [newcomer, departed, moved_lines])
def test_only_who_is_called_otherwise_is_named_again(change: Change, read: Case, before: Hearing) -> None:
    after, law = change(read), before.law
    with patch.object(renaming, "name_case", wraps=name_case) as named:
        found = name_again(after, law, read, before.own)
    assert max(call.args[0].enterprises.height for call in named.call_args_list) <= 3
    anew = name_case(after, law)
    for table in ("enterprises", "units", "evidence", "overrides"):
        assert_frame_equal(getattr(found, table), getattr(anew, table), check_exact=True)
    assert found.faults == anew.faults


def without_a_line(case: Case) -> Case:
    """A line gone of which a factor speaks."""
    return replace(case, units=case.units.filter(pl.col("unit_id") != LINES["retrofit"]))


@pytest.mark.parametrize("change", [all_at_once, with_another_line, without_a_line, newcomer])
def test_factors_of_changed_lines_are_those_of_all_lines(change: Change, read: Case, before: Hearing) -> None:
    law, own = before.law, name_case(change(read), before.law)
    lines = changed_keys(before.own.units, own.units, "unit_id")
    found = factored_beside(before.factored, own, lines, law)
    anew = factor_emissions(before.listened.read.factors, own, law)
    for table in ("emissions", "quantities", "chosen"):
        assert_frame_equal(getattr(found, table), getattr(anew, table).select(getattr(found, table).columns))
    assert found.faults == anew.faults
    assert not anew.emissions.is_empty()


def test_only_a_line_s_quantities_are_compared_again(read: Case, before: Hearing) -> None:
    own = name_again(with_another_line(read), before.law, read, before.own)
    with patch.object(again, "other_disagreements", side_effect=AssertionError("compared again")):
        hear_again(own, before.law, before)
        with pytest.raises(AssertionError, match="compared again"):
            hear_again(replace(own, penalties=own.penalties.head(-1)), before.law, before)


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
