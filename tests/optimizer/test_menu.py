"""The menu: order, removal and loss of every measure."""

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from optimizer.city.menu import REMOVED
from optimizer.result import City
from tests.optimizer import slow_floors
from tests.optimizer.small_city import Row, rungs, small_city

LOSSES = ("loss_yellow_cny_per_day", "loss_orange_cny_per_day", "loss_red_cny_per_day")


def ids(city: City, unit_id: str = "U1") -> list[str]:
    return city.menu.filter(pl.col("unit_id") == unit_id).sort("k").get_column("measure_id").to_list()


def row(city: City, measure_id: str) -> Row:
    return city.menu.filter(pl.col("measure_id") == measure_id).row(0, named=True)


@pytest.mark.parametrize(
    ("unit", "expected"),
    [
        ({"min_load": 0.0}, ["none", "cut_10", "cut_20", "cut_30", "cut_50", "stop"]),
        ({"min_load": None}, ["none", "cut_10", "cut_20", "cut_30", "cut_50", "stop"]),
        ({"min_load": 0.7}, ["none", "cut_10", "cut_20", "cut_30", "stop"]),  # 1 - 0.7 is 0.30000000000000004
        ({"min_load": 0.85}, ["none", "cut_10", "cut_15", "stop"]),
        ({"min_load": 1.0}, ["none", "stop"]),
        ({"min_load": 0.4, "can_stop": False}, ["none", "cut_10", "cut_20", "cut_30", "cut_50", "cut_60"]),
        ({"min_load": 1.0, "can_stop": False}, ["none"]),
        ({"min_load": 0.5, "can_stop": None}, ["none", "cut_10", "cut_20", "cut_30", "cut_50", "stop"]),
    ],
)
def test_physics_limits_the_menu(unit: Row, expected: list[str]) -> None:
    assert ids(small_city(units=[unit])) == expected


def test_the_units_own_word_goes_before_the_pack_and_the_process_before_the_industry() -> None:
    physics: list[Row] = [
        {"industry": None, "min_load": 0.9, "verification": "electricity"},
        {"industry": "cement", "can_stop": False, "min_load": 0.5},
        {"industry": "cement", "process": "kiln", "min_load": 0.8},
    ]
    told = small_city(units=[{"can_stop": None, "min_load": None}], physics=physics)
    assert ids(told) == ["none", "cut_10", "cut_20"]
    assert told.units.get_column("verification").item() == "electricity"
    own = small_city(units=[{"can_stop": True, "min_load": 0.9, "verification": "DCS"}], physics=physics)
    assert ids(own) == ["none", "cut_10", "stop"]
    assert own.units.get_column("verification").item() == "DCS"


def test_what_the_law_asks_is_on_the_menu_exactly() -> None:
    city = small_city(ladder=rungs("C", "load_cut 0.15", "load_cut 0.36", "stop"))
    assert ids(city) == ["none", "cut_10", "cut_15", "cut_20", "cut_30", "cut_36", "cut_50", "stop"]
    assert row(city, "cut_36")["cut_share"] == 0.36


def test_a_restart_is_spread_over_the_expected_length_of_the_level() -> None:
    length = {"yellow": 3.0, "orange": 4.0, "red": 0.5}
    city = small_city(units=[{"restart_cost_wan": 12.0}], settings={"episode": {"expected_length_days": length}})
    full = 330.0 * 1e4 / 330
    assert [row(city, "stop")[loss] for loss in LOSSES] == pytest.approx([full + 40e3, full + 30e3, full + 120e3])
    assert [row(city, "cut_20")[loss] for loss in LOSSES] == pytest.approx([0.2 * full] * 3)


def test_a_level_left_out_of_the_episode_keeps_its_default() -> None:
    city = small_city(settings={"episode": {"expected_days_per_season": {"red": 5.0}}})
    assert city.days_per_season == {"yellow": 10.0, "orange": 6.0, "red": 5.0}


def test_an_unknown_emission_stays_unknown_and_credits_nothing() -> None:
    city = small_city(units=[{"nox_kg_per_day": None}])
    assert city.units.get_column("nox_kg_per_day").item() is None
    assert city.menu.get_column("nox_removed_kg_per_day").sum() == 0
    assert dict(city.notes)["emission_unknown_nox"] == 1


OWN: Row = {
    "unit_id": "U1",
    "so2_removed_share": 0.5,
    "nox_removed_share": 0.3,
    "pm_removed_share": 0.0,
    "vocs_removed_share": 0.9,
}


def test_the_bureaus_measures_replace_the_menu_as_they_stand() -> None:
    city = small_city(
        units=[{"vocs_kg_per_day": 0.0}],
        measures=[
            {**OWN, "measure_id": "b", "severity": 2, "loss_cny_per_day": 70.0, "pm_removed_share": 0.4},
            {**OWN, "measure_id": "a", "severity": 1, "loss_cny_per_day": 50.0},
        ],
    )
    assert ids(city) == ["none", "a", "b"]
    assert [row(city, "a")[column] for column in REMOVED] == pytest.approx([50.0, 60.0, 0.0, 0.0])
    assert [row(city, "b")[loss] for loss in LOSSES] == [70.0] * 3
    # What it surely removes of everything the unit emits; VOCs are not emitted and do not count.
    assert (row(city, "a")["cut_share"], row(city, "b")["cut_share"]) == (0.0, pytest.approx(0.3))
    assert city.units.get_column("loss_basis").item() == "bureau"
    assert dict(city.notes) == {"baseline_unknown": 1, "bureau_menu": 1, "law_unknown": 1}


def test_the_law_reaches_for_the_bureaus_measure_that_removes_enough_of_everything() -> None:
    full = {name: 1.0 for name in OWN if name.endswith("share")}
    measures: list[Row] = [
        {**OWN, "measure_id": "a", "severity": 1, "loss_cny_per_day": 1.0, "pm_removed_share": 0.2},
        {**OWN, "measure_id": "b", "severity": 2, "loss_cny_per_day": 2.0, **full},
    ]
    city = small_city(measures=measures, ladder=rungs("C", "load_cut 0.2", "load_cut 0.25", "stop"))
    assert city.units.select("floor_k_yellow", "floor_k_orange", "floor_k_red").row(0) == (1, 2, 2)


def test_a_bureau_menu_on_which_more_severe_removes_less_is_named() -> None:
    measures: list[Row] = [
        {**OWN, "measure_id": "a", "severity": 1, "loss_cny_per_day": 50.0},
        {**OWN, "measure_id": "b", "severity": 2, "loss_cny_per_day": 70.0, "nox_removed_share": 0.2},
    ]
    assert dict(small_city(measures=measures).notes)["bureau_menu_uneven"] == 1


KINDS = st.sampled_from(
    ["none", "load_cut 0.15", "load_cut 0.7", "keep_hot", "bank", "stop", "coking_time_h 36", "unknown"]
)


@settings(max_examples=12, deadline=None)
@given(
    min_load=st.sampled_from([0.0, 0.3, 0.7, 0.85, 1.0]),
    can_stop=st.booleans(),
    elasticity=st.sampled_from([0.0, 0.5, 0.95, 1.0]),
    restart=st.sampled_from([None, 0.0, 20.0]),
    kinds=st.tuples(KINDS, KINDS, KINDS),
)
def test_the_default_menu_rises_in_every_removal_and_loss_and_agrees_with_the_oracle(
    min_load: float, can_stop: bool, elasticity: float, restart: float | None, kinds: tuple[str, str, str]
) -> None:
    ladder = rungs("C", *kinds)
    city = small_city(
        units=[{"min_load": min_load, "can_stop": can_stop, "restart_cost_wan": restart}],
        ladder=ladder,
        physics=[{"emission_elasticity": elasticity, "normal_coking_time_h": 24.0}],
    )
    menu = city.menu.sort("k")
    for column in (*REMOVED, *LOSSES, "cut_share"):
        assert (menu.get_column(column).diff().drop_nulls() >= -1e-9).all()
    unit = {"grade": "C", "industry": "cement", "subtype": None, "process": "kiln", "is_idle": False,
            "min_load": min_load, "can_stop": can_stop, "normal_h": 24.0}  # fmt: skip
    full_ladder = [{"share": None, "hours": None, **rung} for rung in ladder]
    expected = slow_floors.menu_of(unit, full_ladder, [])
    assert menu.get_column("cut_share").to_list() == pytest.approx([min(share, 1.0) for _, share in expected])
    for got, (name, share) in zip(menu.to_dicts(), expected, strict=True):
        removed = 200.0 * (1.0 if name == "stop" else elasticity * min(share, 1.0))
        assert got["nox_removed_kg_per_day"] == pytest.approx(removed)
        loss = 10_000 * min(share, 1.0) + ((restart or 0.0) * 1e4 / 3 if name == "stop" else 0.0)
        assert got["loss_yellow_cny_per_day"] == pytest.approx(loss)
