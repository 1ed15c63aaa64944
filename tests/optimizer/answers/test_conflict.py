"""The minimal conflict against every subset of requirements, each re-planned on a city rebuilt without them."""

from collections.abc import Iterable
from itertools import chain, combinations

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from grading.scale import LEVELS, POLLUTANTS
from optimizer.answers.conflict import conflicts_of, minimal_conflict, requirements_in_the_way, unreachable
from optimizer.answers.reach import OUTSIDE, PHYSICS, TARGET, Name, Reach
from optimizer.result import City
from tests.optimizer.answers.cities import shielded_city, three_firms


def all_subsets(names: Iterable[Name]) -> Iterable[tuple[Name, ...]]:
    every = tuple(names)
    return chain.from_iterable(combinations(every, size) for size in range(len(every) + 1))


def slowly_brought(city: City, reach: Reach, dropped: Iterable[Name]) -> float:
    """Add up unit by unit, in kg/d or shares of society, what `Reach.brought` adds up in arrays."""
    gone = {name for name, _ in dropped}
    level = LEVELS[reach.row.level]
    weights = [weight * reach.row.scale for weight in reach.row.per_kg]
    pinned = {row["unit_id"] for row in city.legal.to_dicts() if row["floor_state"] == "override"}
    menu, units = city.menu.to_dicts(), city.units.to_dicts()
    total, emitted = 0.0, 0.0
    for unit in units:
        own = [row for row in menu if row["unit_id"] == unit["unit_id"]]
        everything = sum(w * unit[f"{p}_kg_per_day"] for w, p in zip(weights, POLLUTANTS, strict=True))
        shields = {unit["treatment"]} - {"none"} | ({"override"} if unit["unit_id"] in pinned else set())
        is_free = shields <= gone
        ceil = max(row["k"] for row in own) if is_free else unit[f"ceil_k_{level}"]
        gains = [sum(w * row[f"{p}_removed_kg_per_day"] for w, p in zip(weights, POLLUTANTS, strict=True))
                 * row[f"credit_{level}"]
                 for row in own if row["k"] <= ceil]  # fmt: skip
        is_at_end = max(row["k"] for row in own) == ceil
        total += everything if "physics" in gone and is_at_end else max(gains)
        emitted += everything
    if "outside_list" in gone:
        at_level = [row for row in city.targets.to_dicts() if str(row["level"]) == level]
        society = {str(row["pollutant"]): row["society_kg_per_day"] for row in at_level}
        total += max(sum(w * society[p] for w, p in zip(weights, POLLUTANTS, strict=True)) - emitted, 0.0)
    return total


def is_possible(city: City, reach: Reach, dropped: Iterable[Name]) -> bool:
    dropped = tuple(dropped)
    asked = reach.row.rhs * reach.row.scale
    return TARGET in dropped or slowly_brought(city, reach, dropped) >= asked * (1 - 1e-9)


def test_the_planner_reads_who_stands_in_the_way_and_what_each_holds() -> None:
    # FREE brings 100, QUOTA 50 of 100, EXEMPT nothing of 100: 150 of 240 kg/d, society 1,000.
    conflicts = conflicts_of(three_firms(240.0))

    rows = {row["requirement"]: row for row in conflicts.to_dicts()}
    assert {name: (row["units"], row["freed"]) for name, row in rows.items()} == {
        "grade_exempt": (1, pytest.approx(100)),
        "register_quota": (1, pytest.approx(50)),
        "outside_list": (0, pytest.approx(700)),
        "target": (0, pytest.approx(90)),
    }
    assert conflicts["missing"].to_list() == pytest.approx([90.0] * 4)
    # The quota's 50 kg are too few; either of the others alone is enough.
    assert {name for name, row in rows.items() if row["makes_it_possible"]} == {
        "grade_exempt",
        "outside_list",
        "target",
    }
    assert {name for name, row in rows.items() if row["is_in_conflict"]} == {"grade_exempt", "outside_list", "target"}


def test_a_city_that_can_meet_its_targets_has_no_conflict() -> None:
    assert conflicts_of(three_firms(150.0)).is_empty()


def test_splitting_by_industry_keeps_the_sum() -> None:
    whole = conflicts_of(three_firms(240.0))
    split = conflicts_of(three_firms(240.0), by_industry=True)

    assert split.filter(pl.col("requirement") == "grade_exempt")["industry"].to_list() == ["cement"]
    assert split["freed"].sum() == pytest.approx(whole["freed"].sum())


@settings(max_examples=14, deadline=None)
@given(seed=st.integers(0, 10_000), tightness=st.floats(0.4, 1.5), joint=st.booleans())
def test_no_smaller_set_conflicts_among_all_subsets(seed: int, tightness: float, joint: bool) -> None:
    city = shielded_city(seed, tightness, joint=joint)

    for reach in unreachable(city)[:3]:
        every = requirements_in_the_way(reach)
        found = set(minimal_conflict(reach))
        conflicting = [set(kept) for kept in all_subsets(every) if not is_possible(city, reach, set(every) - set(kept))]
        assert found in conflicting
        assert not any(other < found for other in conflicting)


@settings(max_examples=10, deadline=None)
@given(seed=st.integers(0, 10_000), tightness=st.floats(0.4, 1.5))
def test_what_makes_it_possible_alone_is_what_the_slow_count_says(seed: int, tightness: float) -> None:
    city = shielded_city(seed, tightness)
    conflicts = conflicts_of(city)

    for reach in unreachable(city):
        rows = conflicts.filter(pl.col("level") == LEVELS[reach.row.level], pl.col("target") == reach.row.name)
        all_kept = slowly_brought(city, reach, ())
        missing = reach.row.rhs * reach.row.scale - all_kept
        for row in rows.to_dicts():
            name = (row["requirement"], row["industry"])
            assert row["makes_it_possible"] == is_possible(city, reach, [name])
            assert row["missing"] == pytest.approx(missing)
            assert row["resolved"] == ("possible" if row["makes_it_possible"] else "impossible")
            assert row["resolved_all_kept"] == "impossible"
            if name != TARGET:
                assert row["freed"] == pytest.approx(slowly_brought(city, reach, [name]) - all_kept, abs=1e-6)


def test_physics_and_the_rest_of_society_are_named_when_nobody_is_exempt() -> None:
    city = shielded_city(3, 1.4, units=1)

    (reach, *_) = unreachable(city)

    assert {PHYSICS, OUTSIDE, TARGET} >= set(minimal_conflict(reach))
