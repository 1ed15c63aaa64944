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
from optimizer.city.build import Ground, before_pins, ground_of, under_pins
from optimizer.city.classes import Classes, classes_beside
from optimizer.city.loss import Worth, own_losses, value_added_ratio, worth_of
from optimizer.city.pins import numbered, pinned_cuts, read_numbered, read_pins
from optimizer.city.roster import build_roster
from optimizer.city.stated import of_lines
from optimizer.city.unpinned import Overlaid

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
    firms, pinned = changed_firms(base, case, graded), repinned_firms(base, case)
    if not firms and case.overrides.equals(base.case.overrides):
        return base.ground
    if len(firms | pinned) > MOST * case.enterprises.height:
        return ground_of(case, graded, law)
    if not firms and _cuts_alike(base.case, case):
        return _repinned(base, case, pinned)
    firms |= pinned
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
    """Return the enterprises of which two graded cases have other rows, as far as lines before pins read them."""
    old = base.case
    firms = changed_keys(old.enterprises, case.enterprises, "enterprise_id", OF_FIRMS)
    firms |= changed_keys(old.units, case.units, "enterprise_id")
    firms |= changed_keys(base.graded.grades, graded.grades, "enterprise_id", OF_GRADES)
    firms |= changed_keys(base.graded.unit_grades, graded.unit_grades, "enterprise_id")
    lines = changed_keys(old.measures, case.measures, "unit_id")
    if old.platforms is not case.platforms:
        lines |= _heard_otherwise(old, case)
    return firms | _owners(old, case, lines)


def repinned_firms(base: Based, case: Case) -> frozenset[str]:
    """Return the enterprises of which a line has other pins in two cases; of lines that nobody knows: nobody."""
    return _owners(base.case, case, changed_keys(base.case.overrides, case.overrides, "unit_id"))


def _owners(old: Case, case: Case, lines: frozenset[str]) -> frozenset[str]:
    if not lines:
        return frozenset()
    is_one = pl.col("unit_id").is_in(list(lines))
    return frozenset(pl.concat([each.units.filter(is_one)["enterprise_id"] for each in (old, case)]))


def _cuts_alike(old: Case, case: Case) -> bool:
    """Return whether pins ask for the same load cuts, so that menus hold the same."""
    return pinned_cuts(read_pins(old.overrides)).equals(pinned_cuts(read_pins(case.overrides)))


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
    case, classes, lines = changed.case, changed.classes, changed.lines
    pins = _pins(base, case, lines)
    few = before_pins(changed.roster, worth, case, classes, pinned_cuts(pins))
    anew = under_pins(few, pins, of_lines(case.settings), worth, classes, shaped)
    menu = replaced(base.ground.menu, lines, anew.menu, "unit_id")
    return _laid(base, case, lines, replace(anew, menu=menu, unpinned=Overlaid(base.ground.unpinned, lines, few)))


def _repinned(base: Based, case: Case, firms: frozenset[str]) -> Ground:
    """Return the lines of a case that differs in pins alone: what is before them stays as it is."""
    ground = base.ground
    lines = case.units.filter(pl.col("enterprise_id").is_in(list(firms)))["unit_id"]
    few, pins = ground.unpinned.of(lines), _pins(base, case, lines)
    anew = under_pins(few, pins, of_lines(case.settings), ground.worth, ground.classes, shaped)
    return _laid(base, case, lines, replace(anew, menu=ground.menu, unpinned=ground.unpinned))


def _laid(base: Based, case: Case, lines: pl.Series, anew: Ground) -> Ground:
    """Return the ground of some lines made anew, laid among all others; what is of the whole city stays as it is."""
    ground = base.ground
    groups = ground.units.filter(pl.col("unit_id").is_in(lines.implode()))["line_group"].drop_nulls()
    outcome = pl.concat([_renumbered(base, case, lines), anew.outcome])

    def spliced(of: Callable[[Ground], pl.DataFrame]) -> pl.DataFrame:
        return replaced(of(ground), lines, of(anew), "unit_id")

    return replace(
        anew,
        units=spliced(lambda each: each.units),
        legal=spliced(lambda each: each.legal),
        line_counts=replaced(ground.line_counts, groups, anew.line_counts, "line_group"),
        outcome=outcome.sort("pin", "level", maintain_order=True),
        assumed=spliced(lambda each: each.assumed),
    )


def _pins(base: Based, case: Case, lines: pl.Series) -> pl.DataFrame:
    """Return the pins that are read anew: of changed lines, and of lines that nobody knows."""
    pins = numbered(case.overrides)
    return read_numbered(pins.filter(~_is_kept(base, pins, lines)))


def _is_kept(base: Based, rows: pl.DataFrame, lines: pl.Series) -> pl.Series:
    """Return which rows are of lines that are taken over."""
    is_asked = pl.col("unit_id").is_in(rows["unit_id"].implode())
    known = base.ground.units.filter(is_asked)["unit_id"]
    return rows["unit_id"].is_in(known.filter(~known.is_in(lines.implode())).implode())


def _renumbered(base: Based, case: Case, lines: pl.Series) -> pl.DataFrame:
    """Return what became of the pins of lines that are taken over, with the numbers that these pins have now."""
    before, outcome = base.case.overrides, base.ground.outcome
    kept = outcome.filter(_is_kept(base, outcome, lines))
    if before is case.overrides or before.equals(case.overrides):
        return kept
    old, new = (pins.filter(_is_kept(base, pins, lines))["pin"] for pins in map(numbered, (before, case.overrides)))
    return kept.with_columns(pin=pl.col("pin").replace_strict(old, new, return_dtype=new.dtype))
