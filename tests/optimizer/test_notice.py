"""Notice: what a line cannot do in time is not ordered, and what nobody asked is told."""

from dataclasses import replace
from itertools import product

import polars as pl
import pytest

from grading.scale import LEVELS
from optimizer import plan_city
from optimizer.answers.conflict import conflicts_of
from optimizer.answers.relaxations import relaxations_of
from optimizer.attain import attainability
from optimizer.city.notice import unexamined_notice, unstated_notice
from optimizer.result import City
from tests.optimizer.small_city import Row, rungs, small_case, small_city, small_law
from tests.optimizer.test_floors import ceilings, floors, state
from tests.optimizer.test_pins import states

LAW = rungs("C", "none", "load_cut 0.3", "stop")
SLOW: Row = {"notice_h": 24.0}


def noticed(*physics: Row, **hours: float) -> dict[str, object]:
    return {"ladder": LAW, "physics": physics or (SLOW,), "settings": {"episode": {"notice_h": hours}}}


def test_what_needs_more_hours_than_the_level_gives_is_above_the_ceiling_and_named() -> None:
    late = small_city(**noticed(yellow=12.0, orange=12.0, red=12.0))  # type: ignore[arg-type]
    just = small_city(**noticed(yellow=24.0, orange=24.0, red=24.0))  # type: ignore[arg-type]

    assert ceilings(late) == floors(late) == ["none"] * 3
    assert [state(late, level) for level in LEVELS] == ["none", "limited_by_notice", "limited_by_notice"]
    assert floors(just) == ["none", "cut_30", "stop"]
    assert dict(late.notes)["limited_by_notice"] == 1
    assert "limited_by_notice" not in dict(just.notes)


@pytest.mark.parametrize(
    ("hours", "open_levels"),
    [({"red": 12.0}, ()), ({"yellow": 12.0}, ("orange", "red")),
     ({"yellow": 12.0, "orange": 12.0, "red": 48.0}, ("red",)),
     ({"yellow": 48.0, "orange": 12.0, "red": 48.0}, ("red",)), ({}, LEVELS)],
)  # fmt: skip
def test_a_milder_level_may_not_ask_what_a_harder_one_cannot_have_in_time(
    hours: dict[str, float], open_levels: tuple[str, ...]
) -> None:
    city = small_city(**noticed(**hours))  # type: ignore[arg-type]

    assert [name != "none" for name in ceilings(city)] == [level in open_levels for level in LEVELS]


def test_the_plan_says_so_and_a_spoiled_one_is_caught() -> None:
    units: list[Row] = [{"unit_id": "U1"}, {"unit_id": "U2", "process": "mill"}]
    city = small_city(units=units, **noticed({**SLOW, "industry": "cement", "process": "kiln"}, orange=6.0, red=6.0))  # type: ignore[arg-type]
    plan = plan_city(city)
    kiln = plan.orders.filter(unit_id="U1").sort("level")

    assert plan.verification.holds
    assert kiln["k"].to_list() == [0, 0, 0]
    assert kiln["floor_state"].to_list() == ["none", "limited_by_notice", "limited_by_notice"]
    assert set(kiln["reason_code"].cast(pl.String)) == {"no_measure_needed"}
    sooner = replace(city, notice_h={"orange": 6.0, "red": 6.0}, units=city.units.with_columns(notice_h=7.0))
    violated = {check.name for check in plan_city(sooner).verification.checks if check.violations}
    assert violated == {"ordered_in_time"}


def test_a_pin_stands_above_notice_and_is_named() -> None:
    pins: list[Row] = [{"unit_id": "U1", "level": "red", "measure": "stop"}]
    city = small_city(overrides=pins, **noticed(red=6.0))  # type: ignore[arg-type]

    assert states(city) == {"red": "above_notice"}
    assert ceilings(city) == ["none", "none", "stop"]
    assert plan_city(city).verification.holds


def test_an_exempt_line_is_exempt_whatever_notice_it_needs() -> None:
    city = small_city(grades=[{"treatment": "grade_exempt"}], **noticed(red=6.0))  # type: ignore[arg-type]

    assert [state(city, level) for level in LEVELS][1:] == ["lifted_by_exemption"] * 2


def test_lines_of_a_counted_group_that_are_late_do_not_count_as_able_to_stop() -> None:
    units: list[Row] = [{"unit_id": f"U{place}"} for place in range(3)]
    physics: list[Row] = [SLOW]
    ladder = rungs("C", "none", "none", "stop_share_by_line 0.5")
    city = small_city(units=units, ladder=ladder, physics=physics, settings={"episode": {"notice_h": {"red": 6.0}}})

    assert city.line_counts.filter(level="red")["stop_at_least"].to_list() in ([0], [])
    assert plan_city(city).verification.holds


def test_a_bureaus_own_measure_is_not_asked() -> None:
    own: list[Row] = [{"unit_id": "U1", "measure_id": "m", "severity": 1, "nox_removed_share": 0.5,
                       "so2_removed_share": 0.5, "pm_removed_share": 0.5, "vocs_removed_share": 0.5,
                       "loss_cny_per_day": 5.0}]  # fmt: skip
    city = small_city(measures=own, **noticed(red=6.0))  # type: ignore[arg-type]

    assert ceilings(city) == ["m"] * 3
    assert unexamined_notice(city).filter(level="red")["state"].to_list() == ["not_known"]


def test_what_nobody_asked_is_counted_with_its_emission() -> None:
    units: list[Row] = [{"unit_id": "U1"}, {"unit_id": "U2", "process": "mill"}, {"unit_id": "U3", "status": "idle"}]
    physics: list[Row] = [{"industry": "cement", "process": "kiln", "notice_h": 4.0}]
    silent = small_city(units=units, ladder=LAW, physics=physics)
    partly = small_city(units=units, ladder=LAW, physics=physics, settings={"episode": {"notice_h": {"orange": 8.0}}})

    told = unexamined_notice(silent).select("level", "state", "lines", "nox_kg_per_day").rows()
    assert told == [(level, "not_stated", 1, 200.0) for level in LEVELS]
    # Orange is stated and so counts for yellow; there the mill is what nobody can judge, and red is silent.
    told = unexamined_notice(partly).select("level", "state", "lines", "nox_kg_per_day").rows()
    assert told == [
        ("yellow", "not_known", 1, 200.0),
        ("orange", "not_known", 1, 200.0),
        ("red", "not_stated", 1, 200.0),
    ]
    before = unstated_notice(small_case(units), small_law(LAW, physics))
    assert before.select("level", "state", "lines", "nox_kg_per_day").rows() == [
        (level, "not_stated", 1, 200.0) for level in LEVELS
    ]


def short_of_notice() -> City:
    """Two kilns of 200 kg NOx: one late, one on a register; orange asks 250 of 2,000."""
    return small_city(
        units=[{"unit_id": "U1"}, {"unit_id": "U2", "enterprise_id": "E2", "process": "mill"}],
        enterprises=[{}, {"enterprise_id": "E2"}],
        grades=[{}, {"enterprise_id": "E2"}],
        ladder=rungs("C", "none", "none", "none"),
        physics=[{**SLOW, "industry": "cement", "process": "kiln"}],
        settings={
            "targets": {"orange": {"nox": 0.125}},
            "episode": {"notice_h": dict.fromkeys(LEVELS, 6.0)},
        },
    )


def test_an_unreachable_target_names_notice_and_ordering_earlier_is_a_priced_way_out() -> None:
    city = short_of_notice()
    table, holders = attainability(city)
    orange = table.filter(level="orange", pollutant="nox").row(0, named=True)
    held = dict(holders.filter(level="orange", pollutant="nox").select("holder", "held_kg_per_day").rows())

    assert orange["most_removable_kg_per_day"] == 200.0
    assert held["notice"] == 200.0
    conflicts = conflicts_of(city)
    row = conflicts.filter(requirement="notice").row(0, named=True)
    assert (row["units"], row["freed"], row["is_in_conflict"]) == (1, 200.0, True)
    assert (row["makes_it_possible"], row["resolved"], row["resolved_all_kept"]) == (True, "possible", "impossible")
    ways, _ = relaxations_of(city, plan_city(city))
    earlier = ways.filter(kind="lift", what="notice").row(0, named=True)
    assert (earlier["state"], earlier["missed_after"]) == ("confirmed", "")


def test_the_ceiling_is_that_of_a_slow_look_at_every_level() -> None:
    """One line for each need, one city for each statement of hours."""
    needs = {"U0": 0.0, "U1": 3.0, "U2": 6.0, "U3": None}
    units: list[Row] = [{"unit_id": name, "process": f"p{name}"} for name in needs]
    physics: list[Row] = [
        {"industry": "cement", "process": f"p{name}", "notice_h": need} for name, need in needs.items()
    ]
    for yellow, orange, red in product((None, 2.0, 8.0), (None, 8.0), (None, 4.0)):
        hours = {k: v for k, v in zip(LEVELS, (yellow, orange, red), strict=True) if v is not None}
        city = small_city(units=units, **noticed(*physics, **hours))  # type: ignore[arg-type]
        for name, need in needs.items():
            bars = [[hours[later] for later in LEVELS[place:] if later in hours] for place in range(len(LEVELS))]
            is_open = [need is None or all(need <= bar for bar in bars_of_level) for bars_of_level in bars]
            assert [measure == "stop" for measure in ceilings(city, name)] == is_open
