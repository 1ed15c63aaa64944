"""The check of what lines can do: credits of stops by the hour, and notice, both from the lines' own facts."""

import polars as pl

from grading.scale import LEVELS, POLLUTANTS
from optimizer.result import Check, City

ROUNDING = 1e-9
HOURS = 24.0
FACTS = ("decay_h", "start_up_extra_h", "pay_off_days")


def physics_checks(city: City, orders: pl.DataFrame) -> tuple[Check, ...]:
    """Return the checks of credits and, where the case states one, of notice.

    `orders` has its levels as text, and beside each order its row of the menu (`*_menu`; null where there is none).
    """
    credit = _credits(city, orders)
    return (credit, _notice(city, orders)) if city.notice_h else (credit,)


def _notice(city: City, orders: pl.DataFrame) -> Check:
    """Check that no line is ordered, but by a pin, what it cannot do in time; a milder level waits for a harder one."""
    rows = [(mild, hours) for hard, hours in city.notice_h.items() for mild in LEVELS[: LEVELS.index(hard) + 1]]
    given = pl.DataFrame(rows, schema={"level": pl.String, "given_h": pl.Float64}, orient="row")
    beside = (
        orders.select("unit_id", "level", "k", "kind", "floor_state")
        .join(city.units.select("unit_id", needs_h="notice_h"), on="unit_id", how="left")
        .join(given.group_by("level").agg(pl.col("given_h").min()), on="level")
        .filter(pl.col("kind").cast(pl.String) != "bureau", pl.col("floor_state") != "override")
    )
    over = (pl.col("needs_h") - pl.col("given_h")).fill_null(0.0)
    bad = beside.filter((pl.col("k") > 0) & (over > ROUNDING)).sort("unit_id", "level")
    worst = float(bad.select(over.max()).item()) if bad.height else 0.0
    examples = tuple(f"{unit} {level}" for unit, level in bad.select("unit_id", "level").head(5).rows())
    return Check("ordered_in_time", beside.height, bad.height, worst, examples)


def _credits(city: City, orders: pl.DataFrame) -> Check:
    """Check that no stop removes more, or less, than its hours of alert less decay and start-up allow."""
    hours = {level: HOURS * city.length_days.get(level, 0.0) for level in LEVELS}
    stops = (
        orders.filter((pl.col("kind_menu") == "stop").fill_null(True))
        .select(
            "unit_id",
            "level",
            *(f"{p}_removed_kg_per_day" for p in POLLUTANTS),
            is_cold=pl.col("measure_id_menu") != "hold",
            **{f"{p}_full": f"{p}_removed_kg_per_day_menu" for p in POLLUTANTS},
        )
        .join(city.units.select("unit_id", *FACTS), on="unit_id", how="left")
        .with_columns(hours=pl.col("level").replace_strict(hours, return_dtype=pl.Float64))
        .with_columns(saved_h=_saved_hours())
    )
    # With no length known to the city nothing can be taken off, so the whole must be credited.
    share = pl.when(pl.col("hours") > 0).then(pl.col("saved_h") / pl.col("hours")).otherwise(1.0)
    off = [(pl.col(f"{p}_removed_kg_per_day") - pl.col(f"{p}_full") * share).abs() for p in POLLUTANTS]
    size = pl.max_horizontal([f"{p}_full" for p in POLLUTANTS]).clip(lower_bound=1.0)
    beside = stops.with_columns(off=pl.max_horizontal(off), wrong=pl.any_horizontal(o > ROUNDING * size for o in off))
    bad = beside.filter(pl.col("wrong").fill_null(True)).sort("unit_id", "level")
    worst = float(bad["off"].max() or 0.0) if bad.height else 0.0  # type: ignore[arg-type]
    examples = tuple(f"{unit} {level}" for unit, level in bad.select("unit_id", "level").head(5).rows())
    return Check("credits_worked_out_again", stops.height, bad.height, worst, examples)


def _saved_hours() -> pl.Expr:
    """Return how many hours of full effect an alert has: each hour counts by how far the emission has died away."""
    hours, decay = pl.col("hours"), pl.col("decay_h").fill_null(0.0)
    dying = pl.min_horizontal(hours, decay)
    while_dying = pl.when(decay > 0).then(dying * dying / (2 * decay)).otherwise(0.0)
    emitted_again = pl.when("is_cold").then(pl.col("start_up_extra_h").fill_null(0.0)).otherwise(0.0)
    saved = (while_dying + (hours - dying) - emitted_again).clip(lower_bound=0.0)
    too_short = pl.col("is_cold") & (pl.col("pay_off_days") * HOURS > hours + HOURS * ROUNDING)
    return pl.when(too_short.fill_null(False)).then(0.0).otherwise(saved)
