"""A slow oracle: every whole plan of a tiny city, one by one, from the frames alone."""

from itertools import product

from grading.scale import LEVELS, POLLUTANTS
from optimizer.result import City


def all_plans(city: City) -> list[dict[str, tuple[int, ...]]]:
    """Return every plan that keeps floors, ceilings, nesting and line counts: unit -> k per level."""
    units = city.units.sort("unit_id").to_dicts()
    chains = [
        [
            chain
            for chain in product(*(range(unit[f"floor_k_{lv}"], unit[f"ceil_k_{lv}"] + 1) for lv in LEVELS))
            if list(chain) == sorted(chain)
        ]
        for unit in units
    ]
    ids = [unit["unit_id"] for unit in units]
    plans = [dict(zip(ids, chosen, strict=True)) for chosen in product(*chains)]
    return [plan for plan in plans if _counts_lines(city, plan)]


def _counts_lines(city: City, plan: dict[str, tuple[int, ...]]) -> bool:
    kind = {(row["unit_id"], row["k"]): str(row["kind"]) for row in city.menu.to_dicts()}
    group = {row["unit_id"]: row["line_group"] for row in city.units.to_dicts()}
    return all(
        sum(
            kind[unit, chain[LEVELS.index(str(row["level"]))]] == "stop"
            for unit, chain in plan.items()
            if group[unit] == row["line_group"]
        )
        >= row["stop_at_least"]
        for row in city.line_counts.to_dicts()
    )


def removed(city: City, plan: dict[str, tuple[int, ...]], level: str, pollutant: str) -> float:
    menu = {(row["unit_id"], row["k"]): row for row in city.menu.to_dicts()}
    return float(
        sum(
            (row := menu[unit, chain[LEVELS.index(level)]])[f"{pollutant}_removed_kg_per_day"] * row[f"credit_{level}"]
            for unit, chain in plan.items()
        )
    )


def shortfalls(city: City, plan: dict[str, tuple[int, ...]]) -> dict[tuple[str, str], float]:
    """Return the missing share of every stated requirement; SO2 and NOx together where they may be traded."""
    stated = {
        (str(row["level"]), str(row["pollutant"])): row
        for row in city.targets.to_dicts()
        if row["required_kg_per_day"] is not None
    }
    short = {}
    for level in LEVELS:
        names = [p for p in POLLUTANTS if (level, p) in stated]
        joint = city.joint_so2_nox and {"so2", "nox"} <= set(names)
        for p in names:
            row = stated[level, p]
            share = city.own_floor_share.get(p, 0.0) if joint and p in ("so2", "nox") else 1.0
            asked = row["required_kg_per_day"] * share
            if asked > 0:
                got = removed(city, plan, level, p) + row["other_lists_kg_per_day"]
                short[level, p] = max(1 - got / asked, 0.0)
        if joint:
            rows = [stated[level, p] for p in ("so2", "nox")]
            asked = sum(row["required_kg_per_day"] / row["society_kg_per_day"] for row in rows)
            got = sum(
                (removed(city, plan, level, str(row["pollutant"])) + row["other_lists_kg_per_day"])
                / row["society_kg_per_day"]
                for row in rows
            )
            short[level, "so2+nox"] = max(1 - got / asked, 0.0)
    return short


def season_loss(city: City, plan: dict[str, tuple[int, ...]]) -> float:
    menu = {(row["unit_id"], row["k"]): row for row in city.menu.to_dicts()}
    return float(
        sum(
            menu[unit, k][f"loss_{level}_cny_per_day"] * city.days_per_season[level]
            for unit, chain in plan.items()
            for level, k in zip(LEVELS, chain, strict=True)
        )
    )


def extra_unit_days(city: City, plan: dict[str, tuple[int, ...]], grades: tuple[str, ...]) -> float:
    cut = {(row["unit_id"], row["k"]): row["cut_share"] for row in city.menu.to_dicts()}
    total = 0.0
    for unit in city.units.to_dicts():
        if unit["grade"] in grades:
            floor = 0
            for level, k in zip(LEVELS, plan[unit["unit_id"]], strict=True):
                floor = max(floor, unit[f"floor_k_{level}"])
                beyond = cut[unit["unit_id"], k] - cut[unit["unit_id"], floor]
                total += max(beyond, 0.0) * city.days_per_season[level]
    return total
