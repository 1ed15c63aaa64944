"""The check without the solver: every constraint and every number of a plan, again, from the city's frames.

Nothing here is shared with the model builder. A plan with one violation is not published.
"""

import polars as pl

from grading.scale import LEVELS, POLLUTANTS
from optimizer.result import Check, City, SolveStatus, Verification
from optimizer.verify.beside import laid_beside, places_in_menu, places_of_units
from optimizer.verify.family import KEY, Family, checks_of
from optimizer.verify.options import option_checks
from optimizer.verify.physics import OF_PHYSICS, physics_checks
from optimizer.verify.totals import total_checks

ROUNDING = 1e-9
"""Relative difference allowed between two ways of adding the same numbers."""
UNTOUCHED_REASONS = (
    "exempt_grade", "exempt_register", "small_micro", "idle", "no_measure_needed", "voluntary",
)  # fmt: skip
FACTS = (
    "enterprise_id", "name", "unit_name", "county", "industry", "process", "product", "grade", "treatment",
    "baseline_t_per_day", "baseline_source", "loss_basis", "verification",
)  # fmt: skip
LAW = {
    "transport": "transport", "floor_state": "floor_state", "law_kind": "kind", "law_share": "share",
    "law_hours": "hours", "law_is_general": "is_general", "law_clause": "clause", "law_status": "status",
}  # fmt: skip


def verify(
    city: City, orders: pl.DataFrame, targets: pl.DataFrame, comparison: pl.DataFrame, status: SolveStatus
) -> Verification:
    """Return one check per constraint family and per family of numbers."""
    plain = in_order(orders.with_columns(pl.col("level", "kind", "grade").cast(pl.String)))
    facing = _facing(city, plain)
    found = checks_of(FAMILIES, facing)
    checks = (
        _one_measure(city, plain),
        *(found[name] for name in ("floor_and_ceiling", "measure_as_in_menu", "nested")),
        _linecount(city, facing),
        *(found[each.name] for each in FAMILIES[3:]),
        *physics_checks(city, facing),
        *option_checks(city, plain),
        *total_checks(city, plain, targets, comparison, status),
    )
    return Verification(checks)


def in_order(orders: pl.DataFrame) -> pl.DataFrame:
    """Return the orders by unit, its levels from the mildest to the hardest."""
    if orders["unit_id"].is_sorted() and _is_by_level(orders):
        return orders
    place = pl.col("level").replace_strict(dict(zip(LEVELS, range(len(LEVELS)), strict=True)), default=-1)
    return orders.sort("unit_id", place, maintain_order=True)


def _is_by_level(orders: pl.DataFrame) -> bool:
    many = orders.height // len(LEVELS)
    return orders["level"].equals(pl.Series(LEVELS * many, dtype=pl.String))


def _facing(city: City, orders: pl.DataFrame) -> pl.DataFrame:
    """Return every order with its unit, its menu row and its law beside it; a stranger keeps nulls and so fails."""
    own = city.units.select(
        "unit_id", "is_idle", "line_group", *(f"{p}_kg_per_day" for p in POLLUTANTS), *OF_PHYSICS,
        *(f"{bound}_k_{level}" for bound in ("floor", "ceil") for level in LEVELS),
        *(pl.col(name).alias(f"{name}_city") for name in (*FACTS, "override_reason", "override_by")),
    ).with_columns(pl.col("grade_city").cast(pl.String))  # fmt: skip
    menu = city.menu.select("unit_id", "k", pl.exclude("unit_id", "k").name.suffix("_menu")).with_columns(
        pl.col("kind_menu").cast(pl.String)
    )
    law = city.legal.select(
        "unit_id",
        pl.col("level").cast(pl.String),
        *(pl.col(right).alias(f"{right}_law") for right in LAW.values()),
    )
    beside = laid_beside(orders, own, ["unit_id"], places_of_units(city.units))
    beside = laid_beside(beside, menu, ["unit_id", "k"], places_in_menu(menu, orders))
    return (
        laid_beside(beside, law, KEY)
        .with_columns(
            *(_of_level(f"{bound}_k_{{}}").alias(bound) for bound in ("floor", "ceil")),
            credit_menu=_of_level("credit_{}_menu"),
            loss_menu=_of_level("loss_{}_cny_per_day_menu"),
        )
        .with_columns(pl.col("is_idle").fill_null(value=True))
    )


def _of_level(template: str) -> pl.Expr:
    value = pl.lit(None)
    for level in LEVELS:
        value = pl.when(pl.col("level") == level).then(pl.col(template.format(level))).otherwise(value)
    return value


def _one_measure(city: City, orders: pl.DataFrame) -> Check:
    units = city.units["unit_id"].sort()
    by_level = [orders["unit_id"].gather_every(len(LEVELS), place) for place in range(len(LEVELS))]
    if _is_by_level(orders) and units.n_unique() == len(units) and all(units.equals(each) for each in by_level):
        return Check("one_measure", orders.height, 0, 0.0)
    wanted = city.units.select("unit_id").join(pl.DataFrame({"level": list(LEVELS)}), how="cross")
    counted = orders.group_by(*KEY).len()
    beside = wanted.join(counted, on=list(KEY), how="full", coalesce=True).sort(*KEY)
    strange = ~pl.col("unit_id").is_in(city.units["unit_id"].implode())
    return checks_of([Family("one_measure", (pl.col("len") != 1) | strange)], beside)["one_measure"]


def _linecount(city: City, facing: pl.DataFrame) -> Check:
    is_stop = (pl.col("kind") == "stop") & pl.col("line_group").is_not_null()
    counted = facing.lazy().filter(is_stop).group_by("line_group", "level").len("stops")
    asked = city.line_counts.with_columns(pl.col("level").cast(pl.String))
    held = (
        asked.lazy()
        .join(counted, on=["line_group", "level"], how="left")
        .with_columns(short=pl.col("stop_at_least") - pl.col("stops").fill_null(0).cast(pl.Int64))
        .collect()
    )
    bad = held.filter(pl.col("short").fill_null(1) > 0)
    examples = tuple(f"{level} {group}" for level, group in bad.select("level", "line_group").head(5).rows())
    return Check("line_count", held.height, bad.height, float(bad["short"].max() or 0.0), examples)  # type: ignore[arg-type]


def _any_differs(pairs: dict[str, str]) -> pl.Expr:
    return pl.any_horizontal([pl.col(left).ne_missing(pl.col(right)) for left, right in pairs.items()])


def _differs_from_menu() -> pl.Expr:
    same = ["kind", "measure_id", "measure_name", "cut_share"]
    unlike = _any_differs({name: f"{name}_menu" for name in same} | {"loss_cny_per_day": "loss_menu"})
    removed = [
        pl.col(f"{p}_removed_kg_per_day").ne_missing(pl.col(f"{p}_removed_kg_per_day_menu") * pl.col("credit_menu"))
        for p in POLLUTANTS
    ]
    return pl.any_horizontal(unlike, *removed)


def _removed_sum() -> pl.Expr:
    return pl.sum_horizontal([f"{p}_removed_kg_per_day" for p in POLLUTANTS])


def _right_output() -> pl.Expr:
    kept = pl.col("baseline_t_per_day_city") * (1 - pl.col("cut_share_menu"))
    return pl.when(pl.col("kind") == "stop").then(0.0).otherwise(kept)


def _is_output_right() -> pl.Expr:
    allowed, right = pl.col("allowed_t_per_day"), _right_output()
    close = (allowed - right).abs() <= ROUNDING * pl.max_horizontal(right.abs(), pl.lit(1.0))
    return (allowed.is_null() & right.is_null()) | close.fill_null(value=False)


def _removes_more_than_there_is() -> pl.Expr:
    return pl.any_horizontal(
        pl.col(f"{p}_removed_kg_per_day") > pl.col(f"{p}_kg_per_day").fill_null(0.0) * (1 + ROUNDING)
        for p in POLLUTANTS
    )


def _is_reason_wrong() -> pl.Expr:
    reason = pl.col("reason_code")
    return (
        (reason.is_in(UNTOUCHED_REASONS) & (pl.col("k") > 0))
        | ((reason == "override") != (_IS_PINNED & ~pl.col("is_idle")))
        | ((reason == "legal_minimum") & (pl.col("k") > pl.col("floor")))
        | (reason.is_in(["needed_for_target", "nested", "counted_by_line"]) & (pl.col("k") <= pl.col("floor")))
        | (pl.col("reason_pollutant").is_not_null() & (reason != "needed_for_target"))
    )


def _is_gentler() -> pl.Expr:
    is_same_unit = pl.col("unit_id").eq_missing(pl.col("unit_id").shift(1))
    return pl.when(is_same_unit).then(pl.col("k").shift(1) - pl.col("k")).otherwise(-pl.col("k"))


_IS_PINNED = pl.col("floor_state") == "override"
_IS_WITHIN = pl.col("k").is_between(pl.col("floor"), pl.col("ceil"))
_IS_TOUCHED = (pl.col("k") != 0) | (pl.col("cut_share") != 0) | (pl.col("loss_cny_per_day") != 0)
_UNNAMED = _any_differs({"override_reason": "override_reason_city", "override_by": "override_by_city"})
FAMILIES = (
    Family("floor_and_ceiling", ~_IS_WITHIN,
           pl.max_horizontal(pl.col("floor") - pl.col("k"), pl.col("k") - pl.col("ceil"))),
    Family("measure_as_in_menu", _differs_from_menu()),
    Family("nested", _is_gentler() > 0, _is_gentler()),
    Family("exempt_untouched", _IS_TOUCHED | (_removed_sum() != 0), pl.col("cut_share"),
           (pl.col("ceil") == 0) & (pl.col("treatment_city") != "none")),
    Family("idle_untouched", (pl.col("k") > 0) | (_removed_sum() > 0), concerned=pl.col("is_idle")),
    Family("overrides", _UNNAMED | ~_IS_WITHIN, concerned=_IS_PINNED),
    Family("allowed_output", ~_is_output_right(), (pl.col("allowed_t_per_day") - _right_output()).abs()),
    Family("removed_within_emission", _removes_more_than_there_is()),
    Family("facts_as_in_city", _any_differs({name: f"{name}_city" for name in FACTS})),
    Family("law_as_in_city", _any_differs({left: f"{right}_law" for left, right in LAW.items()})),
    Family("reasons", _is_reason_wrong()),
)  # fmt: skip
"""What each order must keep by itself and beside the milder level of its unit; the orders are by unit and level."""
