"""What a kilogram more or less is worth, what a looser or tighter target costs, and how surely the targets hold."""

import polars as pl

from grading.words import Language, mark, say
from reports.context import ReportContext
from reports.format import Scale, gap_between, mass_scale, money_column, percent, plain
from reports.names import LEVEL_WORDS, POLLUTANT_NAMES, grade_text
from reports.sections.asked import LEVEL_MARK, Asked, asked_table, missed_words, money, most
from reports.sentences import sentence, spelled
from reports.table import Table

PRICE_STATES = {
    "confirmed": mark("solved again"),
    "not_moved": mark("0: the loss does not move"),
    "unreachable": mark("no plan reaches it"),
    "needs_spared_grade": mark("only by cutting spared grades"),
    "missed": mark("the target itself is missed"),
    "not_proven": mark("not proven in time"),
}
CURVE_STATES = {
    "met": mark("met"),
    "unreachable": mark("no plan reaches it"),
    "needs_spared_grade": mark("only by cutting spared grades"),
    "not_proven": mark("not proven in time"),
}
UPGRADE_STATES = {
    "confirmed": mark("planned again"),
    "estimate": mark("estimate at present prices"),
    "targets_change": mark("decides whether a target is met"),
    "no_plan": mark("no plan"),
    "not_proven": mark("not proven in time"),
}
SAFE_STATES = {"held": mark("held"), "not_reached": mark("not reached")}
ALL_WORDS = {"all": mark("all together")}
PLAN_WORDS = {"published": mark("this plan"), "safe": mark("the safer plan"), "hardest": mark("the most any plan cuts")}
_PER_KG = {"zh": "元/kg", "en": "CNY/kg"}


def price_scale(dearest: float, language: Language) -> Scale:
    """Return CNY/kg with digits that fit the dearest price."""
    return Scale(_PER_KG[language], 1.0, 0 if dearest >= 1000 else 1 if dearest >= 10 else 2)


def prices_table(context: ReportContext, language: Language) -> Table:
    """Return the price of one kilogram on either side of each target."""
    answer = context.answers.marginal_prices
    names = ("price_left_cny_per_kg", "price_right_cny_per_kg", "lp_price_cny_per_kg")
    scale = price_scale(most(answer, *names), language)
    point = money_column(most(answer, "cny_per_day_per_point"), language)
    steps = mass_scale(most(answer, "step_kg_per_day"))

    def texts(found: pl.DataFrame) -> pl.DataFrame:
        return found.select(
            spelled(pl.col("level"), LEVEL_WORDS, language),
            _name("target"),
            _name("pollutant"),
            plain(pl.col("step_kg_per_day"), steps, language).alias("step"),
            _side("left", scale, language),
            _side("right", scale, language),
            money("lp_price_cny_per_kg", scale, language),
            money("cny_per_day_per_point", point, language),
            LEVEL_MARK,
        )

    return asked_table(
        Asked(
            "prices",
            mark("What one kilogram less, and one more, of each target is worth"),
            (
                (mark("Level"), "", "word"),
                (mark("Target"), "", "word"),
                (mark("Pollutant"), "", "word"),
                (mark("Step"), steps.unit, "number"),
                (mark("Less: saves"), scale.unit, "number"),
                (mark("More: costs"), scale.unit, "number"),
                (mark("Price at the target"), scale.unit, "number"),
                (mark("One point more costs a day"), point.unit, "number"),
            ),
            texts,
            say(
                language,
                mark(
                    "Source: linear programs solved again one step below and above each target (docs/model.md, A.3); "
                    "a point is one per cent of whole-society emission. Whole orders move in larger steps."
                ),
            ),
            ("level_mark",),
        ),
        answer,
        language,
    )


def _name(column: str) -> pl.Expr:
    return pl.col(column).cast(pl.String).replace(POLLUTANT_NAMES)


def _side(side: str, scale: Scale, language: Language) -> pl.Expr:
    state = pl.col(f"state_{side}").cast(pl.String)
    number = plain(pl.col(f"price_{side}_cny_per_kg"), scale, language)
    return pl.when(state == "confirmed").then(number).otherwise(spelled(state, PRICE_STATES, language)).alias(side)


def curve_table(context: ReportContext, language: Language) -> Table:
    """Return the points of the cost curves."""
    answer = context.answers.cost_curve
    columns = ("loss_shares_cny_per_season", "loss_cny_per_season", "loss_bound_cny_per_season")
    scale = money_column(most(answer, *columns), language)

    def texts(found: pl.DataFrame) -> pl.DataFrame:
        is_missed = pl.col("whole_state").cast(pl.String) == "missed"
        whole = ("loss_cny_per_season", "loss_bound_cny_per_season", "units_cut")
        # A plan that misses the target is no point of what meeting it costs.
        told = found.with_columns(pl.when(~is_missed).then(pl.col(name)).alias(name) for name in whole)
        return told.select(
            spelled(pl.col("level"), LEVEL_WORDS, language),
            _name("pollutant"),
            percent(pl.col("required_share"), language).alias("share"),
            *(money(name, scale, language) for name in columns),
            plain(pl.col("units_cut"), Scale("", 1.0, 0), language, "—").alias("units"),
            spelled(pl.col("share_state"), CURVE_STATES, language).alias("state"),
            pl.when("is_plan").then(pl.lit(say(language, mark("this plan")))).otherwise(pl.lit("—")).alias("plan"),
            LEVEL_MARK,
        )

    return asked_table(
        Asked(
            "curve",
            mark("What a looser or tighter target costs"),
            (
                (mark("Level"), "", "word"),
                (mark("Pollutant"), "", "word"),
                (mark("Required share"), "", "number"),
                (mark("Least loss, in shares of orders"), scale.unit, "number"),
                (mark("Loss in whole orders"), scale.unit, "number"),
                (mark("Its proven bound"), scale.unit, "number"),
                (mark("Lines cut"), "", "number"),
                (mark("Outcome"), "", "word"),
                (mark("In force"), "", "word"),
            ),
            texts,
            say(
                language,
                mark(
                    "Source: the dearest targets, planned again at other shares; money is a season's. Where SO₂ and "
                    "NOx are traded, the share moves the sum of both. In shares of orders every point spares the "
                    "grades as this plan does, so the loss never falls as a target rises; whole orders spare them "
                    "anew, so a looser target may spare more and cost more. —: not asked, or missed, at this point."
                ),
            ),
            ("level_mark",),
        ),
        answer,
        language,
    )


def upgrades_table(context: ReportContext, language: Language) -> Table:
    """Return what a better grade saves the enterprise and the city."""
    answer = context.answers.upgrade_values
    pairs = {
        "firm_loss": "firm_loss_cny_per_season", "firm": "firm_saves_cny_per_season",
        "city": "city_gains_cny_per_season",
    }  # fmt: skip
    scale = money_column(most(answer, pairs["firm_loss"]), language)

    def told(name: str) -> pl.Expr:
        estimate = pairs[name].replace("_cny", "_estimate_cny")
        return plain(pl.coalesce(pairs[name], estimate), scale, language, "—").alias(name)

    def texts(found: pl.DataFrame) -> pl.DataFrame:
        return found.select(
            "name",
            context.names.industry(language, pl.col("industry")).alias("industry"),
            grade_text(pl.col("grade_from"), language).alias("from"),
            grade_text(pl.col("grade_to"), language).alias("to"),
            money(pairs["firm_loss"], scale, language),
            told("firm"),
            told("city"),
            missed_words("missed_after", language).alias("missed"),
            spelled(pl.col("state"), UPGRADE_STATES, language).alias("state"),
        )

    headers = (mark("Its loss now"), mark("It would save"), mark("The city would gain"))
    return asked_table(
        Asked(
            "upgrades",
            mark("What a better grade would save this season"),
            (
                (mark("Enterprise"), "", "text"),
                (mark("Industry"), "", "word"),
                (mark("Grade"), "", "word"),
                (mark("Next grade"), "", "word"),
                *((header, scale.unit, "number") for header in headers),
                (mark("Targets missed then"), "", "text"),
                (mark("Outcome"), "", "word"),
            ),
            texts,
            say(
                language,
                mark(
                    "Source: docs/model.md, A.5. An upgrade may cost the city: what the enterprise no longer cuts, "
                    "others must."
                ),
            ),
        ),
        answer,
        language,
    )


def odds_table(context: ReportContext, language: Language) -> Table:
    """Return how often each target holds when inventory and obedience are uncertain."""

    def texts(found: pl.DataFrame) -> pl.DataFrame:
        between = sentence(
            language,
            mark("{low} to {high}"),
            low=percent(pl.col("share_low"), language),
            high=percent(pl.col("share_high"), language),
        )
        return _all_first(found).select(
            spelled(pl.col("plan"), PLAN_WORDS, language),
            spelled(pl.col("level"), LEVEL_WORDS | ALL_WORDS, language),
            spelled(pl.col("target"), POLLUTANT_NAMES | ALL_WORDS, language),
            percent(pl.col("held_share"), language).alias("held"),
            between.alias("between"),
            percent(pl.col("short_p95"), language, mark("none")).alias("short"),
            plain(pl.col("samples"), Scale("", 1.0, 0), language).alias("samples"),
            pl.when("is_fresh").then(pl.lit(say(language, mark("yes")))).otherwise(pl.lit(say(language, mark("no"))))
            .alias("fresh"),
        )  # fmt: skip

    headers = (mark("Holds in"), mark("95% interval"), mark("Short in the worst 5%, at least"), mark("Draws"))
    return asked_table(
        Asked(
            "odds",
            mark("How surely each target holds"),
            (
                (mark("Plan"), "", "word"),
                (mark("Level"), "", "word"),
                (mark("Target"), "", "word"),
                *((header, "", "number") for header in headers),
                (mark("Fresh draws"), "", "word"),
            ),
            texts,
            say(language, mark("Source: draws of the errors that case.toml states under [uncertainty].")),
        ),
        context.answers.target_odds,
        language,
    )


def _all_first(found: pl.DataFrame) -> pl.DataFrame:
    """Return the odds with those of all targets of all levels first, then of all targets of a level."""
    is_one_level, is_one_target = (pl.col(name).cast(pl.String) != "all" for name in ("level", "target"))
    return found.sort(is_one_level, is_one_target, maintain_order=True)


def safe_table(context: ReportContext, language: Language) -> Table:
    """Return the margins of a plan that holds more surely, and what the safety costs."""
    answer = context.answers.safe_plan
    scale = money_column(most(answer, "loss_of_plan_cny_per_season"), language)

    def texts(found: pl.DataFrame) -> pl.DataFrame:
        return found.select(
            spelled(pl.col("level"), LEVEL_WORDS, language),
            _name("target"),
            percent(pl.col("wanted_share"), language).alias("wanted"),
            percent(pl.col("held_share_fresh"), language).alias("held"),
            percent(pl.col("margin_share"), language, "—").alias("margin"),
            money("loss_cny_per_season", scale, language),
            money("safety_cny_per_season", scale, language),
            pl.when("in_whole_orders")
            .then(pl.lit(say(language, mark("in whole orders"))))
            .otherwise(pl.lit(say(language, mark("in shares of orders"))))
            .alias("orders"),
            pl.when("is_spared")
            .then(pl.lit(say(language, mark("as in this plan"))))
            .otherwise(pl.lit(say(language, mark("not spared"))))
            .alias("spared"),
            spelled(pl.col("state"), SAFE_STATES, language).alias("state"),
            LEVEL_MARK,
        )

    shares = (mark("Wanted in"), mark("Holds in"), mark("Margin planned"))
    costs = (mark("Loss a season"), mark("The safety costs"))
    return asked_table(
        Asked(
            "safe",
            mark("A plan that holds more surely, and what that costs"),
            (
                (mark("Level"), "", "word"),
                (mark("Target"), "", "word"),
                *((header, "", "number") for header in shares),
                *((header, scale.unit, "number") for header in costs),
                (mark("Planned"), "", "word"),
                (mark("Better grades"), "", "word"),
                (mark("Outcome"), "", "word"),
            ),
            texts,
            say(language, mark("Source: planned again with margins until fresh draws hold as often as asked."))
            + gap_between(language)
            + say(
                language,
                mark(
                    "Money is that of the whole season, the same on every row. The cost of safety is the difference to "
                    "the least loss of the stated targets under the same rule of sparing."
                ),
            ),
            ("level_mark",),
        ),
        answer,
        language,
    )
