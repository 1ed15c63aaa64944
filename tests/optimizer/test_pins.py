"""The planner's pins: understood, applied or refused, and always named."""

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from grading.scale import LEVELS
from optimizer.city.pins import STATES
from optimizer.result import City
from tests.optimizer.small_city import Row, rungs, small_city
from tests.optimizer.test_floors import ceilings, floors, state

LAW = rungs("C", "none", "load_cut 0.2", "stop")


def pinned(*pins: Row, units: tuple[Row, ...] = ({},), grades: tuple[Row, ...] = ()) -> City:
    return small_city(units=units, grades=grades, ladder=LAW, overrides=[{"unit_id": "U1", **pin} for pin in pins])


def states(city: City, unit_id: str = "U1") -> dict[str, str]:
    rows = city.overrides.filter(pl.col("unit_id") == unit_id)
    return dict(zip(rows.get_column("level").cast(pl.String), rows.get_column("state"), strict=True))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("exempt", "none"),
        ("豁免", "none"),
        ("stop", "stop"),
        (" 停产 ", "stop"),
        ("cut 20%", "cut_20"),
        ("限产20%", "cut_20"),
        ("限产20", "cut_20"),
        ("限产 20％", "cut_20"),
        ("Cut 33.5%", "cut_33.5"),
        ("cut 0.5%", "cut_0.5"),
        ("限产100%", "stop"),
        ("cut 0%", "none"),
        ("cut_30", "cut_30"),
    ],
)
def test_a_lock_makes_floor_and_ceiling_one_measure(text: str, expected: str) -> None:
    city = pinned({"level": "all", "measure": text})
    assert floors(city) == ceilings(city) == [expected] * 3
    assert set(states(city).values()) <= {"applied", "below_law"}
    assert {state(city, level) for level in LEVELS} == {"override"}
    assert city.units.select("override_reason", "override_by").row(0) == ("because", "Li")


@pytest.mark.parametrize("text", ["cut 0.2", "cut 120%", "please", "限产20吨", ""])
def test_a_text_that_is_not_understood_changes_nothing_and_is_named(text: str) -> None:
    city = pinned({"level": "all", "measure": text})
    assert set(states(city).values()) == {"not_understood"}
    assert floors(city) == ["none", "cut_20", "stop"]
    assert ceilings(city) == ["stop"] * 3
    assert city.units.get_column("override_reason").item() is None


def test_a_pin_below_the_law_is_applied_and_named() -> None:
    city = pinned({"level": "red", "measure": "cut 30%"})
    assert states(city) == {"red": "below_law", "yellow": "extended", "orange": "extended"}
    assert floors(city) == ["none", "cut_20", "cut_30"]
    assert ceilings(city) == ["cut_30"] * 3


def test_a_pin_above_an_exemption_is_applied_and_named() -> None:
    city = pinned({"level": "red", "measure": "stop"}, grades=({"treatment": "grade_exempt"},))
    assert states(city) == {"red": "above_exemption"}
    assert floors(city) == ceilings(city) == ["none", "none", "stop"]


@pytest.mark.parametrize(
    ("unit", "text"), [({"can_stop": False}, "stop"), ({"min_load": 0.85}, "cut 20%"), ({"min_load": 0.85}, "cut 30%")]
)
def test_a_pin_against_physics_is_not_applied_and_is_named(unit: Row, text: str) -> None:
    city = pinned({"level": "yellow", "measure": text}, units=(unit,))
    free = small_city(ladder=LAW, units=[unit])
    assert states(city) == {"yellow": "against_physics"}
    assert (floors(city), ceilings(city)) == (floors(free), ceilings(free))


def test_a_stop_at_yellow_carries_the_higher_levels_with_it() -> None:
    city = pinned({"level": "yellow", "measure": "stop"})
    assert floors(city) == ceilings(city) == ["stop"] * 3
    assert states(city) == {"yellow": "applied", "orange": "extended"}


def test_an_exemption_at_red_carries_the_lower_levels_with_it() -> None:
    city = pinned({"level": "red", "measure": "exempt"})
    assert floors(city) == ceilings(city) == ["none"] * 3
    assert states(city) == {"red": "below_law", "yellow": "extended", "orange": "extended"}


def test_of_two_pins_that_contradict_each_other_the_higher_level_holds() -> None:
    city = pinned({"level": "yellow", "measure": "stop"}, {"level": "red", "measure": "cut 30%"})
    assert city.overrides.select("level", "measure", "state").rows() == [
        ("yellow", "stop", "contradicts_nesting"),
        ("yellow", "cut 30%", "extended"),
        ("orange", "cut 30%", "extended"),
        ("red", "cut 30%", "below_law"),
    ]
    assert ceilings(city) == ["cut_30"] * 3


def test_a_pin_for_one_level_beats_one_for_all_and_the_last_row_beats_the_first() -> None:
    city = pinned(
        {"level": "yellow", "measure": "cut 10%"},
        {"level": "yellow", "measure": "cut 20%"},
        {"level": "all", "measure": "cut 30%"},
    )
    assert floors(city) == ceilings(city) == ["cut_20", "cut_30", "cut_30"]
    by_text = city.overrides.filter(pl.col("level") == "yellow").select("measure", "state").rows()
    assert by_text == [("cut 10%", "superseded"), ("cut 20%", "applied"), ("cut 30%", "superseded")]


def test_forbid_leaves_the_law_and_no_more() -> None:
    city = pinned({"level": "orange", "measure": "禁止加严"})
    assert floors(city) == ["none", "cut_20", "stop"]
    assert ceilings(city) == ["cut_20", "cut_20", "stop"]
    assert states(city) == {"orange": "applied", "yellow": "extended"}


def test_forbid_that_a_lock_of_a_lower_level_breaks_is_named() -> None:
    city = pinned({"level": "orange", "measure": "forbid"}, {"level": "yellow", "measure": "stop"})
    assert floors(city) == ["stop"] * 3
    assert city.overrides.select("level", "measure", "state").rows() == [
        ("orange", "forbid", "contradicts_nesting"),
        ("yellow", "stop", "applied"),
        ("orange", "stop", "extended"),
    ]


def test_pins_on_unknown_and_idle_units_are_named() -> None:
    city = small_city(
        units=[{"status": "idle"}],
        overrides=[
            {"unit_id": "U1", "measure": "stop", "level": "red"},
            {"unit_id": "U9", "measure": "stop", "level": "red"},
        ],
    )
    assert states(city) == {"red": "idle"}
    assert states(city, "U9") == {"red": "unknown_unit"}


def test_a_pin_that_leaves_too_few_lines_to_stop_is_below_the_law() -> None:
    city = small_city(
        units=[{}, {"unit_id": "U2"}],
        ladder=rungs("C", "stop_share_by_line 0.5", "stop", "stop"),
        overrides=[{"unit_id": unit, "level": "yellow", "measure": "cut 10%"} for unit in ("U1", "U2")],
    )
    assert city.line_counts.get_column("stop_at_least").to_list() == [0]
    assert states(city) == states(city, "U2") == {"yellow": "below_law"}


def test_a_pin_may_name_a_measure_of_the_bureaus_own_menu() -> None:
    shares = {f"{p}_removed_share": 0.4 for p in ("so2", "nox", "pm", "vocs")}
    own: Row = {"unit_id": "U1", "measure_id": "FGD-1", "severity": 1, "loss_cny_per_day": 5.0, **shares}
    city = small_city(measures=[own], overrides=[{"unit_id": "U1", "level": "red", "measure": "fgd-1"}])
    assert floors(city) == ["none", "none", "FGD-1"]


TEXTS = st.sampled_from(["exempt", "stop", "cut 20%", "cut 30%", "cut 45%", "forbid", "nonsense"])
PINS = st.lists(st.tuples(st.sampled_from([*LEVELS, "all"]), TEXTS), max_size=4)
KINDS = st.sampled_from(["none", "load_cut 0.2", "load_cut 0.4", "stop", "unknown"])


@settings(max_examples=12, deadline=None)
@given(
    drawn=PINS,
    kinds=st.tuples(KINDS, KINDS, KINDS),
    treatment=st.sampled_from(["none", "grade_exempt"]),
    can_stop=st.booleans(),
)
def test_whatever_is_pinned_bounds_stay_nested_and_every_pin_is_answered(
    drawn: list[tuple[str, str]], kinds: tuple[str, str, str], treatment: str, can_stop: bool
) -> None:
    pins: list[Row] = [{"unit_id": "U1", "level": level, "measure": text} for level, text in drawn]
    city = small_city(
        units=[{"can_stop": can_stop}], grades=[{"treatment": treatment}], ladder=rungs("C", *kinds), overrides=pins
    )
    low = [city.units.get_column(f"floor_k_{level}").item() for level in LEVELS]
    high = [city.units.get_column(f"ceil_k_{level}").item() for level in LEVELS]
    assert low == sorted(low)
    assert high == sorted(high)
    assert all(floor <= ceil for floor, ceil in zip(low, high, strict=True))
    answers = city.overrides.filter(pl.col("state") != "extended")
    assert answers.height == sum(3 if level == "all" else 1 for level, _ in drawn)
    assert set(city.overrides.get_column("state")) <= set(STATES)
    assert low == expected_floor(city, pins, kinds, treatment, can_stop)


def expected_floor(city: City, pins: list[Row], kinds: tuple[str, ...], treatment: str, can_stop: bool) -> list[int]:
    """Work out the floors again: the law's, lifted by exemption, then squeezed between the locks that hold."""
    free = small_city(
        units=[{"can_stop": can_stop}],
        grades=[{"treatment": treatment}],
        ladder=rungs("C", *kinds),
    )
    names = dict(zip(free.menu.get_column("k"), free.menu.get_column("measure_id"), strict=True))
    k_of = dict(zip(city.menu.get_column("measure_id"), city.menu.get_column("k"), strict=True))
    floor = [k_of[names[free.units.get_column(f"floor_k_{level}").item()]] for level in LEVELS]
    wanted = {"exempt": "none", "stop": "stop", "cut 20%": "cut_20", "cut 30%": "cut_30", "cut 45%": "cut_45"}
    locks: dict[int, int] = {}
    for is_general in (True, False):
        for pin in pins:
            if (pin["level"] == "all") == is_general and wanted.get(pin["measure"]) in k_of:
                for i, level in enumerate(LEVELS):
                    if pin["level"] in ("all", level):
                        locks[i] = k_of[wanted[pin["measure"]]]
    held = {i: k for i, k in locks.items() if all(k <= above for j, above in locks.items() if j > i)}
    for i in range(3):
        floor[i] = max([floor[i], *(k for j, k in held.items() if j <= i)])
        floor[i] = min([floor[i], *(k for j, k in held.items() if j >= i)])
    return floor
