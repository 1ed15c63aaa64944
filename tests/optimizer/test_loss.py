"""Loss of a full stop: where the figure comes from, and that the source is named."""

import statistics
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from optimizer.result import City
from tests.optimizer.small_city import Row, small_city


def loss(city: City, unit_id: str = "U1") -> tuple[float, str]:
    row = city.units.filter(pl.col("unit_id") == unit_id).row(0, named=True)
    return round(row["full_loss_cny_per_day"], 6), row["loss_basis"]


def test_value_added_over_330_days_or_over_the_units_own_days() -> None:
    firm: list[Row] = [{"value_added_wan": 660.0}]
    assert loss(small_city(enterprises=firm)) == (20_000.0, "value_added")
    assert loss(small_city(enterprises=firm, units=[{"operating_days_per_year": 300.0}])) == (22_000.0, "value_added")


def test_running_units_share_equally_what_no_unit_states() -> None:
    units: list[Row] = [{"value_share": 0.4}, {"unit_id": "U2"}, {"unit_id": "U3"}, {"unit_id": "U4", "status": "idle"}]
    city = small_city(units=units, enterprises=[{"value_added_wan": 330.0}])
    assert [loss(city, unit)[0] for unit in ("U1", "U2", "U3", "U4")] == [4000.0, 3000.0, 3000.0, 0.0]
    assert loss(city, "U4")[1] == "none"
    assert dict(city.notes)["value_split_equally"] == 2


def test_shares_above_one_are_scaled_back_and_named() -> None:
    city = small_city(units=[{"value_share": 0.9}, {"unit_id": "U2", "value_share": 0.6}])
    assert [loss(city, unit)[0] for unit in ("U1", "U2")] == [6000.0, 4000.0]
    assert dict(city.notes)["value_share_scaled_to_one"] == 2


def test_output_value_is_turned_into_value_added_by_the_citys_median_ratio() -> None:
    firms: list[Row] = [
        {"value_added_wan": None, "annual_output_value_wan": 3300.0},
        {"enterprise_id": "E2", "value_added_wan": 100.0, "annual_output_value_wan": 1000.0},
        {"enterprise_id": "E3", "value_added_wan": 200.0, "annual_output_value_wan": 1000.0},
        {"enterprise_id": "E4", "value_added_wan": 900.0, "annual_output_value_wan": 1000.0},
    ]
    units: list[Row] = [{}, *({"unit_id": f"U{i}", "enterprise_id": f"E{i}"} for i in (2, 3, 4))]
    city = small_city(units=units, enterprises=firms)
    assert loss(city) == (20_000.0, "output_value_ratio")
    assert dict(city.notes)["loss_from_output_value"] == 1


def test_the_median_unit_of_the_industry_stands_in_then_that_of_the_city() -> None:
    firms: list[Row] = [
        {"value_added_wan": None},
        {"enterprise_id": "E2", "value_added_wan": 33.0},
        {"enterprise_id": "E3", "value_added_wan": 330.0, "industry": "glass"},
        {"enterprise_id": "E4", "value_added_wan": None, "industry": "brick"},
        {"enterprise_id": "E5", "value_added_wan": 66.0},
        {"enterprise_id": "E6", "value_added_wan": 660.0},
    ]
    units: list[Row] = [{}, *({"unit_id": f"U{i}", "enterprise_id": f"E{i}"} for i in range(2, 7))]
    city = small_city(units=units, enterprises=firms)
    assert loss(city) == (2000.0, "industry_median")  # of 1000, 2000 and 20000
    assert loss(city, "U4") == (6000.0, "industry_median")  # of these and 10000
    assert dict(city.notes)["loss_from_industry_median"] == 2


def test_a_city_without_any_figure_says_that_the_loss_is_unknown() -> None:
    city = small_city(enterprises=[{"value_added_wan": None}])
    assert loss(city) == (0.0, "none")
    assert dict(city.notes)["loss_unknown"] == 1


FIRM = st.fixed_dictionaries(
    {
        "industry": st.sampled_from(["cement", "glass"]),
        "value_added_wan": st.sampled_from([None, 0.0, 33.0, 660.0]),
        "annual_output_value_wan": st.sampled_from([None, 0.0, 100.0, 3300.0]),
    }
)
LINE = st.fixed_dictionaries(
    {
        "firm": st.integers(0, 2),
        "status": st.sampled_from(["operating", "operating", "idle"]),
        "value_share": st.sampled_from([None, None, 0.3, 0.8]),
        "operating_days_per_year": st.sampled_from([None, 300.0]),
    }
)


@settings(max_examples=12, deadline=None)
@given(firms=st.lists(FIRM, min_size=3, max_size=3), lines=st.lists(LINE, min_size=1, max_size=5))
def test_losses_agree_with_a_row_by_row_oracle(firms: list[Row], lines: list[dict[str, Any]]) -> None:
    units: list[Row] = [
        {"unit_id": f"U{i}", "enterprise_id": f"E{line['firm']}", **{k: v for k, v in line.items() if k != "firm"}}
        for i, line in enumerate(lines)
    ]
    city = small_city(units=units, enterprises=[{**firm, "enterprise_id": f"E{i}"} for i, firm in enumerate(firms)])
    used = {line["firm"] for line in lines}
    ratios = [
        firms[i]["value_added_wan"] / firms[i]["annual_output_value_wan"]
        for i in used
        if firms[i]["annual_output_value_wan"] and firms[i]["value_added_wan"] is not None
    ]
    own: dict[int, float] = {}
    for i, line in enumerate(lines):
        firm = firms[line["firm"]]
        value = firm["value_added_wan"]
        if value is None and firm["annual_output_value_wan"] is not None and ratios:
            value = firm["annual_output_value_wan"] * statistics.median(ratios)
        if line["status"] == "idle" or value is None:
            continue
        running = [other for other in lines if other["firm"] == line["firm"] and other["status"] == "operating"]
        stated = sum(other["value_share"] or 0.0 for other in running)
        silent = sum(other["value_share"] is None for other in running)
        share = (
            line["value_share"] / max(stated, 1.0) if line["value_share"] is not None else max(0.0, 1 - stated) / silent
        )
        own[i] = value * 1e4 * share / (line["operating_days_per_year"] or 330.0)
    for i, line in enumerate(lines):
        peers = [x for j, x in own.items() if firms[lines[j]["firm"]]["industry"] == firms[line["firm"]]["industry"]]
        pool = peers or list(own.values())
        expected = 0.0 if line["status"] == "idle" else own.get(i, statistics.median(pool) if pool else 0.0)
        assert loss(city, f"U{i}")[0] == pytest.approx(expected)
