"""Grade schemes as small lookup frames: steps, ranks, and how a grade reads in another scheme."""

import polars as pl

from grading.scale import GRADE_DTYPE, GRADES, RANK, SCHEMES, STATUS_DTYPE

MAX_STEPS = max(len(grades) for grades in SCHEMES.values())
DEFAULT_SCHEME = "ABCD"

STEPS = pl.DataFrame(
    [
        {"scheme": scheme, "grade": grade, "step": step, "last_step": len(grades) - 1}
        for scheme, grades in SCHEMES.items()
        for step, grade in enumerate(grades)
    ],
    schema={"scheme": pl.String, "grade": GRADE_DTYPE, "step": pl.Int8, "last_step": pl.Int8},
)


def _first_not_better(scheme: str, rank: int) -> str:
    return next((grade for grade in SCHEMES[scheme] if RANK[grade] >= rank), SCHEMES[scheme][-1])


def _in_family(scheme: str, grade: str) -> str:
    words = {"A": "leading", "C": "non_leading"} if scheme == "leading" else {"leading": "A", "non_leading": "C"}
    return words.get(grade, grade)


Answers = tuple[pl.Series, pl.Series]
"""Scheme and value as one text -> grade."""


def _answers(told: dict[tuple[str, str], str]) -> Answers:
    return pl.Series([f"{scheme}|{value}" for scheme, value in told]), pl.Series(list(told.values()))


_AT_RANK = _answers({(s, str(r)): _first_not_better(s, r) for s in SCHEMES for r in sorted(set(RANK.values()))})
_IN_FAMILY = _answers({(scheme, grade): _in_family(scheme, grade) for scheme in SCHEMES for grade in GRADES})


def _look_up(scheme: pl.Expr, key: pl.Expr, answers: Answers) -> pl.Expr:
    joined = pl.concat_str([scheme, key.cast(pl.String)], separator="|")
    return joined.replace_strict(*answers, default=None, return_dtype=pl.String).cast(GRADE_DTYPE)


def grade_at_rank(scheme: pl.Expr, rank: pl.Expr) -> pl.Expr:
    """Return the scheme's best grade that is not better than `rank`; its lowest grade if there is none.

    This is how a cap enters a scheme: C is non_leading where only leading and non_leading exist.
    """
    return _look_up(scheme, rank, _AT_RANK)


def grade_in_family(scheme: pl.Expr, grade: pl.Expr) -> pl.Expr:
    """Return `grade` in the words of the scheme's family, keeping B, B- and D everywhere.

    A reads leading, C reads non_leading, and the other way round. The others have no counterpart: lists
    print B- in every letter scheme, and an enterprise graded B or D as a whole carries that grade onto a
    line whose own industry only knows leading; the general ladder says what B and D mean there.
    """
    return _look_up(scheme, grade, _IN_FAMILY)


def weakness(status: pl.Expr) -> pl.Expr:
    """Return an evidence status as a number that grows as the status weakens."""
    return status.cast(STATUS_DTYPE).to_physical()


def weakest(*weaknesses: pl.Expr) -> pl.Expr:
    """Return the weakest of several `weakness` numbers as a status; null where none is given."""
    return pl.max_horizontal(weaknesses).cast(pl.UInt8).cat.to(STATUS_DTYPE)
