"""Attainability against brute force over every nested chain of measures."""

import itertools
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from grading.scale import LEVELS, POLLUTANTS
from optimizer.attain import EXEMPT_HOLDERS, attainability
from optimizer.result import City
from tests.optimizer.small_city import Row, rungs, small_city

LAW = [*rungs("C", "stop_share_by_line 0.5", "stop", "stop"), *rungs("B", "none", "load_cut 0.2", "stop")]


def row(city: City, level: str, pollutant: str) -> Row:
    table, _ = attainability(city)
    return table.filter(pl.col("level") == level, pl.col("pollutant") == pollutant).row(0, named=True)


def held(city: City, level: str, pollutant: str) -> dict[str, float | None]:
    _, holders = attainability(city)
    rows = holders.filter(pl.col("level") == level, pl.col("pollutant") == pollutant)
    return dict(zip(rows.get_column("holder"), rows.get_column("held_kg_per_day"), strict=True))


def test_who_holds_what_in_a_city_worked_by_hand() -> None:
    city = small_city(
        units=[
            {},
            {"unit_id": "U2", "so2_kg_per_day": None},
            {"unit_id": "U3", "status": "idle"},
            {"unit_id": "U4", "can_stop": False},
            {"unit_id": "U5", "enterprise_id": "E2"},
        ],
        enterprises=[{}, {"enterprise_id": "E2"}],
        grades=[{"enterprise_id": "E2", "treatment": "grade_exempt", "planned_grade": "A"}],
        ladder=LAW,
        settings={"reductions": {"mobile": {"red": {"so2": 30.0}}}},
    )
    got = row(city, "red", "so2")
    assert got["most_removable_kg_per_day"] == pytest.approx(100 + 0 + 50 + 30)  # U1 stops, U4 halves, mobile list
    assert got["held_by_exempt_kg_per_day"] == pytest.approx(100.0)
    assert got["held_by_physics_kg_per_day"] == pytest.approx(50.0)
    assert got["held_outside_list_kg_per_day"] == pytest.approx(1000 - 180 - 100 - 50)
    assert got["is_attainable"] is False
    expected = {"grade_exempt": 100.0, "physics": 50.0, "idle": 100.0, "unknown_emission": None, "outside_list": 670.0}
    assert held(city, "red", "so2") == pytest.approx(expected)


def test_a_quota_and_physics_share_what_stays() -> None:
    city = small_city(
        units=[{"can_stop": False, "min_load": 0.5, "nox_kg_per_day": 200.0}],
        grades=[{"treatment": "register_quota", "quota_share": 0.8}],
        ladder=LAW,
    )
    got = held(city, "red", "nox")
    assert got["register_quota"] == pytest.approx(60.0)  # a cut of 50 % is possible, of 20 % allowed
    assert got["physics"] == pytest.approx(100.0)


def test_what_a_pin_spares_is_held_by_the_override() -> None:
    city = small_city(ladder=LAW, overrides=[{"unit_id": "U1", "level": "red", "measure": "exempt"}])
    assert held(city, "red", "nox")["override"] == pytest.approx(200.0)


def test_the_joint_rule_can_hold_where_one_pollutant_alone_cannot() -> None:
    units: list[Row] = [{"so2_kg_per_day": 100.0, "nox_kg_per_day": 1000.0}]
    city = small_city(units=units, ladder=rungs("C", "none", "none", "none"))
    assert row(city, "orange", "so2")["is_attainable"] is False
    joint = row(city, "orange", "so2+nox")
    assert joint["required_kg_per_day"] == pytest.approx(0.4)
    assert joint["most_removable_kg_per_day"] == pytest.approx(0.1 + 0.5)
    assert joint["is_attainable"] is True


def test_no_joint_row_without_the_rule_or_without_both_emissions() -> None:
    off = small_city(settings={"policy": {"joint_so2_nox": False}})
    unknown = small_city(settings={"society": {"unit": "kg/d", "sectors": {"all": {"nox": 5.0}}}})
    for city in (off, unknown):
        table, _ = attainability(city)
        assert set(table.get_column("pollutant")) == set(POLLUTANTS)
    assert row(unknown, "red", "so2")["is_attainable"] is None
    assert row(unknown, "red", "so2")["held_outside_list_kg_per_day"] is None


def test_the_floor_counts_the_lines_that_bring_least_by_stopping() -> None:
    units: list[Row] = [{"unit_id": f"U{i}", "nox_kg_per_day": nox} for i, nox in enumerate((300.0, 20.0, 100.0))]
    city = small_city(units=units, ladder=LAW)
    assert row(city, "yellow", "nox")["legal_floor_kg_per_day"] == pytest.approx(120.0)
    assert row(city, "orange", "nox")["legal_floor_kg_per_day"] == pytest.approx(420.0)


UNIT = st.fixed_dictionaries(
    {
        "enterprise_id": st.sampled_from(["E1", "E2"]),
        "status": st.sampled_from(["operating", "operating", "idle"]),
        "can_stop": st.booleans(),
        "min_load": st.sampled_from([0.0, 0.7, 0.85]),
        "so2_kg_per_day": st.sampled_from([None, 0.0, 40.0]),
        "nox_kg_per_day": st.sampled_from([None, 80.0, 300.0]),
    }
)
OWN_SHARE = st.sampled_from([0.0, 0.2, 0.6, 1.0])
OWN = st.tuples(OWN_SHARE, OWN_SHARE)


@settings(max_examples=12, deadline=None)
@given(
    drawn=st.lists(UNIT, min_size=1, max_size=3),
    own=st.lists(OWN, max_size=2),
    treatment=st.sampled_from(["none", "grade_exempt", "register_quota", "register_exempt"]),
    grade=st.sampled_from(["B", "C"]),
)
def test_nothing_can_remove_more_and_something_removes_as_much(
    drawn: list[Row], own: list[tuple[float, float]], treatment: str, grade: str
) -> None:
    measures: list[Row] = [
        {"unit_id": "U0", "measure_id": f"m{i}", "severity": i + 1, "so2_removed_share": so2, "nox_removed_share": nox,
         "pm_removed_share": 0.1, "vocs_removed_share": 0.1, "loss_cny_per_day": 1.0}
        for i, (so2, nox) in enumerate(own)
    ]  # fmt: skip
    city = small_city(
        units=[{**unit, "unit_id": f"U{i}"} for i, unit in enumerate(drawn)],
        enterprises=[{}, {"enterprise_id": "E2"}],
        grades=[
            {"planned_grade": grade},
            {"enterprise_id": "E2", "treatment": treatment, "quota_share": 0.6, "exempt_up_to": "orange"},
        ],
        ladder=LAW,
        measures=measures,
    )
    table, holders = attainability(city)
    best = {(level, p): 0.0 for level in LEVELS for p in ("so2", "nox", "so2+nox")}
    for unit in city.units.to_dicts():
        for key, value in best_of_unit(city, unit).items():
            best[key] += value
    for (level, pollutant), expected in best.items():
        got = table.filter(pl.col("level") == level, pl.col("pollutant") == pollutant).row(0, named=True)
        assert got["most_removable_kg_per_day"] == pytest.approx(expected)
        assert got["legal_floor_kg_per_day"] <= expected + 1e-9 or own
        parts = [got[f"held_{by}_kg_per_day"] for by in ("by_exempt", "by_physics", "outside_list")]
        assert got["society_kg_per_day"] == pytest.approx(got["most_removable_kg_per_day"] + sum(parts))
        of_row = holders.filter(pl.col("level") == level, pl.col("pollutant") == pollutant)
        exempt = of_row.filter(pl.col("holder").is_in(EXEMPT_HOLDERS)).get_column("held_kg_per_day").sum()
        assert exempt == pytest.approx(got["held_by_exempt_kg_per_day"])


def best_of_unit(city: City, unit: dict[str, Any]) -> dict[tuple[str, str], float]:
    """Try every chain yellow <= orange <= red within the bounds."""
    menu = {m["k"]: m for m in city.menu.filter(pl.col("unit_id") == unit["unit_id"]).to_dicts()}
    ranges = [range(unit[f"floor_k_{level}"], unit[f"ceil_k_{level}"] + 1) for level in LEVELS]
    best: dict[tuple[str, str], float] = {}
    for chain in itertools.product(*ranges):
        if list(chain) != sorted(chain):
            continue
        for level, k in zip(LEVELS, chain, strict=True):
            so2, nox = (menu[k][f"{p}_removed_kg_per_day"] * menu[k][f"credit_{level}"] for p in ("so2", "nox"))
            for pollutant, value in (("so2", so2), ("nox", nox), ("so2+nox", so2 / 1000 + nox / 2000)):
                best[level, pollutant] = max(best.get((level, pollutant), 0.0), value)
    return best
