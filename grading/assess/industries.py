"""The short board: the worst indicator decides an industry, the worst industry the enterprise."""

import polars as pl

from grading.assess.schemes import MAX_STEPS, STEPS, grade_at_rank, weakest, weakness
from grading.assess.subjects import PAIR
from grading.assess.verdicts import grade_of_step
from grading.scale import RANK, rank

INDUSTRY = ["enterprise_id", *PAIR]


def _worst_indicator(judged: pl.DataFrame) -> pl.DataFrame:
    """Return per enterprise and industry the interval, the indicator that decides, and what it rests on.

    Tie-break among equally bad indicators: the one surely bad before the one only possibly bad, then the
    first in the order of `judged` (indicator, subject).
    """
    applies = judged.filter(~pl.col("is_not_applicable"))
    is_decisive = pl.col("worst_step") == pl.col("worst_step").max()
    is_bottom = pl.col("worst_step").max() == pl.col("last_step").first()
    badness = pl.col("worst_step").cast(pl.Int16) * MAX_STEPS + pl.col("best_step")
    return (
        applies.group_by(INDUSTRY)
        .agg(
            pl.col("best_step").max(),
            pl.col("worst_step").max(),
            pl.when(pl.col("worst_step").max() > 0)
            .then(pl.col("indicator").get(badness.arg_max()))
            .alias("deciding_indicator"),
            (pl.col("best_step") != pl.col("worst_step")).sum().cast(pl.Int64).alias("missing_count"),
            weakness(pl.col("failed_status")).filter(is_decisive).max().alias("failed"),
            pl.when(is_bottom).then(None).otherwise(weakness(pl.col("met_status")).max()).alias("met"),
        )
        .with_columns(weakest(pl.col("failed"), pl.col("met")).alias("rests_on"))
        .drop("failed", "met")
    )


def grade_industries(pairs: pl.DataFrame, judged: pl.DataFrame, submitted: pl.DataFrame) -> pl.DataFrame:
    """Return one row per enterprise and industry; `is_graded` tells a grade from a mere legal range.

    An industry without a table, or an enterprise that submitted nothing, has not been graded: it is
    somewhere between C and the lowest grade of its scheme (regulation: ungraded firms are never better).
    A missing subtype leaves the whole scheme open.
    `pairs` carries scheme, last_step and lacks_subtype.
    """
    ungraded_best = grade_at_rank(pl.col("scheme"), pl.lit(RANK["C"]))
    lowest = STEPS.filter(pl.col("step") == pl.col("last_step")).select("scheme", pl.col("grade").alias("lowest"))
    best_of_scheme = STEPS.filter(pl.col("step") == 0).select("scheme", pl.col("grade").alias("highest"))
    joined = (
        pairs.join(_worst_indicator(judged), on=INDUSTRY, how="left", nulls_equal=True)
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
