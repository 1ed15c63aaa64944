"""Swaps as they are told: the line and the measure it has, the one it would take, and a word where there is none."""

import polars as pl
import pytest

from optimizer import plan_city
from optimizer.answers import Reason, State, answers_of
from optimizer.answers.swapping import swaps_told
from tests.optimizer.made_city import made_city, made_menu, made_unit, random_city


def test_twins_are_told_in_two_rows() -> None:
    units = [made_unit(name, "D", enterprise_id=f"E-{name}") for name in ("U1", "U2", "U3")]
    menu = [row for name in ("U1", "U2") for row in made_menu(name, [0.0, 0.5, 1.0], {"nox": 100.0}, 1000.0)]
    menu += made_menu("U3", [0.0, 0.5, 1.0], {"nox": 100.0}, 9000.0)
    city = made_city(units, menu, {("red", "nox"): 50.0})
    plan = plan_city(city)

    told = answers_of(city, plan).swaps.rows

    eased, hardened = told.iter_rows(named=True)
    assert (eased["swap"], eased["side"], hardened["swap"], hardened["side"]) == (1, "eased", 1, "hardened")
    assert {eased["unit_id"], hardened["unit_id"]} == {"U1", "U2"}
    assert [row["enterprise_id"] for row in (eased, hardened)] == [f"E-{row['unit_id']}" for row in (eased, hardened)]
    assert (eased["from_cut_share"], eased["to_cut_share"]) == (0.5, 0.0)
    assert (hardened["from_cut_share"], hardened["to_cut_share"]) == (0.0, 0.5)
    assert told["extra_loss_cny_per_season"].to_list() == [0.0, 0.0]


def test_a_plan_without_swaps_says_so() -> None:
    city = made_city(
        [made_unit("U1", "D")], made_menu("U1", [0.0, 1.0], {"nox": 100.0}, 1000.0), {("red", "nox"): 50.0}
    )
    answer = answers_of(city, plan_city(city)).swaps
    assert (answer.state, answer.reason, answer.frame) == (State.NOTHING, Reason.NO_SWAP, None)


@pytest.mark.parametrize("seed", range(3))
def test_each_line_leaves_the_measure_the_plan_gave_it(seed: int) -> None:
    city = random_city(seed, 20)
    plan = plan_city(city)
    told = swaps_told(city, plan)
    ordered = plan.orders.select("unit_id", pl.col("level").cast(pl.String), "measure_id", "cut_share")
    beside = told.with_columns(pl.col("level").cast(pl.String)).join(ordered, on=["unit_id", "level"])

    assert told.height == 2 * plan.swaps.height
    assert beside.height == told.height
    assert beside.filter(
        (pl.col("from_measure_id") != pl.col("measure_id")) | (pl.col("from_cut_share") != pl.col("cut_share"))
    ).is_empty()
    assert (told.filter(side="eased").select(pl.col("to_cut_share") <= pl.col("from_cut_share"))).to_series().all()
