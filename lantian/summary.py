"""The numbers that matter and the faults, as a terminal or a program reads them."""

from dataclasses import dataclass

import polars as pl

from grading.case.model import Case
from grading.case.schemas import TABLES
from grading.law.model import Law
from grading.scale import LEVELS, POLLUTANTS
from grading.words import Language, mark, say
from lantian.faultlines import fault_lines, fault_records
from lantian.run import GradedCase, PlannedCase
from optimizer.answers.tables import RelaxationSteps
from optimizer.city.notice import unstated_notice
from reports.conflict_words import conflict_sentences, ways_out
from reports.format import money_scale, spoken
from reports.names import LEVEL_WORDS


@dataclass(frozen=True)
class PlanNumbers:
    """What a plan comes to. Losses in CNY a season; `relative_gap` None means nothing is proven."""

    targets_stated: int
    targets_met: int
    loss_cny_per_season: float
    uniform_loss_cny_per_season: float
    uniform_misses: str | None
    enterprises: int
    enterprises_cut: dict[str, int]
    enterprises_exempt: int
    approvals_in_doubt: int
    proof: str
    relative_gap: float | None
    is_verified: bool
    rejected_rows: int


@dataclass(frozen=True)
class GradeNumbers:
    """What grading comes to."""

    enterprises: int
    planned_grades: dict[str, int]
    planned_at_the_worse_end: int
    approvals_in_doubt: int
    rejected_rows: int


@dataclass(frozen=True)
class CheckNumbers:
    """What was read."""

    rows: dict[str, int]
    absent_tables: tuple[str, ...]
    rule_pack: str
    faults: tuple[dict[str, object], ...]


def plan_numbers(planned: PlannedCase) -> PlanNumbers:
    """Return the numbers of a plan."""
    plan = planned.plan
    # With the joint rule SO2 and NOx count through their sum, as on the report's first page.
    stated = plan.targets.filter(pl.col("state") != "not_stated", "is_binding_alone")
    season = plan.comparison.filter(pl.col("level") == "season")
    uniform = season.row(by_predicate=pl.col("way") == "uniform", named=True)
    cut = plan.orders.filter(pl.col("k") > 0)
    return PlanNumbers(
        targets_stated=stated.height,
        targets_met=stated.filter(pl.col("state") == "met").height,
        loss_cny_per_season=season.filter(pl.col("way") == "plan")["loss_cny_per_day"].item(),
        uniform_loss_cny_per_season=uniform["loss_cny_per_day"],
        uniform_misses=uniform["misses"],
        enterprises=planned.graded_case.graded.grades.height,
        enterprises_cut={level: cut.filter(pl.col("level") == level)["enterprise_id"].n_unique() for level in LEVELS},
        enterprises_exempt=planned.context.enterprises_exempt,
        approvals_in_doubt=_in_doubt(planned.graded_case),
        proof=plan.status.proof.value,
        relative_gap=plan.status.relative_gap,
        is_verified=plan.verification.holds,
        rejected_rows=len(planned.graded_case.case.faults),
    )


def plan_lines(numbers: PlanNumbers, language: Language) -> list[str]:
    """Return the five numbers that matter as five sentences."""
    gap = say(language, mark("not proven")) if numbers.relative_gap is None else f"{numbers.relative_gap:.4%}"
    loss = _money(numbers.loss_cny_per_season, language)
    return [
        say(language, mark("Targets met: {met} of {stated}"), met=numbers.targets_met, stated=numbers.targets_stated),
        say(language, mark("Expected loss: {loss} a season"), loss=loss),
        say(
            language,
            mark("Enterprises cut: yellow {yellow}, orange {orange}, red {red}; exempt list {exempt} of {total}"),
            **numbers.enterprises_cut,
            exempt=numbers.enterprises_exempt,
            total=numbers.enterprises,
        ),
        _beside_uniform(numbers, language),
        say(language, mark("Proven gap to the least loss: {gap}"), gap=gap),
        *_doubt_lines(numbers.approvals_in_doubt, language),
    ]


def _in_doubt(graded_case: GradedCase) -> int:
    return graded_case.graded.grades.filter(pl.col("approval_doubt").is_not_null()).height


def _doubt_lines(approvals: int, language: Language) -> list[str]:
    """Return how many approved grades a penalty may cap; nothing where none is."""
    words = mark("Approved grades planned although a penalty may cap them: {n}; see `approval_doubt` in grades.csv")
    return [say(language, words, n=approvals)] if approvals else []


def unmet_lines(planned: PlannedCase, language: Language) -> list[str]:
    """Return why targets cannot be met and the ways out, one sentence each; empty where all can."""
    answers, names = planned.context.answers, planned.context.names
    if answers.conflicts.frame is None:
        return []
    why = conflict_sentences(answers.conflicts.frame, names, language)
    if answers.relaxations.frame is None:
        return list(why)
    steps = answers.relaxation_steps.frame
    ways = ways_out(
        answers.relaxations.frame, RelaxationSteps.create_empty() if steps is None else steps, names, language
    )
    return [*why, *(f"  · {way}" for way in ways)]


def _beside_uniform(numbers: PlanNumbers, language: Language) -> str:
    saved = numbers.uniform_loss_cny_per_season - numbers.loss_cny_per_season
    if numbers.uniform_misses:
        return say(language, mark("Cutting everyone alike would miss: {misses}"), misses=numbers.uniform_misses)
    if saved < 0:
        more = _money(-saved, language)
        return say(
            language, mark("Loses {more} a season more than cutting everyone alike, exempt firms too"), more=more
        )
    return say(language, mark("Saves {saved} a season against cutting everyone alike"), saved=_money(saved, language))


def _money(value_cny: float, language: Language) -> str:
    return spoken(value_cny, money_scale(value_cny, language), language)


def grade_numbers(graded_case: GradedCase) -> GradeNumbers:
    """Return how many enterprises are planned at each grade, and how many rest on missing evidence."""
    grades = graded_case.graded.grades
    counts = grades.group_by("planned_grade").len().sort("planned_grade")
    return GradeNumbers(
        enterprises=grades.height,
        planned_grades={str(grade): count for grade, count in counts.iter_rows()},
        planned_at_the_worse_end=grades.filter(pl.col("reason_code") == "interval_worse_end").height,
        approvals_in_doubt=_in_doubt(graded_case),
        rejected_rows=len(graded_case.case.faults),
    )


def grade_lines(numbers: GradeNumbers, language: Language) -> list[str]:
    """Return the grades in a few sentences."""
    return [
        say(language, mark("Enterprises graded: {n}"), n=numbers.enterprises),
        "  ".join(f"{grade}: {count}" for grade, count in numbers.planned_grades.items()),
        say(language, mark("Planned at the worse end for missing evidence: {n}"), n=numbers.planned_at_the_worse_end),
        *_doubt_lines(numbers.approvals_in_doubt, language),
        say(language, mark("Rejected rows: {n}"), n=numbers.rejected_rows),
    ]


def accepted_rows(case: Case) -> dict[str, int]:
    """Return the accepted rows of each table and list; of stack monitors the hours that are looked at."""
    rows = {name: getattr(case, name).height for name in TABLES}
    if case.platforms is not None:
        rows |= {**case.platforms.accepted, "cems": int(case.platforms.months["month_hours"].sum())}
    return rows


def check_numbers(case: Case, law: Law, language: Language) -> CheckNumbers:
    """Return what was read: rows per table, absent tables, the rule pack and every fault."""
    return CheckNumbers(
        rows=accepted_rows(case),
        absent_tables=case.absent_tables,
        rule_pack=law.pack_id,
        faults=tuple(fault_records(case.faults, language)),
    )


def check_lines(case: Case, law: Law, language: Language) -> list[str]:
    """Return one line per fault, then what was accepted, and what no plan of it will ask of the lines."""
    rows = accepted_rows(case).items()
    accepted = ", ".join(f"{name} {count}" for name, count in rows if name not in case.absent_tables)
    return [
        *fault_lines(case.faults, language),
        say(language, mark("Accepted rows: {accepted}"), accepted=accepted),
        say(language, mark("Absent tables: {absent}"), absent=", ".join(case.absent_tables) or "–"),
        say(language, mark("Faults: {n}"), n=len(case.faults)),
        *_notice_lines(case, law, language),
    ]


def _notice_lines(case: Case, law: Law, language: Language) -> list[str]:
    """Return a line per level for which the case states no notice though lines need some."""
    told = mark(
        "{level}: [episode] notice_h is not stated, so {n} lines that need notice will be planned as if they had it; "
        "they emit SO₂ {so2}, NOx {nox}, PM {pm}, VOCs {vocs} kg/d"
    )
    return [
        say(
            language,
            told,
            level=say(language, LEVEL_WORDS[str(row["level"])]),
            n=row["lines"],
            **{p: f"{row[f'{p}_kg_per_day']:,.0f}" for p in POLLUTANTS},
        )
        for row in unstated_notice(case, law).iter_rows(named=True)
    ]
