"""Row heights: counted by hand, and never less than another wrapper needs."""

import textwrap

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reports.official_list.rowheights import (
    FONT_PX,
    HIGHEST_PT,
    LINE_PT,
    PADDING_PT,
    PADDING_PX,
    row_heights,
    wrapped_lines,
)


def width_px(letters: int) -> float:
    return letters * FONT_PX / 2 + PADDING_PX


@pytest.mark.parametrize(
    ("text", "letters", "lines"),
    [
        ("", 10, 1),
        ("停产", 10, 1),
        ("停产停产停", 10, 1),
        ("停产停产停产", 10, 2),
        ("限产20%，停", 10, 2),
        ("限产限产限，", 10, 2),  # a comma may not start the second line, so its character goes along
        ("0123456789", 10, 1),
        ("01234567890", 10, 2),
        ("one three five", 10, 2),
        ("a b\nc", 10, 2),
        ("91150400-01", 8, 2),
        ("91150400000000001A001P", 11, 2),
    ],
)
def test_lines_are_counted_as_by_hand(text: str, letters: int, lines: int) -> None:
    assert wrapped_lines(pl.Series([text]), width_px(letters)).to_list() == [lines]


@settings(max_examples=60)
@given(words=st.lists(st.text("abcdefgh", min_size=1, max_size=30), max_size=12), letters=st.integers(4, 40))
def test_latin_words_take_as_many_lines_as_the_standard_library_says(words: list[str], letters: int) -> None:
    text = " ".join(words)
    wanted = max(1, len(textwrap.wrap(text, letters, break_long_words=True)))
    [found] = wrapped_lines(pl.Series([text]), width_px(letters))
    # The standard library starts a word that must be broken on the line before, an office does not.
    broken = sum(len(word) > letters for word in words)
    assert wanted <= found <= wanted + broken


@settings(max_examples=60)
@given(count=st.integers(0, 400), letters=st.integers(2, 40))
def test_chinese_fills_every_line(count: int, letters: int) -> None:
    [found] = wrapped_lines(pl.Series(["长" * count]), width_px(letters))
    assert found == max(1, -(-count // (letters // 2)))


def test_a_row_is_as_high_as_its_longest_cell() -> None:
    texts = [(pl.Series(["停产", "停产停产"]), width_px(4)), (pl.Series(["停", "停" * 10_000]), width_px(10))]
    assert row_heights(texts, 2) == [LINE_PT + PADDING_PT, HIGHEST_PT]
    assert row_heights([(pl.Series([], dtype=pl.String), width_px(4))], 0) == []
