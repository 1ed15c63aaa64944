"""Stage by stage: where two plans first differ, and what follows from it."""

from types import SimpleNamespace
from typing import cast

from optimizer.result import Stage
from reports.whatif.model import WhatIf
from reports.whatif.stages import stages_beside

DAYS, MONEY = "unit_days_per_season", "CNY/season"


def beside(before: tuple[float, ...], after: tuple[float, ...]) -> list[list[str]]:
    """Return the texts of each row for two plans that reach these unit-days of A and B, and this loss."""
    sides = [
        SimpleNamespace(
            stages=tuple(
                Stage(name, unit, 0.0, value)
                for (name, unit), value in zip(
                    (("protect_A", DAYS), ("protect_B", DAYS), ("loss", MONEY), ("loss_if_grades_not_spared", MONEY)),
                    (*reached, 1.0),
                    strict=True,
                )
            )
        )
        for reached in (before, after)
    ]
    whatif = cast("WhatIf", SimpleNamespace(status_before=sides[0], status_after=sides[1]))
    return [[cell.text for cell in row] for row in stages_beside(whatif, "en").rows]


def test_a_loss_that_rises_because_more_is_spared_is_shown_as_following() -> None:
    rows = beside((0.0, 40.0, 1_000_000.0), (0.0, 30.0, 1_200_000.0))

    assert [row[-1] for row in rows] == ["alike", "they differ here first", "follows from the above"]
    assert rows[1][1].startswith("40")
    assert rows[2][3].startswith("200")


def test_losses_compare_where_all_above_is_alike() -> None:
    rows = beside((0.0, 40.0, 1_000_000.0), (0.0, 40.4, 900_000.0))

    # Less than a unit-day is rounding of whole orders.
    assert [row[-1] for row in rows] == ["alike", "alike", "they differ here first"]


def test_a_bound_beside_the_stages_is_no_stage() -> None:
    rows = beside((0.0, 0.0, 5.0), (0.0, 0.0, 5.0))

    assert len(rows) == 3
    assert {row[-1] for row in rows} == {"alike"}
