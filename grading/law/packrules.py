"""The rest of a rule pack: what lines can do, what caps a grade, what a register does, and the words for choices."""

import unicodedata
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, Field, model_validator

from grading.law.pack import Evidence, Grade, Id, InForce, Level, Share, Strict, Title
from grading.law.spelling import SEPARATORS, folded
from grading.words import mark

Amount = Annotated[float, Field(ge=0, allow_inf_nan=False)]


class Between(Strict):
    """A value of which only a range is known, and the end that is planned with, said openly."""

    between: tuple[Amount, Amount]
    """Both ends of the range, in the unit of the field that holds it; a share is at most 1."""
    planned_with: Amount
    """The value that plans use; within the range."""
    because: str
    """Why this one."""

    @model_validator(mode="after")
    def _inside(self) -> Self:
        if not self.between[0] <= self.planned_with <= self.between[1]:
            raise ValueError(mark("planned_with lies outside the range."))
        return self


def _is_share(known: Between) -> Between:
    if known.between[1] > 1:
        raise ValueError(mark("A share is at most 1."))
    return known


ShareBetween = Annotated[Between, AfterValidator(_is_share)]


class PhysicsRow(Strict):
    """What a line can do at short notice."""

    industry: Id | None = None
    """Industry id; left out means any."""
    process: Id | None = None
    """Process id; left out means any."""
    can_stop: bool | None
    """Whether it can stop within an alert; null means not known."""
    min_load: Share | ShareBetween | None
    """Least stable load; null means not known."""
    emission_elasticity: Share | ShareBetween | None
    """Share of the emission that falls away per share of load cut; null means not known."""
    normal_coking_time_h: float | None = Field(default=None, gt=0)
    """Normal coking time (h)."""
    notice_h: Amount | Between | None = None
    """Time from the order until the line stands or runs at its lower load (h): the notice it needs. Left out: not
    known."""
    decay_h: Amount | Between | None = None
    """Time for which a line goes on emitting after its feed has stopped (h). Left out: not known."""
    start_up_extra_h: Amount | Between | None = None
    """What a restart emits beyond normal operation, as hours of full emission (h). Left out: not known."""
    pay_off_days: Amount | Between | Literal["never"] | None = None
    """Length of an alert (d) below which a stop emits at least as much by its start-up as it saves; never: at no
    length. Left out: not known."""
    verification: Title | None = None
    """How an order is checked."""
    clause: str
    """Where it is described."""
    evidence: Evidence
    """Evidence of the row."""
    note: str = ""
    """Remark for the reader."""


class PhysicsFile(Strict):
    """`physics.yaml`."""

    rows: tuple[PhysicsRow, ...]
    """One row per industry and process."""


class Veto(InForce):
    """A penalty that caps the grade."""

    kind: Id
    """Kind of violation."""
    title: Title
    """Its name."""
    synonyms: tuple[str, ...] = ()
    """Other names that penalty lists use."""
    cap: Grade | Literal["unknown"]
    """Best grade still possible while it counts; unknown: a downgrade, to which grade nobody has stated."""
    look_back_days: Annotated[int, Field(gt=0)] | Literal["unknown", "until_rectified"]
    """Length of the window in days; a decision exactly this many days before still counts. until_rectified: a
    finding that counts until it is put right, however old; unknown: nobody has stated how long."""
    may_last_days: int | None = Field(default=None, gt=0)
    """A longer window that has been heard of; between the two, whether it still counts is not known."""
    minor_and_rectified_is_spared: bool | Literal["unknown"]
    """Whether a minor violation put right in time is spared."""
    credit_repair_lifts: bool | Literal["unknown"] = "unknown"
    """Whether a completed credit repair (信用修复) ends it."""
    effect: Literal["cap", "as_lowest", "outside_grading"] = "cap"
    """cap: the grade is capped; as_lowest: treated like the lowest grade and never exempt; outside_grading: no
    grade at all, on the list with the strictest measures and never exempt."""
    clause: str
    """Where it stands."""
    evidence: Evidence
    """Evidence of the rule."""
    note: str = ""
    """Remark for the reader."""


class VetoFile(Strict):
    """`vetoes.yaml`."""

    vetoes: tuple[Veto, ...]
    """One entry per kind."""


class Register(Strict):
    """What an entry in a register does."""

    register_id: Literal["protected", "positive_list", "leading", "project", "strategic", "export", "green_leader"] = (
        Field(alias="register")
    )
    """Register, as in registers.csv."""
    exempt_up_to: Level | None
    """Highest level at which it exempts; null: it exempts from nothing."""
    needs_grade: Grade | None
    """Worst grade that still qualifies in a key industry; null: none asked."""
    uses_quota: bool
    """Whether the firm runs up to an approved quota."""
    clause: str
    """Where it stands."""
    evidence: Evidence
    """Evidence of the rule."""
    note: str = ""
    """Remark for the reader."""


class RegisterFile(Strict):
    """`registers.yaml`."""

    registers: tuple[Register, ...]
    """One entry per register."""


class Choice(Strict):
    """The words for one choice: what officers write where an indicator asks for one of several things."""

    id: Id
    """Id, as the cells of the tables write it."""
    zh: str
    """Chinese; printed first."""
    en: str
    """English; printed first."""
    synonyms: tuple[str, ...] = ()
    """Other words that evidence uses."""
    falls_under: tuple[Id, ...] = ()
    """Wider choices that this one counts as, where an indicator knows only the wider one."""

    @model_validator(mode="after")
    def _names_are_single_words(self) -> Self:
        for name in self.names():
            if set(unicodedata.normalize("NFKC", name)) & set(SEPARATORS) or not folded(name):
                raise ValueError(mark("A name of a choice is not blank and holds no sign that parts a list."))
        return self

    def names(self) -> tuple[str, ...]:
        """Return every word for the choice, the id included."""
        return (self.id, self.zh, self.en, *self.synonyms)


class VocabularyFile(Strict):
    """`vocabulary.yaml`: the words for every choice that a cell names."""

    choices: tuple[Choice, ...]
    """One entry per choice."""
