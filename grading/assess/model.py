"""What grading hands on: verdicts, grades, and how each unit is treated."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Protocol

import dataframely as dy
import polars as pl

from grading.scale import GRADES, STATUSES

TREATMENTS = ("none", "grade_exempt", "register_exempt", "register_quota", "long_idle", "small_micro")


class Indicators(dy.Schema):
    """One row per subject and indicator; the shape of `indicators.parquet`.

    `grade_best`/`grade_worst` is the interval of grades this indicator alone allows: equal when the
    evidence decides, apart when it is missing. `verdict` compares with the grade aimed at (the best of
    the scheme): met, not_met, not_applicable or unknown. `number` is the value in `unit`, at reference oxygen.
    `condition_*` says on what the row depends, null where it always applies.
    """

    enterprise_id = dy.String()
    subject_id = dy.String()
    industry = dy.String()
    subtype = dy.String(nullable=True)
    indicator = dy.String()
    dimension = dy.String()
    title_zh = dy.String()
    title_en = dy.String()
    quantity = dy.String()
    unit = dy.String(nullable=True)
    value = dy.String(nullable=True)
    number = dy.Float64(nullable=True)
    requirement = dy.String(nullable=True)
    verdict = dy.Enum(["met", "not_met", "not_applicable", "unknown"])
    missing = dy.String(nullable=True)
    grade_best = dy.Enum(GRADES)
    grade_worst = dy.Enum(GRADES)
    next_requirement = dy.String(nullable=True)
    clause = dy.String()
    status = dy.Enum(STATUSES)
    source = dy.String(nullable=True)
    source_file = dy.String(nullable=True)
    source_row = dy.Int64(nullable=True)
    effort = dy.String()
    condition_zh = dy.String(nullable=True)
    condition_en = dy.String(nullable=True)


class Facts(dy.Schema):
    """One row per line or enterprise and fact that decides whether a row applies to it; null value: not stated."""

    enterprise_id = dy.String()
    subject_id = dy.String()
    industry = dy.String()
    subtype = dy.String(nullable=True)
    asks = dy.String()
    asks_zh = dy.String()
    asks_en = dy.String()
    value = dy.String(nullable=True)
    source = dy.String(nullable=True)
    source_file = dy.String(nullable=True)
    source_row = dy.Int64(nullable=True)


class IndustryGrades(dy.Schema):
    """One row per enterprise, industry and subtype: the worst indicator decides (短板原则).

    `is_graded` false: no table, or nothing submitted; the interval is then the range of ungraded firms.
    """

    enterprise_id = dy.String()
    industry = dy.String()
    subtype = dy.String(nullable=True)
    scheme = dy.String()
    grade_best = dy.Enum(GRADES)
    grade_worst = dy.Enum(GRADES)
    deciding_indicator = dy.String(nullable=True)
    missing_count = dy.Int64()
    is_graded = dy.Bool()
    rests_on = dy.Enum(STATUSES)


class LineSetGrades(dy.Schema):
    """One row per enterprise, industry, subtype and process with a running line; the shape of `line_sets.csv`.

    The worst indicator among those asked of these lines and of the whole enterprise decides. `is_graded` false: the
    industry has not been graded and its range stands here, or nothing is asked of these lines and the grade is null.
    `approved_grade`: the worst grade approved for these lines themselves; null unless each carries one in force.
    """

    enterprise_id = dy.String()
    industry = dy.String()
    subtype = dy.String(nullable=True)
    process = dy.String(nullable=True)
    line_count = dy.Int64()
    scheme = dy.String()
    grade_best = dy.Enum(GRADES, nullable=True)
    grade_worst = dy.Enum(GRADES, nullable=True)
    deciding_indicator = dy.String(nullable=True)
    missing_count = dy.Int64()
    is_graded = dy.Bool()
    approved_grade = dy.Enum(GRADES, nullable=True)


class Grades(dy.Schema):
    """One row per enterprise; the shape of `grades.csv`.

    computed (indicators) -> capped (vetoes) -> approved (authority's decision) stay apart; `planned_grade`
    is what the plan uses: the worse end of what is known. `reason_code` names why.
    `veto_is_sure` false: whether the penalty counts, or how far it caps, is not known, so that it lowers the worse
    end only; `veto_effect` is cap, as_lowest or outside_grading (both never exempt).
    `approved_text_unused` is an approval text that is not understood, or not in force on the day.
    `approval_doubt` is `possible_cap` where an authority's grade is planned although a penalty that may or may not
    count would cap it further down.
    `exemption_note` is `quota_missing` where a register holds to a quota that the case does not state.
    """

    enterprise_id = dy.String()
    name = dy.String()
    county = dy.String()
    industry = dy.String()
    industries = dy.String()
    scheme = dy.String()
    is_key_industry = dy.Bool()
    computed_best = dy.Enum(GRADES)
    computed_worst = dy.Enum(GRADES)
    capped_best = dy.Enum(GRADES)
    capped_worst = dy.Enum(GRADES)
    veto_kind = dy.String(nullable=True)
    veto_decided_on = dy.Date(nullable=True)
    veto_clause = dy.String(nullable=True)
    veto_is_sure = dy.Bool(nullable=True)
    veto_effect = dy.String(nullable=True)
    approved_grade = dy.Enum(GRADES, nullable=True)
    approved_on = dy.Date(nullable=True)
    approved_by = dy.String(nullable=True)
    approved_text_unused = dy.String(nullable=True)
    approval_doubt = dy.String(nullable=True)
    planned_grade = dy.Enum(GRADES)
    reason_code = dy.Enum(
        [
            "evidence",
            "interval_worse_end",
            "veto",
            "approved",
            "approved_but_capped",
            "approved_in_part",
            "not_graded",
            "register_leading",
        ]
    )
    deciding_indicator = dy.String(nullable=True)
    missing_indicators = dy.String(nullable=True)
    treatment = dy.Enum(TREATMENTS)
    exempt_up_to = dy.Enum(["yellow", "orange", "red"], nullable=True)
    exemption_register = dy.String(nullable=True)
    exemption_basis = dy.String(nullable=True)
    exemption_refused = dy.String(nullable=True)
    exemption_note = dy.String(nullable=True)
    quota_share = dy.Float64(nullable=True)
    rests_on = dy.Enum(STATUSES)


class Settling(dy.Schema):
    """One row per enterprise whose grade is an interval and thing that must be known before it is one grade.

    `lack` is `subtype`, `penalty` (its kind or term), `table` (the pack has none), or what the indicator lacks
    (`Indicators.missing`). Leave out any row and some answer to the others leaves the interval open. A
    `requirement` is for the rule pack to complete and `readings` for it to settle, not for the enterprise;
    `is_rule_known` false says so of a cell that may matter after the evidence is in. `condition_*` as in `Indicators`.
    """

    enterprise_id = dy.String()
    industry = dy.String()
    subtype = dy.String(nullable=True)
    subject_id = dy.String()
    lack = dy.String()
    indicator = dy.String(nullable=True)
    title_zh = dy.String(nullable=True)
    title_en = dy.String(nullable=True)
    grade_best = dy.Enum(GRADES)
    grade_worst = dy.Enum(GRADES)
    is_rule_known = dy.Bool()
    effort = dy.String(nullable=True)
    condition_zh = dy.String(nullable=True)
    condition_en = dy.String(nullable=True)


class WeakLaw(dy.Schema):
    """One row per enterprise and part (grade, measure) that rests on less than the official text.

    `rule` is the deciding indicator or penalty kind, or the process whose measure is weakest; null for a decision
    without day or office on record. `rows` counts the line-levels of a measure.
    """

    enterprise_id = dy.String()
    name = dy.String()
    county = dy.String()
    planned_grade = dy.Enum(GRADES)
    part = dy.Enum(["grade", "measure"])
    rule = dy.String(nullable=True)
    clause = dy.String(nullable=True)
    rows = dy.Int64()
    status = dy.Enum(STATUSES)


class Reasons(Protocol):
    """Why each grade is what it is. All but `indicators_of` may be written at their first use."""

    @property
    def indicators(self) -> pl.DataFrame:
        """`Indicators`: one row per subject and indicator."""

    @property
    def settling(self) -> pl.DataFrame:
        """`Settling`: the shortest list of what would settle each interval."""

    @property
    def weak_law(self) -> pl.DataFrame:
        """`WeakLaw`: whose grade or legal measure rests on less than the official text."""

    @property
    def line_set_grades(self) -> pl.DataFrame:
        """`LineSetGrades`: the grade of the lines of one process."""

    def indicators_of(self, enterprise_ids: Sequence[str]) -> pl.DataFrame:
        """Return the `Indicators` of these enterprises only."""

    def facts_of(self, enterprise_ids: Sequence[str]) -> pl.DataFrame:
        """Return the `Facts` of these enterprises: what was stated of that on which rows depend."""


@dataclass(frozen=True)
class GivenReasons:
    """Reasons that are there already, as tables."""

    indicators: pl.DataFrame = field(default_factory=Indicators.create_empty)
    settling: pl.DataFrame = field(default_factory=Settling.create_empty)
    weak_law: pl.DataFrame = field(default_factory=WeakLaw.create_empty)
    line_set_grades: pl.DataFrame = field(default_factory=LineSetGrades.create_empty)
    facts: pl.DataFrame = field(default_factory=Facts.create_empty)

    def indicators_of(self, enterprise_ids: Sequence[str]) -> pl.DataFrame:
        """Return the `Indicators` of these enterprises only."""
        return self.indicators.filter(pl.col("enterprise_id").is_in(list(enterprise_ids)))

    def facts_of(self, enterprise_ids: Sequence[str]) -> pl.DataFrame:
        """Return the `Facts` of these enterprises only."""
        return self.facts.filter(pl.col("enterprise_id").is_in(list(enterprise_ids)))


@dataclass(frozen=True)
class Graded:
    """Everything grading found out.

    `unit_grades`: one row per unit: unit_id, enterprise_id, industry, subtype, process, planned_grade.
    The grade of a unit is the planned grade of its enterprise (short-board over industries).
    The tables of `reasons` stand here under their own names too; they cost time only where they are used.
    """

    industry_grades: pl.DataFrame
    grades: pl.DataFrame
    unit_grades: pl.DataFrame
    reasons: Reasons = field(default_factory=GivenReasons)

    @property
    def indicators(self) -> pl.DataFrame:
        """`Indicators`: one row per subject and indicator."""
        return self.reasons.indicators

    @property
    def settling(self) -> pl.DataFrame:
        """`Settling`: the shortest list of what would settle each interval."""
        return self.reasons.settling

    @property
    def weak_law(self) -> pl.DataFrame:
        """`WeakLaw`: whose grade or legal measure rests on less than the official text."""
        return self.reasons.weak_law

    @property
    def line_set_grades(self) -> pl.DataFrame:
        """`LineSetGrades`: the grade of the lines of one process."""
        return self.reasons.line_set_grades
