"""The city built anew from its case with one thing changed: a grade, or the pins of one line."""

from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from types import MappingProxyType

import polars as pl

from grading.assess.model import Graded
from grading.assess.regrade import regrade
from grading.case.model import Case
from grading.law.model import Law
from optimizer.answers import Rebuild
from optimizer.city.build import Ground, city_on, ground_of
from optimizer.city.patch import Based, ground_beside
from optimizer.contrast.factors import with_loss_factors
from optimizer.result import City


def rebuild_of(
    case: Case,
    law: Law,
    graded: Graded,
    ground: Ground | None = None,
    loss_factors: Mapping[str, float] = MappingProxyType({}),
) -> Rebuild:
    """Return how the answers build this city anew; nothing is built until one of them is asked.

    `ground`: the lines of the city, where they are at hand. `loss_factors`: by unit, as a scenario supposes them.
    """

    @cache
    def base() -> Based:
        return Based(ground or ground_of(case, graded, law), case, graded, law)

    def built(changed: Case, anew: Graded) -> City:
        city = city_on(ground_beside(base(), changed, anew, law), changed.settings)
        return with_loss_factors(city, loss_factors)

    def with_grades(changes: Mapping[str, str]) -> City:
        return built(case, regrade(case, law, graded, changes))

    def without_pins(unit_id: str) -> City:
        return built(replace(case, overrides=case.overrides.filter(pl.col("unit_id") != unit_id)), graded)

    return Rebuild(with_grades, without_pins)
