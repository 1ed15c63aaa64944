"""File names: plain, and never two enterprises in one file."""

from hypothesis import given
from hypothesis import strategies as st

from reports.papers.filenames import file_stem


def test_a_credit_code_is_its_own_name() -> None:
    assert file_stem("91150400000000001A") == "91150400000000001A"


@given(st.lists(st.text(min_size=1, max_size=80), min_size=2, max_size=6, unique=True))
def test_hostile_numbers_make_plain_and_different_names(numbers: list[str]) -> None:
    stems = [file_stem(number) for number in numbers]
    assert len({stem.lower() for stem in stems}) == len(numbers)
    assert all(stem.isascii() and not set(stem) & set('/\\:*?"<>|. ') and len(stem) <= 64 for stem in stems)
