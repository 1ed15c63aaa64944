"""Faults as a terminal or a program reads them."""

from collections.abc import Sequence

from grading.faults import Fault
from grading.words import Language, mark, say


def fault_lines(faults: Sequence[Fault], language: Language, most: int = 200) -> list[str]:
    """Return one line per fault, place first; past `most` a line says how many follow."""
    shown = faults[:most]
    lines = [f"{fault.where()}  {fault.what(language)}  {fault.how(language)}  [{fault.rule}]" for fault in shown]
    rest = len(faults) - most
    return [*lines, say(language, mark("… and {n} more"), n=rest)] if rest > 0 else lines


def fault_records(faults: Sequence[Fault], language: Language) -> list[dict[str, object]]:
    """Return each fault as a record with place, rule, what and repair."""
    return [
        {
            "file": fault.file,
            "sheet": fault.sheet,
            "row": fault.row,
            "column": fault.column,
            "value": fault.value,
            "rule": fault.rule,
            "severity": fault.severity,
            "message": fault.what(language),
            "repair": fault.how(language),
        }
        for fault in faults
    ]
