"""Penalties and findings that cap the grade, for as long as the law says they count.

Days are counted from the day of application (or the day of the law, where none is given) back to the
decision; the last day of the window counts: with 365 days, day 365 caps and day 366 does not.
Whatever is not known caps only the worse end: a kind the pack does not know, a term or an exception that
nobody has stated, a severity left blank, and a decision taken after the application.
"""

from datetime import date

import polars as pl

from grading.assess.evidence import plain
from grading.law.model import Law
from grading.scale import STATUS_DTYPE, rank

_RULE = [
    "kind", "cap_rank", "look_back_days", "until_rectified", "may_last_days", "minor_and_rectified_is_spared",
    "credit_repair_lifts", "effect", "clause", "status",
]  # fmt: skip


CAPS: dict[str, pl.DataType | type[pl.DataType]] = {
    "enterprise_id": pl.String, "sure_cap_rank": pl.Int8, "cap_rank": pl.Int8, "veto_kind": pl.String,
    "veto_decided_on": pl.Date, "veto_clause": pl.String, "veto_status": STATUS_DTYPE, "veto_is_sure": pl.Boolean,
    "veto_effect": pl.String,
}  # fmt: skip
"""Columns of `caps`."""


def _kinds(law: Law) -> pl.DataFrame:
    """Return every name of a penalty kind beside its rule."""
    rules = law.vetoes.with_columns(
        rank(pl.col("cap")).alias("cap_rank"), pl.col("until_rectified").fill_null(value=False)
    )
    by_id = rules.with_columns(pl.col("kind").alias("called"))
    by_name = (
        rules.explode("synonyms")
        .with_columns(pl.col("synonyms").alias("called"))
        .filter(pl.col("called").is_not_null())
    )
    return (
        pl.concat([by_id[["called", *_RULE]], by_name[["called", *_RULE]]])
        .with_columns(plain(pl.col("called")), is_known_kind=pl.lit(value=True))
        .sort("called", "cap_rank", "kind", descending=[False, True, False])
        .unique("called", keep="first", maintain_order=True)
    )


def penalty_names(law: Law) -> pl.DataFrame:
    """Return what each kind of penalty is called: kind, name_zh, name_en; without a name, its code."""
    return law.vetoes.select(
        "kind",
        name_zh=_first_synonym(is_han=True).fill_null(pl.col("kind")),
        name_en=_first_synonym(is_han=False).fill_null(pl.col("kind").str.replace_all("_", " ")),
    )


def _first_synonym(*, is_han: bool) -> pl.Expr:
    """Return the first synonym in Chinese, or the first in other letters; a code with an underscore is no word."""
    word = pl.element()
    fits = word.str.contains(r"\p{Han}") == is_han
    return pl.col("synonyms").list.eval(word.filter(fits & ~word.str.contains("_", literal=True))).list.first()


def caps(penalties: pl.DataFrame, enterprises: pl.DataFrame, law: Law) -> pl.DataFrame:
    """Return the caps of each enterprise: the worst one, the latest decision first among equals.

    `sure_cap_rank` binds both ends of the interval, `cap_rank` only the worse one.
    Shape: one row per enterprise_id with a penalty that counts.
    """
    on = date.fromisoformat(law.on)
    if penalties.is_empty():
        return pl.DataFrame(schema=CAPS)
    applied = enterprises.select("enterprise_id", pl.col("applied_on").fill_null(on))
    named = penalties.join(applied, on="enterprise_id", how="inner").with_columns(
        plain(pl.col("kind")).alias("called"), pl.col("kind").alias("stated_kind")
    )
    matched = (
        named.drop("kind")
        .join(_kinds(law), on="called", how="left")
        .with_columns(pl.col("is_known_kind", "until_rectified").fill_null(value=False))
    )
    longest = pl.max_horizontal(pl.col("look_back_days").max(), pl.col("may_last_days").max())
    strictest = law.vetoes.select(longest.alias("any_days"), rank(pl.col("cap")).max().alias("any_cap_rank"))
    judged = (
        matched.join(strictest, how="cross")
        .with_columns(pl.max_horizontal("applied_on", pl.lit(on)).alias("seen_on"), _age(on).alias("age"))
        .with_columns(_counts_surely().alias("in_window"), _may_count().alias("in_reach"), _lifted().alias("lifted"))
    )
    counting = judged.filter(
        pl.col("in_reach") & pl.col("lifted").ne_missing(other=True) & (pl.col("decided_on") <= on)
    ).with_columns(_is_sure().alias("is_sure"))
    return _worst_cap(counting.with_columns(pl.coalesce("cap_rank", "any_cap_rank").alias("cap_rank")))


def _age(on: date) -> pl.Expr:
    """Return the days from the decision to the application, or to the law's day if decided after it."""
    reference = pl.when(pl.col("decided_on") > pl.col("applied_on")).then(pl.lit(on)).otherwise("applied_on")
    return (reference - pl.col("decided_on")).dt.total_days()


def _is_put_right() -> pl.Expr:
    return (pl.col("rectified_on") <= pl.col("seen_on")).fill_null(value=False)


def _counts_surely() -> pl.Expr:
    """Return whether the decision lies inside the stated window, or the finding has not been put right."""
    inside = pl.col("age") <= pl.col("look_back_days")
    return pl.when("until_rectified").then(~_is_put_right()).otherwise(inside).fill_null(value=False)


def _may_count() -> pl.Expr:
    """Return whether it counts or may count: the longest window heard of, or the pack's where none is stated."""
    reach = pl.max_horizontal("look_back_days", "may_last_days").fill_null(pl.col("any_days"))
    return pl.when("until_rectified").then(~_is_put_right()).otherwise(pl.col("age").is_between(0, reach))


def _lifted() -> pl.Expr:
    """Return whether it was spared as minor or ended by credit repair; null where that cannot be told.

    In time means by the stated term; where no term is stated, by the day on which the case is judged.
    """
    is_minor = pl.col("severity").cast(pl.String) == "minor"
    term = pl.coalesce("rectify_by", "seen_on")
    in_time = _is_put_right() & (pl.col("rectified_on") <= term).fill_null(value=False)
    is_repaired = (pl.col("credit_repaired_on") <= pl.col("seen_on")).fill_null(value=False)
    spared = pl.col("minor_and_rectified_is_spared") & is_minor & in_time
    return spared | (pl.col("credit_repair_lifts") & is_repaired)


def _is_sure() -> pl.Expr:
    is_stated = pl.col("is_known_kind") & pl.col("cap_rank").is_not_null() & pl.col("in_window")
    before_application = pl.col("decided_on") <= pl.col("applied_on")
    return is_stated & before_application & pl.col("lifted").eq_missing(other=False)


def _worst_cap(counting: pl.DataFrame) -> pl.DataFrame:
    ordered = counting.sort(
        ["enterprise_id", "is_sure", "cap_rank", "decided_on", "stated_kind"],
        descending=[False, True, True, True, False],
    )
    return ordered.group_by("enterprise_id", maintain_order=True).agg(
        pl.col("cap_rank").filter("is_sure").max().alias("sure_cap_rank"),
        pl.col("cap_rank").max(),
        pl.coalesce("kind", "stated_kind").first().alias("veto_kind"),
        pl.col("decided_on").first().alias("veto_decided_on"),
        pl.col("clause").first().alias("veto_clause"),
        pl.col("status").first().alias("veto_status"),
        pl.col("is_sure").first().alias("veto_is_sure"),
        pl.col("effect").first().alias("veto_effect"),
    )
