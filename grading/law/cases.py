"""Expert cases beside the tables: what a person who knows the clause expects, one line per value.

They are data like the law itself, written independently of it; a case that fails says which of the two is wrong.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from importlib.resources.abc import Traversable
from typing import Annotated, Literal, Self

from pydantic import BeforeValidator, Field, model_validator

from grading.law import strictyaml
from grading.law.pack import Grade, Id, Kind, Level, Share, Strict, Transport
from grading.words import mark

Verdict = Literal["met", "not_met", "unknown"]


class Answer(Strict):
    """What a cell or the ladder is expected to say. Short form: the grades met, `?` before an unknown one.

    `does_not_apply` alone: the conditions of the row surely do not hold.
    """

    met: tuple[Grade, ...] = ()
    """Grades whose demand the value meets."""
    unknown: tuple[Grade, ...] = ()
    """Grades of which nobody can tell: the demand is not known, or the value lies between two readings of it.
    Every other grade that demands something is not met."""
    applies: bool = True
    """Whether the row asks anything at all."""


def _answer(value: object) -> object:
    if not isinstance(value, str):
        return value
    if value == "does_not_apply":
        return {"applies": False}
    words = value.split()
    return {
        "met": [word for word in words if not word.startswith("?")],
        "unknown": [word.removeprefix("?") for word in words if word.startswith("?")],
    }


class Rung(Strict):
    """What the ladder is expected to ask. Short form: the kind alone."""

    kind: Kind
    """Kind of measure."""
    share: Share | None = None
    """Share, where the kind has one."""
    hours: float | None = None
    """Hours, where the kind has them."""
    transport: Transport = "none"
    """What is asked of lorries."""
    is_general: bool = False
    """Whether the general ladder had to stand in."""


def _rung(value: object) -> object:
    return {"kind": value} if isinstance(value, str) else value


class Case(Strict):
    """One case: either an indicator with values, or a grade with its ladder."""

    name: str
    """What the case shows."""
    on: date
    """Day on which the law is read."""
    clause: str
    """Where the expectation comes from."""
    subtype: Id | None = None
    """Subtype, where the industry has them."""
    process: Id | None = None
    """Process of the ladder looked up."""
    indicator: Id | None = None
    """Indicator of the values."""
    given: dict[Id, str] = Field(default_factory=dict)
    """What is stated beside it: fact or other row that a condition asks -> value."""
    values: dict[str, Annotated[Answer, BeforeValidator(_answer)]] = Field(default_factory=dict)
    """Value (as in evidence; `|` between several choices) -> answer."""
    grade: Grade | None = None
    """Grade of the ladder looked up."""
    ladder: dict[Level, Annotated[Rung, BeforeValidator(_rung)]] = Field(default_factory=dict)
    """Level -> measure."""

    @model_validator(mode="after")
    def _one_of_both(self) -> Self:
        if bool(self.indicator and self.values) == bool(self.grade and self.ladder):
            raise ValueError(mark("A case has either an indicator with values or a grade with a ladder."))
        return self


class CaseFile(Strict):
    """`cases/<name>.yaml`."""

    industry: Id
    """Industry of the cases."""
    cases: tuple[Case, ...]
    """The cases."""


@dataclass(frozen=True)
class Found:
    """One case and where it stands."""

    file: str
    line: int
    industry: str
    case: Case


def read_cases(folder: Traversable) -> list[Found]:
    """Return every case of a pack's folder, in order; raise an InputError with all faults of all files."""
    place = folder.joinpath("cases")
    entries = sorted(place.iterdir(), key=lambda entry: entry.name) if place.is_dir() else []
    parsed = [
        strictyaml.parse(f"{folder.name}/cases/{entry.name}", entry.read_bytes())
        for entry in entries
        if entry.name.endswith(".yaml")
    ]
    models = [(document, strictyaml.validate(document, CaseFile)) for document in parsed]
    strictyaml.raise_all(parsed)
    return [found for document, model in models if model is not None for found in _found(document, model)]


def _found(document: strictyaml.Document, model: CaseFile) -> Iterator[Found]:
    for index, case in enumerate(model.cases):
        yield Found(document.file, document.line(("cases", index)), model.industry, case)
