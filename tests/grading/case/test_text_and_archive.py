"""Bytes are read whole or not at all."""

import io
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grading.case.archive import MOST_MEMBERS, SMALL_BYTES, open_archive
from grading.case.text import decode
from grading.faults import InputError

CHINESE = st.text(st.characters(min_codepoint=0x4E00, max_codepoint=0x9FFF), min_size=1)


@given(text=CHINESE)
def test_gb18030_comes_back_whole(text: str) -> None:
    data = f"企业名称,{text}\n".encode("gb18030")

    assert decode(data, "x.csv") == f"企业名称,{text}\n"


@given(text=st.text(st.characters(blacklist_categories=["Cs"], blacklist_characters="\0\ufffd\ufeff")))
def test_utf8_comes_back_whole(text: str) -> None:
    assert decode(text.encode(), "x.csv") == text


@pytest.mark.parametrize("cut", [1, 2])
def test_a_cut_off_utf8_file_is_not_taken_for_gb18030(cut: int) -> None:
    data = "enterprise_id,name\n1,晋源水泥有限公司".encode()[:-cut]

    with pytest.raises(InputError, match=r"x\.csv:2.*utf-8"):
        decode(data, "x.csv")


def archive_of(members: dict[str, bytes]) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return packed.getvalue()


@pytest.mark.parametrize(
    ("members", "is_refused"),
    [
        ({"a": bytes(SMALL_BYTES)}, False),
        ({"a": bytes(SMALL_BYTES + 1)}, True),
        ({str(at): b"" for at in range(MOST_MEMBERS)}, False),
        ({str(at): b"" for at in range(MOST_MEMBERS + 1)}, True),
    ],
    ids=["small run of zeros", "large run of zeros", "most members", "one too many"],
)
def test_the_edge_of_what_is_unpacked(members: dict[str, bytes], is_refused: bool) -> None:
    data = archive_of(members)

    if is_refused:
        with pytest.raises(InputError, match="refused before unpacking"):
            open_archive(data, "x.xlsx")
    else:
        assert len(open_archive(data, "x.xlsx").namelist()) == len(members)


def test_an_archive_that_lies_about_its_size_is_refused() -> None:
    honest = archive_of({"a": bytes(30_000_000)})
    lying = honest.replace((30_000_000).to_bytes(4, "little"), (1_000).to_bytes(4, "little"))

    assert lying != honest
    with pytest.raises(InputError, match="cannot be opened"):
        open_archive(lying, "x.xlsx")
