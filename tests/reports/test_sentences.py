"""Templates over columns."""

import polars as pl
import pytest

from reports.invisible import visible
from reports.sentences import sentence, spelled


def test_braces_in_a_value_stay_text() -> None:
    frame = pl.DataFrame({"who": ["{pin}", "{0.__class__}"], "why": ["{by}", "%s"]})
    text = frame.select(sentence("en", "Set by {by}: {pin}", by=pl.col("who"), pin=pl.col("why"))).to_series()
    assert text.to_list() == ["Set by {pin}: {by}", "Set by {0.__class__}: %s"]


def test_a_null_field_makes_the_sentence_null() -> None:
    frame = pl.DataFrame({"who": [None, "a"]})
    assert frame.select(sentence("zh", "Measure: {name}", name=pl.col("who"))).to_series().to_list()[0] is None


def test_a_code_without_a_word_stays() -> None:
    frame = pl.DataFrame({"code": ["met", "new_code", None]})
    assert frame.select(spelled(pl.col("code"), {"met": "met"}, "zh")).to_series().to_list() == [
        "达标",
        "new_code",
        None,
    ]


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("\u202eabc\u202c", "[U+202E]abc[U+202C]"),
        ("a\u200bb", "a[U+200B]b"),
        ("\x00", "[U+0000]"),
        ("甲\u3000乙🏭", "甲\u3000乙🏭"),
    ],
)
def test_hidden_marks_become_visible(text: str, shown: str) -> None:
    assert visible(text) == shown
