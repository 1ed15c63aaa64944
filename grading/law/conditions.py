"""On what rows depend: every condition of a pack with the evidence it asks for, and how it is said."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from grading.law.files import Pack
from grading.law.pack import Condition, Fact, Indicator, TableFile
from grading.words import Language, mark, say

Row = dict[str, Any]


def conditions(pack: Pack, on: date) -> list[Row]:
    """Return one row per condition in force of every table."""
    of_the_day = {name: in_force(table.model, on) for name, table in pack.tables.items()}
    return [_row(name, table, condition) for name, table in of_the_day.items() for condition in table.conditions]


def in_force(table: TableFile, on: date) -> TableFile:
    """Return a table with the facts, conditions and rows of one day."""
    return table.model_copy(
        update={
            "facts": tuple(fact for fact in table.facts if fact.applies(on)),
            "conditions": tuple(condition for condition in table.conditions if condition.applies(on)),
            "indicators": tuple(row for row in table.indicators if row.applies(on)),
        }
    )


def dependence(table: TableFile, indicator: Indicator) -> Row:
    """Return on which conditions a row depends, and the sentence that says so; null where it always applies."""
    if not indicator.applies_when and not indicator.applies_unless:
        return dict.fromkeys(("applies_when", "applies_unless", "condition_zh", "condition_en"))
    titles = {condition.id: condition.title for condition in table.conditions if condition.meets(indicator)}
    return {
        "applies_when": "|".join(indicator.applies_when) or None,
        "applies_unless": "|".join(indicator.applies_unless) or None,
        "condition_zh": _sentence(indicator, {name: title.zh for name, title in titles.items()}, "zh"),
        "condition_en": _sentence(indicator, {name: title.en for name, title in titles.items()}, "en"),
    }


def _sentence(indicator: Indicator, titles: dict[str, str], language: Language) -> str | None:
    said = [
        say(language, words, what=say(language, mark(", and ")).join(titles.get(name, name) for name in names))
        for words, names in (
            (mark("only where {what}"), indicator.applies_when),
            (mark("not where {what}"), indicator.applies_unless),
        )
        if names
    ]
    return say(language, mark(", ")).join(said) or None


def asked_by(table: TableFile, asks: str) -> Fact | Indicator | None:
    """Return the fact or the row whose evidence a condition reads; of several versions the first."""
    return next(iter(sources_of(table, asks)), None)


def sources_of(table: TableFile, asks: str) -> list[Fact | Indicator]:
    """Return every version of the fact, or of the row, whose evidence a condition reads."""
    facts: list[Fact | Indicator] = [fact for fact in table.facts if fact.id == asks]
    return facts + [row for row in table.indicators if row.id == asks]


def answers_to(table: TableFile, asks: str) -> Iterator[str]:
    """Yield every choice that may be stated of what a condition asks, each as often as it is named."""
    for fact in table.facts:
        if fact.id == asks:
            yield from fact.choices
    for row in table.indicators:
        if row.id == asks:
            for cell in row.requirement.values():
                yield from cell.choices or ()
    for condition in table.conditions:
        if condition.asks == asks:
            yield from (*condition.choices, *condition.may_choices)


def _row(industry: str, table: TableFile, condition: Condition) -> Row:
    source = asked_by(table, condition.asks)
    told = {
        "asks_zh": source.title.zh if source else condition.asks,
        "asks_en": source.title.en if source else condition.asks,
        "scope": source.scope if source else "enterprise",
        "unit": source.unit if source else None,
        "reference_o2_percent": source.reference_o2_percent if isinstance(source, Indicator) else None,
    }
    return {
        "industry": industry,
        "condition": condition.id,
        "title_zh": condition.title.zh,
        "title_en": condition.title.en,
        "asks": condition.asks,
        "operator": condition.operator,
        "threshold": condition.number,
        "may_threshold": condition.may_number,
        "choices": list(condition.choices),
        "may_choices": list(condition.may_choices),
        "vocabulary": sorted(set(answers_to(table, condition.asks))),
        "clause": condition.clause,
        "status": condition.evidence.status,
        "confidence": condition.evidence.confidence or "none",
        "note": condition.note or None,
        "source": condition.evidence.source,
    } | told
