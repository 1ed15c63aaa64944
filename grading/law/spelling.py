"""How names are compared, and which signs part the words of a list."""

import unicodedata

import polars as pl

NOISE = " \t\u3000()[]【】、,，·-—_/"
# After NFKC, which folds the full-width forms of the comma, the semicolon and the bar.
SEPARATORS = "|;,、。\n"
_NOISE = r"[\s()\[\]【】、,，·\-—_/]"


def folded(name: str) -> str:
    """Return the form in which names are compared; the same as `key`."""
    return "".join(sign for sign in unicodedata.normalize("NFKC", name) if sign not in NOISE).lower()


def key(name: pl.Expr) -> pl.Expr:
    """Return the form in which names are compared; the same as `folded`, of a whole column."""
    return name.str.normalize("NFKC").str.replace_all(_NOISE, "").str.to_lowercase()
