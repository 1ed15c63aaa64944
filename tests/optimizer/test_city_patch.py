"""Lines of changed enterprises made anew among the others equal lines made from nothing, for random changes."""

from collections.abc import Iterator
from dataclasses import fields, replace
from unittest.mock import patch

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from grading.assess.model import Graded
from grading.case.model import Case
from grading.case.parts import changed_keys, inserted
from optimizer.city import patch as patching
from optimizer.city.build import Ground, city_on, ground_of
from optimizer.city.classes import classes_beside, classes_of
from optimizer.city.patch import OF_GRADES, Based, ground_beside
from optimizer.city.pins import read_pins
from optimizer.city.stated import again_of_plan, of_plan
from tests.optimizer.small_city import Row, rungs, small_case, small_graded, small_law

LAW = small_law(
    [
        *rungs("C", "stop_share_by_line 0.5", "stop_share_by_line 0.7", "stop"),
        *rungs("B", "none", "load_cut 0.2", "keep_hot"),
        *rungs("D", "load_cut 0.3", "stop", "stop"),
    ],
    [{"industry": "cement", "process": "mill", "min_load": 0.4, "emission_elasticity": 0.8, "notice_h": 30.0}],
)
NAMES = [f"E{number}" for number in range(6)]
maybe = st.one_of(st.none(), st.sampled_from([100.0, 330.0, 700.0]))


@st.composite
def firms(draw: st.DrawFn) -> list[Row]:
    return [
        {
            "enterprise_id": name,
            "industry": draw(st.sampled_from(["cement", "glass"])),
            "value_added_wan": draw(maybe),
            "annual_output_value_wan": draw(maybe),
            "status": draw(st.sampled_from(["operating", "operating", "long_idle"])),
        }
        for name in NAMES
    ]


@st.composite
def lines(draw: st.DrawFn, owner: str) -> list[Row]:
    return [
        {
            "unit_id": f"{owner}-{number}",
            "enterprise_id": owner,
            "process": draw(st.sampled_from(["kiln", "mill"])),
            "status": draw(st.sampled_from(["operating", "operating", "idle"])),
            "nox_kg_per_day": draw(maybe),
            "min_load": draw(st.sampled_from([None, 0.5])),
            "can_stop": draw(st.sampled_from([None, True, False])),
            "value_share": draw(st.sampled_from([None, 0.4, 0.9])),
        }
        for number in range(draw(st.integers(0, 3)))
    ]


@st.composite
def told(draw: st.DrawFn, firm: Row, units: list[Row]) -> tuple[Row, list[Row], Row, list[Row], list[Row]]:
    """An enterprise with its lines, its grade, its pins and the bureau's measures."""
    treatment = draw(st.sampled_from(["none", "none", "grade_exempt", "register_quota"]))
    grade: Row = {
        "enterprise_id": firm["enterprise_id"],
        "planned_grade": draw(st.sampled_from("BCD")),
        "treatment": treatment,
        "quota_share": 0.6 if treatment == "register_quota" else None,
        "exempt_up_to": "red" if treatment == "grade_exempt" else None,
    }
    ids = [unit["unit_id"] for unit in units]
    pins: list[Row] = []
    own: list[Row] = []
    if ids:
        words = st.sampled_from(["exempt", "stop", "cut 30%", "forbid", "keep"])
        level = st.sampled_from(["all", "yellow", "orange", "red"])
        pin = st.fixed_dictionaries({"unit_id": st.sampled_from(ids), "measure": words, "level": level})
        pins = draw(st.lists(pin, max_size=2))
        if draw(st.booleans()):
            shares = {f"{p}_removed_share": 0.5 for p in ("so2", "nox", "pm", "vocs")}
            own = [{"unit_id": ids[0], "measure_id": "filter", "severity": 1, "loss_cny_per_day": 5.0, **shares}]
    return firm, units, grade, pins, own


Told = tuple[Row, list[Row], Row, list[Row], list[Row]]


def graded_case(tables: list[Told]) -> tuple[Case, Graded]:
    owners, units, grades, pins, own = zip(*tables, strict=True)
    flat = [[row for rows in each for row in rows] for each in (units, pins, own)]
    case = small_case(flat[0], owners, flat[1], flat[2], {"episode": {"notice_h": {"red": 24.0}}})
    case = replace(case, units=case.units.sort("unit_id"))
    graded = small_graded(case, grades)
    return case, replace(graded, unit_grades=graded.unit_grades.sort("unit_id"))


@st.composite
def changes(draw: st.DrawFn) -> tuple[list[Told], list[Told]]:
    """A city, and the same in which a few enterprises are told otherwise, come or go."""
    rows = draw(firms())
    before = [draw(told(firm, draw(lines(str(firm["enterprise_id"]))))) for firm in rows]
    hit = draw(st.sets(st.sampled_from(range(len(NAMES))), min_size=1, max_size=2))
    others = draw(firms())
    after = [draw(told(others[i], draw(lines(NAMES[i])))) if i in hit else each for i, each in enumerate(before)]
    gone = draw(st.sampled_from([*hit, None]))
    return before, [each for i, each in enumerate(after) if i != gone]


@pytest.fixture(autouse=True)
def no_limit() -> Iterator[None]:
    with patch.object(patching, "MOST", 9.0):
        yield


def assert_same(one: Ground, other: Ground) -> None:
    frames = [field.name for field in fields(Ground) if field.name not in ("worth", "classes", "unpinned")]
    for name in frames:
        assert_frame_equal(getattr(one, name), getattr(other, name), check_exact=True)
    assert_frame_equal(one.worth.own, other.worth.own, check_exact=True)
    assert (one.worth.ratio, one.notes) == (other.worth.ratio, other.notes)


@settings(max_examples=12, deadline=None)
@given(both=changes())
def test_changed_lines_among_the_others_equal_a_city_from_nothing(both: tuple[list[Told], list[Told]]) -> None:
    (before, graded), (after, anew) = (graded_case(each) for each in both)
    if before.units.is_empty() or after.units.is_empty():
        return
    base = Based(ground_of(before, graded, LAW), before, graded, LAW)
    with patch.object(patching, "ground_of", side_effect=AssertionError("made from nothing")):
        found = ground_beside(base, after, anew, LAW)
    assert_same(found, ground_of(after, anew, LAW))
    assert_frame_equal(city_on(found, after.settings).units, city_on(ground_of(after, anew, LAW), after.settings).units)


pins_of_anybody = st.lists(
    st.fixed_dictionaries({
        "unit_id": st.sampled_from([f"{name}-{number}" for name in NAMES for number in range(3)]),
        "measure": st.sampled_from(["exempt", "stop", "cut 30%", "cut 37%", "forbid"]),
        "level": st.sampled_from(["all", "yellow", "orange", "red"]),
    }),
    max_size=5,
)  # fmt: skip
"""Pins of lines that may be there or not."""


@settings(max_examples=4, deadline=None)
@given(lists=st.lists(pins_of_anybody, min_size=2, max_size=3), both=changes())
def test_one_list_of_pins_after_another_on_lines_made_anew_in_between(
    lists: list[list[Row]], both: tuple[list[Told], list[Told]]
) -> None:
    """An exemption, then other rows of some enterprises, then a lock: each step begins with what the last one made."""
    steps = [graded_case(each) for each in (*both, both[0])]
    if any(case.units.is_empty() for case, _ in steps):
        return
    (case, graded), ground = steps[0], ground_of(*steps[0], LAW)
    for (told_case, anew), pins in ((told, pins) for told in steps for pins in lists):
        after = replace(told_case, overrides=small_case(overrides=pins).overrides)
        with patch.object(patching, "ground_of", side_effect=AssertionError("made from nothing")):
            ground = ground_beside(Based(ground, case, graded, LAW), after, anew, LAW)
        assert_same(ground, ground_of(after, anew, LAW))
        case, graded = after, anew


EXEMPT: Row = {"unit_id": "U1", "measure": "exempt", "level": "all"}


def test_exempting_a_line_makes_no_menu_and_no_bounds() -> None:
    """A cut of its own does: it stands on the menu."""
    case = small_case()
    graded = small_graded(case)
    base = Based(ground_of(case, graded, LAW), case, graded, LAW)
    exempt, cut = (
        replace(case, overrides=small_case(overrides=[{**EXEMPT, "measure": words}]).overrides)
        for words in ("exempt", "cut 37%")
    )
    with patch.object(patching, "before_pins", side_effect=AssertionError("made before pins")):
        assert_same(ground_beside(base, exempt, graded, LAW), ground_of(exempt, graded, LAW))
        with pytest.raises(AssertionError, match="made before pins"):
            ground_beside(base, cut, graded, LAW)
    assert_same(ground_beside(base, cut, graded, LAW), ground_of(cut, graded, LAW))


def test_lines_before_a_change_would_be_seen_under_a_pin() -> None:
    """The comparison fails where an exemption after a change begins with lines as they were before it."""
    case = small_case([{"process": "mill"}])
    graded = small_graded(case)
    first = ground_of(case, graded, LAW)
    other = replace(case, units=case.units.with_columns(nox_kg_per_day=pl.lit(7.0), min_load=pl.lit(0.9)))
    changed = ground_beside(Based(first, case, graded, LAW), other, graded, LAW)
    pinned = replace(other, overrides=small_case(overrides=[EXEMPT]).overrides)
    anew = ground_of(pinned, graded, LAW)
    assert_same(ground_beside(Based(changed, other, graded, LAW), pinned, graded, LAW), anew)
    stale = replace(changed, unpinned=first.unpinned)
    with pytest.raises(AssertionError):
        assert_same(ground_beside(Based(stale, other, graded, LAW), pinned, graded, LAW), anew)


def test_lines_read_no_other_column_of_a_grade() -> None:
    case = small_case([{}, {"unit_id": "U2", "enterprise_id": "E2"}], [{}, {"enterprise_id": "E2"}])
    graded = small_graded(case)
    few = replace(graded, grades=graded.grades.select("enterprise_id", *OF_GRADES))
    assert_same(ground_of(case, few, LAW), ground_of(case, graded, LAW))


def test_no_pins_are_read_in_the_shape_of_some() -> None:
    case = small_case(overrides=[{"unit_id": "U1", "measure": "stop", "level": "red"}])
    assert read_pins(case.overrides.clear()).schema == read_pins(case.overrides).schema


def test_classes_that_are_known_are_not_asked_of_the_law_again() -> None:
    kilns, mills = (small_graded(small_case([{"process": name}])).unit_grades for name in ("kiln", "mill"))
    known = classes_of(kilns, LAW)
    assert classes_beside(known, kilns, LAW) is known
    both = classes_beside(known, mills, LAW)
    for found, anew in ((both, classes_of(pl.concat([kilns, mills]), LAW)),):
        assert_frame_equal(found.rungs, anew.rungs, check_row_order=False)
        assert_frame_equal(found.physics, anew.physics)


def test_settings_say_the_same_to_other_lines() -> None:
    case = small_case()
    city = city_on(ground_of(case, small_graded(case), LAW), case.settings)
    said, anew = (
        again_of_plan(case.settings, city, city.units["industry"]),
        of_plan(case.settings, city.units["industry"]),
    )
    assert_frame_equal(said.pop("targets"), anew.pop("targets"))  # type: ignore[misc]
    assert said == anew


def test_more_changed_than_a_part_is_made_from_nothing() -> None:
    case = small_case([{}, {"unit_id": "U2", "enterprise_id": "E2"}], [{}, {"enterprise_id": "E2"}])
    graded = small_graded(case)
    base = Based(ground_of(case, graded, LAW), case, graded, LAW)
    other = replace(case, units=case.units.with_columns(nox_kg_per_day=pl.lit(7.0)))
    with patch.object(patching, "MOST", 0.5):
        found = ground_beside(base, other, graded, LAW)
    assert_same(found, ground_of(other, graded, LAW))
    assert ground_beside(base, case, graded, LAW) is base.ground


def test_a_row_left_behind_would_be_seen() -> None:
    """The comparison fails where a changed line keeps what it was."""
    case = small_case()
    graded = small_graded(case)
    other = replace(case, units=case.units.with_columns(nox_kg_per_day=pl.lit(7.0)))
    with pytest.raises(AssertionError):
        assert_same(ground_of(case, graded, LAW), ground_of(other, graded, LAW))


@pytest.mark.parametrize("few", [[], ["a"], ["b", "b"], ["a", "c", "f"]])
def test_rows_go_to_their_places(few: list[str]) -> None:
    rows = pl.DataFrame({"key": ["d", "d", "e"], "place": [0, 1, 2]})
    more = pl.DataFrame({"key": few, "place": range(len(few))}, schema=rows.schema)
    assert inserted(rows, more, "key").equals(pl.concat([rows, more]).sort("key", maintain_order=True))


def test_keys_with_other_rows_are_named() -> None:
    frame = pl.DataFrame({"key": ["a", "a", "b"], "value": [1.0, None, 2.0], "remark": ["x", "y", "z"]})
    moved = frame.with_columns(value=pl.Series([1.0, None, 3.0]))
    assert changed_keys(frame, frame, "key") == frozenset()
    assert changed_keys(frame, moved, "key") == {"b"}
    assert changed_keys(frame, moved, "key", ("remark",)) == frozenset()
    assert changed_keys(frame, frame.reverse(), "key") == frozenset()
    assert changed_keys(frame, frame.head(2), "key") == {"b"}
    assert changed_keys(frame, pl.concat([frame, frame.head(1)]), "key") == {"a"}
