"""The coupling rows of a problem, all as `activity >= rhs` with a price of at least zero.

Order: targets and joint rows, then line counts, then optional rows, then stage caps (with their sign turned).
"""

from dataclasses import dataclass

import numpy as np

from grading.scale import LEVELS, POLLUTANTS
from optimizer.choices import Bools, Floats
from optimizer.model import Cap, Coupling, LineCount, Problem
from optimizer.requirements import Requirement


@dataclass(frozen=True)
class Rows:
    """The coupling rows. `spread` turns prices of target rows into prices of a kilogram.

    Shape: `spread` (levels, pollutants, targets); `rhs` one entry per row. `slack_price` is what one whole
    missing share of a target costs in the objective's unit, None where a target must hold.
    """

    targets: tuple[Requirement, ...]
    lines: tuple[LineCount, ...]
    couplings: tuple[Coupling, ...]
    caps: tuple[Cap, ...]
    spread: Floats
    rhs: Floats
    slack_price: float | None

    @property
    def count(self) -> int:
        """Return how many rows couple the units."""
        return len(self.rhs)

    @property
    def labels(self) -> tuple[str, ...]:
        """Return the rows' names, as in the LP file."""
        names = [row.label for row in self.targets] + [row.label for row in self.lines]
        names += [row.label for row in self.couplings]
        return (*names, *(row.label for row in self.caps))

    @property
    def is_target(self) -> Bools:
        """Return which rows are targets."""
        return np.arange(self.count) < len(self.targets)

    @property
    def is_cap(self) -> Bools:
        """Return which rows are stage caps."""
        return np.arange(self.count) >= self.count - len(self.caps)

    def kilogram_prices(self, prices: Floats) -> Floats:
        """Return what a removed kilogram is worth at each level, per pollutant."""
        worth: Floats = self.spread @ prices[: len(self.targets)]
        return worth

    def as_named(self, prices: Floats) -> dict[str, float]:
        """Return prices as duals by name: of a cap, an at-most row, the dual is negative."""
        signed = np.where(self.is_cap, -prices, prices)
        return dict(zip(self.labels, signed.tolist(), strict=True))


def rows_of(problem: Problem, lines: tuple[LineCount, ...], fixed: Bools) -> Rows:
    """Return a problem's rows with these of its line counts, less what its `fixed` choices contribute."""
    return Rows(
        problem.requirements,
        lines,
        problem.couplings,
        problem.caps,
        spread_of(problem.requirements),
        _rhs(problem, lines, fixed),
        problem.scale if problem.is_elastic else None,
    )


def spread_of(requirements: tuple[Requirement, ...]) -> Floats:
    """Return the targets' coefficients per level and pollutant."""
    spread = np.zeros((len(LEVELS), len(POLLUTANTS), len(requirements)))
    for place, row in enumerate(requirements):
        spread[row.level, :, place] = row.per_kg
    return spread


def _brought(problem: Problem, fixed: Bools) -> Floats:
    """Return what the `fixed` choices remove, (levels, pollutants) in kg/d."""
    level, removed = problem.choices.level[fixed], problem.choices.removed[:, fixed]
    return np.array([[of_p[level == place].sum() for of_p in removed] for place in range(len(LEVELS))])


def _rhs(problem: Problem, line_counts: tuple[LineCount, ...], fixed: Bools) -> Floats:
    brought = _brought(problem, fixed)
    targets = [row.rhs - float(np.dot(row.per_kg, brought[row.level])) for row in problem.requirements]
    lines = [float(line.stop_at_least - fixed[line.rows].sum()) for line in line_counts]
    sides = [row.rhs - float(row.values[fixed[row.rows]].sum()) for row in problem.couplings]
    caps = [(float(cap.per_choice[fixed].sum()) - cap.at_most) / cap.scale for cap in problem.caps]
    return np.array([*targets, *lines, *sides, *caps], dtype=np.float64)
