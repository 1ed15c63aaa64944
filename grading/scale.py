"""The grade scale: one order for every scheme, and the words a list prints.

Source: 340号 (A/B/B-/C/D and leading/non-leading), 环办大气〔2026〕2号 (A/B/C/D and A/B/C).
"""

import polars as pl

# Better grades first. `leading` ranks with A, `non_leading` with C: what 340号 lets them do is alike.
GRADES: tuple[str, ...] = ("A", "leading", "B", "B-", "C", "non_leading", "D")
GRADE_DTYPE = pl.Enum(GRADES)
RANK: dict[str, int] = {"A": 0, "leading": 0, "B": 1, "B-": 2, "C": 3, "non_leading": 3, "D": 4}
SCHEMES: dict[str, tuple[str, ...]] = {
    "ABCD": ("A", "B", "C", "D"),
    "ABBmCD": ("A", "B", "B-", "C", "D"),
    "ABC": ("A", "B", "C"),
    "leading": ("leading", "non_leading"),
}
LEVELS: tuple[str, ...] = ("yellow", "orange", "red")
LEVEL_DTYPE = pl.Enum(LEVELS)
POLLUTANTS: tuple[str, ...] = ("so2", "nox", "pm", "vocs")
POLLUTANT_DTYPE = pl.Enum(POLLUTANTS)
STATUSES: tuple[str, ...] = ("verified", "reported", "unverified", "unknown")
STATUS_DTYPE = pl.Enum(STATUSES)


_RANKED, _RANKS = pl.Series(list(RANK)), pl.Series(list(RANK.values()), dtype=pl.Int8)


def rank(grade: pl.Expr) -> pl.Expr:
    """Return the severity rank of a grade: 0 is best; a null grade stays null."""
    return grade.cast(pl.String).replace_strict(_RANKED, _RANKS, return_dtype=pl.Int8)
