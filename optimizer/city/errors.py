"""The stated errors of a city's inventory, laid out per line and pollutant."""

from dataclasses import dataclass

import numpy as np
import polars as pl

from grading.case.settings import CaseSettings
from grading.case.uncertainty import InventoryError, Uncertainty
from grading.faults import Fault, InputError
from grading.scale import POLLUTANTS
from grading.words import mark
from optimizer.choices import Floats, Ints
from optimizer.result import City


@dataclass(frozen=True)
class LineErrors:
    """Relative standard deviations. Shape: `shared`, `own` one row per unit in order of id, one column per pollutant.

    `group` numbers the industries: lines of one group err together by `shared`.
    """

    shared: Floats
    own: Floats
    group: Ints
    groups: int


def line_errors(city: City, stated: Uncertainty) -> LineErrors:
    """Return the errors of every line: of its industry where stated, else the general ones; not stated at all: 0.

    A pollutant without an error has no target (`check_uncertainty`), so its 0 is never read.
    """
    industries = city.units.sort("unit_id")["industry"]
    names = industries.unique().sort().to_list()
    group = industries.replace_strict({name: place for place, name in enumerate(names)}, return_dtype=pl.Int64)
    found = [[_of(stated, name, pollutant) for pollutant in POLLUTANTS] for name in names]
    shared = np.array([[error.shared for error in row] for row in found]).reshape(len(names), len(POLLUTANTS))
    own = np.array([[error.own for error in row] for row in found]).reshape(len(names), len(POLLUTANTS))
    place = group.to_numpy()
    return LineErrors(shared[place], own[place], place, len(names))


def check_uncertainty(settings: CaseSettings, industries: pl.Series) -> Uncertainty | None:
    """Return the stated errors with industries by the pack's ids, or None; raises InputError with every fault.

    Refused: an industry that no line on the list belongs to, and a target on a pollutant without an error.
    """
    stated = settings.uncertainty
    if stated is None:
        return None
    ids = {settings.industries.get(name, name): errors for name, errors in stated.by_industry.items()}
    known = set(industries.to_list())
    faults = [_unknown(name) for name in stated.by_industry if settings.industries.get(name, name) not in known]
    targeted = {p for shares in settings.targets.values() for p in shares}
    faults += [_without_error(p) for p in POLLUTANTS if p in targeted and p not in stated.inventory]
    if faults:
        raise InputError(faults)
    return stated.model_copy(update={"by_industry": ids})


def _of(stated: Uncertainty, industry: str, pollutant: str) -> InventoryError:
    own = {str(p): error for p, error in stated.by_industry.get(industry, {}).items()}
    general = {str(p): error for p, error in stated.inventory.items()}
    return own.get(pollutant) or general.get(pollutant) or InventoryError(shared=0, own=0)


def _unknown(name: str) -> Fault:
    return _fault(
        "by_industry",
        "uncertainty_of_no_industry",
        name,
        mark("No line on the list belongs to the industry {value}."),
        mark("Write the industry as the units table does, or leave it out."),
    )


def _without_error(pollutant: str) -> Fault:
    return _fault(
        "inventory",
        "uncertainty_incomplete",
        pollutant,
        mark("{value} has a target but no stated error."),
        mark("State the error of every pollutant with a target, or leave [uncertainty] out."),
    )


def _fault(key: str, rule: str, value: str, message: str, repair: str) -> Fault:
    return Fault(
        file="case.toml",
        sheet="",
        row=0,
        column=f"uncertainty.{key}",
        rule=rule,
        severity="fatal",
        value=value,
        message=message,
        repair=repair,
        values={"value": value},
    )
