"""A million enterprises, thirty indicators: the grading against the same rules as one DuckDB statement.

Enterprises: LANTIAN_BENCH_ENTERPRISES (default 1,000,000). Rounds, taken in turns: LANTIAN_BENCH_ROUNDS (default 3).
"""

import json
import os
import statistics
import subprocess
import sys
from pathlib import Path

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from tests.benches.grading_in_duckdb import write_law
from tests.benches.grading_work import SEED
from tests.benches.made_enterprises import INDICATORS, made_case, made_law, write

CONTENDERS = ("ours", "duckdb")
Taken = dict[str, float]


def run(which: str, folder: Path, root: Path) -> Taken:
    command = [sys.executable, "-m", "tests.benches.grading_work", which, str(folder)]
    environment = os.environ | {"POLARS_MAX_THREADS": "2", "PYTHONPATH": str(root)}
    done = subprocess.run(command, cwd=root, env=environment, capture_output=True, text=True, check=True)
    measured: Taken = json.loads(done.stdout)
    return measured


def generate(folder: Path, root: Path, enterprises: int) -> None:
    """Write the data in a process of its own: a child's peak memory counts from its parent's."""
    code = "import sys; from pathlib import Path; from tests.benches.test_grading_bench import write_all as w; "
    command = [sys.executable, "-c", f"{code} w(Path(sys.argv[1]), int(sys.argv[2]))", str(folder), str(enterprises)]
    subprocess.run(command, cwd=root, env=os.environ | {"PYTHONPATH": str(root)}, check=True)


def write_all(folder: Path, enterprises: int) -> None:
    write(made_case(enterprises, SEED), folder)
    write_law(made_law(SEED), folder)


def median(rounds: list[dict[str, Taken]], which: str, name: str) -> float:
    return statistics.median(taken[which][name] for taken in rounds)


def table(rounds: list[dict[str, Taken]]) -> str:
    """Return a line per contender: the median of the rounds, and how ours compares."""
    lines = []
    for which in CONTENDERS:
        load, seconds, cpu, peak = (median(rounds, which, n) for n in rounds[0][which])
        lines.append(
            f"  {which:7} load {load:6.1f} s   grade {seconds:6.1f} s, {cpu:6.1f} s of cores   peak {peak:6.0f} MB"
        )
    ratios = {name: [r["ours"][name] / r["duckdb"][name] for r in rounds] for name in ("seconds", "cpu_seconds")}
    for name, values in ratios.items():
        each = ", ".join(f"{value:.2f}" for value in values)
        lines.append(f"  ours / duckdb, {name}: median {statistics.median(values):.2f} (rounds: {each})")
    return "\n".join(lines)


@pytest.mark.bench
def test_a_million_enterprises(tmp_path: Path, root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    pytest.importorskip("duckdb")
    enterprises = int(os.environ.get("LANTIAN_BENCH_ENTERPRISES", "1_000_000"))
    generate(tmp_path, root, enterprises)

    turns = range(int(os.environ.get("LANTIAN_BENCH_ROUNDS", "3")))
    rounds = [{which: run(which, tmp_path, root) for which in CONTENDERS[:: -1 if turn % 2 else 1]} for turn in turns]

    with capsys.disabled():
        print(f"\n{enterprises:,} enterprises x {INDICATORS} indicators, {len(rounds)} rounds\n{table(rounds)}")
    for name in ("ends", "verdicts"):
        ours, theirs = (pl.read_parquet(tmp_path / f"{which}.{name}") for which in CONTENDERS)
        texts = pl.selectors.enum() | pl.selectors.categorical()
        assert_frame_equal(ours.with_columns(texts.cast(pl.String)), theirs, check_dtypes=False)
    assert ours["questions"].sum() == enterprises * INDICATORS
    assert ours["verdict"].n_unique() == 3
    assert statistics.median(r["ours"]["cpu_seconds"] / r["duckdb"]["cpu_seconds"] for r in rounds) <= 1
