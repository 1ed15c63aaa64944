"""The official list as data: its columns in blocks, declared once, and one row per production line.

Layout: the column set that cities publish (identity, line, baseline, emissions, then measure and reductions per level).
"""

from dataclasses import dataclass
from typing import Literal

import polars as pl

from grading.scale import LEVELS, POLLUTANTS
from grading.words import Language, mark, say
from reports.context import ReportContext
from reports.format import UNKNOWN
from reports.names import POLLUTANT_NAMES, TREATMENT_WORDS, grade_text
from reports.orders import BASELINE_WORDS, order_texts
from reports.reasons import reasons_by_unit
from reports.sentences import spelled

Kind = Literal["text", "whole", "number"]


@dataclass(frozen=True)
class Field:
    """One column of the list: the frame's column, its header, its width in characters, and what it holds."""

    name: str
    header: str
    width: float
    kind: Kind = "text"


@dataclass(frozen=True)
class Block:
    """Columns under one merged header; `level` colours the header of an alert level."""

    header: str
    fields: tuple[Field, ...]
    level: str = ""


_IDENTITY = Block(
    mark("Enterprise"),
    (
        Field("number", mark("No."), 5, "whole"),
        Field("name", mark("Enterprise name"), 24),
        Field("enterprise_id", mark("Unified social credit code"), 20),
        Field("permit_no", mark("Discharge permit"), 24),
        Field("county", mark("County"), 10),
        Field("industry", mark("Industry"), 14),
        Field("grade", mark("Grade"), 8),
        Field("treatment", mark("Exemption or state"), 12),
    ),
)
_LINE = Block(
    mark("Production line"),
    (
        Field("unit_id", mark("Line number"), 16),
        Field("unit_name", mark("Line name"), 14),
        Field("process", mark("Process"), 12),
        Field("product", mark("Product"), 10),
        Field("baseline_t_per_day", mark("Baseline output (t/d)"), 10, "number"),
        Field("baseline_source", mark("Baseline from"), 14),
    ),
)
_EMISSION = Block(
    mark("Emission on an operating day (kg/d)"),
    tuple(Field(f"{p}_kg_per_day", POLLUTANT_NAMES[p], 9, "number") for p in POLLUTANTS),
)
_CHECKING = Block(
    mark("Checking"),
    (Field("verification_text", mark("Way of checking"), 24), Field("reasons", mark("Reason"), 36)),
)
_LEVEL_HEADERS = {
    "yellow": mark("Yellow alert: measure, and reduction (kg/d)"),
    "orange": mark("Orange alert: measure, and reduction (kg/d)"),
    "red": mark("Red alert: measure, and reduction (kg/d)"),
}


def _level_block(level: str) -> Block:
    removed = (Field(f"{level}_{p}", POLLUTANT_NAMES[p], 9, "number") for p in POLLUTANTS)
    return Block(_LEVEL_HEADERS[level], (Field(f"{level}_order", mark("Measure"), 34), *removed), level)


BLOCKS: tuple[Block, ...] = (_IDENTITY, _LINE, _EMISSION, *(_level_block(level) for level in LEVELS), _CHECKING)


def listing_frame(context: ReportContext, language: Language) -> pl.DataFrame:
    """Return the list, one row per line, by county, enterprise and line.

    Shape: exactly the fields of `BLOCKS`. Number columns keep their nulls (the sheet writes the word for
    unknown); text columns have none.
    """
    worded = order_texts(context.orders, context.names, language)
    rows = (
        context.units.join(
            context.enterprises.select("enterprise_id", "permit_no"),
            on="enterprise_id",
            how="left",
            maintain_order="left",
        )
        .join(reasons_by_unit(worded, "brief_reason", language), on="unit_id", how="left", maintain_order="left")
        .join(_checking(worded), on="unit_id", how="left", maintain_order="left")
        .sort("county", "enterprise_id", "unit_id")
        .with_row_index("number", offset=1)
    )
    for level in LEVELS:
        rows = rows.join(_of_level(worded, level), on="unit_id", how="left", maintain_order="left")
    named = rows.with_columns(
        industry=context.names.industry(language, pl.col("industry")),
        process=context.names.process(language, pl.col("industry"), pl.col("process")),
        grade=grade_text(pl.col("grade"), language),
        treatment=spelled(pl.col("treatment"), TREATMENT_WORDS, language),
        baseline_source=spelled(pl.col("baseline_source"), BASELINE_WORDS, language),
        permit_no=pl.col("permit_no").fill_null(say(language, mark("not given"))),
    )
    texts = [field.name for block in BLOCKS for field in block.fields if field.kind == "text"]
    filled = named.with_columns(pl.col(texts).fill_null(say(language, UNKNOWN)))
    return filled.select(field.name for block in BLOCKS for field in block.fields)


def _of_level(worded: pl.DataFrame, level: str) -> pl.DataFrame:
    return worded.filter(pl.col("level").cast(pl.String) == level).select(
        "unit_id",
        pl.col("order_text").alias(f"{level}_order"),
        *(pl.col(f"{p}_removed_kg_per_day").alias(f"{level}_{p}") for p in POLLUTANTS),
    )


def _checking(worded: pl.DataFrame) -> pl.DataFrame:
    return worded.unique("unit_id", keep="first", maintain_order=True).select("unit_id", "verification_text")
