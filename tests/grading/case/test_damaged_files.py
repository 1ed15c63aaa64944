"""A damaged file gives a case or a list of faults, never a crash."""

import io
import tempfile
import zipfile
from pathlib import Path

import polars as pl
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.grading.case.workbooks import base_rows, write_workbook
from tests.grading.case.zoo import BASE, clean_copy, faults_of

SOME = settings(max_examples=20, deadline=None, suppress_health_check=list(HealthCheck))
DAMAGE = st.lists(st.tuples(st.floats(0, 1), st.binary(min_size=0, max_size=6)), min_size=1, max_size=4)
MEMBERS = [
    "xl/worksheets/sheet1.xml",
    "xl/workbook.xml",
    "xl/sharedStrings.xml",
    "xl/styles.xml",
    "xl/_rels/workbook.xml.rels",
]


def damaged(data: bytes, damage: list[tuple[float, bytes]]) -> bytes:
    for where, new in damage:
        at = int(where * len(data))
        data = data[:at] + new + data[at + len(new) + (not new) :]
    return data


def assert_read_or_refused(name: str, data: bytes) -> None:
    with tempfile.TemporaryDirectory() as place:
        folder = clean_copy(Path(place) / "case", "units.csv")
        (folder / name).write_bytes(data)

        faults = faults_of(folder)

    assert all(fault.what("zh") and fault.how("en") for fault in faults)


@SOME
@given(damage=DAMAGE)
def test_text(damage: list[tuple[float, bytes]]) -> None:
    assert_read_or_refused("units.csv", damaged((BASE / "units.csv").read_bytes(), damage))


@SOME
@given(damage=DAMAGE)
def test_parquet(damage: list[tuple[float, bytes]]) -> None:
    packed = io.BytesIO()
    pl.read_csv(BASE / "units.csv").write_parquet(packed)

    assert_read_or_refused("units.parquet", damaged(packed.getvalue(), damage))


@SOME
@given(damage=DAMAGE, member=st.sampled_from(MEMBERS))
def test_workbook(damage: list[tuple[float, bytes]], member: str) -> None:
    """The damage is done inside a member, so that it is not simply a broken archive."""
    with tempfile.TemporaryDirectory() as place:
        path = write_workbook(Path(place) / "units.xlsx", {"Sheet1": base_rows("units")})
        with zipfile.ZipFile(path) as archive:
            members = {name: archive.read(name) for name in archive.namelist()}
    members[member] = damaged(members[member], damage)
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name, data in members.items():
            archive.writestr(name, data)

    assert_read_or_refused("units.xlsx", packed.getvalue())


@SOME
@given(damage=DAMAGE)
def test_archive(damage: list[tuple[float, bytes]]) -> None:
    with tempfile.TemporaryDirectory() as place:
        path = write_workbook(Path(place) / "units.xlsx", {"Sheet1": base_rows("units")})
        data = path.read_bytes()

    assert_read_or_refused("units.xlsx", damaged(data, damage))


@SOME
@given(damage=DAMAGE)
def test_settings(damage: list[tuple[float, bytes]]) -> None:
    assert_read_or_refused("case.toml", damaged((BASE / "case.toml").read_bytes(), damage))
