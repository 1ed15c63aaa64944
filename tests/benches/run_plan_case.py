"""Whole plans and warm starts of made cities, each in a process of its own.

`python -m tests.benches.run_plan_case WAY UNITS` prints JSON. `cpu_seconds` are those of the process and all its
threads: they say more than the clock on a machine that others use.
"""

import json
import sys
from collections.abc import Callable
from dataclasses import replace
from time import perf_counter, process_time
from typing import Any

import highspy
import numpy as np

from optimizer.choices import Floats
from optimizer.decompose.answer import solve_instance
from optimizer.decompose.arrays import FORBIDDEN, Block, Instance
from optimizer.decompose.beside import Base, base_of
from optimizer.decompose.exact import open_units
from optimizer.solve import Limits
from optimizer.whole.integer import Effort, relaxed, settle
from tests.benches.lp_arrays import lp_arrays
from tests.benches.made_arrays import made_instance
from tests.benches.run_case import highs_lp

LIMIT_S = 300.0
BEYOND_LP_S = 10.0
"""Seconds for whole orders beyond the LP; HiGHS' integer solver gets these and the LP's own."""
CHANGED = 0.01
RUNS = 15


def timed(work: Callable[[], dict[str, float]]) -> dict[str, float]:
    clock, cpu = perf_counter(), process_time()
    found = work()
    return found | {"seconds": perf_counter() - clock, "cpu_seconds": process_time() - cpu}


def whole_plan(units: int, aim: float) -> dict[str, float]:
    instance = made_instance(units)
    problem = open_units(instance, np.zeros(instance.units, dtype=np.int32), np.arange(instance.units)).problem
    lp = timed(lambda: {"bound": float(relaxed(problem, Limits(LIMIT_S))[1] or np.nan)})
    limits = Limits(LIMIT_S)

    def work() -> dict[str, float]:
        settled = settle(problem, None, limits, Effort(0.0, aim))
        assert settled.bound is not None
        return {"value": settled.value, "bound": settled.bound, "opened": settled.reopened_units}

    return timed(work) | {"lp_seconds": lp["seconds"], "lp_cpu_seconds": lp["cpu_seconds"]}


def highs_mip(units: int, seconds: float) -> dict[str, float]:
    arrays = lp_arrays(made_instance(units))
    solver = highspy.Highs()  # type: ignore[no-untyped-call]
    for option, value in {"output_flag": False, "time_limit": seconds, "mip_rel_gap": 0.0}.items():
        solver.setOptionValue(option, value)
    lp = highs_lp(arrays)
    lp.integrality_ = [highspy.HighsVarType.kInteger] * len(arrays.cost)
    solver.passModel(lp)

    def work() -> dict[str, float]:
        solver.run()
        info = solver.getInfo()
        return {"value": info.objective_function_value, "bound": info.mip_dual_bound}

    return timed(work)


def warm(units: int, change: str) -> dict[str, float]:
    """Return the least of `RUNS` runs each, cold and warm from the same arrays in memory."""
    instance = made_instance(units)
    solved = solve_instance(instance, Limits(LIMIT_S))
    kept = timed(lambda: {"near": len(base_of(solved).near)})
    base = base_of(solved)
    changed = CHANGES[change](instance)

    def least(begun: Base | None) -> dict[str, float]:
        def work() -> dict[str, float]:
            state = solve_instance(changed, Limits(LIMIT_S), begun=begun)
            return {"value": state.upper, "gap": state.gap}

        return min((in_solver(work) for _ in range(RUNS)), key=lambda found: found["cpu_seconds"])

    cold = {f"cold_{name}": value for name, value in least(None).items()}
    return least(base) | cold | {"base_cpu_seconds": kept["cpu_seconds"]}


def in_solver(work: Callable[[], dict[str, float]]) -> dict[str, float]:
    """Return what was found with the times, and the processor seconds spent inside HiGHS itself."""
    spent = [0.0]
    original = highspy.Highs.run

    def run(solver: Any) -> Any:  # noqa: ANN401 - highspy's class and status
        cpu = process_time()
        try:
            return original(solver)
        finally:
            spent[0] += process_time() - cpu

    setattr(highspy.Highs, "run", run)  # noqa: B010 - its stubs forbid the assignment
    try:
        return timed(work) | {"highs_cpu_seconds": spent[0]}
    finally:
        setattr(highspy.Highs, "run", original)  # noqa: B010


def other_units(instance: Instance) -> Instance:
    """Return the city with 1 % of its units at other costs."""
    rng = np.random.default_rng(3)

    def of_block(block: Block) -> Block:
        factor = np.where(rng.random(block.units) < CHANGED, rng.uniform(0.7, 1.4, block.units), 1.0)
        return replace(block, cost=np.where(block.cost < FORBIDDEN, block.cost * factor, FORBIDDEN))

    return replace(instance, blocks=tuple(of_block(block) for block in instance.blocks))


def exemption(instance: Instance) -> Instance:
    """Return the city with one large unit exempt."""
    first = instance.blocks[0]
    free = np.flatnonzero(first.cost[0, 0] < FORBIDDEN)
    unit = free[np.argsort(-first.removed[-1, 0, free])[3]]
    cost: Floats = first.cost.copy()
    cost[1:, :, unit] = FORBIDDEN
    return replace(instance, blocks=(replace(first, cost=cost), *instance.blocks[1:]))


def other_target(instance: Instance) -> Instance:
    """Return the city with one target 1 % higher."""
    rhs = instance.rows.rhs.copy()
    rhs[5] *= 1.01
    return replace(instance, rows=replace(instance.rows, rhs=rhs))


CHANGES: dict[str, Callable[[Instance], Instance]] = {
    "units": other_units, "exemption": exemption, "target": other_target,
}  # fmt: skip


def main(way: str, units: int, *rest: str) -> None:
    ways: dict[str, Callable[[], dict[str, float]]] = {
        "whole": lambda: whole_plan(units, float(rest[0])),
        "mip": lambda: highs_mip(units, float(rest[0])),
        "warm": lambda: warm(units, rest[0]),
    }
    print(json.dumps(ways[way]()))


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), *sys.argv[3:])
