"""Tables beside each other are joined, in whatever order they stand."""

import polars as pl
import pytest

from optimizer.city.beside import beside

ROWS = pl.DataFrame({"unit_id": ["a", "a", "b"], "level": ["x", "y", "x"], "floor": [1, 2, 3]})
MORE = pl.DataFrame({"unit_id": ["a", "a", "b"], "level": ["x", "y", "x"], "ceiling": [4, 5, 6]})


@pytest.mark.parametrize("more", [MORE, MORE.reverse(), MORE.sample(fraction=1.0, shuffle=True, seed=3)])
def test_rows_find_their_own_in_any_order(more: pl.DataFrame) -> None:
    assert beside(ROWS, more, "unit_id", "level")["ceiling"].to_list() == [4, 5, 6]


def test_rows_without_another_are_left_out_as_a_join_leaves_them() -> None:
    assert beside(ROWS, MORE.tail(2), "unit_id", "level")["floor"].to_list() == [2, 3]


def test_one_key_alike_is_not_enough() -> None:
    """Both stand in the order of `unit_id`, but not of `level`: laid side by side, two ceilings would be exchanged."""
    exchanged = MORE[[1, 0, 2]]
    assert exchanged["unit_id"].equals(ROWS["unit_id"])
    assert beside(ROWS, exchanged, "unit_id", "level")["ceiling"].to_list() == [4, 5, 6]
