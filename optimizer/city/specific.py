"""Rules with blanks that mean "any": the matching of the law, under the name planning knows it by."""

from grading.law.specific import match_rules

__all__ = ["match_rules"]
