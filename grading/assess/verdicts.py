"""Each distinct reading judged once: met, not met or unknown at every grade, and the interval that leaves.

What a rule says to a reading does not depend on whose it is, so a city with a million enterprises is judged
by its few thousand distinct texts. A question without a reading has a negative number instead.
"""

from functools import cache

import polars as pl

from grading.assess.evidence import CAPTURE, NOTHING, Answers, no_readings
from grading.assess.questions import LACKS_PROCESS, NO_EVIDENCE, NOT_APPLICABLE, Questions
from grading.assess.rules import CELL_COLUMNS, CELL_STEPS, NUMERIC, SIDES, at_step
from grading.assess.schemes import STEPS

LACKS_OF_THE_LAW = ("requirement", "readings")
"""What leaves an interval open although the value is known: the law's cell is not, or has two readings."""
_WITHOUT_READING = pl.DataFrame({"reading": [NO_EVIDENCE, NOT_APPLICABLE, LACKS_PROCESS]}, schema={"reading": pl.Int64})
_NOTHING = pl.lit(list(NOTHING), dtype=pl.List(pl.String))


def _compared(step: int) -> pl.Expr:
    """Return the comparison of a number with its threshold; null between two readings of it.

    All carry nine significant digits, which remove what binary fractions add (0.1 * 3 against 0.3) and nothing a
    measurement knows.
    """
    operator, number = pl.col(f"operator_{step}"), pl.col("number")
    surely, maybe = (
        pl.coalesce([pl.when(operator == name).then(compare(number, pl.col(edge))) for name, compare in SIDES.items()])
        for edge in (f"threshold_{step}", f"may_threshold_{step}")
    )
    is_between = ~surely & maybe.fill_null(value=False)
    return pl.when(~is_between).then(surely)


def _among(step: int) -> pl.Expr:
    """Return whether the stated words satisfy the choices; null where a word is not understood."""
    value, choices = pl.col("words"), pl.col(f"words_{step}")
    understood = pl.concat_list(pl.col("vocabulary"), _NOTHING)
    has_strange_word = value.list.set_difference(understood).list.len() > 0
    inside = value.list.set_intersection(choices).list.len()
    is_one_of = (
        pl.when(inside == value.list.len())
        .then(statement=True)
        .when((inside == 0) & ~has_strange_word)
        .then(statement=False)
    )
    has_all = choices.list.set_difference(value).list.len() == 0
    is_all_of = pl.when(has_all).then(statement=True).when(~has_strange_word).then(statement=False)
    return pl.when(pl.col(f"operator_{step}") == "one_of").then(is_one_of).otherwise(is_all_of)


@cache
def meets(step: int) -> pl.Expr:
    """Return whether the grade at `step` is met: true, false, or null where it cannot be told."""
    operator = pl.col(f"operator_{step}")
    judged = (
        pl.when(operator.is_in(NUMERIC))
        .then(_compared(step))
        .when(operator == "is_true")
        .then(pl.col("is_yes"))
        .otherwise(_among(step))
    )
    is_open = ~pl.col(f"is_known_{step}") | pl.col("lack").is_not_null() | (pl.col("reading") < 0)
    is_waived = pl.col("reading") == NOT_APPLICABLE
    demands_nothing = pl.col(f"is_free_{step}") | (pl.lit(step) >= pl.col("last_step")) | is_waived
    # The months that count prove at least this number: what it misses is missed, what it keeps stays open.
    is_proven_missed = (pl.col("lack") == CAPTURE) & pl.col(f"is_known_{step}") & operator.is_in(NUMERIC[:2]) & ~judged
    return (
        pl.when(demands_nothing)
        .then(statement=True)
        .when(~is_open)
        .then(judged)
        .when(is_proven_missed)
        .then(statement=False)
    )


@cache
def _refute_better_numbers() -> tuple[pl.Expr, ...]:
    """Return the verdicts with unknown numeric cells refuted where a worse grade's number is missed.

    A better grade never allows a weaker number; so who misses B's limit misses A's, known or not.
    """
    numeric = pl.all_horizontal(
        pl.col(f"operator_{step}").is_null() | pl.col(f"operator_{step}").is_in(NUMERIC) for step in CELL_STEPS
    )
    refuted = []
    for step in CELL_STEPS:
        worse_missed = pl.any_horizontal(
            [
                pl.lit(value=False),
                *(pl.col(f"meets_{worse}").eq_missing(other=False) for worse in CELL_STEPS if worse > step),
            ]
        )
        cell = pl.col(f"meets_{step}")
        refuted.append(
            pl.when(cell.is_null() & numeric & worse_missed)
            .then(statement=False)
            .otherwise(cell)
            .alias(cell.meta.output_name())
        )
    return tuple(refuted)


def _first_step(passes: list[pl.Expr]) -> pl.Expr:
    """Return the best step that passes; the lowest grade always does."""
    chain = pl.coalesce([pl.when(passed).then(pl.lit(step, dtype=pl.Int8)) for step, passed in enumerate(passes)])
    return pl.min_horizontal(chain, pl.col("last_step"))


def without_reading(rules: pl.DataFrame) -> pl.DataFrame:
    """Return every way to have no reading, once for each rule, in the shape of `Answers.readings`."""
    return pl.concat([no_readings(), rules[["rule"]].join(_WITHOUT_READING, how="cross")], how="diagonal")


def judge(rules: pl.DataFrame, readings: pl.DataFrame) -> pl.DataFrame:
    """Return what every reading means under its rule.

    Shape: one row per rule and reading: number, best_step, worst_step, verdict, missing.
    """
    cells = rules[["rule", "last_step", "vocabulary", *CELL_COLUMNS]]
    judged = readings.join(cells, on="rule", how="inner").with_columns(
        meets(step).alias(f"meets_{step}") for step in CELL_STEPS
    )
    judged = judged.with_columns(_refute_better_numbers())
    verdicts = [pl.col(f"meets_{step}") for step in CELL_STEPS]
    judged = judged.with_columns(
        _first_step([verdict.fill_null(value=True) for verdict in verdicts]).alias("best_step"),
        _first_step([verdict.fill_null(value=False) for verdict in verdicts]).alias("worst_step"),
    )
    return judged.select(
        "rule", "reading", "number", "best_step", "worst_step", _verdict().alias("verdict"), _missing().alias("missing")
    )


def outcome_of_questions(questions: Questions, answers: Answers, judged: pl.DataFrame) -> pl.Series:
    """Return for every question its row in `judged`, which comes from `judge`."""
    numbered = judged.select("rule", "reading", pl.int_range(pl.len(), dtype=pl.UInt32).alias("outcome"))
    read = numbered.filter(pl.col("reading") >= 0).sort("reading")
    chosen = answers.chosen
    undecided = judged.height
    outcome = pl.repeat(undecided, questions.count, dtype=pl.UInt32, eager=True)
    outcome = outcome.scatter(chosen["question"], read["outcome"].gather(chosen["reading"]))
    open_questions = (outcome == undecided).arg_true()
    asked = questions.asked
    at = asked["first"].search_sorted(open_questions, side="right") - 1
    unanswered = asked.select("group", "first", pl.col("without").alias("reading"))[at].with_columns(
        open_questions.cast(pl.UInt32).alias("question")
    )
    settled = (
        unanswered.with_columns((pl.col("question") - pl.col("first")).alias("place"))
        .join(questions.rules[["group", "place", "rule"]], on=["group", "place"], how="inner")
        .join(numbered, on=["rule", "reading"], how="inner")
    )
    return outcome.scatter(settled["question"], settled["outcome"])


@cache
def _verdict() -> pl.Expr:
    return (
        pl.when(pl.col("reading") == NOT_APPLICABLE)
        .then(pl.lit("not_applicable"))
        .when(pl.col("meets_0").is_null())
        .then(pl.lit("unknown"))
        .when(pl.col("meets_0"))
        .then(pl.lit("met"))
        .otherwise(pl.lit("not_met"))
    )


@cache
def _missing() -> pl.Expr:
    """Return the code of what would settle an open interval; null when nothing is open."""
    return (
        pl.when(pl.col("best_step") == pl.col("worst_step"))
        .then(None)
        .when(pl.col("reading") == LACKS_PROCESS)
        .then(pl.lit("process"))
        .when(pl.col("reading") == NO_EVIDENCE)
        .then(pl.lit("evidence"))
        .when(pl.col("lack").is_not_null())
        .then(pl.col("lack"))
        .when(~at_step("is_known", pl.col("best_step")))
        .then(pl.lit("requirement"))
        .when(at_step("operator", pl.col("best_step")).is_in(NUMERIC))
        .then(pl.lit("readings"))
        .otherwise(pl.lit("value"))
    )


def grade_of_step(frame: pl.DataFrame, column: str, name: str) -> pl.DataFrame:
    """Return the frame with `name`, the grade that stands at the step `column` of its scheme."""
    table = STEPS.select("scheme", pl.col("grade").alias(name), pl.col("step").alias(column))
    return frame.join(table, on=["scheme", column], how="left", maintain_order="left")
