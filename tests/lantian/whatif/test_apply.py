"""Scenarios onto a small case: whom they hit, what they change, and everything that can be wrong with that."""

import tomllib

import polars as pl
import pytest

from grading.faults import InputError
from lantian.run import Options
from lantian.whatif.apply import apply
from lantian.whatif.asking import suppose
from lantian.whatif.scenario import Scenario
from lantian.whatif.scenario_file import Written
from lantian.whatif.supposed import Standing, Supposed

CEMENT, GLASS, BRICK, HEAT = (
    "91159901MA0009901M",
    "91159901MA0009902Q",
    "91159901MA0009903U",
    "91159901MA0009904Y",
)
HEAD = 'author = "大气科"\nreason = "测试"\n'


def written(text: str) -> Written:
    return Written("s", Scenario.model_validate(tomllib.loads(HEAD + text)), "s.toml", HEAD + text)


def supposed(text: str, standing: Standing) -> Supposed:
    return apply(written(text), standing).supposed


def rules_of(text: str, standing: Standing) -> list[str]:
    with pytest.raises(InputError) as refused:
        apply(written(text), standing)
    return sorted(fault.rule for fault in refused.value.faults)


TWICE = f'{{ unit_id = "n", enterprise_id = "{CEMENT}", process = "kiln" }}'


@pytest.mark.parametrize(
    ("select", "hit"),
    [
        (f'enterprise = "{CEMENT}"', {CEMENT}),
        ('industry = "水泥"', {CEMENT}),
        ('industry = "cement"', {CEMENT}),
        ('county = "西城区"', {GLASS, BRICK}),
        ('county = ["东城区", "西城区"], grade = "C"', {GLASS, HEAT}),
        ('where = "employees >= 150 and annual_output_value_wan < 50000"', {GLASS, HEAT}),
    ],
)
def test_selectors_hit_whom_they_name(select: str, hit: set[str], standing: Standing) -> None:
    applied = apply(written(f"[[prices]]\nselect = {{ {select} }}\nloss_factor = 2.0\n"), standing)
    assert set(applied.hits[0].enterprises) == hit
    assert set(applied.supposed.loss_factors) == {f"{firm}-01" for firm in hit}


@pytest.mark.parametrize(
    ("text", "rules"),
    [
        ('[[down]]\nselect = { county = "东城区", industry = "玻璃" }\n', ["no_hit"]),
        ('[[down]]\nselect = { county = "南城区" }\n', ["unknown_name"]),
        ("[[down]]\nselect = {}\n", ["empty_select"]),
        ('[[grades]]\nselect = { process = "窑" }\ngrade = "B"\n', ["not_of_enterprises"]),
        ('[[down]]\nselect = { where = "nox_kg_per_day > high" }\n', ["where_not_understood"]),
        ('[[down]]\nselect = { where = "county > 3" }\n', ["where_not_understood"]),
        ('[[unlock]]\nselect = { county = "东城区" }\n', ["nothing_changes"]),
        ("[targets]\nred = { nox = 0.1 }\n", ["level_falls"]),
        ("[society.sectors]\n\"火星\" = { nox = 1 }\n", ["sector_missing"]),
        (f'[[retrofits]]\nselect = {{ enterprise = "{CEMENT}" }}\nnox_removed_share = 0.5\nnox_kg_per_day = 3\n',
         ["retrofit_twice"]),
        ('[[new]]\nunits = [{ unit_id = "n", enterprise_id = "no", process = "kiln", wheels = 4, can_stop = 3 }]\n',
         ["new_column", "new_orphan", "new_value"]),
        (f"[[new]]\nunits = [{TWICE}, {TWICE}]\n", ["new_exists"]),
        (f'[[new]]\nunits = [{{ unit_id = "{CEMENT}-01", enterprise_id = "{CEMENT}" }}]\n',
         ["new_exists", "new_missing"]),
    ],
)  # fmt: skip
def test_what_cannot_be_applied_is_refused(text: str, rules: list[str], standing: Standing) -> None:
    assert rules_of(text, standing) == rules


def test_all_faults_of_all_changes_come_at_once(standing: Standing) -> None:
    text = """
[targets]
red = { nox = 0.1 }
[[down]]
select = { county = "南城区" }
[[grades]]
select = { enterprise = ["nobody", "noone"] }
grade = "B"
"""
    assert rules_of(text, standing) == ["level_falls", "unknown_name", "unknown_name", "unknown_name"]


def cell(frame: pl.DataFrame, column: str, **key: str) -> object:
    return frame.filter(**key)[column].item()


def test_each_change_lands_in_its_table(standing: Standing) -> None:
    made = supposed(
        f"""
[targets]
orange = {{ nox = 0.25 }}
[reductions.mobile]
red = {{ nox = 1000 }}
[policy]
protect_grades = false
[[grades]]
select = {{ enterprise = "{BRICK}" }}
grade = "C"
how = "approved"
[[registers]]
select = {{ enterprise = "{GLASS}" }}
register = "protected"
quota_share = 0.7
[[retrofits]]
select = {{ enterprise = "{CEMENT}" }}
nox_removed_share = 0.5
cost_cny_per_season = 1000
[[locks]]
select = {{ enterprise = "{GLASS}" }}
measure = "exempt"
level = "red"
[[down]]
select = {{ enterprise = "{HEAT}" }}
[[evidence]]
select = {{ enterprise = "{BRICK}" }}
indicator = "环保档案齐全"
value = true
[[new]]
units = [{{ unit_id = "n1", enterprise_id = "{CEMENT}", process = "磨", nox_kg_per_day = 3 }}]
""",
        standing,
    )
    case, old = made.case, standing.supposed.case
    assert case.settings.targets["orange"] == {"so2": 0.2, "nox": 0.25, "pm": 0.2, "vocs": 0.2}
    assert case.settings.reductions["mobile"]["red"] == {"nox": 1000, "pm": 30, "vocs": 210}
    assert case.settings.policy.protect_grades is False
    assert case.settings.policy.joint_so2_nox is True
    assert cell(case.enterprises, "approved_grade", enterprise_id=BRICK) == "C"
    assert cell(case.registers, "quota_share", enterprise_id=GLASS) == 0.7
    nox = [float(str(cell(each.units, "nox_kg_per_day", unit_id=f"{CEMENT}-01"))) for each in (old, case)]
    assert nox[1] == nox[0] * 0.5
    assert made.costs == {f"{CEMENT}-01": 1000.0}
    assert cell(case.overrides, "by", unit_id=f"{GLASS}-01") == "大气科"
    assert cell(case.units, "status", unit_id=f"{HEAT}-01") == "idle"
    assert cell(case.evidence, "value", subject_id=BRICK) == "yes"
    assert cell(case.units, "source_file", unit_id="n1") == "s.toml"


def test_an_empty_scenario_is_its_parent(standing: Standing, options: Options) -> None:
    asked = suppose(written(""), standing, options)
    assert asked.hits == ()
    assert asked.standing.graded is standing.graded
    assert asked.standing.supposed == standing.supposed


def test_a_forced_grade_stands_and_the_record_stays(standing: Standing, options: Options) -> None:
    text = f'[[grades]]\nselect = {{ enterprise = "{BRICK}" }}\ngrade = "A"\n'
    graded = suppose(written(text), standing, options).standing.graded
    row = graded.grades.filter(enterprise_id=BRICK).row(0, named=True)
    assert (row["planned_grade"], row["treatment"]) == ("A", "grade_exempt")
    before = standing.graded.grades.filter(enterprise_id=BRICK).row(0, named=True)
    assert (row["computed_worst"], row["veto_kind"]) == (before["computed_worst"], before["veto_kind"])
