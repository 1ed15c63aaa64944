"""Test vectors of the industry sheet that ask for a plan, under the packaged law. The list: tests/grading/law."""

from collections.abc import Sequence

import polars as pl
import pytest

from grading.case.settings import LawChoice
from grading.law import resolve_law
from optimizer.city import build_city
from optimizer.result import City
from tests.optimizer.small_city import Row, rungs, small_case, small_city, small_graded
from tests.optimizer.test_floors import ceilings, floors

LAW = resolve_law(LawChoice.model_validate({"pack": "cn-2020-340", "on": "2026-11-20"}))


def packaged(industry: str, process: str, grade: str, units: Sequence[Row] = ({},), **firm: object) -> City:
    """Return one enterprise's lines under the packaged ladder and physics."""
    of_process = [
        {"unit_id": f"U{i}", "process": process, "can_stop": None, "min_load": None, **unit}
        for i, unit in enumerate(units, start=1)
    ]
    case = small_case(of_process, [{"industry": industry, **firm}])
    return build_city(case, small_graded(case, [{"planned_grade": grade}]), LAW)


def on_menu(city: City, measure_id: str, column: str) -> float:
    return float(city.menu.filter(pl.col("measure_id") == measure_id).get_column(column).item())


def counted(city: City) -> dict[str, tuple[int, int]]:
    return {row["level"]: (row["lines"], row["stop_at_least"]) for row in city.line_counts.to_dicts()}


def test_2_a_clinker_line_that_cannot_run_at_the_cap_stops() -> None:
    known = {
        "capacity_eia_t_per_day": 2500.0, "capacity_permit_t_per_day": 2500.0, "output_last_year_t_per_day": 2300.0,
        "min_load": 0.8 * 2500 / 2300,
    }  # fmt: skip
    city = packaged("cement", "kiln", "B", [known], subtype="clinker")

    assert city.units["baseline_t_per_day"].item() == 2300.0
    assert floors(city) == ["none", "stop", "stop"]
    steady = packaged("cement", "kiln", "B", [{**known, "min_load": 0.8}], subtype="clinker")
    assert floors(steady) == ["none", "cut_20", "stop"]
    assert 2300 * (1 - on_menu(steady, "cut_20", "cut_share")) == pytest.approx(1840)


@pytest.mark.parametrize(("normal", "hours", "cut"), [(19.0, 28, 0.321), (23.0, 36, 0.361)])
def test_3_a_longer_coking_time_cuts_output_and_less_of_the_stack(normal: float, hours: int, cut: float) -> None:
    units: list[Row] = [{"unit_id": "U1", "process": "oven", "can_stop": False, "min_load": 0.4}]
    physics: list[Row] = [{"normal_coking_time_h": normal, "emission_elasticity": 0.65}]
    city = small_city(units=units, ladder=rungs("C", "none", *[f"coking_time_h {hours}"] * 2), physics=physics)
    pushing = small_city(
        units=units,
        ladder=rungs("C", "none", *[f"coking_time_h {hours}"] * 2),
        physics=[{"normal_coking_time_h": normal, "emission_elasticity": 1.0}],
    )

    assert on_menu(city, f"coking_{hours}h", "cut_share") == pytest.approx(cut, abs=5e-4)
    assert on_menu(city, f"coking_{hours}h", "nox_removed_kg_per_day") == pytest.approx(200 * 0.65 * cut, abs=0.1)
    assert on_menu(pushing, f"coking_{hours}h", "pm_removed_kg_per_day") == pytest.approx(50 * cut, abs=0.05)


def test_4_half_of_three_blast_furnaces_by_count_is_two() -> None:
    city = packaged("integrated_steel", "blast_furnace", "C", [{}] * 3)

    assert counted(city)["orange"] == (3, 2)


def test_5_half_of_three_secondary_furnaces_is_two_and_of_one_is_half_its_load() -> None:
    assert counted(packaged("secondary_nonferrous", "melting", "B", [{}] * 3))["orange"] == (3, 2)
    single = packaged("secondary_nonferrous", "melting", "B")
    assert floors(single)[1:] == ["cut_50", "cut_50"]
    assert single.line_counts.is_empty()


@pytest.mark.parametrize(("grade", "feed", "nox"), [("B", 540, 0.05), ("C", 480, 0.10), ("D", 420, 0.15)])
def test_6_glass_of_600_tonnes_a_day(grade: str, feed: float, nox: float) -> None:
    melt = {"capacity_eia_t_per_day": 600.0, "capacity_permit_t_per_day": 600.0, "output_last_year_t_per_day": 600.0}
    city = packaged("glass", "furnace", grade, [melt], subtype="flat")
    asked = floors(city)[1]

    assert city.units["baseline_t_per_day"].item() * (1 - on_menu(city, asked, "cut_share")) == pytest.approx(feed)
    assert on_menu(city, asked, "nox_removed_kg_per_day") == pytest.approx(200 * nox)
    stiff = packaged("glass", "furnace", grade, [{**melt, "min_load": 0.75}], subtype="flat")
    assert (on_menu(stiff, floors(stiff)[1], "cut_share") < 1 - feed / 600 - 1e-9) == (grade == "D")


@pytest.mark.parametrize(("days", "share", "sheet"), [(1.0, 0.25, 0.25), (2.0, 0.5, 0.475)])
def test_7_a_brick_kiln_dies_away_over_48_hours(days: float, share: float, sheet: float) -> None:
    """The sheet ends at 10 % after 48 h, ours at nothing: the first day is the same, two days are 50 for 47.5 %."""
    physics = LAW.physics.filter(industry="brick", process="tunnel_kiln").to_dicts()
    kiln: list[Row] = [{"process": "tunnel_kiln"}]
    lasts = {"episode": {"expected_length_days": dict.fromkeys(("yellow", "orange", "red"), days)}}
    # Its stop pays off only from three days on; without that threshold the sheet's shorter alerts can be asked.
    timeless = [{**row, "pay_off_days": None} for row in physics]
    city = small_city(units=kiln, enterprises=[{"industry": "brick"}], physics=timeless, settings=lasts)

    assert city.units["decay_h"].item() == 48.0
    assert on_menu(city, "stop", "credit_red") == pytest.approx(share)
    assert on_menu(city, "stop", "credit_red") == pytest.approx(sheet, abs=0.03)


def test_9_a_line_without_a_table_still_carries_measures() -> None:
    city = packaged("other", "塑料防水卷材", "D")

    assert floors(city)[2] == "stop"


def test_12_no_pot_line_is_ever_stopped() -> None:
    city = packaged("primary_aluminium", "pot_line", "D")

    assert not city.menu["measure_id"].is_in(["stop", "hold"]).any()
    assert city.menu["cut_share"].max() == pytest.approx(0.08)


def test_13_an_idle_second_kiln_is_credited_nothing_and_cannot_start() -> None:
    city = packaged(
        "cement", "kiln", "D", [{}, {"status": "idle", "capacity_eia_t_per_day": 2500.0}], subtype="clinker"
    )

    idle = city.menu.filter(pl.col("unit_id") == "U2")
    assert idle["measure_id"].to_list() == ["none"]
    assert city.units.filter(pl.col("unit_id") == "U2")["baseline_t_per_day"].item() == 0.0
    assert ceilings(city, "U2") == ["none"] * 3
