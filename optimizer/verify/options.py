"""The check of the optional rows, from the orders and the city's frames alone."""

import polars as pl

from grading.scale import LEVELS, POLLUTANTS
from optimizer.result import Check, City, Options

ROUNDING = 1e-7
"""Share of a requirement, or of production, by which rounding may miss an optional row."""
LADDERS = (("A", "B", "B-", "C", "D"), ("leading", "non_leading"))
FACTS = ("subtype", "full_loss_cny_per_day", "is_idle", "override_reason", "line_group")


def option_checks(city: City, orders: pl.DataFrame) -> tuple[Check, ...]:
    """Return one check per option the city asks for; `orders` has its levels and grades as text."""
    if city.options == Options():
        return ()
    beside = orders.drop("override_reason").join(city.units.select("unit_id", *FACTS), on="unit_id", how="left")
    own = ~pl.col("is_idle") & (pl.col("treatment") == "none") & pl.col("override_reason").is_null()
    by_grade, options = beside.filter(own), city.options
    checks = []
    if options.grade_order:
        checks.append(_grade_order(by_grade))
    if options.equal_treatment:
        checks.append(_equal_treatment(city, by_grade))
    if options.county_loss_factor is not None:
        checks.append(_county_share(city, orders, options.county_loss_factor))
    if options.quotas:
        checks.append(_quotas(city, orders))
    if options.receptors:
        checks.append(_receptors(city, orders))
    return tuple(checks)


def _grade_order(by_grade: pl.DataFrame) -> Check:
    keys = ["industry", "process", "level"]
    means = by_grade.group_by(*keys, "grade", maintain_order=True).agg(cut=pl.col("cut_share").mean())
    parts = []
    for ladder in LADDERS:
        ranks = dict(zip(ladder, range(len(ladder)), strict=True))
        of_ladder = means.filter(pl.col("grade").is_in(ladder)).with_columns(
            rank=pl.col("grade").replace_strict(ranks, default=None)
        )
        parts.append(of_ladder.sort(*keys, "rank").with_columns(worse=pl.col("cut").shift(-1).over(*keys)))
    pairs = pl.concat(parts).filter(pl.col("worse").is_not_null())
    return _check("grade_order", pairs, pl.col("cut") - pl.col("worse"), [*keys, "grade"])


def _equal_treatment(city: City, by_grade: pl.DataFrame) -> Check:
    windows = pl.concat(
        city.units.select(
            "unit_id",
            low=pl.max_horizontal([f"floor_k_{name}" for name in LEVELS[: place + 1]]),
            high=pl.min_horizontal([f"ceil_k_{name}" for name in LEVELS[place:]]),
            level=pl.lit(level),
        )
        for place, level in enumerate(LEVELS)
    )
    open_to = (
        windows.join(city.menu.select("unit_id", "k", "cut_share"), on="unit_id")
        .filter(pl.col("k").is_between("low", "high"))
        .sort("k")
        .group_by("unit_id", "level")
        .agg(offer=pl.struct("k", "cut_share"))
        .with_columns(offer=pl.col("offer").cast(pl.List(pl.Struct({"k": pl.Int64, "cut_share": pl.Float64}))).hash())
    )
    keys = ["industry", "subtype", "process", "grade", "level", "offer"]
    classes = by_grade.filter(pl.col("line_group").is_null()).join(open_to, on=["unit_id", "level"])
    spread = classes.group_by(*keys).agg(off=(pl.col("k").max() - pl.col("k").min()).cast(pl.Float64))
    return _check("equal_treatment", spread, pl.col("off"), keys[:5])


def _county_share(city: City, orders: pl.DataFrame, factor: float) -> Check:
    days = {level: max(city.days_per_season.get(level, 0.0), 1e-3) for level in LEVELS}
    weight = pl.col("level").replace_strict(days, return_dtype=pl.Float64)
    lost = orders.group_by("county", maintain_order=True).agg(lost=(pl.col("loss_cny_per_day") * weight).sum())
    value = (
        city.units.filter(~pl.col("is_idle"))
        .group_by("county", maintain_order=True)
        .agg(value=pl.col("full_loss_cny_per_day").sum())
    )
    beside = lost.join(value, on="county", how="left").with_columns(pl.col("value").fill_null(0.0))
    off = pl.col("lost") / pl.col("lost").sum() - factor * pl.col("value") / pl.col("value").sum()
    told = beside.filter(pl.col("lost").sum() > 0).with_columns(off=off)
    limited = told.filter(~pl.col("county").is_in(city.options.free_counties))
    return _check("county_share", limited, pl.col("off"), ["county"])


def _quotas(city: City, orders: pl.DataFrame) -> Check:
    asked = pl.DataFrame(
        [(each.product, each.t_per_day, level) for each in city.options.quotas for level in LEVELS],
        schema={"product": pl.String, "asked": pl.Float64, "level": pl.String},
        orient="row",
    )
    stays = orders.group_by("product", "level", maintain_order=True).agg(stays=pl.col("allowed_t_per_day").sum())
    beside = asked.join(stays, on=["product", "level"], how="left").with_columns(pl.col("stays").fill_null(0.0))
    return _check("quota", beside, 1 - pl.col("stays") / pl.col("asked"), ["product", "level"])


def _receptors(city: City, orders: pl.DataFrame) -> Check:
    rows = [
        (each.name, level, drop, county, p, of_county.get(p, 0.0))
        for each in city.options.receptors
        for level, drop in each.drop_ug_m3.items()
        for county, of_county in each.ug_m3_per_tonne.items()
        for p in POLLUTANTS
    ]
    schema = {"receptor": pl.String, "level": pl.String, "drop": pl.Float64, "county": pl.String,
              "pollutant": pl.String, "per_tonne": pl.Float64}  # fmt: skip
    removed = orders.group_by("county", "level", maintain_order=True).agg(
        pl.col(f"{p}_removed_kg_per_day").sum().alias(p) for p in POLLUTANTS
    )
    long = removed.unpivot(POLLUTANTS, index=["county", "level"], variable_name="pollutant", value_name="kg")
    brought = (
        pl.DataFrame(rows, schema=schema, orient="row")
        .join(long, on=["county", "level", "pollutant"], how="left")
        .group_by("receptor", "level", "drop", maintain_order=True)
        .agg(brought=(pl.col("per_tonne") * pl.col("kg").fill_null(0.0) / 1000).sum())
    )
    return _check("receptor", brought, 1 - pl.col("brought") / pl.col("drop"), ["receptor", "level"])


def _check(name: str, rows: pl.DataFrame, off: pl.Expr, shown: list[str]) -> Check:
    beside = rows.with_columns(_off=off)
    bad = beside.filter((pl.col("_off") > ROUNDING).fill_null(True)).sort(*shown)
    worst = float(bad["_off"].max() or 0.0) if bad.height else 0.0  # type: ignore[arg-type]
    examples = tuple(" ".join(str(v) for v in row if v is not None) for row in bad.select(shown).head(5).rows())
    return Check(name, rows.height, bad.height, worst, examples)
