"""What each line emits on an operating day, and the method the number rests on: the most believed source that has one.

The order of the sources is data (`grading/monitoring/rules/sources.yaml`); what the platforms do not know stays as
the bureau's table of lines has it.
"""

import polars as pl

from grading.case.model import Case
from grading.scale import POLLUTANTS
from optimizer.tables import EMISSION_METHODS

_METHOD = pl.Enum(EMISSION_METHODS)


def with_emissions(case: Case) -> pl.DataFrame:
    """Return the units of the case with believed emissions and permitted capacity, and `<pollutant>_method` beside.

    Units: kg/d on an operating day, t/d. Shape: one row per unit of the case, in its order.
    """
    own = case.units.with_columns(
        pl.when(pl.col(f"{p}_kg_per_day").is_not_null())
        .then(pl.lit("bureau"))
        .otherwise(pl.lit("unknown"))
        .cast(_METHOD)
        .alias(f"{p}_method")
        for p in POLLUTANTS
    )
    if case.platforms is None:
        return own
    heard = case.platforms.baselines.filter(pl.col("unit_id").is_in(own["unit_id"].implode()))
    believed = own.join(_wide(heard), on="unit_id", how="left", maintain_order="left").join(
        case.platforms.capacities.rename({"capacity_permit_t_per_day": "believed_capacity"}),
        on="unit_id", how="left", maintain_order="left",
    )  # fmt: skip
    return believed.with_columns(
        *(pl.coalesce(f"believed_{p}", f"{p}_kg_per_day").alias(f"{p}_kg_per_day") for p in POLLUTANTS),
        *(pl.coalesce(f"method_{p}", f"{p}_method").alias(f"{p}_method") for p in POLLUTANTS),
        capacity_permit_t_per_day=pl.coalesce("believed_capacity", "capacity_permit_t_per_day"),
    ).select(own.columns)


def _wide(baselines: pl.DataFrame) -> pl.DataFrame:
    """Return one row per unit with `believed_<pollutant>` and `method_<pollutant>`."""
    of = {p: pl.col("pollutant") == p for p in POLLUTANTS}
    return baselines.group_by("unit_id", maintain_order=True).agg(
        *(pl.col("kg_per_day").filter(holds).first().alias(f"believed_{p}") for p, holds in of.items()),
        *(pl.col("method").cast(_METHOD).filter(holds).first().alias(f"method_{p}") for p, holds in of.items()),
    )
