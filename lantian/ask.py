"""One question about a planned case: the frames that answer it, and the sentences that say them."""

from collections.abc import Callable, Iterable

import polars as pl

from grading.words import Language, mark, say
from lantian.rebuild import rebuild_of
from lantian.run import PlannedCase
from optimizer.answers import (
    Rebuild,
    alternatives_of,
    conflicts_of,
    exemption_prices,
    marginal_prices,
    override_prices,
    relaxations_of,
    upgrade_values,
)
from optimizer.answers.basis import basis_of
from optimizer.answers.odds import target_odds
from optimizer.answers.safe import safe_plan
from reports.answer_sentences import (
    alternative_sentences,
    exemption_sentences,
    odds_sentences,
    pin_sentences,
    price_sentences,
    safe_sentences,
    upgrade_sentences,
)
from reports.conflict_words import conflict_sentences, ways_out

Told = tuple[dict[str, pl.DataFrame], Iterable[str]]


class NobodyAskedAfter(Exception):  # noqa: N818 - named after what it says
    """The subject names no target, enterprise or line of this plan."""


def answer(planned: PlannedCase, question: str, subject: str, language: Language) -> Told:
    """Return the frames and sentences of one question; NobodyAskedAfter where the subject is not of this plan."""
    return QUESTIONS[question](planned, subject, language)


def _why_not(planned: PlannedCase, _subject: str, language: Language) -> Told:
    names = planned.context.names
    conflicts = conflicts_of(planned.city, by_industry=True)
    ways, steps = relaxations_of(planned.city, planned.plan, by_industry=True)
    if conflicts.is_empty():
        return {"conflicts": conflicts}, [say(language, mark("Every target can be met."))]
    said = [*conflict_sentences(conflicts, names, language), *ways_out(ways, steps, names, language)]
    return {"conflicts": conflicts, "relaxations": ways, "relaxation_steps": steps}, said


def _price(planned: PlannedCase, subject: str, language: Language) -> Told:
    prices = marginal_prices(planned.city, planned.plan)
    level, _, pollutant = subject.lower().partition(".")
    asked = prices.filter(
        (pl.col("level").cast(pl.String) == level) | pl.lit(not level),
        (pl.col("pollutant").cast(pl.String) == pollutant) | pl.lit(not pollutant),
    )
    return {"marginal_prices": _some(asked)}, price_sentences(asked, language)


def _exemption(planned: PlannedCase, subject: str, language: Language) -> Told:
    units = planned.city.units.filter(pl.any_horizontal(pl.col("unit_id", "enterprise_id") == subject))["unit_id"]
    if subject and units.is_empty():
        raise NobodyAskedAfter
    prices = exemption_prices(planned.city, planned.plan, top=0 if subject else 10, also=units.to_list())
    asked = prices.filter(pl.col("unit_id").is_in(units.to_list())) if subject else prices.head(10)
    return {"exemption_prices": asked}, exemption_sentences(asked, language)


def _upgrade(planned: PlannedCase, subject: str, language: Language) -> Told:
    if subject and subject not in planned.city.units["enterprise_id"]:
        raise NobodyAskedAfter
    values = upgrade_values(
        planned.city, planned.plan, _rebuild(planned).regrade, top=0 if subject else 3, also=[subject]
    )  # fmt: skip
    asked = values.filter(pl.col("enterprise_id") == subject) if subject else values.head(10)
    return {"upgrade_values": asked}, upgrade_sentences(asked, language)


def _pin(planned: PlannedCase, subject: str, language: Language) -> Told:
    prices = override_prices(planned.city, planned.plan, _rebuild(planned).unpin)
    asked = prices.filter(pl.any_horizontal(pl.col("unit_id", "enterprise_id") == subject)) if subject else prices
    told = _some(asked) if subject else asked
    return {"override_prices": told}, pin_sentences(told, language)


def _alternatives(planned: PlannedCase, _subject: str, language: Language) -> Told:
    others, _ = alternatives_of(planned.city, planned.plan)
    return {"alternatives": others}, alternative_sentences(others, language)


def _odds(planned: PlannedCase, _subject: str, language: Language) -> Told:
    stated = planned.city.uncertainty
    if stated is None:
        return {}, [say(language, mark("The case states no [uncertainty]: how far the inventory may be off."))]
    odds = target_odds(planned.city, planned.plan.orders, stated)
    safe, fresh = safe_plan(basis_of(planned.city, planned.plan), planned.plan, stated)
    said = [*odds_sentences(odds, stated.basis, language), *safe_sentences(safe, language)]
    return {"target_odds": pl.concat([odds, fresh]), "safe_plan": safe}, said


QUESTIONS: dict[str, Callable[[PlannedCase, str, Language], Told]] = {
    "why-not": _why_not, "price": _price, "exemption": _exemption, "upgrade": _upgrade, "pin": _pin,
    "alternatives": _alternatives, "odds": _odds,
}  # fmt: skip


def _some(asked: pl.DataFrame) -> pl.DataFrame:
    if asked.is_empty():
        raise NobodyAskedAfter
    return asked


def _rebuild(planned: PlannedCase) -> Rebuild:
    given = planned.graded_case
    return rebuild_of(given.case, given.law, given.graded)
