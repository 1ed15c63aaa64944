"""Long sheets of the rules on paper: no page is fuller than it may be, none begins without a head, no line is lost."""

from collections.abc import Iterable
from itertools import chain
from pathlib import Path
from types import SimpleNamespace
from typing import cast

import openpyxl
from hypothesis import given, settings
from hypothesis import strategies as st

from grading.law.annex.layout import Block
from lantian.rules_books import export_workbook
from reports.rulebook.paging import A3_HEIGHT_POINTS, HEAD_POINTS, SPARE, TITLE_POINTS, pages_of, scale_for

WIDTHS = (13, 20, 34, 34, *[24, 13] * 5, 28)
ABOVE = 48.0


def block_of(points: list[float]) -> Block:
    """A block whose lines are numbers, so that each can be told from all others."""
    return cast("Block", SimpleNamespace(lines=tuple(range(len(points)))))


def numbers(part: Iterable[object]) -> list[int]:
    return [int(str(line)) for line in part]


@given(heights=st.lists(st.lists(st.floats(15, 180), min_size=1, max_size=60), min_size=1, max_size=3))
@settings(max_examples=60, deadline=None)
def test_no_page_is_too_full_and_no_line_is_lost(heights: list[list[float]]) -> None:
    room = SPARE * A3_HEIGHT_POINTS / scale_for(WIDTHS) - ABOVE

    pages = pages_of([block_of(points) for points in heights], heights, WIDTHS, ABOVE)

    used = 0.0
    for points, parts, is_new in zip(heights, pages.parts, pages.is_new, strict=True):
        assert numbers(chain(*parts)) == list(range(len(points)))
        assert all(parts)  # a head without a line says nothing
        used = (0.0 if is_new else used) + TITLE_POINTS + HEAD_POINTS
        for number, part in enumerate(parts):
            used = HEAD_POINTS if number else used
            used += sum(points[number] for number in numbers(part))
            assert used <= room + 1e-6
        used += TITLE_POINTS


def test_the_long_ladder_of_steel_has_its_head_on_every_page(tmp_path: Path) -> None:
    book = tmp_path / "steel.xlsx"
    export_workbook("cn-2020-340", book, ["integrated_steel"], "zh")

    page = openpyxl.load_workbook(book)["长流程联合钢铁"]

    keys = [str(cell.value or "") for cell in page["A"]]
    starts = [keys[row_break.id] for row_break in page.row_breaks.brk]  # the break lies below that row
    assert len(starts) >= 2
    assert all(key.startswith("head/") or not key for key in starts)
    ladder = [row for row, key in enumerate(keys, 1) if key == "head/ladder"]
    assert len(ladder) == 2
    assert len({tuple(page.cell(row, column).value for column in range(1, 17)) for row in ladder}) == 1
    assert (page.page_setup.fitToWidth, page.page_setup.fitToHeight) in ((1, 0), (None, 0))

    export_workbook("cn-2020-340", book, ["lime"], "zh")
    lime = openpyxl.load_workbook(book)["石灰窑"]
    assert (lime.row_breaks.brk, lime.page_setup.fitToHeight) in (([], 1), ([], None))
