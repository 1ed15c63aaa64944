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
from grading.law.alike import is_alike
from grading.law.model import Law
from grading.law.renaming import name_again
from grading.platforms.again import hear_again
from grading.platforms.join import Hearing, hear
from grading.words import mark, say
from lantian.run import Options
from lantian.whatif.apply import Applied, apply
from lantian.whatif.regrade import regraded
from lantian.whatif.replan import replan
from lantian.whatif.scenario_file import Written
from lantian.whatif.supposed import Hit, Planned, Standing, Supposed
from optimizer.city.build import Ground, city_on, ground_of
from optimizer.city.patch import Based, ground_beside
from optimizer.city.stated import again_of_plan
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
    hearing = hear(name_case(case, law), law)
    options.journal(say(options.language, mark("Grading {n} enterprises"), n=hearing.named.enterprises.height))
    return Standing(Supposed(case), law, hearing, hearing.named, grade(hearing.named, law, options.require))


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
    hearing = _heard(case, law, parent)
    named = _as_measured(supposed, hearing.named)
    return Standing(supposed, law, hearing, named, regraded(supposed, named, law, parent, options.require))


def _heard(case: Case, law: Law, parent: Standing) -> Hearing:
    """Return a case in the law's names with what the platforms say; what the parent's say of it too is taken over."""
    before = parent.hearing
    is_same_law = is_alike(law, parent.law)
    own = name_again(case, law, parent.supposed.case, before.own) if is_same_law else name_case(case, law)
    return hear_again(own, law, before)


def _as_measured(supposed: Supposed, named: Case) -> Case:
    """Return the case without baselines that were measured before a retrofit."""
    if named.platforms is None or not supposed.costs:
        return named
    measured = named.platforms.baselines.filter(~pl.col("unit_id").is_in(list(supposed.costs)))
    return replace(named, platforms=replace(named.platforms, baselines=measured))


def planned(standing: Standing, parent: Planned | None, *, is_whole: bool = False) -> Planned:
    """Return a standing with its plan, begun from the parent's; of equally good plans one near to it (`nearest`).

    `is_whole`: with every table of a plan, as a report shows them.
    """
    ground, city = posed(standing, parent)
    return Planned(standing, city, replan(city, parent, is_whole=is_whole), ground)


def posed(standing: Standing, parent: Planned | None) -> tuple[Ground, City]:
    """Return the lines of a standing and its planning problem: all that comes before a solver."""
    ground = _ground(standing, parent)
    settings = standing.named.settings
    said = None
    if parent is not None and settings is parent.standing.named.settings:
        said = again_of_plan(settings, parent.city, ground.units["industry"])
    city = city_on(ground, settings, said)
    return ground, with_loss_factors(city, standing.supposed.loss_factors)


def _ground(standing: Standing, parent: Planned | None) -> Ground:
    """Return the lines of a standing; those that are the parent's stay as they are."""
    if parent is None:
        return ground_of(standing.named, standing.graded, standing.law)
    old = parent.standing
    return ground_beside(
        Based(parent.ground, old.named, old.graded, old.law), standing.named, standing.graded, standing.law
    )
