"""Orders as short as a printed column: the measure, its daily limit, and a mark for vehicles that a legend explains."""

import polars as pl

from grading.words import Language, mark, say
from reports.format import tonnes
from reports.orders import TRANSPORT_WORDS, has_transport
from reports.sentences import sentence

VEHICLE_MARKS = {"ban_national_4_and_below": "①", "stop_road_transport": "②"}
KINDS = (
    mark("Stop"), mark("Stop, kept hot"), mark("Voluntary"), mark("Quota"), mark("Vehicles only"), mark("Long idle"),
    mark("None"),
)  # fmt: skip
"""Measures every list may hold; shares and times come from the plan, so no number stands here."""


def short_order(language: Language) -> pl.Expr:
    """Return the order in a few words: 限产20%：≤3,440t/d①. Needs the columns of `reports.orders.order_texts`."""
    is_cut = pl.col("kind").cast(pl.String) == "load_cut"
    limited = sentence(
        language,
        mark("{measure}: ≤{allowed}/d"),
        measure=pl.col("measure_text"),
        allowed=tonnes(pl.col("allowed_t_per_day"), language),
    )
    unmeasured = sentence(language, mark("{measure} (baseline to be fixed)"), measure=pl.col("measure_text"))
    measure = (
        pl.when(is_cut & pl.col("allowed_t_per_day").is_null())
        .then(unmeasured)
        .when(is_cut)
        .then(limited)
        .otherwise("measure_text")
    )
    vehicles = pl.col("transport").cast(pl.String).replace_strict(VEHICLE_MARKS, default="")
    return pl.concat_str(measure, pl.when(has_transport()).then(vehicles).otherwise(pl.lit("")))


def legend(language: Language) -> str:
    """Return what marks and signs of the printed list mean."""
    words = {name: say(language, word) for name, word in TRANSPORT_WORDS.items()}
    marks = [f"{sign} {words[name]}" for name, sign in VEHICLE_MARKS.items()]
    return say(
        language,
        mark(
            "{first}; {second}. ≤: most output of a day, against the daily baseline. Unknown: not known, not counted "
            "as zero. Full orders, reasons and law: sheet \"{sheet}\"."
        ),
        first=marks[0], second=marks[1], sheet=say(language, mark("Reasons and checking")),
    )  # fmt: skip


def measure_choices(worded: pl.DataFrame, language: Language) -> list[str]:
    """Return the measures a planner may pick: the general kinds, then what else this plan orders, sorted."""
    general = [say(language, kind) for kind in KINDS]
    used = worded["measure_text"].unique().sort().to_list()
    return general + [measure for measure in used if measure not in general]
