"""Differences of whole groups: targets, who pays by county, industry and grade, and the exempt list."""

import polars as pl

from grading.case.parts import changed_keys
from grading.scale import LEVELS
from optimizer.result import City

GROUPS = ("county", "industry", "grade")
EXEMPT = ("grade_exempt", "register_exempt", "register_quota", "small_micro")
SHIELDING = ("unit_id", "name", "county", "treatment", "is_idle", "ceil_k_red")
"""Columns of a unit that say whether its enterprise is on the exempt list."""
OF_TARGETS = ("required", "planned", "slack", "marginal_price_cny_per_kg", "state")
OF_EXEMPT = dict.fromkeys(
    ("enterprise_id", "name", "county", "treatment_before", "treatment_after", "change"), pl.String()
)
ROUNDING_CNY = 0.005


def target_changes(before: pl.DataFrame, after: pl.DataFrame) -> pl.DataFrame:
    """Return one row per level and target row of either plan, with both sides."""
    key = ["level", "target"]
    sides = [
        frame.select(pl.col(key).cast(pl.String), "unit", "is_binding_alone", *OF_TARGETS).with_columns(
            pl.col("state").cast(pl.String)
        )
        for frame in (before, after)
    ]
    joined = sides[0].join(sides[1], on=key, how="full", coalesce=True, suffix="_after")
    place = pl.col("level").replace_strict({level: n for n, level in enumerate(LEVELS)}, return_dtype=pl.Int64)
    return (
        joined.rename({name: f"{name}_before" for name in OF_TARGETS})
        .with_columns(
            pl.coalesce("unit", "unit_after").alias("unit"),
            pl.coalesce("is_binding_alone_after", "is_binding_alone").alias("is_binding_alone"),
        )
        .select(*key, "unit", "is_binding_alone", *(f"{n}_{s}" for n in OF_TARGETS for s in ("before", "after")))
        .sort(place, pl.col("target").replace_strict(_TARGETS, default=9, return_dtype=pl.Int64))
    )


_TARGETS = {"so2": 0, "nox": 1, "so2+nox": 2, "pm": 3, "vocs": 4}


def cost_by_groups(losses: pl.DataFrame) -> pl.DataFrame:
    """Return who pays: one row per group and key, the largest change first; a changed grade counts where it is now.

    `losses`: `optimizer.contrast.pairs.Pair.losses`.
    """
    sides = ("before", "after")
    # A few thousand parts, in a fixed order: the same sums to the last bit wherever they are added up.
    parts = losses.group_by(*GROUPS, "enterprise_id", maintain_order=True).agg(pl.col(sides).sum())
    named = parts.with_columns(pl.col("grade").cast(pl.String))
    moved = named.filter(pl.col("before") != pl.col("after"))
    return pl.concat(pl.collect_all([_cost_by(named.lazy(), moved.lazy(), group) for group in GROUPS]))


def _cost_by(parts: pl.LazyFrame, moved: pl.LazyFrame, group: str) -> pl.LazyFrame:
    change = pl.col("after") - pl.col("before")
    payers = (
        moved.group_by(group, "enterprise_id", maintain_order=True)
        .agg(pl.col("before", "after").sum())
        .group_by(group)
        .agg(pay_more=(change > ROUNDING_CNY).sum(), pay_less=(change < -ROUNDING_CNY).sum())
    )
    return (
        parts.group_by(group, maintain_order=True)
        .agg(pl.col("before", "after").sum())
        .join(payers, on=group, how="left", nulls_equal=True)
        .select(
            group=pl.lit(group),
            key=pl.col(group),
            loss_before_cny_per_season="before",
            loss_after_cny_per_season="after",
            loss_change_cny_per_season=change,
            enterprises_paying_more=pl.col("pay_more").fill_null(0).cast(pl.Int64),
            enterprises_paying_less=pl.col("pay_less").fill_null(0).cast(pl.Int64),
        )
        .sort(pl.col("loss_change_cny_per_season").abs(), "key", descending=[True, False])
    )


def exempt_changes(before: City, after: City) -> pl.DataFrame:
    """Return who enters or leaves the exempt list, and whose exemption differs: by treatment, or by a planner's pin.

    Shape: enterprise_id, name, county, treatment_before, treatment_after, change.
    """
    if before.units is after.units and before.overrides.equals(after.overrides):
        return pl.DataFrame(schema=OF_EXEMPT)
    units = [before.units, after.units]
    if before.overrides.equals(after.overrides):
        changed = changed_keys(before.units, after.units, "enterprise_id", SHIELDING)
        units = [frame.filter(pl.col("enterprise_id").is_in(list(changed))) for frame in units]
    sides = [_shielded(frame, city.overrides) for frame, city in zip(units, (before, after), strict=True)]
    joined = sides[0].join(sides[1], on="enterprise_id", how="full", coalesce=True, suffix="_after")
    old, new = pl.col("treatment").is_in(_SHIELDS), pl.col("treatment_after").is_in(_SHIELDS)
    change = (
        pl.when(new & ~old.fill_null(value=False)).then(pl.lit("enters"))
        .when(old & ~new.fill_null(value=False)).then(pl.lit("leaves"))
        .when(old & new & (pl.col("treatment") != pl.col("treatment_after"))).then(pl.lit("differs"))
    )  # fmt: skip
    return (
        joined.with_columns(change=change)
        .filter(pl.col("change").is_not_null())
        .select(
            "enterprise_id",
            pl.coalesce("name_after", "name").alias("name"),
            pl.coalesce("county_after", "county").alias("county"),
            treatment_before="treatment",
            treatment_after="treatment_after",
            change="change",
        )
        .sort("change", "enterprise_id")
        .collect()
    )


_SHIELDS = (*EXEMPT, "pinned_exempt")


def _shielded(units: pl.DataFrame, overrides: pl.DataFrame) -> pl.LazyFrame:
    pinned = overrides.filter(pl.col("level") == "red", pl.col("state").is_in(["applied", "below_law"])) if (
        overrides.width) else pl.DataFrame({"unit_id": []}, schema={"unit_id": pl.String})  # fmt: skip
    by_pin = pl.col("unit_id").is_in(pinned["unit_id"].unique().implode()) & (pl.col("ceil_k_red") == 0)
    is_pinned = by_pin & ~pl.col("treatment").is_in(EXEMPT)
    running = units.lazy().filter(~pl.col("is_idle"))
    return running.group_by("enterprise_id", maintain_order=True).agg(
        pl.col("name", "county").first(),
        treatment=pl.when(is_pinned.all()).then(pl.lit("pinned_exempt")).otherwise(pl.col("treatment").first()),
    )
