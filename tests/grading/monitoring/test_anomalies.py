"""The screening, measured on seeded faults of test seeds that no number was chosen on."""

from datetime import date

import polars as pl
import pytest

from grading.monitoring import hour_states
from grading.monitoring.anomalies import anomalies
from grading.monitoring.findings import KINDS, REASONS, reason
from grading.monitoring.screening import load_screening
from tests.grading.monitoring.factory import JUNE, make_channels, make_hours, rules
from tests.grading.monitoring.scores import as_table, measure
from tests.grading.monitoring.seeded import DEVELOPMENT_SEEDS, FAULTS, TEST_SEEDS, city

SCREENING = load_screening(date(2026, 6, 30))
# Set on the development seeds (worst kind 0.60 and 0.86) less two spreads of 20 faults, before the test seeds ran.
LEAST_RECALL, LEAST_PRECISION = 0.4, 0.7


def test_test_seeds_are_not_development_seeds() -> None:
    assert not set(DEVELOPMENT_SEEDS) & set(TEST_SEEDS)
    assert set(FAULTS) == set(KINDS)


def test_precision_and_recall_on_the_test_seeds(capsys: pytest.CaptureFixture[str]) -> None:
    scores = measure(TEST_SEEDS, SCREENING)

    with capsys.disabled():
        print("\n" + as_table(scores))
    assert {kind for kind, score in scores.items() if score.recall < LEAST_RECALL} == set()
    assert {kind for kind, score in scores.items() if score.precision < LEAST_PRECISION} == set()


def test_the_order_of_rows_does_not_matter() -> None:
    seeded = city(DEVELOPMENT_SEEDS[0])
    shuffled = seeded.states.sample(fraction=1.0, shuffle=True, seed=1)
    assert anomalies(shuffled, SCREENING, seeded.electricity).equals(
        anomalies(seeded.states, SCREENING, seeded.electricity)
    )


def test_a_finding_names_its_hours_and_reason_in_both_languages() -> None:
    # 60 different values, of which ten in the middle are one and the same.
    rows = [{"measured_mg_m3": 20.0 + (at * 7 % 11) / 3} for at in range(60)]
    rows[30:40] = [{"measured_mg_m3": 12.34}] * 10
    hours = make_hours(rows)
    states = hour_states(hours.lazy(), make_channels(), JUNE, rules()).collect()

    found = anomalies(states, SCREENING).filter(pl.col("kind") == "constant")

    row = found.row(0, named=True)
    assert found.height == 1
    assert row["started_at"] == hours["started_at"].slice(30, 10).to_list()
    assert reason("en", row).startswith("The same value 12.34 mg/m3 for 10 valid hours")
    assert reason("zh", row).startswith("连续10个有效小时均为同一数值12.34")


@pytest.mark.parametrize("kind", KINDS)
def test_every_reason_is_said_in_chinese(kind: str) -> None:
    row = {"kind": kind, "hours": 9, "observed": 0.5}
    assert reason("zh", row) != reason("en", row) == REASONS[kind].format(hours=9, observed=0.5)


def test_nothing_is_found_where_nothing_was_measured() -> None:
    states = hour_states(make_hours([]).lazy(), make_channels(), JUNE, rules()).collect()
    assert anomalies(states, SCREENING).is_empty()
