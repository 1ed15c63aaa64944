"""The check of what lines can do: credits of stops by the hour, and notice, both from the lines' own facts."""

import polars as pl

from grading.scale import LEVELS, POLLUTANTS
from optimizer.result import Check, City
from optimizer.verify.family import KEY, Family, checks_of

ROUNDING = 1e-9
HOURS = 24.0
OF_PHYSICS = ("decay_h", "start_up_extra_h", "pay_off_days", "notice_h")
"""Columns of the units that the checks read beside the orders."""


def physics_checks(city: City, facing: pl.DataFrame) -> tuple[Check, ...]:
    """Return the checks of credits and, where the case states one, of notice.

    `facing`: orders with their levels as text, and beside each its unit (`OF_PHYSICS`) and its row of the menu
    (`*_menu`; null where there is none).
    """
    credit = _credits(city, facing)
    return (credit, _notice(city, facing)) if city.notice_h else (credit,)


def _notice(city: City, facing: pl.DataFrame) -> Check:
    """Check that no line is ordered, but by a pin, what it cannot do in time; a milder level waits for a harder one."""
    given = {
        mild: min(hours for hard, hours in city.notice_h.items() if LEVELS.index(hard) >= place)
        for place, mild in enumerate(LEVELS)
        if any(LEVELS.index(hard) >= place for hard in city.notice_h)
    }
    over = (pl.col("notice_h") - _of_level(given)).fill_null(0.0)
    is_free = (pl.col("kind") != "bureau") & (pl.col("floor_state") != "override")
    late = Family(
        "ordered_in_time", (pl.col("k") > 0) & (over > ROUNDING), over, is_free & pl.col("level").is_in(list(given))
    )
    return checks_of([late], facing)[late.name]


def _credits(city: City, facing: pl.DataFrame) -> Check:
    """Check that no stop removes more, or less, than its hours of alert less decay and start-up allow."""
    removed = [f"{p}_removed_kg_per_day" for p in POLLUTANTS]
    stops = (
        facing.lazy()
        .filter((pl.col("kind_menu") == "stop").fill_null(value=True))
        .with_columns(hours=_of_level({level: HOURS * city.length_days.get(level, 0.0) for level in LEVELS}))
        # With no length known to the city nothing can be taken off, so the whole must be credited.
        .with_columns(share=pl.when(pl.col("hours") > 0).then(_saved_hours() / pl.col("hours")).otherwise(1.0))
        .select(*KEY, *removed, *(pl.col(f"{name}_menu") * pl.col("share") for name in removed),
                size=pl.max_horizontal([f"{name}_menu" for name in removed]).clip(lower_bound=1.0))
        .collect()
    )  # fmt: skip
    off = [(pl.col(name) - pl.col(f"{name}_menu")).abs() for name in removed]
    wrong = pl.any_horizontal(each > ROUNDING * pl.col("size") for each in off)
    right = Family("credits_worked_out_again", wrong, pl.max_horizontal(off))
    return checks_of([right], stops)[right.name]


def _of_level(numbers: dict[str, float]) -> pl.Expr:
    value = pl.lit(None, dtype=pl.Float64)
    for level, number in numbers.items():
        value = pl.when(pl.col("level") == level).then(number).otherwise(value)
    return value


def _saved_hours() -> pl.Expr:
    """Return how many hours of full effect an alert has: each hour counts by how far the emission has died away."""
    hours, decay = pl.col("hours"), pl.col("decay_h").fill_null(0.0)
    is_cold = pl.col("measure_id_menu") != "hold"
    dying = pl.min_horizontal(hours, decay)
    while_dying = pl.when(decay > 0).then(dying * dying / (2 * decay)).otherwise(0.0)
    emitted_again = pl.when(is_cold).then(pl.col("start_up_extra_h").fill_null(0.0)).otherwise(0.0)
    saved = (while_dying + (hours - dying) - emitted_again).clip(lower_bound=0.0)
    too_short = is_cold & (pl.col("pay_off_days") * HOURS > hours + HOURS * ROUNDING)
    return pl.when(too_short.fill_null(value=False)).then(0.0).otherwise(saved)
