"""What a printed grade means: the texts that approved lists use, read into the grade scale."""

from datetime import date
from functools import cache

import polars as pl

from grading.assess.schemes import grade_in_family
from grading.scale import GRADE_DTYPE

# Labels seen on published lists (Xingtai 2024, Shanxi, Shandong, Hubei). "B(含B-)" names one class of a
# list in which B- is treated as B.
_GRADE_WORDS = {
    "A+": "A",
    "A": "A",
    "B": "B",
    "B(含B-)": "B",
    "B-": "B-",
    "C": "C",
    "D": "D",
    "引领性": "leading",
    "绩效引领性": "leading",
    "引领": "leading",
    "LEADING": "leading",
    "非引领性": "non_leading",
    "非引领": "non_leading",
    "NON_LEADING": "non_leading",
    "NON-LEADING": "non_leading",
    "NONLEADING": "non_leading",
}
_NO_GRADE_WORDS = (
    "未评级",
    "未评",
    "未定级",
    "未分级",
    "无",
    "/",
    "-",
    "—",
    "长期停产",
    "NONE",
    "NOTGRADED",
    "UNGRADED",
)
_PREFIX = r"^(地方|民生豁免-?|省级|市级|绩效)"
_SUFFIX = r"(企业|GRADE)$"


def _folded(text: pl.Expr) -> pl.Expr:
    upper = text.str.normalize("NFKC").str.to_uppercase().str.replace_all(r"\s", "")
    bare = upper.str.replace(_PREFIX, "").str.replace(_SUFFIX, "")
    return bare.str.replace("级", "", literal=True).str.replace("GRADE", "", literal=True)


def read_approved(text: pl.Expr) -> pl.Expr:
    """Return the grade a list's label means; null for no label, "not graded", and labels not understood."""
    return _folded(text).replace_strict(_GRADE_WORDS, default=None, return_dtype=pl.String).cast(GRADE_DTYPE)


def is_not_understood(text: pl.Expr) -> pl.Expr:
    """Return whether a label is neither a grade nor one of the ways to say "not graded"."""
    folded = _folded(text)
    understood = folded.is_in([*_GRADE_WORDS, *_NO_GRADE_WORDS, ""])
    return (text.is_not_null() & ~understood).fill_null(value=False)


@cache
def approval_in_force(on: date) -> tuple[pl.Expr, ...]:
    """Return the approved grade in force on the day, and the text that could not be used as one."""
    text = pl.col("approved_grade")
    is_early = (pl.col("approved_on") > pl.lit(on)).fill_null(value=False)
    is_over = (pl.col("approved_until") < pl.lit(on)).fill_null(value=False)
    is_outside = is_early | is_over
    read = grade_in_family(pl.col("scheme"), read_approved(text))
    unused = is_not_understood(text) | (is_outside & read.is_not_null())
    return (
        pl.when(~is_outside).then(read).alias("approved_grade"),
        pl.when(unused).then(text).alias("approved_text_unused"),
    )
