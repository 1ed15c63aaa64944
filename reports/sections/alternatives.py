"""Plans that cost a little more and serve another goal better."""

import polars as pl

from grading.words import Language, mark, say
from reports.context import ReportContext
from reports.format import WHOLE, money_column, percent, plain
from reports.sections.asked import Asked, asked_table, money, most
from reports.sentences import spelled
from reports.table import Table

GOAL_WORDS = {
    "fewest_enterprises": mark("fewest enterprises cut beyond the law"),
    "fewest_workers": mark("fewest workers of enterprises cut beyond the law"),
    "most_b_uncut": mark("most B enterprises at the legal minimum"),
    "least_county_imbalance": mark("least burden of the hardest-hit county"),
}
GOAL_STATES = {
    "proven": mark("proven best"),
    "within_gap": mark("a better one is not excluded"),
    "bound_only": mark("not looked for: the plan of the least room"),
    "not_proven": mark("not proven in time"),
}


def alternatives_table(context: ReportContext, language: Language) -> Table:
    """Return the best plan found for each other goal within a little more loss."""
    answer = context.answers.alternatives
    scale = money_column(most(answer, "loss_cny_per_season"), language)

    def counted(column: str) -> pl.Expr:
        is_share = pl.col("goal_unit").cast(pl.String) == "share_of_value"
        share, whole = percent(pl.col(column), language, "—"), plain(pl.col(column), WHOLE, language, "—")
        return pl.when(is_share).then(share).otherwise(whole).alias(column)

    def texts(found: pl.DataFrame) -> pl.DataFrame:
        return found.select(
            spelled(pl.col("goal"), GOAL_WORDS, language),
            percent(pl.col("room"), language).alias("room"),
            counted("value_of_plan"),
            counted("value"),
            counted("value_bound"),
            money("loss_cny_per_season", scale, language),
            plain(pl.col("enterprises_cut"), WHOLE, language).alias("cut"),
            plain(pl.col("workers_beyond_law"), WHOLE, language).alias("workers"),
            "worst_county",
            percent(pl.col("worst_county_share"), language).alias("worst"),
            percent(pl.col("orders_in_common"), language).alias("common"),
            spelled(pl.col("state"), GOAL_STATES, language).alias("state"),
        )

    numbers = (
        (mark("This plan reaches"), ""), (mark("The other plan reaches"), ""), (mark("No plan can do better than"), ""),
        (mark("Loss a season"), scale.unit), (mark("Enterprises cut"), ""), (mark("Workers beyond the law"), ""),
    )  # fmt: skip
    return asked_table(
        Asked(
            "alternatives",
            mark("Plans that cost a little more and serve another goal better"),
            (
                (mark("Goal"), "", "text"),
                (mark("Room for loss"), "", "number"),
                *((header, unit, "number") for header, unit in numbers),
                (mark("Hardest-hit county"), "", "word"),
                (mark("Its share lost"), "", "number"),
                (mark("Orders in common"), "", "number"),
                (mark("Outcome"), "", "text"),
            ),
            texts,
            say(
                language,
                mark(
                    "Source: docs/model.md, A.6. Every one keeps law, targets and pins; its orders stand in "
                    "answers/alternative_orders.csv. A quick run looks within the least room only, and states for "
                    "every room what no plan can do better than within the widest; --answers full looks in each."
                ),
            ),
        ),
        answer,
        language,
    )
