"""From a folder as a bureau hands it in to evidence rows: one stack at 93.9 % of hours, one with a low capture rate."""

from datetime import date, datetime, timedelta
from pathlib import Path

import polars as pl
import pytest

from grading.case.settings import LawChoice
from grading.law import resolve_law
from grading.monitoring import Asked, Monitored, load_rules, load_screening, monitor, monitoring_evidence
from grading.monitoring.folder import MonitoringInput, read_monitoring
from tests.grading.monitoring.factory import JUNE

OUTLETS = """排口编号,生产线编号,统一社会信用代码,工序,排口名称,基准氧含量(%),NOx限值(mg/m3)
DA001,U1,E1,烧结,烧结机头,16,50
DA002,U2,E2,烧结,烧结机头,16,50
"""
UNITS = pl.DataFrame(
    {"unit_id": ["U1", "U2"], "industry": ["integrated_steel"] * 2, "subtype": [None] * 2, "process": ["sinter"] * 2},
    schema_overrides={"subtype": pl.String},
)


def lines(flags: str, over: int) -> str:
    """Return a month of an outlet as a wide file; `flags` gives the mark of each hour, blank an hour not reported."""
    rows = ["结束时间,NOx实测浓度(mg/m3),氧含量(%),标干流量(m3/h),数据标记"]
    normal = 0
    for at, flag in enumerate(flags):
        if flag == " ":
            continue
        end = datetime(2026, 6, 1) + timedelta(hours=at + 1)
        stamp = f"{end - timedelta(days=1):%Y-%m-%d} 24:00" if end.hour == 0 else f"{end:%Y-%m-%d %H}:00"
        normal += flag == "N"
        value = 60.0 if flag == "N" and normal <= over else 40.0 + at % 5
        rows.append(f"{stamp},{value},16,100000,{flag}")
    return "\n".join(rows)


@pytest.fixture
def read(tmp_path: Path) -> MonitoringInput:
    (tmp_path / "cems").mkdir()
    (tmp_path / "outlets.csv").write_text(OUTLETS, encoding="utf-8")
    (tmp_path / "cems" / "DA001.csv").write_text(lines("F" * 24 + "D" * 36 + "N" * 660, 40), encoding="gb18030")
    (tmp_path / "cems" / "DA002.csv").write_text(lines("N" * 500 + "B" * 100 + " " * 120, 0), encoding="utf-8")
    return read_monitoring(tmp_path)


@pytest.fixture
def monitored(read: MonitoringInput) -> Monitored:
    assert read.hours is not None
    return monitor(read.hours, read.outlets, Asked(JUNE, load_rules(JUNE.last), load_screening(JUNE.last)))


def test_the_two_stacks_of_the_folder(read: MonitoringInput, monitored: Monitored) -> None:
    assert read.faults == ()
    assert monitored.left_out.is_empty()
    states = monitored.states.select("outlet_id", pl.col("state").cast(pl.String), "hours").rows()
    assert states == [
        ("DA001", "valid", 660),
        ("DA001", "source_stopped", 24),
        ("DA001", "fault", 36),
        ("DA002", "valid", 500),
        ("DA002", "comms_error", 100),
        ("DA002", "missing", 120),
    ]
    verdicts = monitored.compliance.select("share_within_limit", pl.col("verdict").cast(pl.String)).rows()
    assert verdicts == [(620 / 660, "fail"), (1.0, "capture_too_low")]


def test_their_evidence(read: MonitoringInput, monitored: Monitored) -> None:
    law = resolve_law(LawChoice(pack="cn-2020-340", on=date(2026, 6, 30)))

    found = monitoring_evidence(monitored.values, UNITS, read.outlets, law.requirements)

    rows = found.rows.select("subject_id", "indicator", "value", "unit").rows()
    assert rows == [
        ("U1", "sinter_head_nox", "60.0", "mg/m3@16%O2"),
        ("U2", "sinter_head_nox", "capture_too_low", "mg/m3@16%O2"),
    ]
