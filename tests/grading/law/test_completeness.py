"""Every number of a table has an expert case at it, just above it and just below it."""

from collections.abc import Iterable
from importlib.resources import files

import polars as pl
import pytest

from grading.law.cases import Found, read_cases
from grading.law.model import Law
from tests.grading.law.conftest import law_of

NEAR = 0.06  # "just" beside an edge: within 6 % of it, and no other edge of the row in between
PACKS = ["cn-2020-340"]
Edge = tuple[object, ...]


def tables(law: Law) -> dict[Edge, pl.DataFrame]:
    rows = law.requirements.group_by("industry", "subtype", "indicator", maintain_order=True)
    return {tuple(place): part for place, part in rows}


def shape(part: pl.DataFrame) -> tuple[object, ...]:
    """What a row demands; rows that say the same in several industries are one."""
    columns = ("indicator", "clause", "grade", "operator", "threshold", "unit", "status")
    return tuple(part.select(columns).unique().sort(columns).rows())


def uncovered(law: Law, cases: Iterable[Found]) -> list[str]:
    """One line per number and side that no case touches."""
    tried: dict[tuple[object, ...], set[float]] = {}
    parts = tables(law)
    shapes = {place: shape(part) for place, part in parts.items()}
    for found in cases:
        if found.case.indicator and found.case.values:
            place: Edge = (found.industry, found.case.subtype, found.case.indicator)
            values = {float(value) for value in found.case.values if value.replace(".", "", 1).isdigit()}
            tried.setdefault(shapes[place], set()).update(values)
    missing = []
    for at, part in parts.items():
        numbers = sorted(part["threshold"].drop_nulls().unique())
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


def cases_of(pack: str) -> list[Found]:
    return read_cases(files("grading").joinpath("packs").joinpath(pack))


@pytest.mark.parametrize("pack", PACKS)
def test_every_edge_has_its_three_cases(pack: str) -> None:
    assert uncovered(law_of(pack, "2026-11-20"), cases_of(pack)) == []


@pytest.mark.parametrize("gone", ["50", "49.9", "50.1"])
def test_a_missing_edge_case_is_noticed(gone: str) -> None:
    cases = cases_of("cn-2020-340")
    index, victim = next((i, found) for i, found in enumerate(cases) if found.case.indicator == "kiln_tail_nox")
    values = {value: answer for value, answer in victim.case.values.items() if value != gone}
    thinner = Found(victim.file, victim.line, victim.industry, victim.case.model_copy(update={"values": values}))

    told = uncovered(law_of("cn-2020-340", "2026-11-20"), [*cases[:index], thinner, *cases[index + 1 :]])

    assert len(told) == 1
    assert "kiln_tail_nox" in told[0]


def test_every_table_has_cases() -> None:
    law = law_of("cn-2020-340", "2026-11-20")
    with_table = set(law.industries.filter("has_table")["industry"])

    assert with_table == {found.industry for found in cases_of("cn-2020-340")} & with_table
