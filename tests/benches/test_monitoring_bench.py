"""A year of stack hours against a bare scan and the same work in DuckDB: same answers, time and memory side by side.

Rows: LANTIAN_BENCH_HOURS (default 10,000,000 rows of outlet, pollutant and hour).
"""

import json
import os
import subprocess
import sys
from pathlib import Path

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from tests.benches.monitoring_work import ANSWER, generate

MOST_MEMORY_MB = 4096
CONTENDERS = ("bare", "duckdb", "ours")


@pytest.fixture(autouse=True)
def on_request(request: pytest.FixtureRequest) -> None:
    if "bench" not in str(request.config.getoption("markexpr")):
        pytest.skip("measures; run with -m bench")


def run(which: str, folder: Path, root: Path) -> dict[str, float]:
    command = [sys.executable, "-m", "tests.benches.monitoring_work", which, str(folder)]
    environment = os.environ | {"POLARS_MAX_THREADS": "2", "PYTHONPATH": str(root)}
    done = subprocess.run(command, cwd=root, env=environment, capture_output=True, text=True, check=True)
    measured: dict[str, float] = json.loads(done.stdout)
    return measured


def answer(which: str, folder: Path) -> pl.DataFrame:
    whole = pl.read_parquet(folder / f"{which}.answer").select(
        "outlet_id",
        pl.col("pollutant").cast(pl.String),
        pl.col("month").cast(pl.Date),
        *(pl.col(ANSWER[3:]).cast(pl.Int64),),
    )
    return whole.sort("outlet_id", "pollutant", "month")


@pytest.mark.bench
def test_a_year_of_hours(tmp_path: Path, root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    pytest.importorskip("duckdb")
    rows = generate(tmp_path, int(os.environ.get("LANTIAN_BENCH_HOURS", "10_000_000")), seed=7)

    taken = {which: run(which, tmp_path, root) for which in CONTENDERS}

    with capsys.disabled():
        print(f"\n{rows:,} hours")
        for which, row in taken.items():
            wall, cpu = (taken["ours"][name] / row[name] for name in ("seconds", "cpu_seconds"))
            numbers = f"{row['seconds']:7.2f} s  {row['cpu_seconds']:7.2f} s of cores  {row['peak_mb']:5.0f} MB"
            print(f"  {which:7} {numbers}   ours / {which}: {wall:.2f} by the clock, {cpu:.2f} by cores")
    assert_frame_equal(answer("ours", tmp_path), answer("duckdb", tmp_path))
    assert answer("ours", tmp_path)["hours_over_limit"].sum() > 0
    assert taken["ours"]["peak_mb"] < MOST_MEMORY_MB
