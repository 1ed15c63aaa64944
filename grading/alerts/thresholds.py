"""The thresholds of the alert levels: dated sets, every condition with its edge side and evidence."""

from datetime import date
from functools import cache
from importlib.resources import files
from typing import Self

from pydantic import Field, model_validator

from grading.faults import Fault, InputError
from grading.law import strictyaml
from grading.law.pack import Evidence, Id, InForce, Level, Source, Strict, Title
from grading.words import mark


class Reach(Strict):
    """So many days of daily AQI beyond a number; exactly one of the two edges is given."""

    days: int = Field(ge=1)
    """Days; 24 hours count as one day of a daily forecast."""
    above: float | None = None
    """The AQI lies above this number; the number itself does not count."""
    at_least: float | None = None
    """The AQI lies at or above this number."""

    @model_validator(mode="after")
    def _one_edge(self) -> Self:
        if (self.above is None) == (self.at_least is None):
            raise ValueError(mark("Exactly one of above and at_least is given."))
        return self


class Condition(Reach):
    """Consecutive days beyond a number, perhaps with some of them beyond a second one."""

    among_them: Reach | None = None
    """So many of these days lie beyond the second number."""


class ThresholdSet(InForce):
    """The thresholds of one document."""

    id: Id
    """Id of the set."""
    title: Title
    """Full title, or where it applied."""
    document: str
    """Document number."""
    is_local: bool = False
    """Whether it held in one place only; a local set is found by its id alone."""
    clause: str
    """Where the thresholds stand."""
    evidence: Evidence
    """Evidence of the set."""
    note: str = ""
    """Remark for the reader."""
    levels: dict[Level, tuple[Condition, ...]]
    """Level -> conditions, any of which reaches it. A level the set does not state is left out."""


class ThresholdFile(Strict):
    """`grading/alerts/rules/aqi.yaml`."""

    sources: dict[Id, Source]
    """Every source that a set may name."""
    sets: tuple[ThresholdSet, ...]
    """The sets, oldest first."""


@cache
def threshold_file() -> ThresholdFile:
    """Return every set; raise an InputError with all faults of the file."""
    name = "aqi.yaml"
    content = files("grading.alerts").joinpath("rules", name).read_bytes()
    document = strictyaml.parse(name, content)
    found = strictyaml.validate(document, ThresholdFile)
    strictyaml.raise_all([document])
    if found is None:
        raise InputError(document.faults)
    return found


def chosen(name: str, on: date) -> ThresholdSet:
    """Return the set of an id, or without one the national set of a day; raise an InputError where there is none."""
    fitting = [one for one in threshold_file().sets if one.id == name]
    if not name:
        fitting = [one for one in threshold_file().sets if not one.is_local and one.applies(on)]
    if len(fitting) == 1:
        return fitting[0]
    known = ", ".join(one.id for one in threshold_file().sets)
    message = mark("No set of alert thresholds is known for {value}; known are: {known}.")
    repair = mark("Name one of them with --thresholds.")
    asked = name or on.isoformat()
    values = {"value": asked, "known": known}
    raise InputError([Fault("aqi.yaml", "", 0, "sets", "alert.thresholds", message, repair, asked, "fatal", values)])


def thresholds(on: date) -> ThresholdSet:
    """Return the national set in force on a day; raise LookupError where none is known."""
    fitting = [one for one in threshold_file().sets if not one.is_local and one.applies(on)]
    if len(fitting) != 1:
        raise LookupError(f"{len(fitting)} national sets of alert thresholds are in force on {on.isoformat()}")
    return fitting[0]
