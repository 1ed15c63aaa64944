"""The grade of each line set: what the short board says of the lines of one process, beside that of the industry."""

import polars as pl

from grading.assess.decision import Decision
from grading.assess.industries import INDUSTRY, packed_of, worst_indicator
from grading.assess.line_approvals import LINE_SET, of_sets
from grading.assess.model import LineSetGrades
from grading.assess.questions import NO_EVIDENCE
from grading.assess.schemes import grade_at_rank
from grading.assess.subjects import PAIR
from grading.assess.verdicts import grade_of_step
from grading.checked import checked


def line_set_grades(decision: Decision, lines: pl.DataFrame) -> pl.DataFrame:
    """Return `LineSetGrades`: every enterprise, industry, subtype and process with a running line.

    `lines`: of `approved_lines`.
    A line set answers for what is asked of its own lines and for what is asked of the whole enterprise, never for
    another process. Where the industry has not been graded its range stands here too; where no indicator asks
    anything of the set, its grade is null. The enterprise's grade stays the worst of its industries.
    """
    sets = _line_sets(decision).with_row_index("pair")
    board = worst_indicator(_packed_by_set(decision, sets), decision.rules)
    schemes = decision.rules_of_pair.select(*PAIR, "scheme", "last_step", "lacks_subtype")
    judged = sets.join(board, on="pair", how="left").join(schemes, on=PAIR, how="left", nulls_equal=True)
    stepped = judged.with_columns(worst_step=pl.when("lacks_subtype").then("last_step").otherwise("worst_step"))
    graded = grade_of_step(grade_of_step(stepped, "best_step", "by_best"), "worst_step", "by_worst")
    of_industry = decision.industry_grades.select(*INDUSTRY, "grade_best", "grade_worst", "is_graded")
    approved = of_sets(lines, LINE_SET).select(*LINE_SET, "approved_rank")
    told = _told(
        graded.join(of_industry, on=INDUSTRY, how="inner", nulls_equal=True).join(
            approved, on=LINE_SET, how="left", nulls_equal=True
        )
    )
    return checked(LineSetGrades, told.sort(LINE_SET))


def _line_sets(decision: Decision) -> pl.DataFrame:
    running = decision.units.filter("is_operating")
    return running.group_by(LINE_SET).agg(pl.len().alias("line_count")).sort(LINE_SET)


def _packed_by_set(decision: Decision, sets: pl.DataFrame) -> pl.DataFrame:
    """Return what the short board reads of each question, once for every line set that answers for it."""
    rules = decision.rules.select("rule", *PAIR, "scope")
    places = decision.questions.rules.select("rule", "group", "place")
    groups = places.join(rules, on="rule", how="inner").select("group", *PAIR, "scope").unique("group")
    # A unit rule that no running line answers belongs to no line set: it is asked with another `without`.
    asked = decision.questions.asked.filter(pl.col("without") == NO_EVIDENCE).join(groups, on="group", how="inner")
    asked = asked.select("enterprise_id", *PAIR, "subject_id", "scope", "group", "first")
    process = decision.units.select(subject_id="unit_id", process="process")
    of_lines = asked.filter(pl.col("scope") == "unit").join(process, on="subject_id", how="inner")
    of_all = asked.filter(pl.col("scope") == "enterprise")
    picked = ["pair", "group", "first"]
    by_set = pl.concat(
        [
            of_lines.join(sets, on=LINE_SET, how="inner", nulls_equal=True).select(picked),
            of_all.join(sets, on=INDUSTRY, how="inner", nulls_equal=True).select(picked),
        ]
    )
    questions = by_set.join(places, on="group", how="inner").select("pair", question=pl.col("first") + pl.col("place"))
    outcomes = decision.outcome.gather(questions["question"])
    return packed_of(decision.judged)[outcomes].with_columns(questions["pair"])


def _told(joined: pl.DataFrame) -> pl.DataFrame:
    """Return the columns of `LineSetGrades`, with the range of the industry where that has not been graded."""
    asks_nothing = pl.col("is_graded") & pl.col("best_step").is_null()
    own = pl.when("is_graded")
    return joined.select(
        *LINE_SET,
        "line_count",
        "scheme",
        grade_best=own.then("by_best").otherwise("grade_best"),
        grade_worst=pl.when(~asks_nothing).then(own.then("by_worst").otherwise("grade_worst")),
        deciding_indicator=pl.when("lacks_subtype").then(pl.lit("subtype")).otherwise("deciding_indicator"),
        missing_count=pl.col("missing_count").fill_null(0) + pl.col("lacks_subtype").cast(pl.Int64),
        is_graded=pl.col("is_graded") & ~asks_nothing,
        approved_grade=grade_at_rank(pl.col("scheme"), pl.col("approved_rank")),
    )
