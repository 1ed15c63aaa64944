"""The baseline is the least of what is known, and says which."""

import pytest

from tests.optimizer.small_city import small_city


@pytest.mark.parametrize(
    ("eia", "permit", "last_year", "baseline", "source"),
    [
        (5000.0, 4800.0, 4300.0, 4300.0, "last_year"),
        (5000.0, 4800.0, None, 4800.0, "permit"),
        (4000.0, None, 4300.0, 4000.0, "eia"),
        (4000.0, 4000.0, 4000.0, 4000.0, "eia"),
        (None, 4000.0, 4000.0, 4000.0, "permit"),
        (None, None, 0.0, 0.0, "last_year"),
        (None, None, None, None, "unknown"),
    ],
)
def test_the_baseline_is_the_least_known_capacity_or_output(
    eia: float | None, permit: float | None, last_year: float | None, baseline: float | None, source: str
) -> None:
    known = {
        "capacity_eia_t_per_day": eia,
        "capacity_permit_t_per_day": permit,
        "output_last_year_t_per_day": last_year,
    }
    city = small_city(units=[known])
    assert city.units.select("baseline_t_per_day", "baseline_source").row(0) == (baseline, source)
    assert dict(city.notes).get("baseline_unknown", 0) == (1 if source == "unknown" else 0)
