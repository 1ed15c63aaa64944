"""A year of stack hours against a bare scan and the same work in DuckDB: same answers, time and memory side by side.

Rows: LANTIAN_BENCH_HOURS (default 10,000,000 rows of outlet, pollutant and hour). The table goes to
monitoring.md in tests/benches/results.
"""

import json
import os
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from tests.benches.monitoring_work import ANSWER, generate
from tests.benches.test_optimizer_bench import RESULTS, machine

MOST_MEMORY_MB = 4096
HOURS = os.environ.get("LANTIAN_BENCH_HOURS", "10_000_000")
CONTENDERS = {
    "bare": "bare scan and group-by of the same columns by channel and day",
    "duckdb": "the same work in DuckDB (one statement, months only)",
    "ours": "ours: states by day, capture rate, share within the limit",
}
ABOUT = """# Stack hours by the million

One command wrote this file: `LANTIAN_BENCH_HOURS={asked} python -m pytest tests/benches/test_monitoring_bench.py -m bench`.
Each contender runs in a process of its own with two threads on the same Parquet files (seed 7). Read the seconds of
cores where the machine is shared.

{rows:,} hours of a year, {files} files, Polars {polars}, DuckDB {duckdb}; {machine}.

| contender | s by the clock | s of cores | peak memory, MB | ours / it, by cores |
|---|---|---|---|---|
{table}

Answers equal: {months:,} channel-months with {judged:,} judged hours, {over:,} of them over the limit, and the hours
invalid, in outage and open.

What ours does besides: it keeps the hours of each day by state, counts valid days, names hours that nobody reported one
by one and refuses hours that stand twice; the DuckDB statement counts months only and takes for granted that no hour
stands twice. The mass ladder, the values that grade and the screening are not part of this run.
"""  # noqa: E501 - a command is one line


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
    about = machine()
    rows = generate(tmp_path, int(HOURS), seed=7)

    taken = {which: run(which, tmp_path, root) for which in CONTENDERS}

    told = written(about, rows, taken, tmp_path)
    with capsys.disabled():
        print("\n" + told)
    assert_frame_equal(answer("ours", tmp_path), answer("duckdb", tmp_path))
    assert answer("ours", tmp_path)["hours_over_limit"].sum() > 0
    assert taken["ours"]["peak_mb"] < MOST_MEMORY_MB
    RESULTS.mkdir(parents=True, exist_ok=True)
    (RESULTS / "monitoring.md").write_text(told, encoding="utf-8")


def written(about: str, rows: int, taken: dict[str, dict[str, float]], folder: Path) -> str:
    """Return the results file: what was run, on what, and the table."""
    lines = [
        f"| {title} | {row['seconds']:.1f} | {row['cpu_seconds']:.1f} | {row['peak_mb']:,.0f} | "
        f"{taken['ours']['cpu_seconds'] / row['cpu_seconds']:.2f} |"
        for which, title in CONTENDERS.items()
        for row in [taken[which]]
    ]
    said = answer("ours", folder)
    return ABOUT.format(
        asked=HOURS, rows=rows, files=len(list(folder.glob("part-*.parquet"))), polars=pl.__version__,
        duckdb=version("duckdb"), machine=about, table="\n".join(lines),
        months=said.height, judged=said["judged_hours"].sum(), over=said["hours_over_limit"].sum(),
    )  # fmt: skip
