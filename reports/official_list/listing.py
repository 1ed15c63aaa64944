"""The official list as data: one row per production line, and one per entry of the mobile and dust lists.

What an inspector carries is printed (identity, line, baseline, then measure and reductions per level, and the
checking); base data stand beside it, orders in full on a sheet of their own. The layout says which columns stand where.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace

import polars as pl

from grading.scale import LEVELS, POLLUTANTS
from grading.words import Language, mark, say
from reports.context import ReportContext
from reports.format import UNKNOWN
from reports.names import TREATMENT_WORDS, grade_text
from reports.official_list.fields import BLOCK_WORDS, FIELDS_OF, Field
from reports.official_list.graderemarks import grade_remarks
from reports.official_list.layout import SheetLayout
from reports.official_list.shortorders import short_order
from reports.orders import BASELINE_WORDS, order_texts
from reports.reasons import reasons_by_unit
from reports.sentences import spelled

ENTERPRISE_STATES = {"operating": mark("in operation"), "long_idle": mark("long idle"), "seasonal": mark("seasonal")}
_LINE_STATES = {"operating": mark("running"), "idle": mark("out of use")}


@dataclass(frozen=True)
class Block:
    """Columns under one merged header; `level` colours the header of an alert level."""

    header: str
    fields: tuple[Field, ...]
    level: str = ""
    is_printed: bool = True


def blocks_of(sheet: SheetLayout, language: Language) -> tuple[Block, ...]:
    """Return the blocks of a sheet with every header in its words: the bureau's own, or ours in `language`."""
    known = FIELDS_OF[sheet.id]
    blocks = []
    for block in sheet.block:
        words, colour = BLOCK_WORDS.get(block.id or "", ("", ""))
        fields = tuple(
            replace(
                known[column.field],
                header=column.header or say(language, known[column.field].header),
                width_px=column.width_px or known[column.field].width_px,
            )
            for column in block.columns
        )
        header = block.header or say(language, words)
        blocks.append(Block(header, fields, block.level or colour, block.printed))
    return tuple(blocks)


def fields_of(blocks: tuple[Block, ...], *, only_printed: bool = False) -> tuple[Field, ...]:
    """Return the columns of blocks in order."""
    return tuple(field for block in blocks if block.is_printed or not only_printed for field in block.fields)


def listing_frame(context: ReportContext, language: Language) -> pl.DataFrame:
    """Return the list, one row per line, by county, enterprise and line.

    Shape: the fields of the sheets `lines` and `reasons`. Number columns keep their nulls (the sheet writes the word
    for unknown); text columns have none.
    """
    orders = order_texts(context.orders, context.names, language)
    worded = orders.with_columns(short_text=short_order(language))
    rows = (
        context.units.sort("county", "enterprise_id", "unit_id")
        .with_row_index("number", offset=1)
        .pipe(_beside, context.enterprises, "enterprise_id", "permit_no", enterprise_status="status")
        .pipe(_beside, grade_remarks(context, language), "enterprise_id", "grade_remark")
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
    return _without_blanks(named, {**FIELDS_OF["lines"], **FIELDS_OF["reasons"]}, language)


def _without_blanks(rows: pl.DataFrame, fields: Mapping[str, Field], language: Language) -> pl.DataFrame:
    texts = [name for name, field in fields.items() if field.is_text]
    return rows.with_columns(pl.col(texts).fill_null(say(language, UNKNOWN))).select(*fields)


def _of_level(worded: pl.DataFrame, level: str) -> pl.DataFrame:
    return worded.filter(pl.col("level").cast(pl.String) == level).select(
        "unit_id",
        pl.col("order_text").alias(f"{level}_full"),
        pl.col("short_text").alias(f"{level}_order"),
        *(pl.col(f"{p}_removed_kg_per_day").alias(f"{level}_{p}") for p in POLLUTANTS),
    )


def listed_frame(table: pl.DataFrame, sheet: str, language: Language) -> pl.DataFrame:
    """Return the mobile or dust list by county and name. Shape: the fields of the sheet; numbers keep their nulls."""
    rows = table.sort("county", "name", "category", "source_file", "source_row").with_row_index("number", offset=1)
    return _without_blanks(rows, FIELDS_OF[sheet], language)
