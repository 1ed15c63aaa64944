"""Alert levels: the published cases, every edge at, just above and just below, and a plain loop as the oracle."""

from datetime import date, timedelta

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from grading.alerts import ThresholdSet, classify, thresholds
from grading.alerts.thresholds import Reach, threshold_file

START = date(2026, 11, 20)
RULES_2024 = thresholds(START)
Aqi = float | None


def frame(*forecasts: list[Aqi]) -> pl.DataFrame:
    rows = [
        (f"f{number:03d}", START + timedelta(days=day), aqi)
        for number, forecast in enumerate(forecasts)
        for day, aqi in enumerate(forecast)
    ]
    return pl.DataFrame(rows, schema={"forecast": pl.String, "day": pl.Date, "aqi": pl.Float64}, orient="row")


def level_of(forecast: list[Aqi], rules: ThresholdSet = RULES_2024) -> str | None:
    level: str | None = classify(frame(forecast), rules)["level"][0]
    return level


@pytest.mark.parametrize(
    ("forecast", "level"),
    [
        ([160, 170], "yellow"),
        ([160, 170, 180], "orange"),
        ([210], "yellow"),
        ([210, 220], "orange"),
        ([210, 310, 220], "red"),
        ([210, 220, 230], "orange"),
    ],
)
def test_the_published_cases_of_2024(forecast: list[Aqi], level: str) -> None:
    assert level_of(forecast) == level


@pytest.mark.parametrize(
    ("forecast", "level"),
    [
        ([200], None), ([200.1], "yellow"), ([199.9], None),
        ([150, 151], None), ([150.1, 151], "yellow"), ([149.9, 151], None),
        ([201, 200], "yellow"), ([201, 200.1], "orange"), ([201, 199.9], "yellow"),
        ([151, 150, 151], None), ([151, 150.1, 151], "orange"), ([151, 149.9, 151], None),
        ([201, 300, 201], "orange"), ([201, 300.1, 201], "red"), ([201, 299.9, 201], "orange"),
        ([301, 201], "orange"), ([301, 201, 200], "orange"), ([160, 301, 160], "orange"),
        ([210, 100, 210], "yellow"), ([], None),
    ],
)  # fmt: skip
def test_every_edge_of_2024(forecast: list[Aqi], level: str | None) -> None:
    found = classify(frame([100], forecast), RULES_2024)["level"].to_list()

    assert found == ([None, level] if forecast else [None])


@pytest.mark.parametrize(
    ("forecast", "level"),
    [
        ([201], None), ([201, 201], "yellow"), ([201, 200], None),
        ([201, 201, 201], "yellow"), ([201, 301, 201], "orange"), ([201, 300, 201], "yellow"),
        ([301, 201, 301, 201], "red"), ([301, 201, 201, 201], "orange"),
        ([499.9], None), ([500], "red"), ([500.1], "red"),
    ],
)  # fmt: skip
def test_the_scheme_before_2024(forecast: list[Aqi], level: str | None) -> None:
    assert level_of(forecast, thresholds(date(2024, 1, 30))) == level


def test_each_day_has_one_national_set_and_a_local_one_is_found_by_its_id() -> None:
    assert thresholds(date(2024, 1, 30)).id == "jjj-2018"
    assert thresholds(date(2024, 1, 31)).id == "cn-2024-6"
    with pytest.raises(LookupError):
        thresholds(date(2010, 1, 1))
    local = next(one for one in threshold_file().sets if one.is_local)
    assert level_of([201, 201, 301, 301], local) == "orange"


def test_every_set_names_a_source_it_has_and_claims_no_official_text() -> None:
    file = threshold_file()

    assert {one.evidence.source for one in file.sets} <= set(file.sources)
    assert all(one.evidence.status != "verified" for one in file.sets)


def test_a_day_nobody_has_forecast_may_lift_the_level_and_never_does_so_surely() -> None:
    told = classify(frame([210, None, 220], [160, None], [None], [100, 100]), RULES_2024)

    assert told.select("level", "may_reach", "unknown_days").rows() == [
        ("yellow", "red", 1),
        (None, "yellow", 1),
        (None, "yellow", 1),
        (None, None, 0),
    ]


def test_a_day_left_out_is_a_day_nobody_has_forecast() -> None:
    days = frame([210, 220, 230]).filter(pl.col("aqi") != 220)

    told = classify(days, RULES_2024)

    assert told.select("level", "may_reach", "unknown_days").rows() == [("yellow", "red", 1)]


def test_the_days_that_reach_the_level_are_told() -> None:
    told = classify(frame([100, 210, 220, 100, 230, 230, 230]), RULES_2024)

    assert told.select("level", "first_day", "last_day").rows() == [
        ("orange", START + timedelta(days=1), START + timedelta(days=2))
    ]


def slow_level(forecast: list[Aqi], rules: ThresholdSet, unknown: float) -> str | None:
    """Try every stretch of days against every condition, one by one."""

    def beyond(aqi: Aqi, reach: Reach) -> bool:
        known = unknown if aqi is None else aqi
        return known > reach.above if reach.above is not None else known >= float(reach.at_least or 0)

    reached = None
    for level in ("yellow", "orange", "red"):
        for condition in rules.levels.get(level, ()):
            for first in range(len(forecast)):
                for last in range(first + condition.days, len(forecast) + 1):
                    days = forecast[first:last]
                    among = condition.among_them or condition
                    if all(beyond(aqi, condition) for aqi in days) and (
                        sum(beyond(aqi, among) for aqi in days) >= among.days
                    ):
                        reached = level
    return reached


AQI = st.one_of(st.none(), st.sampled_from([100.0, 150.0, 151.0, 200.0, 201.0, 300.0, 301.0, 499.0, 500.0]))


@settings(max_examples=80, deadline=None)
@given(
    forecasts=st.lists(st.lists(AQI, min_size=1, max_size=7), min_size=1, max_size=6),
    rules=st.sampled_from(threshold_file().sets),
)
def test_whole_calendars_equal_a_plain_loop(forecasts: list[list[Aqi]], rules: ThresholdSet) -> None:
    told = classify(frame(*forecasts), rules)

    assert told["level"].to_list() == [slow_level(one, rules, unknown=0) for one in forecasts]
    assert told["may_reach"].to_list() == [slow_level(one, rules, unknown=999) for one in forecasts]
