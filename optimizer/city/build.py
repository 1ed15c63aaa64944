"""From a graded city to a planning problem: the one entrance to everything before the solver."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Literal

import polars as pl

from grading.assess.model import Graded
from grading.case.model import Case
from grading.case.settings import CaseSettings, Episode
from grading.law.model import Law
from grading.scale import LEVELS, POLLUTANTS
from optimizer.city.asked import asked_measures
from optimizer.city.errors import check_uncertainty
from optimizer.city.floors import bounds_by_law, ceilings_by_treatment
from optimizer.city.lines import count_lines, line_counts
from optimizer.city.loss import full_loss
from optimizer.city.menu import build_menu
from optimizer.city.notes import count_notes
from optimizer.city.notice import capped_by_notice, late_lines
from optimizer.city.pins import IN_FORCE, apply_pins, name_short_groups, pinned_cuts, read_pins
from optimizer.city.roster import build_roster
from optimizer.city.targets import build_targets
from optimizer.result import City, Options, Quota, Receptor
from optimizer.tables import LegalMeasures, LineCounts, Menu, PlanUnits


def build_city(case: Case, graded: Graded, law: Law) -> City:
    """Return the planning problem of a graded city.

    Every unit of the case is in it: with its baseline, its menu of measures, the least and most severe
    measure at each level, and the reason why. Whatever had to be assumed is counted in `notes`.

    Maths: docs/model.md, sections 1 to 5.
    """
    settings = case.settings
    roster = build_roster(case, graded, law)
    losses = full_loss(roster)
    asked = asked_measures(roster, law.ladder)
    pins = read_pins(case.overrides)
    length_days = episode_days("expected_length_days", settings.episode)
    menu = build_menu(
        roster.join(losses, on="unit_id"),
        asked,
        pinned_cuts(pins),
        case.measures,
        length_days,
    )
    notice_h = {str(level): hours for level, hours in settings.episode.notice_h.items()}
    late = late_lines(roster, menu, notice_h)
    ceilings = capped_by_notice(ceilings_by_treatment(roster, menu), late)
    counted = count_lines(roster, asked, menu, ceilings, settings.policy.legal_floors)
    free = bounds_by_law(counted, menu, ceilings, settings.policy.legal_floors)
    bounds, outcome = apply_pins(free, pins, roster, menu)
    lines = line_counts(counted, bounds, menu)
    overrides = name_short_groups(outcome, counted, lines, bounds, menu)
    return City(
        units=_plan_units(roster, losses, menu, counted, bounds, overrides),
        menu=Menu.validate(menu.select(Menu.column_names()), cast=True).sort("unit_id", "k"),
        legal=_legal(counted, bounds),
        line_counts=LineCounts.validate(lines.select(LineCounts.column_names()), cast=True),
        targets=build_targets(settings),
        days_per_season=episode_days("expected_days_per_season", settings.episode),
        joint_so2_nox=settings.policy.joint_so2_nox,
        own_floor_share={
            p: settings.policy.own_floor_share[p] for p in POLLUTANTS if p in settings.policy.own_floor_share
        },
        protect_grades=settings.policy.protect_grades,
        mip_gap=settings.policy.mip_gap,
        time_limit_s=settings.policy.time_limit_s,
        notes=count_notes(roster, losses, menu, counted, bounds, unstated_lengths(settings.episode)),
        overrides=overrides,
        options=_options(settings),
        length_days=length_days,
        notice_h=notice_h,
        uncertainty=check_uncertainty(settings, roster["industry"]),
    )


def with_settings(city: City, settings: CaseSettings) -> City:
    """Return the same lines under other targets, society emissions, lists, alert days and options of the plan.

    What decides the law's measures (`policy.legal_floors`) and the losses (`episode`) must be as it was.
    """
    return replace(
        city,
        targets=build_targets(settings),
        days_per_season=episode_days("expected_days_per_season", settings.episode),
        joint_so2_nox=settings.policy.joint_so2_nox,
        own_floor_share={
            p: settings.policy.own_floor_share[p] for p in POLLUTANTS if p in settings.policy.own_floor_share
        },
        protect_grades=settings.policy.protect_grades,
        mip_gap=settings.policy.mip_gap,
        time_limit_s=settings.policy.time_limit_s,
        options=_options(settings),
    )


def _plain(amounts: Mapping[Any, float]) -> dict[str, float]:
    return {str(name): amount for name, amount in amounts.items()}


def _options(settings: CaseSettings) -> Options:
    policy = settings.policy
    return Options(
        policy.grade_order,
        policy.equal_treatment,
        policy.county_loss_factor,
        tuple(Quota(each.product, each.t_per_day) for each in settings.quotas),
        tuple(
            Receptor(each.name, _plain(each.drop_ug_m3), {c: _plain(of_c) for c, of_c in each.ug_m3_per_tonne.items()})
            for each in settings.receptors
        ),
    )


def episode_days(
    field: Literal["expected_length_days", "expected_days_per_season"], episode: Episode
) -> dict[str, float]:
    """Return days per level; a level that the case leaves out keeps its default."""
    stated: dict[str, float] = {**getattr(Episode(), field), **getattr(episode, field)}
    return {level: stated[level] for level in LEVELS}


def unstated_lengths(episode: Episode) -> tuple[str, ...]:
    """Return the levels whose expected length is not in the case, but the program's default."""
    stated = episode.expected_length_days if "expected_length_days" in episode.model_fields_set else {}
    return tuple(level for level in LEVELS if level not in stated)


def _plan_units(
    roster: pl.DataFrame,
    losses: pl.DataFrame,
    menu: pl.DataFrame,
    counted: pl.DataFrame,
    bounds: pl.DataFrame,
    overrides: pl.DataFrame,
) -> pl.DataFrame:
    by_bureau = menu.filter(pl.col("kind") == "bureau").select("unit_id").unique().with_columns(is_bureau=True)
    groups = counted.group_by("unit_id").agg(pl.col("line_group").drop_nulls().first())
    units = (
        roster.join(losses, on="unit_id")
        .join(by_bureau, on="unit_id", how="left")
        .join(groups, on="unit_id", how="left")
        .join(_wide(bounds), on="unit_id")
        .join(_pin_words(overrides), on="unit_id", how="left")
        .with_columns(
            loss_basis=pl.when(pl.col("is_bureau")).then(pl.lit("bureau")).otherwise("loss_basis"),
        )
    )
    return PlanUnits.validate(units.select(PlanUnits.column_names()), cast=True).sort("unit_id")


def _wide(bounds: pl.DataFrame) -> pl.DataFrame:
    """Return one row per unit with `floor_k_<level>` and `ceil_k_<level>`."""
    return bounds.group_by("unit_id").agg(
        pl.col(bound).filter(pl.col("level") == level).first().alias(f"{bound}_{level}")
        for bound in ("floor_k", "ceil_k")
        for level in LEVELS
    )


def _pin_words(overrides: pl.DataFrame) -> pl.DataFrame:
    """Return reason and planner of the pins that took effect, one row per unit."""
    effective = overrides.filter(pl.col("state").is_in(IN_FORCE))
    return effective.group_by("unit_id", maintain_order=True).agg(
        override_reason=pl.col("reason").unique(maintain_order=True).str.join("; "),
        override_by=pl.col("by").unique(maintain_order=True).str.join("; "),
    )


def _legal(counted: pl.DataFrame, bounds: pl.DataFrame) -> pl.DataFrame:
    legal = counted.join(bounds.select("unit_id", "level", "floor_state"), on=["unit_id", "level"])
    return LegalMeasures.validate(legal.select(LegalMeasures.column_names()), cast=True).sort("unit_id", "level")
