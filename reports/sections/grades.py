"""Grades by industry and county, what changed since the earlier list, and whose grade is held down."""

import polars as pl

from grading.scale import GRADES
from grading.words import Language, mark, say
from reports.changes import changes_by
from reports.context import ReportContext
from reports.format import UNKNOWN, WHOLE, gap_between, plain
from reports.names import GRADE_WORDS, REASON_WORDS, grade_text
from reports.sentences import sentence, spelled
from reports.table import Align, Column, Table, text_rows


def industry_grades_table(context: ReportContext, language: Language) -> Table:
    """Return how many enterprises of each industry are planned at each grade, and how many rose or fell."""
    names = context.names.industry(language, pl.col("industry"))
    return _mix_table(context, language, "industry", names, say(language, mark("Industry")))


def county_grades_table(context: ReportContext, language: Language) -> Table:
    """Return how many enterprises of each county are planned at each grade, and how many rose or fell."""
    return _mix_table(context, language, "county", pl.col("county"), say(language, mark("County")))


CAPTIONS = {
    "industry": mark("Enterprises by industry and planned grade"),
    "county": mark("Enterprises by county and planned grade"),
}
MOVES = {"rose": mark("Rose"), "fell": mark("Fell")}


def _mix_table(context: ReportContext, language: Language, key: str, name: pl.Expr, header: str) -> Table:
    grades = context.grades.with_columns(pl.col("planned_grade").cast(pl.String))
    used = [grade for grade in GRADES if (grades["planned_grade"] == grade).any()]
    counts = [(pl.col("planned_grade") == grade).sum().alias(grade) for grade in used]
    wide = grades.group_by(key).agg(*counts, total=pl.len()).sort("total", key, descending=[True, False])
    moves = list(MOVES) if context.changes is not None else []
    if context.changes is not None:
        wide = wide.join(changes_by(context.changes, key), on=key, how="left", maintain_order="left")
    whole = [plain(pl.col(column), WHOLE, language, "0").alias(column) for column in (*used, "total", *moves)]
    rows = wide.select(name.alias(key), *whole)
    headers = [*(GRADE_WORDS[grade] for grade in used), mark("All"), *(MOVES[move] for move in moves)]
    return Table(
        id=f"grades-{key}",
        caption=say(language, CAPTIONS[key]),
        columns=(Column(header), *(Column(say(language, word), "", "number") for word in headers)),
        rows=text_rows(rows),
        note=say(
            language,
            mark(
                "Source: grades.csv. The planned grade is the worse end of what the evidence allows, after "
                "penalties and approvals; an enterprise in several industries stands under its first."
            ),
        )
        + since(context, language),
        empty=say(language, mark("No enterprise was graded.")),
        is_long=True,
    )


def since(context: ReportContext, language: Language) -> str:
    """Return what the change is counted from, or that there is no earlier list."""
    if context.changes is None:
        return gap_between(language) + say(language, mark("No earlier list is named, so no change is shown."))
    return gap_between(language) + say(
        language, mark("Rose and fell: since the list of {season}."), season=context.previous_season
    )


def held_down_table(context: ReportContext, language: Language) -> Table:
    """Return every enterprise whose grade a penalty or missing evidence holds down, and what would lift it."""
    held = ["interval_worse_end", "veto", "approved_but_capped"]
    frame = context.grades.filter(pl.col("reason_code").cast(pl.String).is_in(held)).sort("county", "enterprise_id")
    penalty = sentence(
        language,
        mark("penalty of {day}: {kind} ({clause})"),
        day=pl.col("veto_decided_on").cast(pl.String),
        kind=context.names.penalty(language, pl.col("veto_kind")),
        clause=pl.col("veto_clause").fill_null(say(language, mark("clause unknown"))),
    )
    missing = sentence(
        language,
        mark("missing: {indicators}"),
        indicators=context.names.indicator_list(language, pl.col("missing_indicators")),
    )
    proven = sentence(
        language,
        mark("proven by: {indicator}"),
        indicator=context.names.indicator_list(language, pl.col("deciding_indicator")),
    )
    is_by_evidence = (pl.col("reason_code").cast(pl.String) == "approved_but_capped") & pl.col("veto_kind").is_null()
    grounds = [pl.when(is_by_evidence).then(proven), penalty, missing]
    rows = frame.select(
        "name",
        "county",
        context.names.industry(language, pl.col("industry")).alias("industry"),
        best=grade_text(pl.col("computed_best"), language),
        planned=grade_text(pl.col("planned_grade"), language),
        why=spelled(pl.col("reason_code"), REASON_WORDS, language),
        ground=pl.concat_str(grounds, separator=say(language, mark("; ")), ignore_nulls=True),
    ).with_columns(ground=pl.when(pl.col("ground") == "").then(pl.lit(say(language, UNKNOWN))).otherwise("ground"))
    headers: tuple[tuple[str, Align], ...] = (
        (mark("Enterprise"), "text"), (mark("County"), "word"), (mark("Industry"), "word"),
        (mark("Best the evidence allows"), "word"), (mark("Planned as"), "word"), (mark("Why"), "text"),
        (mark("Ground"), "prose"),
    )  # fmt: skip
    return Table(
        id="held-down",
        caption=say(language, mark("Grades held down by a penalty or by missing evidence")),
        columns=tuple(Column(say(language, header), "", align) for header, align in headers),
        rows=text_rows(rows),
        note=say(language, mark("Source: grades.csv and indicators.parquet, which hold every indicator.")),
        empty=say(language, mark("No grade is held down.")),
        is_long=True,
    )
