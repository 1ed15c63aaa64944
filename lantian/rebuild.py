"""The city built anew from its case with one thing changed: a grade, or the pins of one line."""

from collections.abc import Mapping
from dataclasses import replace

import polars as pl

from grading.assess.model import Graded
from grading.assess.regrade import regrade
from grading.case.model import Case
from grading.law.model import Law
from optimizer.answers import Rebuild
from optimizer.city import build_city
from optimizer.result import City


def rebuild_of(case: Case, law: Law, graded: Graded) -> Rebuild:
    """Return how the answers build this city anew; nothing is built until one of them is asked."""

    def with_grades(changes: Mapping[str, str]) -> City:
        return build_city(case, regrade(case, law, graded, changes), law)

    def without_pins(unit_id: str) -> City:
        unpinned = replace(case, overrides=case.overrides.filter(pl.col("unit_id") != unit_id))
        return build_city(unpinned, graded, law)

    return Rebuild(with_grades, without_pins)
