"""From a case folder and a scenario to two planned cities: the seven steps again, as far as something was touched."""

from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path

import polars as pl

from grading.assess import grade
from grading.case import read_case
from grading.case.model import Case
from grading.case.settings import LawChoice
from grading.law import name_case, resolve_law
from grading.law.model import Law
from grading.platforms import hear_platforms
from grading.words import mark, say
from lantian.run import Options
from lantian.whatif.apply import Applied, apply
from lantian.whatif.regrade import regraded
from lantian.whatif.replan import replan
from lantian.whatif.scenario_file import Written
from lantian.whatif.supposed import Hit, Planned, Standing, Supposed
from optimizer.city.build import build_city, with_settings
from optimizer.contrast.factors import with_loss_factors
from optimizer.result import City


@dataclass(frozen=True)
class Asked:
    """One scenario: whom it hit, and what it supposes, graded."""

    written: Written
    standing: Standing
    hits: tuple[Hit, ...]


def read_standing(folder: Path, options: Options) -> Standing:
    """Return the case as it is, graded: the parent of all parents."""
    options.journal(say(options.language, mark("Reading the case")))
    case = read_case(folder)
    law = _law(case.settings.law, folder)
    own = name_case(case, law)
    named = hear_platforms(own, law)
    options.journal(say(options.language, mark("Grading {n} enterprises"), n=named.enterprises.height))
    return Standing(Supposed(case), law, own, named, grade(named, law, options.require))


@lru_cache(maxsize=16)
def _law(choice: LawChoice, folder: Path) -> Law:
    """Return the law of a choice; a table over several packs reads each of them once."""
    return resolve_law(choice, folder)


def suppose(written: Written, parent: Standing, options: Options) -> Asked:
    """Return a scenario applied to its parent, graded anew where touched; raises InputError with all its faults."""
    applied: Applied = apply(written, parent)
    return Asked(written, standing_of(applied.supposed, parent, options), applied.hits)


def standing_of(supposed: Supposed, parent: Standing, options: Options) -> Standing:
    """Return a supposed case under its law, graded anew where it differs from the parent."""
    case = supposed.case
    is_same_law = case.settings.law == parent.supposed.case.settings.law
    law = parent.law if is_same_law else _law(case.settings.law, case.folder)
    own = name_case(case, law)
    named = _heard(supposed, own, law, parent)
    return Standing(supposed, law, own, named, regraded(supposed, named, law, parent, options.require))


def _heard(supposed: Supposed, own: Case, law: Law, parent: Standing) -> Case:
    """Return a named case with what the platforms say; what they measured before a retrofit says nothing."""
    is_alike = law is parent.law and hears_alike(own, parent.own)
    named = heard_again(own, parent.named) if is_alike else hear_platforms(own, law)
    if named.platforms is None or not supposed.costs:
        return named
    is_as_measured = ~pl.col("unit_id").is_in(list(supposed.costs))
    return replace(
        named, platforms=replace(named.platforms, baselines=named.platforms.baselines.filter(is_as_measured))
    )


OF_GRADES = ("approved_grade", "approved_on", "approved_by")
"""Columns of an enterprise that no platform is compared with."""
OF_CITY = {"targets", "society", "reductions", "episode", "policy"}
"""Settings that no platform is compared with."""


def hears_alike(own: Case, other: Case) -> bool:
    """Return whether platforms say the same of two cases, which differ in grades, registers, pins or targets only."""
    firms = [case.enterprises.drop(OF_GRADES) for case in (own, other)]
    settings = [case.settings.model_dump(exclude=OF_CITY) for case in (own, other)]
    tables = ("units", "evidence", "penalties", "measures")
    return (
        firms[0].equals(firms[1])
        and settings[0] == settings[1]
        and all(getattr(own, name).equals(getattr(other, name)) for name in tables)
    )


def heard_again(own: Case, heard: Case) -> Case:
    """Return a named case with what the platforms said of its parent; nothing is read again."""
    return replace(
        heard,
        settings=own.settings,
        enterprises=own.enterprises,
        registers=own.registers,
        overrides=own.overrides,
    )  # fmt: skip


def planned(standing: Standing, parent: Planned | None, *, is_whole: bool = False) -> Planned:
    """Return a standing with its plan, begun from the parent's; of equally good plans one near to it (`nearest`).

    `is_whole`: with every table of a plan, as a report shows them.
    """
    city = with_loss_factors(_city_of(standing, parent), standing.supposed.loss_factors)
    return Planned(standing, city, replan(city, parent, is_whole=is_whole))


OF_TARGETS = {"targets", "society", "reductions"}
"""Settings of a case that no line's measures, losses or bounds depend on."""


def _city_of(standing: Standing, parent: Planned | None) -> City:
    """Return the planning problem; where only the city's numbers differ, the parent's lines stand as they are."""
    if parent is None or parent.standing.supposed.loss_factors or not _has_same_lines(standing, parent.standing):
        return build_city(standing.named, standing.graded, standing.law)
    return with_settings(parent.city, standing.named.settings)


def _has_same_lines(standing: Standing, other: Standing) -> bool:
    case, old = standing.named, other.named
    settings = [each.settings.model_dump(exclude=OF_TARGETS) for each in (case, old)]
    tables = ("enterprises", "units", "registers", "overrides", "measures")
    return (
        standing.graded is other.graded
        and standing.law is other.law
        and settings[0] == settings[1]
        and case.platforms is old.platforms
        and all(getattr(case, name).equals(getattr(old, name)) for name in tables)
    )
