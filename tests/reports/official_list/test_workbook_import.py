"""The official list read by our own importer: the same lines, baselines and emissions come back."""

import dataclasses
from pathlib import Path

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from grading.case.header_faults import header_faults
from grading.case.headers import find_header
from grading.case.parse import Parsed, parse_table
from grading.case.schemas import DustList, MobileList
from grading.case.workbook import read_workbook
from grading.scale import LEVELS
from grading.words import LANGUAGES
from reports.context import ReportContext
from reports.official_list.fields import FIELDS_OF
from reports.official_list.workbook import HEAD, write_curtailment_list
from tests.reports.sample import FORMULA_NAME, RTL_NAME, SCRIPT_NAME, made

CAPACITIES = ("capacity_eia_t_per_day", "capacity_permit_t_per_day", "output_last_year_t_per_day")
EMISSIONS = ("so2_kg_per_day", "nox_kg_per_day", "pm_kg_per_day", "vocs_kg_per_day")


@pytest.fixture(scope="module", params=LANGUAGES)
def data(request: pytest.FixtureRequest, context: ReportContext, tmp_path_factory: pytest.TempPathFactory) -> bytes:
    target = tmp_path_factory.mktemp("list") / "curtailment-list.xlsx"
    write_curtailment_list(with_further_lists(context), target, request.param)
    return target.read_bytes()


def with_further_lists(context: ReportContext) -> ReportContext:
    """Return the city with a row of hostile words on each further list; amounts stated, zero and not stated."""
    traced = {"source_file": "x.csv", "source_sheet": "", "source_row": 2}
    mobile = {
        "name": FORMULA_NAME, "county": "澜岗区", "category": "重型货车", "emission_stage": "国五", "vehicles": 34,
        "yellow_measure": None, "orange_measure": "+停用国四及以下", "red_measure": "全部停运<i>",
        "orange_nox_kg_per_day": 12.5, "red_nox_kg_per_day": 0.0, **traced,
    }  # fmt: skip
    dust = {
        "name": RTL_NAME, "county": "平嶂县", "category": "施工工地", "operator": SCRIPT_NAME, "area_m2": 12000.0,
        "stage": "土方", "red_measure": "停止土石方作业", "red_pm_kg_per_day": 85.0, **traced,
    }  # fmt: skip
    return dataclasses.replace(context, mobile_list=made(MobileList, [mobile]), dust_list=made(DustList, [dust]))


def read(data: bytes, table: str, sheet: int = 0) -> Parsed:
    grid = read_workbook(data, "curtailment-list.xlsx")[sheet]
    header = find_header(grid, table)
    assert header is not None
    assert header.row == HEAD
    assert header_faults(grid, header, table) == []
    return parse_table(grid, header, table, checks_credit_code=False)


def test_the_hidden_choices_are_no_table(data: bytes) -> None:
    names = [grid.sheet for grid in read_workbook(data, "curtailment-list.xlsx")]
    assert len(names) == 6
    assert not {"选项", "Choices"} & set(names)


@pytest.mark.parametrize(("table", "sheet"), [("mobile_list", 3), ("dust_list", 4)])
def test_further_lists_come_back_row_by_row(data: bytes, context: ReportContext, table: str, sheet: int) -> None:
    parsed = read(data, table, sheet)
    assert parsed.faults.is_empty()
    wanted = getattr(with_further_lists(context), table)
    shown = [name for name in FIELDS_OF[table.removesuffix("_list")] if name in wanted.columns]
    left_out = {f"{level}_{p}_kg_per_day" for level in LEVELS for p in ("so2", "nox", "vocs")}
    columns = [name for name in shown if table == "mobile_list" or name not in left_out]
    assert_frame_equal(parsed.frame.select(columns), wanted.select(columns), check_dtypes=False)


def test_lines_come_back_with_identity_state_and_checking(data: bytes, context: ReportContext) -> None:
    parsed = read(data, "units")
    assert parsed.faults.is_empty()
    columns = ("unit_id", "enterprise_id", "name", "product", "status")
    wanted = context.lines.sort("unit_id").select(columns)
    assert_frame_equal(parsed.frame.sort("unit_id").select(columns), wanted, check_dtypes=False)


def test_emissions_come_back_in_kg_a_day_and_unknown_stays_unknown(data: bytes, context: ReportContext) -> None:
    columns = ("unit_id", *EMISSIONS)
    found = read(data, "units").frame.sort("unit_id").select(columns)
    assert_frame_equal(found, context.units.sort("unit_id").select(columns))
    assert found["vocs_kg_per_day"].null_count() == 1


def test_the_baseline_follows_from_what_comes_back(data: bytes, context: ReportContext) -> None:
    """Law: the least of EIA capacity, permitted capacity and last year's actual output."""
    found = read(data, "units").frame.sort("unit_id")
    assert_frame_equal(found.select(CAPACITIES), context.lines.sort("unit_id").select(CAPACITIES))
    running = found.filter(pl.col("status") == "operating").select(
        "unit_id", baseline_t_per_day=pl.min_horizontal(CAPACITIES)
    )
    wanted = context.units.filter(~pl.col("is_idle")).sort("unit_id").select("unit_id", "baseline_t_per_day")
    assert_frame_equal(running, wanted)


def test_enterprises_come_back_once_per_line(data: bytes, context: ReportContext) -> None:
    columns = ("enterprise_id", "name", "county", "permit_no", "status")
    found = read(data, "enterprises").frame.select(columns).unique().sort("enterprise_id")
    wanted = context.enterprises.sort("enterprise_id").select(columns)
    stripped = wanted.with_columns(pl.col("name").str.strip_chars())
    assert_frame_equal(found, stripped, check_dtypes=False)


def test_a_seeded_change_of_one_emission_is_seen(context: ReportContext, tmp_path: Path) -> None:
    changed = context.units.with_columns(
        so2_kg_per_day=pl.when(pl.col("unit_id") == "C-1").then(151.0).otherwise("so2_kg_per_day")
    )
    path = tmp_path / "changed.xlsx"
    write_curtailment_list(dataclasses.replace(context, units=changed), path, "zh")
    found = read(path.read_bytes(), "units").frame
    assert found.filter(pl.col("unit_id") == "C-1")["so2_kg_per_day"].to_list() == [151.0]
