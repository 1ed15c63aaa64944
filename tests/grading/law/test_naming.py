"""The bureau's words become ids; what fits no name is rejected with its place and its repair."""

from datetime import date
from typing import Any

import polars as pl
import pytest

from grading.case.model import Case
from grading.faults import InputError
from grading.law import name_case, resolve_law
from grading.law.model import Law
from grading.law.spelling import folded, key
from tests.grading.law.smallcase import CHOICE, case_of, firm, unit


@pytest.fixture(scope="module")
def law() -> Law:
    return resolve_law(CHOICE)


def named(case: Case, law: Law, *columns: str) -> list[tuple[Any, ...]]:
    return name_case(case, law).enterprises.select(columns).rows()


@pytest.mark.parametrize(
    ("word", "subtype", "expected"),
    [
        ("水泥", "熟料", ("cement", "clinker")),
        ("水 泥", "水泥熟料", ("cement", "clinker")),
        ("cement", "clinker", ("cement", "clinker")),
        ("Cement", None, ("cement", None)),
        ("水泥熟料", None, ("cement", "clinker")),
        ("水泥（独立粉磨站）", None, ("cement", "grinding")),
        ("玻璃", "平板玻璃", ("glass", "flat")),
        ("平板玻璃", None, ("glass", "flat")),
        ("铸造", "铸件（天然气、电炉）", ("foundry", "gas_electric")),
        ("包装印刷", "凹印", ("packaging_printing", None)),
        ("ｐａｃｋａｇｉｎｇ printing", None, ("packaging_printing", None)),
        ("其他", None, ("other", None)),
        ("长流程联合钢铁", None, ("integrated_steel", None)),
        ("煤制氮肥", None, ("nitrogen_fertiliser", None)),
    ],
)
def test_names_in_either_language_width_and_spacing(
    law: Law, word: str, subtype: str | None, expected: tuple[str, str | None]
) -> None:
    assert named(case_of(enterprises=[firm("1", word, subtype)]), law, "industry", "subtype") == [expected]


def test_the_cases_own_mapping_comes_first(law: Law) -> None:
    case = case_of({"水泥": "other", "食品加工": "other"}, enterprises=[firm("1", "水泥"), firm("2", "食品 加工")])

    assert named(case, law, "industry") == [("other",), ("other",)]


def test_a_mapping_to_nowhere_ends_the_run(law: Law) -> None:
    with pytest.raises(InputError, match=r"case\.toml:industries\.食品 .*no industry id food.*other"):
        name_case(case_of({"食品": "food"}), law)


def test_an_unknown_industry_rejects_the_firm_and_all_that_hangs_on_it(law: Law) -> None:
    case = case_of(
        enterprises=[firm("1", "水泥", "熟料"), firm("2", "造纸")],
        units=[unit("u1", "1"), unit("u2", "2")],
        evidence=[{"subject_id": "u2", "indicator": "x", "value": "1", "source": "permit"}],
        penalties=[{"enterprise_id": "2", "decided_on": date(2026, 1, 1), "kind": "x"}],
        registers=[{"enterprise_id": "1", "register": "strategic"}],
        overrides=[{"unit_id": "u2", "level": "all", "measure": "stop", "reason": "r", "by": "b"}],
    )

    result = name_case(case, law)

    assert result.enterprises["enterprise_id"].to_list() == ["1"]
    assert result.units["unit_id"].to_list() == ["u1"]
    assert (result.evidence.height, result.penalties.height, result.overrides.height) == (0, 0, 0)
    assert result.registers.height == 1
    places = {(fault.file, fault.row, fault.rule) for fault in result.faults}
    assert places == {
        ("enterprises.csv", 3, "industry.unknown"),
        ("units.csv", 3, "units.subject_rejected"),
        ("evidence.csv", 2, "evidence.subject_rejected"),
        ("penalties.csv", 2, "penalties.subject_rejected"),
        ("overrides.csv", 2, "overrides.subject_rejected"),
    }
    first = next(fault for fault in result.faults if fault.rule == "industry.unknown")
    assert (first.severity, first.value, first.column) == ("row", "造纸", "industry")
    assert '"造纸" = "other"' in first.how("en")
    assert '"造纸" = "other"' in first.how("zh")


def test_an_unknown_subtype_rejects_the_row_and_names_the_known_ones(law: Law) -> None:
    result = name_case(case_of(enterprises=[firm("1", "水泥", "白水泥")]), law)

    assert result.enterprises.is_empty()
    assert result.faults[0].rule == "subtype.unknown"
    assert "水泥(水泥熟料)" in result.faults[0].how("en")


def test_a_unit_inherits_what_it_does_not_say(law: Law) -> None:
    case = case_of(
        enterprises=[firm("1", "水泥", "熟料")],
        units=[
            unit("u1", "1", "熟料烧成"),
            unit("u2", "1", "水泥磨", industry="水泥", subtype="粉磨站"),
            unit("u3", "1", "熔窑", industry="玻璃", subtype="日用玻璃"),
            unit("u4", "1", "包装", industry="包装印刷"),
        ],
    )

    found = name_case(case, law).units.select("industry", "subtype", "process").rows()

    assert found == [
        ("cement", "clinker", "kiln"),
        ("cement", "grinding", "mill"),
        ("glass", "daily_use", "furnace"),
        ("packaging_printing", None, "包装"),
    ]


def test_a_firms_blank_subtype_is_taken_from_units_that_agree(law: Law) -> None:
    case = case_of(
        enterprises=[firm("1", "水泥"), firm("2", "水泥")],
        units=[
            unit("u1", "1", subtype="熟料", industry="水泥"),
            unit("u2", "2", subtype="熟料", industry="水泥"),
            unit("u3", "2", subtype="粉磨站", industry="水泥"),
        ],
    )

    assert named(case, law, "subtype") == [("clinker",), (None,)]


@pytest.mark.parametrize(
    ("height", "process"),
    [(4.3, "coke_oven"), (5.99, "coke_oven"), (6.0, "coke_oven_6m_up"), (6.25, "coke_oven_6m_up"), (None, "coke_oven")],
)
def test_ovens_are_told_apart_by_height(law: Law, height: float | None, process: str) -> None:
    case = case_of(enterprises=[firm("1", "长流程联合钢铁")], units=[unit("u1", "1", "焦炉", oven_height_m=height)])

    assert name_case(case, law).units["process"].to_list() == [process]


def test_the_parts_of_a_process_keep_its_rows(law: Law) -> None:
    rows = law.requirements.filter(industry="integrated_steel", indicator="coke_stack_nox", grade="A")
    limits = rows.select("process", "threshold").rows()

    assert limits == [("coke_oven", 150.0), ("coke_oven_6m_up", 150.0)]
    assert law.physics.filter(industry="coking", process="coke_oven_6m_up").height == 1


def test_naming_changes_no_column_type_and_no_order(law: Law) -> None:
    case = case_of(
        enterprises=[firm(str(n), "水泥", "熟料") for n in range(50)],
        units=[unit(f"u{n:02}", str(n)) for n in range(50)],
    )

    result = name_case(case, law)

    assert result.units.schema == case.units.schema
    assert result.enterprises.schema == case.enterprises.schema
    assert result.units["unit_id"].to_list() == case.units["unit_id"].to_list()


@pytest.mark.parametrize("name", ["玻璃（平板）", " A　B", "铸件(天然气、电炉)", "ＰＶＣ", "a-b_c/d", "水泥,熟料"])
def test_both_ways_of_folding_a_name_agree(name: str) -> None:
    assert pl.DataFrame({"name": [name]}).select(key(pl.col("name"))).item() == folded(name)


def test_every_name_of_the_packaged_law_leads_home(law: Law) -> None:
    names = law.industries.select("industry", "synonyms").explode("synonyms").unique(maintain_order=True)
    case = case_of(enterprises=[firm(f"{n:03}", word) for n, word in enumerate(names["synonyms"])])

    assert name_case(case, law).enterprises["industry"].to_list() == names["industry"].to_list()
