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
from grading.case.parts import changed_keys, replaced
from grading.checked import shaped
from grading.law.model import Law
from optimizer.city.build import Ground, ground_of, grounded
from optimizer.city.classes import Classes, classes_beside
from optimizer.city.loss import Worth, own_losses, value_added_ratio, worth_of
from optimizer.city.pins import numbered, read_numbered
from optimizer.city.roster import build_roster
from optimizer.city.stated import of_lines

MOST = 0.25
"""Share of the enterprises above which everything is made anew."""
OF_FIRMS = ("employees", "value_added_wan", "annual_output_value_wan", "status")
"""Columns of an enterprise that its lines read directly; all else reaches them by way of the grade."""
OF_GRADES = ("name", "county", "treatment", "exempt_up_to", "quota_share")
"""Columns of `Grades` that lines read; the grade itself is in `unit_grades`."""


@dataclass(frozen=True)
class Based:
    """Lines as they were built, and what from."""

    ground: Ground
    case: Case
    graded: Graded
    law: Law


def ground_beside(base: Based, case: Case, graded: Graded, law: Law) -> Ground:
    """Return the lines of a graded case, those of enterprises that `base` has alike taken from there."""
    if not _says_alike(law, base.law) or of_lines(case.settings) != of_lines(base.case.settings):
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


def _says_alike(law: Law, before: Law) -> bool:
    """Return whether two laws say the same to lines."""
    return law is before or (law.ladder.equals(before.ladder) and law.physics.equals(before.physics))


def changed_firms(base: Based, case: Case, graded: Graded) -> frozenset[str]:
    """Return the enterprises of which two graded cases have other rows, as far as lines read them."""
    old = base.case
    firms = changed_keys(old.enterprises, case.enterprises, "enterprise_id", OF_FIRMS)
    firms |= changed_keys(old.units, case.units, "enterprise_id")
    firms |= changed_keys(base.graded.grades, graded.grades, "enterprise_id", OF_GRADES)
    firms |= changed_keys(base.graded.unit_grades, graded.unit_grades, "enterprise_id")
    lines = changed_keys(old.overrides, case.overrides, "unit_id")
    lines |= changed_keys(old.measures, case.measures, "unit_id")
    if old.platforms is not case.platforms:
        lines |= _heard_otherwise(old, case)
    if not lines:
        return firms
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
    """A graded case with the roster of its changed enterprises. `lines`: theirs, as they were or are."""

    case: Case
    graded: Graded
    law: Law
    classes: Classes
    roster: pl.DataFrame
    lines: pl.Series

    @property
    def is_anew(self) -> pl.Expr:
        """Return whether a row is of one of `lines`."""
        return pl.col("unit_id").is_in(self.lines.implode())


def _changed(base: Based, case: Case, graded: Graded, law: Law, firms: frozenset[str]) -> _Changed:
    is_one = pl.col("enterprise_id").is_in(pl.Series(sorted(firms), dtype=pl.String).implode())
    few = replace(graded, grades=graded.grades.filter(is_one), unit_grades=graded.unit_grades.filter(is_one))
    classes = classes_beside(base.ground.classes, few.unit_grades, law)
    part = replace(case, enterprises=case.enterprises.filter(is_one), units=case.units.filter(is_one))
    roster = build_roster(part, few, classes.physics)
    lines = pl.concat([base.case.units.filter(is_one)["unit_id"], roster["unit_id"]]).unique()
    return _Changed(case, graded, law, classes, roster, lines)


def _worth(base: Based, changed: _Changed) -> Worth:
    """Return what the losses of the changed city rest on."""
    case, old = changed.case, base.ground.worth
    ratio = old.ratio if _is_alike(base.case, case) else value_added_ratio(_with_lines(case))
    if ratio != old.ratio:
        classes = classes_beside(changed.classes, changed.graded.unit_grades, changed.law)
        return worth_of(build_roster(case, changed.graded, classes.physics))
    own = replaced(old.own, changed.lines, own_losses(changed.roster, ratio), "unit_id")
    return old if own.equals(old.own) else Worth(own, ratio)


def _with_lines(case: Case) -> pl.DataFrame:
    return case.enterprises.join(case.units, on="enterprise_id", how="semi")


def _is_alike(one: Case, other: Case) -> bool:
    """Return whether the same enterprises have lines and state the same of their output."""
    output = ("enterprise_id", "value_added_wan", "annual_output_value_wan")
    owners = one.units["enterprise_id"].equals(other.units["enterprise_id"])
    return owners and one.enterprises.select(output).equals(other.enterprises.select(output))


def _moved(ground: Ground, worth: Worth, case: Case) -> frozenset[str]:
    """Return the enterprises of which a line's loss is another."""
    if worth is ground.worth:
        return frozenset()
    lines = changed_keys(ground.worth.estimated, worth.estimated, "unit_id")
    return frozenset(case.units.filter(pl.col("unit_id").is_in(list(lines)))["enterprise_id"])


def _patched(base: Based, changed: _Changed, worth: Worth) -> Ground:
    ground, case = base.ground, changed.case
    anew = grounded(changed.roster, worth, case, changed.classes, _pins(ground, changed), shaped)
    groups = ground.units.filter(changed.is_anew)["line_group"].drop_nulls()
    outcome = pl.concat([_renumbered(base, changed), anew.outcome])

    def spliced(of: Callable[[Ground], pl.DataFrame]) -> pl.DataFrame:
        return replaced(of(ground), changed.lines, of(anew), "unit_id")

    return Ground(
        units=spliced(lambda each: each.units),
        menu=spliced(lambda each: each.menu),
        legal=spliced(lambda each: each.legal),
        line_counts=replaced(ground.line_counts, groups, anew.line_counts, "line_group"),
        outcome=outcome.sort("pin", "level", maintain_order=True),
        assumed=spliced(lambda each: each.assumed),
        worth=worth,
        classes=changed.classes,
    )


def _pins(ground: Ground, changed: _Changed) -> pl.DataFrame:
    """Return the pins that are read anew: of changed lines, and of lines that nobody knows."""
    others = ground.units["unit_id"].implode()
    pins = numbered(changed.case.overrides)
    return read_numbered(pins.filter(changed.is_anew | ~pl.col("unit_id").is_in(others)))


def _renumbered(base: Based, changed: _Changed) -> pl.DataFrame:
    """Return what became of the pins of lines that are taken over, with the numbers that these pins have now."""
    is_kept = pl.col("unit_id").is_in(base.ground.units["unit_id"].implode()) & ~changed.is_anew
    outcome = base.ground.outcome.filter(is_kept)
    if base.case.overrides is changed.case.overrides or base.case.overrides.equals(changed.case.overrides):
        return outcome
    old, new = (numbered(case.overrides).filter(is_kept)["pin"] for case in (base.case, changed.case))
    return outcome.with_columns(pin=pl.col("pin").replace_strict(old, new, return_dtype=new.dtype))
