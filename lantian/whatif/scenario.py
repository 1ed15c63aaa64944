"""What a scenario file may say. Strict: an unknown key is an error.

A scenario names its parent, its author and its reason, and then only what is different. Every change that is not a
number of the whole city names whom it is about with `select`.
"""

from datetime import date
from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from grading.case.settings import Amount, Length, Level, Pollutant, Share, Strict

CASE = "case"
"""Name of the case itself, the parent of all parents."""
Names = str | tuple[str, ...]
Text = Annotated[str, StringConstraints(min_length=1, strip_whitespace=True)]
Factor = Annotated[float, Field(gt=0, le=1000, allow_inf_nan=False)]
Value = bool | int | float | date | str


class Select(Strict):
    """Whom a change is about; every condition given must hold. Each value named must exist in the case."""

    enterprise: Names = ()
    """Enterprise ids."""
    unit: Names = ()
    """Ids of production lines."""
    industry: Names = ()
    """Industries, as the rule pack or the bureau names them."""
    county: Names = ()
    """Counties."""
    park: Names = ()
    """Parks."""
    grade: Names = ()
    """Planned grades in the parent."""
    process: Names = ()
    """Processes, as the rule pack names them."""
    where: str = ""
    """A comparison of columns and numbers, for example `nox_kg_per_day > 100 and county != "东区"`."""


class Change(Strict):
    """One change to some enterprises or lines."""

    select: Select
    """Whom it is about."""
    reason: str = ""
    """Why, where it is not the reason of the whole scenario."""


class GradeChange(Change):
    """A grade that an enterprise has in this scenario."""

    grade: Literal["A", "leading", "B", "B-", "C", "non_leading", "D"]
    """The grade."""
    how: Literal["forced", "approved"] = "forced"
    """`approved`: as an authority's decision, which penalties and evidence still cap. `forced`: whatever they say."""


class EvidenceChange(Change):
    """A fact that is on record in this scenario; it takes the place of what was said of the same indicator."""

    indicator: Text
    """Indicator id or title of the rule pack."""
    value: Value | None = None
    """The value; left out, the rows about this indicator are taken away."""
    unit: str | None = None
    """Unit of the value."""
    source: Literal["permit", "monitoring", "credit", "disclosure", "site_check", "self_report", "third_party"] = (
        "site_check"
    )
    """Where it would come from."""
    observed_on: date | None = None
    """Day of the observation; left out, the day of the law."""


class RegisterChange(Change):
    """An entry in a register that is made or struck."""

    register_name: Literal[
        "protected", "positive_list", "leading", "project", "strategic", "export", "green_leader"
    ] = Field(alias="register")
    """The register."""
    action: Literal["add", "remove"] = "add"
    """Make the entry, or strike it."""
    basis: str | None = None
    """Document the entry rests on."""
    scope: str | None = None
    """What it covers."""
    quota_share: Share | None = None
    """Guaranteed share of output (0 to 1)."""
    valid_from: date | None = None
    """First day."""
    valid_to: date | None = None
    """Last day."""


class PenaltyChange(Change):
    """Penalties that are repaired in this scenario."""

    repaired_on: date
    """Day of the credit repair."""
    kind: str | None = None
    """Only penalties of this kind."""


class Lock(Change):
    """A pin: a measure that stands at a level whatever the plan would choose."""

    measure: Text
    """A measure as in the overrides table: exempt, stop, cut 30%, forbid, or a measure's id."""
    level: Literal["yellow", "orange", "red", "all"] = "all"
    """The level."""


class Unlock(Change):
    """Pins that are taken away."""


class Price(Change):
    """A factor on the loss of every measure of some lines."""

    loss_factor: Factor
    """Factor on the loss (1 leaves it as it is)."""


class Down(Change):
    """Lines that are down anyway: no measure, no reduction credited, no restart during an alert."""


class Retrofit(Change):
    """A line with other emissions or another way of running, and what that costs."""

    so2_removed_share: Share | None = None
    """Share of the present SO2 emission that is gone (0 to 1)."""
    nox_removed_share: Share | None = None
    """Share of the present NOx emission that is gone."""
    pm_removed_share: Share | None = None
    """Share of the present PM emission that is gone."""
    vocs_removed_share: Share | None = None
    """Share of the present VOCs emission that is gone."""
    so2_kg_per_day: Amount | None = None
    """New SO2 emission (kg/d)."""
    nox_kg_per_day: Amount | None = None
    """New NOx emission (kg/d)."""
    pm_kg_per_day: Amount | None = None
    """New PM emission (kg/d)."""
    vocs_kg_per_day: Amount | None = None
    """New VOCs emission (kg/d)."""
    min_load: Share | None = None
    """New least load (0 to 1)."""
    can_stop: bool | None = None
    """Whether the line can now be stopped."""
    cost_cny_per_season: Amount = 0.0
    """What each line's retrofit costs a season; told beside the loss, never part of the plan's objective."""


class New(Strict):
    """A new enterprise with its lines, or new lines of one that is there; columns as in the tables."""

    enterprise: dict[str, Value] = Field(default_factory=dict)
    """Columns of the enterprises table; empty when the lines belong to one that is there."""
    units: tuple[dict[str, Value], ...]
    """Columns of the units table."""


class LawChange(Strict):
    """Another rule pack or another day."""

    pack: Text | None = None
    """Packaged id, or a folder relative to the case."""
    on: date | None = None
    """Day on which the rules are read."""


class EpisodeChange(Strict):
    """Other days of alert."""

    expected_days_per_season: dict[Level, Amount] = Field(default_factory=dict)
    """Days a season."""
    expected_length_days: dict[Level, Length] = Field(default_factory=dict)
    """Days over which a stop and restart are spread."""
    notice_h: dict[Level, Amount] = Field(default_factory=dict)
    """Hours between the order and the start of the level."""


class PolicyChange(Strict):
    """Other choices of the city; what is left out stays."""

    joint_so2_nox: bool | None = None
    """Let SO2 and NOx be traded."""
    own_floor_share: dict[Pollutant, Share] = Field(default_factory=dict)
    """Least share of its own target that SO2 or NOx must still reach."""
    protect_grades: bool | None = None
    """Spare B before C."""
    legal_floors: bool | None = None
    """Apply the legal minimum measures."""
    grade_order: bool | None = None
    """No better grade is cut more than the next worse."""
    equal_treatment: bool | None = None
    """Units of one class take the same measure."""
    county_loss_factor: Length | None = None
    """A county's part of the loss over its part of the value added, at most."""
    mip_gap: Share | None = None
    """Relative gap at which the integer step may stop."""


class SocietyChange(Strict):
    """Other whole-society emissions, in the case's own unit; what is left out stays."""

    sectors: dict[str, dict[Pollutant, Amount]]
    """Sector -> pollutant -> emission."""


class Scenario(Strict):
    """A whole scenario file."""

    parent: Text = CASE
    """`case`, or the name of another scenario beside this one."""
    author: Text
    """Who asks."""
    reason: Text
    """Why."""
    title: str = ""
    """A few words for the page; left out, the file's name."""
    law: LawChange | None = None
    """Another rule pack or day."""
    targets: dict[Level, dict[Pollutant, Share]] = Field(default_factory=dict)
    """Other required shares."""
    society: SocietyChange | None = None
    """Other whole-society emissions."""
    reductions: dict[str, dict[Level, dict[Pollutant, Amount]]] = Field(default_factory=dict)
    """Other lists (mobile, non_road, dust …): list -> level -> pollutant -> kg a day."""
    episode: EpisodeChange | None = None
    """Other days of alert."""
    policy: PolicyChange | None = None
    """Other policy."""
    grades: tuple[GradeChange, ...] = ()
    """Grades."""
    evidence: tuple[EvidenceChange, ...] = ()
    """Facts."""
    registers: tuple[RegisterChange, ...] = ()
    """Register entries."""
    penalties: tuple[PenaltyChange, ...] = ()
    """Repaired penalties."""
    exempt: tuple[Change, ...] = ()
    """Enterprises that the planner exempts by pins."""
    locks: tuple[Lock, ...] = ()
    """Pins."""
    unlock: tuple[Unlock, ...] = ()
    """Pins taken away."""
    prices: tuple[Price, ...] = ()
    """Factors on losses."""
    down: tuple[Down, ...] = ()
    """Lines that are down anyway."""
    retrofits: tuple[Retrofit, ...] = ()
    """Retrofitted lines."""
    new: tuple[New, ...] = ()
    """New enterprises and lines."""
