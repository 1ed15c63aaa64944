"""What every line does at every level and by when, in words: the body of operation plan and gate notice."""

import polars as pl

from grading.scale import LEVEL_DTYPE, POLLUTANTS
from grading.words import Language, mark, say
from reports.context import ReportContext
from reports.format import UNKNOWN, decimal, tonnes
from reports.names import POLLUTANT_NAMES
from reports.orders import NOT_IN_TIME, TRANSPORT_WORDS, has_transport, is_not_in_time, order_texts
from reports.sentences import sentence, spelled

WHOLE_ENTERPRISE = mark("whole enterprise")
ALL_LINES = mark("all lines")
NO_VEHICLES = mark("no restriction on vehicles at this level")
_SPARED = {
    "idle": mark("Long idle: may not resume production"),
    "voluntary": mark("Voluntary reduction"),
    "no_measure_needed": mark("No measure at this level"),
}


def line_orders(context: ReportContext, language: Language) -> pl.DataFrame:
    """Return what each line does at each level, worded.

    Shape: one row per enterprise, level and line, mildest level first: the fields of `LineOrder`, `level`, `k`, and
    for the gate `measure` and `vehicle`.
    """
    facts = context.lines.select("unit_id", "cut_off_hours")
    known = context.units.select("unit_id", *(pl.col(f"{p}_kg_per_day").alias(f"{p}_emitted") for p in POLLUTANTS))
    worded = (
        order_texts(context.orders, context.names, language)
        .join(facts, on="unit_id", how="left", maintain_order="left")
        .join(known, on="unit_id", how="left", maintain_order="left")
    )
    return worded.select(
        "enterprise_id",
        pl.col("level").cast(LEVEL_DTYPE),
        "unit_id",
        "k",
        "cut_share",
        line=line_name(context, language),
        order="order_text",
        begin_by=_begin_by(language),
        removed=_removed(language),
        checking="verification_text",
        measure=_gate_measure(language),
        vehicle=pl.when(has_transport()).then("transport").otherwise(pl.lit("none")),
    ).sort("enterprise_id", "level", "unit_id")


def line_name(context: ReportContext, language: Language) -> pl.Expr:
    """Return the name of a line, or what it does where it has no name of its own."""
    return pl.coalesce("unit_name", context.names.process(language, pl.col("industry"), pl.col("process")))


def _begin_by(language: Language) -> pl.Expr:
    """Return when a measure begins: it is in place when the alert takes effect, so a slow line begins earlier."""
    hours = pl.col("cut_off_hours")
    digits = pl.when(hours == hours.round()).then(decimal(hours, 0)).otherwise(decimal(hours, 1))
    early = sentence(language, mark("begin {hours} h before, in place when the alert takes effect"), hours=digits)
    at_once = say(language, mark("in place when the alert takes effect"))
    unknown = say(language, mark("in place when the alert takes effect; lead time unknown, to be agreed on site"))
    return (
        pl.when(pl.col("k") == 0)
        .then(pl.lit("–"))
        .when(hours.is_null())
        .then(pl.lit(unknown))
        .when(hours > 0)
        .then(early)
        .otherwise(pl.lit(at_once))
    )


def _removed(language: Language) -> pl.Expr:
    """Return the reduction by pollutant; unknown where the emission is, a dash where nothing is cut."""
    gap = "" if language == "zh" else " "
    parts = []
    for pollutant in POLLUTANTS:
        amount = pl.col(f"{pollutant}_removed_kg_per_day")
        digits = pl.when(amount >= 10).then(decimal(amount, 0)).otherwise(decimal(amount, 1))
        name = pl.lit(f"{POLLUTANT_NAMES[pollutant]} ")
        is_unknown = pl.col(f"{pollutant}_emitted").is_null() & (pl.col("k") > 0)
        parts.append(
            pl.when(is_unknown)
            .then(name + pl.lit(say(language, UNKNOWN)))
            .when(amount > 0)
            .then(name + digits + pl.lit(f"{gap}kg/d"))
        )
    joined = pl.concat_str(parts, separator=say(language, mark(", ")), ignore_nulls=True)
    return pl.when(joined == "").then(pl.lit("–")).otherwise(joined)


def _gate_measure(language: Language) -> pl.Expr:
    """Return the measure as it is read from two metres: 停产; 限产20%,日产量不超过3,440t."""
    limited = sentence(
        language,
        mark("{measure}, at most {allowed} a day"),
        measure=pl.col("measure_text"),
        allowed=tonnes(pl.col("allowed_t_per_day"), language),
    )
    is_limited = (pl.col("kind").cast(pl.String) == "load_cut") & pl.col("allowed_t_per_day").is_not_null()
    words = {code: say(language, word) for code, word in _SPARED.items()}
    spared = pl.col("reason_code").cast(pl.String).replace_strict(words, default=say(language, mark("Not limited")))
    spared = pl.when(is_not_in_time()).then(pl.lit(say(language, NOT_IN_TIME))).otherwise(spared)
    return pl.when(pl.col("k") == 0).then(spared).when(is_limited).then(limited).otherwise("measure_text")


def gate_entries(orders: pl.DataFrame, language: Language) -> pl.DataFrame:
    """Return lines under the same measure together, hardest first. Shape: one row per enterprise, level and measure."""
    separator = say(language, mark(", "))
    all_lines = pl.lit(say(language, ALL_LINES))
    is_all = (pl.col("many") == pl.col("of_all")) & (pl.col("many") > 1)
    return (
        orders.with_columns(of_all=pl.len().over("enterprise_id", "level"))
        .group_by("enterprise_id", "level", "measure", maintain_order=True)
        .agg(
            names=pl.col("line").str.join(separator),
            many=pl.len(),
            of_all=pl.col("of_all").first(),
            share=pl.col("cut_share").max(),
            k=pl.col("k").max(),
        )
        .with_columns(lines=pl.when(is_all).then(all_lines).otherwise("names"))
        .sort("enterprise_id", "level", "share", "k", descending=[False, False, True, True], maintain_order=True)
        .select("enterprise_id", "level", "measure", "lines")
    )


def gate_vehicles(orders: pl.DataFrame, language: Language) -> pl.DataFrame:
    """Return what holds for an enterprise's vehicles at each level: the strictest of what its lines bring."""
    strictest = pl.col("vehicle").cast(pl.Enum(["none", *TRANSPORT_WORDS])).max()
    kinds = {"none": NO_VEHICLES, **TRANSPORT_WORDS}
    return (
        orders.group_by("enterprise_id", "level", maintain_order=True)
        .agg(strictest)
        .with_columns(spelled(pl.col("vehicle"), kinds, language))
    )
