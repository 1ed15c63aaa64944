"""What a scenario makes of a case, step by step: supposed, graded, planned."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

from grading.assess.model import Graded
from grading.case.model import Case
from grading.law.model import Law
from grading.platforms.join import Hearing
from lantian.whatif.people import People, people_of
from optimizer.again.program import Program, program_of
from optimizer.city.build import Ground
from optimizer.result import City, Plan
from reports.names import Names, names_of

ORDERED = ("unit_id", "level", "measure_id", "cut_share", "loss_cny_per_day")


@dataclass(frozen=True)
class Supposed:
    """A case as a scenario supposes it, in the bureau's own words, and what no table of a case can say."""

    case: Case
    forced: Mapping[str, str] = field(default_factory=dict)
    """Enterprise id -> grade that stands whatever penalties and evidence say."""
    loss_factors: Mapping[str, float] = field(default_factory=dict)
    """Unit id -> factor on the loss of its measures."""
    costs: Mapping[str, float] = field(default_factory=dict)
    """Unit id -> what its retrofit costs (CNY/season)."""


@dataclass(frozen=True)
class Standing:
    """A supposed case with the law in force, in the law's names, graded."""

    supposed: Supposed
    law: Law
    hearing: Hearing
    """How it was named and the platforms were heard."""
    named: Case
    graded: Graded

    @cached_property
    def people(self) -> People:
        """Return whom the selectors of a scenario choose from."""
        return people_of(self.supposed.case, self.named, self.graded.grades)

    @cached_property
    def names(self) -> Names:
        """Return how its law calls things."""
        return names_of(self.law)


@dataclass(frozen=True)
class Planned:
    """A standing with its lines (`ground`), its planning problem and its verified plan."""

    standing: Standing
    city: City
    plan: Plan
    ground: Ground

    @cached_property
    def program(self) -> Program:
        """Return what every question asked of this plan begins with (`optimizer.again.program`)."""
        return program_of(self.city)

    @cached_property
    def orders_sha256(self) -> str:
        """Return the hash of what is ordered: line, level, measure, cut and loss, as text, in their fixed order."""
        return sha256(self.plan.orders.select(ORDERED).write_csv())


def sha256(text: str) -> str:
    """Return the SHA-256 of a text in UTF-8."""
    return hashlib.sha256(text.encode()).hexdigest()


@dataclass(frozen=True)
class Hit:
    """What one selector hit, for the record."""

    key: str
    """The change, for example `grades.1`."""
    said: str
    """The selector as it is written."""
    enterprises: tuple[str, ...]
    units: tuple[str, ...]
