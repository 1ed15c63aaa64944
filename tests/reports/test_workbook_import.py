"""The official list read by our own importer: the same lines, baselines and emissions come back."""

import dataclasses
from pathlib import Path

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from grading.case.header_faults import header_faults
from grading.case.headers import find_header
from grading.case.parse import Parsed, parse_table
from grading.case.workbook import read_workbook
from reports.context import ReportContext
from reports.workbook import HEAD, write_curtailment_list

CAPACITIES = ("capacity_eia_t_per_day", "capacity_permit_t_per_day", "output_last_year_t_per_day")
EMISSIONS = ("so2_kg_per_day", "nox_kg_per_day", "pm_kg_per_day", "vocs_kg_per_day")


@pytest.fixture(scope="module")
def data(context: ReportContext, tmp_path_factory: pytest.TempPathFactory) -> bytes:
    target = tmp_path_factory.mktemp("list") / "curtailment-list.xlsx"
    write_curtailment_list(context, target, "zh")
    return target.read_bytes()


def read(data: bytes, table: str) -> Parsed:
    grid = read_workbook(data, "curtailment-list.xlsx")[0]
    header = find_header(grid, table)
    assert header is not None
    assert header.row == HEAD
    assert header_faults(grid, header, table) == []
    return parse_table(grid, header, table, checks_credit_code=False)


def test_the_hidden_choices_are_no_table(data: bytes) -> None:
    names = [grid.sheet for grid in read_workbook(data, "curtailment-list.xlsx")]
    assert names == ["工业源清单", "理由与核查", "汇总", "其他清单"]


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
