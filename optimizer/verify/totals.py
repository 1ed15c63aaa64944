"""The second half of the check: targets, losses and the proof, re-added from the orders."""

import math

import polars as pl

from grading.scale import LEVELS, POLLUTANTS
from optimizer.result import Check, City, Options, Outcome, Proof, SolveStatus

SHARE_SHORT = 1e-6
"""Share of a requirement that may be missing when a target is called met."""
ROUNDING = 1e-9
REMOVED = tuple(f"{pollutant}_removed_kg_per_day" for pollutant in POLLUTANTS)


def total_checks(
    city: City, orders: pl.DataFrame, targets: pl.DataFrame, comparison: pl.DataFrame, status: SolveStatus
) -> tuple[Check, ...]:
    """Return the checks of everything that is a sum over orders."""
    stated = targets.with_columns(pl.col("level", "state").cast(pl.String))
    summed = orders.group_by("level", maintain_order=True).agg(pl.col(*REMOVED, "loss_cny_per_day").sum())
    expected = _expected(city, summed)
    return (
        _targets_added(stated, expected),
        _target_states(stated, expected),
        _least_shortfall(city, expected, status),
        _losses(city, summed, comparison),
        _proof(city, summed, status),
    )


def _expected(city: City, summed: pl.DataFrame) -> pl.DataFrame:
    """Return level, target, required, planned, `least` (what must be reached) of every row the city has.

    `summed`: what the orders of each level remove together.
    """
    long = summed.lazy().select("level", *(pl.col(name).alias(p) for p, name in zip(POLLUTANTS, REMOVED, strict=True)))
    rows = (
        city.targets.lazy()
        .with_columns(pl.col("level", "pollutant").cast(pl.String))
        .join(long.unpivot(index="level", variable_name="pollutant", value_name="removed"), on=["level", "pollutant"])
        .select("level", target="pollutant", society="society_kg_per_day", required="required_kg_per_day",
                planned=pl.col("removed") + pl.col("other_lists_kg_per_day"))
        .collect()
    )  # fmt: skip
    joint = _joint(rows) if city.joint_so2_nox else rows.clear()
    own = {p: city.own_floor_share.get(p, 0.0) for p in ("so2", "nox")}
    traded = pl.col("level").is_in(joint["level"].implode()) & pl.col("target").is_in(["so2", "nox"])
    share = pl.when(traded).then(pl.col("target").replace_strict(own, default=0.0)).otherwise(1.0)
    return pl.concat([rows.with_columns(least=pl.col("required") * share), joint], how="diagonal")


def _joint(rows: pl.DataFrame) -> pl.DataFrame:
    shares = rows.filter(
        pl.col("target").is_in(["so2", "nox"]) & pl.col("required").is_not_null() & (pl.col("society") > 0)
    )
    return (
        shares.group_by("level", maintain_order=True)
        .agg(
            both=pl.len(),
            required=(pl.col("required") / pl.col("society")).sum(),
            planned=(pl.col("planned") / pl.col("society")).sum(),
        )
        .filter(pl.col("both") == 2)
        .select("level", "required", "planned", target=pl.lit("so2+nox"), least="required")
    )


def _targets_added(stated: pl.DataFrame, expected: pl.DataFrame) -> Check:
    both = stated.join(expected, on=["level", "target"], how="full", suffix="_again", coalesce=True)
    size = pl.max_horizontal(pl.col("planned_again").abs(), pl.lit(1e-9))
    off = pl.max_horizontal(
        (pl.col("planned") - pl.col("planned_again")).abs() / size,
        (pl.col("required") - pl.col("required_again")).abs() / size,
        (pl.col("slack") - (pl.col("planned_again") - pl.col("required_again"))).abs() / size,
    )
    unlike = pl.col("required").is_null() != pl.col("required_again").is_null()
    missing = pl.col("state").is_null() | (pl.col("slack").is_null() != pl.col("required_again").is_null())
    return _check("targets_added_again", both, unlike | missing | (off > ROUNDING), off, ("level", "target"))


def _target_states(stated: pl.DataFrame, expected: pl.DataFrame) -> Check:
    joint = expected.filter(pl.col("target") == "so2+nox").select("level", joint_short=_is_short())
    traded_short = pl.col("joint_short").fill_null(False) & pl.col("target").is_in(["so2", "nox"])
    right = (
        expected.join(joint, on="level", how="left")
        .with_columns(
            right=pl.when(pl.col("required").is_null()).then(pl.lit("not_stated"))
            .when(_is_short()).then(pl.lit("missed"))
            .when(traded_short).then(pl.lit("missed"))
            .otherwise(pl.lit("met"))
        )
    )  # fmt: skip
    both = stated.join(right, on=["level", "target"], how="full", suffix="_again", coalesce=True)
    return _check("target_states", both, pl.col("state").ne_missing(pl.col("right")), None, ("level", "target"))


def _is_short() -> pl.Expr:
    return pl.col("planned") < pl.col("least") - SHARE_SHORT * pl.col("least").abs()


def _least_shortfall(city: City, expected: pl.DataFrame, status: SolveStatus) -> Check:
    """Check that no more is missing, in shares of the requirements, than with every unit at its hardest measure.

    Optional rows may keep a target further out of reach than that; how far is the first stage's to prove, and no plan
    may miss more than the stage says.
    """
    planned = _shortfall(expected)
    hardest = 0.0 if planned <= 0 else _hardest_shortfall(city, status)  # nothing missing is the least there is
    row = pl.DataFrame({"stage": ["shortfall"], "off": [planned - hardest]})
    return _check(
        "least_shortfall", row, pl.col("off") > SHARE_SHORT * max(expected.height, 1), pl.col("off"), ("stage",)
    )


def _hardest_shortfall(city: City, status: SolveStatus) -> float:
    """Return what is missing with every unit at its hardest measure; with optional rows what the first stage says."""
    menu = city.menu.select("unit_id", "k", *REMOVED, *(f"credit_{level}" for level in LEVELS))
    long = pl.concat(
        city.units.select("unit_id", ceil=pl.min_horizontal([f"ceil_k_{later}" for later in LEVELS[place:]]))
        .join(menu, left_on=["unit_id", "ceil"], right_on=["unit_id", "k"])
        .select(*(pl.col(name) * pl.col(f"credit_{level}") for name in REMOVED), level=pl.lit(level))
        for place, level in enumerate(LEVELS)
    )
    hardest = _shortfall(_expected(city, long.group_by("level", maintain_order=True).sum()))
    if city.options != Options():
        hardest = max([hardest, *(stage.reached for stage in status.stages if stage.name == "shortfall")])
    return hardest


def _shortfall(expected: pl.DataFrame) -> float:
    asked = expected.filter(pl.col("least") > 0)
    return float(asked.select((1 - pl.col("planned") / pl.col("least")).clip(lower_bound=0).sum()).item())


def _losses(city: City, summed: pl.DataFrame, comparison: pl.DataFrame) -> Check:
    days = pl.col("level").replace_strict(city.days_per_season, default=0.0, return_dtype=pl.Float64)
    again = pl.concat([
        summed.select("level", loss="loss_cny_per_day"),
        summed.select(level=pl.lit("season"), loss=(pl.col("loss_cny_per_day") * days).sum()).head(1),
    ])  # fmt: skip
    said = comparison.filter(pl.col("way").cast(pl.String) == "plan").with_columns(pl.col("level").cast(pl.String))
    both = again.join(said, on="level", how="full", coalesce=True)
    off = (pl.col("loss_cny_per_day") - pl.col("loss")).abs()
    return _check(
        "losses_added_again", both, off > ROUNDING * pl.max_horizontal(pl.col("loss"), pl.lit(1.0)), off, ("level",)
    )


def _proof(city: City, summed: pl.DataFrame, status: SolveStatus) -> Check:
    """Check that the status says of the loss what the orders add up to, and no more than its gap proves."""
    days = {level: max(city.days_per_season.get(level, 0.0), 1e-3) for level in LEVELS}
    weighted = pl.col("level").replace_strict(days, return_dtype=pl.Float64)
    loss = float(summed.select((pl.col("loss_cny_per_day") * weighted).sum()).item())
    reached = [stage.reached for stage in status.stages if stage.name == "loss"]
    gap, bound = status.relative_gap, status.lp_loss_bound_cny_per_season
    wrong = [
        status.outcome != Outcome.USABLE,
        len(reached) != 1 or not math.isclose(reached[0], loss, rel_tol=1e-9, abs_tol=1e-6),
        gap is not None and gap < 0,
        bound is not None and bound > loss * (1 + 1e-6) + 1e-6,
        status.proof == Proof.OPTIMAL and (gap is None or gap > 1e-6),
        status.proof == Proof.GAP and gap is None,
        status.proof in (Proof.INFEASIBLE, Proof.FAILED),
    ]
    row = pl.DataFrame({"stage": ["loss"], "wrong": [any(wrong)]})
    return _check("proof_agrees", row, pl.col("wrong"), None, ("stage",))


def _check(name: str, rows: pl.DataFrame, violated: pl.Expr, off: pl.Expr | None, shown: tuple[str, ...]) -> Check:
    bad = rows.filter(violated.fill_null(False))
    worst = 0.0 if off is None or not bad.height else float(bad.select(off.max()).item() or 0.0)
    examples = tuple(" ".join(str(value) for value in row) for row in bad.sort(*shown).select(*shown).head(5).rows())
    return Check(name, rows.height, bad.height, worst if off is not None else float(bool(bad.height)), examples)
