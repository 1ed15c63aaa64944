"""The equally cheap swaps of a published plan, as a planner reads them: which line, from which measure to which."""

import polars as pl

from grading.checked import checked
from optimizer.answers.tables import Swaps
from optimizer.result import City, Plan

SIDES = ("eased", "hardened")


def swaps_told(city: City, plan: Plan) -> pl.DataFrame:
    """Return two rows per swap of `Plan.swaps`, the line that is eased and the one that is hardened for it.

    Shape: `tables.Swaps`, the nearest to no extra loss first. Maths: docs/model.md, 14.
    """
    if plan.swaps.is_empty():
        return Swaps.create_empty()
    numbered = plan.swaps.with_row_index("swap", offset=1)
    sides = pl.concat(_side(numbered, side) for side in SIDES)
    enterprises = city.units.select("unit_id", "enterprise_id")
    told = sides.join(enterprises, on="unit_id", how="left", maintain_order="left")
    for way in ("from", "to"):
        told = told.join(_measures(city, way), on=["unit_id", f"{way}_measure_id"], how="left", maintain_order="left")
    return checked(Swaps, told.select(Swaps.column_names()).sort("swap", "side"))


def _side(numbered: pl.DataFrame, side: str) -> pl.DataFrame:
    return numbered.select(
        pl.col("swap").cast(pl.Int64),
        "extra_loss_cny_per_season",
        side=pl.lit(side, dtype=pl.Enum(SIDES)),
        unit_id=f"{side}_unit_id",
        level=f"{side}_level",
        from_measure_id=f"{side}_from",
        to_measure_id=f"{side}_to",
    )


def _measures(city: City, way: str) -> pl.DataFrame:
    """Return what the menu says of each measure, under names that say whether it is left or taken."""
    words = ("kind", "measure_id", "cut_share", "measure_name")
    return city.menu.select("unit_id", *(pl.col(word).alias(f"{way}_{word}") for word in words))
