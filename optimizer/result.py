"""The plan and its honest status."""

from dataclasses import dataclass, field
from enum import StrEnum

import polars as pl

from grading.case.uncertainty import Uncertainty


class Outcome(StrEnum):
    """What can be done with the values: the first level of the status."""

    USABLE = "usable"
    NO_PLAN = "no_plan"


class Proof(StrEnum):
    """What is proven about them: the second level."""

    OPTIMAL = "optimal"
    GAP = "within_gap"
    NOT_PROVEN = "not_proven"
    INFEASIBLE = "infeasible"
    FAILED = "failed"


@dataclass(frozen=True)
class Stage:
    """One stage of the lexicographic objective: LP bound and what the published plan reaches."""

    name: str
    unit: str
    bound: float
    reached: float


@dataclass(frozen=True)
class SolveStatus:
    """How the solving ended. `relative_gap` is (plan - bound) / bound of the loss stage, None without a bound."""

    outcome: Outcome
    proof: Proof
    relative_gap: float | None
    lp_loss_bound_cny_per_season: float | None
    stages: tuple[Stage, ...]
    solver: str
    fractional_units: int
    reopened_units: int


@dataclass(frozen=True)
class Check:
    """One constraint family re-checked in Polars without the solver."""

    name: str
    rows_checked: int
    violations: int
    worst: float
    examples: tuple[str, ...] = ()


@dataclass(frozen=True)
class Verification:
    """The independent check of a plan; a plan with a violation is never published."""

    checks: tuple[Check, ...]

    @property
    def holds(self) -> bool:
        """Return whether no constraint is violated."""
        return all(check.violations == 0 for check in self.checks)


@dataclass(frozen=True)
class Quota:
    """Output of one product that must stay at every level, t/d."""

    product: str
    t_per_day: float


@dataclass(frozen=True)
class Receptor:
    """A wanted drop at one place, ug/m3 by level, and what a tonne a day less in each county brings there."""

    name: str
    drop_ug_m3: dict[str, float]
    ug_m3_per_tonne: dict[str, dict[str, float]]


@dataclass(frozen=True)
class Options:
    """Rows a city may ask for beside targets, law and physics (docs/model.md, sections 16 to 20)."""

    grade_order: bool = False
    equal_treatment: bool = False
    county_loss_factor: float | None = None
    quotas: tuple[Quota, ...] = ()
    receptors: tuple[Receptor, ...] = ()
    free_counties: tuple[str, ...] = ()
    """Counties whose share of the loss is not limited: only in questions of what stands in a target's way."""


@dataclass(frozen=True)
class City:
    """A graded city, ready to plan. Frames as in `optimizer.tables`; weights are days a season."""

    units: pl.DataFrame
    menu: pl.DataFrame
    legal: pl.DataFrame
    line_counts: pl.DataFrame
    targets: pl.DataFrame
    days_per_season: dict[str, float]
    joint_so2_nox: bool
    own_floor_share: dict[str, float]
    protect_grades: bool
    mip_gap: float
    time_limit_s: float
    notes: tuple[tuple[str, int], ...]
    """(note code, number of units) for everything assumed on the way, e.g. ("emission_unknown_nox", 12)."""
    overrides: pl.DataFrame = field(default_factory=pl.DataFrame)
    """One row per override and level: unit_id, level, measure, reason, by, state (`optimizer.city.pins.STATES`)."""
    options: Options = field(default_factory=Options)
    length_days: dict[str, float] = field(default_factory=dict)
    """Expected length of an alert per level (d), over which credits were taken."""
    notice_h: dict[str, float] = field(default_factory=dict)
    """Hours between order and start per level, where the case states them."""
    uncertainty: Uncertainty | None = None
    """The errors that the case states, industries by the pack's ids; None: none are."""


@dataclass(frozen=True)
class Warm:
    """Prices of a settled stage by row label, per whole share of a target, per line, per unit of a cap.

    `shares` has the size of each target (kg/d, joint row: share of society). `cap` is the most that later stages
    were allowed of the stage; None where nothing came after.
    """

    prices: dict[str, float]
    shares: dict[str, float]
    cap: float | None = None


@dataclass(frozen=True)
class Plan:
    """The published plan: whole orders, targets, proof, and what it is compared with."""

    status: SolveStatus
    orders: pl.DataFrame
    targets: pl.DataFrame
    attainability: pl.DataFrame
    holders: pl.DataFrame
    """One row per level, pollutant and holder group (exempt A, register, physics …): kg a day that stay."""
    comparison: pl.DataFrame
    overrides: pl.DataFrame
    """One row per override: unit, level, what was pinned, by whom, why, and whether it was applied."""
    verification: Verification
    carried: dict[str, Warm] = field(default_factory=dict)
    """By stage: what the plan of a changed city can begin with (`optimizer.again.warm`); published nowhere."""
    swaps: pl.DataFrame = field(default_factory=pl.DataFrame)
    """Pairs of orders that could change at equal loss (`optimizer.whole.swaps`)."""
