"""Emission factors against a row-by-row oracle, and their place among the sources."""

from dataclasses import replace
from datetime import date
from functools import cache
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from grading.case import read_case
from grading.case.model import Case
from grading.checked import checked
from grading.factors import Factored, factor_emissions, read_factors
from grading.law import name_case, resolve_law
from grading.law.model import Law
from grading.monitoring import agree, load_source_rules
from grading.monitoring.quantities import SOURCES, Quantities
from grading.platforms import hear_platforms
from optimizer.city.emissions import with_emissions
from tests.grading.case.zoo import BASE
from tests.grading.factors.oracle import Line, Row, of_line

ON = date(2026, 10, 1)
HEAD = (
    "生产线编号,行业类型,行业子类,工序,产品,污染物,排污系数,产污系数,系数单位,活动水平单位,日活动水平,去除效率(%),"
    "来源文件,条款,依据状态"
)
KINDS = (
    ("cement", "clinker", "熟料"), ("cement", "clinker", "mill"), ("coking", None, "coke_oven"),
    ("coking", None, "coke_oven_6m_up"), ("brick", "fired", "烧成"),
)  # fmt: skip
UNIT_IDS = ("L1", "L2", "L3", "L4")
AMOUNTS = st.sampled_from(["0", "0.5", "12.25", "4300"])


def line_of(name: str, kind: tuple[str, str | None, str], product: str | None, output: str | None, runs: bool) -> Line:
    return Line(name, *kind, product, output, runs)


LINES = st.tuples(
    *(
        st.builds(
            line_of, st.just(name), st.sampled_from(KINDS), st.sampled_from([None, "甲", "乙"]), st.none() | AMOUNTS,
            st.booleans(),
        )
        for name in UNIT_IDS
    )
)  # fmt: skip
ROWS = st.lists(
    st.builds(
        lambda name, kind, *rest: Row(name, *(("", "", "") if name else kind), *rest),
        st.sampled_from(["", "", *UNIT_IDS]),
        st.sampled_from(
            [("水泥", "", "熟料"), ("水泥", "熟料", "熟料"), ("水泥", "", "粉磨"), ("焦化", "", "焦炉"),
             ("焦化", "", "coke_oven_6m_up"), ("砖瓦窑", "烧结砖", "烧成")]
        ),
        st.sampled_from(["", "", "甲", "乙"]),
        st.sampled_from(["NOx", "颗粒物"]),
        st.sampled_from(["0", "0.24", "2.7"]),
        st.booleans(), st.sampled_from(["kg", "g"]), st.sampled_from(["t", "t", "m2"]), st.just(""),
        st.sampled_from(["0", "90", "62.5"]),
    ).map(lambda row: replace(row, removal_percent=row.removal_percent if row.is_generation else "")),
    min_size=1, max_size=6,
)  # fmt: skip


@cache
def base() -> tuple[Case, Law]:
    read = read_case(BASE)
    law = resolve_law(read.settings.law, BASE)
    return name_case(read, law), law


def with_lines(lines: tuple[Line, ...]) -> Case:
    case = base()[0]
    blank = case.units.head(1)
    rows = [
        blank.with_columns(
            unit_id=pl.lit(line.unit_id), industry=pl.lit(line.industry), subtype=pl.lit(line.subtype, pl.String),
            process=pl.lit(line.process), product=pl.lit(line.product, pl.String),
            output_last_year_t_per_day=pl.lit(None if line.output is None else float(line.output), pl.Float64),
            status=pl.lit("operating" if line.runs else "idle").cast(case.units.schema["status"]),
        )
        for line in lines
    ]  # fmt: skip
    return replace(case, units=pl.concat(rows))


def written(rows: list[Row]) -> str:
    lines = [
        ",".join((
            r.unit_id, r.industry, r.subtype, r.process, r.product, r.pollutant,
            "" if r.is_generation else r.factor, r.factor if r.is_generation else "",
            f"{r.mass}/{r.per}", r.per, r.amount, r.removal_percent, "系数表", "表1", "未核实",
        ))
        for r in rows
    ]  # fmt: skip
    return "\n".join([HEAD, *lines]) + "\n"


def factored(case: Case, text: str, folder: Path) -> tuple[Factored, list[str]]:
    path = folder / "factors.csv"
    path.write_text(text, encoding="utf-8")
    factors, faults = read_factors(path, case.units, ON)
    found = factor_emissions(factors, case, base()[1])
    return found, sorted(fault.rule for fault in [*faults, *found.faults])


@settings(max_examples=20, deadline=None)
@given(lines=LINES, rows=ROWS)
def test_every_line_is_as_the_oracle_says(
    lines: tuple[Line, ...], rows: list[Row], tmp_path_factory: pytest.TempPathFactory
) -> None:
    found, rules = factored(with_lines(lines), written(rows), tmp_path_factory.mktemp("factors"))

    expected = {
        (line.unit_id, pollutant): told
        for line in lines
        for pollutant, word in (("nox", "NOx"), ("pm", "颗粒物"))
        if (told := of_line(line, rows, word)) is not None
    }
    found_of = {
        (unit, pollutant): (state, kilograms)
        for unit, pollutant, state, kilograms in found.emissions.select(
            "unit_id", pl.col("pollutant", "state").cast(pl.String), "kg_per_day"
        ).iter_rows()
    }
    assert {key: state for key, (state, _) in found_of.items()} == {key: state for key, (state, _) in expected.items()}
    for key, (_, kilograms) in expected.items():
        assert found_of[key][1] == (None if kilograms is None else pytest.approx(float(kilograms), rel=1e-12))
    runs = {line.unit_id for line in lines if line.runs}
    assert rules == sorted(state for (unit, _), (state, _) in expected.items() if state != "counted" and unit in runs)
    assert found.quantities.height == sum(state == "counted" for state, _ in expected.values())


def test_an_amount_of_a_line_goes_before_its_output(tmp_path: Path) -> None:
    line = Line("L1", "cement", "clinker", "熟料", None, "4300", runs=True)
    row = Row("L1", "", "", "", "", "NOx", "2.5", False, "kg", "t", "12", "")

    found, rules = factored(with_lines((line,)), written([row]), tmp_path)

    assert (found.emissions["kg_per_day"].to_list(), rules) == ([30.0], [])
    assert found.quantities.select("value", "document").row(0) == (30.0, "系数表 表1")


def stated(source: str, value: float) -> pl.DataFrame:
    row = {"subject_id": "L1", "quantity": "nox_kg_per_day", "source": source, "value": value, "source_file": source}
    frame = pl.DataFrame([row | {"observed_on": None, "document": None, "source_row": 2}])
    return checked(Quantities, frame.select(Quantities.column_names()))


@pytest.mark.parametrize("other", [name for name in SOURCES if name not in ("factor", "permit")])
def test_a_factor_stands_behind_the_permit_report_and_before_the_bureau(other: str) -> None:
    found = agree(pl.concat([stated("factor", 100.0), stated(other, 200.0)]), load_source_rules(ON))

    goes_before = other in ("monitoring", "permit_report")
    assert found.used["source"].cast(pl.String).to_list() == [other if goes_before else "factor"]
    assert found.disagreements.select(pl.col("other_source").cast(pl.String), "consequence").row(0) == (
        ("factor", "other_lower") if goes_before else (other, "other_higher")
    )


def test_the_plan_names_the_factor_as_its_method(tmp_path: Path) -> None:
    read = read_case(BASE)
    law = resolve_law(read.settings.law, BASE)
    text = f"{HEAD}\nSN-2,,,,,颗粒物,0.05,,kg/t,t,2600,,系数表,表1,转引\n"
    (tmp_path / "factors.csv").write_text(text, encoding="utf-8")

    case = hear_platforms(name_case(replace(read, folder=tmp_path), law), law)

    units = with_emissions(case).filter(pl.col("unit_id") == "SN-2")
    assert units.select("pm_kg_per_day", pl.col("pm_method").cast(pl.String)).row(0) == (pytest.approx(130), "factor")
    assert case.platforms is not None
    told = case.platforms.disagreements.select("subject_id", "used_source", "other_source", "other_value")
    assert told.rows() == [("SN-2", "factor", "bureau", 95.0)]
    assert case.faults == ()
