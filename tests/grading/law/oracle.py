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
    number, edges = float(value), [row["threshold"], row["may_threshold"]]
    keeps = [
        {"le": number <= edge, "lt": number < edge, "ge": number >= edge, "gt": number > edge}[operator]
        for edge in edges
        if edge is not None
    ]
    return "met" if all(keeps) else "unknown" if any(keeps) else "not_met"


def applies(law: Law, row: Row, given: dict[str, str]) -> bool | None:
    """Whether a row asks anything when this is stated beside it; None where that cannot be told."""
    conditions = {(c["industry"], c["condition"]): c for c in law.conditions.to_dicts()}

    def every(column: str) -> bool | None:
        said = [holds(conditions[row["industry"], name], given) for name in (row[column] or "").split("|") if name]
        return False if False in said else None if None in said else True

    excepted = every("applies_unless") if row["applies_unless"] else False
    both = [every("applies_when"), None if excepted is None else not excepted]
    return False if False in both else None if None in both else True


def holds(condition: Row, given: dict[str, str]) -> bool | None:
    if condition["asks"] not in given:
        return None
    said, operator = given[condition["asks"]], condition["operator"]
    if operator == "is_true":
        return said == "yes"
    if operator == "any_of":
        words = set(said.split("|"))
        surely, maybe = (bool(words & set(condition[name])) for name in ("choices", "may_choices"))
    else:
        number = float(said)
        surely, maybe = (
            edge is not None
            and {"le": number <= edge, "lt": number < edge, "ge": number >= edge, "gt": number > edge}[operator]
            for edge in (condition["threshold"], condition["may_threshold"])
        )
    return True if surely else None if maybe else False


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
