"""Everything that was assumed on the way, counted in units, so that a report can say it."""

import polars as pl

from grading.scale import LEVELS, POLLUTANTS
from optimizer.city.beside import beside
from optimizer.city.menu import REMOVED


def counted_notes(assumed: pl.DataFrame) -> tuple[tuple[str, int], ...]:
    """Return (code, number of units) for each assumption that was made of any unit, in a fixed order."""
    counts = assumed.select(pl.exclude("unit_id").sum()).row(0, named=True)
    return tuple((code, int(number)) for code, number in counts.items() if number)


def assumed_of(
    roster: pl.DataFrame,
    menu: pl.DataFrame,
    asked: pl.DataFrame,
    bounds: pl.DataFrame,
    unstated_lengths: tuple[str, ...],
) -> pl.DataFrame:
    """Return which assumptions were made of which unit.

    `roster` also carries the columns of `estimated_loss`. Shape: one row per unit, one column per code, in a fixed
    order. Idle units have only `idle`. `unstated_lengths` are the levels whose expected length the case leaves to the
    program's default.
    """
    of_menu, state = _of_menu(menu), pl.col("floor_state")
    of_bounds = bounds.group_by("unit_id", maintain_order=True).agg(
        lacks_law=(state == "unknown_law").any(), is_late=(state == "limited_by_notice").any()
    )
    of_law = asked.group_by("unit_id", maintain_order=True).agg(
        keeps_hot=pl.col("kind").is_in(["bank", "keep_hot"]).any()
    )
    uneven = uneven_menus(menu.join(of_menu.filter("is_bureau"), on="unit_id", how="semi"))
    told = beside(beside(beside(roster, of_menu, "unit_id"), of_bounds, "unit_id"), of_law, "unit_id")
    units = told.join(uneven.with_columns(is_uneven=True), on="unit_id", how="left")
    runs = ~pl.col("is_idle")
    default = runs & ~pl.col("is_bureau")
    stops, credit = default & pl.col("can_stop"), pl.col("least_credit")
    rests_on_length = pl.any_horizontal(pl.col("decay_h", "start_up_extra_h", "pay_off_days").is_not_null())
    conditions: dict[str, pl.Expr] = {
        "idle": pl.col("is_idle"),
        **{f"emission_unknown_{p}": runs & pl.col(f"{p}_kg_per_day").is_null() for p in POLLUTANTS},
        "baseline_unknown": runs & (pl.col("baseline_source") == "unknown"),
        "loss_from_output_value": default & (pl.col("loss_basis") == "output_value_ratio"),
        "loss_from_industry_median": default & (pl.col("loss_basis") == "industry_median"),
        "loss_unknown": default & (pl.col("loss_basis") == "none"),
        "value_split_equally": default & pl.col("assumes_equal_value_share"),
        "value_share_scaled_to_one": default & pl.col("rescales_value_share"),
        "operating_days_assumed_330": default & pl.col("operating_days_per_year").is_null(),
        "restart_cost_unknown": default & pl.col("can_stop") & pl.col("restart_cost_wan").is_null(),
        "can_stop_assumed": default & pl.col("assumes_can_stop"),
        "min_load_assumed_zero": default & pl.col("assumes_min_load"),
        "elasticity_assumed_one": default & pl.col("assumes_elasticity"),
        "kept_hot_by_elasticity": default & pl.col("keeps_hot"),
        "start_up_unknown": stops & pl.col("pay_off_days").is_null() & pl.col("start_up_extra_h").is_null(),
        "start_up_taken_off": stops & (pl.col("start_up_extra_h") > 0) & (pl.col("most_credit") > 0.0),
        "decay_taken_off": stops & (pl.col("decay_h") > 0) & (pl.col("most_credit") > 0.0),
        "stop_does_not_pay_off": stops & (credit <= 0.0),
        "alert_length_assumed": stops & rests_on_length & pl.lit(bool(unstated_lengths)),
        "limited_by_notice": runs & pl.col("is_late"),
        "bureau_menu": pl.col("is_bureau"),
        "bureau_menu_uneven": pl.col("is_bureau") & pl.col("is_uneven"),
        "law_unknown": runs & pl.col("lacks_law"),
        "exempt_level_unknown": runs & (pl.col("treatment") == "register_exempt") & pl.col("exempt_up_to").is_null(),
        "quota_unknown": runs & (pl.col("treatment") == "register_quota") & pl.col("quota_share").is_null(),
    }
    flags = {code: holds.fill_null(False) for code, holds in conditions.items()}
    return units.select("unit_id", **flags).sort("unit_id")


def _of_menu(menu: pl.DataFrame) -> pl.DataFrame:
    """Return whether a unit's menu is the bureau's, and the least and most credit of its cold stop over the levels."""
    is_stop = (pl.col("measure_id") == "stop") & (pl.col("kind") == "stop")
    by_level = [f"credit_{level}" for level in LEVELS]
    return menu.group_by("unit_id", maintain_order=True).agg(
        is_bureau=(pl.col("kind") == "bureau").any(),
        least_credit=pl.min_horizontal(by_level).filter(is_stop).first(),
        most_credit=pl.max_horizontal(by_level).filter(is_stop).first(),
    )


def uneven_menus(menu: pl.DataFrame) -> pl.DataFrame:
    """Return the units on whose menu a more severe measure removes less of something, or costs less."""
    if menu.is_empty():
        return menu[["unit_id"]]
    rising = [*REMOVED, *(column for column in menu.columns if column.startswith("loss_"))]
    steps = menu.sort("unit_id", "k").select(
        "unit_id", *(pl.col(column).diff().over("unit_id") < -1e-9 for column in rising)
    )
    return steps.filter(pl.any_horizontal(rising)).select("unit_id").unique()
