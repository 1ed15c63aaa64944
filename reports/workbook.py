"""`curtailment-list.xlsx`: the official list, ready to print on A3, with its reasons, targets and further lists."""

from datetime import datetime
from pathlib import Path

import polars as pl
import xlsxwriter
from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

from grading.scale import GRADES
from grading.words import Language, mark, say
from reports.annexes import write_others, write_summary
from reports.context import ReportContext
from reports.format import UNKNOWN
from reports.listing import BLOCKS, PRINTED, REASON_FIELDS, Block, Field, listing_frame
from reports.names import grade_text
from reports.orders import order_texts
from reports.rowheights import row_heights
from reports.sheetstyle import Styles, set_paper
from reports.shortorders import legend, measure_choices

# A fixed creation date: the same plan gives the same bytes.
CREATED = datetime(2000, 1, 1)
OPTIONS = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
LONGEST_CELL = 32_767
"""Characters a cell can hold; a longer text ends in an ellipsis."""
HEAD = 5
"""Rows above the first line: title, remark, legend, two header rows."""
PLAIN_HEAD = 3
"""Rows above the first reason: title, remark, header."""
FIELDS = tuple(field for block in BLOCKS for field in block.fields)
FILTER_BUTTON_PT = 14.0
"""Room under a header for the button of the filter."""
EDITED = mark("Reductions do not follow a change here: enter it in overrides, then plan again.")
PRINTED_COLUMNS = sum(len(block.fields) for block in PRINTED)


def write_curtailment_list(context: ReportContext, path: Path, language: Language) -> None:
    """Write the list: production lines, their reasons, summary with the targets, and the lists from case.toml."""
    rows = listing_frame(context, language)
    title, remark = _title(context, language), _remark(context, language)
    with xlsxwriter.Workbook(str(path), OPTIONS) as book:
        book.set_properties({"title": title, "created": CREATED})
        styles = Styles.of(book)
        lines = book.add_worksheet(say(language, mark("Industrial sources")))
        _write_lines(lines, rows, (title, remark), styles, language)
        reasons = book.add_worksheet(say(language, mark("Reasons and checking")))
        _write_reasons(reasons, rows, (title, remark), styles, language)
        summary = book.add_worksheet(say(language, mark("Summary")))
        write_summary(summary, context, (title, remark), styles, language)
        write_others(book.add_worksheet(say(language, mark("Other lists"))), context, styles, language)
        _offer_choices(book, lines, rows.height, context, language)


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


def _write_lines(
    sheet: Worksheet, rows: pl.DataFrame, heading: tuple[str, str], styles: Styles, language: Language
) -> None:
    last = PRINTED_COLUMNS - 1
    _write_heading(sheet, (*heading, legend(language)), FIELDS[:PRINTED_COLUMNS], styles)
    _write_blocks(sheet, styles, language)
    _write_body(sheet, HEAD, FIELDS, rows, styles, language)
    end = max(HEAD, HEAD + rows.height - 1)
    sheet.conditional_format(
        HEAD, 0, end, last, {"type": "formula", "criteria": f"=$C{HEAD + 1}<>$C{HEAD}", "format": styles.first_line}
    )
    sheet.autofilter(HEAD - 1, 0, end, len(FIELDS) - 1)
    sheet.freeze_panes(HEAD, 2)
    sheet.repeat_rows(HEAD - 3, HEAD - 1)
    sheet.print_area(0, 0, end, last)
    _set_a3(sheet, heading[0], language)


def _set_a3(sheet: Worksheet, title: str, language: Language) -> None:
    set_paper(sheet, "A3", say(language, mark("Page {page} of {pages}"), page="&P", pages="&N"), title)


def _write_heading(sheet: Worksheet, lines: tuple[str, ...], fields: tuple[Field, ...], styles: Styles) -> None:
    """Write title and remarks across the printed columns, each as high as its text."""
    width = sum(field.width_px for field in fields)
    heights = row_heights([(pl.Series(lines[1:]), width)], len(lines) - 1)
    for row, (text, height) in enumerate(zip(lines, [30.0, *heights], strict=True)):
        sheet.set_row(row, height)
        sheet.merge_range(row, 0, row, len(fields) - 1, text, styles.remark if row else styles.title)


def _write_blocks(sheet: Worksheet, styles: Styles, language: Language) -> None:
    """Write the two header rows: blocks merged over their columns."""
    column = 0
    for block in BLOCKS:
        _write_block(sheet, column, block, styles, language)
        column += len(block.fields)
    headers = [(pl.Series([say(language, field.header)]), field.width_px * 0.85) for field in FIELDS]
    [height] = row_heights(headers, 1)
    sheet.set_row(HEAD - 2, 18)
    sheet.set_row(HEAD - 1, height + FILTER_BUTTON_PT)


def _write_block(sheet: Worksheet, column: int, block: Block, styles: Styles, language: Language) -> None:
    style, header = styles.head_of(block.level), say(language, block.header)
    last = column + len(block.fields) - 1
    if last > column:
        sheet.merge_range(HEAD - 2, column, HEAD - 2, last, header, style)
    else:
        sheet.write_string(HEAD - 2, column, header, style)
    for place, field in enumerate(block.fields, column):
        sheet.write_string(HEAD - 1, place, say(language, field.header), style)


def _write_body(
    sheet: Worksheet, top: int, fields: tuple[Field, ...], rows: pl.DataFrame, styles: Styles, language: Language
) -> None:
    """Write the rows under the header, each as high as its longest text; without rows, one that says so."""
    for column, field in enumerate(fields):
        sheet.set_column_pixels(column, column, field.width_px)
        _write_column(sheet, (top, column), rows[field.name], field, styles, say(language, UNKNOWN))
    texts = [(rows[field.name], field.wrap_px) for field in fields if field.is_text]
    for row, height in enumerate(row_heights(texts, rows.height), top):
        sheet.set_row(row, height)
    if rows.is_empty():
        sheet.write_string(top, 0, say(language, mark("No production line on the list.")), styles.remark)


def _write_column(
    sheet: Worksheet, place: tuple[int, int], values: pl.Series, field: Field, styles: Styles, unknown: str
) -> None:
    """Write one column; an unknown number becomes the word for it, never a blank or a zero."""
    row, column = place
    style = styles.body(field.kind, field.level)
    if field.is_text:
        for offset, text in enumerate(fitting(values)):
            sheet.write_string(row + offset, column, text, style)
        return
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


def _write_reasons(
    sheet: Worksheet, rows: pl.DataFrame, heading: tuple[str, str], styles: Styles, language: Language
) -> None:
    """Write the orders in full with their reasons, in the order and under the numbers of the list."""
    name = say(language, mark("{title}: reasons and checking"), title=heading[0])
    _write_heading(sheet, (name, heading[1]), REASON_FIELDS, styles)
    for column, field in enumerate(REASON_FIELDS):
        sheet.write_string(PLAIN_HEAD - 1, column, say(language, field.header), styles.head_of(field.level))
    sheet.set_row(PLAIN_HEAD - 1, 30)
    _write_body(sheet, PLAIN_HEAD, REASON_FIELDS, rows, styles, language)
    sheet.freeze_panes(PLAIN_HEAD, 2)
    sheet.repeat_rows(PLAIN_HEAD - 1)
    _set_a3(sheet, name, language)


def _offer_choices(book: Workbook, lines: Worksheet, height: int, context: ReportContext, language: Language) -> None:
    """Put drop-downs on grade and measure, fed from a hidden sheet; nothing is protected."""
    grades = pl.select(grade_text(pl.lit(pl.Series(GRADES)), language)).to_series().to_list()
    measures = measure_choices(order_texts(context.orders, context.names, language), language)
    hidden = book.add_worksheet(say(language, mark("Choices")))
    hidden.hide()
    for column, choices in enumerate((grades, measures)):
        for row, choice in enumerate(fitting(pl.Series(choices, dtype=pl.String))):
            hidden.write_string(row, column, choice)
    place = f"='{hidden.get_name()}'!"
    graded = {"validate": "list", "source": f"{place}$A$1:$A${len(grades)}"}
    ordered = {
        "validate": "list",
        "source": f"{place}$B$1:$B${len(measures)}",
        "show_error": False,
        "input_message": say(
            language, mark("Reductions do not follow a change here. Put it in overrides, plan again.")
        ),
    }
    for column, field in enumerate(FIELDS):
        rule = graded if field.name == "grade" else ordered if field.kind == "order" else None
        if rule and height:
            lines.data_validation(HEAD, column, HEAD + height - 1, column, rule)
