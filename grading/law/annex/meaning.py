"""What a cell of an older workbook demands, read by today's pack, whatever words it was written in."""

from collections.abc import Mapping
from dataclasses import dataclass

from grading.law.annex import contents, orders, words
from grading.law.annex.cell_error import CellError
from grading.law.annex.contents import Value
from grading.law.annex.layout import Line, Slot
from grading.law.annex.named import Asked
from grading.law.pack import Indicator
from grading.words import say

Said = tuple[Value, str]
Stated = Mapping[str, object]
_REMARKS = ("unknown", "not_differentiated", "floor")


@dataclass(frozen=True)
class Trouble:
    """Why a cell cannot be read: the sentence, how to repair it, and what both name."""

    message: str
    repair: str
    values: Mapping[str, object]


def is_same_demand(one: Said, other: Said, line: Line, slot: Slot, asked: Asked) -> bool:
    """Return whether two ways of writing a cell demand the same, with the same evidence.

    What has been heard of an unknown cell is a remark: it may be told in other words.
    """
    said = [_demand(cell[0], line, slot, asked) for cell in (one, other)]
    return said[0] is not None and said[0] == said[1] and _evidence(one[1]) == _evidence(other[1])


def in_todays_words(value: Value, line: Line, slot: Slot, asked: Asked) -> Value:
    """Return choices by the words of today's pack; what is no choice, or is new, as it was written."""
    stated = _demand(value, line, slot, asked)
    choices = (stated or {}).get("choices")
    if not isinstance(choices, list) or asked.coined(str(value)):
        return value
    return asked.names.listed(choices, asked.language)


def trouble_of(cell: Said, line: Line, slot: Slot, asked: Asked) -> Trouble | None:
    """Return why today's pack does not understand a cell; None where it does."""
    try:
        _read(cell[0], line, slot, asked)
    except CellError as problem:
        unit = (line.source.unit or "") if isinstance(line.source, Indicator) else ""
        told = {
            "value": cell[0],
            "unknown": say(asked.language, words.UNKNOWN),
            "required": say(asked.language, words.REQUIRED),
            "example": orders.examples()[asked.language],
            "unit": unit,
        }
        return Trouble(problem.message, problem.repair, told | problem.values)
    return None


def _demand(value: Value, line: Line, slot: Slot, asked: Asked) -> Stated | None:
    try:
        stated = _read(value, line, slot, asked)
    except CellError:
        return None
    return {name: "" if name in _REMARKS else content for name, content in stated.items()}


def _read(value: Value, line: Line, slot: Slot, asked: Asked) -> Stated:
    if isinstance(line.source, Indicator):
        return contents.read_content(value, line.source, slot.column, asked)
    return orders.read_order(value)


def _evidence(status: str) -> object:
    """Return what a status cell says: status and confidence, or the grade it follows; else its text."""
    return words.read_status(status) or words.read_as(status) or status.strip()
