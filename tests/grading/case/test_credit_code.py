"""The check character of GB 32100-2015, against codes that companies publish on their licences."""

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from grading.case.credit_code import ALPHABET, check_character, complete, has_form

# From the public register of enterprises.
PUBLISHED = [
    "914403001922038216",
    "9144030071526726XG",
    "91330100799655058B",
    "91110000802100433B",
    "9152000071430580XT",
]


def asked(code: str) -> str | None:
    answer: str | None = pl.DataFrame({"code": [code]}).select(check_character(pl.col("code"))).item()
    return answer


@pytest.mark.parametrize("code", PUBLISHED)
def test_published_codes_pass(code: str) -> None:
    assert asked(code) == code[17]
    assert complete(code[:17]) == code


@given(code=st.sampled_from(PUBLISHED), place=st.integers(0, 16), character=st.sampled_from(ALPHABET))
def test_one_wrong_character_is_always_found(code: str, place: int, character: str) -> None:
    changed = code[:place] + character + code[place + 1 :]

    assert (asked(changed) == changed[17]) == (changed == code)


@pytest.mark.parametrize(
    "code", ["", "91440300192203821", "9144030019220382166", "9144O3001922038216", "91440300192203821６"]
)
def test_other_forms_are_refused(code: str) -> None:
    assert pl.select(has_form(pl.lit(code))).item() is False


def test_a_foreign_character_gives_no_check_character() -> None:
    assert asked("9144O3001922038216") is None
