"""Floors and ceilings: worked cases, and everything against the slow oracle."""

from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from grading.scale import LEVELS
from optimizer.result import City
from tests.optimizer import slow_floors
from tests.optimizer.small_city import Row, rungs, small_city


def measure(city: City, bound: str, level: str, unit_id: str = "U1") -> str:
    """Return the id of the measure that is the floor or ceiling of a unit at a level."""
    k = city.units.filter(pl.col("unit_id") == unit_id).get_column(f"{bound}_k_{level}").item()
    return str(city.menu.filter(pl.col("unit_id") == unit_id, pl.col("k") == k).get_column("measure_id").item())


def state(city: City, level: str, unit_id: str = "U1") -> str:
    row = city.legal.filter(pl.col("unit_id") == unit_id, pl.col("level") == level)
    return str(row.get_column("floor_state").item())


def floors(city: City, unit_id: str = "U1") -> list[str]:
    return [measure(city, "floor", level, unit_id) for level in LEVELS]


def ceilings(city: City, unit_id: str = "U1") -> list[str]:
    return [measure(city, "ceil", level, unit_id) for level in LEVELS]


B: list[Row] = [{"planned_grade": "B"}]


def test_cement_b_is_cut_by_exactly_20_percent_at_orange_and_stopped_at_red() -> None:
    city = small_city(
        units=[
            {
                "capacity_eia_t_per_day": 5000.0,
                "capacity_permit_t_per_day": 4800.0,
                "output_last_year_t_per_day": 4300.0,
            }
        ],
        ladder=rungs("B", "none", "load_cut 0.2", "stop", industry="cement"),
        grades=B,
    )
    assert floors(city) == ["none", "cut_20", "stop"]
    cut = city.menu.filter(pl.col("measure_id") == "cut_20").get_column("cut_share").item()
    assert city.units.get_column("baseline_t_per_day").item() * (1 - cut) == pytest.approx(3440.0)
    assert [state(city, level) for level in LEVELS] == ["none", "law", "law"]


def test_glass_b_at_orange_loses_5_percent_of_its_nox_with_elasticity_a_half() -> None:
    city = small_city(
        enterprises=[{"industry": "glass"}],
        units=[{"process": "furnace", "can_stop": None, "min_load": None, "nox_kg_per_day": 1000.0}],
        ladder=rungs("B", "none", "load_cut 0.1", "load_cut 0.1", industry="glass"),
        physics=[
            {"industry": "glass", "process": "furnace", "can_stop": False, "min_load": 0.7, "emission_elasticity": 0.5}
        ],
        grades=B,
    )
    assert floors(city) == ["none", "cut_10", "cut_10"]
    assert ceilings(city) == ["cut_30"] * 3
    removed = city.menu.filter(pl.col("measure_id") == "cut_10").get_column("nox_removed_kg_per_day").item()
    assert removed == pytest.approx(50.0)


@pytest.mark.parametrize(
    ("normal", "hours", "share"),
    [(24.0, 28.0, 1 - 24 / 28), (24.0, 36.0, 1 / 3), (19.0, 36.0, 1 - 19 / 36), (23.0, 36.0, 0.361)],
)
def test_a_longer_coking_time_is_a_load_cut(normal: float, hours: float, share: float) -> None:
    city = small_city(
        enterprises=[{"industry": "coking"}],
        units=[{"process": "oven", "can_stop": False, "min_load": 0.4}],
        ladder=rungs("C", "none", f"coking_time_h {hours}", f"coking_time_h {hours}"),
        physics=[{"industry": "coking", "normal_coking_time_h": normal}],
    )
    assert floors(city) == ["none", f"coking_{hours:.0f}h", f"coking_{hours:.0f}h"]
    cut = city.menu.filter(pl.col("measure_id") == f"coking_{hours:.0f}h").get_column("cut_share").item()
    assert cut == pytest.approx(share, abs=1e-3)


def test_a_coking_time_without_the_normal_one_is_unknown_law() -> None:
    city = small_city(ladder=rungs("C", "coking_time_h 36", "coking_time_h 36", "coking_time_h 36"))
    assert floors(city) == ["none"] * 3
    assert {state(city, level) for level in LEVELS} == {"unknown_law"}
    assert dict(city.notes)["law_unknown"] == 1


def test_a_share_left_out_and_a_missing_rung_are_unknown_law() -> None:
    city = small_city(ladder=rungs("C", "load_cut", "stop", "unknown")[:2])
    assert [state(city, level) for level in LEVELS] == ["unknown_law", "law", "unknown_law"]
    assert floors(city) == ["none", "stop", "stop"]  # never gentler at red than at orange


def test_a_cut_below_the_least_load_becomes_a_stop_where_the_line_can_stop() -> None:
    city = small_city(units=[{"min_load": 0.85}], ladder=rungs("C", "none", "load_cut 0.2", "stop"))
    assert floors(city) == ["none", "stop", "stop"]
    assert [state(city, level) for level in LEVELS] == ["none", "raised_by_physics", "law"]


def test_a_line_that_can_neither_cut_so_far_nor_stop_goes_to_its_least_load() -> None:
    city = small_city(units=[{"min_load": 0.85, "can_stop": False}], ladder=rungs("C", "none", "load_cut 0.2", "stop"))
    assert floors(city) == ["none", "cut_15", "cut_15"]
    assert ceilings(city) == ["cut_15"] * 3
    assert [state(city, level) for level in LEVELS] == ["none", "limited_by_physics", "limited_by_physics"]


def test_kept_hot_stops_production_but_credits_only_what_the_elasticity_lets_fall() -> None:
    city = small_city(
        units=[{"restart_cost_wan": 3.0}],
        ladder=rungs("C", "none", "keep_hot", "stop"),
        physics=[{"industry": "cement", "emission_elasticity": 0.9}],
    )
    assert floors(city) == ["none", "hold", "stop"]
    hold = city.menu.filter(pl.col("measure_id") == "hold").row(0, named=True)
    stop = city.menu.filter(pl.col("measure_id") == "stop").row(0, named=True)
    assert hold["nox_removed_kg_per_day"] == pytest.approx(180.0)
    assert stop["nox_removed_kg_per_day"] == pytest.approx(200.0)
    assert stop["loss_orange_cny_per_day"] - hold["loss_orange_cny_per_day"] == pytest.approx(30_000 / 4)


def test_the_most_specific_rung_wins() -> None:
    ladder = [
        *rungs("C", "stop", "stop", "stop"),
        *rungs("C", "load_cut 0.3", "load_cut 0.3", "load_cut 0.3", industry="cement"),
        *rungs("C", "load_cut 0.1", "load_cut 0.1", "load_cut 0.1", industry="cement", process="kiln"),
        *rungs("C", "load_cut 0.2", "load_cut 0.2", "load_cut 0.2", industry="cement", subtype="clinker"),
    ]
    assert floors(small_city(ladder=ladder)) == ["cut_10"] * 3
    assert floors(small_city(units=[{"subtype": "clinker"}], ladder=ladder)) == ["cut_20"] * 3
    assert floors(small_city(units=[{"process": "mill"}], ladder=ladder)) == ["cut_30"] * 3
    assert floors(small_city(units=[{"industry": "glass"}], ladder=ladder)) == ["stop"] * 3


@pytest.mark.parametrize(
    ("grade", "expected"),
    [
        ({"treatment": "grade_exempt", "planned_grade": "A"}, ["none", "none", "none"]),
        ({"treatment": "small_micro"}, ["none", "none", "none"]),
        ({"treatment": "register_exempt", "exempt_up_to": "red"}, ["none", "none", "none"]),
        ({"treatment": "register_exempt", "exempt_up_to": "orange"}, ["none", "none", "stop"]),
        ({"treatment": "register_exempt", "exempt_up_to": None}, ["stop", "stop", "stop"]),
        ({"treatment": "register_quota", "quota_share": 0.8, "exempt_up_to": None}, ["cut_20"] * 3),
        ({"treatment": "register_quota", "quota_share": 0.75, "exempt_up_to": "orange"}, ["cut_20", "cut_20", "stop"]),
        ({"treatment": "register_quota", "quota_share": 0.0, "exempt_up_to": None}, ["stop"] * 3),
        ({"treatment": "register_quota", "quota_share": None, "exempt_up_to": None}, ["none"] * 3),
        ({"treatment": "none"}, ["stop"] * 3),
    ],
)
def test_the_treatment_sets_the_ceiling_and_lifts_the_floor(grade: Row, expected: list[str]) -> None:
    grade = {"planned_grade": "C", **grade}
    city = small_city(grades=[grade], ladder=rungs(str(grade["planned_grade"]), "stop", "stop", "stop"))
    assert ceilings(city) == expected
    assert floors(city) == expected
    lifted = {"lifted_by_exemption" if measure != "stop" else "law" for measure in expected}
    assert {state(city, level) for level in LEVELS} == lifted


def test_an_idle_line_credits_nothing_and_may_not_restart() -> None:
    city = small_city(
        units=[{"status": "idle", "capacity_eia_t_per_day": 100.0}], ladder=rungs("C", "stop", "stop", "stop")
    )
    assert city.menu.get_column("measure_id").to_list() == ["none"]
    assert city.units.select("is_idle", "baseline_t_per_day", "baseline_source").row(0) == (True, 0.0, "idle")
    assert ceilings(city) == ["none"] * 3
    assert {state(city, level) for level in LEVELS} == {"idle"}


@pytest.mark.parametrize("row", [{"status": "long_idle"}, {}])
def test_a_long_idle_enterprise_is_idle_by_status_or_by_treatment(row: Row) -> None:
    grades = [] if row else [{"treatment": "long_idle"}]
    city = small_city(enterprises=[row], grades=grades, ladder=rungs("C", "stop", "stop", "stop"))
    assert city.units.get_column("is_idle").item()


def test_without_legal_floors_there_are_none_but_exemptions_stay() -> None:
    city = small_city(
        units=[{}, {"unit_id": "U2"}, {"unit_id": "U3", "enterprise_id": "E2"}],
        enterprises=[{}, {"enterprise_id": "E2"}],
        grades=[{"enterprise_id": "E2", "treatment": "grade_exempt"}],
        ladder=rungs("C", "stop_share_by_line 0.5", "stop", "stop"),
        settings={"policy": {"legal_floors": False}},
    )
    assert floors(city) == floors(city, "U3") == ["none"] * 3
    assert ceilings(city) == ["stop"] * 3
    assert ceilings(city, "U3") == ["none"] * 3
    assert city.line_counts.height == 0
    assert city.units.get_column("line_group").null_count() == 3


KINDS = st.one_of(
    st.sampled_from(["none", "voluntary", "stop", "keep_hot", "bank", "unknown", "load_cut", "coking_time_h 36"]),
    st.sampled_from([0.1, 0.15, 1 / 3, 0.5, 0.7, 1.0]).map(lambda share: f"load_cut {share}"),
    st.sampled_from([0.3, 0.5, 1.0]).map(lambda share: f"stop_share_by_line {share}"),
)
UNITS = st.fixed_dictionaries(
    {
        "enterprise_id": st.sampled_from(["E1", "E2"]),
        "subtype": st.sampled_from([None, "s"]),
        "process": st.sampled_from(["kiln", "mill"]),
        "status": st.sampled_from(["operating", "operating", "operating", "idle"]),
        "can_stop": st.booleans(),
        "min_load": st.sampled_from([0.0, 0.5, 0.7, 0.85, 1.0]),
    }
)
TREATED = st.fixed_dictionaries(
    {
        "planned_grade": st.sampled_from(["B", "C"]),
        "treatment": st.sampled_from(
            ["none", "none", "grade_exempt", "register_exempt", "register_quota", "small_micro"]
        ),
        "exempt_up_to": st.sampled_from([None, *LEVELS]),
        "quota_share": st.sampled_from([None, 0.0, 0.5, 0.75, 0.9]),
    }
)
LADDERS = st.lists(
    st.tuples(
        st.sampled_from(["B", "C"]),
        KINDS,
        KINDS,
        KINDS,
        st.sampled_from([None, "cement"]),
        st.sampled_from([None, "s"]),
        st.sampled_from([None, "kiln"]),
    ),
    min_size=1,
    max_size=5,
)


def for_oracle(units: list[Row], treated: dict[str, Row]) -> list[dict[str, Any]]:
    return [
        {
            **unit,
            **treated[str(unit["enterprise_id"])],
            "grade": treated[str(unit["enterprise_id"])]["planned_grade"],
            "industry": "cement",
            "is_idle": unit["status"] == "idle",
            "normal_h": 24.0,
        }
        for unit in units
    ]


@settings(max_examples=20, deadline=None)
@given(
    drawn=st.lists(UNITS, min_size=1, max_size=5),
    first=TREATED,
    second=TREATED,
    steps=LADDERS,
    has_floors=st.sampled_from([True, True, True, False]),
)
def test_bounds_agree_with_the_row_by_row_oracle(
    drawn: list[Row], first: Row, second: Row, steps: list[Any], has_floors: bool
) -> None:
    units: list[Row] = [{**unit, "unit_id": f"U{i}"} for i, unit in enumerate(drawn)]
    treated = {"E1": first, "E2": second}
    ladder = [row for g, y, o, r, i, s, p in steps for row in rungs(g, y, o, r, industry=i, subtype=s, process=p)]
    city = small_city(
        units=units,
        enterprises=[{}, {"enterprise_id": "E2"}],
        grades=[{"enterprise_id": name, **row} for name, row in treated.items()],
        ladder=ladder,
        physics=[{"normal_coking_time_h": 24.0}],
        settings={"policy": {"legal_floors": has_floors}},
    )
    full_ladder = [{"share": None, "hours": None, **row} for row in ladder]
    expected = slow_floors.bounds(for_oracle(units, treated), full_ladder, has_floors)
    got = {
        (row["unit_id"], level): (row[f"floor_k_{level}"], row[f"ceil_k_{level}"])
        for row in city.units.to_dicts()
        for level in LEVELS
    }
    assert got == expected
