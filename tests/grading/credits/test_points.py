"""The published case of Jiangsu, its edges, and what nobody has stated."""

from datetime import date

import polars as pl
import pytest

from grading.credits import point_system, points_on

JIANGSU = point_system("jiangsu-2019")
FINED = date(2019, 3, 10)


def told(day: date, start: float, *kinds: str, decided_on: date = FINED) -> tuple[float | None, str | None, str | None]:
    firms = pl.DataFrame({"enterprise_id": ["E1", "E2"], "points": [start, start]})
    decisions = pl.DataFrame(
        [("E1", kind, decided_on) for kind in kinds],
        schema={"enterprise_id": pl.String, "kind": pl.String, "decided_on": pl.Date},
        orient="row",
    )
    found = points_on(day, firms, decisions, JIANGSU)
    assert found.row(1)[:2] == ("E2", start)  # nobody else loses anything
    points, colour, open_kinds = found.row(0)[1:4]
    return points, colour, open_kinds


@pytest.mark.parametrize(
    ("day", "points"),
    [
        (date(2019, 3, 9), 9.0), (date(2019, 3, 10), 6.0), (date(2019, 6, 1), 6.0), (date(2019, 9, 9), 6.0),
        (date(2019, 9, 10), 6.0), (date(2019, 9, 11), 9.0),
    ],
)  # fmt: skip
def test_nine_less_three_is_six_still_blue_and_nine_again_after_half_a_year(day: date, points: float) -> None:
    assert told(day, 9, "air_exceedance_fine") == (points, "blue", None)


def test_two_fines_take_six_and_the_colour_of_three_points_is_not_known() -> None:
    assert told(date(2019, 4, 1), 9, "air_exceedance_fine", "air_exceedance_fine") == (3.0, None, None)


@pytest.mark.parametrize(("start", "colour"), [(6, "blue"), (5.9, None), (9, "blue"), (9.1, None)])
def test_a_colour_is_told_only_between_the_points_that_were_seen(start: float, colour: str | None) -> None:
    assert told(date(2019, 4, 1), start) == (start, colour, None)


def test_a_kind_nobody_has_stated_leaves_the_points_open_and_is_named() -> None:
    assert told(date(2019, 4, 1), 9, "air_exceedance_fine", "water_fine") == (None, None, "water_fine")


def test_half_a_year_from_the_end_of_august_ends_with_february() -> None:
    ended = [
        told(day, 9, "air_exceedance_fine", decided_on=date(2019, 8, 31))[0]
        for day in (date(2020, 2, 29), date(2020, 3, 1))
    ]

    assert ended == [6.0, 9.0]


def test_its_evidence_is_a_page_and_no_official_text() -> None:
    assert JIANGSU.evidence.source in JIANGSU.sources
    assert JIANGSU.evidence.status == "reported"
