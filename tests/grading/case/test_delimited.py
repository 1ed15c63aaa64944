"""The quick way through a text table gives what the csv module gives."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from grading.case.delimited import quoted_grid, read_delimited
from grading.case.grid import split_cells
from grading.faults import InputError

LINES = st.lists(st.lists(st.text("ab 甲;\t0", max_size=4), max_size=5).map(",".join), max_size=6)


@given(lines=LINES, end=st.sampled_from(["\n", "\r\n"]), closes=st.booleans())
def test_cutting_lines_equals_the_csv_module(lines: list[str], end: str, closes: bool) -> None:
    text = end.join(lines) + (end if closes else "")

    quick, slow = split_cells(text, ","), quoted_grid(text, "x.csv", ",").cells

    assert quick.is_empty() == slow.is_empty()
    if not slow.is_empty():
        assert_frame_equal(quick, slow)


def test_quoted_cells_hold_separators_and_breaks() -> None:
    text = '对象编号,指标,指标值,来源\n"a,b","x\ny",1,许可证\nc,d,2,许可证\n'

    grid = read_delimited(text.encode(), "x.csv", "evidence")

    assert grid.cells["0"].to_list() == ["对象编号", "a,b", "c"]
    assert grid.cells["row"].to_list() == [1, 2, 4]


@pytest.mark.parametrize("text", ['a,b\n"c,d\n', 'a,b\n"c"d,e\n'])
def test_broken_quotes_are_refused(text: str) -> None:
    with pytest.raises(InputError, match=r"x\.csv:2"):
        read_delimited(text.encode(), "x.csv", "units")
