"""`curtailment-list.xlsx`: the official list, ready to print on A3, laid out as the layout says."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import polars as pl
import xlsxwriter
from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

from grading.scale import GRADES
from grading.words import Language, mark, say
from reports.context import ReportContext
from reports.format import UNKNOWN
from reports.names import glossed, grade_text
from reports.official_list.annexes import write_others, write_summary
from reports.official_list.columnsheet import ColumnSheet
from reports.official_list.fields import Field
from reports.official_list.layout import SheetLayout
from reports.official_list.listing import Block, blocks_of, fields_of, listed_frame, listing_frame
from reports.official_list.rowheights import row_heights
from reports.official_list.sheetstyle import Styles, set_paper
from reports.official_list.shortorders import legend, measure_choices
from reports.orders import measure_text

# A fixed creation date: the same plan gives the same bytes.
CREATED = datetime(2000, 1, 1)
OPTIONS = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
LONGEST_CELL = 32_767
"""Characters a cell can hold; a longer text ends in an ellipsis."""
HEAD = 5
"""Rows above the first row of a sheet with columns: title, remark, legend, two header rows."""
FILTER_BUTTON_PT = 14.0
"""Room under a header for the button of the filter."""
NAMES = {
    "lines": mark("Industrial sources"), "reasons": mark("Reasons and checking"), "summary": mark("Summary"),
    "mobile": mark("Mobile sources"), "dust": mark("Dust sources"), "others": mark("Other lists"),
}  # fmt: skip
TITLES = {
    "lines": mark("{city} heavy-pollution curtailment list, industrial sources ({season})"),
    "reasons": mark("{city} heavy-pollution curtailment list, reasons and checking ({season})"),
    "mobile": mark("{city} heavy-pollution curtailment list, mobile sources ({season})"),
    "dust": mark("{city} heavy-pollution curtailment list, dust sources ({season})"),
}
EMPTY = {
    "lines": mark("No production line on the list."),
    "reasons": mark("No production line on the list."),
    "mobile": mark("The case has no table mobile_list; only the total under [reductions] counts."),
    "dust": mark("The case has no table dust_list; only the total under [reductions] counts."),
}
LISTED_NOTE = mark(
    "Unknown: not stated for this row. Rows say who does what; what counts towards the targets is the total under "
    "[reductions] in case.toml, see sheet \"{sheet}\"."
)  # fmt: skip


def write_curtailment_list(context: ReportContext, path: Path, language: Language) -> None:
    """Write the list as the context's layout says: lines, reasons, summary, mobile and dust lists, and totals."""
    rows = listing_frame(context, language)
    frames = {
        "lines": rows,
        "reasons": rows,
        "mobile": listed_frame(context.mobile_list, "mobile", language),
        "dust": listed_frame(context.dust_list, "dust", language),
    }
    title = _title("lines", context, language)
    with xlsxwriter.Workbook(str(path), OPTIONS) as book:
        book.set_properties({"title": title, "created": CREATED})
        styles = Styles.of(book)
        offered = []
        for sheet in context.layout.sheet:
            made = book.add_worksheet(sheet.name or say(language, NAMES[sheet.id]), ColumnSheet)
            if sheet.id == "summary":
                write_summary(made, context, (title, _remark(context, language)), styles, language)
            elif sheet.id == "others":
                write_others(made, context, styles, language)
            else:
                blocks = blocks_of(sheet, language)
                words = _words(sheet, context, language)
                _write_sheet(made, sheet, blocks, frames[sheet.id], words, styles)
                if sheet.id == "lines":
                    offered.append((made, fields_of(blocks)))
        _offer_choices(book, offered, rows.height, context, language)


def _title(sheet: str, context: ReportContext, language: Language) -> str:
    return say(language, TITLES[sheet], city=context.city_name, season=context.season)


def _remark(context: ReportContext, language: Language) -> str:
    return say(
        language,
        mark(
            "Rules: {title} ({pack}), as of {day}. Reductions in kg a day against the emission of an operating "
            "day. {remark}"
        ),
        title=glossed(context.law_title, context.law_gloss, language),
        pack=context.law_pack, day=context.law_on, remark=context.remark,
    )  # fmt: skip


@dataclass(frozen=True)
class SheetWords:
    """What a sheet says around its rows: title, remark, legend, the state without rows, unknown, the footer."""

    title: str
    remark: str
    legend: str
    empty: str
    unknown: str
    footer: str


def _words(sheet: SheetLayout, context: ReportContext, language: Language) -> SheetWords:
    is_listed = sheet.id in ("mobile", "dust")
    others = next((other for other in context.layout.sheet if other.id == "others"), None)
    ours = NAMES["others"]
    name = (others.name if others else None) or say(language, ours)
    below = say(language, LISTED_NOTE, sheet=name) if is_listed else legend(language)
    empty = EMPTY[sheet.id]
    return SheetWords(
        title=_title(sheet.id, context, language),
        remark=_remark(context, language),
        legend=below,
        empty=say(language, empty),
        unknown=say(language, UNKNOWN),
        footer=say(language, mark("Page {page} of {pages}"), page="&P", pages="&N"),
    )


def _write_sheet(
    sheet: ColumnSheet,
    layout: SheetLayout,
    blocks: tuple[Block, ...],
    rows: pl.DataFrame,
    words: SheetWords,
    styles: Styles,
) -> None:
    """Write one sheet of columns: heading, two header rows, body, and how it prints and scrolls."""
    fields = fields_of(blocks)
    printed = fields_of(blocks, only_printed=True) or fields
    _write_heading(sheet, (words.title, words.remark, words.legend), printed, styles)
    _write_blocks(sheet, blocks, styles)
    _write_body(sheet, fields, rows, styles, words)
    end = max(HEAD, HEAD + rows.height - 1)
    last = len(printed) - 1
    if "unit_id" in {field.name for field in fields} and layout.id == "lines":
        _rule_off_enterprises(sheet, fields, end, last, styles)
    if rows.height:
        sheet.autofilter(HEAD - 1, 0, end, len(fields) - 1)
    sheet.freeze_panes(HEAD, layout.frozen_columns)
    sheet.repeat_rows(HEAD - 3, HEAD - 1)
    sheet.print_area(0, 0, end, last)
    set_paper(sheet, layout.paper, words.footer, words.title)


def _rule_off_enterprises(sheet: Worksheet, fields: tuple[Field, ...], end: int, last: int, styles: Styles) -> None:
    """Draw a line above the first row of each enterprise, where its number is a column."""
    places = [place for place, field in enumerate(fields) if field.name == "enterprise_id"]
    for place in places:
        cell = xlsxwriter.utility.xl_col_to_name(place)
        rule = {"type": "formula", "criteria": f"=${cell}{HEAD + 1}<>${cell}{HEAD}", "format": styles.first_line}
        sheet.conditional_format(HEAD, 0, end, last, rule)


def _write_heading(sheet: Worksheet, lines: tuple[str, ...], fields: tuple[Field, ...], styles: Styles) -> None:
    """Write title and remarks across the printed columns, each as high as its text."""
    width = sum(field.width_px for field in fields)
    heights = row_heights([(pl.Series(lines[1:]), width)], len(lines) - 1)
    for row, (text, height) in enumerate(zip(lines, [30.0, *heights], strict=True)):
        style = styles.remark if row else styles.title
        sheet.set_row(row, height)
        if len(fields) > 1:
            sheet.merge_range(row, 0, row, len(fields) - 1, text, style)
        else:
            sheet.write_string(row, 0, text, style)


def _write_blocks(sheet: Worksheet, blocks: tuple[Block, ...], styles: Styles) -> None:
    """Write the two header rows: blocks merged over their columns."""
    column = 0
    for block in blocks:
        _write_block(sheet, column, block, styles)
        column += len(block.fields)
    headers = [(pl.Series([field.header]), field.width_px * 0.85) for field in fields_of(blocks)]
    [height] = row_heights(headers, 1)
    sheet.set_row(HEAD - 2, 18)
    sheet.set_row(HEAD - 1, height + FILTER_BUTTON_PT)


def _write_block(sheet: Worksheet, column: int, block: Block, styles: Styles) -> None:
    style = styles.head_of(block.level)
    last = column + len(block.fields) - 1
    if last > column:
        sheet.merge_range(HEAD - 2, column, HEAD - 2, last, block.header, style)
    else:
        sheet.write_string(HEAD - 2, column, block.header, style)
    for place, field in enumerate(block.fields, column):
        sheet.write_string(HEAD - 1, place, field.header, styles.head_of(block.level or field.level))


def _write_body(
    sheet: ColumnSheet, fields: tuple[Field, ...], rows: pl.DataFrame, styles: Styles, words: SheetWords
) -> None:
    """Write the rows under the header, each as high as its longest text; without rows, one that says so."""
    for column, field in enumerate(fields):
        sheet.set_column_pixels(column, column, field.width_px)
        _write_column(sheet, (HEAD, column), rows[field.name], field, styles, words.unknown)
    texts = [(rows[field.name], field.wrap_px) for field in fields if field.is_text]
    for row, height in enumerate(row_heights(texts, rows.height), HEAD):
        sheet.set_row(row, height)
    if rows.is_empty():
        sheet.write_string(HEAD, 0, words.empty, styles.remark_plain)


def _write_column(
    sheet: ColumnSheet, place: tuple[int, int], values: pl.Series, field: Field, styles: Styles, unknown: str
) -> None:
    """Write one column; an unknown number becomes the word for it, never a blank or a zero."""
    style = styles.body(field.kind, field.level)
    if field.is_text:
        sheet.write_texts(place, fitting(values), style)
    else:
        sheet.write_amounts(place, values, style, (unknown, styles.unknown))


def fitting(texts: pl.Series) -> pl.Series:
    """Return the texts cut to what a cell holds, with an ellipsis where something is missing."""
    is_long = texts.str.len_chars() > LONGEST_CELL
    if not is_long.any():
        return texts
    short = texts.str.slice(0, LONGEST_CELL - 1) + "…"
    return texts.zip_with(~is_long, short)


def _offer_choices(
    book: Workbook,
    offered: list[tuple[Worksheet, tuple[Field, ...]]],
    height: int,
    context: ReportContext,
    language: Language,
) -> None:
    """Put drop-downs on grade and measure, fed from a hidden sheet; nothing is protected."""
    if not offered:
        return
    grades = pl.select(grade_text(pl.lit(pl.Series(GRADES)), language)).to_series().to_list()
    measures = measure_choices(context.orders.select(measure_text=measure_text(language)), language)
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
    for lines, fields in offered:
        for column, field in enumerate(fields):
            rule = graded if field.name == "grade" else ordered if field.kind == "order" else None
            if rule and height:
                lines.data_validation(HEAD, column, HEAD + height - 1, column, rule)
