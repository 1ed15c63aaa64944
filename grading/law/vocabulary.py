"""Words for choices: every choice that a cell names is declared, and within an indicator a word leads to one choice."""

from collections.abc import Iterator, Sequence

from grading.faults import Fault
from grading.law.conditions import answers_to, sources_of
from grading.law.files import Pack, Read
from grading.law.frames import rows_of
from grading.law.pack import CommonFile, TableFile
from grading.law.packrules import Choice, VocabularyFile
from grading.law.spelling import folded
from grading.words import mark


def check_vocabulary(pack: Pack) -> list[Fault]:
    """Return a fault for every choice without words, given twice, or falling under nothing, and every unclear word."""
    faults = [*_undeclared(pack), *_undeclared_of_conditions(pack)]
    if pack.vocabulary is None:
        return faults
    return [*faults, *_entries(pack.vocabulary), *_unclear(pack, pack.vocabulary)]


def _undeclared(pack: Pack) -> Iterator[Fault]:
    known = {choice.id for choice in pack.vocabulary.model.choices} if pack.vocabulary else set()
    parts: list[Read[TableFile] | Read[CommonFile]] = [*pack.tables.values(), *pack.common.values()]
    for part in parts:
        for index, indicator in enumerate(part.model.indicators):
            for grade, cell in indicator.requirement.items():
                for choice in cell.choices or ():
                    if choice not in known:
                        yield part.document.fault(
                            ("indicators", index, "requirement", grade),
                            "pack.choice_undeclared",
                            mark("The choice {value} of {indicator} has no words."),
                            mark("Add it to vocabulary.yaml with its Chinese and English name, or correct the id."),
                            value=choice,
                            indicator=indicator.id,
                        )


def _undeclared_of_conditions(pack: Pack) -> Iterator[Fault]:
    known = {choice.id for choice in pack.vocabulary.model.choices} if pack.vocabulary else set()
    for table in pack.tables.values():
        named = [("facts", index, fact.choices) for index, fact in enumerate(table.model.facts)]
        named += [
            ("conditions", index, (*one.choices, *one.may_choices)) for index, one in enumerate(table.model.conditions)
        ]
        for part, index, choices in named:
            for choice in choices:
                if choice not in known:
                    yield table.document.fault(
                        (part, index),
                        "pack.choice_undeclared",
                        mark("The choice {value} of a condition has no words."),
                        mark("Add it to vocabulary.yaml with its Chinese and English name, or correct the id."),
                        value=choice,
                    )


def _entries(vocabulary: Read[VocabularyFile]) -> Iterator[Fault]:
    ids = [choice.id for choice in vocabulary.model.choices]
    for index, choice in enumerate(vocabulary.model.choices):
        if choice.id in ids[:index]:
            yield vocabulary.document.fault(
                ("choices", index, "id"),
                "pack.given_twice",
                mark("{value} is given twice."),
                mark("Keep one of the two."),
                value=choice.id,
            )
        for wider in choice.falls_under:
            if wider not in ids or wider == choice.id:
                yield vocabulary.document.fault(
                    ("choices", index, "falls_under"),
                    "pack.unknown_reference",
                    mark("There is no wider choice {value}."),
                    mark("Declare it, or correct the spelling."),
                    value=wider,
                )


def _unclear(pack: Pack, vocabulary: Read[VocabularyFile]) -> Iterator[Fault]:
    """Yield a fault for every word that leads to two choices of one indicator."""
    told: set[tuple[str, str, str]] = set()
    entries = vocabulary.model.choices
    words = [[folded(name) for name in choice.names()] for choice in entries]
    near = _near(entries)
    for called, choices in _asked(pack).items():
        owner: dict[str, str] = {}
        for index in sorted({index for choice in choices for index in near.get(choice, ())}):
            for meant in meant_by(entries[index], choices):
                for name in words[index]:
                    first = owner.setdefault(name, meant)
                    if first != meant and (name, first, meant) not in told:
                        told.add((name, first, meant))
                        yield vocabulary.document.fault(
                            ("choices", index),
                            "pack.ambiguous_name",
                            mark("In {indicator} the word {value} leads to {owners}."),
                            mark("Give each word to one choice of an indicator."),
                            value=name,
                            indicator=called[1],
                            owners=f"{first}, {meant}",
                        )


def _near(choices: Sequence[Choice]) -> dict[str, list[int]]:
    """Return the places of the choices that can count as a choice: its own, and those that fall under it."""
    near: dict[str, list[int]] = {}
    for index, choice in enumerate(choices):
        for name in (choice.id, *choice.falls_under):
            near.setdefault(name, []).append(index)
    return near


def _asked(pack: Pack) -> dict[tuple[str, str], set[str]]:
    """Return, for each industry and name of an indicator, every choice that can be meant."""
    asked: dict[tuple[str, str], set[str]] = {}
    for industry in pack.general.model.industries if pack.general else ():
        for indicator, _ in rows_of(pack, industry):
            choices = {choice for cell in indicator.requirement.values() for choice in cell.choices or ()}
            for name in (indicator.id, indicator.title.zh, indicator.title.en) if choices else ():
                asked.setdefault((industry.id, folded(name)), set()).update(choices)
    for industry_id, table in pack.tables.items():
        for condition in table.model.conditions:
            choices = set(answers_to(table.model, condition.asks))
            sources = sources_of(table.model, condition.asks) if choices else []
            for name in (name for source in sources for name in (source.id, source.title.zh, source.title.en)):
                asked.setdefault((industry_id, folded(name)), set()).update(choices)
    return asked


def meant_by(choice: Choice, choices: set[str]) -> list[str]:
    """Return what a choice counts as among those of an indicator: itself, else the wider ones it falls under."""
    return [choice.id] if choice.id in choices else [wider for wider in choice.falls_under if wider in choices]
