"""Papers for ten thousand enterprises: how long it takes, and that memory does not grow with them.

The demo city so many times over: LANTIAN_BENCH_PAPERS_COPIES (default 8). The table goes to papers.md in
tests/benches/results.
"""

import dataclasses
import os
import time
from pathlib import Path
from typing import Any, TypeVar

import polars as pl
import pytest

from grading.assess.model import GivenReasons, Graded
from grading.case.model import Case
from lantian.documents import Wanted, planned_of, write_documents
from lantian.pipeline import plan_case
from lantian.run import Options
from lantian.samples import demo_case
from reports.context import ReportContext
from reports.official_list.workbook import write_curtailment_list
from reports.papers.dossiers import Planned
from tests.benches.test_optimizer_bench import RESULTS, machine

pytestmark = pytest.mark.bench
Held = TypeVar("Held", ReportContext, Case, Graded)
FULL_SIZE = 8
COPIES = int(os.environ.get("LANTIAN_BENCH_PAPERS_COPIES", str(FULL_SIZE)))
STEP = 200
GROWTH_BYTES_PER_ENTERPRISE = 4_000
"""The rows of the two indexes stay in memory; a page of 20 kB that stayed would be seen."""
KEYS = ("enterprise_id", "unit_id", "subject_id")


def copied(frame: pl.DataFrame) -> pl.DataFrame:
    """Return the rows once per copy, each copy under numbers of its own."""
    keys = [key for key in KEYS if key in frame.columns]
    return pl.concat(
        [
            frame.with_columns(pl.concat_str(key, pl.lit(f"-{copy}")).alias(key) for key in keys)
            for copy in range(COPIES)
        ]
    )


def with_copies(value: Held, names: tuple[str, ...]) -> Held:
    """Return a frozen object with some of its frames copied."""
    frames: dict[str, Any] = {name: copied(getattr(value, name)) for name in names}
    return dataclasses.replace(value, **frames)


def large_city() -> Planned:
    city = planned_of(plan_case(demo_case(), Options(out=Path("unused"), answers="none")), estimates_upgrades=True)
    named = ("orders", "units", "lines", "enterprises", "grades", "exemptions")
    context = with_copies(city.context, named)
    case = with_copies(city.case, ("enterprises", "units", "evidence"))
    told = GivenReasons(indicators=copied(city.graded.indicators), settling=copied(city.graded.settling))
    graded = dataclasses.replace(with_copies(city.graded, ("industry_grades", "grades")), reasons=told)
    return Planned(context, case, city.law, graded)


def resident_bytes() -> int:
    pages = Path("/proc/self/statm").read_text(encoding="ascii").split()[1]
    return int(pages) * 4096


def test_ten_thousand_enterprises(tmp_path: Path) -> None:
    city = large_city()
    seen: dict[int, int] = {}
    about = machine()
    started, begun = time.perf_counter(), time.process_time()

    def note(done: int, _total: int) -> None:
        if done % STEP == 0:
            seen[done] = resident_bytes()

    written = write_documents(city, Wanted("zh", progress=note), tmp_path)
    seconds, cpu = time.perf_counter() - started, time.process_time() - begun
    started, begun = time.perf_counter(), time.process_time()
    write_curtailment_list(city.context, tmp_path / "list.xlsx", "zh")
    list_seconds, list_cpu = time.perf_counter() - started, time.process_time() - begun
    megabytes = (tmp_path / "list.xlsx").stat().st_size / 1e6
    last = max(seen)
    first = max(last // (5 * STEP), 1) * STEP
    growth = (seen[last] - seen[first]) / (last - first)
    lines = [
        "# Papers of a city of ten thousand",
        "",
        f"Machine: {about}. One command: `python -m pytest tests/benches/test_papers_bench.py -m bench`.",
        f"The demo city {COPIES} times over: {written.enterprises} enterprises, {city.context.units.height} lines.",
        "",
        "| what | measured |",
        "|---|---|",
        f"| pages written | {written.files} |",
        f"| time of all pages | {seconds:.0f} s, of them {cpu:.0f} s of processor |",
        f"| resident memory after {first:,} enterprises | {seen[first] / 1e6:.0f} MB |",
        f"| resident memory after {last:,} enterprises | {seen[last] / 1e6:.0f} MB |",
        f"| growth per enterprise | {growth / 1e3:.1f} kB (rows of the indexes) |",
        f"| official list (.xlsx) | {list_seconds:.0f} s, of them {list_cpu:.1f} s of processor; {megabytes:.1f} MB |",
        "",
    ]
    RESULTS.mkdir(parents=True, exist_ok=True)
    (RESULTS / "papers.md").write_text("\n".join(lines), encoding="utf-8")
    # Of a few hundred enterprises memory tells nothing: caches fill.
    assert COPIES < FULL_SIZE or growth < GROWTH_BYTES_PER_ENTERPRISE
