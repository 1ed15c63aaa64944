"""A handmade city of six enterprises, hostile names included, with every frame the reports read."""

from datetime import date
from pathlib import Path
from typing import Any

import dataframely as dy
import polars as pl

from grading.assess.model import Grades, Graded, Indicators, IndustryGrades
from grading.case.model import Case, InputFile
from grading.case.schemas import TABLES
from grading.case.settings import CaseSettings
from grading.faults import Fault
from grading.law.model import Industries, Ladder, Law, Physics, Processes, RegisterRules, Requirements, Vetoes
from grading.scale import LEVELS
from optimizer import tables
from optimizer.result import Check, City, Outcome, Plan, Proof, SolveStatus, Stage, Verification

SCRIPT_NAME = "<script>alert('玻')</script>玻璃有限公司"
FORMULA_NAME = '=HYPERLINK("http://example.invalid","点我")'
RTL_NAME = "\u202e反向供热有限公司\u202c"
LONG_NAME = "长" * 190 + "🏭有限公司\u3000分厂"
KILN_NAME = "阳平{砖}瓦厂 & Söhne"
CEMENT_NAME = "岚州台岭水泥有限公司"
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
# unit -> per level: kind, measure_id, cut share, reason
CHOSEN: dict[str, tuple[tuple[str, str, float, str], ...]] = {
    "C-1": (("none", "none", 0.0, "no_measure_needed"), ("load_cut", "cut_20", 0.2, "legal_minimum"), ("stop", "stop", 1.0, "legal_minimum")),
    "C-2": (("stop", "stop", 1.0, "counted_by_line"), ("stop", "stop", 1.0, "nested"), ("stop", "stop", 1.0, "legal_minimum")),
    "G-1": (("none", "none", 0.0, "no_measure_needed"), ("load_cut", "cut_20", 0.2, "legal_minimum"), ("load_cut", "cut_30", 0.3, "needed_for_target")),
    "P-1": (("none", "none", 0.0, "voluntary"),) * 3,
    "H-1": (("none", "none", 0.0, "exempt_register"),) * 3,
    "B-0": (("none", "none", 0.0, "idle"),) * 3,
    "B-1": (("stop", "stop", 1.0, "override"), ("stop", "stop", 1.0, "legal_minimum"), ("stop", "stop", 1.0, "legal_minimum")),
}  # fmt: skip
SOCIETY = {"so2": 3000.0, "nox": 14000.0, "pm": 2000.0, "vocs": 900.0}
SHARES = {"yellow": 0.1, "orange": 0.2, "red": 0.3}
OTHERS = {"so2": 100.0, "nox": 600.0, "pm": 190.0, "vocs": 85.0}
WEIGHT = {"yellow": 10.0, "orange": 6.0, "red": 2.0}
POLLUTANTS = ("so2", "nox", "pm", "vocs")


def made(schema: type[dy.Schema], rows: list[dict[str, Any]]) -> pl.DataFrame:
    """Return validated rows; a column a row leaves out is null, a list left out is empty."""
    types = {name: column.dtype for name, column in schema.columns().items()}
    blank = {name: [] if isinstance(dtype, pl.List) else None for name, dtype in types.items()}
    return schema.validate(pl.DataFrame([{name: row.get(name, blank[name]) for name in types} for row in rows], schema=types))


def _traced(row: int) -> dict[str, Any]:
    return {"source_file": "enterprises.csv", "source_sheet": "", "source_row": row}


def sample_case() -> Case:
    enterprises = [
        {"enterprise_id": i, "name": name, "county": county, "industry": industry, "subtype": subtype,
         "status": "long_idle" if treatment == "long_idle" else "operating", "permit_no": f"{i}001P" if row != 5 else None,
         "annual_output_value_wan": 12_000.0 * (row + 1), "value_added_wan": 4_000.0 * (row + 1), "contact": "+86 王某",
         "phone": "13900000000", **_traced(row + 2)}
        for row, (i, name, county, industry, subtype, _grade, treatment) in enumerate(FIRMS)
    ]  # fmt: skip
    units = [
        {"unit_id": unit, "enterprise_id": FIRMS[firm][0], "name": f"{unit}号线", "process": process, "product": product,
         "status": "idle" if source == "idle" else "operating", "capacity_permit_t_per_day": baseline,
         **{f"{p}_kg_per_day": e for p, e in zip(POLLUTANTS, emissions, strict=True)}, **_traced(row + 2)}
        for row, (unit, firm, process, product, baseline, source, emissions, _loss) in enumerate(LINES)
    ]  # fmt: skip
    registers = [
        {"enterprise_id": FIRMS[3][0], "register": "protected", "basis": "民生保障名单(2026年)", "scope": "城市供热", **_traced(2)},
        {"enterprise_id": FIRMS[5][0], "register": "protected", "basis": "@SUM(1)", **_traced(3)},
    ]
    frames = {name: made(schema, []) for name, schema in TABLES.items()}
    frames |= {"enterprises": made(TABLES["enterprises"], enterprises), "units": made(TABLES["units"], units),
               "registers": made(TABLES["registers"], registers)}  # fmt: skip
    return Case(
        folder=Path("case"),
        settings=sample_settings(),
        absent_tables=("evidence", "measures", "penalties"),
        faults=(
            Fault("units.csv", "", 9, "NOx(kg/d)", "numbers are not negative", "{value} is negative", "Give a number of 0 or more.",
                  value="-3<b>", values={"value": "-3<b>"}),
        ),
        inputs=(InputFile(Path("case/enterprises.csv"), "enterprises.csv", "ab" * 32, 6), InputFile(Path("case/units.csv"), "units.csv", "cd" * 32, 7)),
        **frames,
    )  # fmt: skip


def sample_settings() -> CaseSettings:
    return CaseSettings.model_validate(
        {
            "city": {"name": "岚州市", "season": "2026-2027", "grid_note": "手工样例"},
            "law": {"pack": "cn-2020-340", "on": date(2026, 10, 8)},
            "society": {"unit": "kg/d", "sectors": {"工业": SOCIETY}},
            "targets": {level: dict.fromkeys(POLLUTANTS, share) for level, share in SHARES.items()},
            "reductions": {"mobile": {level: dict(OTHERS) for level in LEVELS}, "=dust": {"red": {"pm": 12.0}}},
        }
    )


def sample_law() -> Law:
    names = [
        ("cement", "clinker", "水泥(熟料)", "Cement (clinker)"),
        ("glass", None, "玻璃", "Glass"),
        ("packaging_printing", None, "包装印刷", "Packaging printing"),
        ("brick", None, "砖瓦窑", "Brick and tile"),
        ("other", None, "其他工业", "Other industry"),
    ]
    industries = [
        {"industry": i, "subtype": s, "name_zh": zh, "name_en": en, "synonyms": [zh], "scheme": "ABCD", "has_table": True,
         "is_key_industry": i != "other", "status": "reported"}
        for i, s, zh, en in names
    ]  # fmt: skip
    processes = [("cement", "kiln", "水泥窑", "Cement kiln"), ("glass", "furnace", "玻璃熔窑", "Glass furnace"), ("brick", "kiln", "隧道窑", "Tunnel kiln")]
    ladder = [
        {"industry": "cement", "subtype": "clinker", "grade": "B", "level": "orange", "kind": "load_cut", "share": 0.2,
         "transport": "ban_national_4_and_below", "is_general": False, "clause": CLAUSE, "status": "reported", "confidence": "high"}
    ]  # fmt: skip
    return Law(
        pack_id="cn-2020-340",
        title="重污染天气重点行业应急减排措施制定技术指南(2020年修订版)",
        on="2026-10-08",
        content_sha256="ef" * 32,
        industries=made(Industries, industries),
        processes=made(Processes, [{"industry": i, "process": p, "name_zh": zh, "name_en": en, "synonyms": [zh]} for i, p, zh, en in processes]),
        requirements=made(Requirements, []),
        ladder=made(Ladder, ladder),
        physics=made(Physics, []),
        vetoes=made(Vetoes, []),
        register_rules=made(RegisterRules, [{"register": "protected", "exempt_up_to": "red", "uses_quota": True, "clause": "省厅 2024 通知", "status": "reported"}]),
    )  # fmt: skip


def sample_graded() -> Graded:
    grades = [_grade_row(row, *firm) for row, firm in enumerate(FIRMS)]
    unit_grades = pl.DataFrame(
        [(u, FIRMS[f][0], FIRMS[f][3], FIRMS[f][4], process, FIRMS[f][5]) for u, f, process, *_ in LINES],
        schema=["unit_id", "enterprise_id", "industry", "subtype", "process", "planned_grade"],
        orient="row",
    )
    return Graded(made(Indicators, []), made(IndustryGrades, []), made(Grades, grades), unit_grades)


def _grade_row(row: int, enterprise_id: str, name: str, county: str, industry: str, _sub: str | None, grade: str, treatment: str) -> dict[str, Any]:  # fmt: skip
    is_exempt = treatment in ("grade_exempt", "register_exempt")
    is_capped = row == 5
    return {
        "enterprise_id": enterprise_id, "name": name, "county": county, "industry": industry, "industries": industry,
        "scheme": "ABCD", "is_key_industry": industry != "other", "computed_best": grade, "computed_worst": grade,
        "capped_best": grade, "capped_worst": grade, "planned_grade": grade,
        "veto_kind": "exceed_permit" if is_capped else None, "veto_decided_on": date(2026, 6, 1) if is_capped else None,
        "veto_clause": "指南 总则" if is_capped else None, "reason_code": "veto" if is_capped else "interval_worse_end" if row == 1 else "approved",
        "approved_grade": None if row in (1, 5) else grade, "approved_on": date(2026, 9, 1), "approved_by": "省生态环境厅",
        "missing_indicators": "nox_limit;transport" if row == 1 else None, "treatment": treatment,
        "exempt_up_to": "red" if is_exempt else None,
        "exemption_register": "protected" if treatment == "register_exempt" else None,
        "exemption_basis": "民生保障名单(2026年)" if treatment == "register_exempt" else None,
        "exemption_refused": "protected:grade_d" if is_capped else None, "rests_on": "unverified" if row % 2 else "reported",
    }  # fmt: skip


def sample_orders() -> pl.DataFrame:
    return made(tables.Orders, [_order(line, level) for line in sorted(LINES) for level in range(3)])


def _order(line: tuple[Any, ...], level: int) -> dict[str, Any]:
    unit, firm, process, product, baseline, source, emissions, loss = line
    enterprise_id, name, county, industry, _sub, grade, treatment = FIRMS[firm]
    kind, measure, cut, reason = CHOSEN[unit][level]
    is_pinned = reason == "override"
    law = {"C-1": ("none", "load_cut", "stop"), "C-2": ("stop_share_by_line",) * 3, "P-1": ("voluntary",) * 3}
    return {
        "unit_id": unit, "level": LEVELS[level], "enterprise_id": enterprise_id, "name": name, "unit_name": f"{unit}号线",
        "county": county, "industry": industry, "process": process, "product": product, "grade": grade, "treatment": treatment,
        "k": 0 if kind == "none" else 1, "kind": kind, "measure_id": measure, "cut_share": cut, "baseline_t_per_day": baseline,
        "baseline_source": source, "allowed_t_per_day": 0.0 if kind == "stop" else None if baseline is None else baseline * (1 - cut),
        "transport": "ban_national_4_and_below" if firm in (0, 1) else "stop_road_transport" if grade == "D" else "none",
        **{f"{p}_removed_kg_per_day": (e or 0.0) * cut for p, e in zip(POLLUTANTS, emissions, strict=True)},
        "loss_cny_per_day": loss * cut, "loss_basis": "value_added", "law_kind": law.get(unit, ("stop",) * 3)[level],
        "law_share": 0.5 if unit == "C-2" else 0.2, "law_is_general": industry == "glass", "law_clause": CLAUSE,
        "law_status": "unverified" if industry == "glass" else "reported",
        "floor_state": "idle" if reason == "idle" else "override" if is_pinned else "lifted_by_exemption" if treatment == "register_exempt" else "law",
        "reason_code": reason, "reason_pollutant": "nox" if reason == "needed_for_target" else None,
        "verification": "用电监控、DCS投料记录" if firm < 2 else None,
        "override_reason": "居民区紧邻<i>" if is_pinned else None, "override_by": "大气科 {by}" if is_pinned else None,
    }  # fmt: skip


def removed(level: str, pollutant: str) -> float:
    column = f"{pollutant}_removed_kg_per_day"
    return float(sample_orders().filter(pl.col("level") == level)[column].sum())


def sample_targets() -> pl.DataFrame:
    rows = []
    for level in LEVELS:
        shares = []
        for p in POLLUTANTS:
            planned, required = removed(level, p), SHARES[level] * SOCIETY[p]
            slack = planned + OTHERS[p] - required
            shares.append((planned + OTHERS[p]) / SOCIETY[p])
            is_joint = p in ("so2", "nox")
            is_stated = not (level == "red" and p == "vocs")
            rows.append({"level": level, "target": p, "unit": "kg/d", "required": required if is_stated else None, "other_lists": OTHERS[p],
                         "planned": planned, "slack": slack if is_stated else None, "planned_share": shares[-1], "is_binding_alone": not is_joint,
                         "marginal_price_cny_per_kg": 812.5 if p == "pm" else None,
                         "state": "not_stated" if not is_stated else "met" if slack >= 0 else "missed"})  # fmt: skip
        joint = shares[0] + shares[1]
        rows.append({"level": level, "target": "so2+nox", "unit": "1", "required": 2 * SHARES[level], "other_lists": OTHERS["so2"] / SOCIETY["so2"] + OTHERS["nox"] / SOCIETY["nox"],
                     "planned": joint - OTHERS["so2"] / SOCIETY["so2"] - OTHERS["nox"] / SOCIETY["nox"], "slack": joint - 2 * SHARES[level],
                     "planned_share": joint, "is_binding_alone": False, "state": "met" if joint >= 2 * SHARES[level] else "missed"})  # fmt: skip
    return made(tables.TargetResults, rows)


def sample_city() -> City:
    units = [
        {"unit_id": unit, "enterprise_id": FIRMS[f][0], "name": FIRMS[f][1], "unit_name": f"{unit}号线", "county": FIRMS[f][2], "industry": FIRMS[f][3],
         "subtype": FIRMS[f][4], "process": process, "product": product, "grade": FIRMS[f][5], "treatment": FIRMS[f][6], "is_idle": source == "idle",
         "baseline_t_per_day": baseline, "baseline_source": source, **{f"{p}_kg_per_day": e for p, e in zip(POLLUTANTS, emissions, strict=True)},
         "full_loss_cny_per_day": loss, "loss_basis": "none" if source == "idle" else "industry_median" if unit == "P-1" else "value_added",
         **{f"{side}_k_{level}": 0 for side in ("floor", "ceil") for level in LEVELS}}
        for unit, f, process, product, baseline, source, emissions, loss in LINES
    ]  # fmt: skip
    return City(
        units=made(tables.PlanUnits, units), menu=made(tables.Menu, []), legal=made(tables.LegalMeasures, []),
        line_counts=made(tables.LineCounts, []), targets=made(tables.Targets, []), days_per_season=dict(WEIGHT), joint_so2_nox=True,
        own_floor_share={}, protect_grades=True, mip_gap=0.001, time_limit_s=120.0,
        notes=(("emission_unknown_vocs", 1), ("loss_from_industry_median", 1), ("idle", 1), ("a_code_from_tomorrow", 2)),
    )  # fmt: skip


def sample_plan() -> Plan:
    orders = sample_orders()
    by_level = dict(orders.group_by("level").agg(pl.col("loss_cny_per_day").sum()).iter_rows())
    season = sum(WEIGHT[level] * by_level[level] for level in LEVELS)
    comparison = []
    for way, factor, misses in (("plan", 1.0, None), ("uniform", 1.6, None), ("grade_only", 1.2, "red:vocs;orange:nox"), ("greedy", 1.05, None)):
        for level, loss in [*((level, by_level[level]) for level in LEVELS), ("season", season)]:
            comparison.append({"way": way, "level": level, "loss_cny_per_day": loss * factor, "units_cut": 4, "enterprises_cut": 3, "exempt_units_cut": 0,
                               "misses": misses, "saving_cny_per_day": None if misses else loss * (factor - 1)})  # fmt: skip
    attain = [
        {"level": level, "pollutant": p, "society_kg_per_day": SOCIETY[p], "required_kg_per_day": SHARES[level] * SOCIETY[p], "other_lists_kg_per_day": OTHERS[p],
         "legal_floor_kg_per_day": removed(level, p) * 0.9, "most_removable_kg_per_day": removed(level, p) + 200, "held_by_exempt_kg_per_day": 96.0 if p == "vocs" else 3.0,
         "held_by_physics_kg_per_day": 40.0, "held_outside_list_kg_per_day": None if p == "vocs" else 500.0, "is_attainable": None if (p, level) == ("vocs", "red") else True}
        for level in LEVELS for p in POLLUTANTS
    ]  # fmt: skip
    return Plan(
        status=SolveStatus(Outcome.USABLE, Proof.GAP, 0.0007, season * 0.9993, (Stage("shortfall", "1", 0.0, 0.0), Stage("loss", "CNY/season", season * 0.9993, season)), "HiGHS 1.15.1", 3, 12),
        orders=orders,
        targets=sample_targets(),
        attainability=made(tables.Attainability, attain),
        holders=pl.DataFrame({"level": ["red"] * 3, "pollutant": ["nox", "nox", "vocs"], "holder": ["grade_exempt", "physics", "unknown_emission"],
                              "units": [1, 1, 1], "held_kg_per_day": [2.5, 448.0, None]}),
        comparison=made(tables.Comparison, comparison),
        overrides=pl.DataFrame([("B-1", "yellow", "stop", "居民区紧邻<i>", "大气科 {by}", "applied"), ("Z-9", "red", "stop", "?", "", "unknown_unit")],
                               schema=["unit_id", "level", "measure", "reason", "by", "state"], orient="row"),
        verification=Verification((Check("one_measure", 21, 0, 0.0), Check("target", 15, 0, 1e-9), Check("nested", 14, 0, 0.0))),
    )  # fmt: skip


SAMPLE_MANIFEST: dict[str, object] = {
    "lantian": "0.1.0",
    "libraries": {"polars": "2.1.0"},
    "inputs": {"enterprises.csv": {"sha256": "ab" * 32, "rows": 6}},
    "law": {"pack": "cn-2020-340", "sha256": "ef" * 32},
    "options": {"language": "zh"},
    "status": {"proof": "within_gap", "verified": True},
}
