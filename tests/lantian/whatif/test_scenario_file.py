"""A scenario file is strict: every fault at once, each with its line; parents are found, circles refused."""

from pathlib import Path

import pytest

from grading.faults import Fault, InputError
from lantian.whatif.chain import lineage
from lantian.whatif.scenario import Scenario
from lantian.whatif.scenario_file import read_scenario
from lantian.whatif.toml import to_toml
from tests.lantian.whatif.conftest import Write

HEAD = 'parent = "case"\nauthor = "大气科"\nreason = "测试"\n'
FAULTY = """parent = "case"
author = ""
colour = "red"

[targets]
orange = { nox = 1.4 }

[[grades]]
select = { county = "东城区" }
grade = "B"

[[grades]]
select = { contry = "东城区" }
grade = "E"

[[prices]]
select = { industry = "水泥" }
loss_factor = "much"
"""


def faults_of(path: Path) -> list[Fault]:
    with pytest.raises(InputError) as refused:
        read_scenario(path)
    return list(refused.value.faults)


def test_every_fault_comes_at_once_with_its_line(write: Write) -> None:
    found = {(fault.row, fault.column): fault for fault in faults_of(write("s", FAULTY))}
    assert set(found) == {
        (2, "author"),
        (0, "reason"),
        (3, "colour"),
        (6, "targets.orange.nox"),
        (13, "grades.1.select.contry"),
        (14, "grades.1.grade"),
        (18, "prices.0.loss_factor"),
    }
    assert "county" in found[13, "grades.1.select.contry"].how("en")
    assert "0.5" not in found[14, "grades.1.grade"].how("en")
    assert "non_leading" in found[14, "grades.1.grade"].how("en")


def test_broken_toml_names_its_line(write: Write) -> None:
    [fault] = faults_of(write("s", HEAD + "targets = {\n"))
    assert (fault.rule, fault.row) == ("toml_syntax", 4)


@pytest.mark.parametrize(
    ("a", "b", "rule", "line"),
    [
        ('parent = "b"\n', 'parent = "a"\n', "parent_cycle", 1),
        ('parent = "a"\n', "", "parent_cycle", 1),
        ('parent = "nobody"\n', "", "parent_missing", 1),
    ],
)
def test_parents_that_cannot_be_followed(write: Write, starter: Path, a: str, b: str, rule: str, line: int) -> None:
    rest = 'author = "x"\nreason = "y"\n'
    write("a", a + rest)
    if b:
        write("b", b + rest)
    with pytest.raises(InputError) as refused:
        lineage("a", starter)
    [fault] = refused.value.faults
    assert fault.rule == rule
    assert fault.row == line


def test_a_lineage_starts_from_the_case(write: Write, starter: Path) -> None:
    write("a", HEAD)
    write("b", HEAD.replace('"case"', '"a"'))
    write("c", HEAD.replace('"case"', '"b"'))
    assert [each.name for each in lineage("c", starter)] == ["a", "b", "c"]


def test_what_is_saved_reads_back_equal(tmp_path: Path) -> None:
    scenario = Scenario.model_validate({
        "author": '张"三\\', "reason": "一行\n两行\x7f", "targets": {"orange": {"nox": 0.22}},
        "society": {"sectors": {"工业(含电力热力)": {"nox": 1.5}}},
        "grades": [{"select": {"enterprise": ("a", "b")}, "grade": "B"},
                   {"select": {"where": "nox_kg_per_day > 3"}, "grade": "C"}],
        "registers": [{"select": {"county": "东"}, "register": "protected", "quota_share": 0.6}],
        "new": [{"enterprise": {"enterprise_id": "x", "is_small_micro": True},
                 "units": [{"unit_id": "x-1", "nox_kg_per_day": 3}]}],
        "episode": {"expected_days_per_season": {"red": 4}},
    })  # fmt: skip
    path = tmp_path / "s.toml"
    path.write_text(to_toml(scenario), encoding="utf-8")
    assert read_scenario(path).scenario == scenario
