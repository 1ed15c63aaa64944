"""统一社会信用代码: the check character of the unified social credit code.

Law: GB 32100-2015, section 4 and annex A. 18 characters out of 31 (digits and capitals without I, O, S,
V, Z); character i has weight 3**(i-1) mod 31; the last one is (31 - sum mod 31) mod 31.
"""

import polars as pl

ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
WEIGHTS: tuple[int, ...] = tuple(pow(3, place, 31) for place in range(17))
FORM = r"^[0-9ABCDEFGHJKLMNPQRTUWXY]{18}$"


def has_form(code: pl.Expr) -> pl.Expr:
    """Return whether a code has 18 characters of the alphabet; null stays null."""
    return code.str.contains(FORM)


def check_character(code: pl.Expr) -> pl.Expr:
    """Return the check character that the first 17 characters ask for; null if one is foreign to the alphabet."""
    worth = {character: value for value, character in enumerate(ALPHABET)}
    total = pl.sum_horizontal(
        *(
            code.str.slice(place, 1).replace_strict(worth, default=None, return_dtype=pl.Int32) * weight
            for place, weight in enumerate(WEIGHTS)
        ),
        ignore_nulls=False,
    )
    return ((31 - total % 31) % 31).replace_strict(dict(enumerate(ALPHABET)), default=None, return_dtype=pl.String)


def complete(first_17: str) -> str:
    """Return the full code for 17 characters, for samples and tests."""
    total = sum(ALPHABET.index(character) * weight for character, weight in zip(first_17, WEIGHTS, strict=True))
    return first_17 + ALPHABET[(31 - total % 31) % 31]
