"""The planner's pins: read them, find them on the menu, apply them, and say of each what became of it."""

import polars as pl

from grading.scale import LEVEL_DTYPE, LEVELS
from optimizer.city.asked import HOLD, TOLERANCE

STATES = (
    "applied",
    "extended",
    "below_law",
    "above_exemption",
    "above_notice",
    "against_physics",
    "contradicts_nesting",
    "superseded",
    "not_understood",
    "unknown_unit",
    "idle",
)
IN_FORCE = ("applied", "below_law", "above_exemption", "above_notice", "extended")
"""States of a pin that moved something; `extended` follows one of the others."""
_EXEMPT = ("exempt", "豁免", "none", "不限产", "不停限产")
_STOP = ("stop", "停产", "全部停产")
_FORBID = ("forbid", "禁止加严", "不得加严")
_CUT = r"^(?:cut|load cut|load_cut|限产|减产|降负荷|限负荷)\s*(\d+(?:\.\d+)?)\s*%?$"


def numbered(overrides: pl.DataFrame) -> pl.DataFrame:
    """Return the pins in the order of the files, each with its number `pin`."""
    return overrides.sort("source_file", "source_sheet", "source_row", maintain_order=True).with_row_index("pin")


READ: dict[str, pl.DataType | type[pl.DataType]] = {
    "pin": pl.UInt32, "pin_level": pl.String, "unit_id": pl.String, "level": LEVEL_DTYPE,
    **dict.fromkeys(("measure", "reason", "by", "wish"), pl.String), "share": pl.Float64, "text": pl.String,
}  # fmt: skip
"""Columns of read pins."""


def read_pins(overrides: pl.DataFrame) -> pl.DataFrame:
    """Return one row per override and level with what its text means (`wish`, `share`) and its number `pin`.

    `wish` is exempt, stop, cut, forbid, or other (perhaps the id of a measure on the unit's menu).
    """
    return read_numbered(numbered(overrides))


def read_numbered(pins: pl.DataFrame) -> pl.DataFrame:
    """Return the same of some pins that have their numbers."""
    if pins.is_empty():
        return pl.DataFrame(schema=READ)
    text = pl.col("measure").str.strip_chars().str.to_lowercase().str.replace_all("％", "%")
    stated = text.str.extract(_CUT).cast(pl.Float64)
    # "cut 0.2" may mean 20 % or 0.2 %: not guessed at.
    is_clear = text.str.ends_with("%") | (stated >= 1.0)
    percent = pl.when(is_clear).then(stated / 100.0)
    levels = pl.DataFrame(
        {"pin_level": [*LEVELS, *("all" for _ in LEVELS)], "level": [*LEVELS, *LEVELS]},
        schema={"pin_level": pl.String, "level": LEVEL_DTYPE},
    )
    wish = (
        pl.when(text.is_in(_EXEMPT) | (percent <= 0))
        .then(pl.lit("exempt"))
        .when(text.is_in(_STOP) | (percent == 1.0))
        .then(pl.lit("stop"))
        .when(text.is_in(_FORBID))
        .then(pl.lit("forbid"))
        .when(percent < 1.0)
        .then(pl.lit("cut"))
        .otherwise(pl.lit("other"))
    )
    return (
        pins.with_columns(wish=wish, share=percent, text=text, pin_level=pl.col("level").cast(pl.String))
        .drop("level")
        .join(levels, on="pin_level")
        .select("pin", "pin_level", "unit_id", "level", "measure", "reason", "by", "wish", "share", "text")
        .sort("pin", "level")
    )


def pinned_cuts(pins: pl.DataFrame) -> pl.DataFrame:
    """Return the load cuts that pins ask for, so that the menu can hold exactly those."""
    return pins.filter(pl.col("wish") == "cut").select("unit_id", "share").unique(maintain_order=True)


def apply_pins(
    bounds: pl.DataFrame, pins: pl.DataFrame, roster: pl.DataFrame, menu: pl.DataFrame
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Return the bounds with every pin that can be kept, and what became of each pin.

    A lock makes floor and ceiling one measure. Where a pinned level leaves another level no room, that level
    follows (state `extended`), because a unit is never treated more gently at a higher level. Of two locks
    that contradict each other across levels the one at the higher level holds.

    Shape: bounds as before plus `is_pinned`; and one row per pin and level: pin, unit_id, level, measure, reason,
    by, state.
    """
    if pins.is_empty():
        free = bounds.sort("unit_id", "level")
        return (
            free.with_columns(is_pinned=pl.lit(False), free_ceil_k="ceil_k", free_floor_k="floor_k"),
            pins.select("pin", *PINNED[:-1], state=pl.lit(None, dtype=pl.String)),
        )
    found = _targets_on_menu(pins, roster, menu)
    locks = _holding_locks(found)
    caps = found.filter((pl.col("state") == "open") & (pl.col("wish") == "forbid")).select("unit_id", "level").unique()
    pinned = _squeeze(bounds, locks, caps)
    return pinned, _outcome(found, bounds, pinned)


def _targets_on_menu(pins: pl.DataFrame, roster: pl.DataFrame, menu: pl.DataFrame) -> pl.DataFrame:
    """Add `pin_k`, the measure a pin locks, and a first `state`: open, or why it cannot be kept."""
    known = pins.join(roster[["unit_id", "is_idle"]], on="unit_id", how="left")
    fits = (
        (pl.col("wish") == "exempt") & (pl.col("k") == 0)
        | (pl.col("wish") == "stop") & (pl.col("cut_share") >= HOLD - TOLERANCE) & (pl.col("measure_id") != "hold")
        | (pl.col("wish") == "cut") & ((pl.col("cut_share") - pl.col("share")).abs() < 1e-6)
        | (pl.col("wish") == "other") & (pl.col("measure_id").str.to_lowercase() == pl.col("text"))
    )
    on_menu = (
        known.join(menu[["unit_id", "k", "cut_share", "measure_id"]], on="unit_id")
        .filter(fits)
        .group_by("pin", "level")
        .agg(pin_k=pl.col("k").min())
    )
    state = (
        pl.when(pl.col("is_idle").is_null())
        .then(pl.lit("unknown_unit"))
        .when((pl.col("wish") == "other") & pl.col("pin_k").is_null())
        .then(pl.lit("not_understood"))
        .when(pl.col("is_idle"))
        .then(pl.lit("idle"))
        .when(pl.col("wish") == "forbid")
        .then(pl.lit("open"))
        .when(pl.col("pin_k").is_null())
        .then(pl.lit("against_physics"))
        .otherwise(pl.lit("open"))
    )
    return known.join(on_menu, on=["pin", "level"], how="left").with_columns(state=state)


def _holding_locks(found: pl.DataFrame) -> pl.DataFrame:
    """Return one lock per unit and level: a pin for one level before one for all, the last row of the list first.

    Locks above a gentler lock of a higher level are left out.
    """
    is_lock = (pl.col("state") == "open") & (pl.col("wish") != "forbid")
    one = (
        found.filter(is_lock)
        .with_columns(is_for_all=pl.col("pin_level") == "all")
        .sort("unit_id", "level", "is_for_all", "pin", descending=[False, False, False, True])
        .unique(["unit_id", "level"], keep="first", maintain_order=True)
    )
    return one.filter(pl.col("pin_k") <= pl.col("pin_k").cum_min(reverse=True).over("unit_id")).select(
        "unit_id", "level", "pin_k"
    )


def _squeeze(bounds: pl.DataFrame, locks: pl.DataFrame, caps: pl.DataFrame) -> pl.DataFrame:
    capped = (
        bounds.join(locks, on=["unit_id", "level"], how="left")
        .join(caps.with_columns(is_capped=True), on=["unit_id", "level"], how="left")
        .sort("unit_id", "level")
        .with_columns(cap=pl.when(pl.col("is_capped")).then("floor_k").otherwise("ceil_k"))
        .with_columns(cap=pl.col("cap").cum_min(reverse=True).over("unit_id"))
        .with_columns(
            above=pl.col("pin_k").cum_max().over("unit_id").forward_fill().over("unit_id"),
            below=pl.col("pin_k").cum_min(reverse=True).over("unit_id").backward_fill().over("unit_id"),
        )
    )

    def squeezed(bound: str) -> pl.Expr:
        return pl.min_horizontal(pl.max_horizontal(bound, "above"), "below")

    return (
        capped.with_columns(new_floor=squeezed("floor_k"), new_ceil=squeezed("cap"))
        .with_columns(
            is_pinned=(pl.col("new_floor") != pl.col("floor_k"))
            | (pl.col("new_ceil") != pl.col("ceil_k"))
            | pl.col("pin_k").is_not_null()
        )
        .with_columns(
            floor_k="new_floor",
            ceil_k="new_ceil",
            free_ceil_k="ceil_k",
            free_floor_k="floor_k",
            floor_state=pl.when(pl.col("is_pinned")).then(pl.lit("override")).otherwise("floor_state"),
        )
        .drop("new_floor", "new_ceil", "above", "below", "cap", "is_capped", "pin_k")
    )


def _outcome(found: pl.DataFrame, bounds: pl.DataFrame, pinned: pl.DataFrame) -> pl.DataFrame:
    """Judge every pin by the bounds that came out, not by what was attempted."""
    free = bounds.select("unit_id", "level", free_floor="floor_k", free_ceil="ceil_k", free_treated="treated_k")
    kept = pinned[["unit_id", "level", "floor_k", "ceil_k"]]
    seen = found.join(free, on=["unit_id", "level"], how="left").join(kept, on=["unit_id", "level"], how="left")
    is_kept = (
        pl.when(pl.col("wish") == "forbid")
        .then(pl.col("ceil_k") <= pl.col("free_floor"))
        .otherwise((pl.col("floor_k") == pl.col("pin_k")) & (pl.col("ceil_k") == pl.col("pin_k")))
    )
    state = (
        pl.when(pl.col("state") != "open")
        .then("state")
        .when(~is_kept)
        .then(pl.when(_is_outvoted()).then(pl.lit("superseded")).otherwise(pl.lit("contradicts_nesting")))
        .when((pl.col("wish") != "forbid") & (pl.col("pin_k") < pl.col("free_floor")))
        .then(pl.lit("below_law"))
        .when((pl.col("wish") != "forbid") & (pl.col("pin_k") > pl.col("free_treated")))
        .then(pl.lit("above_exemption"))
        .when((pl.col("wish") != "forbid") & (pl.col("pin_k") > pl.col("free_ceil")))
        .then(pl.lit("above_notice"))
        .otherwise(pl.lit("applied"))
    )
    judged = seen.with_columns(state=state).select("pin", *PINNED)
    return pl.concat([judged, _extended(judged, pinned)]).sort("pin", "level", maintain_order=True)


PINNED = ("unit_id", "level", "measure", "reason", "by", "state")


def _is_outvoted() -> pl.Expr:
    """Say whether another lock of the same unit and level holds instead."""
    locked = (pl.col("wish") != "forbid") & (pl.col("state") == "open")
    return locked & (
        locked & (pl.col("floor_k") == pl.col("pin_k")) & (pl.col("ceil_k") == pl.col("pin_k"))
    ).any().over("unit_id", "level")


def _extended(judged: pl.DataFrame, pinned: pl.DataFrame) -> pl.DataFrame:
    """Return a row for each level that had to follow a pin of another level, in the words of the nearest pin."""
    moved = pinned.filter(
        (pl.col("floor_k") != pl.col("free_floor_k")) | (pl.col("ceil_k") != pl.col("free_ceil_k"))
    ).select("unit_id", "level")
    held = judged.filter(pl.col("state").is_in(IN_FORCE[:-1]))
    followers = moved.join(held[["unit_id", "level"]], on=["unit_id", "level"], how="anti")
    away = (pl.col("level").to_physical().cast(pl.Int8) - pl.col("level_right").to_physical().cast(pl.Int8)).abs()
    nearest = (
        followers.join(held, on="unit_id")
        .sort("unit_id", "level", away, "pin")
        .unique(["unit_id", "level"], keep="first", maintain_order=True)
    )
    return nearest.with_columns(state=pl.lit("extended")).select("pin", *PINNED)


def name_short_groups(
    outcome: pl.DataFrame, counted: pl.DataFrame, lines: pl.DataFrame, stoppable: pl.DataFrame
) -> pl.DataFrame:
    """Return the outcome with `below_law` where a pin leaves too few lines of its group that may stop.

    `lines`: of `line_counts`. `stoppable`: of `may_stop`.
    """
    short = lines.filter(pl.col("stop_at_least") < pl.col("law_asks_stop")).select("line_group", "level")
    if outcome.is_empty() or short.is_empty():
        return outcome
    kept = (
        counted[["unit_id", "level", "line_group"]]
        .join(short, on=["line_group", "level"])
        .join(stoppable.filter(~pl.col("may_stop")), on=["unit_id", "level"])
        .select("unit_id", "level", is_short=pl.lit(True))
    )
    is_below = pl.col("is_short").fill_null(False) & (pl.col("state") == "applied")
    return (
        outcome.join(kept, on=["unit_id", "level"], how="left", maintain_order="left")
        .with_columns(state=pl.when(is_below).then(pl.lit("below_law")).otherwise("state"))
        .drop("is_short")
    )
