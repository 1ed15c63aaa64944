"""Sentences for whole columns: a translated template whose fields are Polars expressions."""

from string import Formatter

import polars as pl

from grading.words import Language, say


def sentence(language: Language, message: str, **fields: pl.Expr) -> pl.Expr:
    """Return the translated `message` with each `{field}` taken from its expression; a null field makes null.

    A template and its values never meet in one string, so braces inside a value stay text.
    """
    template = say(language, message)
    parts: list[pl.Expr] = []
    for text, name, _spec, _conversion in Formatter().parse(template):
        if text:
            parts.append(pl.lit(text))
        if name:
            parts.append(fields[name].cast(pl.String))
    return pl.concat_str(parts) if parts else pl.lit("")


def spelled(codes: pl.Expr, words: dict[str, str], language: Language) -> pl.Expr:
    """Return the translated word of each code; a code without a word stays as it is, null stays null."""
    return codes.cast(pl.String).replace({code: say(language, word) for code, word in words.items()})
