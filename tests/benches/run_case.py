"""One way of solving one city in a process of its own: `python -m tests.benches.run_case WAY UNITS`; prints JSON.

`options_WAY` solves the same city with its optional rows (`made_options`); `alike_WAY` one in which every class is
treated alike and all other optional rows are asked for too (`made_alike`).
"""

import json
import os
import sys
from collections.abc import Callable
from pathlib import Path
from time import perf_counter, process_time
from typing import Any

import highspy
import numpy as np

from optimizer.choices import Floats
from optimizer.decompose.answer import solve_instance
from optimizer.decompose.arrays import Instance
from optimizer.decompose.exact import open_units
from optimizer.decompose.rounds import State
from optimizer.decompose.tie_program import Shifted
from optimizer.model import build
from optimizer.solve import Limits, run
from optimizer.whole.integer import relaxed
from tests.benches.lp_arrays import LpArrays, lp_arrays
from tests.benches.made_alike import every_row, listed_choices, loss_problem, made_alike
from tests.benches.made_arrays import made_instance
from tests.benches.made_options import with_options
from tests.benches.memory import peak_mb

LIMIT_S = float(os.environ.get("LANTIAN_BENCH_LIMIT_S", "900"))
"""Seconds a straight solver gets; an objective that is not proven by then is reported as not a number."""


def by_decomposition(instance: Instance) -> dict[str, float]:
    state = solve_instance(instance, Limits(LIMIT_S))
    fractional = units_between(state)
    return {"objective": state.upper, "bound": state.lower, "rounds": state.rounds, "fractional": fractional}


def units_between(state: State) -> int:
    """Return how many units the vertex leaves between two measures."""
    found = state.polished
    assert found is not None
    if isinstance(found, Shifted):
        shares = np.bincount(found.ties.unit, weights=found.shares)
        single = (found.shares > 1e-6) & (found.shares < 1 - 1e-6)
        return len(np.union1d(np.flatnonzero((shares > 1e-6) & (shares < 1 - 1e-6)), found.ties.unit[single]))
    few = found.solution.x
    assert few is not None
    return len(np.unique(found.opened.problem.choices.unit[(few > 1e-6) & (few < 1 - 1e-6)]))


def by_pulp(instance: Instance) -> dict[str, float]:
    opened = open_units(instance, np.zeros(instance.units, dtype=np.int32), np.arange(instance.units))
    solution = run(build(opened.problem), Limits(LIMIT_S))
    return {"objective": float("nan") if solution.objective is None else solution.objective}


def by_highs(instance: Instance, method: str, limit_s: float = LIMIT_S) -> dict[str, float]:
    arrays = lp_arrays(instance)
    solver = highspy.Highs()  # type: ignore[no-untyped-call]
    solver.setOptionValue("output_flag", False)
    solver.setOptionValue("time_limit", limit_s)
    solver.setOptionValue("solver", method)
    solver.passModel(highs_lp(arrays))
    solver.run()
    is_optimal = solver.getModelStatus() == highspy.HighsModelStatus.kOptimal
    return {"objective": solver.getInfo().objective_function_value if is_optimal else float("nan")}


def highs_lp(arrays: LpArrays) -> highspy.HighsLp:
    lp = highspy.HighsLp()
    lp.num_col_, lp.num_row_ = len(arrays.cost), len(arrays.lower)
    lp.col_cost_, lp.col_lower_ = arrays.cost, np.zeros(len(arrays.cost))
    lp.col_upper_ = np.full(len(arrays.cost), highspy.kHighsInf)
    lp.row_lower_, lp.row_upper_ = arrays.lower, arrays.upper
    lp.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
    lp.a_matrix_.start_, lp.a_matrix_.index_, lp.a_matrix_.value_ = arrays.starts, arrays.columns, arrays.values
    return lp


def _dense(instance: Instance) -> dict[str, Floats]:
    targets = instance.rows.targets
    return {
        "dense_cost": np.concatenate([block.cost for block in instance.blocks], axis=-1),
        "dense_removed": np.concatenate([block.removed for block in instance.blocks], axis=-1),
        "level": np.array([row.level for row in targets], dtype=np.float64),
        "per_kg": np.array([row.per_kg for row in targets]),
        "rhs": instance.rows.rhs[: len(targets)],
    }


OPTIONS, ALIKE = "options_", "alike_"
ALIKE_LIMIT_S = 100.0
"""Seconds a straight solver gets where every equality of equal treatment is a row of its own."""
WAYS: dict[str, Callable[[Instance], dict[str, float]]] = {
    "decomposition": by_decomposition,
    "pulp": by_pulp,
    "highs_simplex": lambda instance: by_highs(instance, "simplex"),
    "highs_ipm": lambda instance: by_highs(instance, "ipm"),
}


def alike_case(way: str, units: int) -> dict[str, float]:
    """Return one solve of the city whose classes are treated alike; its rows are written before the clock starts.

    Straight solvers get every equality. Ours is timed from every unit's own choices to what every unit takes: classes
    found, units merged, rows written, program solved, shares handed to every unit.
    """
    city = made_alike(units)
    listed = listed_choices(city)
    if way == "highs_ipm":
        instance = every_row(city, listed)
        return timed(lambda: by_highs(instance, "ipm", ALIKE_LIMIT_S) | {"rows": instance.rows.count})

    def work() -> dict[str, float]:
        problem, alike = loss_problem(city, listed)
        written, cpu = perf_counter(), process_time()
        found, bound = relaxed(problem, Limits(LIMIT_S))
        solved = {"solve_seconds": perf_counter() - written, "solve_cpu_seconds": process_time() - cpu}
        assert found.is_proven
        assert found.x is not None
        assert bound is not None
        shares = alike.widened(found.x)
        value = float(np.einsum("i,i->", listed.season_loss, shares))
        between = len(np.unique(listed.unit[(shares > 1e-6) & (shares < 1 - 1e-6)]))
        return solved | {
            "objective": value, "bound": bound, "fractional": between,
            "rows": len(problem.requirements) + len(problem.couplings), "merged": len(problem.choices.unit_ids),
        }  # fmt: skip

    return timed(work)


def timed(work: Callable[[], dict[str, float]]) -> dict[str, float]:
    started, cpu = perf_counter(), process_time()
    found = work()
    return found | {"seconds": perf_counter() - started, "cpu_seconds": process_time() - cpu}


def main(way: str, units: int, dump: str | None = None) -> None:
    if way.startswith(ALIKE):
        print(json.dumps(alike_case(way.removeprefix(ALIKE), units) | {"peak_mb": peak_mb()}))
        return
    instance = made_instance(units)
    if way.startswith(OPTIONS):
        instance = with_options(instance)
    if dump is not None:
        arrays: dict[str, Any] = {**vars(lp_arrays(instance)), **_dense(instance)}
        np.savez(Path(dump), **arrays)
        return
    found = timed(lambda: WAYS[way.removeprefix(OPTIONS)](instance))
    print(json.dumps(found | {"peak_mb": peak_mb()}))


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), *sys.argv[3:])
