"""The report and the official list of a city of 10,000 enterprises: how large, how long.

Enterprises: LANTIAN_BENCH_REPORTED (default 10,000). The table goes to report.md in tests/benches/results.
"""

import os
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import pytest

from grading.words import LANGUAGES, Language
from reports.context import ReportContext
from reports.official_list.workbook import write_curtailment_list
from reports.page import render_report
from tests.benches.made_report import made_context
from tests.benches.test_optimizer_bench import RESULTS, machine

MOST_BYTES, MOST_REPORT_S, MOST_LIST_S = 6_000_000, 10.0, 15.0


@dataclass(frozen=True)
class Made:
    """One document: how long it took by the clock and in seconds of a core, and how large it is."""

    document: str
    clock_s: float
    core_s: float
    size: int
    limit_s: float


def timed(document: str, limit_s: float, work: Callable[[], int]) -> Made:
    clock, core = time.perf_counter(), time.process_time()
    size = work()
    return Made(document, time.perf_counter() - clock, time.process_time() - core, size, limit_s)


def documents(context: ReportContext, folder: Path) -> list[Made]:
    """Return every document made once; the first call of each language warms nothing up."""
    book = folder / "list.xlsx"

    def list_size() -> int:
        write_curtailment_list(context, book, "zh")
        return book.stat().st_size

    def report_size(language: Language) -> int:
        return len(render_report(context, language).encode())

    reports = [timed(f"report.html, {one}", MOST_REPORT_S, partial(report_size, one)) for one in LANGUAGES]
    return [*reports, timed("curtailment-list.xlsx, zh", MOST_LIST_S, list_size)]


def table(made: list[Made], context: ReportContext) -> str:
    lines = context.orders["unit_id"].n_unique()
    rows = [f"| {m.document} | {m.size / 1e6:.2f} | {m.clock_s:.1f} | {m.core_s:.1f} | {m.limit_s:.0f} |" for m in made]
    return "\n".join(
        [
            "# The report and the list of a large city",
            "",
            "One command: `python -m pytest tests/benches/test_report_bench.py -m bench`.",
            "",
            f"Machine: {machine()}. The demo city stood side by side: {context.enterprises_total:,} enterprises, "
            f"{lines:,} lines; no answers asked. Limits: a report of 6 MB in 10 s, a list in 15 s. The clock counts "
            "the other work of a shared machine; seconds of a core do not.",
            "",
            "| document | MB | s by the clock | s of a core | limit, s |",
            "|---|---|---|---|---|",
            *rows,
            "",
        ]
    )


@pytest.mark.bench
def test_a_city_of_ten_thousand(tmp_path: Path, root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    wanted = int(os.environ.get("LANTIAN_BENCH_REPORTED", "10_000"))
    context = made_context(root / "fixtures" / "cases" / "demo", wanted)
    made = documents(context, tmp_path)
    told = table(made, context)
    with capsys.disabled():
        print(f"\n{told}")
    RESULTS.mkdir(parents=True, exist_ok=True)
    (RESULTS / "report.md").write_text(told, encoding="utf-8")
    assert [m.document for m in made if m.document.startswith("report") and m.size > MOST_BYTES] == []
    assert [m.document for m in made if m.core_s > m.limit_s] == []
