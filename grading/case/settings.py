"""`case.toml`: the city, its targets, its other sources and its policy. Strict: an unknown key is an error."""

from datetime import date
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from grading.case.uncertainty import Uncertainty

Pollutant = Literal["so2", "nox", "pm", "vocs"]
Level = Literal["yellow", "orange", "red"]
Share = Annotated[float, Field(ge=0, le=1, allow_inf_nan=False)]
Amount = Annotated[float, Field(ge=0, allow_inf_nan=False)]
Length = Annotated[float, Field(gt=0, allow_inf_nan=False)]
Words = Annotated[str, Field(min_length=1)]


class Strict(BaseModel):
    """Frozen, no unknown keys, field docstrings are the reference page."""

    model_config = ConfigDict(extra="forbid", frozen=True, use_attribute_docstrings=True)


class City(Strict):
    """Who plans, and for when."""

    name: str
    """Name of the city as it stands on the list."""
    season: str
    """Season of the list, for example 2026-2027."""
    grid_note: str = ""
    """Free remark printed on page one."""
    id_scheme: Literal["uscc", "local"] = "uscc"
    """How enterprises are numbered: unified social credit codes (checked), or codes of the city's own."""


class LawChoice(Strict):
    """Which rules, in force on which day."""

    pack: str
    """Rule pack: a packaged id such as cn-2020-340, or a folder relative to the case."""
    on: date
    """Day on which the rules and the 12-month look-back are read."""


class Society(Strict):
    """Whole-society emission of one sector, the denominator of the targets (regulation.md 3.1)."""

    unit: Literal["t/a", "kg/d"]
    """Tonnes a year are divided by 365; kg a day are used as they stand."""
    sectors: dict[str, dict[Pollutant, Amount]]
    """Sector name -> pollutant -> emission; a pollutant left out is unknown, and its target fails loudly."""


class Episode(Strict):
    """How often and how long alerts come."""

    expected_days_per_season: dict[Level, Amount] = {"yellow": 10.0, "orange": 6.0, "red": 2.0}
    """Weight of each level in the season's loss (days a season)."""
    expected_length_days: dict[Level, Length] = {"yellow": 3.0, "orange": 4.0, "red": 4.0}
    """Days over which a stop and restart are spread."""
    notice_h: dict[Level, Amount] = Field(default_factory=dict)
    """Hours between the order and the start of the level; a level left out is not asked whether lines can be ready."""


class Policy(Strict):
    """Choices a city may make."""

    joint_so2_nox: bool = True
    """Let SO2 and NOx be traded: the sum of both shares counts (340号; K-high)."""
    own_floor_share: dict[Pollutant, Share] = Field(default_factory=dict)
    """With the joint rule: least share of its own target that SO2 or NOx must still reach (0 to 1)."""
    protect_grades: bool = True
    """Spare B before C when cutting beyond the legal minimum (docs/model.md, objective stage 1)."""
    legal_floors: bool = True
    """Apply the legal minimum measures of the rule pack; off only for studies without a graded law."""
    grade_order: bool = False
    """Inside one industry and process the mean cut of a better grade is never above that of the next worse."""
    equal_treatment: bool = False
    """Units of one class (industry, subtype, process, grade) with the same choice of measures take the same one."""
    county_loss_factor: Length | None = None
    """A county bears at most this factor times its share of the listed value added, of the season's loss."""
    mip_gap: Share = 0.001
    """Relative gap at which the integer step may stop."""
    time_limit_s: Length = 120
    """Time limit of each solver call in seconds."""


class Quota(Strict):
    """Output of one product that must stay at every level: heat, medicine, exports."""

    product: Words
    """The product as the units table names it."""
    t_per_day: Length
    """Output that must stay in the whole city (t/d); units without a known baseline count as none."""


class Receptor(Strict):
    """A place where a drop in concentration is wanted, with coefficients of the bureau's own dispersion model."""

    name: Words
    """Name of the place, for example a national monitoring site."""
    drop_ug_m3: dict[Level, Length]
    """Wanted drop by level (ug/m3)."""
    ug_m3_per_tonne: dict[str, dict[Pollutant, Amount]]
    """County -> pollutant -> ug/m3 less at the place for one tonne a day less in that county."""


class Monitoring(Strict):
    """What the files of the stack monitors do not say themselves."""

    stamp: Literal["start", "end"] | None = None
    """Whether a bare time is the start or the end of its hour; a header or a 24:00 that says it goes first."""
    unmarked_is_normal: bool = False
    """Take hours of a file without a column of marks as normal; otherwise they count as invalid."""
    first_day: date | None = None
    """First day that is looked at; left out: the first reported day, at most a year before the day of the law."""
    last_day: date | None = None
    """Last day that is looked at; left out: the last reported day, never after the day of the law."""


class BlacklistedBody(Strict):
    """A testing body whose reports do not count as evidence."""

    provider: str
    """Its name as the evidence table gives it (provider)."""
    valid_from: date | None = None
    """First day on which it stands on the list; left out means always."""
    valid_to: date | None = None
    """Last day; left out means until further notice."""
    basis: str
    """Who listed it, and by which document."""


class Notice(Strict):
    """What public notices say about themselves; what is left out is printed as a line to fill in by hand."""

    issuer: Words | None = None
    """The office that publishes, as it signs."""
    published_on: date | None = None
    """Day on which the list is laid open for objections (公示)."""
    objection_from: date | None = None
    """First day on which objections are taken."""
    objection_to: date | None = None
    """Last day; not before the first."""
    objection_office: Words | None = None
    """The office that takes objections."""
    objection_phone: Words | None = None
    """Its telephone, an office's and never a person's: it is printed on public pages."""
    objection_email: Words | None = None
    """Its e-mail address."""
    objection_address: Words | None = None
    """Its postal address."""
    announced_on: date | None = None
    """Day of the final announcement (公告)."""
    supervision_phone: Words | None = None
    """The number for reports by the public, printed on the notice at the gate."""


class Documents(Strict):
    """The bureau's own templates, as paths inside the case folder; what is left out uses ours."""

    list_layout: Words | None = None
    """Layout of the official list (.toml)."""
    plan_template: Words | None = None
    """Word template of the operation plan (.docx)."""
    gate_template: Words | None = None
    """Word template of the notice at the gate (.docx)."""
    help_template: Words | None = None
    """Word template of the help sheet (.docx)."""


NamedFile = Annotated[str, StringConstraints(pattern=r"^[^/\\\\:\x00][^:\x00]*$")]
"""A path relative to the case folder, so that no result names a place on one machine."""


class Previous(Strict):
    """The list that this one is compared with; left out, nothing is compared."""

    season: str
    """Season of that list, for example 2025-2026."""
    grades: NamedFile
    """Its grades.csv or grades.parquet, or the out folder that holds one, relative to the case folder."""


class Map(Strict):
    """What the map of the report is drawn on; left out, the enterprises stand alone."""

    boundaries: NamedFile
    """GeoJSON of boundaries in degrees, coordinates as in the enterprises table; a path relative to the case folder."""


class CaseSettings(Strict):
    """The whole `case.toml`."""

    city: City
    law: LawChoice
    society: Society
    targets: dict[Level, dict[Pollutant, Share]]
    """Required share of whole-society emission per level and pollutant."""
    reductions: dict[str, dict[Level, dict[Pollutant, Amount]]] = Field(default_factory=dict)
    """Already brought by other lists (mobile, non_road, dust): list -> level -> pollutant -> kg a day."""
    episode: Episode = Field(default_factory=Episode)
    policy: Policy = Field(default_factory=Policy)
    quotas: tuple[Quota, ...] = ()
    """Output that must stay."""
    receptors: tuple[Receptor, ...] = ()
    """Places where a drop in concentration is wanted."""
    blacklist: tuple[BlacklistedBody, ...] = ()
    """Testing bodies whose evidence does not count."""
    monitoring: Monitoring = Field(default_factory=Monitoring)
    uncertainty: Uncertainty | None = None
    """How far the inventory may be off and orders be left undone; left out: no question about it is asked."""
    industries: dict[str, str] = Field(default_factory=dict)
    """The bureau's own industry names -> industry id of the pack."""
    notice: Notice = Field(default_factory=Notice)
    """What public notices say about themselves."""
    documents: Documents = Field(default_factory=Documents)
    """The bureau's own templates."""
    previous: Previous | None = None
    """The list of an earlier season."""
    map: Map | None = None
    """Boundaries for the map."""
