"""The short sheets behind the list: the targets in one table, and what the other lists bring."""

import polars as pl
from xlsxwriter.worksheet import Worksheet

from grading.words import Language, mark, say
from reports.answers import JOINT, counts_in_sum
from reports.context import ReportContext
from reports.format import UNKNOWN
from reports.names import LEVEL_WORDS, LIST_WORDS, POLLUTANT_NAMES, STATE_WORDS
from reports.official_list.sheetstyle import Styles, set_paper
from reports.sections.targets import NOT_STATED
from reports.sentences import spelled
from reports.tally import listed_sums


def write_summary(
    sheet: Worksheet, context: ReportContext, heading: tuple[str, str], styles: Styles, language: Language
) -> None:
    """Write required and planned reductions, one row per level and pollutant."""
    headers = (
        mark("Level"), mark("Pollutant"), mark("Unit"), mark("Required"), mark("Planned, other lists included"),
        mark("of which other lists"), mark("Slack"), mark("Share of whole society"), mark("Status"),
    )  # fmt: skip
    sheet.merge_range(0, 0, 0, len(headers) - 1, heading[0], styles.title)
    sheet.merge_range(1, 0, 1, len(headers) - 1, heading[1], styles.remark)
    sheet.set_row(0, 30)
    sheet.set_row(1, 45)
    sheet.set_column(0, len(headers) - 1, 16)
    sheet.write_row(3, 0, [say(language, header) for header in headers], styles.head_of(""))
    rows = context.targets.select(
        spelled(pl.col("level"), LEVEL_WORDS, language),
        pl.col("target").replace(POLLUTANT_NAMES).alias("name"),
        pl.when(pl.col("target") == JOINT).then(pl.lit("%")).otherwise("unit").alias("unit"),
        "required", "planned", "other_lists", "slack", "planned_share",
        state=pl.when(counts_in_sum())
        .then(pl.lit(say(language, mark("counts through SO₂+NOx"))))
        .otherwise(spelled(pl.col("state"), STATE_WORDS, language)),
    )  # fmt: skip
    for row, values in enumerate(rows.iter_rows(), 4):
        is_share = values[2] == "%"
        for column, value in enumerate(values):
            as_share = column == 7 or (is_share and 3 <= column <= 6)
            _write_value(
                sheet,
                (row, column),
                value,
                styles.share if as_share else styles.signed,
                styles,
                say(language, NOT_STATED),
            )
    if rows.is_empty():
        sheet.write_string(4, 0, say(language, mark("No target is stated in case.toml.")), styles.text)
    sheet.freeze_panes(4, 2)
    sheet.repeat_rows(3)
    set_paper(sheet, "A4", say(language, mark("Page {page} of {pages}"), page="&P", pages="&N"))


def write_others(sheet: Worksheet, context: ReportContext, styles: Styles, language: Language) -> None:
    """Write the reductions that the mobile, dust and further lists bring."""
    headers = (
        mark("List"), mark("Level"), mark("Pollutant"), mark("Reduction (kg/d)"), mark("Rows listed add up to (kg/d)"),
        mark("Rows without an amount"),
    )  # fmt: skip
    sheet.set_column(0, len(headers) - 1, 20)
    sheet.merge_range(
        0, 0, 0, len(headers) - 1, say(language, mark("Reductions of the mobile, dust and further lists")), styles.title
    )
    note = mark("The first amount, from case.toml, counts towards the targets. The rows are listed for those who act.")
    sheet.merge_range(1, 0, 1, len(headers) - 1, say(language, note), styles.remark)
    sheet.write_row(2, 0, [say(language, header) for header in headers], styles.head_of(""))
    rows = _others(context, language)
    words = (say(language, UNKNOWN), say(language, mark("not listed row by row")))
    for row, values in enumerate(rows.iter_rows(), 3):
        missing = words[values[-1] is None]
        for column, value in enumerate(values):
            style = styles.whole if column == len(headers) - 1 else styles.number
            _write_value(sheet, (row, column), value, style, styles, missing)
    if rows.is_empty():
        sheet.write_string(3, 0, say(language, mark("case.toml states no other list.")), styles.text)
    sheet.freeze_panes(3, 1)
    sheet.repeat_rows(2)
    set_paper(sheet, "A4", say(language, mark("Page {page} of {pages}"), page="&P", pages="&N"))


def _others(context: ReportContext, language: Language) -> pl.DataFrame:
    """Return what each list brings beside what its rows add up to; a list without rows has null, never zero."""
    key = ["list", "level", "pollutant"]
    sums = listed_sums({"mobile": context.mobile_list, "dust": context.dust_list})
    return context.other_lists.join(sums, on=key, how="left", maintain_order="left").select(
        spelled(pl.col("list"), LIST_WORDS, language),
        spelled(pl.col("level"), LEVEL_WORDS, language),
        pl.col("pollutant").replace(POLLUTANT_NAMES),
        "kg_per_day",
        "rows_kg_per_day",
        "rows_blank",
    )


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
