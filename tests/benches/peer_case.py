"""The same city through linopy or OR-Tools, by an interpreter that has them: `peer_case.py WAY FILE.npz LIMIT_S`."""

import json
import resource
import sys
import warnings
from collections.abc import Callable
from importlib import import_module
from time import perf_counter, process_time

import numpy as np
import numpy.typing as npt

FORBIDDEN = 1e30
Data = dict[str, npt.NDArray[np.float64]]


def by_linopy(data: Data, limit_s: float) -> float:
    linopy, xarray = import_module("linopy"), import_module("xarray")
    dense = data["dense_cost"]
    places = {name: np.arange(size) for name, size in zip(("k", "level", "unit"), dense.shape, strict=True)}
    cost = xarray.DataArray(dense, coords=places)
    pollutants = {"k": places["k"], "pollutant": np.arange(data["dense_removed"].shape[1]), "unit": places["unit"]}
    removed = xarray.DataArray(data["dense_removed"], coords=pollutants)
    allowed = cost < FORBIDDEN
    model = linopy.Model()
    x = model.add_variables(lower=0, coords=list(cost.indexes.values()), dims=cost.dims, mask=allowed, name="x")
    model.add_constraints(x.sum("k") == 1)
    measures, levels = cost.sizes["k"], cost.sizes["level"]
    for level in range(levels - 1):
        for k in range(1, measures):
            harder = x.isel(k=slice(k, None))
            model.add_constraints(harder.isel(level=level).sum("k") - harder.isel(level=level + 1).sum("k") <= 0)
    for level, per_kg, rhs in zip(
        data["level"].astype(int).tolist(), data["per_kg"], data["rhs"].tolist(), strict=True
    ):
        brought = (removed * xarray.DataArray(per_kg, coords={"pollutant": pollutants["pollutant"]})).sum("pollutant")
        model.add_constraints((brought * x.isel(level=level)).sum() >= rhs)
    model.add_objective((cost.where(allowed, 0.0) * x).sum())
    model.solve("highs", io_api="direct", output_flag=False, time_limit=limit_s)
    return float(model.objective.value) if model.termination_condition == "optimal" else float("nan")


def by_ortools(data: Data, limit_s: float) -> float:
    helper = import_module("ortools.linear_solver.python.model_builder_helper")
    sparse = import_module("scipy.sparse")
    shape = (len(data["lower"]), len(data["cost"]))
    matrix = sparse.csr_matrix((data["values"], data["columns"], data["starts"]), shape=shape)
    model, many = helper.ModelBuilderHelper(), np.full(shape[1], np.inf)
    model.fill_model_from_sparse_data(np.zeros(shape[1]), many, data["cost"], data["lower"], data["upper"], matrix)
    solver = helper.ModelSolverHelper("GLOP")
    solver.set_time_limit_in_seconds(limit_s)
    solver.solve(model)
    is_optimal = solver.status() == helper.SolveStatus.OPTIMAL
    return float(solver.objective_value()) if is_optimal else float("nan")


WAYS: dict[str, Callable[[Data, float], float]] = {"linopy": by_linopy, "ortools": by_ortools}


def main(way: str, path: str, limit_s: float) -> None:
    data = np.load(path)
    loaded = {name: data[name] for name in data.files}
    warnings.simplefilter("ignore")  # linopy tells of its next version's rules, once per row
    started, cpu = perf_counter(), process_time()
    objective = WAYS[way](loaded, limit_s)
    seconds, cpu_seconds = perf_counter() - started, process_time() - cpu
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({"objective": objective, "seconds": seconds, "cpu_seconds": cpu_seconds, "peak_mb": peak}))


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], float(sys.argv[3]))
