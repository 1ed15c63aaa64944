"""How high a row must be for its wrapped text; no office computes this for a file that was written, not typed."""

import re
from collections.abc import Sequence
from functools import lru_cache

import polars as pl

FONT_PX = 12
"""Size of the body text (9 pt) in pixels; a Chinese character is as wide, a Latin letter half of it."""
LINE_PT = 13.0
PADDING_PX = 8
PADDING_PT = 4.0
HIGHEST_PT = 409.0
"""The highest row a workbook may have."""
_WIDE = r"[^\x00-\x{24F}]"
# What stays together: a Latin word, or one wide character with the closing marks that may not start a line.
_PIECES = re.compile(r"[!-\u024f]+?-|[!-\u024f]+|\s+|[^\s!-\u024f][,.;:)，。；：、）〕】》]*")


def row_heights(texts: Sequence[tuple[pl.Series, float]], height: int) -> list[float]:
    """Return the height of each row in points: the most lines any of its cells needs.

    Shape: `texts` pairs each text column with its width in pixels; `height` rows come out.
    """
    lines = [wrapped_lines(column, width).alias(str(place)) for place, (column, width) in enumerate(texts)]
    if not lines or not height:
        return [LINE_PT + PADDING_PT] * height
    most = pl.DataFrame(lines).select(pl.max_horizontal(pl.all())).to_series()
    return (most * LINE_PT + PADDING_PT).clip(upper_bound=HIGHEST_PT).to_list()


def wrapped_lines(texts: pl.Series, width_px: float) -> pl.Series:
    """Return how many lines each text takes in a cell of the given width; at least one."""
    room = max(2, int((width_px - PADDING_PX) // (FONT_PX / 2)))
    wide = texts.str.len_chars() + texts.str.count_matches(_WIDE)
    is_long = (wide > room) | texts.str.contains("\n", literal=True)
    long = texts.filter(is_long).unique(maintain_order=True)
    found = dict(zip(long, (_lines(text, room) for text in long), strict=True))
    return texts.replace_strict(found, default=1, return_dtype=pl.Int64)


@lru_cache(4096)
def _lines(text: str, room: int) -> int:
    """Return the lines of one text, filled greedily as an office does; a piece longer than a line is broken."""
    if "\n" in text:
        return sum(_lines(part, room) for part in text.split("\n"))
    lines, used = 1, 0
    for piece in _PIECES.findall(text):
        width = sum(1 if character <= "\u024f" else 2 for character in piece)
        if used and used + width > room:
            lines, used = lines + 1, 0
            width = 0 if piece.isspace() else width
        lines += max(0, width - 1) // room
        used += width if width <= room else width % room or room
    return lines
