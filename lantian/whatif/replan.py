"""The one place where a what-if asks for a plan."""

from dataclasses import fields, is_dataclass

import polars as pl

from lantian.whatif.supposed import Planned
from optimizer import plan_city
from optimizer.again.plan import plan_beside
from optimizer.result import City, Plan


def replan(city: City, parent: Planned | None, *, is_whole: bool = False) -> Plan:
    """Return the verified plan of a city; `parent` is a planned city close to it, or None.

    Where the scenario leaves the planning problem as it is, the parent's own plan stands. With `is_whole` all tables
    of a plan are made, as a report shows them; without, those that a what-if shows.
    """
    if parent is None:
        return plan_city(city)
    if is_same(city, parent.city):
        return parent.plan
    return plan_city(city, parent.plan) if is_whole else plan_beside(city, parent.plan, parent.program)


def is_same(one: object, other: object) -> bool:
    """Return whether two values are equal, frames and dataclasses that hold frames included."""
    if isinstance(one, pl.DataFrame) and isinstance(other, pl.DataFrame):
        return one.equals(other)
    if is_dataclass(one) and type(one) is type(other):
        return all(is_same(getattr(one, each.name), getattr(other, each.name)) for each in fields(one))
    return bool(one == other)
