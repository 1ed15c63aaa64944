"""The official list as data: its columns in blocks, declared once, and one row per production line.

Layout: the column set that cities publish. What an inspector carries is printed (identity, line, baseline, then
measure and reductions per level, and the checking); base data stand beside it, orders in full on a sheet of their own.
"""

from dataclasses import dataclass
from typing import Literal

import polars as pl

from grading.scale import LEVELS, POLLUTANTS
from grading.words import Language, mark, say
from reports.context import ReportContext
from reports.format import UNKNOWN
from reports.names import TREATMENT_WORDS, grade_text
from reports.orders import BASELINE_WORDS, order_texts
from reports.reasons import reasons_by_unit
from reports.sentences import spelled
from reports.shortorders import short_order

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


@dataclass(frozen=True)
class Block:
    """Columns under one merged header; `level` colours the header of an alert level."""

    header: str
    fields: tuple[Field, ...]
    level: str = ""


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
_IDENTITY = Block(
    mark("Enterprise"),
    (
        Field("number", mark("No."), 34, "whole"),
        Field("name", mark("Enterprise name"), 108),
        Field("enterprise_id", mark("Unified social credit code"), 106, "code"),
        Field("permit_no", mark("Discharge permit"), 72, "code"),
        Field("county", mark("County"), 42),
        Field("grade", mark("Grade"), 50),
    ),
)
_LINE = Block(
    mark("Production line"),
    (
        Field("unit_id", mark("Line number"), 74, "code"),
        Field("unit_name", mark("Line name"), 60),
        Field("baseline_t_per_day", mark("Baseline output (t/d)"), 54, "number"),
    ),
)
_CHECKING = Block(mark("Checking"), (Field("verification_text", mark("Way of checking"), 132),))
_BASE = Block(
    mark("Base data, outside the print"),
    (
        Field("industry", mark("Type of industry"), 110),
        Field("treatment", mark("Exemption or state"), 90),
        Field("enterprise_status", mark("State of the enterprise"), 80),
        Field("process", mark("Process"), 110),
        Field("product", mark("Product"), 80),
        Field("line_status", mark("State of the line"), 70),
        Field("baseline_source", mark("Baseline from"), 100),
        Field("capacity_eia_t_per_day", mark("EIA capacity (t/d)"), 80, "number"),
        Field("capacity_permit_t_per_day", mark("Permitted capacity (t/d)"), 80, "number"),
        Field("output_last_year_t_per_day", mark("Actual output of last year (t/d)"), 80, "number"),
    ),
)
_EMISSION = Block(
    mark("Emission on an operating day (kg/d)"),
    tuple(Field(f"{p}_kg_per_day", _EMISSION_HEADERS[p], 70, "number") for p in POLLUTANTS),
)


def _level_block(level: str) -> Block:
    removed = (Field(f"{level}_{p}", _CUT_HEADERS[p], 44, "number") for p in POLLUTANTS)
    return Block(_LEVEL_HEADERS[level], (Field(f"{level}_order", mark("Measure"), 88, "order", level), *removed), level)


PRINTED: tuple[Block, ...] = (_IDENTITY, _LINE, *(_level_block(level) for level in LEVELS), _CHECKING)
"""What an inspector carries: together no wider than an A3 sheet at full size."""
BLOCKS: tuple[Block, ...] = (*PRINTED, _BASE, _EMISSION)
"""The whole sheet; what stands right of the print is the base data, under the headers our own reader knows."""
REASON_FIELDS: tuple[Field, ...] = (
    Field("number", mark("No."), 34, "whole"),
    Field("name", mark("Enterprise name"), 150),
    Field("unit_id", mark("Line number"), 90, "code"),
    Field("industry", mark("Industry"), 90),
    Field("treatment", mark("Exemption or state"), 80),
    *(Field(f"{level}_full", header, 230, level=level) for level, header in {
        "yellow": mark("Yellow alert, full order"),
        "orange": mark("Orange alert, full order"),
        "red": mark("Red alert, full order"),
    }.items()),
    Field("reasons", mark("Reason"), 300),
    Field("verification_text", mark("Way of checking"), 90),
)  # fmt: skip
ENTERPRISE_STATES = {"operating": mark("in operation"), "long_idle": mark("long idle"), "seasonal": mark("seasonal")}
_LINE_STATES = {"operating": mark("running"), "idle": mark("out of use")}


def listing_frame(context: ReportContext, language: Language) -> pl.DataFrame:
    """Return the list, one row per line, by county, enterprise and line.

    Shape: the fields of `BLOCKS` and `REASON_FIELDS`. Number columns keep their nulls (the sheet writes the word
    for unknown); text columns have none.
    """
    orders = order_texts(context.orders, context.names, language)
    worded = orders.with_columns(short_text=short_order(language))
    rows = (
        context.units.sort("county", "enterprise_id", "unit_id")
        .with_row_index("number", offset=1)
        .pipe(_beside, context.enterprises, "enterprise_id", "permit_no", enterprise_status="status")
        .pipe(_beside, context.lines, "unit_id", *_CAPACITIES, line_status="status")
        .pipe(_beside, reasons_by_unit(worded, "brief_reason", language), "unit_id", "reasons")
        .pipe(_beside, worded.unique("unit_id", keep="first", maintain_order=True), "unit_id", "verification_text")
    )
    for level in LEVELS:
        rows = rows.join(_of_level(worded, level), on="unit_id", how="left", maintain_order="left")
    return _in_words(rows, context, language)


_CAPACITIES = ("capacity_eia_t_per_day", "capacity_permit_t_per_day", "output_last_year_t_per_day")


def _beside(rows: pl.DataFrame, other: pl.DataFrame, key: str, /, *columns: str, **renamed: str) -> pl.DataFrame:
    """Return the rows with columns of another table beside them; a row without a partner gets nulls."""
    return rows.join(other.select(key, *columns, **renamed), on=key, how="left", maintain_order="left")


def _in_words(rows: pl.DataFrame, context: ReportContext, language: Language) -> pl.DataFrame:
    named = rows.with_columns(
        industry=context.names.industry(language, pl.col("industry")),
        process=context.names.process(language, pl.col("industry"), pl.col("process")),
        grade=grade_text(pl.col("grade"), language),
        treatment=spelled(pl.col("treatment"), TREATMENT_WORDS, language),
        baseline_source=spelled(pl.col("baseline_source"), BASELINE_WORDS, language),
        enterprise_status=spelled(pl.col("enterprise_status"), ENTERPRISE_STATES, language),
        line_status=spelled(pl.col("line_status"), _LINE_STATES, language),
    )
    fields = {field.name: field for block in BLOCKS for field in block.fields} | {f.name: f for f in REASON_FIELDS}
    texts = [name for name, field in fields.items() if field.is_text]
    return named.with_columns(pl.col(texts).fill_null(say(language, UNKNOWN))).select(*fields)


def _of_level(worded: pl.DataFrame, level: str) -> pl.DataFrame:
    return worded.filter(pl.col("level").cast(pl.String) == level).select(
        "unit_id",
        pl.col("order_text").alias(f"{level}_full"),
        pl.col("short_text").alias(f"{level}_order"),
        *(pl.col(f"{p}_removed_kg_per_day").alias(f"{level}_{p}") for p in POLLUTANTS),
    )
