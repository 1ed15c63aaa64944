"""The two further official lists, row by row: vehicles and machines that move, and dust.

What they remove together stands under [reductions] in case.toml; the amounts of single rows may be left blank.
"""

import dataclasses
from typing import Any

import dataframely as dy


@dataclasses.dataclass(frozen=True)
class _Level:
    zh: str
    en: str


_LEVELS = {
    "yellow": _Level("黄色预警", "Yellow alert"),
    "orange": _Level("橙色预警", "Orange alert"),
    "red": _Level("红色预警", "Red alert"),
}
_NAMES = {"so2": "SO2", "nox": "NOx", "pm": "PM", "vocs": "VOCs"}


def measure_column(level: str) -> dy.String:
    """Return the column that says what holds at a level."""
    head = _LEVELS[level]
    synonyms = (f"{head.zh[:2]}措施", f"{head.zh[:2]}减排措施", f"{head.en} measure")
    return dy.String(nullable=True, metadata={"zh": f"{head.zh}措施", "synonyms": synonyms, "unit": ""})


def reduction_column(level: str, pollutant: str) -> dy.Float64:
    """Return the column that says what is removed at a level, in kg a day."""
    head, name = _LEVELS[level], _NAMES[pollutant]
    metadata: dict[str, Any] = {
        "zh": f"{head.zh}{name}减排量",
        "synonyms": (f"{head.zh[:2]}{name}减排量", f"{head.en} {name} reduction"),
        "unit": "kg/d",
    }
    return dy.Float64(nullable=True, min=0, metadata=metadata)
