"""Which evidence answers which question, and what it says as a number, a yes or no, or words.

When several rows answer one question the usable ones come first; among them the more authoritative
source, then the latest observation, then the subject's own row before the enterprise's, then the earliest row
of the earliest file. A row about an enterprise answers for its line where only one line is asked.
"""

from dataclasses import dataclass

import polars as pl

from grading.assess.oxygen import at_reference_o2

AUTHORITY = ("monitoring", "permit", "site_check", "third_party", "disclosure", "credit", "self_report")
YES = ("yes", "true", "y", "1", "是", "有", "符合", "满足", "达标", "√", "✓")
NO = ("no", "false", "n", "0", "否", "无", "不符合", "不满足", "未达标", "×", "✗")
NOTHING = ("none", "other", "无", "其他", "其它")
UNIT_SPELLINGS = {
    "percent": "%",
    "百分比": "%",
    "share": "1",
    "比例": "1",
    "毫克/立方米": "mg/m3",
    "mg/nm3": "mg/m3",
    "mg/m^3": "mg/m3",
    "吨/日": "t/d",
    "吨/天": "t/d",
}
QUESTION = ["subject_id", "rule"]
ORIGIN = ["source", "source_file", "source_row"]
FACTORS = {"%>1": 0.01, "1>%": 100.0}
_NUMBER = r"^[+-]?(\d{1,3}(,\d{3})+|\d+)(\.\d+)?(e[+-]?\d+)?\s*%?$"
_OXYGEN = r"@(\d+(?:\.\d+)?)%?o2$"
_SEPARATORS = r"\s*[|;,、]\s*"


@dataclass(frozen=True)
class Answers:
    """The evidence that answers, and what it says.

    `chosen`: one row per subject_id and rule: reading, value, source, source_file, source_row.
    `readings`: one row per rule and distinct text, numbered by `reading`: number (in the rule's unit), is_yes,
    words, and `lack`, why the text cannot answer (null when it can).
    """

    chosen: pl.DataFrame
    readings: pl.DataFrame


def plain(text: pl.Expr) -> pl.Expr:
    """Return text with one spelling: compatibility forms folded, lower case, no outer blanks."""
    return text.str.normalize("NFKC").str.to_lowercase().str.strip_chars()


def plain_unit(unit: pl.Expr) -> pl.Expr:
    """Return a unit in one spelling, blanks removed."""
    return plain(unit).str.replace_all(r"\s", "").replace(UNIT_SPELLINGS)


def _named_rules(evidence: pl.DataFrame, rules: pl.DataFrame) -> pl.DataFrame:
    """Return the rules that each indicator text of the evidence means: by the indicator's id or either title."""
    columns = ("indicator", "title_zh", "title_en")
    names = pl.concat([rules.select("rule", plain(pl.col(column)).alias("called")) for column in columns]).unique()
    texts = evidence.select("indicator").unique().with_columns(plain(pl.col("indicator")).alias("called"))
    return texts.join(names, on="called", how="inner").select("indicator", "rule")


def _read_values(found: pl.DataFrame) -> pl.DataFrame:
    """Add `number` in the rule's unit, `is_yes` and `words`: what a text says, each in its own sense."""
    text = plain(pl.col("value"))
    has_percent_sign = text.str.ends_with("%")
    stated = pl.when(has_percent_sign).then(pl.lit("%")).otherwise(plain_unit(pl.col("evidence_unit")))
    digits = pl.when(text.str.contains(_NUMBER)).then(text.str.replace_all(r"[,%\s]", ""))
    number = digits.cast(pl.Float64, strict=False)
    raw = found.with_columns(
        text.alias("plain_value"),
        pl.when(number.is_finite()).then(number).alias("raw_number"),
        stated.str.extract(_OXYGEN).cast(pl.Float64).alias("measured_at_o2"),
        stated.str.replace(_OXYGEN, "").replace("", None).fill_null("1").alias("stated_unit"),
        plain_unit(pl.col("unit")).fill_null("1").alias("asked_unit"),
    )
    return raw.with_columns(_in_asked_unit().round_sig_figs(9).alias("number"), *_as_words())


def _in_asked_unit() -> pl.Expr:
    change = pl.concat_str([pl.col("stated_unit"), pl.col("asked_unit")], separator=">")
    same = pl.col("stated_unit") == pl.col("asked_unit")
    factor = pl.when(same).then(1.0).otherwise(change.replace_strict(FACTORS, default=None, return_dtype=pl.Float64))
    number = pl.col("raw_number") * factor
    corrected = at_reference_o2(number, pl.col("measured_at_o2"), pl.col("reference_o2_percent"))
    return pl.when(pl.col("measured_at_o2").is_null()).then(number).otherwise(corrected)


def _as_words() -> list[pl.Expr]:
    value = pl.col("plain_value")
    is_yes = pl.when(value.is_in(YES)).then(statement=True).when(value.is_in(NO)).then(statement=False)
    words = value.str.replace_all(_SEPARATORS, "|").str.strip_chars("|").str.split("|")
    return [is_yes.alias("is_yes"), words.alias("words")]


def _lack() -> pl.Expr:
    """Return why a text cannot answer: `number`, `unit …`, `reference_o2`, `value`; null when it can."""
    convertible = (pl.col("stated_unit") == pl.col("asked_unit")) | pl.concat_str(
        [pl.col("stated_unit"), pl.col("asked_unit")], separator=">"
    ).is_in(list(FACTORS))
    numeric = (
        pl.when(pl.col("raw_number").is_null())
        .then(pl.lit("number"))
        .when(~convertible)
        .then(pl.format("unit {}", pl.coalesce("unit", pl.lit("1"))))
        .when(pl.col("number").is_null())
        .then(pl.lit("reference_o2"))
    )
    unread = pl.when(pl.col("is_yes").is_null()).then(pl.lit("value"))
    recognised = pl.col("words").list.set_intersection(
        pl.concat_list(pl.col("vocabulary"), pl.lit(list(NOTHING), dtype=pl.List(pl.String)))
    )
    unknown_words = pl.when(recognised.list.len() == 0).then(pl.lit("value"))
    operator = pl.col("operator")
    return (
        pl.when(operator.is_in(["le", "lt", "ge", "gt"]))
        .then(numeric)
        .when(operator == "is_true")
        .then(unread)
        .when(operator.is_not_null())
        .then(unknown_words)
    )


def _about(named: pl.DataFrame, asked: pl.DataFrame) -> pl.DataFrame:
    """Return the evidence of each question: about its subject, or about the enterprise of the only line asked."""
    own = named.join(asked.select(QUESTION), on=QUESTION, how="semi").with_columns(is_own=pl.lit(value=True))
    lines = asked.filter(pl.col("subject_id") != pl.col("enterprise_id"))
    only = lines.filter(pl.len().over("enterprise_id", "rule") == 1).select("enterprise_id", "rule", line="subject_id")
    told = named.join(only, left_on=QUESTION, right_on=["enterprise_id", "rule"], how="inner")
    of_line = told.with_columns(subject_id="line", is_own=pl.lit(value=False)).drop("line")
    return pl.concat([own, of_line.select(own.columns)])


def read(evidence: pl.DataFrame, asked: pl.DataFrame, rules: pl.DataFrame, on: pl.Expr) -> Answers:
    """Return the evidence that answers each question, observed no later than `on`, and what its texts say.

    `asked` carries enterprise_id, subject_id and rule; `evidence` also `is_barred` (grading.assess.providers).
    """
    on_time = evidence.filter(pl.col("observed_on").is_null() | (pl.col("observed_on") <= on))
    named = on_time.join(_named_rules(on_time, rules), on="indicator", how="inner").rename({"unit": "evidence_unit"})
    found = _about(named, asked)
    text = ["rule", "value", "evidence_unit", "is_barred"]
    asks = rules.select("rule", "unit", "reference_o2_percent", "vocabulary", "operator")
    texts = found.select(text).unique().with_row_index("reading").with_columns(pl.col("reading").cast(pl.Int64))
    said = _read_values(texts.join(asks, on="rule", how="inner")).with_columns(
        pl.when("is_barred").then(pl.lit("provider")).otherwise(_lack()).alias("lack")
    )
    best = _best_answers(found.join(said.select(*text, "reading", "lack"), on=text, how="inner", nulls_equal=True))
    return Answers(
        chosen=best.select(*QUESTION, "reading", "value", *ORIGIN),
        readings=said.select("rule", "reading", "number", "is_yes", "words", "lack"),
    )


def _best_answers(found: pl.DataFrame) -> pl.DataFrame:
    """Return one row per question; only questions with several rows are put in order."""
    is_contested = pl.len().over(QUESTION) > 1
    authority = {source: place for place, source in enumerate(AUTHORITY)}
    contested = found.filter(is_contested).with_columns(
        pl.col("lack").is_not_null().alias("is_unusable"),
        pl.col("source").cast(pl.String).replace_strict(authority, return_dtype=pl.Int8).alias("authority"),
    )
    order = ["is_unusable", "authority", "observed_on", "is_own", "source_file", "source_sheet", "source_row"]
    later_first = [name in ("observed_on", "is_own") for name in [*QUESTION, *order]]
    ranked = contested.sort([*QUESTION, *order], descending=later_first, nulls_last=True).unique(
        QUESTION, keep="first", maintain_order=True
    )
    return pl.concat([found.filter(~is_contested), ranked.select(found.columns)])
