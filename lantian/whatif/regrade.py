"""Grades of a supposed case: anew only for the enterprises whose facts were touched, the parent's for all others.

An enterprise's grade reads its own rows and the law, nothing of other enterprises; so the parts put together equal a
full grading of the changed case (tests/lantian/whatif/test_regrade.py holds that against random changes).
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

import polars as pl

from grading.assess import grade
from grading.assess.as_judged import asks_alike, grade_as_judged
from grading.assess.model import Graded
from grading.assess.reasons import WrittenReasons
from grading.assess.regrade import regrade
from grading.assess.rulebook import Rulebook
from grading.assess.schemes import grade_in_family
from grading.case.model import Case
from grading.case.parts import changed_keys, part_of, replaced
from grading.checked import checked, shaped
from grading.law.alike import industries_apart
from grading.law.model import Law
from lantian.whatif.supposed import Standing, Supposed

OWNED: dict[str, tuple[str, ...]] = {"enterprises": (), "units": (
    "unit_id", "industry", "subtype", "process", "status",
    "approved_grade", "approved_on", "approved_by", "approved_until",
), "penalties": (), "registers": ()}  # fmt: skip
"""Tables of enterprises that grading reads; of lines only these columns, of the others every one."""
SETTLING = ("enterprise_id", "industry", "subtype", "indicator", "lack", "subject_id")


def touched(before: Case, after: Case) -> frozenset[str]:
    """Return the enterprises of which any row that grading reads differs, new and vanished ones included."""
    found: set[str] = set()
    for table, columns in OWNED.items():
        found |= changed_keys(getattr(before, table), getattr(after, table), "enterprise_id", columns)
    subjects = list(changed_keys(before.evidence, after.evidence, "subject_id"))
    if subjects:
        owner = pl.concat([case.units.select("enterprise_id", subject_id="unit_id") for case in (before, after)])
        found |= set(owner.filter(pl.col("subject_id").is_in(subjects))["enterprise_id"])
        for case in (before, after):
            found |= set(case.enterprises.filter(pl.col("enterprise_id").is_in(subjects))["enterprise_id"])
    return frozenset(found)


def working_in(named: Case, industries: Collection[str]) -> frozenset[str]:
    """Return the enterprises that are of one of these industries, or have a line that is."""
    if not industries:
        return frozenset()
    both = pl.concat([frame.select("enterprise_id", "industry") for frame in (named.enterprises, named.units)])
    return frozenset(both.filter(pl.col("industry").is_in(list(industries)))["enterprise_id"])


def regraded(supposed: Supposed, named: Case, law: Law, parent: Standing, require: str) -> Graded:
    """Return the grades of a supposed case. `named` is it in the law's names; the parent lends what is untouched."""
    industries = industries_apart(law, parent.law)
    if industries is None or _reads_otherwise(named, parent):
        return graded_whole(supposed, named, law, require)
    forced = set(supposed.forced.items()) ^ set(parent.supposed.forced.items())
    firms = touched(parent.named, named) | {firm for firm, _ in forced} | working_in(named, industries)
    if not firms:
        return parent.graded
    few = part_of(named, firms)
    if not industries and asks_alike(parent.named, named):
        anew = grade_as_judged(few, law, require, parent.graded, _forced_of(supposed, few), _book_of(parent.graded))
    else:
        anew = graded_whole(supposed, few, law, require, _book_of(parent.graded))
    return _spliced(parent.graded, anew, firms)


def _reads_otherwise(named: Case, parent: Standing) -> bool:
    return named.settings.blacklist != parent.named.settings.blacklist


def _book_of(graded: Graded) -> Rulebook | None:
    """Return the law as it was laid out for a grading, or for the one that it was made from."""
    reasons = graded.reasons
    if isinstance(reasons, SplicedReasons):
        return _book_of(reasons.old)
    return reasons.decision.book if isinstance(reasons, WrittenReasons) else None


def graded_whole(supposed: Supposed, named: Case, law: Law, require: str, known: Rulebook | None = None) -> Graded:
    """Return all enterprises of `named` graded, with the forced grades standing.

    `known`: the law laid out for others, of which these are a few: then their tables are held to names and kinds only.
    """
    on_record = grade(named, law, require, known, shaped if known else checked)
    forced = _forced_of(supposed, named)
    return _with_forced(on_record, named, law, forced) if forced else on_record


def _forced_of(supposed: Supposed, named: Case) -> dict[str, str]:
    known = set(named.enterprises["enterprise_id"])
    return {firm: asked for firm, asked in supposed.forced.items() if firm in known}


def _with_forced(on_record: Graded, named: Case, law: Law, forced: Mapping[str, str]) -> Graded:
    """Return the grading in which some grades stand whatever is on record, in the words of each industry's scheme."""
    asked = pl.DataFrame(
        {"enterprise_id": list(forced), "asked": list(forced.values())},
        schema={"enterprise_id": pl.String, "asked": pl.String},
    )
    known = on_record.grades.select("enterprise_id", "scheme").join(asked, on="enterprise_id")
    own = known.select("enterprise_id", grade_in_family(pl.col("scheme"), pl.col("asked")).cast(pl.String))
    return regrade(named, law, on_record, dict(own.iter_rows()))


@dataclass(frozen=True)
class SplicedReasons:
    """The reasons of two gradings put together, each table when somebody reads it."""

    old: Graded
    anew: Graded
    firms: frozenset[str]

    @property
    def indicators(self) -> pl.DataFrame:
        """`Indicators`."""
        return self._spliced("indicators")

    @property
    def settling(self) -> pl.DataFrame:
        """`Settling`."""
        return self._spliced("settling")

    @property
    def weak_law(self) -> pl.DataFrame:
        """`WeakLaw`."""
        return self._spliced("weak_law")

    @property
    def line_set_grades(self) -> pl.DataFrame:
        """`LineSetGrades`."""
        return self._spliced("line_set_grades")

    def indicators_of(self, enterprise_ids: Sequence[str]) -> pl.DataFrame:
        """Return the `Indicators` of these enterprises only."""
        asked = set(enterprise_ids)
        untouched = self.old.reasons.indicators_of(sorted(asked - self.firms))
        anew = self.anew.reasons.indicators_of(sorted(asked & self.firms))
        return pl.concat([untouched, anew]).sort("enterprise_id", maintain_order=True)

    def facts_of(self, enterprise_ids: Sequence[str]) -> pl.DataFrame:
        """Return the `Facts` of these enterprises only."""
        asked = set(enterprise_ids)
        parts = [
            self.old.reasons.facts_of(sorted(asked - self.firms)),
            self.anew.reasons.facts_of(sorted(asked & self.firms)),
        ]
        return pl.concat(parts).sort("enterprise_id", maintain_order=True)

    def _spliced(self, name: str) -> pl.DataFrame:
        rows = _spliced_rows(getattr(self.old, name), getattr(self.anew, name), self.firms)
        return rows.sort(SETTLING if name == "settling" else "enterprise_id", maintain_order=True)


def _spliced(old: Graded, anew: Graded, firms: frozenset[str]) -> Graded:
    lines = old.unit_grades.filter(pl.col("enterprise_id").is_in(list(firms)))["unit_id"]
    return Graded(
        industry_grades=replaced(old.industry_grades, firms, anew.industry_grades, "enterprise_id"),
        grades=replaced(old.grades, firms, anew.grades, "enterprise_id"),
        unit_grades=replaced(old.unit_grades, lines, anew.unit_grades, "unit_id"),
        reasons=SplicedReasons(old, anew, firms),
    )


def _spliced_rows(old: pl.DataFrame, anew: pl.DataFrame, firms: Collection[str]) -> pl.DataFrame:
    return pl.concat([old.filter(~pl.col("enterprise_id").is_in(list(firms))), anew])
