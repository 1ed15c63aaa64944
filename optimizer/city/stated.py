"""What a case states of the whole city: what its lines depend on, and what only the plan asks."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal, TypedDict, cast

import polars as pl

from grading.case.settings import CaseSettings, Episode
from grading.case.uncertainty import Uncertainty
from grading.scale import LEVELS, POLLUTANTS
from optimizer.city.errors import check_uncertainty
from optimizer.city.targets import build_targets
from optimizer.result import City, Options, Quota, Receptor


@dataclass(frozen=True)
class OfLines:
    """All that menus, bounds and losses of lines depend on; other settings leave them as they are.

    Units: days, hours. `unstated_lengths`: levels whose expected length is the program's default.
    """

    has_floors: bool
    length_days: dict[str, float]
    notice_h: dict[str, float]
    unstated_lengths: tuple[str, ...]


class OfPlan(TypedDict):
    """The fields of a `City` that come from settings alone."""

    targets: pl.DataFrame
    days_per_season: dict[str, float]
    joint_so2_nox: bool
    own_floor_share: dict[str, float]
    protect_grades: bool
    mip_gap: float
    time_limit_s: float
    options: Options
    length_days: dict[str, float]
    notice_h: dict[str, float]
    uncertainty: Uncertainty | None


def of_lines(settings: CaseSettings) -> OfLines:
    """Return what settings say to lines."""
    episode = settings.episode
    return OfLines(
        settings.policy.legal_floors,
        episode_days("expected_length_days", episode),
        {str(level): hours for level, hours in episode.notice_h.items()},
        unstated_lengths(episode),
    )


def of_plan(settings: CaseSettings, industries: pl.Series) -> OfPlan:
    """Return what settings say to a plan of lines of some industries.

    Raises:
        InputError: stated errors of the inventory that fit neither industries nor targets; with every fault.
    """
    policy, lines = settings.policy, of_lines(settings)
    return OfPlan(
        targets=build_targets(settings),
        days_per_season=episode_days("expected_days_per_season", settings.episode),
        joint_so2_nox=policy.joint_so2_nox,
        own_floor_share={p: policy.own_floor_share[p] for p in POLLUTANTS if p in policy.own_floor_share},
        protect_grades=policy.protect_grades,
        mip_gap=policy.mip_gap,
        time_limit_s=policy.time_limit_s,
        options=_options(settings),
        length_days=lines.length_days,
        notice_h=lines.notice_h,
        uncertainty=check_uncertainty(settings, industries),
    )


def again_of_plan(settings: CaseSettings, city: City, industries: pl.Series) -> OfPlan:
    """Return what settings said to the plan of a city, for lines of some industries; raises as `of_plan`."""
    said = {name: getattr(city, name) for name in OfPlan.__annotations__}
    return cast(OfPlan, {**said, "uncertainty": check_uncertainty(settings, industries)})


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


def _plain(amounts: Mapping[Any, float]) -> dict[str, float]:
    return {str(name): amount for name, amount in amounts.items()}


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
