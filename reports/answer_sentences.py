"""Answers read aloud: one or two sentences per row, for the terminal and for whoever writes them elsewhere."""

from collections.abc import Iterator
from typing import Any

import polars as pl

from grading.words import Language, mark, say
from reports.format import SHARE, money_scale, spoken
from reports.names import GRADE_WORDS, LEVEL_PHRASES, POLLUTANT_NAMES

SIDE_STATES = {
    "not_moved": mark("nothing"),
    "unreachable": mark("no plan reaches it"),
    "needs_spared_grade": mark("only by cutting more of the grades the plan spares"),
    "missed": mark("no price: the target itself is missed"),
    "not_proven": mark("not proven in time"),
}
PRICED = mark("{level} {pollutant}: one kilogram less saves: {left}; one kilogram more costs: {right}")
UNPRICED = mark("{level} {pollutant}: there is room to spare, a kilogram less or more changes nothing")
GOAL_WORDS = {
    "fewest_enterprises": mark("fewest enterprises beyond the legal minimum"),
    "fewest_workers": mark("fewest workers affected"),
    "most_b_uncut": mark("most B enterprises left at the legal minimum"),
    "least_county_imbalance": mark("least share lost by the worst county"),
}


def money(value_cny: float | None, language: Language) -> str:
    """Return an amount of money with its unit."""
    return spoken(value_cny, money_scale(abs(value_cny or 0.0), language), language)


def price_sentences(prices: pl.DataFrame, language: Language) -> Iterator[str]:
    """Yield one sentence per row of `optimizer.answers.tables.MarginalPrices`."""
    for row in prices.iter_rows(named=True):
        phrase = LEVEL_PHRASES[row["level"]]
        message = PRICED if row["state_left"] != "not_moved" or row["state_right"] != "not_moved" else UNPRICED
        yield say(
            language,
            message,
            level=say(language, phrase).capitalize(),
            pollutant=POLLUTANT_NAMES[row["pollutant"]],
            left=_side(row, "left", language),
            right=_side(row, "right", language),
        )


def _side(row: dict[str, Any], side: str, language: Language) -> str:
    state = row[f"state_{side}"]
    if state == "confirmed":
        return say(language, mark("{price} CNY/kg"), price=f"{row[f'price_{side}_cny_per_kg']:,.1f}")
    word = SIDE_STATES[state]
    return say(language, word)


def exemption_sentences(prices: pl.DataFrame, language: Language) -> Iterator[str]:
    """Yield one sentence per row of `optimizer.answers.tables.ExemptionPrices`."""
    messages = {
        "confirmed": mark(
            "{name}, line {unit}: without its exemption the city saves {price} a season; it would bear {bears} itself"
        ),
        "free": mark("{name}, line {unit}: its exemption costs nobody anything"),
        "at_most": mark("{name}, line {unit}: its exemption costs the city at most {most} a season (not solved again)"),
        "not_proven": mark("{name}, line {unit}: not proven in time"),
    }
    for row in prices.iter_rows(named=True):
        message = messages[row["state"]]
        yield say(
            language,
            message,
            name=row["name"],
            unit=row["unit_id"],
            price=money(row["price_cny_per_season"], language),
            bears=money(row["unit_bears_cny_per_season"], language),
            most=money(row["at_most_cny_per_season"], language),
        )


def pin_sentences(prices: pl.DataFrame, language: Language) -> Iterator[str]:
    """Yield one sentence per row of `optimizer.answers.tables.OverridePrices`."""
    for row in prices.iter_rows(named=True):
        amounts = {
            "money": row["price_cny_per_season"],
            "low": row["price_low_cny_per_season"],
            "high": row["price_high_cny_per_season"],
            "rest": row["rest_bears_cny_per_season"],
        }
        yield say(
            language,
            mark("{name}, line {unit}: its pin costs the city {money} a season ({low} to {high}), all others {rest}"),
            name=row["name"],
            unit=row["unit_id"],
            **{name: money(value, language) for name, value in amounts.items()},
        )


def upgrade_sentences(values: pl.DataFrame, language: Language) -> Iterator[str]:
    """Yield one sentence per row of `optimizer.answers.tables.UpgradeValues`."""
    messages = {
        "confirmed": mark("{name}, {before} to {after}: saves {saves} a season; the city {city} (planned again)"),
        "estimate": mark("{name}, {before} to {after}: saves about {saves} a season; the city {city} (estimate)"),
        "targets_change": mark(
            "{name}, {before} to {after}: saves {saves} a season, and changes whether targets hold: {missed}"
        ),
    }
    other = mark("{name}, {before} to {after}: could not be planned again")
    for row in values.iter_rows(named=True):
        is_estimate = row["state"] == "estimate"
        saves = row["firm_saves_estimate_cny_per_season" if is_estimate else "firm_saves_cny_per_season"]
        gains = row["city_gains_estimate_cny_per_season" if is_estimate else "city_gains_cny_per_season"]
        message = messages.get(row["state"], other)
        yield say(
            language,
            message,
            name=row["name"],
            before=_grade(row["grade_from"], language),
            after=_grade(row["grade_to"], language),
            saves=money(saves, language),
            city=_gain(gains, language),
            missed=row["missed_after"] or "–",
        )


def _grade(grade: str, language: Language) -> str:
    word = GRADE_WORDS[grade]
    return say(language, word)


def _gain(gains: float | None, language: Language) -> str:
    message = mark("loses {money}") if (gains or 0.0) < 0 else mark("gains {money}")
    return say(language, message, money=money(None if gains is None else abs(gains), language))


def alternative_sentences(alternatives: pl.DataFrame, language: Language) -> Iterator[str]:
    """Yield one sentence per row of `optimizer.answers.tables.Alternatives`."""
    for row in alternatives.iter_rows(named=True):
        goal = GOAL_WORDS[row["goal"]]
        is_share = row["goal_unit"] == "share_of_value"
        before, after = (
            spoken(row[name], SHARE, language) if is_share else f"{row[name]:,.0f}"
            for name in ("value_of_plan", "value")
        )
        yield say(
            language,
            mark(
                "{goal}, at most {room} dearer: {before} to {after}, loss {loss} a season, {common} of the orders kept"
            ),
            goal=say(language, goal),
            room=spoken(row["room"], SHARE, language),
            before=before,
            after=after,
            loss=money(row["loss_cny_per_season"], language),
            common=spoken(row["orders_in_common"], SHARE, language),
        )


def odds_sentences(odds: pl.DataFrame, basis: str, language: Language) -> Iterator[str]:
    """Yield how surely each level holds under the published plan, and on whose figures that rests."""
    own = odds.filter(pl.col("plan") == "published", pl.col("target") == "all", pl.col("level") != "all")
    for row in own.iter_rows(named=True):
        phrase = LEVEL_PHRASES[row["level"]]
        yield say(
            language,
            mark("{level}: all targets hold in {share} of {n} draws ({low} to {high})"),
            level=say(language, phrase).capitalize(),
            share=spoken(row["held_share"], SHARE, language),
            n=row["samples"],
            low=spoken(row["share_low"], SHARE, language),
            high=spoken(row["share_high"], SHARE, language),
        )
    yield say(language, mark("Errors as the bureau states them: {basis}"), basis=basis)


def safe_sentences(safe: pl.DataFrame, language: Language) -> Iterator[str]:
    """Yield what the safer plan costs, or that there is none."""
    for row in safe.head(1).iter_rows(named=True):
        held = spoken(row["held_share_fresh"], SHARE, language)
        wanted = spoken(row["wanted_share"], SHARE, language)
        if row["state"] == "not_reached":
            yield say(
                language, mark("No plan holds in {wanted}: the hardest one holds in {held}"), wanted=wanted, held=held
            )
            continue
        message = mark("A plan that holds in {held} of fresh draws costs {money} a season more")
        yield say(language, message, held=held, money=money(row["safety_cny_per_season"], language))
        if not row["is_spared"]:
            yield say(language, mark("It takes more of the spared grades than the published plan"))
