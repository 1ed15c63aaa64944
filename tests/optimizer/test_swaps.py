"""Every swap offered is a plan: all rows hold, and it costs what the row says."""

import numpy as np
import polars as pl
import pytest

from optimizer import plan_city
from optimizer.lexicographic import plan_stages
from optimizer.swaps import ALIKE, swaps_of
from optimizer.verify import verify
from tests.optimizer.made_city import made_city, made_menu, made_unit, random_city


def test_twins_are_offered_for_each_other() -> None:
    units = [made_unit(name, "D", enterprise_id="E") for name in ("U1", "U2", "U3")]
    emission = {"nox": 100.0}
    menu = [row for name in ("U1", "U2") for row in made_menu(name, [0.0, 0.5, 1.0], emission, 1000.0)]
    menu += made_menu("U3", [0.0, 0.5, 1.0], emission, 9000.0)
    plan = plan_city(made_city(units, menu, {("red", "nox"): 50.0}))

    ((taken, spared),) = plan.swaps.select("eased_unit_id", "hardened_unit_id").rows()

    assert {taken, spared} == {"U1", "U2"}
    assert plan.swaps["extra_loss_cny_per_season"].to_list() == [0.0]


@pytest.mark.parametrize("seed", range(3))
def test_a_swap_keeps_every_row_and_costs_what_it_says(seed: int) -> None:
    city = random_city(seed, 20)
    plan, staged = plan_city(city), plan_stages(city)
    assert staged.loss.regret is not None
    found = swaps_of(staged.loss_problem, staged.x, np.zeros(len(staged.x)))
    loss = float(staged.choices.season_loss @ staged.x)

    for row in found.head(5).iter_rows(named=True):
        moved = plan.orders
        for side in ("eased", "hardened"):
            moved = with_measure(city.menu, moved, row[f"{side}_unit_id"], row[f"{side}_level"], row[f"{side}_to"])
        checks = verify(city, moved, plan.targets, plan.comparison, plan.status).checks
        broken = {check.name for check in checks if check.violations}
        assert broken <= {"targets_added_again", "losses_added_again", "proof_agrees", "reasons"}
        days = pl.col("level").cast(pl.String).replace_strict(city.days_per_season, return_dtype=pl.Float64)
        cost = float(moved.select((pl.col("loss_cny_per_day") * days).sum()).item())
        assert cost - loss == pytest.approx(row["extra_loss_cny_per_season"], abs=1e-6 * loss)
        assert abs(cost - loss) <= ALIKE * loss * (1 + 1e-6)


def with_measure(menu: pl.DataFrame, orders: pl.DataFrame, unit: str, level: str, measure: str) -> pl.DataFrame:
    row = menu.filter(unit_id=unit, measure_id=measure).row(0, named=True)
    is_it = (pl.col("unit_id") == unit) & (pl.col("level").cast(pl.String) == level)
    names = [name for name in row if name.endswith("removed_kg_per_day")] + ["k", "measure_id", "cut_share"]
    values = {name: row[name] for name in names} | {"loss_cny_per_day": row[f"loss_{level}_cny_per_day"]}
    values |= {"kind": str(row["kind"]), "allowed_t_per_day": 1000.0 * (1 - row["cut_share"])}
    return orders.with_columns(
        pl.when(is_it).then(pl.lit(value)).otherwise(pl.col(name)).cast(orders.schema[name]).alias(name)
        for name, value in values.items()
    )
