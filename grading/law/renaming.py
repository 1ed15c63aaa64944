"""A case that differs little from a named one: only what is called otherwise is named, all other names stand."""

from dataclasses import replace

import polars as pl

from grading.case.model import Case
from grading.case.parts import changed_keys, part_of, replaced
from grading.law.choices import name_choices
from grading.law.model import Law
from grading.law.naming import name_case

OF_FIRMS = ("industry", "subtype")
OF_LINES = ("industry", "subtype", "process")
"""Columns of an enterprise and of a line that hold names."""


def name_again(case: Case, law: Law, before: Case, named: Case) -> Case:
    """Return the case in the pack's ids; `named` is `before` in the ids of the same law.

    Names are told within an enterprise; so enterprises of which a row is called otherwise are named by themselves.
    Equals `name_case`, which it calls where a row was or is rejected, or rows do not stand in the order of their ids.
    """
    if case.settings.industries != before.settings.industries or _is_any_rejected(before, named):
        return name_case(case, law)
    firms = changed_keys(before.enterprises, case.enterprises, "enterprise_id", OF_FIRMS)
    firms |= changed_keys(before.units, case.units, "enterprise_id", ("unit_id", *OF_LINES, "oven_height_m"))
    anew = name_case(part_of(case, firms), law) if firms else None
    told = None if anew and len(anew.faults) > len(case.faults) else _told(case, before, named, anew, firms)
    if told is None:
        return name_case(case, law)
    is_said_alike = case.evidence is before.evidence or case.evidence.equals(before.evidence)
    if is_said_alike and (anew is None or anew.evidence.is_empty()):
        return replace(told, evidence=named.evidence)
    return replace(told, evidence=name_choices(case.evidence, told.enterprises, told.units, law))


def _told(case: Case, before: Case, named: Case, anew: Case | None, firms: frozenset[str]) -> Case | None:
    """Return the case with the names of `anew` for some enterprises and those of `named` for all others.

    A table in which nothing changed since `before` is that of `named` itself.
    """
    of_firms = named.enterprises[["enterprise_id", *OF_FIRMS]]
    of_lines = named.units[["unit_id", *OF_LINES]]
    if anew is not None:
        gone = named.units.filter(pl.col("enterprise_id").is_in(list(firms)))["unit_id"]
        of_firms = replaced(of_firms, firms, anew.enterprises.select(of_firms.columns), "enterprise_id")
        of_lines = replaced(of_lines, gone, anew.units.select(of_lines.columns), "unit_id")
    is_same = anew is None and case.enterprises is before.enterprises
    enterprises = named.enterprises if is_same else _renamed(case.enterprises, of_firms)
    is_same = anew is None and case.units is before.units
    units = named.units if is_same else _renamed(case.units, of_lines)
    return None if enterprises is None or units is None else replace(case, enterprises=enterprises, units=units)


def _renamed(rows: pl.DataFrame, names: pl.DataFrame) -> pl.DataFrame | None:
    """Return the rows with their names; None where they stand in another order. The first column holds the ids."""
    ids = names.to_series()
    return rows.with_columns(names.get_columns()) if ids.equals(rows[ids.name]) else None


def _is_any_rejected(case: Case, named: Case) -> bool:
    return case.enterprises.height != named.enterprises.height or case.units.height != named.units.height
