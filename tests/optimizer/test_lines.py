"""Counting by line: "stop 50 %, by production line"."""

import polars as pl
import pytest

from optimizer.result import City
from tests.optimizer.small_city import Row, rungs, small_city
from tests.optimizer.test_floors import floors, measure, state

HALF = rungs("C", "stop_share_by_line 0.5", "stop", "stop", industry="cement")


def lines_of(number: int, **changed: object) -> list[Row]:
    return [{"unit_id": f"U{i}", **changed} for i in range(1, number + 1)]


def count(city: City, level: str = "yellow") -> tuple[int, int]:
    row = city.line_counts.filter(pl.col("level") == level).row(0, named=True)
    return row["lines"], row["stop_at_least"]


@pytest.mark.parametrize(
    ("number", "share", "stop"),
    [(2, 0.5, 1), (3, 0.5, 2), (4, 0.5, 2), (3, 1 / 3, 1), (10, 0.3, 3), (25, 0.28, 7)],  # 25 * 0.28 > 7 in floats
)
def test_the_number_of_lines_is_rounded_up_but_never_by_rounding_noise(number: int, share: float, stop: int) -> None:
    city = small_city(units=lines_of(number), ladder=rungs("C", f"stop_share_by_line {share!r}", "stop", "stop"))
    assert count(city) == (number, stop)
    assert floors(city) == ["none", "stop", "stop"]
    assert state(city, "yellow") == "counted_by_line"
    assert city.units.get_column("line_group").n_unique() == 1


def test_one_line_lowers_its_load_instead() -> None:
    city = small_city(ladder=HALF)
    assert floors(city) == ["cut_50", "stop", "stop"]
    assert state(city, "yellow") == "law"
    assert city.line_counts.height == 0
    assert city.units.get_column("line_group").item() is None


def test_one_running_line_beside_an_idle_one_is_one_line() -> None:
    city = small_city(units=[{}, {"unit_id": "U2", "status": "idle"}], ladder=HALF)
    assert floors(city) == ["cut_50", "stop", "stop"]
    assert city.line_counts.height == 0


def test_a_share_of_one_stops_each_line() -> None:
    city = small_city(units=lines_of(3), ladder=rungs("C", "stop_share_by_line 1", "stop", "stop"))
    assert floors(city, "U3") == ["stop"] * 3
    assert city.line_counts.height == 0


def test_lines_of_another_process_or_enterprise_count_apart() -> None:
    units: list[Row] = [*lines_of(2), {"unit_id": "U3", "process": "mill"}, {"unit_id": "U4", "enterprise_id": "E2"}]
    city = small_city(units=units, enterprises=[{}, {"enterprise_id": "E2"}], ladder=HALF)
    assert count(city) == (2, 1)
    assert [measure(city, "floor", "yellow", unit) for unit in ("U1", "U2", "U3", "U4")] == [
        "none",
        "none",
        "cut_50",
        "cut_50",
    ]


def test_lines_that_cannot_stop_lower_their_load_where_the_others_are_too_few() -> None:
    cannot = {"can_stop": False, "min_load": 0.7}
    units: list[Row] = [{}, {"unit_id": "U2", **cannot}, {"unit_id": "U3", **cannot}]
    city = small_city(units=units, ladder=HALF)
    assert count(city) == (3, 1)
    assert [measure(city, "floor", "yellow", unit) for unit in ("U1", "U2", "U3")] == ["none", "cut_30", "cut_30"]
    assert state(city, "yellow", "U2") == "limited_by_physics"


def test_lines_that_cannot_stop_are_left_alone_where_enough_others_can() -> None:
    city = small_city(units=[{}, {"unit_id": "U2", "can_stop": False}], ladder=HALF)
    assert count(city) == (2, 1)
    assert measure(city, "floor", "yellow", "U2") == "none"


def test_an_exempt_enterprise_keeps_its_group_with_nothing_to_stop() -> None:
    grades: list[Row] = [{"treatment": "register_exempt", "exempt_up_to": "yellow"}]
    city = small_city(units=lines_of(2), grades=grades, ladder=HALF)
    assert count(city) == (2, 0)
    assert floors(city) == ["none", "stop", "stop"]
    assert state(city, "yellow") == "lifted_by_exemption"


def test_a_guaranteed_output_lowers_the_load_instead_of_stopping_a_line() -> None:
    grades: list[Row] = [{"treatment": "register_quota", "quota_share": 0.8}]
    city = small_city(units=lines_of(2), grades=grades, ladder=HALF)
    assert count(city) == (2, 0)
    assert floors(city) == ["cut_20"] * 3
    assert state(city, "yellow") == "lifted_by_exemption"
