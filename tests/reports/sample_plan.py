"""The plan of the handmade city, worked out by hand from seven lines."""

from functools import cache
from typing import Any

import polars as pl

from grading.scale import LEVELS
from optimizer import tables
from optimizer.answers import nothing_asked
from optimizer.result import Check, City, Outcome, Plan, Proof, SolveStatus, Stage, Verification
from reports.context import ReportContext, compose
from tests.reports.sample import (
    CLAUSE,
    FIRMS,
    LINES,
    OTHERS,
    POLLUTANTS,
    SHARES,
    SOCIETY,
    made,
    sample_case,
    sample_graded,
    sample_law,
)

# unit -> per level: kind, measure_id, cut share, reason
CHOSEN: dict[str, tuple[tuple[str, str, float, str], ...]] = {
    "C-1": (
        ("none", "none", 0.0, "no_measure_needed"),
        ("load_cut", "cut_20", 0.2, "legal_minimum"),
        ("stop", "stop", 1.0, "legal_minimum"),
    ),
    "C-2": (
        ("stop", "stop", 1.0, "counted_by_line"),
        ("stop", "stop", 1.0, "nested"),
        ("stop", "stop", 1.0, "legal_minimum"),
    ),
    "G-1": (
        ("none", "none", 0.0, "no_measure_needed"),
        ("load_cut", "cut_20", 0.2, "legal_minimum"),
        ("load_cut", "cut_30", 0.3, "needed_for_target"),
    ),
    "P-1": (("none", "none", 0.0, "voluntary"),) * 3,
    "H-1": (("none", "none", 0.0, "exempt_register"),) * 3,
    "B-0": (("none", "none", 0.0, "idle"),) * 3,
    "B-1": (
        ("stop", "stop", 1.0, "override"),
        ("stop", "stop", 1.0, "legal_minimum"),
        ("stop", "stop", 1.0, "legal_minimum"),
    ),
}
WEIGHT = {"yellow": 10.0, "orange": 6.0, "red": 2.0}


@cache
def sample_orders() -> pl.DataFrame:
    return made(tables.Orders, [_order(line, level) for line in sorted(LINES) for level in range(3)])


def _order(line: tuple[Any, ...], level: int) -> dict[str, Any]:
    unit, firm, process, product, baseline, source, emissions, loss = line
    enterprise_id, name, county, industry, _sub, grade, treatment = FIRMS[firm]
    kind, measure, cut, reason = CHOSEN[unit][level]
    is_pinned = reason == "override"
    law = {"C-1": ("none", "load_cut", "stop"), "C-2": ("stop_share_by_line",) * 3, "P-1": ("voluntary",) * 3}
    return {
        "unit_id": unit,
        "level": LEVELS[level],
        "enterprise_id": enterprise_id,
        "name": name,
        "unit_name": f"{unit}号线",
        "county": county,
        "industry": industry,
        "process": process,
        "product": product,
        "grade": grade,
        "treatment": treatment,
        "k": 0 if kind == "none" else 1,
        "kind": kind,
        "measure_id": measure,
        "cut_share": cut,
        "baseline_t_per_day": baseline,
        "baseline_source": source,
        "allowed_t_per_day": 0.0 if kind == "stop" else None if baseline is None else baseline * (1 - cut),
        "transport": "ban_national_4_and_below"
        if firm in (0, 1)
        else "stop_road_transport"
        if grade == "D"
        else "none",
        **{f"{p}_removed_kg_per_day": (e or 0.0) * cut for p, e in zip(POLLUTANTS, emissions, strict=True)},
        "loss_cny_per_day": loss * cut,
        "loss_basis": "value_added",
        "law_kind": law.get(unit, ("stop",) * 3)[level],
        "law_share": 0.5 if unit == "C-2" else 0.2,
        "law_is_general": industry == "glass",
        "law_clause": CLAUSE,
        "law_status": "unverified" if industry == "glass" else "reported",
        "floor_state": "idle"
        if reason == "idle"
        else "override"
        if is_pinned
        else "lifted_by_exemption"
        if treatment == "register_exempt"
        else "law",
        "reason_code": reason,
        "reason_pollutant": "nox" if reason == "needed_for_target" else None,
        "verification": "用电监控、DCS投料记录" if firm < 2 else None,
        "override_reason": "居民区紧邻<i>" if is_pinned else None,
        "override_by": "大气科 {by}" if is_pinned else None,
    }


def removed(level: str, pollutant: str) -> float:
    column = f"{pollutant}_removed_kg_per_day"
    return float(sample_orders().filter(pl.col("level") == level)[column].sum())


def sample_targets() -> pl.DataFrame:
    rows = []
    for level in LEVELS:
        shares = []
        for p in POLLUTANTS:
            planned, required = removed(level, p) + OTHERS[p], SHARES[level] * SOCIETY[p]
            slack = planned - required
            shares.append(planned / SOCIETY[p])
            is_joint = p in ("so2", "nox")
            is_stated = not (level == "red" and p == "vocs")
            rows.append(
                {
                    "level": level,
                    "target": p,
                    "unit": "kg/d",
                    "required": required if is_stated else None,
                    "other_lists": OTHERS[p],
                    "planned": planned,
                    "slack": slack if is_stated else None,
                    "planned_share": shares[-1],
                    "is_binding_alone": not is_joint,
                    "marginal_price_cny_per_kg": 812.5 if p == "pm" else None,
                    "state": "not_stated" if not is_stated else "met" if slack >= 0 else "missed",
                }
            )
        joint = shares[0] + shares[1]
        rows.append(
            {
                "level": level,
                "target": "so2+nox",
                "unit": "1",
                "required": 2 * SHARES[level],
                "other_lists": OTHERS["so2"] / SOCIETY["so2"] + OTHERS["nox"] / SOCIETY["nox"],
                "planned": joint,
                "slack": joint - 2 * SHARES[level],
                "planned_share": joint,
                "is_binding_alone": True,
                "state": "met" if joint >= 2 * SHARES[level] else "missed",
            }
        )
    return made(tables.TargetResults, rows)


def sample_city() -> City:
    units = [
        {
            "unit_id": unit,
            "enterprise_id": FIRMS[f][0],
            "name": FIRMS[f][1],
            "unit_name": f"{unit}号线",
            "county": FIRMS[f][2],
            "industry": FIRMS[f][3],
            "subtype": FIRMS[f][4],
            "process": process,
            "product": product,
            "grade": FIRMS[f][5],
            "treatment": FIRMS[f][6],
            "is_idle": source == "idle",
            "baseline_t_per_day": baseline,
            "baseline_source": source,
            **{f"{p}_kg_per_day": e for p, e in zip(POLLUTANTS, emissions, strict=True)},
            **{f"{p}_method": "unknown" if e is None else "bureau" for p, e in zip(POLLUTANTS, emissions, strict=True)},
            "full_loss_cny_per_day": loss,
            "loss_basis": "none" if source == "idle" else "industry_median" if unit == "P-1" else "value_added",
            **{f"{side}_k_{level}": 0 for side in ("floor", "ceil") for level in LEVELS},
        }
        for unit, f, process, product, baseline, source, emissions, loss in LINES
    ]
    return City(
        units=made(tables.PlanUnits, units),
        menu=made(tables.Menu, []),
        legal=made(tables.LegalMeasures, []),
        line_counts=made(tables.LineCounts, []),
        targets=made(tables.Targets, []),
        days_per_season=dict(WEIGHT),
        joint_so2_nox=True,
        own_floor_share={},
        protect_grades=True,
        mip_gap=0.001,
        time_limit_s=120.0,
        notes=(
            ("emission_unknown_vocs", 1),
            ("loss_from_industry_median", 1),
            ("idle", 1),
            ("a_code_from_tomorrow", 2),
        ),
    )


def _comparison(by_level: dict[str, float], season: float) -> list[dict[str, Any]]:
    comparison = []
    for way, factor, misses in (
        ("plan", 1.0, None),
        ("uniform", 1.6, None),
        ("grade_only", 1.2, "orange nox, red vocs"),
        ("greedy", 1.05, None),
    ):
        for level, loss in [*((level, by_level[level]) for level in LEVELS), ("season", season)]:
            comparison.append(
                {
                    "way": way,
                    "level": level,
                    "unit": "CNY/season" if level == "season" else "CNY/d",
                    "loss_cny_per_day": loss * factor,
                    "units_cut": 4,
                    "enterprises_cut": 3,
                    "exempt_units_cut": 0,
                    "misses": misses,
                    "saving_cny_per_day": None if misses else loss * (factor - 1),
                }
            )
    return comparison


def _attainability() -> list[dict[str, Any]]:
    return [
        {
            "level": level,
            "pollutant": p,
            "society_kg_per_day": SOCIETY[p],
            "required_kg_per_day": SHARES[level] * SOCIETY[p],
            "other_lists_kg_per_day": OTHERS[p],
            "legal_floor_kg_per_day": removed(level, p) * 0.9,
            "most_removable_kg_per_day": removed(level, p) + OTHERS[p] + 200,
            "held_by_exempt_kg_per_day": 96.0 if p == "vocs" else 3.0,
            "held_by_physics_kg_per_day": 40.0,
            "held_outside_list_kg_per_day": None if p == "vocs" else 500.0,
            "is_attainable": None if (p, level) == ("vocs", "red") else True,
        }
        for level in LEVELS
        for p in POLLUTANTS
    ]


def sample_plan() -> Plan:
    orders = sample_orders()
    by_level = dict(orders.group_by("level").agg(pl.col("loss_cny_per_day").sum()).iter_rows())
    season = sum(WEIGHT[level] * by_level[level] for level in LEVELS)
    return Plan(
        status=SolveStatus(
            Outcome.USABLE,
            Proof.GAP,
            0.0007,
            season * 0.9993,
            (Stage("shortfall", "1", 0.0, 0.0), Stage("loss", "CNY/season", season * 0.9993, season)),
            "HiGHS 1.15.1",
            3,
            12,
        ),
        orders=orders,
        targets=sample_targets(),
        attainability=made(tables.Attainability, _attainability()),
        holders=pl.DataFrame(
            {
                "level": ["red"] * 3,
                "pollutant": ["nox", "nox", "vocs"],
                "holder": ["grade_exempt", "physics", "unknown_emission"],
                "units": [1, 1, 1],
                "held_kg_per_day": [2.5, 448.0, None],
            }
        ),
        comparison=made(tables.Comparison, _comparison(by_level, season)),
        overrides=pl.DataFrame(
            [
                ("B-1", "yellow", "stop", "居民区紧邻<i>", "大气科 {by}", "applied"),
                ("Z-9", "red", "stop", "?", "", "unknown_unit"),
            ],
            schema=["unit_id", "level", "measure", "reason", "by", "state"],
            orient="row",
        ),
        verification=Verification(
            (Check("one_measure", 21, 0, 0.0), Check("target", 15, 0, 1e-9), Check("nested", 14, 0, 0.0))
        ),
    )


SAMPLE_MANIFEST: dict[str, object] = {
    "lantian": "0.1.0",
    "libraries": {"polars": "2.1.0"},
    "inputs": {"enterprises.csv": {"sha256": "ab" * 32, "rows": 6}},
    "law": {"pack": "cn-2020-340", "sha256": "ef" * 32},
    "options": {"language": "zh"},
    "status": {"proof": "within_gap", "verified": True},
}


def sample_context() -> ReportContext:
    return compose(
        sample_case(), sample_law(), sample_graded(), sample_city(), sample_plan(), nothing_asked(), SAMPLE_MANIFEST
    )
