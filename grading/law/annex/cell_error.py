"""What is wrong with one cell, before its place is known."""

from dataclasses import dataclass, field

from grading.words import mark


@dataclass
class CellError(Exception):
    """A cell that cannot be read: which rule, what is wrong, how to repair it."""

    rule: str
    message: str
    repair: str
    values: dict[str, object] = field(default_factory=dict)


def empty_cell() -> CellError:
    """Return the problem of a cell that was emptied."""
    return CellError(
        "annex.empty",
        mark("{cell}: the cell is empty."),
        mark("Write what the annex says, or `{unknown}` where nobody knows; a blank is neither."),
    )


def not_a_statement(kind: str) -> CellError:
    """Return the problem of a value that does not suit the row."""
    repairs = {
        "number": mark("Write one number in {unit}, or one of the words listed on the first sheet."),
        "choices": mark("Write choices with | between them, or one of the words listed on the first sheet."),
        "is_required": mark("Write `{required}`, or one of the other words listed on the first sheet."),
        "order": mark("Write a measure as on the first sheet, for example `{example}`."),
        "status": mark("Choose a status from the list of the cell."),
    }
    return CellError("annex.value", mark("{cell}: {value} is not understood here."), repairs[kind])
