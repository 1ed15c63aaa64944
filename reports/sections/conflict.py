"""When a target cannot be met: what stands in its way, and what would make it possible."""

import polars as pl

from grading.words import Language, mark, say
from reports.context import ReportContext
from reports.format import Scale, largest, mass_scale, money_column, plain, with_unit
from reports.names import HOLDER_WORDS, LEVEL_WORDS, OPTION_WORDS, POLLUTANT_NAMES
from reports.sections.asked import LEVEL_MARK, Asked, asked_table, missed_words, money, most
from reports.sentences import spelled
from reports.table import Table

REQUIREMENT_WORDS = HOLDER_WORDS | OPTION_WORDS | {"target": mark("the target itself")}
KIND_WORDS = {
    "lower_target": mark("lower the missed targets to what can be reached"),
    "other_lists": mark("bring the missing kilograms from mobile, non-road or dust lists"),
    "lift": mark("lift"),
    "drop_option": mark("no longer keep to"),
}
WAY_STATES = {
    "confirmed": mark("planned again: nothing is missed"),
    "still_missed": mark("planned again: still missed"),
    "no_plan": mark("no plan"),
}
_POINTS = Scale("%", 0.01, 2)


def conflicts_table(context: ReportContext, language: Language) -> Table:
    """Return what stands in the way of each target that cannot be met."""
    answer = context.answers.conflicts
    frame = answer.frame
    kilograms = pl.col("unit").cast(pl.String) == "kg/d"
    scale = mass_scale(0.0 if frame is None else largest(frame.filter(kilograms)["missing"]))
    yes, no = (pl.lit(say(language, word)) for word in (mark("yes"), mark("no")))

    def amount(column: str) -> pl.Expr:
        mass, share = (with_unit(pl.col(column), one, language) for one in (scale, _POINTS))
        return pl.when(kilograms).then(mass).otherwise(share).alias(column)

    def texts(found: pl.DataFrame) -> pl.DataFrame:
        return found.select(
            spelled(pl.col("level"), LEVEL_WORDS, language),
            pl.col("target").replace(POLLUTANT_NAMES),
            _requirement(language),
            plain(pl.col("units"), Scale("", 1.0, 0), language).alias("units"),
            amount("freed"),
            amount("missing"),
            pl.when("is_in_conflict").then(yes).otherwise(no).alias("conflict"),
            pl.when("makes_it_possible").then(yes).otherwise(no).alias("alone"),
            LEVEL_MARK,
        )

    return asked_table(
        Asked(
            "conflicts",
            mark("What stands in the way of each target that cannot be met"),
            (
                (mark("Level"), "", "word"),
                (mark("Target"), "", "word"),
                (mark("Requirement"), "", "text"),
                (mark("Lines"), "", "number"),
                (mark("It alone holds back"), "", "number"),
                (mark("The target lacks"), "", "number"),
                (mark("In the conflict"), "", "word"),
                (mark("Enough to drop it"), "", "word"),
            ),
            texts,
            say(
                language,
                mark(
                    "Source: docs/model.md, A.1. The conflict is minimal: drop any one member and the rest no longer "
                    "contradict the target."
                ),
            ),
            ("level_mark",),
        ),
        answer,
        language,
    )


def _requirement(language: Language) -> pl.Expr:
    """Return a requirement in words; an optional row with the county, product or receptor it is about."""
    words = spelled(pl.col("requirement"), REQUIREMENT_WORDS, language)
    is_named = pl.col("requirement").cast(pl.String).is_in(list(OPTION_WORDS)) & (pl.col("industry") != "")
    named = pl.concat_str(words, pl.lit(say(language, mark(": "))), "industry")
    return pl.when(is_named).then(named).otherwise(words)


def relaxations_table(context: ReportContext, language: Language) -> Table:
    """Return the ways out of missed targets, cheapest first."""
    answer = context.answers.relaxations
    columns = ("loss_after_cny_per_season", "extra_loss_cny_per_season")
    scale = money_column(most(answer, *columns), language)
    kind = spelled(pl.col("kind"), KIND_WORDS, language)
    what = pl.col("what").str.replace_many(
        list(REQUIREMENT_WORDS), [say(language, word) for word in REQUIREMENT_WORDS.values()], leftmost=True
    )
    is_lift = pl.col("kind").cast(pl.String).is_in(["lift", "drop_option"])

    def texts(found: pl.DataFrame) -> pl.DataFrame:
        return found.select(
            pl.col("number").cast(pl.String),
            pl.when(is_lift).then(pl.concat_str(kind, pl.lit(say(language, mark(": "))), what)).otherwise(kind),
            plain(pl.col("units"), Scale("", 1.0, 0), language).alias("units"),
            *(money(name, scale, language) for name in columns),
            missed_words("missed_after", language).alias("missed"),
            spelled(pl.col("state"), WAY_STATES, language).alias("state"),
        )

    return asked_table(
        Asked(
            "relaxations",
            mark("Ways to make every target reachable, cheapest first"),
            (
                (mark("No."), "", "word"),
                (mark("Way"), "", "prose"),
                (mark("Lines"), "", "number"),
                (mark("Loss a season"), scale.unit, "number"),
                (mark("More than now"), scale.unit, "number"),
                (mark("Targets missed then"), "", "text"),
                (mark("Outcome"), "", "text"),
            ),
            texts,
            say(
                language,
                mark(
                    "Source: docs/model.md, A.2; each way is planned again. The numbers it changes stand below; which "
                    "way is lawful is for the bureau to say."
                ),
            ),
        ),
        answer,
        language,
    )


def steps_table(context: ReportContext, language: Language) -> Table:
    """Return the numbers that each way out changes."""
    kilograms = pl.col("unit").cast(pl.String) == "kg/d"
    mass, share = Scale("kg/d", 1.0, 0), Scale("%", 0.01, 2)

    def amount(column: str) -> pl.Expr:
        one, other = (with_unit(pl.col(column), scale, language) for scale in (mass, share))
        return pl.when(kilograms).then(one).otherwise(other).alias(column)

    def texts(found: pl.DataFrame) -> pl.DataFrame:
        return found.select(
            pl.col("number").cast(pl.String),
            spelled(pl.col("level"), LEVEL_WORDS, language).alias("level"),
            pl.col("pollutant").cast(pl.String).replace(POLLUTANT_NAMES),
            amount("before"),
            amount("after"),
        )

    return asked_table(
        Asked(
            "relaxation-steps",
            mark("The numbers that each way changes"),
            (
                (mark("No."), "", "word"),
                (mark("Level"), "", "word"),
                (mark("Pollutant"), "", "word"),
                (mark("As stated"), "", "number"),
                (mark("As needed"), "", "number"),
            ),
            texts,
            say(language, mark("Source: as above. A percentage is a required share of whole-society emission.")),
        ),
        context.answers.relaxation_steps,
        language,
    )
