"""Grades where nothing is new that an indicator reads: industries as judged before, all that follows from them anew.

An approval, a penalty, a register entry or a forced grade changes what is made of an interval, never the interval. The
result is that of `grade` (tests/lantian/whatif/test_regrade.py holds that against random changes).
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property, partial

import polars as pl

from grading.assess.grade import Judged, enterprise_grades, grade, unit_grades
from grading.assess.line_approvals import approved_lines
from grading.assess.model import Graded, Grades, Reasons
from grading.assess.rulebook import Rulebook
from grading.assess.subjects import PAIR, graded_units, pair_rules
from grading.case.model import Case
from grading.case.parts import changed_keys
from grading.checked import shaped
from grading.law.model import Law

OF_FIRMS = ("industry", "subtype")
OF_LINES = ("unit_id", "industry", "subtype", "process", "status")
"""Columns of an enterprise and of a line that indicators are asked by."""


def asks_alike(before: Case, after: Case) -> bool:
    """Return whether two cases of one blacklist have the same subjects, asked the same and with the same evidence."""
    return (
        (after.evidence is before.evidence or after.evidence.equals(before.evidence))
        and not changed_keys(before.enterprises, after.enterprises, "enterprise_id", OF_FIRMS)
        and not changed_keys(before.units, after.units, "enterprise_id", OF_LINES)
    )


def grade_as_judged(
    case: Case, law: Law, require: str, before: Graded, forced: Mapping[str, str], known: Rulebook | None = None
) -> Graded:
    """Return the enterprises of a case graded, their industries as `before` has them.

    `before`: them and others, graded under the same law from the same evidence. `forced`: enterprise id -> grade that
    stands whatever is on record; the reasons are those of the record. `known`: the law laid out for all of `before`.
    """
    units = graded_units(case)
    firms = case.enterprises["enterprise_id"].implode()
    of_industries = before.industry_grades.filter(pl.col("enterprise_id").is_in(firms))
    is_known = known is not None and known.speaks_of(of_industries, law, require)
    rules = known.of_pair if known is not None and is_known else pair_rules(of_industries, law)
    keys = rules[[*PAIR, "is_key_industry"]]
    judged = Judged(
        units=units,
        rules_of_pair=rules,
        industry_grades=of_industries.join(keys, on=PAIR, how="left", nulls_equal=True, maintain_order="left"),
        missing=before.grades[["enterprise_id", "missing_indicators"]],
        require=require,
        forced=forced,
    )
    lines = approved_lines(case, units, rules, date.fromisoformat(law.on))
    grades = shaped(Grades, enterprise_grades(case, law, judged, lines))
    return Graded(
        industry_grades=of_industries,
        grades=grades.sort("enterprise_id"),
        unit_grades=unit_grades(units, grades, rules, law),
        reasons=LaterReasons(partial(_reasons_of, case, law, require)),
    )


def _reasons_of(case: Case, law: Law, require: str) -> Reasons:
    return grade(case, law, require).reasons


@dataclass(frozen=True)
class LaterReasons:
    """Reasons that are found out when somebody asks for them."""

    find: Callable[[], Reasons]

    @cached_property
    def found(self) -> Reasons:
        """Return the reasons, found out once."""
        return self.find()

    @property
    def indicators(self) -> pl.DataFrame:
        """`Indicators`."""
        return self.found.indicators

    @property
    def settling(self) -> pl.DataFrame:
        """`Settling`."""
        return self.found.settling

    @property
    def weak_law(self) -> pl.DataFrame:
        """`WeakLaw`."""
        return self.found.weak_law

    @property
    def line_set_grades(self) -> pl.DataFrame:
        """`LineSetGrades`."""
        return self.found.line_set_grades

    def indicators_of(self, enterprise_ids: Sequence[str]) -> pl.DataFrame:
        """Return the `Indicators` of these enterprises only."""
        return self.found.indicators_of(enterprise_ids)

    def facts_of(self, enterprise_ids: Sequence[str]) -> pl.DataFrame:
        """Return the `Facts` of these enterprises only."""
        return self.found.facts_of(enterprise_ids)
