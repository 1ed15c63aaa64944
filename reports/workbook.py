"""`curtailment-list.xlsx`: the official layout, one row per production line, measures under merged level headers."""

from datetime import datetime
from pathlib import Path

import polars as pl
import xlsxwriter
from xlsxwriter.worksheet import Worksheet

from grading.words import Language, mark, say
from reports.answers import JOINT
from reports.context import ReportContext
from reports.format import UNKNOWN
from reports.listing import BLOCKS, Block, Field, listing_frame
from reports.names import LEVEL_WORDS, LIST_WORDS, POLLUTANT_NAMES, STATE_WORDS
from reports.sections.targets import NOT_STATED
from reports.sentences import spelled
from reports.sheetstyle import Styles, set_paper

# A fixed creation date: the same plan gives the same bytes.
CREATED = datetime(2000, 1, 1)
OPTIONS = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
LONGEST_CELL = 32_767
"""Characters a cell can hold; a longer text ends in an ellipsis."""
HEAD = 4
"""Rows above the first line: title, remark, two header rows."""


def write_curtailment_list(context: ReportContext, path: Path, language: Language) -> None:
    """Write the list: production lines, summary with the targets, and the lists from case.toml."""
    with xlsxwriter.Workbook(str(path), OPTIONS) as book:
        book.set_properties({"title": _title(context, language), "created": CREATED})
        styles = Styles.of(book)
        _write_lines(book.add_worksheet(say(language, mark("Industrial sources"))), context, styles, language)
        _write_summary(book.add_worksheet(say(language, mark("Summary"))), context, styles, language)
        _write_others(book.add_worksheet(say(language, mark("Other lists"))), context, styles, language)


def _title(context: ReportContext, language: Language) -> str:
    return say(
        language,
        mark("{city} heavy-pollution curtailment list, industrial sources ({season})"),
        city=context.city_name,
        season=context.season,
    )


def _remark(context: ReportContext, language: Language) -> str:
    return say(
        language,
        mark(
            "Rules: {title} ({pack}), as of {day}. Reductions in kg a day against the emission of an operating "
            "day. {remark}"
        ),
        title=context.law_title, pack=context.law_pack, day=context.law_on, remark=context.remark,
    )  # fmt: skip


def _write_lines(sheet: Worksheet, context: ReportContext, styles: Styles, language: Language) -> None:
    frame = listing_frame(context, language)
    fields = [field for block in BLOCKS for field in block.fields]
    last = len(fields) - 1
    sheet.merge_range(0, 0, 0, last, _title(context, language), styles.title)
    sheet.merge_range(1, 0, 1, last, _remark(context, language), styles.remark)
    _write_head(sheet, styles, language)
    for column, field in enumerate(fields):
        sheet.set_column(column, column, field.width)
        _write_column(sheet, (HEAD, column), frame[field.name], field, styles, say(language, UNKNOWN))
    if frame.is_empty():
        sheet.write_string(HEAD, 0, say(language, mark("No production line on the list.")), styles.text)
    sheet.autofilter(HEAD - 1, 0, max(HEAD, HEAD + frame.height - 1), last)
    sheet.freeze_panes(HEAD, 2)
    sheet.repeat_rows(HEAD - 2, HEAD - 1)
    sheet.print_area(0, 0, max(HEAD, HEAD + frame.height - 1), last)
    set_paper(sheet, "A3", say(language, mark("Page {page} of {pages}"), page="&P", pages="&N"))


def _write_head(sheet: Worksheet, styles: Styles, language: Language) -> None:
    sheet.set_row(0, 30)
    sheet.set_row(HEAD - 1, 32)
    column = 0
    for block in BLOCKS:
        style = styles.head_of(block.level)
        _merge(sheet, (HEAD - 2, column), block, say(language, block.header), style)
        for field in block.fields:
            sheet.write_string(HEAD - 1, column, say(language, field.header), style)
            column += 1


def _merge(sheet: Worksheet, place: tuple[int, int], block: Block, text: str, style: object) -> None:
    row, column = place
    sheet.merge_range(row, column, row, column + len(block.fields) - 1, text, style)


def _write_column(
    sheet: Worksheet, place: tuple[int, int], values: pl.Series, field: Field, styles: Styles, unknown: str
) -> None:
    """Write one column; an unknown number becomes the word for it, never a blank or a zero."""
    row, column = place
    if field.kind == "text":
        for offset, text in enumerate(fitting(values)):
            sheet.write_string(row + offset, column, text, styles.text)
        return
    style = styles.whole if field.kind == "whole" else styles.number
    for offset, value in enumerate(values):
        if value is None:
            sheet.write_string(row + offset, column, unknown, styles.unknown)
        else:
            sheet.write_number(row + offset, column, value, style)


def fitting(texts: pl.Series) -> pl.Series:
    """Return the texts cut to what a cell holds, with an ellipsis where something is missing."""
    is_long = texts.str.len_chars() > LONGEST_CELL
    if not is_long.any():
        return texts
    short = texts.str.slice(0, LONGEST_CELL - 1) + "…"
    return texts.zip_with(~is_long, short)


def _write_summary(sheet: Worksheet, context: ReportContext, styles: Styles, language: Language) -> None:
    headers = (
        mark("Level"), mark("Pollutant"), mark("Unit"), mark("Required"), mark("Planned, other lists included"),
        mark("of which other lists"), mark("Slack"), mark("Share of whole society"), mark("Status"),
    )  # fmt: skip
    sheet.merge_range(0, 0, 0, len(headers) - 1, _title(context, language), styles.title)
    sheet.merge_range(1, 0, 1, len(headers) - 1, _remark(context, language), styles.remark)
    sheet.set_row(0, 30)
    sheet.set_row(1, 45)
    sheet.set_column(0, len(headers) - 1, 16)
    sheet.write_row(3, 0, [say(language, header) for header in headers], styles.head_of(""))
    rows = context.targets.select(
        spelled(pl.col("level"), LEVEL_WORDS, language),
        pl.col("target").replace(POLLUTANT_NAMES).alias("name"),
        pl.when(pl.col("target") == JOINT).then(pl.lit("%")).otherwise("unit").alias("unit"),
        "required", "planned", "other_lists", "slack", "planned_share",
        state=spelled(pl.col("state"), STATE_WORDS, language),
    )  # fmt: skip
    for row, values in enumerate(rows.iter_rows(), 4):
        is_share = values[2] == "%"
        for column, value in enumerate(values):
            as_share = column == 7 or (is_share and 3 <= column <= 6)
            _write_value(
                sheet,
                (row, column),
                value,
                styles.share if as_share else styles.number,
                styles,
                say(language, NOT_STATED),
            )
    if rows.is_empty():
        sheet.write_string(4, 0, say(language, mark("No target is stated in case.toml.")), styles.text)
    sheet.freeze_panes(4, 2)
    sheet.repeat_rows(3)
    set_paper(sheet, "A4", say(language, mark("Page {page} of {pages}"), page="&P", pages="&N"))


def _write_others(sheet: Worksheet, context: ReportContext, styles: Styles, language: Language) -> None:
    headers = (mark("List"), mark("Level"), mark("Pollutant"), mark("Reduction (kg/d)"))
    sheet.set_column(0, len(headers) - 1, 20)
    sheet.merge_range(
        0, 0, 0, len(headers) - 1, say(language, mark("Reductions of the mobile, dust and further lists")), styles.title
    )
    sheet.write_row(2, 0, [say(language, header) for header in headers], styles.head_of(""))
    rows = context.other_lists.select(
        spelled(pl.col("list"), LIST_WORDS, language),
        spelled(pl.col("level"), LEVEL_WORDS, language),
        pl.col("pollutant").replace(POLLUTANT_NAMES),
        "kg_per_day",
    )
    for row, values in enumerate(rows.iter_rows(), 3):
        for column, value in enumerate(values):
            _write_value(sheet, (row, column), value, styles.number, styles, say(language, UNKNOWN))
    if rows.is_empty():
        sheet.write_string(3, 0, say(language, mark("case.toml states no other list.")), styles.text)
    sheet.freeze_panes(3, 1)
    sheet.repeat_rows(2)
    set_paper(sheet, "A4", say(language, mark("Page {page} of {pages}"), page="&P", pages="&N"))


def _write_value(
    sheet: Worksheet, place: tuple[int, int], value: str | float | None, number: object, styles: Styles, missing: str
) -> None:
    row, column = place
    if value is None:
        sheet.write_string(row, column, missing, styles.unknown)
    elif isinstance(value, str):
        sheet.write_string(row, column, value, styles.text)
    else:
        sheet.write_number(row, column, value, number)
