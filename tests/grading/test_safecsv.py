"""No cell that a spreadsheet would run leaves as a formula; numbers stay numbers."""

from pathlib import Path

import polars as pl
import pytest

from grading.safecsv import write_csv


@pytest.mark.parametrize("cell", ["=1+1", "+1", "-1", "@SUM(A1)", "\tx", "\rx", '=HYPERLINK("x")'])
def test_text_that_a_spreadsheet_would_run_is_defused(tmp_path: Path, cell: str) -> None:
    path = tmp_path / "t.csv"
    write_csv(pl.DataFrame({"name": [cell]}), path)
    assert pl.read_csv(path)["name"].item() == "'" + cell


def test_negative_numbers_and_chinese_stay(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    write_csv(pl.DataFrame({"企业": ["水泥厂"], "slack": [-1.5]}), path)
    assert path.read_bytes().startswith(b"\xef\xbb\xbf")
    assert pl.read_csv(path).rows() == [("水泥厂", -1.5)]
