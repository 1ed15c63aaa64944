"""Handmade answers to every question, hostile names included, so that no state stays unworded."""

import dataclasses
from functools import cache
from typing import Any

import dataframely as dy
import polars as pl

from optimizer.answers import Answers, nothing_asked
from optimizer.answers import tables as shapes
from optimizer.answers.answer import Reason, answered
from reports.context import ReportContext
from tests.reports.sample import FIRMS, FORMULA_NAME, SCRIPT_NAME, made

PRICES = [
    ("yellow", "pm", "pm", 20.0, 0.0, "not_moved", 0.0, "not_moved", 0.0, 0.0),
    ("orange", "so2+nox", "nox", 140.0, 12.5, "confirmed", 31.3, "confirmed", 4_375_000.0, 20.0),
    ("orange", "so2+nox", "so2", 30.0, None, "not_proven", None, "needs_spared_grade", None, 20.0),
    ("red", "pm", "pm", 20.0, None, "missed", None, "unreachable", None, None),
]
CURVE = [
    ("red", "nox", 0.28, False, 8.0e8, "met", None, None, None, None, "not_asked", None),
    ("red", "nox", 0.3, True, 8.7e8, "met", 8.8e8, 8.69e8, 2145, "", "met", "within_gap"),
    ("red", "nox", 0.31, False, 9.9e8, "met", 9.95e8, 9.8e8, 2300, "", "met", "within_gap"),
    ("red", "nox", 0.33, False, None, "unreachable", None, None, None, "red nox", "no_plan", "infeasible"),
    ("red", "nox", 0.32, False, None, "needs_spared_grade", None, None, None, None, "not_asked", None),
]


def _rows(schema: type[dy.Schema], rows: list[tuple[Any, ...]]) -> pl.DataFrame:
    names = schema.column_names()
    return made(schema, [dict(zip(names, row, strict=False)) for row in rows])


@cache
def answers() -> Answers:
    """Return every question answered, but for the orders of other plans."""
    frames = {
        "marginal_prices": _rows(shapes.MarginalPrices, PRICES),
        "cost_curve": _rows(shapes.CostCurve, CURVE),
        "exemption_prices": _exemptions(),
        "override_prices": _pins(),
        "upgrade_values": _upgrades(),
        "alternatives": _alternatives(),
        "swaps": _rows(
            shapes.Swaps,
            [(1, "eased", FIRMS[1][0], "S-1", "red", "stop", "stop", 1.0, None, "cut_30", "load_cut", 0.3, None, -12.5),
             (1, "hardened", "nobody", "<i>", "orange", "none", "none", 0.0, None, "own", "bureau", 0.4, FORMULA_NAME,
              -12.5)],
        ),
        "target_odds": _rows(
            shapes.TargetOdds,
            [("published", "red", "pm", True, 1000, 873, 0.873, 0.851, 0.892, 0.031),
             ("hardest", "red", "pm", True, 1000, 990, 0.99, 0.98, 0.995, None),
             ("safe", "all", "all", False, 1000, 1000, 1.0, 0.996, 1.0, 0.0)],
        ),
        "safe_plan": _rows(
            shapes.SafePlan,
            [("red", "pm", "kg/d", 600.0, 0.04, 624.0, 0.95, 0.951, 9.1e8, 8.8e8, 3.0e7, True, True, "held"),
             ("red", "so2+nox", "1", 0.6, None, None, 0.95, 0.4, None, 8.8e8, None, False, True, "not_reached")],
        ),
        "conflicts": _conflicts(),
        "relaxations": _relaxations(),
        "relaxation_steps": _rows(
            shapes.RelaxationSteps,
            [(1, "red", "pm", 0.3, 0.27, "1"), (2, "red", "pm", 190.0, 260.0, "kg/d")],
        ),
    }  # fmt: skip
    told = {name: answered(frame, Reason.OPTION) for name, frame in frames.items()}
    return dataclasses.replace(nothing_asked(), **told)


def answered_context(context: ReportContext) -> ReportContext:
    return dataclasses.replace(context, answers=answers())


def _exemptions() -> pl.DataFrame:
    lines = [
        ("P-1", 2, "A", "grade_exempt", 900_000.0, 410_000.0, 462_000.0, 52_000.0, "confirmed"),
        ("H-1", 3, "C", "register_exempt", 30_000.0, None, None, None, "at_most"),
        ("H-2", 3, "C", "register_exempt", 0.0, None, None, None, "free"),
        ("H-3", 4, "D", "register_quota", None, None, None, None, "not_proven"),
    ]
    return _rows(
        shapes.ExemptionPrices,
        [(unit, FIRMS[f][0], FIRMS[f][1], FIRMS[f][3], *rest) for unit, f, *rest in lines],
    )


def _pins() -> pl.DataFrame:
    states = ("confirmed", "within_gap", "no_plan", "targets_change", "not_proven", "in_shares")
    rows = [
        (f"B-{n}", FIRMS[5][0], FORMULA_NAME, "居民区紧邻<i>", "大气科 {by}", 8.8e8, None if n > 1 else 8.79e8,
         None if n > 1 else 1e6 - 2e6 * n, None if n > 1 else -2e6, None if n > 1 else 2e6,
         None if n > 1 else -5e5, None if n > 1 else 1.5e6 - 2e6 * n, "",
         "red pm", state)
        for n, state in enumerate(states)
    ]  # fmt: skip
    return _rows(shapes.OverridePrices, rows)


def _upgrades() -> pl.DataFrame:
    states = ("confirmed", "estimate", "targets_change", "no_plan", "not_proven")
    rows = [
        (f"E-{n}", SCRIPT_NAME, "glass", "C", "B", 2, 3e6, 1e6, -4e5, 1.2e6 if n == 0 else None,
         -5e5 if n == 0 else None, -6e5, -4e5, "", "red pm" if n == 2 else "", state)
        for n, state in enumerate(states)
    ]  # fmt: skip
    return _rows(shapes.UpgradeValues, rows)


def _alternatives() -> pl.DataFrame:
    units = {"fewest_enterprises": "enterprises", "fewest_workers": "workers", "most_b_uncut": "enterprises",
             "least_county_imbalance": "share_of_value"}  # fmt: skip
    states = ("proven", "within_gap", "not_proven", "within_gap")
    rows = [
        (goal, 0.01 * (n + 1), unit, *((0.034, 0.03) if unit == "share_of_value" else (40.0, 31.0)),
         None if n == 2 else 0.02, states[n], 8.88e8, 8.89e8, 900, 31, 4_200, 2, 17, "<b>县</b>", 0.03, 0.94, 0.97,
         1.0, 2.0, 3.0, 4.0)
        for n, (goal, unit) in enumerate(units.items())
    ]  # fmt: skip
    return _rows(shapes.Alternatives, rows)


def _conflicts() -> pl.DataFrame:
    names = shapes.Conflicts.column_names()
    rows = [
        {"level": "red", "target": "pm", "requirement": "physics", "industry": "", "units": 4, "freed": 52.0,
         "missing": 70.0, "unit": "kg/d", "is_in_conflict": True, "makes_it_possible": False},
        {"level": "red", "target": "so2+nox", "requirement": "target", "industry": "", "units": 0, "freed": 0.04,
         "missing": 0.04, "unit": "1", "is_in_conflict": True, "makes_it_possible": True},
    ]  # fmt: skip
    later = {"resolved": "impossible", "resolved_all_kept": "impossible"}
    return made(shapes.Conflicts, [row | {k: v for k, v in later.items() if k in names} for row in rows])


def _relaxations() -> pl.DataFrame:
    return _rows(
        shapes.Relaxations,
        [(1, "lower_target", "", 0, 8.8e8, 8.8e8, 0.0, "red pm", "", "within_gap", "confirmed"),
         (2, "other_lists", "", 0, 8.8e8, 8.9e8, 1.0e7, "red pm", "red pm", "within_gap", "still_missed"),
         (3, "lift", "grade_exempt, physics", 12, 8.8e8, None, None, "red pm", "", "infeasible", "no_plan")],
    )  # fmt: skip
