"""Every column the official list can show, declared once: its header in our words, its width, and what it holds."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from grading.scale import LEVELS, POLLUTANTS
from grading.words import mark

Kind = Literal["text", "code", "order", "whole", "number"]


@dataclass(frozen=True)
class Field:
    """One column of a sheet: the frame's column, its header, its width in pixels, and what it holds.

    `level` colours a measure of an alert level.
    """

    name: str
    header: str
    width_px: int
    kind: Kind = "text"
    level: str = ""

    @property
    def wrap_px(self) -> float:
        """Return the width counted in body text: a code is printed one point smaller."""
        return self.width_px * 9 / 8 if self.kind == "code" else self.width_px

    @property
    def is_text(self) -> bool:
        """Return whether the column holds words rather than numbers."""
        return self.kind in ("text", "code", "order")


_CUT_HEADERS = {
    "so2": mark("SO₂ cut"), "nox": mark("NOx cut"), "pm": mark("PM cut"), "vocs": mark("VOCs cut"),
}  # fmt: skip
_EMISSION_HEADERS = {
    "so2": mark("SO2 emission"), "nox": mark("NOx emission"), "pm": mark("PM emission"), "vocs": mark("VOCs emission"),
}  # fmt: skip
_LEVEL_HEADERS = {
    "yellow": mark("Yellow alert: measure, and reduction (kg/d)"),
    "orange": mark("Orange alert: measure, and reduction (kg/d)"),
    "red": mark("Red alert: measure, and reduction (kg/d)"),
}
_FULL_HEADERS = {
    "yellow": mark("Yellow alert, full order"),
    "orange": mark("Orange alert, full order"),
    "red": mark("Red alert, full order"),
}
_LISTED_MEASURES = {
    "yellow": mark("Yellow alert measure"), "orange": mark("Orange alert measure"), "red": mark("Red alert measure"),
}  # fmt: skip
_LISTED_CUTS = {
    ("yellow", "so2"): mark("Yellow alert SO2 reduction (kg/d)"),
    ("yellow", "nox"): mark("Yellow alert NOx reduction (kg/d)"),
    ("yellow", "pm"): mark("Yellow alert PM reduction (kg/d)"),
    ("yellow", "vocs"): mark("Yellow alert VOCs reduction (kg/d)"),
    ("orange", "so2"): mark("Orange alert SO2 reduction (kg/d)"),
    ("orange", "nox"): mark("Orange alert NOx reduction (kg/d)"),
    ("orange", "pm"): mark("Orange alert PM reduction (kg/d)"),
    ("orange", "vocs"): mark("Orange alert VOCs reduction (kg/d)"),
    ("red", "so2"): mark("Red alert SO2 reduction (kg/d)"),
    ("red", "nox"): mark("Red alert NOx reduction (kg/d)"),
    ("red", "pm"): mark("Red alert PM reduction (kg/d)"),
    ("red", "vocs"): mark("Red alert VOCs reduction (kg/d)"),
}


def _levels_of_lines() -> tuple[Field, ...]:
    return tuple(
        field
        for level in LEVELS
        for field in (
            Field(f"{level}_order", mark("Measure"), 88, "order", level),
            *(Field(f"{level}_{p}", _CUT_HEADERS[p], 44, "number") for p in POLLUTANTS),
        )
    )


def _levels_of_listed(width_px: int) -> tuple[Field, ...]:
    return tuple(
        field
        for level in LEVELS
        for field in (
            Field(f"{level}_measure", _LISTED_MEASURES[level], width_px, "order", level),
            *(Field(f"{level}_{p}_kg_per_day", _LISTED_CUTS[level, p], 50, "number") for p in POLLUTANTS),
        )
    )


_LINES = (
    Field("number", mark("No."), 34, "whole"),
    Field("name", mark("Enterprise name"), 108),
    Field("enterprise_id", mark("Unified social credit code"), 106, "code"),
    Field("permit_no", mark("Discharge permit"), 72, "code"),
    Field("county", mark("County"), 42),
    Field("grade", mark("Grade"), 50),
    Field("unit_id", mark("Line number"), 74, "code"),
    Field("unit_name", mark("Line name"), 60),
    Field("baseline_t_per_day", mark("Baseline output (t/d)"), 54, "number"),
    *_levels_of_lines(),
    Field("verification_text", mark("Way of checking"), 132),
    Field("industry", mark("Type of industry"), 110),
    Field("treatment", mark("Exemption or state"), 90),
    Field("grade_remark", mark("Remark on the grade"), 150),
    Field("enterprise_status", mark("State of the enterprise"), 80),
    Field("process", mark("Process"), 110),
    Field("product", mark("Product"), 80),
    Field("line_status", mark("State of the line"), 70),
    Field("baseline_source", mark("Baseline from"), 100),
    Field("capacity_eia_t_per_day", mark("EIA capacity (t/d)"), 80, "number"),
    Field("capacity_permit_t_per_day", mark("Permitted capacity (t/d)"), 80, "number"),
    Field("output_last_year_t_per_day", mark("Actual output of last year (t/d)"), 80, "number"),
    *(Field(f"{p}_kg_per_day", _EMISSION_HEADERS[p], 70, "number") for p in POLLUTANTS),
)
_REASONS = (
    Field("number", mark("No."), 34, "whole"),
    Field("name", mark("Enterprise name"), 150),
    Field("unit_id", mark("Line number"), 90, "code"),
    Field("industry", mark("Industry"), 90),
    Field("treatment", mark("Exemption or state"), 80),
    Field("grade_remark", mark("Remark on the grade"), 95),
    *(Field(f"{level}_full", _FULL_HEADERS[level], 200, level=level) for level in LEVELS),
    Field("reasons", mark("Reason"), 300),
    Field("verification_text", mark("Way of checking"), 90),
)
_MOBILE = (
    Field("number", mark("No."), 34, "whole"),
    Field("name", mark("Fleet or user"), 160),
    Field("county", mark("County"), 60),
    Field("category", mark("Kind of vehicle or machine"), 90),
    Field("emission_stage", mark("Emission stage"), 60),
    Field("vehicles", mark("Vehicles or machines"), 54, "whole"),
    *_levels_of_listed(150),
)
_DUST = (
    Field("number", mark("No."), 34, "whole"),
    Field("name", mark("Site"), 150),
    Field("county", mark("County"), 60),
    Field("category", mark("Kind of source"), 70),
    Field("operator", mark("Responsible body"), 110),
    Field("area_m2", mark("Area (m2)"), 60, "number"),
    Field("stage", mark("Stage of the works"), 60),
    *_levels_of_listed(140),
)


def _by_name(fields: tuple[Field, ...]) -> Mapping[str, Field]:
    return {field.name: field for field in fields}


FIELDS_OF: Mapping[str, Mapping[str, Field]] = {
    "lines": _by_name(_LINES),
    "reasons": _by_name(_REASONS),
    "mobile": _by_name(_MOBILE),
    "dust": _by_name(_DUST),
}
"""Sheet -> field -> the column as we print it."""

BLOCK_WORDS: Mapping[str, tuple[str, str]] = {
    "identity": (mark("Enterprise"), ""),
    "line": (mark("Production line"), ""),
    "yellow": (_LEVEL_HEADERS["yellow"], "yellow"),
    "orange": (_LEVEL_HEADERS["orange"], "orange"),
    "red": (_LEVEL_HEADERS["red"], "red"),
    "checking": (mark("Checking"), ""),
    "base": (mark("Base data, outside the print"), ""),
    "emission": (mark("Emission on an operating day (kg/d)"), ""),
    "reasons": (mark("Orders in full, and why"), ""),
    "source": (mark("Emission source"), ""),
}
"""Block -> its header in our words, and the alert level that colours it."""
