"""Small cases for naming and grading, in the bureau's words or the pack's ids."""

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl

from grading.case.model import Case
from grading.case.schemas import TABLES
from grading.case.settings import CaseSettings, City, LawChoice, Society

CHOICE = LawChoice(pack="cn-2020-340", on=date(2026, 11, 20))
Row = dict[str, Any]


def table(name: str, rows: Sequence[Row]) -> pl.DataFrame:
    schema = TABLES[name].create_empty().schema
    placed = [
        dict.fromkeys(schema) | {"source_file": f"{name}.csv", "source_sheet": "", "source_row": line} | row
        for line, row in enumerate(rows, start=2)
    ]
    return pl.DataFrame(placed, schema=schema)


def case_of(mapping: dict[str, str] | None = None, **tables: Sequence[Row]) -> Case:
    society = Society(unit="t/a", sectors={})
    settings = CaseSettings(
        city=City(name="市", season="2026-2027"), law=CHOICE, society=society, targets={}, industries=mapping or {}
    )
    frames = {name: table(name, tables.get(name, [])) for name in TABLES}
    return Case(folder=Path(), settings=settings, absent_tables=(), faults=(), inputs=(), **frames)  # type: ignore[arg-type]


def firm(number: str, industry: str, subtype: str | None = None) -> Row:
    return {"enterprise_id": number, "name": "厂", "county": "县", "industry": industry, "subtype": subtype}


def unit(number: str, firm_id: str, process: str = "窑", **more: object) -> Row:
    return {"unit_id": number, "enterprise_id": firm_id, "process": process, "status": "operating"} | more
