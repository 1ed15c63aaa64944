"""The worked vectors of regulation.md 9.10 and 9.13."""

import polars as pl
import pytest

from grading.monitoring import capture, compliance, day_states, hour_states, state_table
from tests.grading.monitoring.factory import JUNE, make_channels, make_hours, rules


@pytest.mark.parametrize(("o2", "corrected", "within"), [(17.0, 50.0, True), (17.2, 52.6, False)])
def test_oxygen_vectors(o2: float, corrected: float, within: bool) -> None:
    hours = make_hours([{"o2_percent": o2}])

    states = hour_states(hours.lazy(), make_channels(), JUNE, rules()).collect()

    first = states.sort("started_at").row(0, named=True)
    assert first["state"] == "valid"
    assert first["corrected_mg_m3"] == pytest.approx(corrected, abs=0.05)
    assert first["is_within_limit"] is within


@pytest.mark.parametrize(("over", "share", "verdict"), [(20, 0.970, "pass"), (40, 0.939, "fail")])
def test_month_of_720_hours(over: int, share: float, verdict: str) -> None:
    stopped, invalid, high = [{"flag": "F"}] * 24, [{"flag": "D"}] * 36, [{"measured_mg_m3": 60.0}] * over
    hours = make_hours([*stopped, *invalid, *high, *[{}] * (660 - over)])
    channels = make_channels()

    days = day_states(hours.lazy(), channels, JUNE, rules())
    captured = capture(days, JUNE, rules()).row(0, named=True)
    judged = compliance(days, channels, JUNE, rules()).row(0, named=True)

    assert (captured["period_hours"], captured["outage_hours"], captured["invalid_hours"]) == (720, 24, 36)
    assert captured["capture_share"] == 660 / 696
    assert judged["judged_hours"] == 660
    assert judged["share_within_limit"] == pytest.approx(share, abs=0.0005)
    assert judged["verdict"] == verdict


def test_states_of_the_month_add_up() -> None:
    hours = make_hours([*[{"flag": "F"}] * 24, *[{"flag": "D"}] * 36, *[{}] * 600])

    table = state_table(day_states(hours.lazy(), make_channels(), JUNE, rules()), JUNE)

    counts = dict(table.select(pl.col("state").cast(pl.String), "hours").iter_rows())
    assert counts == {"source_stopped": 24, "fault": 36, "valid": 600, "missing": 60}
    assert table["hours"].sum() == table["period_hours"][0] == JUNE.hours


@pytest.mark.parametrize(
    ("over", "start_up", "start_up_value", "verdict"),
    [
        (40, 24, 40.0, "fail"),  # 93.9 % or 94.2 %
        (34, 24, 40.0, "undecided"),  # 94.8 % without the start-up hours, 95.0 % with them
        (20, 24, 60.0, "undecided"),  # 97.0 % without, 93.6 % with
        (20, 24, 40.0, "pass"),
    ],
)
def test_a_verdict_that_turns_on_start_up_hours_is_undecided(
    over: int, start_up: int, start_up_value: float, verdict: str
) -> None:
    opened = [{"source_state": "start_up", "measured_mg_m3": start_up_value}] * start_up
    hours = make_hours([*opened, *[{"measured_mg_m3": 60.0}] * over, *[{}] * (660 - over), *[{"flag": "F"}] * 36])
    channels = make_channels()

    days = day_states(hours.lazy(), channels, JUNE, rules())

    judged = compliance(days, channels, JUNE, rules()).row(0, named=True)
    assert (judged["open_hours"], judged["verdict"]) == (start_up, verdict)
