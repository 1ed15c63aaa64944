"""Before solving: the most that can be removed, what the floors alone bring, and who holds the rest."""

import polars as pl

from grading.checked import checked
from grading.scale import LEVEL_DTYPE, LEVELS, POLLUTANTS
from optimizer.city.notice import late_lines
from optimizer.city.roster import EMISSIONS
from optimizer.result import City
from optimizer.tables import Attainability

JOINT = "so2+nox"
TOLERANCE = 1e-9
EXEMPT_HOLDERS = ("grade_exempt", "register_exempt", "register_quota", "small_micro", "override")
NOTICE = "notice"
HOLDERS = (*EXEMPT_HOLDERS, "physics", NOTICE, "idle", "unknown_emission", "outside_list")


def attainability(city: City) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Return the attainability table, and the holders of what stays.

    The most removable is the best measure of each unit between its floor and its ceiling, for one pollutant and
    level at a time; nesting never stands in its way, so the figure is exact and no plan removes more. It includes
    what the other lists bring. `is_attainable` compares it with the pollutant's own target, also where SO2 and
    NOx may be traded; the row `so2+nox`, in shares of whole-society emission, says whether the joint rule can be
    kept. That row is left out when either whole-society emission is not known.

    Units: kg/d; 1 in the row `so2+nox`. Maths: docs/model.md section 5. Society is the sum of most removable,
    held by exempt, held by physics, and held outside the list.

    Shape: one row per level and pollutant; one row per level, pollutant and holder: `units`, `held_kg_per_day`.
    """
    goals = _goals(city)
    held = _held(city, goals)
    sums = held.group_by("level", "pollutant", maintain_order=True).agg(
        legal_floor_kg_per_day=pl.col("at_floor").sum(),
        most_of_list=pl.col("most").sum(),
        held_by_exempt_kg_per_day=pl.col("held_by_treatment").filter(pl.col("treated_as").is_in(EXEMPT_HOLDERS)).sum(),
        held_by_treatment=pl.col("held_by_treatment").sum(),
        beyond_measures=pl.col("beyond_measures").sum(),
    )
    table = (
        goals.join(sums, on=["level", "pollutant"], how="left")
        .with_columns(pl.col(sums.columns[2:]).fill_null(0.0))
        .with_columns(
            most_removable_kg_per_day=pl.col("most_of_list") + pl.col("other_lists_kg_per_day"),
            held_by_physics_kg_per_day=pl.col("beyond_measures")
            + pl.col("held_by_treatment")
            - pl.col("held_by_exempt_kg_per_day"),
        )
        .with_columns(
            held_outside_list_kg_per_day=pl.col("society_kg_per_day")
            - pl.col("most_removable_kg_per_day")
            - pl.col("held_by_exempt_kg_per_day")
            - pl.col("held_by_physics_kg_per_day"),
            is_attainable=pl.col("most_removable_kg_per_day") >= pl.col("required_kg_per_day") * (1 - TOLERANCE),
        )
        .sort("level", "order")
    )
    attainable = checked(Attainability, table.select(Attainability.column_names()))
    return attainable, _holders(held, attainable)


def _goals(city: City) -> pl.DataFrame:
    """Return the rows that can be stated: four pollutants per level, and the joint row as shares of society."""
    own = city.targets.with_columns(
        pl.col("level").cast(LEVEL_DTYPE),
        pollutant=pl.col("pollutant").cast(pl.String),
        order=pl.col("pollutant").to_physical().cast(pl.Int64),
    ).drop("required_share")
    traded = own.filter(pl.col("pollutant").is_in(["so2", "nox"]), pl.col("society_kg_per_day") > 0)
    joint = (
        traded.group_by("level", maintain_order=True)
        .agg(
            society_kg_per_day=pl.len().cast(pl.Float64),
            required_kg_per_day=pl.when(pl.col("required_kg_per_day").is_not_null().all()).then(
                (pl.col("required_kg_per_day") / pl.col("society_kg_per_day")).sum()
            ),
            other_lists_kg_per_day=(pl.col("other_lists_kg_per_day") / pl.col("society_kg_per_day")).sum(),
        )
        .filter(pl.col("society_kg_per_day") == 2.0, pl.lit(city.joint_so2_nox))
        .with_columns(pollutant=pl.lit(JOINT), order=pl.lit(len(POLLUTANTS), dtype=pl.Int64))
    )
    return pl.concat([own, joint.select(own.columns)])


def _society(goals: pl.DataFrame, pollutant: str) -> pl.Expr:
    """Return the whole-society emission of one pollutant as a literal."""
    return pl.lit(goals.filter(pl.col("pollutant") == pollutant).get_column("society_kg_per_day").first())


def _with_joint(frame: pl.DataFrame, goals: pl.DataFrame, column: str) -> pl.DataFrame:
    """Return `unit_id` and key columns with one column per target, named as the target."""
    targets = {p: pl.col(column.format(p)) for p in POLLUTANTS}
    if goals.filter(pl.col("pollutant") == JOINT).height:
        targets[JOINT] = targets["so2"] / _society(goals, "so2") + targets["nox"] / _society(goals, "nox")
    return frame.with_columns(expression.alias(name) for name, expression in targets.items())


def _held(city: City, goals: pl.DataFrame) -> pl.DataFrame:
    """Return per unit, level and target: emitted, what the floor brings, the most, and what stays for which reason."""
    menu = _with_joint(city.menu, goals, "{}_removed_kg_per_day")
    unknown = _with_joint(city.units, goals, "{}_kg_per_day")
    emitted = _with_joint(city.units.with_columns(pl.col(EMISSIONS).fill_null(0.0)), goals, "{}_kg_per_day")
    names = [name for name in (*POLLUTANTS, JOINT) if name in menu.columns]
    own = ["unit_id", "k", "kind", *(f"credit_{level}" for level in LEVELS)]
    long_menu = menu.unpivot(names, index=own, variable_name="pollutant", value_name="full")
    facts = ["unit_id", "treatment", "is_idle", "line_group"]
    long_units = emitted.unpivot(names, index=facts, variable_name="pollutant", value_name="emitted").join(
        unknown.unpivot(names, index="unit_id", variable_name="pollutant", value_name="as_listed"),
        on=["unit_id", "pollutant"],
    )
    removable = pl.concat([_removable(city, long_menu, level) for level in LEVELS])
    held = removable.join(long_units, on=["unit_id", "pollutant"]).join(
        city.legal.select("unit_id", pl.col("level").cast(LEVEL_DTYPE), "floor_state"),
        on=["unit_id", "level"],
        how="left",
    )
    counts = pl.when(pl.col("is_idle")).then(0.0).otherwise("emitted")
    is_late = pl.col("is_late") & ~pl.col("treatment").is_in(EXEMPT_HOLDERS)
    treated_as = (
        pl.when(pl.col("floor_state") == "override")
        .then(pl.lit("override"))
        .when(is_late.fill_null(False))
        .then(pl.lit(NOTICE))
        .otherwise("treatment")
    )
    late = late_lines(city.units, city.menu, city.notice_h).with_columns(is_late=True)
    held = held.join(late, on=["unit_id", "level"], how="left")
    return _with_lines(held, city.line_counts).with_columns(
        held_by_treatment=pl.col("deepest") - pl.col("most"),
        beyond_measures=counts - pl.col("deepest"),
        treated_as=treated_as,
    )


def _removable(city: City, long_menu: pl.DataFrame, level: str) -> pl.DataFrame:
    """Return per unit and target: removal at the floor, the most within bounds, on the whole menu, and of a stop."""
    bounds = city.units.select("unit_id", floor_k=f"floor_k_{level}", ceil_k=f"ceil_k_{level}")
    allowed = pl.col("k").is_between("floor_k", "ceil_k")
    is_stop = allowed & (pl.col("kind") == "stop")
    return (
        long_menu.join(bounds, on="unit_id")
        .with_columns(removed=pl.col("full") * pl.col(f"credit_{level}"))
        .group_by("unit_id", "pollutant", maintain_order=True)
        .agg(
            at_floor=pl.col("removed").filter(pl.col("k") == pl.col("floor_k")).first(),
            most=pl.col("removed").filter(allowed).max(),
            deepest=pl.col("removed").max(),
            by_stop=pl.col("removed").filter(is_stop).min(),
        )
        .with_columns(level=pl.lit(level, dtype=LEVEL_DTYPE))
    )


def _with_lines(held: pl.DataFrame, line_counts: pl.DataFrame) -> pl.DataFrame:
    """Raise `at_floor` of the lines that the law counts: of each group those that bring least by stopping."""
    counts = line_counts.select("line_group", pl.col("level").cast(LEVEL_DTYPE), "stop_at_least")
    gain = pl.col("by_stop") - pl.col("at_floor")
    place = gain.rank("ordinal").over("line_group", "level", "pollutant")
    ordered = held.join(counts, on=["line_group", "level"], how="left").sort("unit_id", "level", "pollutant")
    must_stop = (place <= pl.col("stop_at_least")).fill_null(False)
    return ordered.with_columns(at_floor=pl.when(must_stop).then("by_stop").otherwise("at_floor"))


def _holders(held: pl.DataFrame, attainable: pl.DataFrame) -> pl.DataFrame:
    """Return who holds what stays; an unknown emission is counted in units, its kilograms stay null."""
    key = ["level", "pollutant"]
    runs = ~pl.col("is_idle")
    named = pl.col("treated_as").is_in([*EXEMPT_HOLDERS, NOTICE])
    by_treatment = pl.when(named).then("treated_as").otherwise(pl.lit("physics"))
    parts = [
        held.filter(runs).select(*key, holder=by_treatment, kg="held_by_treatment"),
        held.filter(runs).select(*key, holder=pl.lit("physics"), kg="beyond_measures"),
        held.filter(~runs).select(*key, holder=pl.lit("idle"), kg="emitted"),
    ]
    counted = (
        pl.concat(parts)
        .filter(pl.col("kg") > TOLERANCE)
        .group_by(*key, "holder", maintain_order=True)
        .agg(units=pl.len().cast(pl.Int64), held_kg_per_day=pl.col("kg").sum())
    )
    unknown = (
        held.filter(runs, pl.col("as_listed").is_null())
        .group_by(key, maintain_order=True)
        .agg(
            holder=pl.lit("unknown_emission"),
            units=pl.len().cast(pl.Int64),
            held_kg_per_day=pl.lit(None, dtype=pl.Float64),
        )
    )
    outside = attainable.select(
        *key,
        holder=pl.lit("outside_list"),
        units=pl.lit(0, dtype=pl.Int64),
        held_kg_per_day="held_outside_list_kg_per_day",
    )
    table = pl.concat([counted, unknown, outside], how="vertical").with_columns(pl.col("holder").cast(pl.Enum(HOLDERS)))
    order = pl.col("pollutant").cast(pl.Enum([*POLLUTANTS, JOINT]))
    return table.sort("level", order, "holder")
