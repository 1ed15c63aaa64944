"""What a planned city leaves to every question asked of it: its choices, its counted lines and its arrays.

Most questions change what the targets ask and no line at all; then everything here stands as it is.
"""

from dataclasses import dataclass

import numpy as np

from optimizer.choices import Choices, choices_of
from optimizer.couplings import couplings_of
from optimizer.decompose.arrays import Framed, instance_of
from optimizer.model import LineCount, Problem, line_counts_of
from optimizer.requirements import requirements_of
from optimizer.result import City

OF_CHOICES = ("units", "menu", "line_counts")


@dataclass(frozen=True)
class Program:
    """A city, what can be chosen in it, the rows of its counted lines, and its arrays at no objective."""

    city: City
    choices: Choices
    lines: tuple[LineCount, ...]
    frame: Framed


def program_of(city: City) -> Program:
    """Return the parts of a city; raises ContradictionError where no plan can hold its floors and ceilings."""
    choices = choices_of(city)
    lines = line_counts_of(choices, city.line_counts)
    nothing = np.zeros(len(choices.k))
    problem = Problem(choices, requirements_of(city), lines, nothing, couplings=couplings_of(city, choices))
    return Program(city, choices, lines, instance_of(problem, groups=1))


def program_beside(city: City, base: Program | None) -> Program:
    """Return the parts of a city; those of a base where both have the same lines."""
    if base is not None and _has_same_lines(city, base.city):
        return base
    return program_of(city)


def _has_same_lines(city: City, other: City) -> bool:
    tables = all(getattr(city, name) is getattr(other, name) for name in OF_CHOICES)
    return tables and city.days_per_season == other.days_per_season and city.options == other.options
