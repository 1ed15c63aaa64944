"""What a register entry does: exempt up to a level, hold to a quota, or nothing, and why it was refused.

Law: D, ungraded (in a key industry), illegal and unpermitted enterprises are never exempt, nor is one that a
finding treats like the lowest grade or puts outside grading; in a key industry a register may ask for a grade
(a guarantee enterprise: B or leading). Working by season exempts from nothing: lines at rest count as idle.
"""

from datetime import date
from functools import cache

import polars as pl

from grading.law.model import Law
from grading.scale import RANK, rank

EXEMPTIONS: dict[str, type[pl.DataType]] = {
    "enterprise_id": pl.String, "register_up_to": pl.String, "exemption_register": pl.String,
    "exemption_basis": pl.String, "uses_quota": pl.Boolean, "quota_share": pl.Float64, "exemption_note": pl.String,
    "exemption_refused": pl.String,
}  # fmt: skip
"""Columns of `exemptions`."""
REFUSALS = ("no_rule", "no_permit", "not_graded", "grade_d", "grade_too_low")


def _valid(registers: pl.DataFrame, on: date) -> pl.DataFrame:
    started = pl.col("valid_from").is_null() | (pl.col("valid_from") <= on)
    not_ended = pl.col("valid_to").is_null() | (pl.col("valid_to") >= on)
    return registers.filter(started & not_ended).with_columns(pl.col("register").cast(pl.String))


def leading_by_register(registers: pl.DataFrame, law: Law) -> pl.DataFrame:
    """Return the enterprises that a valid register calls leading. Shape: enterprise_id, unique."""
    valid = _valid(registers, date.fromisoformat(law.on))
    return valid.filter(pl.col("register") == "leading").select("enterprise_id").unique().sort("enterprise_id")


def _has_effect() -> pl.Expr:
    """Return whether the register does anything: it exempts up to a level, or holds to a quota at every level."""
    return pl.col("exempt_up_to").is_not_null() | pl.col("uses_quota").fill_null(value=False)


@cache
def _refusal() -> pl.Expr:
    has_permit = pl.col("permit_no").fill_null("").str.strip_chars() != ""
    is_key = pl.col("is_key_industry")
    too_low = is_key & (rank(pl.col("planned_grade")) > rank(pl.col("needs_grade"))).fill_null(value=False)
    return (
        pl.when(pl.col("has_rule").is_null())
        .then(pl.lit("no_rule"))
        .when(~_has_effect())
        .then(None)
        .when(~has_permit)
        .then(pl.lit("no_permit"))
        .when(is_key & (pl.col("reason_code") == "not_graded"))
        .then(pl.lit("not_graded"))
        .when(((pl.col("planned_grade") == "D") & (pl.col("reason_code") != "not_graded")) | is_struck())
        .then(pl.lit("grade_d"))
        .when(too_low)
        .then(pl.lit("grade_too_low"))
    )


def is_struck() -> pl.Expr:
    """Return whether a finding treats the enterprise like the lowest grade or puts it outside grading."""
    is_lowest = pl.col("veto_effect").is_in(["as_lowest", "outside_grading"])
    return (is_lowest & pl.col("veto_is_sure")).fill_null(value=False)


def exemptions(registers: pl.DataFrame, graded: pl.DataFrame, law: Law) -> pl.DataFrame:
    """Return the strongest exemption of each enterprise on a register, and what was refused.

    Strongest: exempt at every level, then a quota, then exempt up to a lower level; then by register name.
    A quota that the case does not state is named in `exemption_note`.
    `graded` carries permit_no, is_key_industry, planned_grade, reason_code, veto_effect, veto_is_sure.
    """
    if registers.is_empty():
        return pl.DataFrame(schema=EXEMPTIONS)
    rules = law.register_rules.select(
        "register", "exempt_up_to", "needs_grade", "uses_quota", pl.lit(value=True).alias("has_rule")
    )
    judged = (
        _valid(registers, date.fromisoformat(law.on))
        .join(graded, on="enterprise_id", how="inner")
        .join(rules, on="register", how="left")
        .with_columns(_refusal().alias("refusal"))
    )
    refused = (
        judged.filter(pl.col("refusal").is_not_null())
        .select("enterprise_id", pl.format("{}:{}", "register", "refusal").alias("exemption_refused"))
        .unique()
        .sort("enterprise_id", "exemption_refused")
        .group_by("enterprise_id", maintain_order=True)
        .agg(pl.col("exemption_refused").str.join(";"))
    )
    return _strongest(judged).join(refused, on="enterprise_id", how="full", coalesce=True)


def _strongest(judged: pl.DataFrame) -> pl.DataFrame:
    granted = judged.filter(pl.col("refusal").is_null() & pl.col("has_rule") & _has_effect())
    is_full = ~pl.col("uses_quota") & (pl.col("exempt_up_to") == "red")
    strength = pl.when(is_full).then(2).when("uses_quota").then(1).otherwise(0)
    ordered = granted.with_columns(
        strength.alias("strength"), pl.col("exempt_up_to").to_physical().alias("reach")
    ).sort(
        ["enterprise_id", "strength", "reach", "register", "quota_share", "basis", "source_file", "source_row"],
        descending=[False, True, True, False, True, False, False, False],
        nulls_last=True,
    )
    lacks_quota = pl.col("uses_quota") & pl.col("quota_share").is_null()
    return ordered.unique("enterprise_id", keep="first", maintain_order=True).select(
        "enterprise_id",
        pl.col("exempt_up_to").cast(pl.String).alias("register_up_to"),
        pl.col("register").alias("exemption_register"),
        pl.col("basis").alias("exemption_basis"),
        "uses_quota",
        pl.when("uses_quota").then("quota_share").alias("quota_share"),
        pl.when(lacks_quota).then(pl.lit("quota_missing")).alias("exemption_note"),
    )


@cache
def treatment() -> pl.Expr:
    """Return how the enterprise is treated; the first that applies.

    long_idle; then A or leading unless a register gives as much; then a register; then small or micro.
    """
    is_top = rank(pl.col("planned_grade")) == RANK["A"]
    has_register = pl.col("exemption_register").is_not_null()
    has_quota = pl.col("uses_quota").fill_null(value=False)
    gives_as_much = (pl.col("register_up_to") == "red").fill_null(value=False) & ~has_quota
    is_really_d = (pl.col("planned_grade") == "D") & (
        (pl.col("reason_code") != "not_graded") | pl.col("is_key_industry")
    )
    return (
        pl.when(pl.col("status").cast(pl.String) == "long_idle")
        .then(pl.lit("long_idle"))
        .when(is_top & ~gives_as_much)
        .then(pl.lit("grade_exempt"))
        .when(has_quota)
        .then(pl.lit("register_quota"))
        .when(has_register)
        .then(pl.lit("register_exempt"))
        .when(pl.col("is_small_micro").fill_null(value=False) & ~is_really_d & ~is_struck())
        .then(pl.lit("small_micro"))
        .otherwise(pl.lit("none"))
    )
