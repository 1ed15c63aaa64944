"""Vectorised states, capture, verdicts and masses against the hour-by-hour oracle."""

from datetime import date, datetime, timedelta
from typing import Any

import polars as pl
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from grading.faults import InputError
from grading.monitoring import (
    Period,
    capture,
    compliance,
    day_states,
    hour_mass,
    hour_states,
    valid_months,
)
from tests.grading.monitoring import oracle
from tests.grading.monitoring.factory import JUNE, make_channels, make_hours, rules
from tests.grading.monitoring.strategies import stretches

# Shrinking a month of hours takes longer than reading one; the seed of a failure is printed.
FEW = settings(
    max_examples=12,
    deadline=None,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
    suppress_health_check=[HealthCheck.too_slow],
)
FIRST = datetime(2026, 6, 1)


def reported(rows: list[dict[str, Any] | None], first: datetime = FIRST) -> pl.DataFrame:
    dated = [row | {"started_at": first + timedelta(hours=at)} for at, row in enumerate(rows) if row is not None]
    return make_hours(dated, first)


def by_hour(hours: pl.DataFrame) -> dict[datetime, dict[str, Any]]:
    return {row["started_at"]: row for row in hours.iter_rows(named=True)}


@FEW
@given(rows=stretches(720), reference=st.sampled_from([16.0, None]))
def test_every_hour_month_and_capture_as_by_hand(rows: list[dict[str, Any] | None], reference: float | None) -> None:
    hours = reported(rows)
    known = by_hour(hours)
    channels = make_channels({"reference_o2_percent": reference})
    expected = oracle.month(known, oracle.hours_of(FIRST, 720), reference, 50.0)

    states = hour_states(hours.lazy(), channels, JUNE, rules()).collect().sort("started_at")
    days = day_states(hours.lazy(), channels, JUNE, rules())

    wanted = [oracle.state(known.get(hour), reference) for hour in oracle.hours_of(FIRST, 720)]
    assert states["state"].cast(pl.String).to_list() == wanted
    summed = days.group_by(pl.col("state").cast(pl.String)).agg(pl.col("hours").sum())
    assert dict(summed.iter_rows()) == expected["counts"]
    assert days.group_by("day").agg(pl.col("hours").sum())["hours"].to_list() == [24] * 30
    share = capture(days, JUNE, rules())["capture_share"][0]
    assert share == (None if expected["capture"] is None else pytest.approx(expected["capture"]))
    assert compliance(days, channels, JUNE, rules())["verdict"][0] == expected["verdict"]
    month = valid_months(days, rules()).row(0, named=True)
    assert (month["valid_days"], month["is_valid_month"]) == (expected["valid_days"], expected["valid_days"] >= 25)


@FEW
@given(rows=stretches(1440), share=st.sampled_from([0.95, 0.9, 0.8, 0.75, 0.7]))
def test_masses_as_by_hand(rows: list[dict[str, Any] | None], share: float) -> None:
    history: list[dict[str, Any] | None] = [{"measured_mg_m3": 30.0 + at % 7} for at in range(744)]
    hours = reported([*history, *rows], datetime(2026, 4, 1))
    period = Period(date(2026, 4, 1), date(2026, 6, 30))
    known = oracle.hours_of(datetime(2026, 4, 1), 2184)
    quarters = pl.DataFrame({"outlet_id": ["O1"], "period": [date(2026, 4, 1)], "capture_share": [share]}).with_columns(
        pollutant=pl.lit("nox").cast(make_channels().schema["pollutant"])
    )
    wanted = oracle.mass(by_hour(hours), known, 16.0, share)

    states = hour_states(hours.lazy(), make_channels(), period, rules()).collect()
    masses = hour_mass(states.filter(pl.col("started_at") <= known[-1]), quarters, rules())

    assert masses["method"].cast(pl.String).to_list() == [row["method"] for row in wanted]
    assert masses["mass_kg"].to_list() == pytest.approx([row["kg"] for row in wanted])


@pytest.mark.parametrize(("month", "asked"), [(1, 25), (2, 23), (3, 25)])
@pytest.mark.parametrize("short", [0, 1])
def test_valid_days_of_a_month_on_the_edge(month: int, asked: int, short: int) -> None:
    first = datetime(2026, month, 1)
    last = oracle.last_day(first)
    hours = make_hours([{}] * (24 * (asked - short) + 19), first)

    days = day_states(hours.lazy(), make_channels(), Period(first.date(), date(2026, month, last)), rules())

    row = valid_months(days, rules()).row(0, named=True)
    assert asked == oracle.days_asked_of(first)
    assert (row["valid_days"], row["is_valid_month"]) == (asked - short, short == 0)


def test_a_lost_control_looks_back_from_the_last_calibration() -> None:
    before = [{"measured_mg_m3": 30.0}] * 200
    rows: list[dict[str, Any]] = [
        *before,
        {"flag": "C"},
        *[{"measured_mg_m3": 90.0}] * 50,
        *[{"measured_mg_m3": 5.0}] * 10,
    ]
    hours = make_hours(rows)
    lost = pl.DataFrame(
        {
            "outlet_id": ["O1"],
            "pollutant": ["nox"],
            "started_at": [hours["started_at"][251]],
            "ended_at": [hours["started_at"][260]],
        },
        schema_overrides={"pollutant": hours.schema["pollutant"]},
    )
    quarters = capture(day_states(hours.lazy(), make_channels(), JUNE, rules()), JUNE, rules()).with_columns(
        capture_share=pl.lit(0.95)
    )

    states = hour_states(hours.lazy(), make_channels(), JUNE, rules(), lost).collect()
    masses = hour_mass(states, quarters, rules()).slice(251, 9)

    # The hours at 90 between calibration and loss are not looked at: 30 mg/m3 * 100,000 m3/h = 3 kg.
    assert masses["mass_kg"].to_list() == [3.0] * 9
    assert set(masses["method"]) == {"max_of_previous"}


def test_a_repeated_hour_is_refused() -> None:
    hours = make_hours([{}, {}])
    with pytest.raises(InputError, match="hold an hour more than once; the first is O1 nox 2026-06-01"):
        day_states(pl.concat([hours, hours.head(1)]).lazy(), make_channels(), JUNE, rules())
