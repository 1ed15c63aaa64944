"""Lists judged row by row: what breaks a rule becomes a fault with its place, the other rows are accepted."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

import polars as pl

from grading.case.rules import Place
from grading.faults import Fault, InputError
from grading.monitoring.input_rules import fault, faults_of
from grading.monitoring.sheet import Names, Sheet, open_sheet


class Wrong(NamedTuple):
    """One way in which a row can be wrong.

    `holds` is true where a row breaks the rule (null: it does not), `value` what the row says, `expected` what it
    should say: one word for all rows, or an expression.
    """

    rule: str
    column: str
    holds: pl.Expr
    value: pl.Expr | str
    expected: pl.Expr | str = ""


def open_list(path: Path, names: Names, required: Sequence[str], words: Mapping[str, Sequence[str]]) -> Sheet:
    """Return the one table of a file that has every required column; `words` are the headers that are accepted.

    Raises:
        InputError: the file cannot be read or lacks a required column; every missing one is named.
    """
    sheet = open_sheet(path.read_bytes(), path.name, names)
    absent = [name for name in required if (name, "") not in sheet.columns]
    if absent:
        raise InputError([fault("missing_column", sheet.header, name, ", ".join(words[name])) for name in absent])
    return sheet


def judge(rows: pl.DataFrame, wrong: Sequence[Wrong], at: Place) -> tuple[pl.DataFrame, list[Fault]]:
    """Return the rows that break no rule, and a fault for every rule that each of the others breaks."""
    faults = [found for one in wrong for found in _broken(rows, one, at)]
    is_wrong = pl.any_horizontal(one.holds.fill_null(value=False) for one in wrong)
    return rows.filter(~is_wrong), faults


def _broken(rows: pl.DataFrame, wrong: Wrong, at: Place) -> list[Fault]:
    expected = pl.lit(wrong.expected) if isinstance(wrong.expected, str) else wrong.expected
    broken = rows.filter(wrong.holds).select("row", value=wrong.value, expected=expected)
    return faults_of(broken, at, wrong.rule, wrong.column)
