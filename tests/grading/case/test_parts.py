"""Rows replaced in their order, and the keys of which two frames have other rows, against slow counts."""

from collections import Counter
from unittest.mock import patch

import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from grading.case import parts
from grading.case.parts import changed_keys, replaced

Rows = list[tuple[str, int | None]]
keys = st.sampled_from("abcdef")
rows = st.lists(st.tuples(keys, st.sampled_from([None, 0, 1])), max_size=9)
SCHEMA = {"key": pl.String, "value": pl.Int64}


def framed(told: Rows) -> pl.DataFrame:
    return pl.DataFrame(told, schema=SCHEMA, orient="row")


def in_order(told: Rows) -> Rows:
    return sorted(told, key=lambda row: row[0])


@settings(max_examples=60, deadline=None)
@given(old=rows, gone=st.sets(keys), more=rows)
def test_rows_are_taken_out_and_put_in_their_places(old: Rows, gone: set[str], more: Rows) -> None:
    known = {key for key, _ in old}
    few = in_order([row for row in more if row[0] in gone or row[0] not in known])
    kept = [row for row in in_order(old) if row[0] not in gone]
    found = replaced(framed(in_order(old)), gone, framed(few), "key")
    assert_frame_equal(found, framed(in_order([*kept, *few])))


@settings(max_examples=60, deadline=None)
@given(old=rows, new=rows, head=rows, tail=rows)
def test_keys_with_other_rows_are_those_that_a_count_finds(old: Rows, new: Rows, head: Rows, tail: Rows) -> None:
    before, after = [*head, *old, *tail], [*head, *new, *tail]
    one, other = Counter(before), Counter(after)
    expected = {key for key, _ in (one - other) + (other - one)}
    frames = framed(before), framed(after)
    assert changed_keys(*frames, "key") == expected
    one_side, other_side = (frame.with_columns(more=pl.lit(more)) for more, frame in enumerate(frames))
    assert changed_keys(one_side, other_side, "key", ("value",)) == expected  # the same two frames, asked of one column
    assert changed_keys(one_side, other_side, "key") == {key for key, _ in (*before, *after)}  # and of all
    assert changed_keys(other_side, one_side, "key", ("value",)) == expected


def test_what_was_told_of_frames_is_not_told_of_others() -> None:
    first = framed([("a", 0), ("b", 0)])
    for place in range(40):  # a new frame may stand where one that is gone stood
        assert changed_keys(first, framed([("a", 0), ("b", place)]), "key") == ({"b"} if place else set())


def test_a_row_that_nobody_compared_would_be_seen() -> None:
    old, new = framed([("a", 0), ("b", 0), ("c", 0)]), framed([("a", 1), ("c", 0)])
    with patch.object(parts, "_of_places", lambda before, after: (before.clear(), after.clear())):
        assert changed_keys(old, new, "key") == {"b"}
    assert changed_keys(old.clone(), new, "key") == {"a", "b"}
