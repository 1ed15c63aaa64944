"""A further scenario, and one upon it, have the case, the grades and the lines that they have from nothing."""

from dataclasses import fields
from unittest.mock import Mock

import pytest
from polars.testing import assert_frame_equal

from grading.case.schemas import TABLES
from grading.law import name_case
from grading.platforms import hear_platforms
from lantian.run import Options
from lantian.whatif.asking import posed, suppose
from lantian.whatif.ranked import regrade_of
from lantian.whatif.regrade import graded_whole
from lantian.whatif.supposed import Planned, Standing
from optimizer.city import patch as patching
from optimizer.city.build import Ground, city_on, ground_of
from optimizer.contrast.factors import with_loss_factors
from optimizer.result import City, Plan
from tests.lantian.whatif.test_apply import BRICK, CEMENT, GLASS, HEAT, written

GRADED = ("indicators", "industry_grades", "grades", "unit_grades", "settling", "weak_law", "line_set_grades")
APART = ("worth", "classes", "unpinned")
"""Fields of `Ground` that are no tables; what follows from them is compared."""
FIRST = f"""
[targets]
orange = {{ nox = 0.25 }}
[[grades]]
select = {{ enterprise = "{BRICK}" }}
grade = "B"
[[exempt]]
select = {{ enterprise = "{GLASS}" }}
[[prices]]
select = {{ enterprise = "{HEAT}" }}
loss_factor = 2.0
"""
SECOND = f"""
[episode]
expected_days_per_season = {{ red = 5.0 }}
[[down]]
select = {{ enterprise = "{HEAT}" }}
[[retrofits]]
select = {{ enterprise = "{CEMENT}" }}
nox_removed_share = 0.5
cost_cny_per_season = 1000
[[evidence]]
select = {{ enterprise = "{BRICK}" }}
indicator = "环保档案齐全"
value = true
[[registers]]
select = {{ enterprise = "{GLASS}" }}
register = "protected"
[[unlock]]
select = {{ enterprise = "{GLASS}" }}
[[new]]
units = [{{ unit_id = "n1", enterprise_id = "{CEMENT}", process = "磨", nox_kg_per_day = 3 }}]
"""


def from_nothing(standing: Standing, options: Options) -> Planned:
    """Named, heard, graded and built anew from what is supposed; not planned."""
    supposed, law = standing.supposed, standing.law
    named = hear_platforms(name_case(supposed.case, law), law)
    graded = graded_whole(supposed, named, law, options.require)
    anew = Standing(supposed, law, standing.hearing, named, graded)
    ground = ground_of(named, graded, law)
    city = with_loss_factors(city_on(ground, named.settings), supposed.loss_factors)
    return Planned(anew, city, Mock(spec=Plan), ground)


def assert_same(found: Planned, anew: Planned) -> None:
    for name in TABLES:
        assert_frame_equal(getattr(found.standing.named, name), getattr(anew.standing.named, name))
    assert found.standing.named.faults == anew.standing.named.faults
    for name in GRADED:
        assert_frame_equal(getattr(found.standing.graded, name), getattr(anew.standing.graded, name))
    for field in (*fields(Ground), *fields(City)):
        of = "ground" if field in fields(Ground) else "city"
        one, other = (getattr(getattr(each, of), field.name) for each in (found, anew))
        assert one.equals(other) if hasattr(one, "equals") else field.name in APART or one == other, field.name


def test_a_scenario_and_one_upon_it_are_those_from_nothing(
    standing: Standing, options: Options, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(patching, "MOST", 9.0)
    parent = from_nothing(standing, options)
    for text in ("", FIRST, SECOND):
        asked = suppose(written(text), parent.standing, options).standing
        ground, city = posed(asked, parent)
        found = Planned(asked, city, Mock(spec=Plan), ground)
        assert_same(found, from_nothing(asked, options))
        assert (found.ground is parent.ground) == (not text)
        parent = found


def test_a_city_with_another_grade_keeps_the_losses_of_its_scenario(standing: Standing, options: Options) -> None:
    price = f'[[prices]]\nselect = {{ enterprise = "{HEAT}" }}\nloss_factor = 2.0\n'
    parent = from_nothing(suppose(written(price), standing, options).standing, options)
    rise = f'[[grades]]\nselect = {{ enterprise = "{BRICK}" }}\ngrade = "B"\n'
    _, city = posed(suppose(written(rise), parent.standing, options).standing, parent)
    regraded = regrade_of(parent)({BRICK: "B"})
    assert_frame_equal(regraded.menu, city.menu)
    assert_frame_equal(regraded.units, city.units)
    assert not regraded.menu.equals(with_loss_factors(regraded, {f"{HEAT}-01": 0.5}).menu)
