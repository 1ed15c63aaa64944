"""What a law asks in each industry and subtype, laid out once: nothing of it depends on whom it is asked."""

from dataclasses import dataclass, replace

import polars as pl

from grading.assess.conditions import lay_conditions
from grading.assess.rules import facts_of, lay_out
from grading.assess.subjects import PAIR, pair_rules
from grading.assess.verdicts import judge, without_reading
from grading.law.alike import is_alike
from grading.law.model import Law


@dataclass(frozen=True)
class Rulebook:
    """A law laid out for some industries and subtypes.

    `of_pair`: of `pair_rules`. `rules`: of `lay_out`. `facts`: of `facts_of`. `conditions`: of `lay_conditions`.
    `unread`: what it means under each rule that nothing was read, of `judge` with the facts.
    """

    law: Law
    require: str
    of_pair: pl.DataFrame
    rules: pl.DataFrame
    facts: pl.DataFrame
    conditions: pl.DataFrame
    unread: pl.DataFrame

    def speaks_of(self, pairs: pl.DataFrame, law: Law, require: str) -> bool:
        """Return whether this is what a law asks of all these industries and subtypes."""
        if self.require != require or not is_alike(self.law, law):
            return False
        return pairs.join(self.of_pair, on=PAIR, how="anti", nulls_equal=True).is_empty()


def rulebook(pairs: pl.DataFrame, law: Law, require: str) -> Rulebook:
    """Return a law laid out for the industries and subtypes of `pairs`; weaker cells than `require` decide nothing."""
    of_pair = pair_rules(pairs, law)
    rules = lay_out(law, of_pair, require)
    facts = facts_of(rules)
    return Rulebook(law, require, of_pair, rules, facts, lay_conditions(rules, law), judged(rules, facts, None))


def opened(book: Rulebook | None, pairs: pl.DataFrame, law: Law, require: str) -> Rulebook:
    """Return the law laid out for `pairs`: the pages of `book` that speak of them, where it has them all."""
    if book is None or not book.speaks_of(pairs, law, require):
        return rulebook(pairs, law, require)
    of_pair, rules, conditions = (
        page.join(pairs, on=PAIR, how="semi", nulls_equal=True, maintain_order="left")
        for page in (book.of_pair, book.rules, book.conditions)
    )
    unread = book.unread.join(rules, on="rule", how="semi", maintain_order="left")
    return replace(book, of_pair=of_pair, rules=rules, conditions=conditions, unread=unread)


def judged(rules: pl.DataFrame, facts: pl.DataFrame, readings: pl.DataFrame | None) -> pl.DataFrame:
    """Return each reading judged under its rule, with what is said about it; None: every way to have no reading."""
    states = without_reading(rules) if readings is None else readings
    return judge(rules, states).join(facts, on=["rule", "worst_step"], how="inner")
