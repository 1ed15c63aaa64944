"""What the plan costs, beside other ways of planning, and who bears it."""

import polars as pl

from grading.words import Language, mark, say
from reports.context import ReportContext
from reports.format import SHARE, WHOLE, largest, money_scale, plain
from reports.names import LEVEL_WORDS, POLLUTANT_NAMES, WAY_WORDS, grade_text
from reports.sentences import spelled
from reports.table import Column, Table, text_rows


def comparison_table(context: ReportContext, language: Language) -> Table:
    """Return this plan beside the usual ways of planning, at equal targets."""
    frame = context.comparison
    scale = money_scale(largest(frame["loss_cny_per_day"]), language)
    rows = frame.select(
        way=spelled(pl.col("way"), WAY_WORDS, language),
        level=spelled(pl.col("level"), LEVEL_WORDS, language),
        loss=plain(pl.col("loss_cny_per_day"), scale, language),
        saving=pl.when(pl.col("way").cast(pl.String) == "plan")
        .then(pl.lit("—"))
        .otherwise(plain(pl.col("saving_cny_per_day"), scale, language, mark("not comparable"))),
        enterprises=plain(pl.col("enterprises_cut"), WHOLE, language),
        units=plain(pl.col("units_cut"), WHOLE, language),
        exempt=plain(pl.col("exempt_units_cut"), WHOLE, language),
        misses=_missed(language),
        level_mark=pl.lit("level-") + pl.col("level").cast(pl.String),
        misses_mark=pl.when(pl.col("misses").is_not_null()).then(pl.lit("state-missed")).otherwise(pl.lit("")),
    )
    headers = (
        (mark("Loss"), scale.unit),
        (mark("The plan saves"), scale.unit),
        (mark("Enterprises cut"), ""),
        (mark("Lines cut"), ""),
        (mark("Exempt lines cut"), ""),
    )
    return Table(
        id="comparison",
        caption=say(language, mark("This plan and the usual ways of planning, at equal targets")),
        columns=(
            Column(say(language, mark("Way of planning"))),
            Column(say(language, mark("Level"))),
            *(Column(say(language, header), unit, "number") for header, unit in headers),
            Column(say(language, mark("Targets missed"))),
        ),
        rows=text_rows(rows, ("level_mark", "misses_mark")),
        note=say(
            language,
            mark(
                "Source: orders of each way of planning. Levels: loss a day; whole season: loss times the expected days. A way that misses a target the plan meets is not comparable."
            ),
        ),
        empty=say(language, mark("No plan, so nothing to compare.")),
    )


def _missed(language: Language) -> pl.Expr:
    words = {level: say(language, word) for level, word in LEVEL_WORDS.items()} | POLLUTANT_NAMES
    old = ["so2+nox", *(word for word in words if word != "so2+nox")]
    text = pl.col("misses").str.replace_many(old, [words[word] for word in old])
    return text.fill_null(say(language, mark("none")))


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
    scale = money_scale(largest(frame["loss_cny_per_season"]), language)
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
                "Source: orders and the enterprises table. Loss is value added lost plus restart costs; enterprises cut are under a measure at one level at least. {n} enterprises state no output value and are left out of the last column."
            ),
            n=int(context.cost_by_county["output_unknown"].sum()),
        ),
        empty=say(language, mark("No orders.")),
        is_long=True,
    )


def industry_table(context: ReportContext, language: Language) -> Table:
    """Return the cost by industry."""
    cells, unit = _cost_cells(context.cost_by_industry, language)
    rows = context.cost_by_industry.select(context.names.industry(language, pl.col("industry")).alias("industry"), **cells)
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
        grade_text(pl.col("grade"), language).alias("grade"), **cells, grade_mark=pl.lit("grade-") + pl.col("grade").cast(pl.String)
    )
    return Table(
        id="cost-grade",
        caption=say(language, mark("Cost by grade")),
        columns=_columns(say(language, mark("Grade")), unit, language),
        rows=text_rows(rows, ("grade_mark",)),
        note=say(language, mark("Source: orders and planned grades.")),
        empty=say(language, mark("No orders.")),
    )
