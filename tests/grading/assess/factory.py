"""Small cases and laws, written row by row, for the grading tests."""

from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import dataframely as dy
import polars as pl

from grading.case.model import Case
from grading.case.schemas import TABLES
from grading.case.settings import CaseSettings, City, LawChoice, Society
from grading.law import model as law_model
from grading.law.model import Law

ON = date(2026, 10, 1)
Row = dict[str, Any]

_DEFAULTS: dict[str, Row] = {
    "enterprises": {
        "name": "甲厂",
        "county": "东县",
        "industry": "cement",
        "subtype": "clinker",
        "status": "operating",
        "permit_no": "P1",
    },
    "units": {"process": "kiln", "status": "operating"},
    "evidence": {"source": "monitoring"},
    "penalties": {},
    "registers": {},
}
_REQUIREMENT: Row = {
    "industry": "cement", "subtype": None, "dimension": "limits", "scope": "enterprise", "process": None,
    "quantity": "concentration", "unit": None, "reference_o2_percent": None, "averaging": None, "operator": "le",
    "threshold": None, "may_threshold": None, "choices": None, "clause": "c", "status": "reported",
    "confidence": "high", "effort": "equipment",
}  # fmt: skip


def frame(schema: type[dy.Schema], rows: Sequence[Row]) -> pl.DataFrame:
    """Return rows as a frame of exactly the schema's columns; what a row leaves out is null."""
    types = {name: column.dtype for name, column in schema.columns().items()}
    full = [{name: row.get(name) for name in types} for row in rows]
    return pl.DataFrame(full, schema=types)


def table(name: str, rows: Sequence[Row]) -> pl.DataFrame:
    """Return a case table; every row gets its file and row number unless it states them."""
    origin = {"source_file": f"{name}.csv", "source_sheet": ""}
    numbered = [{**origin, "source_row": i + 2, **_DEFAULTS.get(name, {}), **row} for i, row in enumerate(rows)]
    return frame(TABLES[name], numbered)


def make_case(**tables: Sequence[Row]) -> Case:
    """Return a case with one cement enterprise E1 and its kiln U1 unless told otherwise."""
    rows = {"enterprises": [{"enterprise_id": "E1"}], "units": [{"unit_id": "U1", "enterprise_id": "E1"}], **tables}
    settings = CaseSettings(
        city=City(name="T", season="2026-2027"),
        law=LawChoice(pack="test", on=ON),
        society=Society(unit="t/a", sectors={}),
        targets={},
    )
    frames: dict[str, Any] = {name: table(name, rows.get(name, [])) for name in TABLES}
    return Case(folder=Path(), settings=settings, **frames, absent_tables=(), faults=(), inputs=())


def cells(indicator: str, by_grade: Mapping[str, object], **common: object) -> list[Row]:
    """Return the requirement rows of one indicator: grade -> threshold, two readings, choices, or None (unknown)."""
    rows = []
    for grade, value in by_grade.items():
        content: Row = {"choices": value} if isinstance(value, str) else {"threshold": value}
        if isinstance(value, tuple):
            content = dict(zip(("threshold", "may_threshold"), value, strict=True))
        status: Row = {"status": "unknown"} if value is None else {}
        names = {"indicator": indicator, "title_zh": f"指标{indicator}", "title_en": f"Indicator {indicator}"}
        rows.append({**_REQUIREMENT, **names, "grade": grade, **content, **common, **status})
    return rows


def industry(name: str = "cement", subtype: str | None = "clinker", scheme: str = "ABCD", **more: object) -> Row:
    """Return one row of the industry table."""
    return {
        "industry": name, "subtype": subtype, "name_zh": name, "name_en": name, "synonyms": [], "scheme": scheme,
        "has_table": True, "is_key_industry": True, "status": "reported", **more,
    }  # fmt: skip


def condition(name: str, asks: str, **content: object) -> Row:
    """Return one condition of the cement table: a number from which on it holds unless told otherwise."""
    return {
        "industry": "cement", "condition": name, "title_zh": f"条件{name}", "title_en": f"condition {name}",
        "asks": asks, "asks_zh": f"事实{asks}", "asks_en": f"Fact {asks}", "scope": "unit", "operator": "ge",
        "choices": [], "may_choices": [], "vocabulary": [], "clause": "c", "status": "reported", "confidence": "high",
        **content,
    }  # fmt: skip


def make_law(
    requirements: Sequence[Row] = (),
    industries: Sequence[Row] | None = None,
    processes: Sequence[tuple[str, str]] = (("cement", "kiln"), ("cement", "mill")),
    vetoes: Sequence[Row] = (),
    register_rules: Sequence[Row] = (),
    conditions: Sequence[Row] = (),
) -> Law:
    """Return a law for one day, of the given rows only."""
    process_rows = [{"industry": i, "process": p, "name_zh": p, "name_en": p, "synonyms": []} for i, p in processes]
    return Law(
        pack_id="test", title="test", on=ON.isoformat(), content_sha256="0",
        industries=frame(law_model.Industries, [industry()] if industries is None else industries),
        processes=frame(law_model.Processes, process_rows),
        requirements=frame(law_model.Requirements, requirements),
        ladder=frame(law_model.Ladder, []),
        physics=frame(law_model.Physics, []),
        vetoes=frame(law_model.Vetoes, vetoes),
        register_rules=frame(law_model.RegisterRules, register_rules),
        conditions=frame(law_model.Conditions, conditions),
    )  # fmt: skip
