"""What a city takes from its settings: lines of other settings under these are the city built under these."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from unittest.mock import patch

import pytest
from pydantic import BaseModel

from grading.case.settings import CaseSettings, Episode, Policy
from optimizer.city.build import Ground, build_city, city_on, ground_of
from optimizer.city.stated import of_lines
from optimizer.result import City
from tests.optimizer.small_city import Row, rungs, small_case, small_graded, small_law

LAW = small_law(
    rungs("C", "load_cut 0.2", "load_cut 0.3", "stop"),
    [{"industry": "cement", "process": "kiln", "notice_h": 30.0, "decay_h": 12.0, "pay_off_days": 3.5}],
)
POLICY: dict[str, object] = {
    "joint_so2_nox": False, "own_floor_share": {"so2": 0.5}, "protect_grades": False, "legal_floors": False,
    "grade_order": True, "equal_treatment": True, "county_loss_factor": 2.0, "mip_gap": 0.01, "time_limit_s": 5.0,
}  # fmt: skip
EPISODE: dict[str, object] = {
    "expected_days_per_season": {"red": 1.0}, "expected_length_days": {"red": 2.0}, "notice_h": {"red": 24.0},
}  # fmt: skip
WHOLE: dict[str, object] = {
    "society": {"unit": "kg/d", "sectors": {"all": {"nox": 3000.0}}},
    "targets": {"red": {"nox": 0.4}},
    "reductions": {"dust": {"red": {"pm": 20.0}}},
    "quotas": [{"product": "heat", "t_per_day": 1.0}],
    "receptors": [{"name": "R", "drop_ug_m3": {"red": 1.0}, "ug_m3_per_tonne": {"North": {"nox": 0.1}}}],
    "uncertainty": {
        "inventory": {p: {"shared": 0.1, "own": 0.2} for p in ("so2", "nox", "pm", "vocs")}, "basis": "a study",
    },
}  # fmt: skip
CHANGES: dict[str, Row] = {
    **{f"policy.{name}": {"policy": {name: value}} for name, value in POLICY.items()},
    **{f"episode.{name}": {"episode": {name: value}} for name, value in EPISODE.items()},
    **{name: {name: value} for name, value in WHOLE.items()},
}
OF_LINES = {"policy.legal_floors", "episode.expected_length_days", "episode.notice_h"}


def city_under(change: Row) -> City:
    case = small_case(settings=change)
    return build_city(case, small_graded(case), LAW)


@cache
def plain() -> tuple[City, Ground]:
    """The city under the plain settings, and its lines."""
    case = small_case()
    return city_under({}), ground_of(case, small_graded(case), LAW)


def same(one: City, other: City) -> bool:
    return all(
        value.equals(vars(other)[name]) if hasattr(value, "equals") else value == vars(other)[name]
        for name, value in vars(one).items()
    )


@contextmanager
def recorded(model: type[BaseModel], read: set[str]) -> Iterator[None]:
    """Note every field of a model that is read."""
    plain = model.__getattribute__

    def noting(self: BaseModel, name: str) -> object:
        if name in model.model_fields:
            read.add(name)
        return plain(self, name)

    with patch.object(model, "__getattribute__", noting):
        yield


def test_every_setting_that_a_city_reads_is_among_the_changes() -> None:
    whole: set[str] = set()
    policy: set[str] = set()
    episode: set[str] = set()
    with recorded(CaseSettings, whole), recorded(Policy, policy), recorded(Episode, episode):
        city_under({"policy": POLICY, "episode": EPISODE, **WHOLE})
    read = {f"policy.{name}" for name in policy} | {f"episode.{name}" for name in episode}
    assert read | whole - {"policy", "episode", "industries"} == set(CHANGES)
    assert policy == set(Policy.model_fields)


@pytest.mark.parametrize("name", CHANGES)
def test_lines_under_other_settings_are_the_city_of_these(name: str) -> None:
    before, after = (small_case(settings=change).settings for change in ({}, CHANGES[name]))
    city, ground = plain()
    anew = city_under(CHANGES[name])
    assert not same(anew, city), "the change must show somewhere"
    assert (of_lines(before) == of_lines(after)) == (name not in OF_LINES)
    assert same(city_on(ground, after), anew) == (name not in OF_LINES)
