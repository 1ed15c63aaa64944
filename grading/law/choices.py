"""From the words of evidence to the ids of choices, where an indicator asks for one of several things."""

import polars as pl

from grading.law.model import Law
from grading.law.spelling import SEPARATORS, key

_QUESTION = ["industry", "called"]


def name_choices(evidence: pl.DataFrame, enterprises: pl.DataFrame, units: pl.DataFrame, law: Law) -> pl.DataFrame:
    """Return the evidence with ids in place of the words for choices; what is not understood stays as written.

    A list keeps its order and reads `a|b`; a word in it that is not understood stays in its place. An enterprise
    that works in several industries is read in all of them; where they disagree, its words stay.
    Shape: the rows of `evidence` in their order. Needs `industry` in ids on both other tables.
    """
    if evidence.is_empty():
        return evidence
    words = _words(law)
    if words.is_empty():
        return evidence
    said = _said(evidence, _industries(enterprises, units), words)
    meaning = said.join(_meanings(said.select(*_QUESTION, "value").unique(), words), on=[*_QUESTION, "value"])
    agreed = (
        meaning.group_by("at")
        .agg(pl.col("ids").n_unique().alias("readings"), pl.col("ids").min())
        .filter(pl.col("readings") == 1)
    )
    return (
        evidence.with_row_index("at")
        .join(agreed.select("at", "ids"), on="at", how="left", maintain_order="left")
        .with_columns(value=pl.coalesce("ids", "value"))
        .select(evidence.columns)
    )


def _words(law: Law) -> pl.DataFrame:
    """Return industry, called, word -> choice, every name in the form in which names are compared."""
    asked = law.requirements.filter(pl.col("operator").cast(pl.String).is_in(["one_of", "all_of"]))
    choices = asked.drop_nulls("choices").select(
        "industry", "indicator", "title_zh", "title_en", pl.col("choices").str.split("|").alias("choice")
    )
    stated = law.conditions.select("industry", "asks", "asks_zh", "asks_en", choice="vocabulary")
    pairs = pl.concat([*_called(choices), *_called(stated)]).explode("choice").drop_nulls("choice").unique()
    own = law.vocabulary.select("choice", pl.col("synonyms").alias("word")).explode("word")
    wider = law.vocabulary.select(
        pl.col("falls_under").alias("choice"), pl.col("synonyms").alias("word"), narrow=pl.col("choice")
    )
    wider = wider.explode("choice").drop_nulls("choice").explode("word")
    known = pairs.join(own, on="choice")
    # A narrower word counts as the wider choice only where the indicator does not know it by itself.
    counted = pairs.join(wider, on="choice").join(
        pairs.rename({"choice": "narrow"}), on=[*_QUESTION, "narrow"], how="anti"
    )
    found = pl.concat([known, counted.select(known.columns)])
    return found.with_columns(key(pl.col("word"))).unique()


def _called(choices: pl.DataFrame) -> list[pl.DataFrame]:
    """Return industry, called, choice for the id and both titles of what is asked."""
    return [choices.select("industry", key(pl.col(name)).alias("called"), "choice") for name in choices.columns[1:4]]


def _industries(enterprises: pl.DataFrame, units: pl.DataFrame) -> pl.DataFrame:
    """Return subject_id, industry: a unit's own; an enterprise's and those of all its units."""
    return pl.concat(
        [
            enterprises.select(pl.col("enterprise_id").alias("subject_id"), "industry"),
            units.select(pl.col("enterprise_id").alias("subject_id"), "industry"),
            units.select(pl.col("unit_id").alias("subject_id"), "industry"),
        ]
    ).unique()


def _said(evidence: pl.DataFrame, industries: pl.DataFrame, words: pl.DataFrame) -> pl.DataFrame:
    """Return row number, industry, called and value of every row that answers a question about choices."""
    asked = words.select(_QUESTION).unique()
    titles = evidence.select("indicator").unique().with_columns(called=key(pl.col("indicator")))
    titles = titles.join(asked.select("called").unique(), on="called", how="semi")
    rows = evidence.with_row_index("at").join(titles, on="indicator")
    return (
        rows.join(industries, on="subject_id").join(asked, on=_QUESTION, how="semi").select("at", *_QUESTION, "value")
    )


def _meanings(said: pl.DataFrame, words: pl.DataFrame) -> pl.DataFrame:
    """Return industry, called, value -> ids, for the values of which at least one word is understood."""
    one_sign = pl.col("value").str.normalize("NFKC").str.replace_all(f"[{SEPARATORS}]", "|")
    parts = said.with_columns(part=one_sign.str.split("|"))
    read = (
        parts.explode("part")
        .with_columns(pl.col("part").str.strip_chars())
        .filter(pl.col("part") != "")
        .with_columns(word=key(pl.col("part")))
        .join(words, on=[*_QUESTION, "word"], how="left", maintain_order="left")
    )
    return (
        read.group_by([*_QUESTION, "value"], maintain_order=True)
        .agg(
            pl.coalesce("choice", "part").unique(maintain_order=True).str.join("|").alias("ids"),
            is_understood=pl.col("choice").is_not_null().any(),
        )
        .filter("is_understood")
        .drop("is_understood")
    )
