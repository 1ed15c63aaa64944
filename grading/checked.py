"""Tables of our own making are held to their schema."""

from collections.abc import Callable
from functools import cache
from typing import TypeVar

import dataframely as dy
import polars as pl

Held = Callable[[type[dy.Schema], pl.DataFrame], pl.DataFrame]
"""How the rows of a table are held to its schema."""
S = TypeVar("S", bound=dy.Schema)


def checked(schema: type[S], frame: pl.DataFrame) -> dy.DataFrame[S]:
    """Return the frame in the schema's types, every rule of the schema checked.

    `schema.validate(frame, cast=True)` does the same in three times the time: it keeps every column
    a second time to name the values that cannot be cast. Our own tables have none; a cast that fails is a defect.

    Raises:
        polars.exceptions.InvalidOperationError: a value cannot be cast.
        dataframely.exc.ValidationError: a rule does not hold.
    """
    return schema.validate(schema.cast(frame))


def shaped(schema: type[dy.Schema], rows: pl.DataFrame) -> pl.DataFrame:
    """Return the rows in the columns of a schema: names and kinds only, for a few rows among checked ones."""
    kinds = _kinds(schema)
    named = rows if rows.columns == list(kinds) else rows[list(kinds)]
    other = {name: kind for name, kind in named.schema.items() if kind != kinds[name]}
    return named.cast({name: kinds[name] for name in other}) if other else named


@cache
def _kinds(schema: type[dy.Schema]) -> pl.Schema:
    return schema.create_empty().schema
