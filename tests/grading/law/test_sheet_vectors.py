"""Every test vector of the industry sheet is a case, a test, or stands here with the reason why it cannot be one."""

import importlib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import polars as pl
import pytest

from grading.assess import Graded, grade
from grading.case.settings import LawChoice
from grading.law import name_case, resolve_law
from grading.law.cases import Found, read_cases
from grading.scale import RANK
from tests.grading.assess.factory import Row, cells, industry, make_case, make_law
from tests.grading.law.smallcase import CHOICE, case_of, firm

PLANS, HERE = "tests.optimizer.test_sheet_vectors", "tests.grading.law.test_sheet_vectors"
PROCEDURE = "its rule is about days of an episode, while a plan is one steady day per level"


@dataclass(frozen=True)
class Vector:
    """Where a vector is checked: expert cases (pack/industry file: name), tests (module: name), and what is not."""

    said: str
    cases: tuple[tuple[str, str], ...] = ()
    tests: tuple[tuple[str, str], ...] = ()
    not_expressed: str = ""


# Heavy sheet, section 22b, by its own numbers. The VOC sheet has no section of vectors: its numbers are rows of
# tables, and tests/grading/law/test_completeness.py asks a case at, above and below each.
VECTORS = {
    1: Vector(
        "cement, NH3 slip 6 mg/m3: not A by the guide of 2020, A by the draft",
        cases=(
            ("cn-2020-340/cement", "窑尾氨逃逸6 mg/m3:按2020指南达不到A级"),
            ("cn-cement-draft/cement", "氨逃逸6毫克:2020年指南不达A,征求意见稿达A"),
        ),
    ),
    2: Vector(
        "clinker B at orange: base 2300, cap 1840 under the least load of 2000 t/d",
        cases=(("cn-2020-340/cement", "熟料B级:黄色只限车,橙色限产20%,红色停产"),),
        tests=((PLANS, "test_2_a_clinker_line_that_cannot_run_at_the_cap_stops"),),
        not_expressed="the duty of 4.6 days of 5 in place of a stop: " + PROCEDURE,
    ),
    3: Vector(
        "coke: 19 h to 28 h is -32.1 %, its stack NOx -20.9 %; 23 h to 36 h is -36.1 %",
        tests=((PLANS, "test_3_a_longer_coking_time_cuts_output_and_less_of_the_stack"),),
    ),
    4: Vector(
        "steel C at orange: half of three blast furnaces by count is two",
        cases=(("cn-2020-340/integrated_steel", "高炉C级:橙色停50%(按座)"),),
        tests=((PLANS, "test_4_half_of_three_blast_furnaces_by_count_is_two"),),
        not_expressed="counting by capacity: the sheet names it as an option; a plan counts lines and rounds up",
    ),
    5: Vector(
        "secondary aluminium B: of three furnaces two stop, of one half the heats",
        cases=(("cn-2020-340/secondary_nonferrous", "B级减半,未分级别的按橙色起"),),
        tests=((PLANS, "test_5_half_of_three_secondary_furnaces_is_two_and_of_one_is_half_its_load"),),
    ),
    6: Vector(
        "glass of 600 t/d: 540, 480, 420 t/d for B, C, D and half of that in NOx",
        cases=(
            ("cn-2020-340/glass", "B级:黄色0,橙色10%,红色10%"),
            ("cn-2020-340/glass", "C级:橙色20%,即960 t/d降到768 t/d(邢台)"),
            ("cn-2020-340/glass", "D级:各级30%"),
        ),
        tests=((PLANS, "test_6_glass_of_600_tonnes_a_day"),),
    ),
    7: Vector(
        "brick kiln: emission decays over 48 h after feeding stops, 25 % saved on the first day",
        tests=((PLANS, "test_7_a_brick_kiln_dies_away_over_48_hours"),),
        not_expressed="the 10 % that still come after 48 h: the pack states one number, the hours until nothing does",
    ),
    8: Vector(
        "ferro-alloy with its own blast furnace: each by its own table, the firm the worse of the two",
        tests=((HERE, "test_8_each_furnace_by_its_own_table_and_the_firm_the_worse"),),
    ),
    9: Vector(
        "waterproofing: rubber to the rubber table, asphalt to table 22, plastic ungraded but with measures",
        tests=(
            (HERE, "test_9_membranes_go_to_the_table_of_what_they_are_made_of"),
            (PLANS, "test_9_a_line_without_a_table_still_carries_measures"),
        ),
    ),
    10: Vector(
        "foundry: electric castings B and pig iron C make the firm C, with measures per process",
        tests=((HERE, "test_10_castings_at_b_and_pig_iron_at_c_make_the_foundry_c"),),
    ),
    11: Vector("alumina calciner: hydrate stock, deferred output and the rebound after", not_expressed=PROCEDURE),
    12: Vector(
        "aluminium pot line: never stopped for an alert",
        tests=((PLANS, "test_12_no_pot_line_is_ever_stopped"),),
        not_expressed="amperage at most -5 %: the sheet's own table of levers gives a least load of 0.92 to 0.97, "
        "and the pack plans with 0.92",
    ),
    13: Vector(
        "an idle second kiln: baseline 0, no credit, no start",
        tests=((PLANS, "test_13_an_idle_second_kiln_is_credited_nothing_and_cannot_start"),),
    ),
}


@cache
def cases_of(pack: str) -> list[Found]:
    return read_cases(files("grading").joinpath("packs", pack))


def names_in(place: str) -> set[str]:
    """Return the names of the expert cases of one industry file."""
    pack, file = place.split("/")
    return {case.case.name for case in cases_of(pack) if case.file.endswith(f"/{file}.yaml")}


def test_no_vector_is_left_out() -> None:
    assert sorted(VECTORS) == list(range(1, 14))
    assert [number for number, v in VECTORS.items() if not (v.cases or v.tests or v.not_expressed)] == []
    assert [number for number, v in VECTORS.items() if not (v.cases or v.tests)] == [11]


@pytest.mark.parametrize("number", sorted(VECTORS))
def test_what_checks_a_vector_is_there(number: int) -> None:
    vector = VECTORS[number]

    assert [(place, name) for place, name in vector.cases if name not in names_in(place)] == []
    assert [name for place, name in vector.tests if not callable(getattr(importlib.import_module(place), name))] == []


def own(graded: Graded) -> dict[str, set[str]]:
    """Return the industries in which each line was asked anything."""
    of_lines = graded.indicators.filter(pl.col("subject_id").str.starts_with("U"))
    asked = of_lines.group_by("subject_id").agg(pl.col("industry").unique())
    return {subject: set(industries) for subject, industries in asked.iter_rows()}


def test_8_each_furnace_by_its_own_table_and_the_firm_the_worse() -> None:
    law = resolve_law(LawChoice.model_validate({"pack": "cn-2020-340", "on": "2026-11-20"}))
    units: list[Row] = [
        {"unit_id": "U1", "enterprise_id": "E1", "process": "furnace"},
        {"unit_id": "U2", "enterprise_id": "E1", "industry": "integrated_steel", "process": "blast_furnace"},
    ]
    dirty: Row = {"subject_id": "U2", "indicator": "casthouse_pm", "value": "999", "unit": "mg/m3"}
    firm_row: Row = {"enterprise_id": "E1", "industry": "ferro_alloy", "subtype": "furnace"}

    graded = grade(make_case(enterprises=[firm_row], units=units, evidence=[dirty]), law)

    assert own(graded) == {"U1": {"ferro_alloy"}, "U2": {"integrated_steel"}}
    by_industry = {row["industry"]: row for row in graded.industry_grades.iter_rows(named=True)}
    assert by_industry["integrated_steel"]["grade_best"] == "D"
    assert RANK[by_industry["ferro_alloy"]["grade_best"]] < RANK["D"]
    assert graded.grades["computed_best"].item() == "D"


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        ("橡胶防水卷材", "rubber"),
        ("沥青防水卷材", "waterproofing"),
        ("防水卷材", "waterproofing"),
        ("塑料防水卷材", "other"),
    ],
)
def test_9_membranes_go_to_the_table_of_what_they_are_made_of(word: str, expected: str) -> None:
    named = name_case(case_of(enterprises=[firm("E1", word)]), resolve_law(CHOICE))

    assert named.enterprises["industry"].to_list() == [expected]


def test_10_castings_at_b_and_pig_iron_at_c_make_the_foundry_c() -> None:
    limits = {"A": 10, "B": 20, "C": 30}
    law = make_law(
        cells("dust", limits, industry="foundry", scope="unit"),
        industries=[industry("foundry", "gas_electric"), industry("foundry", "pig_iron")],
        processes=[("foundry", "melting"), ("foundry", "blast_furnace")],
    )
    lines = {"U1": ("gas_electric", "melting", "20"), "U2": ("pig_iron", "blast_furnace", "30")}
    units: list[Row] = [
        {"unit_id": unit, "enterprise_id": "E1", "subtype": subtype, "process": process}
        for unit, (subtype, process, _) in lines.items()
    ]
    evidence: list[Row] = [
        {"subject_id": unit, "indicator": "dust", "value": value} for unit, (_, _, value) in lines.items()
    ]
    firm_row: Row = {"enterprise_id": "E1", "industry": "foundry", "subtype": "gas_electric"}

    graded = grade(make_case(enterprises=[firm_row], units=units, evidence=evidence), law)

    assert graded.industry_grades.select("subtype", "grade_worst").rows() == [("gas_electric", "B"), ("pig_iron", "C")]
    assert graded.line_set_grades.select("process", "grade_worst").rows() == [("melting", "B"), ("blast_furnace", "C")]
    assert graded.grades["planned_grade"].to_list() == ["C"]
    assert graded.unit_grades.select("process", "planned_grade").rows() == [("melting", "C"), ("blast_furnace", "C")]
