"""Broken forecasts: each of the rules that only a forecast can break, with row and repair."""

from pathlib import Path

import pytest

from grading.alerts.forecast import read_forecast
from grading.faults import InputError
from tests.grading.platforms.test_zoo import OF_A_FORECAST

BROKEN = {
    "no_forecast_day": ("日期,AQI\n周一,180\n", 2),
    "no_forecast_aqi": ("日期,AQI\n2026-12-01,重度\n", 2),
    "day_twice": ("日期,AQI\n2026-12-01,180\n2026-12-01,210\n", 2),
    "no_days": ("日期,AQI\n", 1),
}


@pytest.mark.parametrize("rule", BROKEN)
def test_a_broken_forecast_is_refused_with_rule_and_row(rule: str, tmp_path: Path) -> None:
    text, row = BROKEN[rule]
    (tmp_path / "forecast.csv").write_text(text, encoding="utf-8")

    with pytest.raises(InputError) as refused:
        read_forecast(tmp_path / "forecast.csv")

    assert {(f.rule, f.file) for f in refused.value.faults} == {(rule, "forecast.csv")}
    assert refused.value.faults[0].row == row
    assert all(f.how(language) for f in refused.value.faults for language in ("zh", "en"))


def test_every_rule_of_a_forecast_is_broken_here() -> None:
    assert set(BROKEN) == OF_A_FORECAST
