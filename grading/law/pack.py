"""What a rule pack may say: strict, frozen models whose field docstrings are the reference page.

Nothing is implied. Every grade of a scheme has a cell in every indicator, and every cell that states
something carries an evidence status, its own or its row's.
"""

from datetime import date
from typing import Annotated, Literal, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from grading.words import mark

Status = Literal["verified", "reported", "unverified", "unknown"]
Confidence = Literal["high", "medium", "low", "estimate"]
Grade = Literal["A", "leading", "B", "B-", "C", "non_leading", "D"]
Scheme = Literal["ABCD", "ABBmCD", "ABC", "leading"]
Level = Literal["yellow", "orange", "red"]
Transport = Literal["none", "ban_national_4_and_below", "stop_road_transport"]
Effort = Literal["document", "operation", "equipment"]
Scope = Literal["enterprise", "unit"]
NUMERIC = ("le", "lt", "ge", "gt")
Kind = Literal[
    "none", "voluntary", "load_cut", "stop_share_by_line", "stop", "coking_time_h", "bank", "keep_hot", "unknown"
]
Id = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9_-]*$")]
Share = Annotated[float, Field(ge=0, le=1)]


class Strict(BaseModel):
    """Frozen; an unknown key is an error; text is never read as a number."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=False, use_attribute_docstrings=True)


class Title(Strict):
    """The same words in both languages."""

    zh: str
    """Chinese."""
    en: str
    """English."""


class Evidence(Strict):
    """How far a statement can be relied on."""

    status: Status
    """verified: read in the official text; reported: a secondary source says so; unverified: from memory or
    an estimate; unknown: nobody has said."""
    confidence: Confidence | None = None
    """high, medium, low or estimate. Required unless the status is unknown."""
    source: str
    """Id of an entry of `sources` in pack.yaml."""

    @model_validator(mode="after")
    def _confidence_fits_status(self) -> Self:
        if (self.confidence is None) != (self.status == "unknown"):
            raise ValueError(mark("A confidence is given exactly when the status is not unknown."))
        return self


class InForce(Strict):
    """When a statement applies; left out means as long as the pack."""

    in_force_from: date | None = None
    """First day on which it applies."""
    in_force_to: date | None = None
    """Last day on which it applies."""

    @model_validator(mode="after")
    def _ends_after_start(self) -> Self:
        if self.in_force_from and self.in_force_to and self.in_force_to < self.in_force_from:
            raise ValueError(mark("in_force_to lies before in_force_from."))
        return self

    def applies(self, on: date) -> bool:
        """Return whether the statement is in force on a day; both ends belong to the window."""
        return (self.in_force_from or date.min) <= on <= (self.in_force_to or date.max)

    def meets(self, other: "InForce") -> bool:
        """Return whether there is a day on which both are in force."""
        latest = max(self.in_force_from or date.min, other.in_force_from or date.min)
        return self.applies(latest) and other.applies(latest)


class Source(Strict):
    """Where statements come from."""

    title: str
    """Document or page, as a reader would look for it."""
    kind: Literal["official", "secondary", "memory", "estimate"]
    """official: the text itself; secondary: a page about it; memory: recollection; estimate: own arithmetic."""


def is_easier(number: float, than: float, operator: str) -> bool:
    """Return whether more values keep to a number than to another."""
    return number > than if operator in NUMERIC[:2] else number < than


def _cell(value: object) -> object:
    """Expand the short forms of a cell."""
    if value is True:
        return {"is_required": True}
    if isinstance(value, int | float) and not isinstance(value, bool):
        return {"number": value}
    if isinstance(value, list):
        return {"choices": value}
    if value in ("unknown", "floor", "not_differentiated"):
        return {value: ""}
    if isinstance(value, str) and value.startswith("="):
        return {"same_as": value[1:]}
    return value


class Content(Strict):
    """One cell of an indicator table. Exactly one of the first seven keys is given.

    Short forms: a number; a list of choices; `true`; `unknown`; `floor`; `not_differentiated`; `=A`.
    """

    number: float | None = None
    """The threshold, in the indicator's unit; where it has two readings, the one that is harder to reach."""
    choices: tuple[str, ...] | None = Field(default=None, min_length=1)
    """The choices that satisfy the grade (or all of which are needed, by the operator)."""
    is_required: Literal[True] | None = None
    """For the operator is_true: the statement of the title must hold."""
    same_as: Grade | None = None
    """A merged cell: the same demand as another grade of the row."""
    unknown: str | None = None
    """The grade demands something, but what is not known; the text says what has been heard (a standard, a hint)."""
    not_differentiated: str | None = None
    """The table asks nothing of this grade here; the text may say more."""
    floor: str | None = None
    """The bottom of the scheme, "C not met": only the law itself applies; the text may name the standard."""
    may_number: float | None = None
    """Beside a number: the other end of a range, or another source's number, easier to reach. What lies between the
    two may meet the grade and may miss it."""
    note: str = ""
    """Remark for the reader of the cell."""
    clause: str | None = None
    """Clause of this cell when it differs from the row's."""
    evidence: Evidence | None = None
    """Evidence of this cell when it differs from the row's."""

    @model_validator(mode="after")
    def _states_one_thing(self) -> Self:
        if len(self.stated()) != 1:
            raise ValueError(mark("A cell states exactly one thing."))
        if self.may_number is not None and self.number is None:
            raise ValueError(mark("may_number stands beside a number only."))
        return self

    def stated(self) -> set[str]:
        """Return which of the statement keys are given."""
        keys = ("number", "choices", "is_required", "same_as", "unknown", "not_differentiated", "floor")
        return {key for key in keys if getattr(self, key) is not None}

    def statement(self) -> dict[str, object]:
        """Return what the cell states, as a pack writes it."""
        said = {key: getattr(self, key) for key in (*sorted(self.stated()), "may_number")}
        return {key: list(x) if isinstance(x, tuple) else x for key, x in said.items() if x is not None}


Cell = Annotated[Content, BeforeValidator(_cell)]


class Indicator(InForce):
    """One row of an indicator table (差异化指标)."""

    id: Id
    """Id, unique in its industry for every day."""
    dimension: Literal[
        "energy", "equipment", "treatment", "emission_limit", "fugitive", "monitoring", "management", "transport"
    ]
    """Dimension of the table."""
    title: Title
    """What the row is called."""
    subtypes: tuple[Id, ...] = ()
    """Subtypes the row belongs to; left out means every subtype of the industry."""
    applies_when: tuple[Id, ...] = ()
    """Conditions of the table: the row applies where all of them hold. What nobody has stated leaves it open."""
    applies_unless: tuple[Id, ...] = ()
    """Conditions of the table: the row applies unless all of them hold."""
    scope: Scope
    """Whose evidence is read."""
    process: Id | None = None
    """For scope unit: the process; left out means every unit."""
    quantity: Id
    """What is measured."""
    unit: str | None = None
    """Unit of the number; left out for choices and statements."""
    reference_o2_percent: float | None = Field(default=None, ge=0, lt=21)
    """Reference oxygen content (%), for stack concentrations that have one."""
    averaging: str | None = None
    """Averaging time, for example hourly."""
    operator: Literal["le", "lt", "ge", "gt", "one_of", "all_of", "is_true"]
    """Comparison with its edge side: le keeps the edge itself (not exceeding), lt does not."""
    clause: str
    """Where the row stands in the regulation."""
    evidence: Evidence
    """Evidence of every cell that has none of its own."""
    effort: Effort
    """What it takes to improve: a document (days), operation (weeks) or equipment (months)."""
    note: str = ""
    """Remark for the reader of the row."""
    requirement: dict[Grade, Cell]
    """What each grade demands; every grade of the scheme has a cell."""


class Fact(InForce):
    """What a row may depend on although no row asks for it: a temperature, a metal, a product."""

    id: Id
    """Id, unique for every day, and with the titles the name under which evidence states it."""
    title: Title
    """What it is called."""
    scope: Scope
    """Whose evidence is read."""
    unit: str | None = None
    """Unit of the number; left out for choices and statements."""
    choices: tuple[Id, ...] = ()
    """Every answer there is, where it is one of several things."""


class Condition(InForce):
    """When a row applies: what must be stated of a fact, or of what another row of the table asks."""

    id: Id
    """Id, unique in the table for every day."""
    title: Title
    """What holds, as it is said after "where"."""
    asks: Id
    """The fact, or the row of the same table, whose evidence is read."""
    operator: Literal["le", "lt", "ge", "gt", "any_of", "is_true"]
    """Comparison with its edge side; any_of: at least one of the things stated is among the choices."""
    number: float | None = None
    """The number from which on it holds."""
    choices: tuple[Id, ...] = ()
    """The things of which one is enough."""
    may_number: float | None = None
    """From here on it may hold: where sources differ, the number that is easier to reach."""
    may_choices: tuple[Id, ...] = ()
    """Further things for which nobody has stated whether it holds."""
    clause: str
    """Where the condition stands."""
    evidence: Evidence
    """Evidence of the condition."""
    note: str = ""
    """Remark for the reader."""

    @model_validator(mode="after")
    def _content_fits_operator(self) -> Self:
        numbers, choices = (self.number, self.may_number), (self.choices, self.may_choices)
        has_number, has_choices = numbers != (None, None), any(choices)
        if (has_number, has_choices) != (self.operator in NUMERIC, self.operator == "any_of"):
            raise ValueError(mark("A condition has a number, choices, or neither, as its operator needs."))
        number, other = self.number, self.may_number
        if number is not None and other is not None and not is_easier(other, number, self.operator):
            raise ValueError(mark("may_number is not easier to reach than number."))
        return self


def _measure(value: object) -> object:
    return {"kind": value} if isinstance(value, str) else value


class Order(Strict):
    """The least measure of one grade at one alert level. Short form: the kind alone."""

    kind: Kind
    """none: explicitly no production cut (transport may still apply); voluntary: the firm decides; load_cut:
    production against the base; stop_share_by_line: share of the lines; stop; coking_time_h: at least `hours`;
    bank (焖炉); keep_hot (保窑); unknown: something is asked, what is not known."""
    share: Share | None = None
    """Share of production (load_cut) or of lines (stop_share_by_line)."""
    hours: float | None = Field(default=None, gt=0)
    """Coking time (h)."""
    transport: Transport = "none"
    """What is asked of lorries."""
    note: str = ""
    """Remark for the reader."""
    evidence: Evidence | None = None
    """Evidence of this cell when it differs from the block's."""

    @model_validator(mode="after")
    def _parameters_fit_kind(self) -> Self:
        if (self.share is not None) != (self.kind in ("load_cut", "stop_share_by_line")):
            raise ValueError(mark("A share is given exactly for load_cut and stop_share_by_line."))
        if (self.hours is not None) != (self.kind == "coking_time_h"):
            raise ValueError(mark("Hours are given exactly for coking_time_h."))
        return self


Measure = Annotated[Order, BeforeValidator(_measure)]


class LadderBlock(InForce):
    """The curtailment ladder of some subtypes and processes."""

    subtypes: tuple[Id, ...] = ()
    """Subtypes; left out means any."""
    processes: tuple[Id, ...] = ()
    """Processes; left out means any."""
    clause: str
    """Where the ladder stands."""
    evidence: Evidence
    """Evidence of every measure that has none of its own."""
    grades: dict[Grade, dict[Level, Measure]]
    """Grade -> level -> measure; all three levels are given."""


class Process(Strict):
    """A process (工序) of an industry."""

    id: Id
    """Process id."""
    title: Title
    """Its name."""
    synonyms: tuple[str, ...] = ()
    """Other names that lists use."""
    part_of: Id | None = None
    """The process of which this is a part; its indicator rows and physics hold here too."""
    oven_height_from_m: float | None = Field(default=None, gt=0)
    """For a part: ovens at least this high (m) belong to it."""

    @model_validator(mode="after")
    def _part_has_a_height(self) -> Self:
        if (self.part_of is None) != (self.oven_height_from_m is None):
            raise ValueError(mark("part_of and oven_height_from_m are given together."))
        return self


class Subtype(Strict):
    """A subtype (子类) that has its own scheme or rows."""

    id: Id
    """Subtype id."""
    title: Title
    """Its name."""
    synonyms: tuple[str, ...] = ()
    """Other names that lists use."""
    scheme: Scheme
    """Grade scheme."""
    evidence: Evidence
    """Evidence of the scheme."""


class Industry(Strict):
    """One industry that the regulation grades, or a name for everything outside it."""

    id: Id
    """Industry id."""
    number: int | None = Field(default=None, ge=1)
    """Number in the regulation's list, where it has one."""
    is_outside: bool = False
    """Whether the regulation does not grade it."""
    title: Title
    """Its name."""
    synonyms: tuple[str, ...] = ()
    """Other names that lists use."""
    scheme: Scheme | None = None
    """Grade scheme; left out exactly when there are subtypes."""
    subtypes: tuple[Subtype, ...] = ()
    """Subtypes with their own schemes."""
    evidence: Evidence
    """Evidence of the scheme, or of the industry being listed."""

    @model_validator(mode="after")
    def _scheme_or_subtypes(self) -> Self:
        if (self.scheme is None) == (not self.subtypes):
            raise ValueError(mark("An industry has either a scheme or subtypes."))
        return self


class Check(Strict):
    """How one kind of order is checked where no line says so itself."""

    of: Literal["stop", "load_cut", "transport"]
    """What is checked."""
    how: Title
    """By what."""
    clause: str
    """Where it is described."""
    evidence: Evidence
    """Evidence of the statement."""
    note: str = ""
    """Remark for the reader."""


class GeneralFile(Strict):
    """`general.yaml`: the industries, and the ladder that holds where an industry has none of its own."""

    industries: tuple[Industry, ...]
    """Every industry the pack knows."""
    ladder: tuple[LadderBlock, ...] = ()
    """The general ladder."""
    verification: tuple[Check, ...] = ()
    """Ways of checking, for every line whose industry and process name none; together one text, of the weakest
    evidence among them."""


class CellChange(Strict):
    """One cell of the parent's table, changed by an overlay."""

    indicator: Id
    """Row of the parent's table, or of a common block it takes in; a change is for this industry only."""
    grade: Grade
    """Grade of the cell."""
    cell: Cell
    """The new content; it names its evidence itself. A merged cell may leave it out and take its target's."""
    by: str = ""
    """Who changed it."""
    on: date | None = None
    """When."""


class TableFile(Strict):
    """`industries/<id>.yaml`: the table of one industry."""

    industry: Id
    """Industry id; the name of the file."""
    include: dict[Id, tuple[Id, ...]] = Field(default_factory=dict)
    """Common blocks to take in -> subtypes they apply to (empty: all)."""
    processes: tuple[Process, ...] = ()
    """Processes of the industry."""
    facts: tuple[Fact, ...] = ()
    """What conditions ask for although no row does."""
    conditions: tuple[Condition, ...] = ()
    """On what its rows depend."""
    indicators: tuple[Indicator, ...] = ()
    """Rows of the table."""
    ladder: tuple[LadderBlock, ...] = ()
    """Its own curtailment ladder."""
    changes: tuple[CellChange, ...] = ()
    """In an overlay: single cells of the parent's table, changed."""


class CommonFile(Strict):
    """`common/<block>.yaml`: rows that many industries share; each states a cell for every grade it may meet."""

    indicators: tuple[Indicator, ...]
    """Rows of the block."""
