"""What the papers of one enterprise hold: documented, frozen, all of it text; templates compute nothing.

The same objects fill the HTML pages and the bureau's Word templates. Personal contact data stand in `Contact`, which
the gate notice does not have.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Identity:
    """Who the paper is about."""

    enterprise_id: str
    """Unified social credit code, or the city's own number."""
    name: str
    """Name of the enterprise."""
    county: str
    """County."""
    park: str
    """Industrial park, or a dash."""
    industry: str
    """Type of industry as the rules call it."""
    permit_no: str
    """Discharge permit, or the word for unknown."""
    state: str
    """State of the enterprise."""
    grade: str
    """Grade it is planned at."""
    treatment: str
    """Exemption or state in the plan."""


@dataclass(frozen=True)
class Contact:
    """Whom to call inside the enterprise; internal papers only."""

    person: str
    """Name, or the word for unknown."""
    phone: str
    """Telephone, or the word for unknown."""


@dataclass(frozen=True)
class Frame:
    """What every paper of a run says about the run."""

    city: str
    """Name of the city."""
    season: str
    """Season of the list."""
    rules: str
    """Rule pack, title and day, in one sentence."""
    issuer: str
    """Office that publishes, or a line to fill in."""


@dataclass(frozen=True)
class LineOrder:
    """What one production line does at one level."""

    line: str
    """Name of the line, or its process."""
    unit_id: str
    """Number of the line on the official list."""
    order: str
    """The whole order."""
    begin_by: str
    """By when it begins and is in place."""
    removed: str
    """Reduction by pollutant in kg a day."""
    checking: str
    """How it is checked."""


@dataclass(frozen=True)
class LevelPlan:
    """The orders of one alert level."""

    level: str
    """Code of the level: yellow, orange, red."""
    word: str
    """Its word."""
    orders: tuple[LineOrder, ...]
    """One per line of the enterprise."""


@dataclass(frozen=True)
class GateEntry:
    """Lines under the same measure."""

    measure: str
    """The measure in few words."""
    lines: str
    """The lines it holds for."""


@dataclass(frozen=True)
class GateLevel:
    """One level as the notice at the gate shows it."""

    level: str
    """Code of the level."""
    word: str
    """Its word."""
    entries: tuple[GateEntry, ...]
    """Measures with their lines, hardest first."""
    vehicles: str
    """What holds for vehicles."""


@dataclass(frozen=True)
class Need:
    """One requirement between the enterprise and a better grade."""

    title: str
    """The indicator, and the line where it is a line's."""
    asked: str
    """What the grade asks."""
    now: str
    """What the evidence says, and how far it is off."""
    effort: str
    """Kind of effort: documents, operation or equipment."""
    status: str
    """How sure the requirement is."""


@dataclass(frozen=True)
class Step:
    """One better grade."""

    grade: str
    """The grade."""
    needs: tuple[Need, ...]
    """Everything that stands in the way."""


@dataclass(frozen=True)
class Gap:
    """One fact that nobody has handed in, or that cannot be used."""

    title: str
    """The indicator."""
    subject: str
    """The line, or the whole enterprise."""
    lacking: str
    """What is lacking."""
    asked: str
    """What the next grade asks."""
    settles: str
    """Whether the grade hangs on it."""


@dataclass(frozen=True)
class Disagreement:
    """Two sources that do not say the same."""

    subject: str
    """The line, or the whole enterprise."""
    matter: str
    """What they speak about."""
    statements: str
    """Who says what."""


@dataclass(frozen=True)
class Question:
    """One thing the plan had to assume, as a question to the enterprise."""

    question: str
    """The question."""
    lines: str
    """The lines it is about, or the whole enterprise."""
    consequence: str
    """What the plan did without the answer."""


@dataclass(frozen=True)
class OperationPlan:
    """The operation plan of an enterprise (一厂一策); internal, it names the contact."""

    frame: Frame
    """The run."""
    identity: Identity
    """The enterprise."""
    contact: Contact
    """Whom to call."""
    grounds: tuple[str, ...]
    """Why it has its grade, sentence by sentence."""
    levels: tuple[LevelPlan, ...]
    """The orders, mildest level first."""
    steps: tuple[Step, ...]
    """The way up, nearest grade first; empty at the best grade or without a table of requirements."""
    upgrade: str
    """What the next grade would save this winter, or that it was not computed."""


@dataclass(frozen=True)
class GateNotice:
    """The notice at the gate (公示牌); public, without any personal datum."""

    frame: Frame
    """The run."""
    identity: Identity
    """The enterprise."""
    levels: tuple[GateLevel, ...]
    """The measures, mildest level first."""
    supervision: str
    """Telephone for reports by the public, or a line to fill in."""


@dataclass(frozen=True)
class HelpSheet:
    """The sheet for an officer's visit (帮扶单); internal."""

    frame: Frame
    """The run."""
    identity: Identity
    """The enterprise."""
    contact: Contact
    """Whom to call."""
    grounds: tuple[str, ...]
    """Why it has its grade."""
    gaps: tuple[Gap, ...]
    """Facts that are lacking."""
    disagreements: tuple[Disagreement, ...]
    """Sources that do not agree."""
    questions: tuple[Question, ...]
    """What the plan had to assume."""


@dataclass(frozen=True)
class Dossier:
    """The three papers of one enterprise."""

    plan: OperationPlan
    """For the enterprise and the county."""
    gate: GateNotice
    """For everybody."""
    help: HelpSheet
    """For the officer who visits."""
