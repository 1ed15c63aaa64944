"""A delimited text file to a grid; the delimiter is the one under which the header is best understood."""

import csv
import io

from grading.case.grid import Grid, build_cells, split_cells
from grading.case.headers import SEARCHED_ROWS, find_header
from grading.case.rules import Place, fault
from grading.case.text import decode
from grading.faults import InputError

DELIMITERS = (",", ";", "\t")


def read_delimited(data: bytes, file: str, table: str) -> Grid:
    """Return the grid of a text table.

    Raises:
        InputError: the text cannot be decoded, or a quotation mark is never closed.
    """
    text = decode(data, file)
    return _grid(text, file, _delimiter(text, file, table))


def _delimiter(text: str, file: str, table: str) -> str:
    """Return the delimiter under which most columns are recognised; the comma wins a tie."""
    opening = "\n".join(text.splitlines()[:SEARCHED_ROWS])
    return max(DELIMITERS, key=lambda delimiter: _understood(opening, file, table, delimiter))


def _understood(opening: str, file: str, table: str, delimiter: str) -> int:
    rows = list(csv.reader(io.StringIO(opening), delimiter=delimiter))
    header = find_header(Grid(file, "", build_cells(rows, list(range(1, len(rows) + 1)))), table)
    return len(header.attributes) if header else 0


def _grid(text: str, file: str, delimiter: str) -> Grid:
    if '"' not in text and text.count("\r") == text.count("\r\n"):
        return Grid(file, "", split_cells(text, delimiter), is_text=True)
    return quoted_grid(text, file, delimiter)


def quoted_grid(text: str, file: str, delimiter: str) -> Grid:
    """Return the grid of text in which cells may be quoted and hold line breaks."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    rows, ends = [], [0]
    try:
        for row in reader:
            rows.append(row)
            ends.append(reader.line_num)
    except csv.Error as broken:
        problem = fault("broken_csv", Place(file, row=ends[-1] + 1), expected=str(broken))
        raise InputError([problem]) from broken
    return Grid(file, "", build_cells(rows, [end + 1 for end in ends[:-1]]), is_text=True)
