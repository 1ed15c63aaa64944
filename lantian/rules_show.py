"""`lantian rules show`: one industry read out like its annex, with the status of every cell and what else was heard."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from grading.law.annex import words
from grading.law.annex.contents import has_two_readings
from grading.law.annex.layout import GENERAL, Block, Line, Slot, sheets_of
from grading.law.files import Pack
from grading.law.remarks import told
from grading.words import Language, mark, say


@dataclass(frozen=True)
class _Reader:
    """What every line is read with: the language and the day."""

    language: Language
    on: date

    def say(self, sentence: str, **values: object) -> str:
        return say(self.language, sentence, **values)


def industry_lines(pack: Pack, industry: str, on: date, language: Language) -> Iterator[str]:
    """Yield the rows of an industry in force on a day; the general measures where it has no table of its own."""
    sheets = {sheet.key: sheet for sheet in sheets_of(pack, language)}
    reader = _Reader(language, on)
    if industry not in sheets:
        yield reader.say(mark("The industry has no table of its own; the general measures hold."))
    sheet = sheets.get(industry) or sheets[GENERAL]
    yield sheet.title
    for block in sheet.blocks:
        yield ""
        yield from _block_lines(block, reader)


def _block_lines(block: Block, reader: _Reader) -> Iterator[str]:
    yield block.title
    head = ""
    for line in block.lines:
        if not line.source.applies(reader.on):
            continue
        if line.labels[0] != head:
            head = line.labels[0]
            yield f"  {head}"
        yield "    " + " · ".join(label for label in (line.labels[2], line.labels[1], line.labels[3]) if label)
        yield "      " + reader.say(mark("; ")).join(_cells(block, line, reader))
        yield from _notes(block, line, reader)


def _cells(block: Block, line: Line, reader: _Reader) -> Iterator[str]:
    for name, slot in zip(block.spelled, line.slots, strict=False):
        if slot is not None:
            value = _value(line, slot, reader)
            says_itself = slot.status in value
            cell = mark("{name}: {value}") if says_itself else mark("{name}: {value} ({status})")
            yield reader.say(cell, name=name, value=value, status=slot.status)


def _value(line: Line, slot: Slot, reader: _Reader) -> str:
    if isinstance(slot.value, int | float):
        return f"{line.sign}{slot.value:g}"
    if has_two_readings(slot.content):
        return reader.say(words.OPEN_BETWEEN, demand=f"{line.sign}{slot.value}")
    return str(slot.value or "")


def _notes(block: Block, line: Line, reader: _Reader) -> Iterator[str]:
    """Yield the remark of the row, then those of its cells."""
    yield from (f"      {condition}" for condition in line.conditions)
    own = getattr(line.source, "note", "")
    if own:
        yield "      " + reader.say(mark("Note: {note}"), note=told(own, reader.language))
    for name, slot in zip(block.spelled, line.slots, strict=False):
        if slot is not None and slot.content.note:
            yield "      " + reader.say(
                mark("{name}: {value}"), name=name, value=told(slot.content.note, reader.language)
            )
