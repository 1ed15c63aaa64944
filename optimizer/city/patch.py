"""The lines of a city that differs little from another: only those of changed enterprises are made anew.

What a line may do, must do and costs reads the rows of its own enterprise, and three medians of the whole city
(`optimizer.city.loss`). So the enterprises of which a row differs are built anew, with those whose estimate moves as a
median moves; all other rows are taken over. The result is that of `ground_of`, byte for byte
(tests/optimizer/test_city_patch.py holds that against random changes).
"""

from collections.abc import Callable
from dataclasses import dataclass, replace

import polars as pl

from grading.assess.model import Graded
from grading.case.model import Case
from grading.case.parts import changed_keys, inserted, part_of
from grading.law.model import Law
from optimizer.city.build import Ground, ground_of, grounded, shaped
from optimizer.city.loss import Worth, estimated_loss, own_losses, value_added_ratio, worth_of
from optimizer.city.pins import numbered, read_pins
from optimizer.city.roster import build_roster
from optimizer.city.stated import of_lines

MOST = 0.25
"""Share of the enterprises above which everything is made anew."""
OF_FIRMS = ("employees", "value_added_wan", "annual_output_value_wan", "status")
"""Columns of an enterprise that its lines read directly; all else reaches them by way of the grade."""


@dataclass(frozen=True)
class Based:
    """Lines as they were built, and what from."""

    ground: Ground
    case: Case
    graded: Graded
    law: Law


def ground_beside(base: Based, case: Case, graded: Graded, law: Law) -> Ground:
    """Return the lines of a graded case, those of enterprises that `base` has alike taken from there."""
    if law is not base.law or of_lines(case.settings) != of_lines(base.case.settings):
        return ground_of(case, graded, law)
    firms = changed_firms(base, case, graded)
    if not firms:
        return base.ground
    changed = _changed(base, case, graded, law, firms)
    worth = _worth(base, changed)
    more = _moved(base.ground, worth, case) - firms
    if len(firms | more) > MOST * case.enterprises.height:
        return ground_of(case, graded, law)
    return _patched(base, changed if not more else _changed(base, case, graded, law, firms | more), worth)


def changed_firms(base: Based, case: Case, graded: Graded) -> frozenset[str]:
    """Return the enterprises of which two graded cases have other rows, as far as lines read them."""
    old, units = base.case, ("units", "overrides", "measures")
    firms = changed_keys(old.enterprises, case.enterprises, "enterprise_id", OF_FIRMS)
    firms |= changed_keys(old.units, case.units, "enterprise_id")
    for name in ("grades", "unit_grades"):
        firms |= changed_keys(getattr(base.graded, name), getattr(graded, name), "enterprise_id")
    lines: frozenset[str] = frozenset()
    for name in units:
        lines |= changed_keys(getattr(old, name), getattr(case, name), "unit_id")
    if old.platforms is not case.platforms:
        lines |= _heard_otherwise(old, case)
    owners = pl.concat([each.units.select("unit_id", "enterprise_id") for each in (old, case)])
    return firms | frozenset(owners.filter(pl.col("unit_id").is_in(list(lines)))["enterprise_id"])


def _heard_otherwise(old: Case, case: Case) -> frozenset[str]:
    if old.platforms is None or case.platforms is None:
        return frozenset(pl.concat([old.units["unit_id"], case.units["unit_id"]]))
    return changed_keys(old.platforms.baselines, case.platforms.baselines, "unit_id") | changed_keys(
        old.platforms.capacities, case.platforms.capacities, "unit_id"
    )


@dataclass(frozen=True)
class _Changed:
    """A graded case with the roster of its changed enterprises. `is_anew`: rows of their lines, as they were or are."""

    case: Case
    graded: Graded
    law: Law
    roster: pl.DataFrame
    is_anew: pl.Expr


def _changed(base: Based, case: Case, graded: Graded, law: Law, firms: frozenset[str]) -> _Changed:
    ids = pl.Series(sorted(firms), dtype=pl.String).implode()
    is_one = pl.col("enterprise_id").is_in(ids)
    few = replace(graded, grades=graded.grades.filter(is_one), unit_grades=graded.unit_grades.filter(is_one))
    roster = build_roster(part_of(case, firms), few, law)
    lines = pl.concat([base.case.units.filter(is_one)["unit_id"], roster["unit_id"]]).unique()
    return _Changed(case, graded, law, roster, pl.col("unit_id").is_in(lines.implode()))


def _worth(base: Based, changed: _Changed) -> Worth:
    """Return what the losses of the changed city rest on."""
    case, old = changed.case, base.ground.worth
    ratio = value_added_ratio(case.enterprises.join(case.units, on="enterprise_id", how="semi"))
    if ratio != old.ratio:
        return worth_of(build_roster(case, changed.graded, changed.law))
    return Worth(inserted(old.own.filter(~changed.is_anew), own_losses(changed.roster, ratio), "unit_id"), ratio)


def _moved(ground: Ground, worth: Worth, case: Case) -> frozenset[str]:
    """Return the enterprises of which a line's loss is another."""
    lines = changed_keys(estimated_loss(ground.worth), estimated_loss(worth), "unit_id")
    return frozenset(case.units.filter(pl.col("unit_id").is_in(list(lines)))["enterprise_id"])


def _patched(base: Based, changed: _Changed, worth: Worth) -> Ground:
    ground, case, is_anew = base.ground, changed.case, changed.is_anew
    pins = read_pins(case.overrides).filter(~pl.col("unit_id").is_in(_taken_over(ground, is_anew).implode()))
    anew = grounded(changed.roster, worth, case, changed.law, pins, shaped)
    counted = ground.units.filter(is_anew)["line_group"].drop_nulls().implode()
    lines = ground.line_counts.filter(~pl.col("line_group").is_in(counted))
    outcome = pl.concat([_renumbered(base, case, _taken_over(ground, is_anew)), anew.outcome])

    def spliced(of: Callable[[Ground], pl.DataFrame]) -> pl.DataFrame:
        return inserted(of(ground).filter(~is_anew), of(anew), "unit_id")

    return Ground(
        units=spliced(lambda each: each.units),
        menu=spliced(lambda each: each.menu),
        legal=spliced(lambda each: each.legal),
        line_counts=inserted(lines, anew.line_counts, "line_group"),
        outcome=outcome.sort("pin", "level", maintain_order=True),
        assumed=spliced(lambda each: each.assumed),
        worth=worth,
    )


def _taken_over(ground: Ground, is_anew: pl.Expr) -> pl.Series:
    return ground.units.filter(~is_anew)["unit_id"]


def _renumbered(base: Based, case: Case, lines: pl.Series) -> pl.DataFrame:
    """Return what became of the pins of lines that are taken over, with the numbers that these pins have now."""
    is_kept = pl.col("unit_id").is_in(lines.implode())
    old, new = (numbered(each.overrides).filter(is_kept)["pin"] for each in (base.case, case))
    outcome = base.ground.outcome.filter(is_kept)
    return outcome.with_columns(pin=pl.col("pin").replace_strict(old, new, return_dtype=new.dtype))
