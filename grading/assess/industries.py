"""The short board: the worst indicator decides an industry, the worst industry the enterprise."""

import polars as pl

from grading.assess.questions import NOT_APPLICABLE, Questions
from grading.assess.schemes import MAX_STEPS, STEPS, grade_at_rank, weakest, weakness
from grading.assess.subjects import PAIR
from grading.assess.verdicts import grade_of_step
from grading.scale import RANK, rank

INDUSTRY = ["enterprise_id", *PAIR]
_RULES, _STATUSES = 2**27, 8  # room for the number of a rule, and for a status or none, beside the steps


def packed_of(judged: pl.DataFrame) -> pl.DataFrame:
    """Return what the short board reads of each judged row, as numbers whose greatest decides.

    Null where the rule does not apply; where a condition says so, `met` is the weakness of that condition. Tie-break
    among equally bad indicators: the one surely bad before the one only possibly bad, then the first rule, and rules
    are numbered in the order of their indicators.
    """
    best, worst = (pl.col(step).cast(pl.UInt32) for step in ("best_step", "worst_step"))
    failed = (weakness(pl.col("failed_status")).cast(pl.UInt32) + 1).fill_null(0)
    packed = {
        "decides": (worst * MAX_STEPS + best) * _RULES + (_RULES - 1 - pl.col("rule")),
        "fails": (worst * _STATUSES + failed).cast(pl.UInt8),
        "best_step": pl.col("best_step"),
        "met": weakness(pl.col("met_status")),
        "is_open": best != worst,
    }
    applies = pl.col("verdict") != "not_applicable"
    is_asked = pl.col("reading") != NOT_APPLICABLE
    return judged.select(
        pl.when(is_asked if name == "met" else applies).then(value).alias(name) for name, value in packed.items()
    )


def worst_indicator(packed: pl.DataFrame, rules: pl.DataFrame) -> pl.DataFrame:
    """Return the interval per pair, the indicator that decides, and the statuses it rests on.

    `failed` is the weakest status among the worst indicators, `met` among all. `rules`: rule, indicator.
    """
    deciding = (_RULES - 1 - pl.col("decides") % _RULES).alias("rule")
    return (
        packed.group_by("pair")
        .agg(pl.col("decides", "fails", "best_step", "met").max(), pl.col("is_open").sum().cast(pl.Int64))
        .filter(pl.col("best_step").is_not_null())
        .with_columns((pl.col("fails") // _STATUSES).cast(pl.Int8).alias("worst_step"), deciding)
        .join(rules.select(pl.col("rule").cast(pl.UInt32), "indicator"), on="rule", how="left")
        .select(
            "pair",
            "best_step",
            "worst_step",
            pl.when(pl.col("worst_step") > 0).then("indicator").alias("deciding_indicator"),
            pl.col("is_open").alias("missing_count"),
            (pl.col("fails") % _STATUSES).replace(0, None).alias("failed") - 1,
            "met",
        )
    )


def grade_industries(
    pairs: pl.DataFrame, questions: Questions, packed: pl.DataFrame, rules: pl.DataFrame, submitted: pl.DataFrame
) -> pl.DataFrame:
    """Return one row per enterprise and industry; `is_graded` tells a grade from a mere legal range.

    An industry without a table, or an enterprise that submitted nothing, has not been graded: it is
    somewhere between C and the lowest grade of its scheme (regulation: ungraded firms are never better).
    A missing subtype leaves the whole scheme open.
    `pairs` carries scheme, last_step and lacks_subtype; `packed` holds one row of `packed_of` per question, pair after
    pair.
    """
    pair = questions.asked.select(pl.col("pair").repeat_by("size").explode(empty_as_null=False))["pair"]
    worst = worst_indicator(packed.with_columns(pair.set_sorted()), rules)
    return _graded(pairs.with_row_index("pair").join(worst, on="pair", how="left").drop("pair"), submitted)


def _graded(boards: pl.DataFrame, submitted: pl.DataFrame) -> pl.DataFrame:
    """Return the grade of each industry from the worst step of its indicators, null where it has no table."""
    met = pl.when(pl.col("worst_step") < pl.col("last_step")).then("met")
    ungraded_best = grade_at_rank(pl.col("scheme"), pl.lit(RANK["C"]))
    lowest = STEPS.filter(pl.col("step") == pl.col("last_step")).select("scheme", pl.col("grade").alias("lowest"))
    best_of_scheme = STEPS.filter(pl.col("step") == 0).select("scheme", pl.col("grade").alias("highest"))
    joined = (
        boards.with_columns(weakest(pl.col("failed"), met).alias("rests_on"))
        .join(submitted.with_columns(has_submitted=True), on="enterprise_id", how="left")
        .join(lowest, on="scheme")
        .join(best_of_scheme, on="scheme")
        .with_columns(
            (pl.col("best_step").is_not_null() & pl.col("has_submitted").fill_null(value=False)).alias("is_graded"),
            pl.when("lacks_subtype").then(pl.col("last_step")).otherwise("worst_step").alias("worst_step"),
        )
    )
    joined = grade_of_step(grade_of_step(joined, "best_step", "by_best"), "worst_step", "by_worst")
    return joined.select(
        *INDUSTRY,
        "scheme",
        pl.when("is_graded").then("by_best").otherwise(ungraded_best).alias("grade_best"),
        pl.when("is_graded").then("by_worst").otherwise("lowest").alias("grade_worst"),
        pl.when("lacks_subtype").then(pl.lit("subtype")).otherwise("deciding_indicator").alias("deciding_indicator"),
        (pl.col("missing_count").fill_null(0) + pl.col("lacks_subtype").cast(pl.Int64)).alias("missing_count"),
        pl.col("rests_on").fill_null("unknown"),
        "is_graded",
        "is_key_industry",
    ).sort(INDUSTRY)


def worst_industry(industry_grades: pl.DataFrame, enterprises: pl.DataFrame) -> pl.DataFrame:
    """Return the enterprise's interval: its worst industry at either end.

    `proven_best` leaves out industries that were never graded: what is not graded proves nothing.
    Tie-break: the declared industry, then industry and subtype by name.
    Shape: one row per enterprise_id.
    """
    main = enterprises.select("enterprise_id", pl.col("industry").alias("own_industry"))
    ranked = industry_grades.join(main, on="enterprise_id", how="inner").with_columns(
        rank(pl.col("grade_best")).alias("best_rank"),
        rank(pl.col("grade_worst")).alias("worst_rank"),
        (pl.col("industry") == pl.col("own_industry")).alias("is_own"),
    )
    ordered = ranked.sort(
        ["enterprise_id", "worst_rank", "best_rank", "is_own", *PAIR],
        descending=[False, True, True, True, False, False],
    )
    label = pl.concat_str([pl.col("industry"), pl.col("subtype")], separator="/", ignore_nulls=True)
    own_first = pl.col("scheme").sort_by("is_own", descending=True, maintain_order=True).first()
    return (
        ordered.group_by("enterprise_id", maintain_order=True)
        .agg(
            pl.col("best_rank").max(),
            pl.col("worst_rank").max(),
            pl.col("best_rank").filter("is_graded").max().fill_null(0).alias("proven_best_rank"),
            own_first.alias("scheme"),
            label.sort().str.join(";").alias("industries"),
            pl.col("is_key_industry").any(),
            pl.col("is_graded").first().alias("is_graded"),
            pl.col("deciding_indicator").first(),
            pl.col("rests_on").first(),
        )
        .with_columns(
            grade_at_rank(pl.col("scheme"), pl.col("best_rank")).alias("computed_best"),
            grade_at_rank(pl.col("scheme"), pl.col("worst_rank")).alias("computed_worst"),
            grade_at_rank(pl.col("scheme"), pl.col("proven_best_rank")).alias("proven_best"),
        )
        .sort("enterprise_id")
    )
