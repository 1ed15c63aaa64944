"""Which evidence answers which question, and what it says as a number, a yes or no, or words.

When several rows answer one question the usable ones come first; among them the more authoritative
source, then the latest observation, then the subject's own row before the enterprise's, then the earliest row
of the earliest file. A row about an enterprise answers for its line where only one line is asked.

A monitor that ran too little withholds its number (`capture_too_low`, or `capture_too_low>=x` where the months that
count prove at least x). Such a row keeps its place before weaker sources, so that nobody gains by a broken monitor.
"""

from dataclasses import dataclass
from functools import cache

import polars as pl

from grading.assess.oxygen import at_reference_o2
from grading.assess.questions import NO_EVIDENCE, Questions

AUTHORITY = ("monitoring", "permit", "site_check", "third_party", "disclosure", "credit", "self_report")
YES = ("yes", "true", "y", "1", "是", "有", "符合", "满足", "达标", "√", "✓")
NO = ("no", "false", "n", "0", "否", "无", "不符合", "不满足", "未达标", "×", "✗")
WITHHELD = "capture_too_low"
CAPTURE = "capture"
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
ORIGIN = ["source", "source_file", "source_row"]
FACTORS = {"%>1": 0.01, "1>%": 100.0}
_NUMBER = r"^[+-]?(\d{1,3}(,\d{3})+|\d+)(\.\d+)?(e[+-]?\d+)?\s*%?$"
_OXYGEN = r"@(\d+(?:\.\d+)?)%?o2$"
_SEPARATORS = r"\s*[|;,、]\s*"


@dataclass(frozen=True)
class Answers:
    """The evidence that answers, and what it says.

    `chosen`: one row per answered question: question, row (of the evidence) and reading.
    `readings`: one row per rule and distinct text, numbered by `reading`: number (in the rule's unit), is_yes,
    words, and `lack`, why the text cannot answer (null when it can).
    """

    chosen: pl.DataFrame
    readings: pl.DataFrame


CHOSEN: dict[str, type[pl.DataType]] = {"question": pl.UInt32, "row": pl.UInt32, "reading": pl.Int64}
READINGS: dict[str, pl.DataType | type[pl.DataType]] = {
    "rule": pl.UInt32, "reading": pl.Int64, "number": pl.Float64, "is_yes": pl.Boolean, "words": pl.List(pl.String),
    "lack": pl.String,
}  # fmt: skip
"""Columns of `Answers`."""


def plain(text: pl.Expr) -> pl.Expr:
    """Return text with one spelling: compatibility forms folded, lower case, no outer blanks."""
    return text.str.normalize("NFKC").str.to_lowercase().str.strip_chars()


def plain_unit(unit: pl.Expr) -> pl.Expr:
    """Return a unit in one spelling, blanks removed."""
    return plain(unit).str.replace_all(r"\s", "").replace(UNIT_SPELLINGS)


def pack(high: str | pl.Expr, low: str | pl.Expr) -> pl.Expr:
    """Return two codes as one integer: one key is joined and counted faster than two. Null is the last code."""
    both = [(pl.col(code) if isinstance(code, str) else code).cast(pl.UInt64) for code in (high, low)]
    return both[0] * 2**32 + both[1].fill_null(2**32 - 1)


def _read_values(found: pl.DataFrame) -> pl.DataFrame:
    """Add `number` in the rule's unit, `is_yes` and `words`: what a text says, each in its own sense."""
    text = plain(pl.col("value"))
    has_percent_sign = text.str.ends_with("%")
    stated = pl.when(has_percent_sign).then(pl.lit("%")).otherwise(plain_unit(pl.col("evidence_unit")))
    numeral = text.str.strip_prefix(WITHHELD).str.strip_prefix(">=")
    digits = pl.when(numeral.str.contains(_NUMBER)).then(numeral.str.replace_all(r"[,%\s]", ""))
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


@cache
def _lack() -> pl.Expr:
    """Return why a text cannot answer: `capture`, `number`, `unit …`, `reference_o2`, `value`; null when it can."""
    convertible = (pl.col("stated_unit") == pl.col("asked_unit")) | pl.concat_str(
        [pl.col("stated_unit"), pl.col("asked_unit")], separator=">"
    ).is_in(list(FACTORS))
    numeric = (
        pl.when(pl.col("plain_value").str.starts_with(WITHHELD))
        .then(pl.lit(CAPTURE))
        .when(pl.col("raw_number").is_null())
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


def _code(name: str) -> pl.Expr:
    return pl.col(name).to_physical().alias(name)


def _coded(evidence: pl.DataFrame, on: pl.Expr) -> pl.DataFrame:
    """Return the evidence in time with its texts as codes; `run` counts stretches of rows about one subject."""
    texts = [pl.col(name).cast(pl.Categorical) for name in ("indicator", "value", "unit")]
    is_in_time = pl.col("observed_on").is_null() | (pl.col("observed_on") <= on)
    run = pl.col("subject_id").rle_id().alias("run")
    coded = evidence.select(run, *texts, "is_barred", is_in_time.alias("is_in_time"))
    return coded.with_row_index("row").filter("is_in_time")


def _stated() -> pl.Expr:
    """Return one integer for what a row states: its text, its unit, and whether it is barred."""
    unit = _code("unit").fill_null(2**31 - 1) * 2 + pl.col("is_barred").cast(pl.UInt32)
    return pack(_code("value"), unit).alias("stated")


def _told_of(asked: pl.DataFrame) -> pl.DataFrame:
    """Return whose rows answer what: the subject's own, and the enterprise's for the only line asked."""
    own = asked.select("subject_id", "group", "first", is_own=pl.lit(value=True))
    lines = asked.filter(pl.col("subject_id") != pl.col("enterprise_id"))
    only = lines.filter(~pl.struct("enterprise_id", "group").is_duplicated())
    for_line = only.select(pl.col("enterprise_id").alias("subject_id"), "group", "first", is_own=pl.lit(value=False))
    return pl.concat([own, for_line])


def _runs(evidence: pl.DataFrame, asked: pl.DataFrame) -> pl.DataFrame:
    """Return what each run of rows may answer: run, group, first, is_own."""
    subject = pl.col("subject_id")
    starts = evidence.select(subject).filter(subject.ne_missing(subject.shift(1)) | (pl.int_range(pl.len()) == 0))
    told = starts.with_row_index("run").join(_told_of(asked), on="subject_id", how="inner")
    return told.select("run", "group", "first", "is_own")


def _meanings(coded: pl.DataFrame, rules: pl.DataFrame) -> pl.DataFrame:
    """Return the rules that an indicator text means in each group: by the indicator's id or either title."""
    columns = ("indicator", "title_zh", "title_en")
    called = pl.concat([rules.select("group", "place", "rule", plain(pl.col(c)).alias("called")) for c in columns])
    stated = coded.select("indicator").unique()
    texts = stated.with_columns(plain(pl.col("indicator").cast(pl.String)).alias("called"), _code("indicator"))
    meant = texts.join(called.unique(), on="called", how="inner")
    return meant.select(pack("group", "indicator").alias("meant"), "place", "rule")


def _found(coded: pl.DataFrame, runs: pl.DataFrame, meanings: pl.DataFrame, texts: pl.DataFrame) -> pl.DataFrame:
    """Return every row that answers a question. Shape: row, question, is_own, and `said`, its rule and text."""
    return (
        coded.lazy()
        .select("row", "run", _code("indicator"), _stated())
        .join(runs.lazy(), on="run", how="inner")
        .with_columns(pack("group", "indicator").alias("meant"))
        .join(meanings.lazy(), on="meant", how="inner")
        .join(texts.lazy().select("stated", "text"), on="stated", how="inner")
        .select(
            "row", (pl.col("first") + pl.col("place")).alias("question"), "is_own", pack("rule", "text").alias("said")
        )
        .collect(engine="streaming")
    )


def _distinct_texts(coded: pl.DataFrame) -> pl.DataFrame:
    distinct = coded.lazy().unique(["value", "unit", "is_barred"])
    as_text = distinct.select(_stated(), pl.col("value", "unit").cast(pl.String), "is_barred")
    return as_text.collect(engine="streaming").with_row_index("text")


def _readings(found: pl.DataFrame, texts: pl.DataFrame, rules: pl.DataFrame) -> pl.DataFrame:
    """Return what each text says to each rule it answers, numbered by `reading`."""
    parts = [pl.col("said") // 2**32, pl.col("said") % 2**32]
    rule, text = (part.cast(pl.UInt32).alias(name) for part, name in zip(parts, ("rule", "text"), strict=True))
    distinct = found.lazy().select("said").unique().collect(engine="streaming").with_columns(rule, text)
    stated = distinct.join(texts.rename({"unit": "evidence_unit"}), on="text", how="inner")
    asks = rules.select("rule", "unit", "reference_o2_percent", "vocabulary", "operator")
    asked = stated.join(asks, on="rule", how="inner").with_row_index("reading").cast({"reading": pl.Int64})
    lack = pl.when("is_barred").then(pl.lit("provider")).otherwise(_lack())
    return _read_values(asked).with_columns(lack.alias("lack"))


def no_readings() -> pl.DataFrame:
    """Return `Answers.readings` of no evidence."""
    return pl.DataFrame(schema=READINGS)


def answer(evidence: pl.DataFrame, questions: Questions, rules: pl.DataFrame, on: pl.Expr) -> Answers:
    """Return the evidence that answers each question, observed no later than `on`, and what its texts say.

    `evidence` carries `is_barred` (grading.assess.providers).
    """
    asked = questions.asked.filter(pl.col("without") == NO_EVIDENCE)
    if evidence.is_empty() or asked.is_empty():
        return Answers(pl.DataFrame(schema=CHOSEN), no_readings())
    coded = _coded(evidence, on)
    texts = _distinct_texts(coded)
    found = _found(coded, _runs(evidence, asked), _meanings(coded, questions.rules), texts)
    if found.is_empty():
        return Answers(pl.DataFrame(schema=CHOSEN), no_readings())
    said = _readings(found, texts, rules)
    is_unusable = (pl.col("lack") != CAPTURE).fill_null(value=False).alias("is_unusable")
    told = said.select("said", "reading", is_unusable)
    read_rows = found.lazy().join(told.lazy(), on="said", how="inner").drop("said").collect(engine="streaming")
    return Answers(
        chosen=_best_answers(read_rows, evidence, questions.count),
        readings=said.select("rule", "reading", "number", "is_yes", "words", "lack"),
    )


def _is_contested(question: pl.Series, count: int) -> pl.Series:
    """Return which rows share their question with another; every question remembers one row, without a sort."""
    here = pl.int_range(len(question), dtype=pl.UInt32, eager=True)
    last = pl.repeat(0, count, dtype=pl.UInt32, eager=True).scatter(question, here)
    shared = question.filter(last.gather(question) != here)
    return pl.repeat(value=False, n=count, dtype=pl.Boolean, eager=True).scatter(shared, values=True).gather(question)


def _best_answers(found: pl.DataFrame, evidence: pl.DataFrame, count: int) -> pl.DataFrame:
    """Return one row per question: question, row, reading. Only questions with several rows are put in order."""
    is_contested = _is_contested(found["question"], count)
    contested = found.filter(is_contested)
    authority = {source: place for place, source in enumerate(AUTHORITY)}
    facts = evidence.select("source", "observed_on", "source_file", "source_sheet", "source_row")[contested["row"]]
    ranks = pl.col("source").cast(pl.String).replace_strict(authority, return_dtype=pl.Int8).alias("authority")
    order = ["is_unusable", "authority", "observed_on", "is_own", "source_file", "source_sheet", "source_row"]
    later_first = [name in ("observed_on", "is_own") for name in ["question", *order]]
    ranked = contested.hstack(facts).with_columns(ranks)
    best = ranked.sort(["question", *order], descending=later_first, nulls_last=True)
    first = best.unique("question", keep="first", maintain_order=True)
    columns = ["question", "row", "reading"]
    return pl.concat([found.filter(~is_contested).select(columns), first.select(columns)])
