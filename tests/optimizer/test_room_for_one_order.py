"""Caps that spare grades widen by one order where whole orders could not be found near the bound, and only there."""

from dataclasses import replace

import pytest

from grading.scale import POLLUTANTS
from optimizer import lexicographic
from optimizer.choices import Floats
from optimizer.lexicographic import plan_stages
from optimizer.model import Problem
from optimizer.result import City, Proof, Warm
from optimizer.solve import Limits
from optimizer.whole.integer import Effort, Settled, settle
from tests.optimizer.made_city import made_city, made_menu, made_unit

ONE_ORDER = 10.0
"""Unit-days of a whole stop at yellow, 10 days a season."""


def one_cheap_c_and_a_dear_d() -> City:
    """Yellow NOx asks for 130 kg/d: D brings 100, C a half of its own; only a whole stop of C would let D ease."""
    units = [made_unit("U1", "C"), made_unit("U2", "D")]
    emission = dict.fromkeys(POLLUTANTS, 100.0)
    menu = made_menu("U1", [0.0, 0.5, 1.0], emission, 100.0) + made_menu("U2", [0.0, 0.3, 1.0], emission, 9000.0)
    return made_city(units, menu, {("yellow", "nox"): 130.0}, protect_grades=True)


def unproven(
    problem: Problem, incumbent: Floats | None, limits: Limits, effort: Effort, warm: Warm | None = None
) -> Settled:
    """Settle as if the small programs had been too large to be solved to their end."""
    settled = settle(problem, incumbent, limits, effort, warm)
    return settled if settled.lp_bound is None else replace(settled, bound=settled.lp_bound, proof=Proof.GAP)


def stages(city: City) -> dict[str, float]:
    return {stage.name: stage.reached for stage in plan_stages(city).stages}


def test_a_plan_near_its_bound_keeps_the_narrow_caps() -> None:
    found = stages(one_cheap_c_and_a_dear_d())
    assert found["protect_C"] == pytest.approx(5.0 * 1.8)  # nesting: yellow's half holds for orange and red as well
    assert found["loss"] == pytest.approx((50 + 9000) * 18.0)


def test_a_cramped_plan_gets_room_for_one_order(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lexicographic, "settle", unproven)
    monkeypatch.setattr(lexicographic, "CRAMPED", 1e-3)
    found = stages(one_cheap_c_and_a_dear_d())
    assert 9.0 < found["protect_C"] <= 9.0 + ONE_ORDER + 1e-6
    assert found["loss"] == pytest.approx((100 + 2700) * 18.0)
    plan = plan_stages(one_cheap_c_and_a_dear_d())
    assert plan.carried["protect_C"].cap == pytest.approx(9.0 + ONE_ORDER, rel=1e-6)


def test_where_no_better_grade_need_be_cut_none_may_be(monkeypatch: pytest.MonkeyPatch) -> None:
    assert Effort(0.01, 0.01, least_room=ONE_ORDER).room_of(0.0) == 0.0
    monkeypatch.setattr(lexicographic, "settle", unproven)
    monkeypatch.setattr(lexicographic, "CRAMPED", -1.0)
    city = one_cheap_c_and_a_dear_d()
    easy = city.targets.with_columns(required_kg_per_day=city.targets["required_kg_per_day"].replace(130.0, 90.0))
    assert stages(replace(city, targets=easy))["protect_C"] == 0.0
