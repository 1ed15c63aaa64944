"""The answers of the first page: does each level hold, by how much, and what a reader must know before signing."""

from dataclasses import dataclass

import polars as pl

from grading.assess.model import Graded
from grading.case.model import Case
from grading.scale import LEVELS, POLLUTANTS
from optimizer.city.pins import IN_FORCE
from optimizer.result import City, Plan
from reports.tally import cuts_by_level

JOINT = "so2+nox"


@dataclass(frozen=True)
class Margin:
    """One target row and its slack: kg/d, or the share of whole-society emission for `so2+nox`."""

    target: str
    slack: float


@dataclass(frozen=True)
class LevelAnswer:
    """Whether one alert level holds. `tightest` is the met target with the least slack for what it requires."""

    level: str
    days_per_season: float
    rows_stated: int
    rows_met: int
    tightest: Margin | None
    missed: tuple[Margin, ...]
    loss_cny_per_day: float
    units_cut: int
    enterprises_cut: int


@dataclass(frozen=True)
class Caution:
    """One thing to read first: a code, and how many rows, units or targets it concerns."""

    code: str
    count: int


def counting_rows(targets: pl.DataFrame) -> pl.DataFrame:
    """Return the target rows that must hold; SO2 and NOx under the joint rule count through their sum."""
    return targets.filter(~counts_in_sum())


def counts_in_sum() -> pl.Expr:
    """Say whether a target row counts only through the row `so2+nox` of its level.

    A member of the sum counts by itself where it misses its own floor although the sum holds.
    """
    is_joint = pl.col("target") == JOINT
    is_member = is_joint.any().over("level") & pl.col("target").is_in(["so2", "nox"]) & ~pl.col("is_binding_alone")
    sum_holds = (is_joint & (pl.col("state") == "met")).any().over("level")
    return is_member & ~((pl.col("state") == "missed") & sum_holds)


def level_answers(plan: Plan, city: City) -> tuple[LevelAnswer, ...]:
    """Return one answer per alert level, mildest first."""
    counting = counting_rows(plan.targets)
    cuts = {row["level"]: row for row in cuts_by_level(plan.orders).iter_rows(named=True)}
    return tuple(_answer(level, counting.filter(pl.col("level") == level), cuts[level], city) for level in LEVELS)


def _answer(level: str, rows: pl.DataFrame, cut: dict[str, object], city: City) -> LevelAnswer:
    stated = rows.filter(pl.col("state") != "not_stated")
    met = stated.filter(pl.col("state") == "met")
    tightest = met.sort(pl.col("slack") / pl.col("required"), "target").head(1)
    return LevelAnswer(
        level=level,
        days_per_season=city.days_per_season.get(level, 0.0),
        rows_stated=stated.height,
        rows_met=met.height,
        tightest=next(iter(_margins(tightest)), None),
        missed=_margins(stated.filter(pl.col("state") == "missed")),
        loss_cny_per_day=float(str(cut["loss_cny_per_day"] or 0.0)),
        units_cut=int(str(cut["units_cut"])),
        enterprises_cut=int(str(cut["enterprises_cut"])),
    )


def _margins(rows: pl.DataFrame) -> tuple[Margin, ...]:
    return tuple(Margin(target, slack) for target, slack in rows.select("target", "slack").iter_rows())


def cautions(case: Case, graded: Graded, city: City, plan: Plan) -> tuple[Caution, ...]:
    """Return what must be read first, in order of weight; empty when nothing needs it."""
    counting = counting_rows(plan.targets)
    running = city.units.filter(~pl.col("is_idle"))
    is_unknown = pl.any_horizontal(pl.col(f"{p}_kg_per_day").is_null() for p in POLLUTANTS)
    weak = ["unverified", "unknown"]
    found = {
        "target_missed": counting.filter(pl.col("state") == "missed").height,
        "target_not_stated": counting.filter(pl.col("state") == "not_stated").height,
        "check_failed": sum(check.violations for check in plan.verification.checks),
        "law_measures": plan.orders.filter(pl.col("law_status").cast(pl.String).is_in(weak))["unit_id"].n_unique(),
        "law_late": dict(city.notes).get("limited_by_notice", 0),
        "law_general": plan.orders.filter("law_is_general")["unit_id"].n_unique(),
        "law_grades": graded.grades.filter(pl.col("rests_on").cast(pl.String).is_in(weak)).height,
        "rejected_rows": len(case.faults),
        "unknown_emissions": running.filter(is_unknown).height,
        "loss_unknown": city.units.filter((pl.col("loss_basis") == "none") & ~pl.col("is_idle")).height,
        "physics_assumed": dict(city.notes).get("min_load_assumed_zero", 0),
        "grade_from_missing_evidence": graded.grades.filter(pl.col("reason_code") == "interval_worse_end").height,
        "pins_not_applied": _lost_pins(pins_of(city, plan)),
    }  # fmt: skip
    return tuple(Caution(code, count) for code, count in found.items() if count)


def _lost_pins(pins: pl.DataFrame) -> int:
    return pins.filter(~pl.col("state").is_in(IN_FORCE)).height


def pins_of(city: City, plan: Plan) -> pl.DataFrame:
    """Return every planner's pin and what became of it. Shape: unit_id, level, measure, reason, by, state."""
    types = dict.fromkeys(("unit_id", "level", "measure", "reason", "by", "state"), pl.String)
    for frame in (city.overrides, plan.overrides):
        if set(types) <= set(frame.columns):
            return frame.select(pl.col(list(types)).cast(pl.String))
    return pl.DataFrame(schema=types)
