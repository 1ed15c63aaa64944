"""The whole step: contracts, order, and what is said about assumptions."""

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from grading.case.model import Case
from optimizer.city import build_city
from optimizer.result import City
from optimizer.tables import LegalMeasures, LineCounts, Menu, PlanUnits, Targets
from tests.optimizer.small_city import Row, rungs, small_case, small_city, small_graded, small_law

UNITS: list[Row] = [
    {"unit_id": f"U{i}", "enterprise_id": f"E{i % 3}", "process": ("kiln", "mill")[i % 2], "min_load": i / 10}
    for i in range(8)
]
FIRMS: list[Row] = [{"enterprise_id": f"E{i}", "county": "North"} for i in range(3)]
LAW = [*rungs("C", "stop_share_by_line 0.5", "load_cut 0.35", "stop"), *rungs("B", "none", "load_cut 0.2", "stop")]


def frames(city: City) -> dict[str, pl.DataFrame]:
    return {name: value for name, value in vars(city).items() if isinstance(value, pl.DataFrame)}


def test_every_frame_keeps_its_contract() -> None:
    city = small_city(units=UNITS, enterprises=FIRMS, ladder=LAW)
    for frame, schema in (
        (city.units, PlanUnits),
        (city.menu, Menu),
        (city.legal, LegalMeasures),
        (city.line_counts, LineCounts),
        (city.targets, Targets),
    ):
        schema.validate(frame)
    assert city.units.height == len(UNITS)
    assert city.legal.height == 3 * len(UNITS)


def test_the_order_of_the_input_rows_does_not_matter() -> None:
    pins: list[Row] = [{"unit_id": "U1", "level": "red", "measure": "cut 30%"}]
    case = small_case(UNITS, FIRMS, pins)
    shuffled = Case(**{**vars(case), "units": case.units.reverse(), "enterprises": case.enterprises.reverse()})
    law = small_law(LAW)
    straight, turned = (build_city(c, small_graded(c), law) for c in (case, shuffled))
    for name, frame in frames(straight).items():
        assert_frame_equal(frame, frames(turned)[name])
    assert straight.notes == turned.notes


def test_every_assumption_is_counted_in_a_fixed_order() -> None:
    city = small_city(
        units=[
            {"can_stop": None, "min_load": None, "so2_kg_per_day": None},
            {"unit_id": "U2", "status": "idle", "so2_kg_per_day": None},
            {"unit_id": "U3", "restart_cost_wan": 1.0, "operating_days_per_year": 300.0, "capacity_eia_t_per_day": 1.0},
        ],
        ladder=rungs("C", "none", "keep_hot", "stop"),
    )
    assert city.notes == (
        ("idle", 1),
        ("emission_unknown_so2", 1),
        ("baseline_unknown", 1),
        ("value_split_equally", 2),
        ("operating_days_assumed_330", 1),
        ("restart_cost_unknown", 1),
        ("can_stop_assumed", 1),
        ("min_load_assumed_zero", 1),
        ("elasticity_assumed_one", 2),
        ("kept_hot_by_elasticity", 2),
        ("start_up_unknown", 2),
    )


@pytest.mark.parametrize(
    ("grade", "code"),
    [({"treatment": "register_quota"}, "quota_unknown"), ({"treatment": "register_exempt"}, "exempt_level_unknown")],
)
def test_an_exemption_without_its_size_or_level_is_counted(grade: Row, code: str) -> None:
    assert dict(small_city(grades=[grade], ladder=LAW).notes)[code] == 1


def test_transport_restrictions_and_clauses_ride_along() -> None:
    ladder = [{**rung, "transport": "stop_road_transport"} for rung in rungs("C", "stop", "stop", "stop")]
    city = small_city(ladder=ladder, grades=[{"treatment": "small_micro"}])
    assert set(city.legal.get_column("transport")) == {"stop_road_transport"}
    assert set(city.legal.get_column("clause")) == {"test clause"}
    assert set(city.legal.get_column("kind")) == {"stop"}
