"""What the plan costs, beside other ways of planning, and who bears it."""

import polars as pl

from grading.scale import LEVELS
from grading.words import Language, mark, say
from reports.context import ReportContext
from reports.format import SHARE, WHOLE, largest, money_column, plain
from reports.names import WAY_WORDS, grade_text
from reports.sections.asked import missed_words
from reports.sentences import spelled
from reports.table import Column, Table, text_rows


def comparison_table(context: ReportContext, language: Language) -> Table:
    """Return this plan beside the usual ways of planning, one row per way."""
    frame = context.comparison.with_columns(pl.col("level").cast(pl.String))
    daily = money_column(largest(frame.filter(pl.col("level") != "season")["loss_cny_per_day"]), language)
    seasonal = money_column(largest(frame.filter(pl.col("level") == "season")["loss_cny_per_day"]), language)
    wide = frame.group_by("way", maintain_order=True).agg(
        *(_at(level, "loss_cny_per_day").alias(level) for level in (*LEVELS, "season")),
        *(_at("season", column).alias(column) for column in ("saving_cny_per_day", "misses")),
        *(_at("red", column).alias(column) for column in ("enterprises_cut", "units_cut", "exempt_units_cut")),
    )
    saving = plain(pl.col("saving_cny_per_day"), seasonal, language, mark("not comparable"))
    rows = wide.select(
        way=spelled(pl.col("way"), WAY_WORDS, language),
        **{level: plain(pl.col(level), daily, language) for level in LEVELS},
        season=plain(pl.col("season"), seasonal, language),
        saving=pl.when(pl.col("way").cast(pl.String) == "plan").then(pl.lit("—")).otherwise(saving),
        **{c: plain(pl.col(c), WHOLE, language) for c in ("enterprises_cut", "units_cut", "exempt_units_cut")},
        misses=missed_words("misses", language),
        misses_mark=pl.when(pl.col("misses").is_not_null()).then(pl.lit("state-missed")).otherwise(pl.lit("")),
    )
    headers = (
        (mark("Loss a day, yellow"), daily.unit), (mark("Loss a day, orange"), daily.unit),
        (mark("Loss a day, red"), daily.unit), (mark("Loss a season"), seasonal.unit),
        (mark("The plan saves a season"), seasonal.unit), (mark("Enterprises cut at red"), ""),
        (mark("Lines cut at red"), ""), (mark("Exempt lines cut at red"), ""),
    )  # fmt: skip
    return Table(
        id="comparison",
        caption=say(language, mark("This plan and the usual ways of planning, at equal targets")),
        columns=(
            Column(say(language, mark("Way of planning"))),
            *(Column(say(language, header), unit, "number") for header, unit in headers),
            Column(say(language, mark("Targets missed"))),
        ),
        rows=text_rows(rows, ("misses_mark",)),
        note=say(
            language,
            mark(
                "Source: orders of each way of planning. A season is the daily loss times the expected days of "
                "each level. A way that misses a target the plan meets is not comparable. Uniform ignores the legal "
                "ladder; cheapest first does not spare better grades, so it can cost less than the plan."
            ),
        ),
        empty=say(language, mark("No plan, so nothing to compare.")),
    )  # fmt: skip


def _at(level: str, column: str) -> pl.Expr:
    return pl.col(column).filter(pl.col("level") == level).first()


def _columns(first: str, unit: str, language: Language) -> tuple[Column, ...]:
    headers = (
        (mark("Enterprises"), ""),
        (mark("Enterprises cut"), ""),
        (mark("Lines cut"), ""),
        (mark("Loss a season"), unit),
        (mark("Share of loss"), "%"),
    )
    return (Column(first), *(Column(say(language, header), unit, "number") for header, unit in headers))


def _cost_cells(frame: pl.DataFrame, language: Language) -> tuple[dict[str, pl.Expr], str]:
    scale = money_column(largest(frame["loss_cny_per_season"]), language)
    cells = {c: plain(pl.col(c), WHOLE, language) for c in ("enterprises", "enterprises_cut", "units_cut")}
    cells["loss"] = plain(pl.col("loss_cny_per_season"), scale, language)
    cells["loss_share"] = plain(pl.col("loss_share"), SHARE, language)
    return cells, scale.unit


def county_table(context: ReportContext, language: Language) -> Table:
    """Return the cost by county beside the county's share of listed output value."""
    cells, unit = _cost_cells(context.cost_by_county, language)
    rows = context.cost_by_county.select("county", **cells, output_share=plain(pl.col("output_share"), SHARE, language))
    return Table(
        id="cost-county",
        caption=say(language, mark("Cost by county")),
        columns=(
            *_columns(say(language, mark("County")), unit, language),
            Column(say(language, mark("Share of listed output value")), "%", "number"),
        ),
        rows=text_rows(rows),
        note=say(
            language,
            mark(
                "Source: orders and the enterprises table. Loss is value added lost plus restart costs; "
                "enterprises cut are under a measure at one level at least. {n} enterprises state no output "
                "value and are left out of the last column."
            ),
            n=int(context.cost_by_county["output_unknown"].sum()),
        ),
        empty=say(language, mark("No orders.")),
        is_long=True,
    )


def industry_table(context: ReportContext, language: Language) -> Table:
    """Return the cost by industry."""
    cells, unit = _cost_cells(context.cost_by_industry, language)
    rows = context.cost_by_industry.select(
        context.names.industry(language, pl.col("industry")).alias("industry"), **cells
    )
    return Table(
        id="cost-industry",
        caption=say(language, mark("Cost by industry")),
        columns=_columns(say(language, mark("Industry")), unit, language),
        rows=text_rows(rows),
        note=say(language, mark("Source: orders. The industry of a line is its own, not that of its enterprise.")),
        empty=say(language, mark("No orders.")),
        is_long=True,
    )


def grade_table(context: ReportContext, language: Language) -> Table:
    """Return the cost by grade, best grade first."""
    cells, unit = _cost_cells(context.cost_by_grade, language)
    rows = context.cost_by_grade.sort("grade").select(
        grade_text(pl.col("grade"), language).alias("grade"),
        **cells,
        grade_mark=pl.lit("grade-") + pl.col("grade").cast(pl.String),
    )
    return Table(
        id="cost-grade",
        caption=say(language, mark("Cost by grade")),
        columns=_columns(say(language, mark("Grade")), unit, language),
        rows=text_rows(rows, ("grade_mark",)),
        note=say(language, mark("Source: orders and planned grades.")),
        empty=say(language, mark("No orders.")),
    )
