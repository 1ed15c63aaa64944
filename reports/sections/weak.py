"""Whose grade or measure rests on rules nobody has read in the official text: which rule to read first."""

import polars as pl

from grading.words import Language, mark, say
from reports.context import ReportContext
from reports.names import STATUS_WORDS, grade_text
from reports.sentences import sentence, spelled
from reports.table import Align, Column, Table, text_rows

NAMED_AT_MOST = 8
PARTS = {"grade": mark("grade"), "measure": mark("legal measure")}
_UNSTATED = mark("no rule: a decision without day or office on record")


def weak_law_table(context: ReportContext, language: Language) -> Table:
    """Return one row per rule and evidence status: how many enterprises depend on it, most first, and which."""
    names = context.names
    rule = names.penalty(language, names.indicator_list(language, pl.col("rule")))
    told = context.weak_law.with_columns(
        rule=pl.when(pl.col("part") == "grade").then(rule).fill_null(""), clause=pl.col("clause").fill_null("")
    )
    grouped = (
        told.group_by("part", "rule", "clause", "status", maintain_order=True)
        .agg(pl.len().alias("enterprises"), pl.col("name").head(NAMED_AT_MOST), pl.col("county").n_unique())
        .sort("part", "enterprises", "status", "clause", "rule", descending=[False, True, True, False, False])
    )
    listed = pl.col("name").list.join(say(language, mark(", ")))
    more = sentence(language, mark("{names} and {n} more"), names=listed, n=pl.col("enterprises") - NAMED_AT_MOST)
    what = pl.concat_str(pl.col("clause"), pl.col("rule").replace("", None), separator=" ", ignore_nulls=True)
    rows = grouped.select(
        pl.when(what.str.strip_chars() == "").then(pl.lit(say(language, _UNSTATED))).otherwise(what).alias("what"),
        spelled(pl.col("part"), PARTS, language),
        spelled(pl.col("status"), STATUS_WORDS, language),
        pl.col("enterprises").cast(pl.String),
        pl.when(pl.col("enterprises") > NAMED_AT_MOST).then(more).otherwise(listed).alias("who"),
    )
    headers: tuple[tuple[str, Align], ...] = (
        (mark("Rule"), "prose"), (mark("Decides"), "word"), (mark("Evidence"), "word"),
        (mark("Enterprises"), "number"), (mark("Who"), "prose"),
    )  # fmt: skip
    return Table(
        id="weak-law",
        caption=say(language, mark("Rules not read in the official text, by how many enterprises depend on them")),
        columns=tuple(Column(say(language, header), "", align) for header, align in headers),
        rows=text_rows(rows),
        note=say(
            language,
            mark(
                "Source: weak_law.csv, which names every enterprise. Read the topmost rules first: "
                "`lantian rules export` writes them as a workbook to complete."
            ),
        ),
        empty=say(language, mark("Every grade and measure rests on the official text.")),
        is_long=True,
    )


def doubted_table(context: ReportContext, language: Language) -> Table:
    """Return the approved grades that stand although a penalty may cap them."""
    frame = context.grades.filter(pl.col("approval_doubt").is_not_null()).sort("county", "enterprise_id")
    rows = frame.select(
        "name",
        "county",
        grade_text(pl.col("planned_grade"), language),
        context.names.penalty(language, pl.col("veto_kind")).alias("kind"),
        pl.col("veto_decided_on").cast(pl.String),
        grade_text(pl.col("capped_worst"), language).alias("worst"),
    )
    headers: tuple[tuple[str, Align], ...] = (
        (mark("Enterprise"), "text"), (mark("County"), "word"), (mark("Planned as"), "word"),
        (mark("Penalty"), "prose"), (mark("Decided on"), "word"), (mark("At worst"), "word"),
    )  # fmt: skip
    return Table(
        id="doubted",
        caption=say(language, mark("Approved grades that a penalty may cap")),
        columns=tuple(Column(say(language, header), "", align) for header, align in headers),
        rows=text_rows(rows),
        note=say(
            language, mark("Source: grades.csv (approval_doubt). The decision stands until the authority changes it.")
        ),
        empty=say(language, mark("No approved grade is in doubt.")),
        is_long=True,
    )
