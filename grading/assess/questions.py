"""Which indicator is asked of which enterprise or unit: the rows of the indicator table before evidence.

Rules of one industry, subtype, scope and process are always asked together, so questions are laid out group by
group: a subject and a group of rules make a run of consecutive question numbers, and a million enterprises are
asked thirty million questions in two million rows.
"""

from dataclasses import dataclass

import polars as pl

from grading.assess.subjects import PAIR
from grading.law.model import Law

NO_EVIDENCE, NOT_APPLICABLE, LACKS_PROCESS = -1, -2, -3
_GROUP = [*PAIR, "scope", "process"]


@dataclass(frozen=True)
class Questions:
    """Every question, numbered from 0.

    `rules`: one row per rule: rule, group, place (in the group), indicator, title_zh, title_en.
    `asked`: one row per subject and group: pair (a row of the pairs asked for), enterprise_id, subject_id, group,
    first (question; the others follow by place), size, and `without`, the reading of a question nothing answers.
    """

    rules: pl.DataFrame
    asked: pl.DataFrame
    count: int


def _in_groups(rules: pl.DataFrame) -> pl.DataFrame:
    groups = rules.select(_GROUP).unique(maintain_order=True).with_row_index("group")
    joined = rules.join(groups, on=_GROUP, how="inner", nulls_equal=True, maintain_order="left")
    return joined.with_columns(pl.int_range(pl.len(), dtype=pl.UInt32).over("group").alias("place"))


def _lines(pairs: pl.DataFrame, units: pl.DataFrame, law: Law) -> pl.DataFrame:
    """Return the units of each pair, and whether the pack knows their process."""
    known = law.processes[["industry", "process"]].unique().with_columns(is_known_process=True)
    joined = units.join(known, on=["industry", "process"], how="left")
    return joined.join(pairs, on=["enterprise_id", *PAIR], how="inner", nulls_equal=True)


def _asked_of_units(lines: pl.DataFrame, groups: pl.DataFrame) -> pl.DataFrame:
    """Return what running units are asked: rules of the unit's process, and rules of no process for every unit."""
    running = lines.filter("is_operating").rename({"unit_id": "subject_id"})
    named = groups.filter(pl.col("process").is_not_null())
    by_process = running.join(named, on=[*PAIR, "process"], how="inner", nulls_equal=True)
    of_all = groups.filter(pl.col("process").is_null()).drop("process")
    by_industry = running.join(of_all, on=PAIR, how="inner", nulls_equal=True)
    columns = ["pair", "enterprise_id", "subject_id", "group", "size"]
    return pl.concat([by_process.select(columns), by_industry.select(columns)])


def _without_unit(pairs: pl.DataFrame, lines: pl.DataFrame, groups: pl.DataFrame, asked: pl.DataFrame) -> pl.DataFrame:
    """Return unit rules that no running unit answers, and whether that means they do not apply.

    They do not apply when the enterprise's lines of this industry are all known to the pack and none of
    them is of the process. An unknown process, or no line at all, leaves it open.
    """
    wanted = pairs.join(groups.drop("process"), on=PAIR, how="inner", nulls_equal=True)
    unanswered = wanted.join(asked, on=["pair", "group"], how="anti")
    known = lines.group_by("pair").agg(pl.col("is_known_process").fill_null(value=False).all().alias("all_known"))
    applies_not = pl.when(pl.col("all_known").fill_null(value=False))
    return unanswered.join(known, on="pair", how="left").select(
        "pair",
        "enterprise_id",
        pl.col("enterprise_id").alias("subject_id"),
        "group",
        "size",
        applies_not.then(NOT_APPLICABLE).otherwise(LACKS_PROCESS).cast(pl.Int64).alias("without"),
    )


def lay_questions(pairs: pl.DataFrame, units: pl.DataFrame, rules: pl.DataFrame, law: Law) -> Questions:
    """Return every question asked of the pairs (enterprise_id, industry, subtype), in the order of the pairs."""
    numbered = pairs[["enterprise_id", *PAIR]].with_row_index("pair")
    grouped = _in_groups(rules)
    groups = grouped.group_by("group", *_GROUP).agg(pl.len().alias("size"))
    of_units = groups.filter(pl.col("scope") == "unit").drop("scope")
    of_enterprises = groups.filter(pl.col("scope") == "enterprise").drop("scope", "process")
    lines = _lines(numbered, units, law)
    asked_of_units = _asked_of_units(lines, of_units)
    itself = numbered.join(of_enterprises, on=PAIR, how="inner", nulls_equal=True).select(
        "pair", "enterprise_id", pl.col("enterprise_id").alias("subject_id"), "group", "size"
    )
    parts = [itself, asked_of_units, _without_unit(numbered, lines, of_units, asked_of_units)]
    asked = pl.concat(parts, how="diagonal").with_columns(pl.col("without").fill_null(NO_EVIDENCE)).sort("pair")
    first = (pl.col("size").cum_sum() - pl.col("size")).cast(pl.UInt32).alias("first")
    members = grouped[["rule", "group", "place", "indicator", "title_zh", "title_en"]]
    return Questions(members, asked.with_columns(first), int(asked["size"].sum()))
