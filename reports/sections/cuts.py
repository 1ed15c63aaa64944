"""Who is cut and why, line by line, and what became of the planner's own pins."""

import polars as pl

from grading.scale import LEVELS
from grading.words import Language, mark, say
from reports.context import ReportContext
from reports.format import UNKNOWN, largest, money_column, plain
from reports.names import LEVEL_WORDS, PIN_WORDS, grade_text, level_word
from reports.orders import order_texts
from reports.reasons import bare_reason, clause_text, reasons_by_unit
from reports.sections.asked import Asked, asked_table, missed_words, money
from reports.sentences import spelled
from reports.table import Align, Column, Table, text_rows

_FACTS = ("name", "line", "county", "industry_name", "grade_name")


def cuts_table(context: ReportContext, language: Language) -> Table:
    """Return every line under a measure at any level: the measure per level, and the reasons."""
    orders = context.orders.filter((pl.col("k") > 0).any().over("unit_id"))
    worded = order_texts(orders, context.names, language).with_columns(
        bare_reason=bare_reason(context.names, language), clause_text=clause_text(context.names, language)
    )
    per_level = [
        pl.col("measure_text").filter(pl.col("level").cast(pl.String) == level).first().alias(level) for level in LEVELS
    ]
    scale = money_column(largest(orders["loss_cny_per_season"]), language)
    cost = plain(pl.col("loss"), scale, language).alias("cost")
    clauses = pl.when(pl.col("clauses") == "").then(pl.lit("—")).otherwise("clauses").alias("clauses")
    line = pl.coalesce("unit_name", context.names.process(language, pl.col("industry"), pl.col("process")))
    industry = context.names.industry(language, pl.col("industry"))
    rows = (
        worded.with_columns(line=line, industry_name=industry, grade_name=grade_text(pl.col("grade"), language))
        .group_by("unit_id", maintain_order=True)
        .agg(
            pl.col(*_FACTS).first(),
            *per_level,
            loss=pl.col("loss_cny_per_season").sum(),
            clauses=pl.col("clause_text").drop_nulls().unique(maintain_order=True).str.join(say(language, mark("; "))),
        )
        .join(reasons_by_unit(worded, "bare_reason", language), on="unit_id", maintain_order="left")
        .sort("loss", "unit_id", descending=[True, False])
        .select(
            *_FACTS, *(pl.col(level).fill_null(say(language, UNKNOWN)) for level in LEVELS), cost, "reasons", clauses
        )
    )
    headers: tuple[tuple[str, Align], ...] = (
        (mark("Enterprise"), "text"), (mark("Line"), "tight"), (mark("County"), "word"),
        (mark("Industry"), "tight"), (mark("Grade"), "word"),
    )  # fmt: skip
    return Table(
        id="cuts",
        caption=say(language, mark("Lines under a measure, and why")),
        columns=(
            *(Column(say(language, header), "", align) for header, align in headers),
            *(Column(level_word(level, language), "", "tight") for level in LEVELS),
            Column(say(language, mark("Loss a season")), scale.unit, "number"),
            Column(say(language, mark("Reason")), "", "prose"),
            Column(say(language, mark("Clause"))),
        ),
        rows=text_rows(rows),
        note=say(
            language,
            mark(
                "Source: orders, dearest line first. Quantities, baselines and ways of checking stand in "
                "curtailment-list.xlsx and plan.csv."
            ),
        ),
        empty=say(language, mark("No line is under a measure.")),
        is_long=True,
    )  # fmt: skip


def pins_table(context: ReportContext, language: Language) -> Table:
    """Return every pin of the planner and what became of it."""
    who = context.orders.unique("unit_id", keep="first", maintain_order=True).select("unit_id", "name")
    rows = context.overrides.join(who, on="unit_id", how="left", maintain_order="left").select(
        "unit_id",
        pl.col("name").fill_null(say(language, UNKNOWN)),
        level=spelled(pl.col("level"), LEVEL_WORDS, language),
        **{column: pl.col(column).fill_null(say(language, UNKNOWN)) for column in ("measure", "reason", "by")},
        state=spelled(pl.col("state"), PIN_WORDS, language),
        state_mark=pl.when(pl.col("state").is_in(["applied", "extended"]))
        .then(pl.lit(""))
        .otherwise(pl.lit("state-missed")),
    )
    headers = (
        mark("Line number"), mark("Enterprise"), mark("Level"), mark("Measure"), mark("Given reason"),
        mark("By"), mark("What became of it"),
    )  # fmt: skip
    return Table(
        id="pins",
        caption=say(language, mark("The planner's own pins")),
        columns=tuple(Column(say(language, header)) for header in headers),
        rows=text_rows(rows, ("state_mark",)),
        note=say(language, mark("Source: the overrides table of the case.")),
        empty=say(language, mark("The planner pinned nothing.")),
        is_long=True,
    )


PIN_STATES = {
    "confirmed": mark("planned again"),
    "in_shares": mark("solved again in shares of orders"),
    "within_gap": mark("costs or saves: within the gap"),
    "no_plan": mark("without it there is no plan"),
    "targets_change": mark("decides whether a target is met"),
    "not_proven": mark("not proven in time"),
}


def pin_prices_table(context: ReportContext, language: Language) -> Table:
    """Return what every pinned line costs: the plan with its pins against the plan made again without them."""
    answer = context.answers.override_prices
    columns = {
        "price_cny_per_season": mark("It costs"),
        "price_low_cny_per_season": mark("at least"),
        "price_high_cny_per_season": mark("at most"),
        "rest_bears_cny_per_season": mark("All others bear"),
    }
    found = (v for name in columns for v in answer.frame[name]) if answer.frame is not None else ()
    scale = money_column(largest(found), language)

    def texts(frame: pl.DataFrame) -> pl.DataFrame:
        return frame.select(
            "unit_id",
            "name",
            "reason",
            "by",
            *(money(column, scale, language) for column in columns),
            missed_words("missed_without", language).alias("missed"),
            spelled(pl.col("state"), PIN_STATES, language).alias("state"),
        )

    return asked_table(
        Asked(
            "pin-prices",
            mark("What every planner's pin costs"),
            (
                (mark("Line number"), "", "text"),
                (mark("Enterprise"), "", "text"),
                (mark("Given reason"), "", "text"),
                (mark("By"), "", "text"),
                *((word, scale.unit, "number") for word in columns.values()),
                (mark("Targets missed without it"), "", "text"),
                (mark("Outcome"), "", "text"),
            ),
            texts,
            say(language, mark("Source: docs/model.md, A.4; money is a season's, negative where the pin saves loss.")),
        ),
        answer,
        language,
    )
