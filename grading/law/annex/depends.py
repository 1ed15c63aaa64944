"""What a row depends on, condition by condition: what is asked, from which edge on, and how far that is known."""

from collections.abc import Iterator

from grading.law.annex import words
from grading.law.annex.edition import Edition
from grading.law.conditions import sources_of
from grading.law.pack import NUMERIC, Condition, Indicator, TableFile
from grading.words import mark


def condition_lines(edition: Edition, industry: str, row: Indicator) -> Iterator[str]:
    """Yield one line per condition of a row: what holds, what is asked, status and clause, then its remark."""
    table = edition.pack.tables[industry].model
    named = (*row.applies_when, *row.applies_unless)
    for condition in (one for name in named for one in table.conditions if one.id == name and one.meets(row)):
        days = _days(edition, condition)
        line = edition.say(
            mark("Condition{days}: {what}: {asked} ({status}; {clause})"),
            days=days,
            what=edition.title(condition.title),
            asked=_asked(edition, table, condition),
            status=words.evidence_word(condition.evidence, edition.language),
            clause=condition.clause,
        )
        note = edition.told(condition.note) if condition.note else ""
        yield f"{line}{edition.say(mark('; '))}{note}" if note else line


def _days(edition: Edition, condition: Condition) -> str:
    """Return the days on which a condition holds, where it has days of its own."""
    first, last = condition.in_force_from, condition.in_force_to
    if first and last:
        return edition.say(mark(" (from {first} to {last})"), first=first, last=last)
    if first:
        return edition.say(mark(" (from {first} on)"), first=first)
    return edition.say(mark(" (until {last})"), last=last) if last else ""


def _asked(edition: Edition, table: TableFile, condition: Condition) -> str:
    source = next((one for one in sources_of(table, condition.asks) if one.meets(condition)), None)
    title = edition.title(source.title) if source else condition.asks
    unit = (source.unit or "") if source else ""
    sign = words.SIGNS[condition.operator] if condition.operator in NUMERIC else ""
    pairs = ((condition.number, condition.choices), (condition.may_number, condition.may_choices))
    surely, maybe = (
        f"{sign} {number:g} {unit}".strip() if number is not None else edition.names.listed(choices, edition.language)
        for number, choices in pairs
    )
    told = f"{title} {surely}".strip()
    return edition.say(mark("{asked}, not known at {maybe}"), asked=told, maybe=maybe) if maybe else told
