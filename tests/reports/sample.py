"""A handmade city of six enterprises, hostile names included: case, law and grades."""

from datetime import date
from pathlib import Path
from typing import Any

import dataframely as dy
import polars as pl

from grading.assess.model import Graded, Grades, IndustryGrades
from grading.case.boundaries import SCHEMA as BOUNDARIES
from grading.case.model import Case, InputFile
from grading.case.previous import PreviousGrades
from grading.case.schemas import TABLES
from grading.case.settings import CaseSettings
from grading.faults import Fault
from grading.law.model import Industries, Ladder, Law, Physics, Processes, RegisterRules, Requirements, Vetoes
from grading.scale import LEVELS

SCRIPT_NAME = "<script>alert('玻')</script>玻璃有限公司"
FORMULA_NAME = '=HYPERLINK("http://example.invalid","点我")'
RTL_NAME = "\u202e反向供热有限公司\u202c"
LONG_NAME = "长" * 190 + "🏭有限公司\u3000分厂"
KILN_NAME = "阳平{砖}瓦厂 & Söhne"
GONE_NAME = "<b>旧厂</b>"
CEMENT_NAME = "岚州台岭水泥有限公司"
SOCIETY = {"so2": 3000.0, "nox": 14000.0, "pm": 2000.0, "vocs": 900.0}
SHARES = {"yellow": 0.1, "orange": 0.2, "red": 0.3}
OTHERS = {"so2": 100.0, "nox": 600.0, "pm": 190.0, "vocs": 85.0}
POLLUTANTS = ("so2", "nox", "pm", "vocs")
HOSTILE_NAMES = (SCRIPT_NAME, FORMULA_NAME, RTL_NAME, LONG_NAME, KILN_NAME)
CLAUSE = "环办大气函〔2020〕340号 水泥熟料"

FIRMS = [
    ("91150400000000001A", CEMENT_NAME, "澜岗区", "cement", "clinker", "B", "none"),
    ("91150400000000002B", SCRIPT_NAME, "澜岗区", "glass", None, "C", "none"),
    ("91150400000000003C", FORMULA_NAME, "平嶂县", "packaging_printing", None, "A", "grade_exempt"),
    ("91150400000000004D", RTL_NAME, "平嶂县", "other", None, "C", "register_exempt"),
    ("91150400000000005E", LONG_NAME, "阳平县", "brick", None, "D", "long_idle"),
    ("91150400000000006F", KILN_NAME, "阳平县", "brick", None, "D", "none"),
]
# unit, firm, process, product, baseline, source, emissions so2 nox pm vocs, full loss
LINES: list[tuple[str, int, str, str | None, float | None, str, tuple[float | None, ...], float]] = [
    ("C-1", 0, "kiln", "熟料", 4300.0, "last_year", (150.0, 1200.0, 210.0, 0.0), 320_000.0),
    ("C-2", 0, "kiln", "熟料", 5000.0, "permit", (170.0, 1400.0, 240.0, 0.0), 360_000.0),
    ("G-1", 1, "furnace", "平板玻璃", 600.0, "eia", (220.0, 640.0, 60.0, None), 410_000.0),
    ("P-1", 2, "printing", None, None, "unknown", (0.0, 2.5, 0.4, 96.0), 52_000.0),
    ("H-1", 3, "boiler", "蒸汽", 900.0, "permit", (90.0, 310.0, 22.0, 0.0), 0.0),
    ("B-0", 4, "kiln", "烧结砖", 0.0, "idle", (0.0, 0.0, 0.0, 0.0), 0.0),
    ("B-1", 5, "kiln", "烧结砖", 180.0, "last_year", (140.0, 130.0, 48.0, 0.0), 21_000.0),
]


def made(schema: type[dy.Schema], rows: list[dict[str, Any]]) -> pl.DataFrame:
    """Return validated rows; a column a row leaves out is null, a list left out is empty."""
    types = {name: column.dtype for name, column in schema.columns().items()}
    blank: dict[str, Any] = {name: [] if isinstance(dtype, pl.List) else None for name, dtype in types.items()}
    return schema.validate(
        pl.DataFrame([{name: row.get(name, blank[name]) for name in types} for row in rows], schema=types)
    )


def _traced(row: int) -> dict[str, Any]:
    return {"source_file": "enterprises.csv", "source_sheet": "", "source_row": row}


def _enterprises() -> list[dict[str, Any]]:
    return [
        {
            "enterprise_id": i,
            "name": name,
            "county": county,
            "industry": industry,
            "subtype": subtype,
            "status": "long_idle" if treatment == "long_idle" else "operating",
            "permit_no": f"{i}001P" if row != 5 else None,
            "lon": None if row == 4 else 113.0 + 0.1 * row,
            "lat": None if row == 4 else 40.0 + 0.05 * row,
            "annual_output_value_wan": 12_000.0 * (row + 1),
            "value_added_wan": 4_000.0 * (row + 1),
            "contact": "+86 王某",
            "phone": "13900000000",
            **_traced(row + 2),
        }
        for row, (i, name, county, industry, subtype, _grade, treatment) in enumerate(FIRMS)
    ]


def _units() -> list[dict[str, Any]]:
    return [
        {
            "unit_id": unit,
            "enterprise_id": FIRMS[firm][0],
            "name": f"{unit}号线",
            "process": process,
            "product": product,
            "status": "idle" if source == "idle" else "operating",
            "capacity_permit_t_per_day": baseline,
            **{f"{p}_kg_per_day": e for p, e in zip(POLLUTANTS, emissions, strict=True)},
            **_traced(row + 2),
        }
        for row, (unit, firm, process, product, baseline, source, emissions, _loss) in enumerate(LINES)
    ]


def sample_case() -> Case:
    registers = [
        {
            "enterprise_id": FIRMS[3][0],
            "register": "protected",
            "basis": "民生保障名单(2026年)",
            "scope": "城市供热",
            **_traced(2),
        },
        {"enterprise_id": FIRMS[5][0], "register": "protected", "basis": "@SUM(1)", **_traced(3)},
    ]
    return Case(
        folder=Path("case"),
        settings=sample_settings(),
        absent_tables=("evidence", "measures", "penalties"),
        faults=(
            Fault(
                "units.csv",
                "",
                9,
                "NOx(kg/d)",
                "numbers are not negative",
                "{value} is negative",
                "Give a number of 0 or more.",
                value="-3<b>",
                values={"value": "-3<b>"},
            ),
        ),
        inputs=(
            InputFile(Path("case/enterprises.csv"), "enterprises.csv", "ab" * 32, 6),
            InputFile(Path("case/units.csv"), "units.csv", "cd" * 32, 7),
        ),
        enterprises=made(TABLES["enterprises"], _enterprises()),
        units=made(TABLES["units"], _units()),
        registers=made(TABLES["registers"], registers),
        evidence=made(TABLES["evidence"], []),
        penalties=made(TABLES["penalties"], []),
        overrides=made(TABLES["overrides"], []),
        measures=made(TABLES["measures"], []),
        previous=made(PreviousGrades, _previous()),
        boundaries=pl.DataFrame(
            [(0, 112.9, 39.9), (0, 113.9, 39.9), (0, 113.4, 40.5)], schema=BOUNDARIES, orient="row"
        ),
    )


def _previous() -> list[dict[str, Any]]:
    """Return last season's list: one rose, one fell, one lost its exemption, one is gone, two are new."""
    return [
        {"enterprise_id": FIRMS[0][0], "planned_grade": "C", "name": CEMENT_NAME, "treatment": "none"},
        {"enterprise_id": FIRMS[1][0], "planned_grade": "B", "name": SCRIPT_NAME, "treatment": "none"},
        {"enterprise_id": FIRMS[2][0], "planned_grade": "A", "name": FORMULA_NAME},
        {"enterprise_id": FIRMS[5][0], "planned_grade": "D", "name": KILN_NAME, "treatment": "register_exempt"},
        {"enterprise_id": "91150400000000099Z", "planned_grade": "C", "name": GONE_NAME, "county": "=1+1"},
    ]


def sample_settings() -> CaseSettings:
    return CaseSettings.model_validate(
        {
            "city": {"name": "岚州市", "season": "2026-2027", "grid_note": "手工样例"},
            "law": {"pack": "cn-2020-340", "on": date(2026, 10, 8)},
            "previous": {"season": "2025-2026", "grades": "last/grades.csv"},
            "map": {"boundaries": "counties.geojson"},
            "society": {"unit": "kg/d", "sectors": {"工业": SOCIETY}},
            "targets": {level: dict.fromkeys(POLLUTANTS, share) for level, share in SHARES.items()},
            "reductions": {"mobile": {level: dict(OTHERS) for level in LEVELS}, "=dust": {"red": {"pm": 12.0}}},
        }
    )


def _industries() -> list[dict[str, Any]]:
    names = [
        ("cement", "clinker", "水泥(熟料)", "Cement (clinker)"),
        ("glass", None, "玻璃", "Glass"),
        ("packaging_printing", None, "包装印刷", "Packaging printing"),
        ("brick", None, "砖瓦窑", "Brick and tile"),
        ("other", None, "其他工业", "Other industry"),
    ]
    return [
        {
            "industry": i,
            "subtype": s,
            "name_zh": zh,
            "name_en": en,
            "industry_zh": zh.split("(")[0],
            "industry_en": en.split(" (")[0],
            "synonyms": [zh],
            "scheme": "ABCD",
            "has_table": True,
            "is_key_industry": i != "other",
            "status": "reported",
        }
        for i, s, zh, en in names
    ]


def sample_law() -> Law:
    processes = [
        ("cement", "kiln", "水泥窑", "Cement kiln"),
        ("glass", "furnace", "玻璃熔窑", "Glass furnace"),
        ("brick", "kiln", "隧道窑", "Tunnel kiln"),
    ]
    ladder = [
        {
            "industry": "cement",
            "subtype": "clinker",
            "grade": "B",
            "level": "orange",
            "kind": "load_cut",
            "share": 0.2,
            "transport": "ban_national_4_and_below",
            "is_general": False,
            "clause": CLAUSE,
            "status": "reported",
            "confidence": "high",
        }
    ]
    return Law(
        pack_id="cn-2020-340",
        title="重污染天气重点行业应急减排措施制定技术指南(2020年修订版)",
        on="2026-10-08",
        content_sha256="ef" * 32,
        industries=made(Industries, _industries()),
        processes=made(
            Processes,
            [
                {"industry": i, "process": p, "name_zh": zh, "name_en": en, "synonyms": [zh]}
                for i, p, zh, en in processes
            ],
        ),
        requirements=made(Requirements, []),
        ladder=made(Ladder, ladder),
        physics=made(Physics, []),
        vetoes=made(Vetoes, []),
        register_rules=made(
            RegisterRules,
            [
                {
                    "register": "protected",
                    "exempt_up_to": "red",
                    "uses_quota": True,
                    "clause": "省厅 2024 通知",
                    "status": "reported",
                }
            ],
        ),
    )


def sample_graded() -> Graded:
    grades = [_grade_row(row, firm) for row, firm in enumerate(FIRMS)]
    unit_grades = pl.DataFrame(
        [(u, FIRMS[f][0], FIRMS[f][3], FIRMS[f][4], process, FIRMS[f][5]) for u, f, process, *_ in LINES],
        schema=["unit_id", "enterprise_id", "industry", "subtype", "process", "planned_grade"],
        orient="row",
    )
    return Graded(made(IndustryGrades, []), made(Grades, grades), unit_grades)


def _grade_row(row: int, firm: tuple[Any, ...]) -> dict[str, Any]:
    enterprise_id, name, county, industry, _sub, grade, treatment = firm
    is_exempt = treatment in ("grade_exempt", "register_exempt")
    is_capped = row == 5
    return {
        "enterprise_id": enterprise_id,
        "name": name,
        "county": county,
        "industry": industry,
        "industries": industry,
        "scheme": "ABCD",
        "is_key_industry": industry != "other",
        "computed_best": grade,
        "computed_worst": grade,
        "capped_best": grade,
        "capped_worst": grade,
        "planned_grade": grade,
        "veto_kind": "exceed_permit" if is_capped else None,
        "veto_decided_on": date(2026, 6, 1) if is_capped else None,
        "veto_clause": "指南 总则" if is_capped else None,
        "reason_code": "veto" if is_capped else "interval_worse_end" if row == 1 else "approved",
        "approved_grade": None if row in (1, 5) else grade,
        "approved_on": date(2026, 9, 1),
        "approved_by": "省生态环境厅",
        "missing_indicators": "nox_limit;transport" if row == 1 else None,
        "treatment": treatment,
        "exempt_up_to": "red" if is_exempt else None,
        "exemption_register": "protected" if treatment == "register_exempt" else None,
        "exemption_basis": "民生保障名单(2026年)" if treatment == "register_exempt" else None,
        "exemption_refused": "protected:grade_d" if is_capped else None,
        "rests_on": "unverified" if row % 2 else "reported",
    }
