"""Tables of what was asked beside the plan: rows where it was answered, the reason in words where it was not."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import polars as pl

from grading.words import Language, mark, say
from optimizer.answers import Answer
from reports.answer_words import why_unanswered
from reports.format import Scale, largest, plain
from reports.names import LEVEL_WORDS, POLLUTANT_NAMES
from reports.table import Align, Column, Table, text_rows

LEVEL_MARK = pl.concat_str(pl.lit("level-"), pl.col("level").cast(pl.String)).alias("level_mark")
"""The mark that colours a row by its level; the last column of such a table, named in its `marks`."""


@dataclass(frozen=True)
class Asked:
    """One table to make: its id, caption and columns in marked words, how a frame becomes texts, its note, its marks.

    A column is its header, its unit and how it is aligned.
    """

    id: str
    caption: str
    columns: Sequence[tuple[str, str, Align]]
    texts: Callable[[pl.DataFrame], pl.DataFrame]
    note: str
    marks: Sequence[str] = ()


def asked_table(asked: Asked, answer: Answer, language: Language) -> Table:
    """Return the table of an answer; an unanswered question is a table that says why instead of rows."""
    rows = () if answer.frame is None else text_rows(asked.texts(answer.frame), asked.marks)
    why = why_unanswered(answer, language)
    return Table(
        id=asked.id,
        caption=say(language, asked.caption),
        columns=tuple(Column(say(language, header), unit, align) for header, unit, align in asked.columns),
        rows=rows,
        note=asked.note,
        empty=say(language, mark("Nothing to show ({why})."), why=why or say(language, mark("nothing of the kind"))),
        is_long=True,
    )


def most(answer: Answer, *columns: str) -> float:
    """Return the largest amount in some columns of an answer, which decides the scale of a table; 0 without one."""
    frame = answer.frame
    return 0.0 if frame is None else largest(value for column in columns for value in frame[column])


def money(column: str, scale: Scale, language: Language, missing: str = "—") -> pl.Expr:
    """Return an amount of money for a column whose header names the unit, under the column's own name."""
    return plain(pl.col(column), scale, language, missing).alias(column)


def signed(text: pl.Expr, value: pl.Expr) -> pl.Expr:
    """Return a text with a plus sign where the value is above zero."""
    return pl.when(value > 0).then(pl.lit("+") + text).otherwise(text)


def missed_words(column: str, language: Language) -> pl.Expr:
    """Return missed targets, listed by the optimizer in codes (`red nox`), in words; none has a word of its own."""
    words = {level: say(language, word) for level, word in LEVEL_WORDS.items()} | POLLUTANT_NAMES
    old = ["so2+nox", *(word for word in words if word != "so2+nox")]
    text = pl.col(column).str.replace_many(old, [words[word] for word in old], leftmost=True)
    is_none = pl.col(column).fill_null("") == ""
    return pl.when(is_none).then(pl.lit(say(language, mark("none")))).otherwise(text)
