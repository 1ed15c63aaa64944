"""Handmade cases, laws and grades, small enough to check by hand. Only what a test states differs from the defaults."""

from collections.abc import Mapping, Sequence
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import dataframely as dy
import polars as pl

from grading.assess.model import Graded, Grades, IndustryGrades
from grading.case.model import Case
from grading.case.schemas import TABLES
from grading.case.settings import CaseSettings
from grading.checked import checked
from grading.law.model import (
    Industries,
    Ladder,
    Law,
    Physics,
    Processes,
    RegisterRules,
    Requirements,
    Vetoes,
)
from grading.scale import GRADE_DTYPE
from optimizer.city import build_city
from optimizer.result import City

Row = Mapping[str, Any]
SOURCE = {"source_file": "small", "source_sheet": ""}

ENTERPRISE: Row = {
    "enterprise_id": "E1",
    "name": "Firm",
    "county": "North",
    "industry": "cement",
    "status": "operating",
    "value_added_wan": 330.0,
}
UNIT: Row = {
    "unit_id": "U1",
    "enterprise_id": "E1",
    "process": "kiln",
    "status": "operating",
    "so2_kg_per_day": 100.0,
    "nox_kg_per_day": 200.0,
    "pm_kg_per_day": 50.0,
    "vocs_kg_per_day": 0.0,
    "can_stop": True,
    "min_load": 0.5,
}
RUNG: Row = {
    "kind": "none",
    "transport": "none",
    "is_general": False,
    "clause": "test clause",
    "status": "reported",
    "confidence": "",
}
PHYSICS: Row = {"clause": "test clause", "status": "unverified", "confidence": "estimate"}
GRADED: Row = {
    "enterprise_id": "E1",
    "name": "Firm",
    "county": "North",
    "industry": "cement",
    "industries": "cement",
    "scheme": "ABCD",
    "is_key_industry": True,
    "computed_best": "C",
    "computed_worst": "C",
    "capped_best": "C",
    "capped_worst": "C",
    "planned_grade": "C",
    "reason_code": "evidence",
    "treatment": "none",
    "rests_on": "reported",
}
SETTINGS: Row = {
    "city": {"name": "Small", "season": "2026-2027"},
    "law": {"pack": "test", "on": date(2026, 10, 1)},
    "society": {"unit": "kg/d", "sectors": {"all": {"so2": 1000.0, "nox": 2000.0, "pm": 500.0, "vocs": 100.0}}},
    "targets": {
        level: dict.fromkeys(("so2", "nox", "pm", "vocs"), share)
        for level, share in (("yellow", 0.1), ("orange", 0.2), ("red", 0.3))
    },
}


@cache
def empty(schema: type[dy.Schema]) -> pl.DataFrame:
    return schema.create_empty()


def table(schema: type[dy.Schema], rows: Sequence[Row], defaults: Row | None = None) -> pl.DataFrame:
    """Return rows as a validated table; columns that nobody states are null."""
    if not rows:
        return empty(schema)
    columns = empty(schema).schema
    full = [{name: {**(defaults or {}), **row}.get(name) for name in columns} for row in rows]
    frame = pl.DataFrame(full, schema={name: pl.String if isinstance(t, pl.Enum) else t for name, t in columns.items()})
    return checked(schema, frame)


def _traced(name: str, rows: Sequence[Row], defaults: Row) -> pl.DataFrame:
    numbered = [{**SOURCE, "source_row": i + 2, **defaults, **row} for i, row in enumerate(rows)]
    return table(TABLES[name], numbered)


def small_case(
    units: Sequence[Row] = ({},),
    enterprises: Sequence[Row] = ({},),
    overrides: Sequence[Row] = (),
    measures: Sequence[Row] = (),
    settings: Row | None = None,
) -> Case:
    """Return a case of the given units; what a row leaves out comes from `UNIT` and `ENTERPRISE`."""
    tables = {name: _traced(name, [], {}) for name in TABLES}
    tables["enterprises"] = _traced("enterprises", enterprises, ENTERPRISE)
    tables["units"] = _traced("units", units, UNIT)
    tables["overrides"] = _traced("overrides", overrides, {"level": "all", "reason": "because", "by": "Li"})
    tables["measures"] = _traced("measures", measures, {"name": "measure"})
    return Case(
        folder=Path("small"),
        settings=CaseSettings.model_validate({**SETTINGS, **(settings or {})}),
        enterprises=tables["enterprises"],
        units=tables["units"],
        evidence=tables["evidence"],
        penalties=tables["penalties"],
        registers=tables["registers"],
        overrides=tables["overrides"],
        measures=tables["measures"],
        absent_tables=(),
        faults=(),
        inputs=(),
    )


def small_law(ladder: Sequence[Row] = (), physics: Sequence[Row] = ()) -> Law:
    """Return a law with only a ladder and physics; see `rungs` for a ladder in one line."""
    return Law(
        pack_id="test",
        title="Test pack",
        on="2026-10-01",
        content_sha256="0" * 64,
        industries=empty(Industries),
        processes=empty(Processes),
        requirements=empty(Requirements),
        ladder=table(Ladder, ladder, RUNG),
        physics=table(Physics, physics, PHYSICS),
        vetoes=empty(Vetoes),
        register_rules=empty(RegisterRules),
    )


def rungs(grade: str, yellow: str, orange: str, red: str, **keys: object) -> list[Row]:
    """Return three ladder rows from words such as "none", "load_cut 0.2", "stop", "coking_time_h 36"."""
    rows: list[Row] = []
    for level, words in (("yellow", yellow), ("orange", orange), ("red", red)):
        kind, _, number = words.partition(" ")
        value = float(number) if number else None
        amount = {"hours" if kind == "coking_time_h" else "share": value}
        rows.append({"grade": grade, "level": level, "kind": kind, **amount, **keys})
    return rows


def small_graded(case: Case, grades: Sequence[Row] = ()) -> Graded:
    """Return grades for every enterprise of the case; `grades` states what differs, by `enterprise_id`."""
    stated = {row.get("enterprise_id", "E1"): row for row in grades}
    rows = [
        {
            **GRADED,
            **{key: firm[key] for key in ("enterprise_id", "name", "county", "industry")},
            **stated.get(firm["enterprise_id"], {}),
        }
        for firm in case.enterprises.to_dicts()
    ]
    table_of_grades = table(Grades, rows)
    firms = {firm["enterprise_id"]: firm for firm in case.enterprises.to_dicts()}
    planned = {row["enterprise_id"]: row["planned_grade"] for row in rows}
    unit_grades = pl.DataFrame(
        [
            (
                unit["unit_id"],
                unit["enterprise_id"],
                unit["industry"] or firms[unit["enterprise_id"]]["industry"],
                unit["subtype"] or firms[unit["enterprise_id"]]["subtype"],
                unit["process"],
                planned[unit["enterprise_id"]],
            )
            for unit in case.units.to_dicts()
        ],
        schema={
            "unit_id": pl.String,
            "enterprise_id": pl.String,
            "industry": pl.String,
            "subtype": pl.String,
            "process": pl.String,
            "planned_grade": GRADE_DTYPE,
        },
        orient="row",
    )
    return Graded(
        industry_grades=empty(IndustryGrades),
        grades=table_of_grades,
        unit_grades=unit_grades,
    )


def small_city(
    *,
    units: Sequence[Row] = ({},),
    enterprises: Sequence[Row] = ({},),
    grades: Sequence[Row] = (),
    ladder: Sequence[Row] = (),
    physics: Sequence[Row] = (),
    overrides: Sequence[Row] = (),
    measures: Sequence[Row] = (),
    settings: Row | None = None,
) -> City:
    """Return the planning problem of a handmade city in one call."""
    case = small_case(units, enterprises, overrides, measures, settings)
    return build_city(case, small_graded(case, grades), small_law(ladder, physics))
