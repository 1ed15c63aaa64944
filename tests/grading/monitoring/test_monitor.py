"""Everything in one call: the number of outlets taken at a time changes nothing, and nothing is dropped in silence."""

from dataclasses import fields
from datetime import date, datetime

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from grading.monitoring import Asked, Monitored, Period, load_screening, monitor, roll_up
from tests.grading.monitoring.factory import JUNE, make_hours, make_outlets, rules

SCREENING = load_screening(date(2026, 6, 30))
ASKED = Asked(JUNE, rules(), SCREENING)
OUTLETS = make_outlets(
    {"outlet_id": "O1", "unit_id": "U1"},
    {"outlet_id": "O2", "unit_id": "U1", "pm_limit_mg_m3": 10.0},
    {"outlet_id": "O3", "unit_id": "U2", "reference_o2_percent": None},
)


def some_hours() -> pl.DataFrame:
    parts = [
        make_hours([{"outlet_id": name, "measured_mg_m3": 20.0 + (at * step) % 13} for at in range(700)])
        for name, step in (("O1", 3), ("O2", 5), ("O3", 7))
    ]
    return pl.concat(parts)


def tables(found: Monitored) -> list[pl.DataFrame]:
    return [getattr(found, field.name) for field in fields(found)]


@pytest.mark.parametrize("at_a_time", [1, 2, 100])
def test_how_many_outlets_at_a_time_changes_nothing(at_a_time: int) -> None:
    hours = some_hours().lazy()
    whole = monitor(hours, OUTLETS, ASKED)
    for one, other in zip(tables(monitor(hours, OUTLETS, ASKED, at_a_time)), tables(whole), strict=True):
        assert_frame_equal(one, other, check_exact=True)


def test_the_state_table_adds_up_for_every_channel() -> None:
    found = monitor(some_hours().lazy(), OUTLETS, ASKED)
    sums = found.states.group_by("outlet_id", "pollutant").agg(pl.col("hours").sum(), pl.col("period_hours").first())
    assert sums.height == 4
    assert sums["hours"].to_list() == sums["period_hours"].to_list() == [720] * 4


def test_what_is_in_no_table_is_named() -> None:
    foreign = make_hours([{"outlet_id": "O9"}] * 3)
    unlisted = make_hours([{"outlet_id": "O1", "pollutant": "so2"}] * 2)
    early = make_hours([{}] * 4, datetime(2026, 5, 30))
    between = make_hours([{}] * 5, datetime(2026, 6, 2, 0, 30))
    found = monitor(pl.concat([some_hours(), foreign, unlisted, early, between]).lazy(), OUTLETS, ASKED).left_out
    named = found.select("outlet_id", pl.col("pollutant").cast(pl.String), "reason", "hours").rows()
    assert named == [
        ("O1", "so2", "not_a_channel", 2),
        ("O1", "nox", "not_on_the_hour", 5),
        ("O1", "nox", "outside_period", 4),
        ("O9", "nox", "not_a_channel", 3),
    ]


def test_a_sum_with_an_unknown_part_is_not_a_sum() -> None:
    full = {"outlet_id": "O1", "measured_mg_m3": 10.0}
    rows = [full] * 24
    gap = [full | {"outlet_id": "O2", "flow_m3_per_h": None}, *[full | {"outlet_id": "O2"}] * 23]
    day = Period(date(2026, 6, 1), date(2026, 6, 1))
    outlets = OUTLETS.filter(pl.col("unit_id") == "U1").with_columns(pm_limit_mg_m3=pl.lit(None, dtype=pl.Float64))
    hours = pl.concat([make_hours(rows), make_hours(gap)]).lazy()

    found = monitor(hours, outlets, Asked(day, rules(), SCREENING))
    unit = roll_up(found.mass, found.channels, "unit_id").row(0, named=True)

    # 10 mg/m3 * 100,000 m3/h = 1 kg an hour.
    assert found.mass["mass_kg_per_day"].to_list() == [24.0, None]
    assert (unit["subject_id"], unit["mass_kg_per_day"], unit["known_kg"], unit["hours_without_mass"]) == (
        "U1", None, 47.0, 1,
    )  # fmt: skip
