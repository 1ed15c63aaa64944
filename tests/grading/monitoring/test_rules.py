"""The rule file of stack monitoring: dated, complete, and strict."""

from datetime import date
from importlib.resources import files

import polars as pl
import pytest

from grading.faults import InputError
from grading.monitoring.law import NAMES, Parameter, Rung, Treatment, load_rules, read_rules
from grading.monitoring.screening import load_screening
from grading.monitoring.tables import STATES

ON = date(2026, 6, 30)
TEXT = files("grading.monitoring").joinpath("rules", "hj75-2017.yaml").read_text(encoding="utf-8")


def test_every_number_and_state_says_what_it_rests_on() -> None:
    rules = load_rules(ON)
    assert set(rules.parameters) == set(NAMES)
    assert set(rules.treatments) == set(STATES)
    stated: list[Parameter | Rung | Treatment] = [*rules.parameters.values(), *rules.ladder, *rules.treatments.values()]
    assert all(each.clause and each.evidence.status for each in stated)
    # Nobody has read the official text, so nothing may claim it.
    assert not [each for each in stated if each.evidence.status == "verified"]


def test_screening_numbers_are_estimates() -> None:
    stated = load_screening(ON).parameters.values()
    assert {each.evidence.status for each in stated} == {"unverified"}


@pytest.mark.parametrize(
    ("old", "new", "rule"),
    [
        ("value: 45", "value: fortyfive", "pack.value"),
        ("value: 45", "valeu: 45", "pack.missing_key"),
        ("  min_valid_minutes:", "  min_minutes:", "monitoring.names"),
        ("  o2_guard:", "  o2_gaurd:", "monitoring.names"),
        ("source: hj76-page", "source: nowhere", "monitoring.source"),
        ("in_force_from: 2018-03-01", "in_force_from: 2030-01-01", "monitoring.not_in_force"),
        ("in_force_from: 2019-04-22", "in_force_from: 2030-01-01", "monitoring.names"),
        ("    reference: last_calibration\n", "", "pack.value"),
        ("status: reported", "status: certain", "pack.value"),
        ("id: hj75-2017", "id: hj75-2017\nid: hj75-2017", "pack.duplicate_key"),
    ],
)
def test_seeded_violations_are_refused(old: str, new: str, rule: str) -> None:
    assert old in TEXT
    with pytest.raises(InputError) as refused:
        read_rules("seeded.yaml", TEXT.replace(old, new, 1).encode(), ON)
    assert rule in {fault.rule for fault in refused.value.faults}


def test_rules_before_their_first_day_are_refused() -> None:
    with pytest.raises(InputError, match="not in force on 2017-12-31"):
        load_rules(date(2017, 12, 31))


@pytest.mark.parametrize(
    ("share", "gap", "window"),
    [
        (0.90, 24, 180),
        (0.90, 25, 720),
        (0.899, 24, 2160),
        (0.899, 200, 2160),
        (0.75, 1, 2160),
        (0.749, 1, None),
        (1.0, 1, 180),
    ],
)
def test_the_ladder_on_its_edges(share: float, gap: int, window: int | None) -> None:
    rungs = load_rules(ON).ladder
    frame = pl.DataFrame({"share": [share], "gap": [gap]})
    chosen = [
        rung.window_hours for rung in rungs if frame.select(rung.applies_to(pl.col("share"), pl.col("gap"))).item()
    ]
    assert chosen == ([] if window is None else [window])


@pytest.mark.parametrize(
    ("name", "value", "holds"),
    [
        ("min_valid_minutes", 45.0, True),
        ("min_valid_minutes", 44.9, False),
        ("min_capture_share", 0.75, True),
        ("min_share_within_limit", 627 / 660, True),
        ("min_share_within_limit", 626 / 660, False),
        ("o2_guard_percent", 21.0, False),
        ("o2_guard_percent", 20.99, True),
    ],
)
def test_the_side_of_each_edge(name: str, value: float, holds: bool) -> None:
    parameter = load_rules(ON)[name]
    assert pl.select(parameter.holds(pl.lit(value))).item() is holds
