"""What "the same plan otherwise" means: the linear program in which a published plan is one of the choices.

Its target rows ask what the plan reaches where a target is missed, and its caps hold the grades as spared as the
plan spares them. So a price never hides that another grade pays it, and the least loss is never above the plan's.
"""

from collections.abc import Collection
from dataclasses import dataclass, replace
from functools import cached_property

import polars as pl

from optimizer.again.standing import Standing, loose, standing
from optimizer.again.warm import warm_of
from optimizer.answers.counties import county_loads
from optimizer.choices import PROTECTED_GROUPS, Choices, Floats, choices_of
from optimizer.couplings import couplings_of
from optimizer.decompose import solve_by_decomposition
from optimizer.equalities import solved_as_one
from optimizer.model import Cap, Problem, build, line_counts_of
from optimizer.requirements import Requirement, requirements_of
from optimizer.result import City, Outcome, Plan, Proof, Warm
from optimizer.solve import Limits, Solution, run

ROOM = 1e-9
"""Relative room of a held row: rounding, not policy."""
SURE = 1e-9
"""Relative gap to which the program of a large city is solved: prices are differences of two such programs."""
STANDS_UP_TO = 60_000
"""Free choices up to which the program stands in the solver: building it once pays off from the second question on."""
FAILED = Solution(Outcome.NO_PLAN, Proof.FAILED)
LOSS = "loss"
"""The cap that holds a plan's loss within a limit."""


@dataclass(frozen=True)
class Basis:
    """A city, its published plan as shares of 0 and 1, and the program both belong to."""

    city: City
    problem: Problem
    x: Floats
    held: dict[str, float]
    """Name of a sparing stage -> unit-days a season that the plan takes of it."""
    carried: dict[str, Warm]
    """What the plan's own stages left (`Plan.carried`): where the program of a large city begins."""

    @property
    def loss_cny_per_season(self) -> float:
        """Return what the published plan costs a season."""
        return float(self.problem.objective @ self.x)

    @cached_property
    def least(self) -> Solution:
        """Return the least loss of the program in shares of orders, with its prices; solved once."""
        return self.least_of(self.problem)

    @cached_property
    def unspared(self) -> Solution:
        """Return the least loss where no grade is spared; solved once."""
        return self.least_of(replace(self.problem, caps=()))

    @property
    def is_large(self) -> bool:
        """Return whether the program goes through the decomposition."""
        return int(self.problem.choices.is_free.sum()) > STANDS_UP_TO

    @cached_property
    def counties(self) -> tuple[Cap, ...]:
        """Return a cap per county on the share of its value that is lost, binding nothing yet."""
        return tuple(
            loose(f"county_{place}", load) for place, load in enumerate(county_loads(self.city, self.problem.choices))
        )

    @cached_property
    def _standing(self) -> Standing:
        ready = (*self.problem.caps, loose(LOSS, self.problem.objective), *self.counties)
        return standing(replace(self.problem, caps=ready), Limits(self.city.time_limit_s))

    def least_of(self, problem: Problem) -> Solution:
        """Return the proven least objective of a problem in shares of orders, or what is known instead.

        One with the choices of this program is asked of the program that stands in the solver; one of a large city
        begins at this program's prices.
        """
        if self.is_large:
            return self._from_prices(problem)
        found = self._standing.again(problem) if self._standing.is_like(problem) else FAILED
        # Where going on from the last vertex fails, beginning from nothing may still tell.
        return least_loss(problem, self.city) if found.proof == Proof.FAILED else found

    def _from_prices(self, problem: Problem) -> Solution:
        known = self.carried.get(LOSS)
        if problem is not self.problem and self.least.is_proven:
            known = warm_of(self.problem, self.least.duals)
        limits = Limits(self.city.time_limit_s)
        return solved_as_one(problem, lambda one: solve_by_decomposition(one, limits, SURE, known).solution)


def basis_of(city: City, plan: Plan) -> Basis:
    """Return the basis of a published plan; a plan without orders has none and is refused."""
    if plan.orders.is_empty():
        raise ValueError("this plan has no orders: nothing can be priced against it")
    choices = choices_of(city)
    x = _as_shares(choices, plan.orders)
    held = {stage.name: stage.reached for stage in plan.status.stages if stage.name.startswith("protect_")}
    rows = tuple(_as_reached(row, choices, x) for row in requirements_of(city))
    return Basis(city, _problem(city, choices, rows, _caps(choices, held, ())), x, held, plan.carried)


def moved(basis: Basis, city: City, unspared: Collection[str] = ()) -> Problem:
    """Return the program of a changed city under the caps of `basis`; the units of `unspared` do not count in them.

    Targets that the published plan misses ask what it reaches, unless the changed city asks less. Where nothing but
    targets changed, the choices are those of `basis`.
    """
    rows = _as_reached_before(basis, city)
    if city.units is basis.city.units and city.menu is basis.city.menu and not unspared:
        return replace(basis.problem, requirements=rows)
    choices = choices_of(city)
    return _problem(city, choices, rows, _caps(choices, basis.held, unspared))


def _as_reached_before(basis: Basis, city: City) -> tuple[Requirement, ...]:
    reached = {row.label: row.rhs * row.scale for row in basis.problem.requirements}
    stated = {row.label: row.rhs * row.scale for row in requirements_of(basis.city)}
    return tuple(
        replace(row, rhs=row.rhs - max(stated[row.label] - reached[row.label], 0.0) / row.scale)
        if row.label in reached
        else row
        for row in requirements_of(city)
    )


def least_loss(problem: Problem, city: City) -> Solution:
    """Return the proven least of a program in shares of orders, solved from nothing, or what is known instead."""
    return solved_as_one(problem, lambda one: run(build(one), Limits(city.time_limit_s)))


def _problem(city: City, choices: Choices, rows: tuple[Requirement, ...], caps: tuple[Cap, ...]) -> Problem:
    lines = line_counts_of(choices, city.line_counts)
    return Problem(choices, rows, lines, choices.season_loss, caps, couplings=couplings_of(city, choices))


def _as_shares(choices: Choices, orders: pl.DataFrame) -> Floats:
    ordered = orders.select("unit_id", pl.col("level").cast(pl.String), "k", is_ordered=pl.lit(1.0))
    beside = choices.table.select("unit_id", "level", "k").join(
        ordered, on=["unit_id", "level", "k"], how="left", maintain_order="left"
    )
    return beside["is_ordered"].fill_null(0.0).to_numpy()


def _as_reached(row: Requirement, choices: Choices, x: Floats) -> Requirement:
    return replace(row, rhs=min(row.rhs, float(row.coefficients(choices) @ x)))


def _caps(choices: Choices, held: dict[str, float], unspared: Collection[str]) -> tuple[Cap, ...]:
    counts = ~choices.table["unit_id"].is_in(list(unspared)).to_numpy()
    return tuple(
        Cap(f"protect_{name}", choices.extra_cut(grades) * counts, held[f"protect_{name}"] * (1 + ROOM) + ROOM)
        for name, grades in PROTECTED_GROUPS
        if f"protect_{name}" in held
    )
