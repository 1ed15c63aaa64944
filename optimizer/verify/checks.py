"""The check without the solver: every constraint and every number of a plan, again, from the city's frames.

Nothing here is shared with the model builder. A plan with one violation is not published.
"""

import numpy as np
import polars as pl

from grading.scale import LEVELS, POLLUTANTS
from optimizer.result import Check, City, SolveStatus, Verification
from optimizer.verify.beside import laid_beside, places_in_menu, places_of_units
from optimizer.verify.options import option_checks
from optimizer.verify.physics import physics_checks
from optimizer.verify.totals import total_checks

ROUNDING = 1e-9
"""Relative difference allowed between two ways of adding the same numbers."""
KEY = ("unit_id", "level")
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
    plain = orders.with_columns(pl.col("level", "kind", "grade").cast(pl.String))
    facing = _facing(city, plain)
    checks = (
        _one_measure(city, plain),
        count("floor_and_ceiling", facing, ~pl.col("k").is_between(pl.col("floor"), pl.col("ceil")), _beyond()),
        count("measure_as_in_menu", facing, _differs_from_menu()),
        _nested(plain),
        _linecount(city, plain),
        _exempt_untouched(facing),
        count("idle_untouched", facing.filter("is_idle"), (pl.col("k") > 0) | (_removed_sum() > 0)),
        _overrides(facing),
        _allowed(facing),
        count("removed_within_emission", facing, _removes_more_than_there_is()),
        count("facts_as_in_city", facing, _any_differs({name: f"{name}_city" for name in FACTS})),
        _law(city, plain),
        _reasons(facing),
        *physics_checks(city, facing),
        *option_checks(city, plain),
        *total_checks(city, plain, targets, comparison, status),
    )
    return Verification(checks)


def count(name: str, rows: pl.DataFrame, violated: pl.Expr, worst: pl.Expr | None = None) -> Check:
    """Return the check of `rows`; a null verdict counts as violated."""
    bad = rows.filter(violated.fill_null(True))
    worst_off = 0.0
    if bad.height:
        worst_off = float(bad.select((worst if worst is not None else pl.lit(1.0)).max()).item() or 0.0)
    columns = [column for column in (*KEY, "line_group", "target", "way", "stage") if column in rows.columns]
    examples = tuple(
        " ".join(str(value) for value in row if value is not None) for row in bad.select(columns).head(5).rows()
    )
    return Check(name, rows.height, bad.height, worst_off, examples)


def _facing(city: City, orders: pl.DataFrame) -> pl.DataFrame:
    """Return every order with its unit and its menu row beside it; a stranger keeps nulls and so fails."""
    units = city.units.with_columns(pl.col("grade").cast(pl.String))
    own = units.select(
        "unit_id", "is_idle", *(f"{p}_kg_per_day" for p in POLLUTANTS),
        *(f"{bound}_k_{level}" for bound in ("floor", "ceil") for level in LEVELS),
        *(pl.col(name).alias(f"{name}_city") for name in (*FACTS, "override_reason", "override_by")),
    )  # fmt: skip
    menu = city.menu.select(
        "unit_id", "k", pl.col("kind").cast(pl.String).alias("kind_menu"),
        *(pl.col(c).alias(f"{c}_menu") for c in city.menu.columns if c not in ("unit_id", "k", "kind")),
    )  # fmt: skip
    return (
        laid_beside(
            laid_beside(orders, own, ["unit_id"], places_of_units(city.units)),
            menu,
            ["unit_id", "k"],
            places_in_menu(menu, orders),
        )
        .with_columns(
            floor=_of_level("floor_k_{}"),
            ceil=_of_level("ceil_k_{}"),
            credit_menu=_of_level("credit_{}_menu"),
            loss_menu=_of_level("loss_{}_cny_per_day_menu"),
        )
        .with_columns(pl.col("is_idle").fill_null(True))
    )


def _of_level(template: str) -> pl.Expr:
    value = pl.lit(None)
    for level in LEVELS:
        value = pl.when(pl.col("level") == level).then(pl.col(template.format(level))).otherwise(value)
    return value


def _one_measure(city: City, orders: pl.DataFrame) -> Check:
    by_level = [(pl.col("level") == level).sum().alias(level) for level in LEVELS]
    of_unit = orders.group_by("unit_id").agg(pl.len(), *by_level).join(
        city.units.select("unit_id", is_listed=pl.lit(value=True)), on="unit_id", how="full", coalesce=True
    )  # fmt: skip
    is_right = pl.col("is_listed") & (pl.col("len") == len(LEVELS)) & pl.all_horizontal(pl.col(LEVELS) == 1)
    if not of_unit.filter(~is_right.fill_null(value=False)).height:
        return Check("one_measure", orders.height, 0, 0.0)
    wanted = city.units.select("unit_id").join(pl.DataFrame({"level": list(LEVELS)}), how="cross")
    counted = orders.group_by(*KEY).len()
    return count(
        "one_measure", wanted.join(counted, on=list(KEY), how="full", coalesce=True).sort(*KEY),
        (pl.col("len") != 1) | ~pl.col("unit_id").is_in(city.units["unit_id"].implode()),
    )  # fmt: skip


def _beyond() -> pl.Expr:
    return pl.max_horizontal(pl.col("floor") - pl.col("k"), pl.col("k") - pl.col("ceil"))


def _differs_from_menu() -> pl.Expr:
    same = ["kind", "measure_id", "measure_name", "cut_share"]
    unlike = _any_differs({name: f"{name}_menu" for name in same} | {"loss_cny_per_day": "loss_menu"})
    removed = [
        pl.col(f"{p}_removed_kg_per_day").ne_missing(pl.col(f"{p}_removed_kg_per_day_menu") * pl.col("credit_menu"))
        for p in POLLUTANTS
    ]
    return pl.any_horizontal(unlike, *removed)


def _any_differs(pairs: dict[str, str]) -> pl.Expr:
    return pl.any_horizontal([pl.col(left).ne_missing(pl.col(right)) for left, right in pairs.items()])


def _nested(orders: pl.DataFrame) -> Check:
    place = pl.col("level").replace_strict({level: place for place, level in enumerate(LEVELS)})
    is_first = pl.col("unit_id").ne_missing(pl.col("unit_id").shift(1))
    by_unit = orders.select("unit_id", "level", "k", place=place).sort("unit_id", "place")
    ordered = by_unit.with_columns(before=pl.when(~is_first).then(pl.col("k").shift(1)))
    return count("nested", ordered, pl.col("k") < pl.col("before").fill_null(0), pl.col("before") - pl.col("k"))


def _linecount(city: City, orders: pl.DataFrame) -> Check:
    groups = city.units.filter(pl.col("line_group").is_not_null()).select("unit_id", "line_group")
    stops = (
        orders.select("unit_id", "level", "kind").join(groups, on="unit_id").group_by("line_group", "level")
        .agg(stops=(pl.col("kind") == "stop").sum())
    )  # fmt: skip
    asked = city.line_counts.with_columns(pl.col("level").cast(pl.String))
    held = asked.join(stops, on=["line_group", "level"], how="left").with_columns(pl.col("stops").fill_null(0))
    return count(
        "line_count", held, pl.col("stops") < pl.col("stop_at_least"), pl.col("stop_at_least") - pl.col("stops")
    )


def _exempt_untouched(facing: pl.DataFrame) -> Check:
    exempt = facing.filter((pl.col("ceil") == 0) & (pl.col("treatment_city") != "none"))
    touched = (pl.col("k") != 0) | (pl.col("cut_share") != 0) | (pl.col("loss_cny_per_day") != 0)
    return count("exempt_untouched", exempt, touched | (_removed_sum() != 0), pl.col("cut_share"))


def _removed_sum() -> pl.Expr:
    return pl.sum_horizontal([f"{p}_removed_kg_per_day" for p in POLLUTANTS])


def _overrides(facing: pl.DataFrame) -> Check:
    pinned = facing.filter(pl.col("floor_state") == "override")
    unnamed = _any_differs({"override_reason": "override_reason_city", "override_by": "override_by_city"})
    return count("overrides", pinned, unnamed | ~pl.col("k").is_between(pl.col("floor"), pl.col("ceil")))


def _allowed(facing: pl.DataFrame) -> Check:
    kept = pl.col("baseline_t_per_day_city") * (1 - pl.col("cut_share_menu"))
    right = pl.when(pl.col("kind") == "stop").then(0.0).otherwise(kept)
    off = (pl.col("allowed_t_per_day") - right).abs()
    unknown_alike = pl.col("allowed_t_per_day").is_null() & right.is_null()
    close = off <= ROUNDING * pl.max_horizontal(right.abs(), pl.lit(1.0))
    return count("allowed_output", facing, ~(unknown_alike | close.fill_null(False)), off)


def _removes_more_than_there_is() -> pl.Expr:
    return pl.any_horizontal(
        pl.col(f"{p}_removed_kg_per_day") > pl.col(f"{p}_kg_per_day").fill_null(0.0) * (1 + ROUNDING)
        for p in POLLUTANTS
    )


def _law(city: City, orders: pl.DataFrame) -> Check:
    law = city.legal.select(*KEY, *(pl.col(right).alias(f"{right}_law") for right in LAW.values()))
    as_text = law.with_columns(pl.col("level").cast(pl.String))
    beside = laid_beside(orders, as_text, KEY, np.arange(as_text.height))
    texts = [name for name in ("transport", "law_status") if beside.schema[name] != pl.String]
    beside = beside.with_columns(pl.col(*texts).cast(pl.String)) if texts else beside
    beside = beside.with_columns(pl.col("transport_law", "status_law").cast(pl.String))
    return count("law_as_in_city", beside, _any_differs({left: f"{right}_law" for left, right in LAW.items()}))


def _reasons(facing: pl.DataFrame) -> Check:
    code = facing.with_columns(pl.col("reason_code").cast(pl.String))
    reason = pl.col("reason_code")
    wrong = (
        (reason.is_in(UNTOUCHED_REASONS) & (pl.col("k") > 0))
        | ((reason == "override") != ((pl.col("floor_state") == "override") & ~pl.col("is_idle")))
        | ((reason == "legal_minimum") & (pl.col("k") > pl.col("floor")))
        | (reason.is_in(["needed_for_target", "nested", "counted_by_line"]) & (pl.col("k") <= pl.col("floor")))
        | (pl.col("reason_pollutant").is_not_null() & (reason != "needed_for_target"))
    )
    return count("reasons", code, wrong)
