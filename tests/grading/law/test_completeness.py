"""Every number of a table, and each of its two readings, has an expert case at it, just above it and just below it."""

from collections.abc import Iterable
from datetime import date
from functools import cache
from importlib.resources import files

import pytest

from grading.law.cases import Found, read_cases
from grading.law.files import packaged_ids
from grading.law.resolve import load_pack
from tests.grading.law.conftest import law_of, table_of
from tests.grading.law.oracle import Row

NEAR = 0.06  # "just" beside an edge: within 6 % of it, and no other edge of the row in between
PACKS = packaged_ids()
ON = date(2026, 11, 20)


def shape(cells: list[Row]) -> tuple[object, ...]:
    """What a row demands; rows that say the same in several industries are one."""
    columns = ("indicator", "clause", "grade", "operator", "threshold", "may_threshold", "unit", "status")
    return tuple(sorted({tuple(str(cell[column]) for column in columns) for cell in cells}))


def uncovered(tables: dict[tuple[str, str | None, str], list[Row]], cases: Iterable[Found]) -> list[str]:
    """One line per number and side that no case touches."""
    tried: dict[tuple[object, ...], set[float]] = {}
    shapes = {place: shape(cells) for place, cells in tables.items()}
    for found in cases:
        place = (found.industry, found.case.subtype, str(found.case.indicator))
        if place in shapes:  # another pack's row says nothing about this one; a row nobody has fails as a case
            values = {float(value) for value in found.case.values if value.replace(".", "", 1).isdigit()}
            tried.setdefault(shapes[place], set()).update(values)
    missing = []
    for at, cells in tables.items():
        edges = [cell[edge] for cell in cells for edge in ("threshold", "may_threshold")]
        numbers = sorted({edge for edge in edges if edge is not None})
        values = tried.get(shapes[at], set())
        for number in numbers:
            lower = max([n for n in numbers if n < number], default=float("-inf"))
            upper = min([n for n in numbers if n > number], default=float("inf"))
            sides = {
                "at": number in values,
                "below": any(max(lower, number * (1 - NEAR)) <= value < number for value in values),
                "above": any(number < value <= min(upper, number * (1 + NEAR)) for value in values),
            }
            missing += [f"{at}: no case {side} {number:g}" for side, there in sides.items() if not there]
    return missing


@cache
def cases_of(*packs: str) -> list[Found]:
    folder = files("grading").joinpath("packs")
    return [found for pack in packs for found in read_cases(folder.joinpath(pack)) if found.case.on == ON]


def day_of(pack: str) -> date:
    """Return the day on which a pack is read here: its own last one where it is no longer in force."""
    return min(ON, load_pack(pack, None).header.model.in_force_to or ON)


@pytest.mark.parametrize("pack", PACKS)
def test_every_edge_has_its_three_cases(pack: str) -> None:
    tables = table_of(pack, day_of(pack).isoformat())
    known = {industry for industry, _, _ in tables}
    cases = [found for found in cases_of(*PACKS) if found.industry in known]

    assert uncovered(tables, cases) == []


@pytest.mark.parametrize("gone", ["50", "49.9", "50.1"])
def test_a_missing_edge_case_is_noticed(gone: str) -> None:
    cases = cases_of("cn-2020-340")
    index, victim = next((i, found) for i, found in enumerate(cases) if found.case.indicator == "kiln_tail_nox")
    values = {value: answer for value, answer in victim.case.values.items() if value != gone}
    thinner = Found(victim.file, victim.line, victim.industry, victim.case.model_copy(update={"values": values}))

    told = uncovered(table_of("cn-2020-340", ON.isoformat()), [*cases[:index], thinner, *cases[index + 1 :]])

    assert len(told) == 1
    assert "kiln_tail_nox" in told[0]


@pytest.mark.parametrize("gone", ["199.9", "200", "200.1"])
def test_a_missing_case_at_the_second_reading_is_noticed(gone: str) -> None:
    cases = cases_of("cn-2020-340")
    hot = [(i, found) for i, found in enumerate(cases) if found.case.indicator == "uht_kiln_nox"]
    index, victim = next((i, found) for i, found in hot if gone in found.case.values)
    values = {value: answer for value, answer in victim.case.values.items() if value != gone}
    thinner = Found(victim.file, victim.line, victim.industry, victim.case.model_copy(update={"values": values}))

    told = uncovered(table_of("cn-2020-340", ON.isoformat()), [*cases[:index], thinner, *cases[index + 1 :]])

    assert len(told) == 1
    assert "uht_kiln_nox" in told[0]


def test_every_edge_of_a_condition_has_its_three_cases() -> None:
    conditions = law_of("cn-2020-340", ON.isoformat()).conditions
    asked = [
        (row["industry"], row["asks"], edge)
        for row in conditions.to_dicts()
        for edge in (row["threshold"], row["may_threshold"])
        if edge is not None
    ]
    told = {
        (found.industry, name, float(value))
        for found in cases_of("cn-2020-340")
        for name, value in found.case.given.items()
        if value.replace(".", "", 1).isdigit()
    }

    assert len(asked) >= 3
    for industry, name, edge in asked:
        near = {value - edge for where, what, value in told if (where, what) == (industry, name)}
        assert 0 in near, (industry, name, edge)
        assert any(-edge * NEAR <= apart < 0 for apart in near), (industry, name, edge)
        assert any(0 < apart <= edge * NEAR for apart in near), (industry, name, edge)


def test_every_table_has_cases() -> None:
    law = law_of("cn-2020-340", ON.isoformat())
    with_table = set(law.industries.filter("has_table")["industry"])

    assert with_table == {found.industry for found in cases_of("cn-2020-340")} & with_table
