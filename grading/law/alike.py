"""Whether two laws say the same to a case: by their rows, not by their names."""

from dataclasses import fields

import polars as pl

from grading.case.parts import changed_keys
from grading.law.model import Law

UNREAD = ("supplements",)
"""Tables of a law that are shown and decide nothing."""


def is_alike(one: Law, other: Law) -> bool:
    """Return whether two laws of one day have the same rows in every table that is read by names, grades and plans."""
    return one is other or not _tables_apart(one, other)


def industries_apart(one: Law, other: Law) -> frozenset[str] | None:
    """Return the industries whose requirements differ between two laws alike in all else; None: they are not alike."""
    apart = set() if one is other else _tables_apart(one, other)
    if apart - {"requirements"}:
        return None
    return changed_keys(one.requirements, other.requirements, "industry") if apart else frozenset()


def _tables_apart(one: Law, other: Law) -> set[str]:
    names = [field.name for field in fields(Law) if isinstance(getattr(one, field.name), pl.DataFrame)]
    apart = {name for name in names if name not in UNREAD and not _is_same(getattr(one, name), getattr(other, name))}
    return apart | ({"on"} if one.on != other.on else set())


def _is_same(one: pl.DataFrame, other: pl.DataFrame) -> bool:
    return one is other or bool(one.equals(other))
