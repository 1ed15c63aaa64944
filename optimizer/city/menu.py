"""The menu of each unit: measures in order of severity, what each removes and what it costs."""

from collections.abc import Mapping

import polars as pl

from grading.scale import POLLUTANTS
from optimizer.city.asked import HOLD, STOP, TOLERANCE
from optimizer.city.credit import credits_by_level
from optimizer.city.loss import CNY_PER_WAN
from optimizer.city.roster import EMISSIONS

LOAD_CUTS = (0.1, 0.2, 0.3, 0.5)
REMOVED = tuple(f"{pollutant}_removed_kg_per_day" for pollutant in POLLUTANTS)
SHARES = tuple(f"{pollutant}_removed_share" for pollutant in POLLUTANTS)
_BY_SHARE = ("load_cut", "stop_share_by_line")


def build_menu(
    roster: pl.DataFrame,
    asked: pl.DataFrame,
    pinned_cuts: pl.DataFrame,
    measures: pl.DataFrame,
    length_days: Mapping[str, float],
) -> pl.DataFrame:
    """Return one row per unit and measure, `k` rising with severity from 0, "no measure".

    `roster` also carries `full_loss_cny_per_day`. A unit with rows in `measures` (the bureau's own) has those
    instead of the default menu; an idle unit has only k = 0. `severity` is the scale of `optimizer.city.asked`.

    Units: kg/d, CNY/d. Maths: docs/model.md section 3.
    """
    running = roster.filter(~pl.col("is_idle"))
    own = measures.select("unit_id", "measure_id", "severity", *SHARES, "loss_cny_per_day", measure_name="name")
    by_bureau = _bureau_rungs(running[["unit_id", *EMISSIONS]].join(own, on="unit_id", how="inner"))
    default = running.filter(~pl.col("unit_id").is_in(by_bureau["unit_id"].implode()))
    rungs = pl.concat(
        [_nothing(roster), _load_cuts(default, asked, pinned_cuts), _stops(default, asked), by_bureau],
        how="diagonal",
    )
    ordered = rungs.sort("unit_id", "order", "measure_id").with_columns(
        k=pl.int_range(pl.len(), dtype=pl.Int64).over("unit_id")
    )
    return ordered.join(roster[["unit_id", *_NEEDED]], on="unit_id").with_columns(
        *_removed(), *credits_by_level(length_days), *_losses(length_days)
    )


_NEEDED = (
    *EMISSIONS,
    "emission_elasticity",
    "full_loss_cny_per_day",
    "restart_cost_wan",
    "decay_h",
    "start_up_extra_h",
    "pay_off_days",
)


def _rung(kind: str, measure_id: str, severity: float) -> list[pl.Expr]:
    return [
        pl.lit(kind).alias("kind"),
        pl.lit(measure_id).alias("measure_id"),
        pl.lit(min(severity, 1.0)).alias("cut_share"),
        pl.lit(severity).alias("severity"),
        pl.lit(severity).alias("order"),
    ]


def _nothing(roster: pl.DataFrame) -> pl.DataFrame:
    return roster.select("unit_id", *_rung("none", "none", 0.0))


def _load_cuts(roster: pl.DataFrame, asked: pl.DataFrame, pinned_cuts: pl.DataFrame) -> pl.DataFrame:
    """Return the usual cuts, exactly what law and pins ask, and the cut down to the least load; physics permitting."""
    law = asked.filter(pl.col("kind").is_in([*_BY_SHARE, "coking_time_h"])).select(
        "unit_id",
        share="asked_severity",
        measure_id=pl.when(pl.col("kind") == "coking_time_h").then(pl.format("coking_{}h", _number(pl.col("hours")))),
    )
    usual = roster[["unit_id"]].join(pl.DataFrame({"share": LOAD_CUTS}), how="cross")
    deepest = roster.filter(pl.col("min_load") > 0).select("unit_id", share=1.0 - pl.col("min_load"))
    wanted = pl.concat([law, pinned_cuts[["unit_id", "share"]], usual, deepest], how="diagonal")
    return (
        wanted.join(roster[["unit_id", "min_load"]], on="unit_id")
        .filter(
            pl.col("share") > TOLERANCE,
            pl.col("share") < 1.0 - TOLERANCE,
            pl.col("share") <= 1.0 - pl.col("min_load") + TOLERANCE,
        )
        # Earlier sources win, a named coking time first: 0.3 and 1 - 0.7 are one measure.
        .with_columns(rounded=pl.col("share").round(6), is_plain=pl.col("measure_id").is_null())
        .sort("is_plain", maintain_order=True)
        .unique(["unit_id", "rounded"], keep="first", maintain_order=True)
        .select(
            "unit_id",
            kind=pl.lit("load_cut"),
            measure_id=pl.coalesce("measure_id", pl.format("cut_{}", _number(100 * pl.col("share")))),
            cut_share="share",
            severity="share",
            order="share",
        )
    )


def _number(value: pl.Expr) -> pl.Expr:
    """Return a number as short text: 20, 33.3333."""
    return value.round(4).cast(pl.String).str.strip_suffix(".0")


def _stops(roster: pl.DataFrame, asked: pl.DataFrame) -> pl.DataFrame:
    """Return the stop, and before it production stopped with the furnace kept hot where the law knows that."""
    can = roster.filter(pl.col("can_stop"))
    kept_hot = asked.filter(pl.col("kind").is_in(["bank", "keep_hot"])).select("unit_id").unique()
    return pl.concat(
        [
            can.join(kept_hot, on="unit_id", how="semi").select("unit_id", *_rung("stop", "hold", HOLD)),
            can.select("unit_id", *_rung("stop", "stop", STOP)),
        ]
    )


def _bureau_rungs(rows: pl.DataFrame) -> pl.DataFrame:
    """Return the bureau's measures; their `cut_share` is what they surely remove of everything the unit emits."""
    emitted = [pl.when(pl.col(e) > 0).then(pl.col(s)) for e, s in zip(EMISSIONS, SHARES, strict=True)]
    cut = pl.coalesce(pl.min_horizontal(*emitted), pl.min_horizontal(*SHARES))
    return rows.select(
        "unit_id",
        "measure_id",
        "measure_name",
        *SHARES,
        kind=pl.lit("bureau"),
        cut_share=cut,
        severity=pl.when(cut >= 1.0 - TOLERANCE).then(STOP).otherwise(cut),
        order=pl.col("severity").cast(pl.Float64),
        bureau_loss=pl.col("loss_cny_per_day"),
    )


def _removed() -> list[pl.Expr]:
    """Return E * rho per pollutant in full effect; an unknown emission credits 0 (and is counted elsewhere)."""
    # A cold stop removes all; a load cut, and a furnace kept hot, only what its elasticity lets fall.
    running = pl.col("emission_elasticity") * pl.col("cut_share")
    of_load = pl.when(pl.col("severity") >= STOP).then(1.0).otherwise(running)
    return [
        (pl.col(emission).fill_null(0.0) * pl.coalesce(share, of_load)).alias(removed)
        for emission, share, removed in zip(EMISSIONS, SHARES, REMOVED, strict=True)
    ]


def _losses(length_days: Mapping[str, float]) -> list[pl.Expr]:
    restart = pl.when(pl.col("measure_id") == "stop").then(pl.col("restart_cost_wan") * CNY_PER_WAN).fill_null(0.0)
    running = pl.col("cut_share") * pl.col("full_loss_cny_per_day")
    return [
        pl.coalesce("bureau_loss", running + restart / max(1.0, days)).alias(f"loss_{level}_cny_per_day")
        for level, days in length_days.items()
    ]
