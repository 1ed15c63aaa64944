"""A million enterprises, thirty indicators: the grading against the same rules as one DuckDB statement.

Enterprises: LANTIAN_BENCH_GRADED (default 1,000,000). Rounds, taken in turns: LANTIAN_BENCH_ROUNDS (default 3).
The full size writes `results/grading.md`; a smaller one is written only into another folder (LANTIAN_BENCH_RESULTS).
"""

import json
import os
import statistics
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from tests.benches.grading_in_duckdb import write_law
from tests.benches.grading_work import SEED
from tests.benches.made_enterprises import INDICATORS, made_case, made_law, write
from tests.benches.test_optimizer_bench import RESULTS, machine

CONTENDERS = ("ours", "duckdb")
FULL_SIZE = 1_000_000
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
    """Return a row per contender, the median of the rounds, then how ours compares."""
    lines = [
        "| contender | load, s | grade, s by the clock | grade, s of cores | peak memory, MB |",
        "|---|--:|--:|--:|--:|",
    ]
    for which in CONTENDERS:
        load, seconds, cpu, peak = (median(rounds, which, n) for n in rounds[0][which])
        lines.append(f"| {which} | {load:.1f} | {seconds:.1f} | {cpu:.1f} | {peak:,.0f} |")
    lines.append("")
    for name, said in (("seconds", "by the clock"), ("cpu_seconds", "by cores"), ("peak_mb", "in memory")):
        values = [taken["ours"][name] / taken["duckdb"][name] for taken in rounds]
        each = ", ".join(f"{value:.2f}" for value in values)
        lines.append(f"Ours / DuckDB {said}: median {statistics.median(values):.2f} (rounds: {each}).")
    return "\n".join(lines)


def written(about: str, enterprises: int, rounds: list[dict[str, Taken]]) -> str:
    """Return the results as the file holds them."""
    return f"""# {enterprises:,} enterprises x {INDICATORS} indicators against one DuckDB statement

{about}; Polars {pl.__version__}, DuckDB {version("duckdb")}, two threads each; rounds in turns: {len(rounds)}, the median of each.
One command: `python -m pytest tests/benches/test_grading_bench.py -m bench`.

Made data (seed {SEED}): one line per enterprise in six industries of four schemes; three questions in a hundred lack evidence, five have two
rows, one row in a hundred cannot be read. Both sides start with the tables in memory; loading is told apart. `ours` is `grade(case, law)`
whole: caps, approvals, registers and reasons come on top of what the statement answers. The answers are equal: both ends of every
enterprise and the {INDICATORS * 3} counts of indicator and verdict.

{table(rounds)}
"""  # noqa: E501 - lines of the page


@pytest.mark.bench
def test_a_million_enterprises(tmp_path: Path, root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    pytest.importorskip("duckdb")
    about = machine()
    enterprises = int(os.environ.get("LANTIAN_BENCH_GRADED", str(FULL_SIZE)))
    generate(tmp_path, root, enterprises)

    turns = range(int(os.environ.get("LANTIAN_BENCH_ROUNDS", "3")))
    rounds = [{which: run(which, tmp_path, root) for which in CONTENDERS[:: -1 if turn % 2 else 1]} for turn in turns]

    with capsys.disabled():
        print("\n" + written(about, enterprises, rounds))
    for name in ("ends", "verdicts"):
        ours, theirs = (pl.read_parquet(tmp_path / f"{which}.{name}") for which in CONTENDERS)
        texts = pl.selectors.enum() | pl.selectors.categorical()
        assert_frame_equal(ours.with_columns(texts.cast(pl.String)), theirs, check_dtypes=False)
    assert ours["questions"].sum() == enterprises * INDICATORS
    assert ours["verdict"].n_unique() == 3
    is_full = enterprises >= FULL_SIZE
    if is_full or "LANTIAN_BENCH_RESULTS" in os.environ:
        RESULTS.mkdir(parents=True, exist_ok=True)
        (RESULTS / "grading.md").write_text(written(about, enterprises, rounds), encoding="utf-8")
    # A small city takes a plan of fixed length; only the full size compares the work.
    assert not is_full or statistics.median(r["ours"]["cpu_seconds"] / r["duckdb"]["cpu_seconds"] for r in rounds) <= 1
