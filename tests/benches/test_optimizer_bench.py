"""The LP of 2,000 to 1,000,000 units: decomposition against the whole LP, all in one run, one process per case.

Sizes: LANTIAN_BENCH_UNITS (comma-separated). LANTIAN_BENCH_PEERS names an interpreter with linopy and OR-Tools
(`make bench-peers` makes one from tests/benches/requirements-peers.txt).
The table goes to tests/benches/results/optimizer.md.
"""

import json
import math
import os
import platform
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from optimizer.solve import solver_name
from tests.benches.run_case import ALIKE, ALIKE_LIMIT_S, LIMIT_S, OPTIONS

SIZES = tuple(int(size) for size in os.environ.get("LANTIAN_BENCH_UNITS", "500,2000,20000,200000,1000000").split(","))
MOST_WHOLE = 20_000
"""Units up to which the whole LP is tried at all."""
STRAIGHT = ("highs_simplex", "highs_ipm")
STRAIGHT_WITH_OPTIONS = "highs_ipm"
"""With optional rows the simplex method takes four times as long (2,000 units: 19 s against 4.6 s of the processor)."""
ALIKE_SECONDS, ALIKE_MB = 180, 6144
"""What a city in which every class is treated alike may take at most, of any size."""
PEERS = ("linopy", "ortools")
PEER_LIMIT_S = float(os.environ.get("LANTIAN_BENCH_PEER_LIMIT_S", "900"))
RESULTS = Path(os.environ.get("LANTIAN_BENCH_RESULTS", Path(__file__).parent / "results"))
"""Where the tables go; a smoke run sends them elsewhere, so that small sizes never replace committed numbers."""


@dataclass(frozen=True)
class Case:
    way: str
    units: int
    seconds: float
    objective: float
    peak_mb: float
    detail: str = ""
    cpu_seconds: float = math.nan


def measured(command: list[str], root: Path) -> dict[str, float]:
    environment = os.environ | {"PYTHONPATH": str(root)}
    done = subprocess.run(command, cwd=root, env=environment, capture_output=True, text=True, check=True)
    found: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return found


def own_case(way: str, units: int, root: Path) -> Case:
    found = measured([sys.executable, "-m", "tests.benches.run_case", way, str(units)], root)
    detail = ""
    if "bound" in found:
        gap = (found["objective"] - found["bound"]) / found["objective"]
        detail = (
            f"gap {max(gap, 0.0):.1e}, {found['rounds']:.0f} rounds, {found['fractional']:.0f} units between measures"
        )
        assert gap <= 1e-6
    elif not math.isfinite(found["objective"]):
        detail = f"no proven optimum (limit {LIMIT_S:.0f} s)"
    return Case(way, units, found["seconds"], found["objective"], found["peak_mb"], detail, found["cpu_seconds"])


def alike_rows(root: Path) -> list[str]:
    """Return what equal treatment of every class costs, with all other optional rows, against HiGHS on every row."""
    lines = ["| units | as one unit each | rows written out | rows left | CPU s, rows and program | program alone | "
             "peak MB | straight HiGHS, CPU s | peak MB | times faster |",
             "|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|"]  # fmt: skip
    for units in SIZES:
        command = [sys.executable, "-m", "tests.benches.run_case"]
        own = measured([*command, ALIKE + "decomposition", str(units)], root)
        assert own["objective"] - own["bound"] <= 1e-6 * own["objective"]
        assert own["seconds"] < ALIKE_SECONDS
        assert own["peak_mb"] < ALIKE_MB
        every, told = "", "not tried | | "
        if units <= MOST_WHOLE:
            straight = measured([*command, ALIKE + "highs_ipm", str(units)], root)
            is_proven, every = math.isfinite(straight["objective"]), f"{straight['rows']:,.0f}"
            assert not is_proven or own["objective"] == pytest.approx(straight["objective"], rel=2e-6)
            limit = "" if is_proven else f" (no proven optimum in {ALIKE_LIMIT_S:.0f} s)"
            times = straight["cpu_seconds"] / own["cpu_seconds"]
            told = f"{straight['cpu_seconds']:.1f}{limit} | {straight['peak_mb']:.0f} | {times:.1f}"
        lines.append(f"| {units:,} | {own['merged']:,.0f} | {every} | {own['rows']:,.0f} | {own['cpu_seconds']:.2f} | "
                     f"{own['solve_cpu_seconds']:.2f} | {own['peak_mb']:.0f} | {told} |")  # fmt: skip
    return lines


def peer_cases(units: int, root: Path, folder: Path) -> list[Case]:
    python = os.environ.get("LANTIAN_BENCH_PEERS")
    if python is None:
        return []
    dump = folder / f"{units}.npz"
    command = [sys.executable, "-m", "tests.benches.run_case", "dump", str(units), str(dump)]
    subprocess.run(command, cwd=root, env=os.environ | {"PYTHONPATH": str(root)}, check=True)
    cases = []
    for way in PEERS:
        found = measured([python, "tests/benches/peer_case.py", way, str(dump), str(PEER_LIMIT_S)], root)
        detail = "" if math.isfinite(found["objective"]) else f"no proven optimum (limit {PEER_LIMIT_S:.0f} s)"
        cases.append(Case(way, units, found["seconds"], found["objective"], found["peak_mb"], detail,
                          found["cpu_seconds"]))  # fmt: skip
    return cases


def machine() -> str:
    model = platform.processor() or platform.machine()
    cpuinfo = Path("/proc/cpuinfo")
    if cpuinfo.is_file():
        names = [line.split(":", 1)[1].strip() for line in cpuinfo.read_text().splitlines() if "model name" in line]
        model = names[0] if names else model
    load = os.getloadavg()[0]
    software = f"Python {platform.python_version()}, {solver_name()}"
    return f"{model}, {os.cpu_count()} cores, {software}; load {load:.1f} at the start"


def exponent(cases: list[Case]) -> float | None:
    """Return the growth exponent of the decomposition's time from 20,000 units up."""
    own = sorted((case.units, case.seconds) for case in cases if case.way == "decomposition" and case.units >= 20_000)
    if len(own) < 2:
        return None
    (few, fast), (many, slow) = own[0], own[-1]
    return math.log(slow / fast) / math.log(many / few)


def way_of(cases: list[Case], units: int, way: str) -> Case | None:
    return next((case for case in cases if case.units == units and case.way == way), None)


def straight_of(cases: list[Case], units: int, options: str = "") -> float | None:
    """Return the processor seconds of the faster straight HiGHS, even if it gave up: that is to our disadvantage."""
    found = [
        case.cpu_seconds for case in cases if case.units == units and case.way in [options + way for way in STRAIGHT]
    ]
    return min(found, default=None)


def options_table(cases: list[Case]) -> list[str]:
    """Return what optional rows cost, in processor seconds of the same run."""
    lines = ["| units | options off, CPU s | options on, CPU s | on / off | straight HiGHS, on, CPU s | times faster |"]
    lines.append("|--:|--:|--:|--:|--:|--:|")
    for units in SIZES:
        off, on = own_of(cases, units), way_of(cases, units, OPTIONS + "decomposition")
        if on is None:
            continue
        straight = straight_of(cases, units, OPTIONS)
        told = "not tried | " if straight is None else f"{straight:.1f} | {straight / on.cpu_seconds:.0f}"
        ratio = on.cpu_seconds / off.cpu_seconds
        lines.append(f"| {units:,} | {off.cpu_seconds:.2f} | {on.cpu_seconds:.2f} | {ratio:.1f} | {told} |")
    return lines


def own_of(cases: list[Case], units: int) -> Case:
    return next(case for case in cases if case.units == units and case.way == "decomposition")


def table(cases: list[Case]) -> list[str]:
    lines = ["| units | way | seconds | times the decomposition | CPU s | peak MB | |", "|--:|---|--:|--:|--:|--:|---|"]
    for case in cases:
        own = way_of(cases, case.units, (OPTIONS if case.way.startswith(OPTIONS) else "") + "decomposition")
        ratio = f"{case.seconds / own.seconds:.1f}" if own else ""
        cpu = f"{case.cpu_seconds:.2f}" if math.isfinite(case.cpu_seconds) else ""
        numbers = f"{case.seconds:.2f} | {ratio} | {cpu} | {case.peak_mb:.0f}"
        lines.append(f"| {case.units:,} | {case.way} | {numbers} | {case.detail} |")
    return lines


def written(about: str, cases: list[Case], alike: list[str]) -> str:
    command = "`python -m pytest tests/benches -m bench -k optimizer -s`"
    lines = ["# The LP of a city: decomposition against the whole program", "", f"{about}. {command}", ""]
    about_alike = "Every class treated alike, with all other optional rows (tests/benches/made_alike.py):"
    lines += [*table(cases), "", *options_table(cases), "", about_alike, "", *alike]
    growth = exponent(cases)
    if growth is not None:
        lines += ["", f"Growth exponent of the decomposition from 20,000 units up: {growth:.2f}."]
    if os.environ.get("LANTIAN_BENCH_PEERS") is None:
        lines += ["", "linopy and OR-Tools not run: LANTIAN_BENCH_PEERS is not set."]
    return "\n".join(lines) + "\n"


@pytest.mark.bench
def test_the_lp_of_a_city_at_every_size(root: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    about = machine()
    cases: list[Case] = []
    for units in SIZES:
        cases += [own_case(options + "decomposition", units, root) for options in ("", OPTIONS)]
        if units <= MOST_WHOLE:
            cases += [own_case(way, units, root) for way in (*STRAIGHT, "pulp")]
            cases.append(own_case(OPTIONS + STRAIGHT_WITH_OPTIONS, units, root))
            cases += peer_cases(units, root, tmp_path)

    text = written(about, cases, alike_rows(root))
    with capsys.disabled():
        print("\n" + text)
    RESULTS.mkdir(parents=True, exist_ok=True)
    (RESULTS / "optimizer.md").write_text(text, encoding="utf-8")
    check(cases)


def check(cases: list[Case]) -> None:
    for case in cases:
        if math.isfinite(case.objective):
            own = way_of(cases, case.units, (OPTIONS if case.way.startswith(OPTIONS) else "") + "decomposition")
            assert own is not None
            assert case.objective == pytest.approx(own.objective, rel=2e-6)  # each to a gap of 1e-6
    for options, times in (("", 30), (OPTIONS, 10)):
        straight, own = straight_of(cases, 20_000, options), way_of(cases, 20_000, options + "decomposition")
        assert straight is None or own is None or straight / own.cpu_seconds >= times
    if 1_000_000 in SIZES:
        largest = own_of(cases, 1_000_000)
        assert largest.seconds < 60
        assert largest.peak_mb < 2048
        with_options = way_of(cases, 1_000_000, OPTIONS + "decomposition")
        assert with_options is None or with_options.seconds < 180
    growth = exponent(cases)
    assert growth is None or growth <= 1.1
