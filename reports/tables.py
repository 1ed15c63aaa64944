"""The machine tables of an out folder: English headers, numbers as numbers, and `*_text` columns in words."""

import polars as pl

from grading.assess.model import Graded
from grading.law.model import Law
from grading.words import Language, mark, say
from reports.context import ReportContext
from reports.names import (
    LEVEL_WORDS,
    POLLUTANT_NAMES,
    REASON_WORDS,
    REFUSAL_WORDS,
    REGISTER_WORDS,
    STATE_WORDS,
    STATUS_WORDS,
    TREATMENT_WORDS,
    grade_text,
    names_of,
)
from reports.orders import order_texts
from reports.platforms import emission_basis
from reports.sections.weak import PARTS
from reports.sentences import spelled


def plan_table(context: ReportContext, language: Language) -> pl.DataFrame:
    """Return `plan.csv`: the orders, one row per line and level, with industry, process, order and reason in words.

    `<pollutant>_method` names the source of the emission that the reduction is counted from. The short reason of the
    list, which leaves out what stands in columns here, is no second reason in this file.
    """
    names = context.names
    basis = emission_basis(context, language)
    worded = order_texts(context.orders, names, language).drop("brief_reason")
    worded = worded.join(basis, on="unit_id", how="left", maintain_order="left")
    return worded.with_columns(
        industry_text=names.industry(language, pl.col("industry")),
        process_text=names.process(language, pl.col("industry"), pl.col("process")),
        grade_text=grade_text(pl.col("grade"), language),
        law_status_text=spelled(pl.col("law_status"), STATUS_WORDS, language),
    )


def targets_table(context: ReportContext, language: Language) -> pl.DataFrame:
    """Return `targets.csv`: one row per level and target, with its state in words."""
    return context.targets.with_columns(
        target_text=pl.col("target").replace(POLLUTANT_NAMES),
        state_text=spelled(pl.col("state"), STATE_WORDS, language),
    )


def grades_table(graded: Graded, law: Law, language: Language) -> pl.DataFrame:
    """Return `grades.csv`: one row per enterprise, with industry, grade, reason and treatment in words."""
    names = names_of(law)
    return graded.grades.with_columns(
        industry_text=names.industry(language, pl.col("industry")),
        planned_grade_text=grade_text(pl.col("planned_grade"), language),
        reason_text=spelled(pl.col("reason_code"), REASON_WORDS, language),
        treatment_text=spelled(pl.col("treatment"), TREATMENT_WORDS, language),
        rests_on_text=spelled(pl.col("rests_on"), STATUS_WORDS, language),
    )


def line_sets_table(graded: Graded, law: Law, language: Language) -> pl.DataFrame:
    """Return `line_sets.csv`: one row per enterprise, industry, subtype and process, with its names in words."""
    names = names_of(law)
    return graded.line_set_grades.with_columns(
        industry_text=names.industry(language, pl.col("industry")),
        process_text=names.process(language, pl.col("industry"), pl.col("process")),
        deciding_text=names.indicator_list(language, pl.col("deciding_indicator")),
    )


def weak_law_rows(graded: Graded, law: Law, language: Language) -> pl.DataFrame:
    """Return `weak_law.csv`: who rests on which unread rule, in words too; a measure's rule is told by its clause."""
    names = names_of(law)
    rule = names.penalty(language, names.indicator_list(language, pl.col("rule")))
    return graded.weak_law.with_columns(
        grade_text=grade_text(pl.col("planned_grade"), language),
        part_text=spelled(pl.col("part"), PARTS, language),
        rule_text=pl.when(pl.col("part") == "grade").then(rule),
        status_text=spelled(pl.col("status"), STATUS_WORDS, language),
    )


def exemptions_table(context: ReportContext, language: Language) -> pl.DataFrame:
    """Return `exemptions.csv`: who is exempt, then who asked and was refused, one row each.

    `decision` is granted or refused; a column that does not apply to a row is null.
    """
    granted = context.exemptions.with_columns(
        decision=pl.lit("granted"), register="exemption_register", basis="exemption_basis"
    )
    granted = granted.drop("exemption_register", "exemption_basis").with_columns(refusal=pl.lit(None, dtype=pl.String))
    refused = context.refusals.with_columns(decision=pl.lit("refused"))
    both = pl.concat([granted, refused], how="diagonal")
    decisions = {"granted": say(language, mark("granted")), "refused": say(language, mark("refused"))}
    return both.select(
        "decision",
        *(column for column in both.columns if column != "decision"),
        decision_text=pl.col("decision").replace(decisions),
        industry_text=context.names.industry(language, pl.col("industry")),
        grade_text=grade_text(pl.col("planned_grade"), language),
        treatment_text=spelled(pl.col("treatment"), TREATMENT_WORDS, language),
        exempt_up_to_text=spelled(pl.col("exempt_up_to"), LEVEL_WORDS, language),
        register_text=spelled(pl.col("register"), REGISTER_WORDS, language),
        refusal_text=spelled(pl.col("refusal"), REFUSAL_WORDS, language),
        status_text=spelled(pl.col("status"), STATUS_WORDS, language),
    )
