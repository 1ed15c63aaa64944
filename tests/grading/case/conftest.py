"""Tables of the clean base that a test leaves as they are: opened, parsed and held to their contract once."""

from collections.abc import Callable, Iterator

import pytest

from grading.case import judge, read, sources
from grading.case.contract import contract_faults
from grading.case.delimited import read_delimited
from grading.case.grid import Grid
from grading.case.headers import find_header
from grading.case.parse import parse_table
from grading.case.relations import duplicate_faults
from tests.grading.case.zoo import BASE

CLEAN = {path.name: path.read_bytes() for path in BASE.glob("*.csv")}
GRIDS: dict[tuple[str, str], Grid] = {}
KEPT: dict[int, object] = {}
"""What was made of clean tables, by identity; held here, so that no identity is given twice."""


def _kept_grid(data: bytes, file: str, table: str) -> Grid:
    if CLEAN.get(file) != data:
        return read_delimited(data, file, table)
    if (file, table) not in GRIDS:
        grid = GRIDS[(file, table)] = read_delimited(data, file, table)
        KEPT[id(grid)] = grid
    return GRIDS[(file, table)]


def _asked_once(function: Callable[..., object]) -> Callable[..., object]:
    """Return a function of a table that is asked once for a clean one and the same further arguments."""
    answers: dict[tuple[object, ...], object] = {}

    def asked(subject: object, *given: object) -> object:
        if id(subject) not in KEPT:
            return function(subject, *given)
        key = (id(subject), *given)
        if key not in answers:
            answers[key] = function(subject, *given)
            KEPT[id(answers[key])] = answers[key]
        return answers[key]

    return asked


ONCE = {
    (read, "find_header"): _asked_once(find_header),
    (read, "parse_table"): _asked_once(parse_table),
    (judge, "contract_faults"): _asked_once(contract_faults),
    (judge, "duplicate_faults"): _asked_once(duplicate_faults),
}


@pytest.fixture(scope="module", autouse=True)
def clean_tables_are_parsed_once() -> Iterator[None]:
    """Keep what pure functions make of untouched bytes; a changed table and every look across tables come anew."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sources, "read_delimited", _kept_grid)
        for (module, name), once in ONCE.items():
            patch.setattr(module, name, once)
        yield
