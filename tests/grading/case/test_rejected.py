"""rejected.csv: every fault a row, in both languages, harmless in a spreadsheet."""

import csv
from pathlib import Path

import polars as pl

from grading.case import rejected_frame, write_rejected
from grading.case.parse import FAULTS, Parsed
from grading.case.rules import Place, fault
from grading.case.tally import LONGEST_VALUE, MOST_LISTED, list_faults

FAULTY = [
    fault("orphan", Place("units.csv", "", 3, "企业编号"), '=HYPERLINK("http://x")', "enterprises.csv"),
    fault("below_min", Place("units.csv", "", 2, "NOx"), "-5", "0"),
    fault("missing_file", Place("case.toml"), "case.toml", "case.toml"),
]


def test_rows_come_by_place_with_words() -> None:
    frame = rejected_frame(FAULTY, "zh")

    assert frame["row"].to_list() == [0, 2, 3]
    assert frame["severity"].to_list() == ["fatal", "row", "row"]
    assert "低于可能的最小值0" in frame["message"][1]
    assert "least that is possible" in rejected_frame(FAULTY, "en")["message"][1]


def test_no_faults_give_an_empty_table() -> None:
    assert rejected_frame([], "en").height == 0


def test_no_cell_acts_as_a_formula(tmp_path: Path) -> None:
    write_rejected(FAULTY, "en", tmp_path / "rejected.csv")

    data = (tmp_path / "rejected.csv").read_bytes()
    cells = [cell for row in csv.reader(data.decode("utf-8-sig").splitlines()) for cell in row]
    assert data.startswith(b"\xef\xbb\xbf")
    assert "'-5" in cells
    assert [cell for cell in cells if cell.startswith(("=", "+", "-", "@", "\t", "\r"))] == []


def parsed_stub() -> Parsed:
    return Parsed("units", "units.csv", "", pl.DataFrame(), pl.DataFrame(schema=FAULTS), {})


def test_more_than_a_thousand_of_a_kind_are_counted() -> None:
    rows = MOST_LISTED + 17
    found = pl.DataFrame(
        {
            "row": range(rows, 0, -1),
            "column": ["a"] * rows,
            "value": ["x" * 500] * rows,
            "rule": ["blank"] * rows,
            "expected": [None] * rows,
        },
        schema=FAULTS,
    )

    faults = list_faults(parsed_stub(), pl.concat([found, found]))

    assert len(faults) == MOST_LISTED + 1
    assert [fault.row for fault in faults[:2]] == [1, 2]
    assert (faults[-1].rule, faults[-1].value, faults[-1].values["expected"]) == ("more_of_the_same", "17", "blank")
    assert max(len(fault.value) for fault in faults) == LONGEST_VALUE
