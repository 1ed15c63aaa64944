"""The price of a target between plans in whole orders: what one percentage point less or more really costs."""

import polars as pl

from grading.checked import checked
from optimizer.answers.tables import MarginalPrices
from optimizer.result import City

POINT = 0.01
"""The step of the difference: one percentage point of whole-society emission."""
ROUNDING = 1e-9
SIDES = (("left", -POINT), ("right", POINT))


def with_whole_prices(prices: pl.DataFrame, curve: pl.DataFrame, city: City) -> pl.DataFrame:
    """Return the marginal prices with `whole_price_*` from the whole plans of a cost curve; None where it has none.

    Both plans carry a gap, so the difference is sure only within its `_low` and `_high`: bound of the one less loss of
    the other. Units: CNY/kg. Maths: docs/model.md, A.3.
    """
    points = {
        (row["level"], row["pollutant"], round(row["required_share"] / ROUNDING)): row
        for row in curve.iter_rows(named=True)
        if row["whole_state"] == "met" and row["loss_bound_cny_per_season"] is not None
    }
    own = {(row["level"], row["pollutant"]): row for row in points.values() if row["is_plan"]}
    told = [row | _sides(row, points, own.get((row["level"], row["pollutant"])), city) for row in prices.to_dicts()]
    return checked(MarginalPrices, pl.DataFrame(told, schema=prices.schema)) if told else prices


def _sides(
    price: dict[str, object],
    points: dict[tuple[object, object, int], dict[str, float]],
    own: dict[str, float] | None,
    city: City,
) -> dict[str, float]:
    if own is None:
        return {}
    level, pollutant = str(price["level"]), str(price["pollutant"])
    days = max(city.days_per_season.get(level, 0.0), 0.0)
    society = city.targets.filter(pl.col("level") == level, pl.col("pollutant") == pollutant)["society_kg_per_day"]
    kg_per_season = POINT * float(society.item() or 0.0) * days
    told: dict[str, float] = {}
    for side, step in SIDES:
        other = points.get((level, pollutant, round((own["required_share"] + step) / ROUNDING)))
        if other is None or kg_per_season <= 0:
            continue
        less, more = (other, own) if step < 0 else (own, other)
        told |= {
            f"whole_price_{side}_cny_per_kg": _between(less, more, "loss", "loss") / kg_per_season,
            f"whole_price_{side}_low_cny_per_kg": _between(less, more, "loss", "loss_bound") / kg_per_season,
            f"whole_price_{side}_high_cny_per_kg": _between(less, more, "loss_bound", "loss") / kg_per_season,
        }
    return told


def _between(less: dict[str, float], more: dict[str, float], of_less: str, of_more: str) -> float:
    return more[f"{of_more}_cny_per_season"] - less[f"{of_less}_cny_per_season"]
