"""A case that differs from a named one in nothing that a name depends on: the names stand as they are."""

from dataclasses import replace

from grading.case.model import Case
from grading.law.choices import name_choices
from grading.law.model import Law
from grading.law.naming import name_case

OF_FIRMS = ("enterprise_id", "industry", "subtype")
OF_LINES = ("unit_id", "enterprise_id", "industry", "subtype", "process", "oven_height_m")
"""Columns that names are told by."""


def name_again(case: Case, law: Law, before: Case, named: Case) -> Case:
    """Return the case in the pack's ids; `named` is `before` in the ids of the same law.

    Equals `name_case`, which it calls where a line or an enterprise is called otherwise, or one was rejected.
    """
    if not _is_called_alike(case, before) or _is_any_rejected(before, named):
        return name_case(case, law)
    firms = case.enterprises.with_columns(named.enterprises.select(OF_FIRMS[1:]).get_columns())
    units = case.units.with_columns(named.units.select(OF_LINES[2:5]).get_columns())
    told = replace(case, enterprises=firms, units=units)
    if case.evidence is before.evidence or case.evidence.equals(before.evidence):
        return replace(told, evidence=named.evidence)
    return replace(told, evidence=name_choices(case.evidence, firms, units, law))


def _is_called_alike(case: Case, before: Case) -> bool:
    return (
        case.settings.industries == before.settings.industries
        and case.enterprises.select(OF_FIRMS).equals(before.enterprises.select(OF_FIRMS))
        and case.units.select(OF_LINES).equals(before.units.select(OF_LINES))
    )


def _is_any_rejected(before: Case, named: Case) -> bool:
    return before.enterprises.height != named.enterprises.height or before.units.height != named.units.height
