"""What one more kilogram of a target costs, and the targets table of a plan."""

import polars as pl

from grading.checked import Held, checked
from grading.scale import LEVELS, POLLUTANTS
from optimizer.lexicographic import Staged
from optimizer.requirements import JOINT, is_joint
from optimizer.result import City
from optimizer.tables import TargetResults

MET_WITHIN = 1e-6
"""A target counts as met when at most this share of its requirement is missing (rounding of the solver)."""


def row_prices(staged: Staged) -> dict[str, float]:
    """Return the price of each target row: CNY/d per unit of the scaled row, from the loss stage's duals.

    The dual is CNY a season; divided by the expected days of the row's level it is CNY a day.
    """
    duals = staged.loss.duals or {}
    days = staged.choices.days
    return {row.label: max(duals.get(row.label, 0.0), 0.0) / float(days[row.level]) for row in staged.requirements}


def pollutant_prices(staged: Staged) -> pl.DataFrame:
    """Return level, pollutant and price_cny_per_kg: all rows of a level together, 0 where none binds."""
    of_row = row_prices(staged)
    worth = {(level, p): 0.0 for level in range(len(LEVELS)) for p in POLLUTANTS}
    for row in staged.requirements:
        for pollutant, per_kg in zip(POLLUTANTS, row.per_kg, strict=True):
            worth[row.level, pollutant] += of_row[row.label] * per_kg
    return pl.DataFrame(
        [(LEVELS[level], pollutant, price) for (level, pollutant), price in worth.items()],
        schema={"level": pl.String, "pollutant": pl.String, "price_cny_per_kg": pl.Float64},
        orient="row",
    )


def targets_of(city: City, orders: pl.DataFrame, prices: pl.DataFrame, held: Held = checked) -> pl.DataFrame:
    """Return the targets table (`optimizer.tables.TargetResults`), re-added from the orders."""
    stated = {(row["level"], row["pollutant"]): row for row in city.targets.iter_rows(named=True)}
    removed = _removed(orders)
    price = {(level, p): value for level, p, value in prices.select("level", "pollutant", "price_cny_per_kg").rows()}
    rows = []
    for level in LEVELS:
        of_level = {p: stated[level, p] for p in POLLUTANTS if (level, p) in stated}
        known = {p: row for p, row in of_level.items() if row["required_kg_per_day"] is not None}
        joint = [_joint_row(level, known, removed)] if is_joint(city, known) else []
        joint_holds = bool(joint) and joint[0]["state"] == "met"
        for pollutant, row in of_level.items():
            is_traded = bool(joint) and pollutant in ("so2", "nox")
            least = city.own_floor_share.get(pollutant, 0.0) if is_traded else 1.0
            rows.append(
                _row(level, pollutant, row, removed[level, pollutant], price[level, pollutant], least)
                | ({"is_binding_alone": False} if is_traded else {})
                | ({"state": "missed"} if is_traded and not joint_holds else {})
            )
        rows += joint
    return held(TargetResults, pl.DataFrame(rows, infer_schema_length=None))


def _removed(orders: pl.DataFrame) -> dict[tuple[str, str], float]:
    sums = orders.group_by("level", maintain_order=True).agg(
        *(pl.col(f"{p}_removed_kg_per_day").sum().alias(p) for p in POLLUTANTS)
    )
    return {(str(row["level"]), p): row[p] for row in sums.iter_rows(named=True) for p in POLLUTANTS}


def _row(
    level: str, pollutant: str, row: dict[str, float | None], removed: float, price: float, least: float
) -> dict[str, object]:
    required, society = row["required_kg_per_day"], row["society_kg_per_day"]
    other = row["other_lists_kg_per_day"] or 0.0
    planned = removed + other
    state = "not_stated"
    if required is not None:
        state = "met" if planned >= required * least * (1 - MET_WITHIN) else "missed"
    return {
        "level": level,
        "target": pollutant,
        "unit": "kg/d",
        "required": required,
        "other_lists": other,
        "planned": planned,
        "slack": None if required is None else planned - required,
        "planned_share": planned / society if society else None,
        # What cannot be reached has no price for one kilogram more.
        "marginal_price_cny_per_kg": price if state == "met" else None,
        "is_binding_alone": required is not None,
        "state": state,
    }


def _joint_row(
    level: str, of_level: dict[str, dict[str, float]], removed: dict[tuple[str, str], float]
) -> dict[str, object]:
    society = {p: of_level[p]["society_kg_per_day"] for p in ("so2", "nox")}
    required = sum(of_level[p]["required_kg_per_day"] / society[p] for p in society)
    other = sum(of_level[p]["other_lists_kg_per_day"] / society[p] for p in society)
    planned = other + sum(removed[level, p] / society[p] for p in society)
    return {
        "level": level,
        "target": JOINT,
        "unit": "1",
        "required": required,
        "other_lists": other,
        "planned": planned,
        "slack": planned - required,
        "planned_share": planned,
        "marginal_price_cny_per_kg": None,
        "is_binding_alone": True,
        "state": "met" if planned >= required * (1 - MET_WITHIN) else "missed",
    }
