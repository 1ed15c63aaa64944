"""Who is judged: the industries of each enterprise, and the units whose evidence counts."""

import polars as pl

from grading.assess.schemes import DEFAULT_SCHEME, STEPS
from grading.case.model import Case
from grading.law.model import Law

PAIR = ["industry", "subtype"]


def graded_units(case: Case) -> pl.DataFrame:
    """Return units with their subtype filled from the enterprise where the industry is the same.

    Shape: one row per unit: unit_id, enterprise_id, industry, subtype, process, is_operating.
    """
    owner = case.enterprises.select(
        "enterprise_id", pl.col("industry").alias("own_industry"), pl.col("subtype").alias("own_subtype")
    )
    industry = pl.coalesce("industry", "own_industry")
    own_subtype = pl.when(industry == pl.col("own_industry")).then(pl.col("own_subtype"))
    return case.units.join(owner, on="enterprise_id", how="inner").select(
        "unit_id",
        "enterprise_id",
        industry.alias("industry"),
        pl.coalesce("subtype", own_subtype).alias("subtype"),
        "process",
        (pl.col("status") == "operating").alias("is_operating"),
    )


def industry_pairs(case: Case, units: pl.DataFrame) -> pl.DataFrame:
    """Return every industry and subtype an enterprise must be graded in.

    Law: each key industry is graded separately (环办大气〔2026〕2号). A line that does not run adds no
    industry unless none of them runs; the declared industry always counts.
    Shape: one row per enterprise_id, industry, subtype.
    """
    runs = pl.col("is_operating").any().over("enterprise_id")
    by_unit = units.filter(pl.col("is_operating") | ~runs).select("enterprise_id", *PAIR).unique()
    declared = case.enterprises[["enterprise_id", *PAIR]]
    not_in_units = declared.join(by_unit, on=["enterprise_id", "industry"], how="anti")
    return pl.concat([by_unit, not_in_units]).sort("enterprise_id", *PAIR)


def pair_rules(pairs: pl.DataFrame, law: Law) -> pl.DataFrame:
    """Return how each industry and subtype that occurs is graded.

    `lacks_subtype`: the tables of this industry differ by subtype and the case does not say which.
    Without a subtype the scheme with the most grades stands in, so that no worse grade is ruled out.
    Shape: one row per industry, subtype: scheme, last_step, is_key_industry, lacks_subtype.
    """
    bottoms = STEPS[["scheme", "last_step"]].unique()
    known = law.industries.join(bottoms, on="scheme", how="left")
    exact = known[[*PAIR, "scheme", "is_key_industry"]].unique(PAIR, keep="first", maintain_order=True)
    stand_in = (
        known.sort("last_step", "scheme", descending=[True, False])
        .group_by("industry", maintain_order=True)
        .agg(pl.col("scheme").first().alias("any_scheme"), pl.col("is_key_industry").any().alias("any_key"))
    )
    split = law.requirements.filter(pl.col("subtype").is_not_null()).select("industry").unique()
    return (
        pairs.select(PAIR)
        .unique()
        .join(exact, on=PAIR, how="left", nulls_equal=True)
        .join(stand_in, on="industry", how="left")
        .join(split.with_columns(is_split=True), on="industry", how="left")
        .select(
            *PAIR,
            (
                pl.col("is_split").fill_null(value=False) & (pl.col("scheme").is_null() | pl.col("subtype").is_null())
            ).alias("lacks_subtype"),
            pl.coalesce("scheme", "any_scheme", pl.lit(DEFAULT_SCHEME)).alias("scheme"),
            pl.coalesce("is_key_industry", "any_key", pl.lit(value=False)).alias("is_key_industry"),
        )
        .join(bottoms, on="scheme")
        .sort(PAIR)
    )


def submitters(case: Case, units: pl.DataFrame) -> pl.DataFrame:
    """Return enterprises that handed in anything at all, for themselves or for one of their units."""
    subject = pl.col("subject_id")
    first_of_run = subject.ne_missing(subject.shift(1)) | (pl.int_range(pl.len()) == 0)
    subjects = case.evidence.select(subject).filter(first_of_run).unique()
    owner = units.select(pl.col("unit_id").alias("subject_id"), "enterprise_id")
    itself = case.enterprises.select(pl.col("enterprise_id").alias("subject_id"), "enterprise_id")
    told = pl.concat([owner, itself]).join(subjects, on="subject_id", how="semi")
    return told[["enterprise_id"]].unique()
