"""The law as data: strict rule packs, resolved for one date."""

from grading.law.naming import name_case
from grading.law.resolve import resolve_law

__all__ = ["name_case", "resolve_law"]
