"""The slow reference: one cell, one value, plain Python. Knows nothing of the product's evaluation."""

from typing import Any

import polars as pl

from grading.law.model import Law

Row = dict[str, Any]


def rows(frame: pl.DataFrame, *columns: str, **where: str) -> list[tuple[Any, ...]]:
    return frame.filter(**where).select(columns).rows()


def verdict(row: Row, value: str) -> str:
    if row["status"] == "unknown":
        return "unknown"
    operator = row["operator"]
    if operator == "is_true":
        return "met" if value == "yes" else "not_met"
    if operator in ("one_of", "all_of"):
        asked, given = set(row["choices"].split("|")), set(value.split("|"))
        return "met" if (asked & given if operator == "one_of" else asked <= given) else "not_met"
    number, edge = float(value), row["threshold"]
    holds = {"le": number <= edge, "lt": number < edge, "ge": number >= edge, "gt": number > edge}[operator]
    return "met" if holds else "not_met"


def table(law: Law) -> dict[tuple[str, str | None, str], list[Row]]:
    """The rows of each indicator, one per grade (the rows of process parts repeat them)."""
    found: dict[tuple[str, str | None, str], dict[str, Row]] = {}
    for row in law.requirements.to_dicts():
        key = (row["industry"], row["subtype"], row["indicator"])
        found.setdefault(key, {}).setdefault(row["grade"], row)
    return {key: list(by_grade.values()) for key, by_grade in found.items()}


def rung(law: Law, industry: str, subtype: str | None, process: str | None, grade: str, level: str) -> Row:
    """The most specific row of the ladder: industry before subtype before process."""
    wanted = {"industry": industry, "subtype": subtype, "process": process}

    def weight(row: Row) -> int | None:
        if any(row[key] is not None and row[key] != wanted[key] for key in wanted):
            return None
        named = [row[key] is not None for key in ("industry", "subtype", "process")]
        return 4 * named[0] + 2 * named[1] + named[2]

    rows = law.ladder.filter(pl.col("grade") == grade, pl.col("level") == level).to_dicts()
    fitting = [(specificity, row) for row in rows if (specificity := weight(row)) is not None]
    return max(fitting, key=lambda pair: pair[0])[1]
