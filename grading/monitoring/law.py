"""The rules of stack monitoring as data: strict models of a rule file, resolved for one day."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files
from typing import Literal, Self

import polars as pl
from pydantic import Field, model_validator

from grading.law.pack import Evidence, Id, InForce, Source, Title
from grading.law.strictyaml import Document, parse, raise_all, validate
from grading.monitoring.tables import STATES
from grading.words import mark

Edge = Literal["at_least", "at_most", "above", "below"]
CountsAs = Literal["valid", "invalid", "outage"]
Judged = Literal["yes", "no", "open"]
NAMES: tuple[str, ...] = (
    "min_valid_minutes",
    "min_valid_hours_per_day",
    "min_valid_days_per_month",
    "min_valid_days_in_february",
    "min_capture_share",
    "min_share_within_limit",
    "o2_guard_percent",
    "limit_edge",
)
# Sums and quotients of decimals miss an equal value by a few units of the last place; an edge forgives that much.
SLACK = 1e-9


class Parameter(InForce):
    """One number of the rules."""

    value: float = Field(allow_inf_nan=False)
    """The number."""
    unit: str
    """Its unit."""
    edge: Edge
    """Which side of the number passes, and whether the number itself does."""
    clause: str
    """Where it is written."""
    evidence: Evidence
    """How far it can be relied on."""

    def holds(self, value: pl.Expr, scale: pl.Expr | float = 1.0) -> pl.Expr:
        """Return whether a value passes `scale` times the number, as its edge says; null stays null."""
        bound = scale * pl.lit(self.value)
        slack = bound * SLACK
        sides = {
            "at_least": value >= bound - slack,
            "at_most": value <= bound + slack,
            "above": value > bound + slack,
            "below": value < bound - slack,
        }
        return sides[self.edge]


class Rung(InForce):
    """One rung of the substitution ladder: for which capture share and gap, how far to look back."""

    capture_from: float = Field(ge=0, le=1)
    """Least capture share of the quarter, itself included."""
    capture_below: float | None = Field(default=None, ge=0, le=1)
    """Capture share from which the rung no longer applies."""
    gap_up_to_hours: int | None = Field(default=None, gt=0)
    """Longest gap, itself included."""
    gap_over_hours: int | None = Field(default=None, gt=0)
    """The gap must be longer than this."""
    window_hours: int = Field(gt=0)
    """How many valid hours before the reference point are looked at."""
    clause: str
    """Where it is written."""
    evidence: Evidence
    """How far it can be relied on."""

    def applies_to(self, capture: pl.Expr, gap_hours: pl.Expr) -> pl.Expr:
        """Return whether the rung is the one for a capture share and a gap length."""
        conditions = [capture >= self.capture_from - SLACK]
        if self.capture_below is not None:
            conditions.append(capture < self.capture_below - SLACK)
        if self.gap_up_to_hours is not None:
            conditions.append(gap_hours <= self.gap_up_to_hours)
        if self.gap_over_hours is not None:
            conditions.append(gap_hours > self.gap_over_hours)
        return pl.all_horizontal(conditions)


class Treatment(InForce):
    """What one state of an hour means."""

    counts_as: CountsAs
    """valid, invalid (against the capture rate), or outage (left out of it)."""
    judged: Judged
    """Whether the hour is held to the limit; open where no text says so."""
    mass: Literal["measured", "substituted", "zero"]
    """How the hour gets its mass."""
    reference: Literal["gap_start", "last_calibration"] | None = None
    """Where the look-back of a substituted hour ends."""
    clause: str
    """Where it is written."""
    evidence: Evidence
    """How far it can be relied on."""

    @model_validator(mode="after")
    def _reference_belongs_to_substitution(self) -> Self:
        if (self.mass == "substituted") != (self.reference is not None):
            raise ValueError("a reference point is given exactly when the mass is substituted")
        return self


class RuleFile(InForce):
    """A whole rule file."""

    id: Id
    """Id of the file; its name without the ending."""
    title: Title
    """Full title."""
    document: str
    """Document numbers."""
    in_force_evidence: Evidence
    """How far the first day in force can be relied on."""
    sources: dict[Id, Source]
    """Every source that a statement may name."""
    parameters: dict[Id, Parameter]
    """The numbers, by name."""
    substitution: list[Rung]
    """The ladder that gives bad hours a mass."""
    states: dict[Id, Treatment]
    """What each state means."""


@dataclass(frozen=True)
class MonitoringRules:
    """The rules in force on one day."""

    id: str
    on: date
    parameters: Mapping[str, Parameter]
    ladder: tuple[Rung, ...]
    treatments: Mapping[str, Treatment]

    def __getitem__(self, name: str) -> Parameter:
        """Return the parameter of that name."""
        return self.parameters[name]

    def states_that(self, **wanted: str) -> list[str]:
        """Return the states whose treatment has these values, in the order of the table."""
        return [
            state
            for state in STATES
            if all(getattr(self.treatments[state], key) == value for key, value in wanted.items())
        ]


@cache
def load_rules(on: date, rule_id: str = "hj75-2017") -> MonitoringRules:
    """Return the packaged rules as they stand on a day.

    Raises:
        InputError: the file is broken, incomplete, or not in force on that day.
    """
    name = f"{rule_id}.yaml"
    content = files("grading.monitoring").joinpath("rules", name).read_bytes()
    return read_rules(name, content, on)


def read_rules(name: str, content: bytes, on: date) -> MonitoringRules:
    """Return the rules of one file as they stand on a day.

    Raises:
        InputError: the file is broken, incomplete, or not in force on that day.
    """
    document = parse(name, content)
    model = validate(document, RuleFile) if not document.faults else None
    if model is not None:
        _check(document, model, on)
    raise_all([document])
    assert model is not None  # noqa: S101 - raise_all has raised otherwise
    parameters = {key: value for key, value in model.parameters.items() if value.applies(on)}
    ladder = tuple(rung for rung in model.substitution if rung.applies(on))
    return MonitoringRules(model.id, on, parameters, ladder, model.states)


def _check(document: Document, model: RuleFile, on: date) -> None:
    """Add a fault for every name, date and source that does not fit."""
    if not model.applies(on):
        document.faults.append(
            document.fault(
                ("in_force_from",),
                "monitoring.not_in_force",
                mark("These monitoring rules are not in force on {on}."),
                mark("Choose a day from {first} on, or add the rules of that time."),
                on=on.isoformat(),
                first=str(model.in_force_from),
            )
        )
        return
    in_force = {name for name, parameter in model.parameters.items() if parameter.applies(on)}
    states = {name for name, treatment in model.states.items() if treatment.applies(on)}
    check_names(document, "parameters", in_force, set(NAMES))
    check_names(document, "states", states, set(STATES))
    _check_sources(document, model)


def check_names(document: Document, block: str, found: set[str], wanted: set[str]) -> None:
    """Add a fault for each name that is missing or unknown."""
    for name in sorted(found ^ wanted):
        document.faults.append(
            document.fault(
                (block, name),
                "monitoring.names",
                mark("{block}: {name} is missing on that day, or not known."),
                mark("Give each of these names exactly once: {expected}."),
                block=block,
                name=name,
                expected=", ".join(sorted(wanted)),
            )
        )


def _check_sources(document: Document, model: RuleFile) -> None:
    blocks: list[tuple[tuple[str | int, ...], Evidence]] = [
        (("in_force_evidence",), model.in_force_evidence),
        *((("parameters", name), parameter.evidence) for name, parameter in model.parameters.items()),
        *((("substitution", at), rung.evidence) for at, rung in enumerate(model.substitution)),
        *((("states", name), treatment.evidence) for name, treatment in model.states.items()),
    ]
    for path, evidence in blocks:
        if evidence.source not in model.sources:
            document.faults.append(
                document.fault(
                    (*path, "evidence", "source"),
                    "monitoring.source",
                    mark("The source {value} is not listed under sources."),
                    mark("Add it to sources, or name one that is there."),
                    value=evidence.source,
                )
            )
