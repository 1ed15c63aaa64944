"""Orders in words: what to do, how much, against which baseline, how it is checked, and why."""

import polars as pl

from grading.words import Language, mark, say
from reports.format import percent, tonnes
from reports.names import Names
from reports.reasons import brief_reason, full_reason
from reports.sentences import sentence, spelled

NOT_IN_TIME = mark("Not ordered: the line needs more notice than this level gives")
TRANSPORT_WORDS = {
    "ban_national_4_and_below": mark("no heavy trucks of National IV or below (gas-fuelled included)"),
    "stop_road_transport": mark("no road transport"),
}
BASELINE_WORDS = {
    "eia": mark("EIA capacity"),
    "permit": mark("permitted capacity"),
    "last_year": mark("last year's actual output"),
    "unknown": mark("unknown"),
    "idle": mark("idle, no baseline"),
}
_BASELINE = {
    "eia": mark("EIA capacity, the least of EIA, permit and last year's actual output"),
    "permit": mark("permitted capacity, the least of EIA, permit and last year's actual output"),
    "last_year": mark("last year's actual output, the least of EIA, permit and last year's actual output"),
}


def order_texts(orders: pl.DataFrame, names: Names, language: Language) -> pl.DataFrame:
    """Return the orders with their texts; no text is ever null.

    `order_text` is the whole order, `measure_text` a few words for a narrow column, `reason_text` the reason with
    its clause as it can be read aloud, `brief_reason` the same without what a table says beside it, and
    `verification_text` the way of checking.

    Shape: the rows of `orders` in their order. Needs the columns of `optimizer.tables.Orders`; the register that
    exempts (`exemption_register`, `exemption_basis`, `quota_share`) is named where the frame carries it.
    """
    optional = {"exemption_register": pl.String, "exemption_basis": pl.String, "quota_share": pl.Float64}
    lacking = {name: dtype for name, dtype in optional.items() if name not in orders.columns}
    known = orders.with_columns(pl.lit(None, dtype=dtype).alias(name) for name, dtype in lacking.items())
    checking = names.way_of_checking(language, pl.col("verification"))
    return known.with_columns(
        order_text=order_text(names, language),
        measure_text=measure_text(language),
        reason_text=full_reason(names, language),
        brief_reason=brief_reason(names, language),
        verification_text=checking.fill_null(say(language, mark("way of checking not given"))),
    )


def measure_text(language: Language) -> pl.Expr:
    """Return the measure in a few words, for a narrow column: 停产, 限产20%."""
    kind = pl.col("kind").cast(pl.String)
    return (
        pl.when((kind == "stop") & (pl.col("measure_id") == "hold"))
        .then(pl.lit(say(language, mark("Stop, kept hot"))))
        .when(kind == "stop")
        .then(pl.lit(say(language, mark("Stop"))))
        .when(_is_coking())
        .then(sentence(language, mark("Coking time {hours} h"), hours=_coking_hours()))
        .when(kind == "load_cut")
        .then(sentence(language, mark("Cut {share}"), share=percent(pl.col("cut_share"), language)))
        .when(kind == "bureau")
        .then(pl.coalesce("measure_name", "measure_id"))
        .when(pl.col("reason_code").cast(pl.String) == "idle")
        .then(pl.lit(say(language, mark("Long idle"))))
        .when(pl.col("reason_code").cast(pl.String) == "voluntary")
        .then(pl.lit(say(language, mark("Voluntary"))))
        .when(pl.col("reason_code").cast(pl.String) == "quota")
        .then(pl.lit(say(language, mark("Quota"))))
        .when(has_transport())
        .then(pl.lit(say(language, mark("Vehicles only"))))
        .otherwise(pl.lit(say(language, mark("None"))))
    )


def order_text(names: Names, language: Language) -> pl.Expr:
    """Return the whole order without its way of checking."""
    production = _production(names, language)
    transport = spelled(pl.col("transport"), TRANSPORT_WORDS, language)
    joined = sentence(language, mark("{production}; {transport}"), production=production, transport=transport)
    alone = sentence(language, mark("Production not limited; {transport}"), transport=transport)
    spared = pl.col("kind").cast(pl.String) == "none"
    return pl.when(has_transport() & spared).then(alone).when(has_transport()).then(joined).otherwise(production)


def has_transport() -> pl.Expr:
    """Say whether vehicles are restricted: as the law asks, unless the line is idle, exempt, or spared by a pin."""
    spared_by_pin = (pl.col("floor_state") == "override") & (pl.col("k") == 0)
    is_lifted = pl.col("floor_state").is_in(["lifted_by_exemption", "idle"]) | spared_by_pin
    return (pl.col("transport") != "none") & ~is_lifted


def _production(names: Names, language: Language) -> pl.Expr:
    kind = pl.col("kind").cast(pl.String)
    bureau = sentence(language, mark("Measure: {name}"), name=pl.coalesce("measure_name", "measure_id"))
    return (
        pl.when(kind == "stop")
        .then(_stop(names, language))
        .when(kind == "load_cut")
        .then(_load_cut(names, language))
        .when(kind == "bureau")
        .then(bureau)
        .otherwise(_nothing(language))
    )


def _stop(names: Names, language: Language) -> pl.Expr:
    line = names.process(language, pl.col("industry"), pl.col("process"))
    by_line = sentence(
        language,
        mark("Stop this line ({process}; the law counts lines: {share} of them stop)"),
        process=line,
        share=percent(pl.col("law_share"), language),
    )
    is_by_line = (pl.col("law_kind") == "stop_share_by_line") & pl.col("law_share").is_not_null()
    return (
        pl.when(pl.col("measure_id") == "hold")
        .then(sentence(language, mark("Stop production, furnace kept hot ({process})"), process=line))
        .when(is_by_line & (pl.col("reason_code").cast(pl.String) == "counted_by_line"))
        .then(by_line)
        .otherwise(sentence(language, mark("Stop production ({process})"), process=line))
    )


def _load_cut(names: Names, language: Language) -> pl.Expr:
    thing = pl.col("product").fill_null(names.process(language, pl.col("industry"), pl.col("process")))
    fields = {
        "share": percent(pl.col("cut_share"), language),
        "product": thing,
        "allowed": tonnes(pl.col("allowed_t_per_day"), language),
        "baseline": tonnes(pl.col("baseline_t_per_day"), language),
        "source": spelled(pl.col("baseline_source"), _BASELINE, language),
    }
    measured = sentence(
        language,
        mark("Cut by {share}: at most {allowed} of {product} a day (baseline {baseline}/d: {source})"),
        **fields,
    )
    unmeasured = sentence(
        language, mark("Cut by {share} ({product}; daily baseline unknown, to be fixed on site first)"), **fields
    )
    plain = pl.when(pl.col("baseline_t_per_day").is_null()).then(unmeasured).otherwise(measured)
    coking = sentence(
        language, mark("Coking time extended to {hours} h, that is: {rest}"), hours=_coking_hours(), rest=plain
    )
    quota = sentence(
        language,
        mark("Guaranteed output only, quota {quota}. {rest}"),
        quota=percent(pl.col("quota_share"), language),
        rest=plain,
    )
    is_quota = pl.col("reason_code").cast(pl.String) == "quota"
    return pl.when(_is_coking()).then(coking).when(is_quota).then(quota).otherwise(plain)


def _is_coking() -> pl.Expr:
    return pl.col("measure_id").str.starts_with("coking_")


def _coking_hours() -> pl.Expr:
    return pl.col("measure_id").str.extract(r"^coking_([\d.]+)h$").fill_null("?")


def _nothing(language: Language) -> pl.Expr:
    words = {
        "idle": mark("Long idle: may not resume production during an alert"),
        "voluntary": mark("Voluntary reduction, decided by the enterprise"),
        "exempt_grade": mark("No stop and no limit"),
        "exempt_register": mark("No stop and no limit"),
        "small_micro": mark("No stop and no limit"),
        "override": mark("No stop and no limit (set by the planner)"),
    }
    code = pl.col("reason_code").cast(pl.String)
    known = {name: say(language, word) for name, word in words.items()}
    plain = code.replace_strict(known, default=say(language, mark("No measure at this level")))
    quota = sentence(
        language,
        mark("Guaranteed output only, quota {quota}; no further measure fits"),
        quota=percent(pl.col("quota_share"), language),
    )
    late = say(language, NOT_IN_TIME)
    return pl.when(code == "quota").then(quota).when(is_not_in_time()).then(pl.lit(late)).otherwise(plain)


def is_not_in_time() -> pl.Expr:
    """Return whether the law asks for a measure that is not ordered because it needs more notice than there is."""
    return (pl.col("floor_state") == "limited_by_notice") & (pl.col("reason_code") == "no_measure_needed")
