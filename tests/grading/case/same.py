"""When two read cases say the same, whatever their files looked like."""

from functools import cache
from pathlib import Path

import polars as pl
from polars.testing import assert_frame_equal

from grading.case import Case, read_case
from grading.case.schemas import TABLES
from tests.grading.case.zoo import BASE


def content(case: Case, table: str) -> pl.DataFrame:
    """Return a table without the columns that trace it to a file."""
    frame: pl.DataFrame = getattr(case, table)
    return frame.select(pl.exclude("source_file", "source_sheet", "source_row"))


def assert_same(read: Case, plain: Case) -> None:
    assert [fault.rule for fault in read.faults] == [fault.rule for fault in plain.faults], read.faults
    for table in TABLES:
        assert_frame_equal(content(read, table), content(plain, table), check_exact=False, rel_tol=1e-12)


@cache
def base_case() -> Case:
    return read_case(BASE)


def assert_same_as_base(folder: Path) -> None:
    assert_same(read_case(folder), base_case())
