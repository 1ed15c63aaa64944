"""Which lines of a sheet stand on one printed page: a block that goes on to another page has its head there again.

A spreadsheet prints one set of rows above every page, and the blocks of a sheet have heads of their own; so a long
sheet is broken by us. The spreadsheet fits the width; where its fonts are wider than ours it prints smaller, and what
we put on a page takes less of it.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from grading.law.annex.layout import Block, Line

POINTS_PER_CHARACTER, POINTS_PER_COLUMN = 5.25, 3.75  # 7 pixels a character and 5 beside them, at 96 pixels an inch
A3_WIDTH_POINTS, A3_HEIGHT_POINTS = 1190.6 - 2 * 0.4 * 72, 841.9 - 2 * 0.6 * 72
SPARE = 0.94
"""Share of the page that is used: fonts of other machines are a little wider and higher."""
HEAD_POINTS, TITLE_POINTS = 36.0, 18.0


@dataclass(frozen=True)
class Pages:
    """For each block of a long sheet the parts of its lines with a head of their own.

    `is_new[block]`: whether the block begins on a new page; every later part of a block does.
    """

    parts: tuple[tuple[tuple[Line, ...], ...], ...]
    is_new: tuple[bool, ...]


def scale_for(widths: Sequence[float]) -> float:
    """Return the scale at which columns of these widths (characters) stand on one A3 page beside each other."""
    points = sum(width * POINTS_PER_CHARACTER + POINTS_PER_COLUMN for width in widths)
    return min(1.0, A3_WIDTH_POINTS / points)


def pages_of(
    blocks: Sequence[Block], heights: Sequence[Sequence[float]], widths: Sequence[float], above: float
) -> Pages:
    """Return the pages of a sheet whose lines have these heights (points), `above` points repeated on each of them."""
    room = SPARE * A3_HEIGHT_POINTS / scale_for(widths) - above
    used, parts, is_new = 0.0, [], []
    for block, points in zip(blocks, heights, strict=True):
        is_first = used == 0
        starts, used = _starts(points, used, room)
        is_new.append(not is_first and starts[0] < 0)
        bounds = [*(max(start, 0) for start in starts), len(block.lines)]
        parts.append(tuple(tuple(block.lines[first:last]) for first, last in pairwise(bounds)))
    return Pages(tuple(parts), tuple(is_new))


def _starts(points: Sequence[float], used: float, room: float) -> tuple[list[int], float]:
    """Return where the parts of a block begin, -1 for a first part on a new page, and the points used at its end."""
    first = points[0] if points else 0.0
    needs_page = used > 0 and used + TITLE_POINTS + HEAD_POINTS + first > room
    starts = [-1 if needs_page else 0]
    used = (0.0 if needs_page else used) + TITLE_POINTS + HEAD_POINTS
    for index, height in enumerate(points):
        if index and used + height > room:
            starts.append(index)
            used = HEAD_POINTS
        used += height
    return starts, used + TITLE_POINTS


def on_one_page(blocks: Sequence[Block]) -> Iterator[tuple[tuple[Line, ...], ...]]:
    """Yield the lines of each block as one part."""
    for block in blocks:
        yield (tuple(block.lines),)
