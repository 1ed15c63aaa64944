"""From a case folder and a scenario to two planned cities: the seven steps again, as far as something was touched."""

from dataclasses import dataclass, replace
from pathlib import Path

import polars as pl

from grading.assess import grade
from grading.case import read_case
from grading.case.model import Case
from grading.law import name_case, resolve_law
from grading.law.model import Law
from grading.platforms import hear_platforms
from lantian.run import Options
from lantian.whatif.apply import Applied, apply
from lantian.whatif.regrade import regraded
from lantian.whatif.replan import replan
from lantian.whatif.scenario_file import Written
from lantian.whatif.supposed import Hit, Planned, Standing, Supposed
from optimizer.city import build_city
from optimizer.contrast.factors import with_loss_factors


@dataclass(frozen=True)
class Asked:
    """One scenario: whom it hit, and what it supposes, graded."""

    written: Written
    standing: Standing
    hits: tuple[Hit, ...]


def read_standing(folder: Path, options: Options) -> Standing:
    """Return the case as it is, graded: the parent of all parents."""
    case = read_case(folder)
    law = resolve_law(case.settings.law, folder)
    named = _named(Supposed(case), law)
    return Standing(Supposed(case), law, named, grade(named, law, options.require))


def suppose(written: Written, parent: Standing, options: Options) -> Asked:
    """Return a scenario applied to its parent, graded anew where touched; raises InputError with all its faults."""
    applied: Applied = apply(written, parent)
    return Asked(written, standing_of(applied.supposed, parent, options), applied.hits)


def standing_of(supposed: Supposed, parent: Standing, options: Options) -> Standing:
    """Return a supposed case under its law, graded anew where it differs from the parent."""
    case, old = supposed.case, parent.supposed.case
    law = parent.law if case.settings.law == old.settings.law else resolve_law(case.settings.law, case.folder)
    named = _named(supposed, law)
    return Standing(supposed, law, named, regraded(supposed, named, law, parent, options.require))


def _named(supposed: Supposed, law: Law) -> Case:
    """Return a supposed case in the law's names, platforms heard; what they measured before a retrofit says nothing."""
    named = hear_platforms(name_case(supposed.case, law), law)
    if named.platforms is None or not supposed.costs:
        return named
    is_as_measured = ~pl.col("unit_id").is_in(list(supposed.costs))
    return replace(
        named, platforms=replace(named.platforms, baselines=named.platforms.baselines.filter(is_as_measured))
    )


def planned(standing: Standing, parent: Planned | None) -> Planned:
    """Return a standing with its plan; `parent` makes it quick and never changes the answer."""
    city = build_city(standing.named, standing.graded, standing.law)
    city = with_loss_factors(city, standing.supposed.loss_factors)
    return Planned(standing, city, replan(city, parent))
