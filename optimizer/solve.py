"""The one adapter to the solver: options in, values and an honest two-level status out.

PuLP calls a HiGHS run that hit its time limit "Optimal"; only the second field, `sol_status`, tells. After
an infeasible solve the variables still carry numbers. So both fields are mapped here, and values leave this
module only when they are proven or the caller accepts unproven ones on purpose.
"""

from dataclasses import dataclass, field
from functools import cache
from importlib.metadata import version
from itertools import chain
from typing import Any

import highspy
import numpy as np
import pulp

from optimizer.choices import Floats, Ints, total
from optimizer.model import Model
from optimizer.result import Outcome, Proof

FEASIBILITY = 1e-9
"""Feasibility tolerance of the scaled rows; the tightest HiGHS accepts is 1e-10."""
INFINITY = highspy.kHighsInf
IPM_ABOVE = 3000
"""Free columns above which an LP goes to the interior-point method."""
SPARSE_OPTIONS: dict[str, bool | int | float | str] = {
    "output_flag": False, "threads": 1, "random_seed": 0, "presolve": "off", "solver": "simplex",
    "primal_feasibility_tolerance": FEASIBILITY, "dual_feasibility_tolerance": FEASIBILITY, "small_matrix_value": 1e-12,
}  # fmt: skip
"""Few rows, many bounded columns: presolving takes longer than the simplex method. HiGHS drops coefficients below 1e-9
unless told otherwise; of a million units most bring less than that of a target."""
WHOLE_OPTIONS: dict[str, bool | int | float | str] = SPARSE_OPTIONS | {
    "presolve": "choose", "solver": "choose", "mip_feasibility_tolerance": FEASIBILITY, "mip_rel_gap": 0.0,
}  # fmt: skip
UNDECIDED = (highspy.HighsModelStatus.kUnknown, highspy.HighsModelStatus.kSolveError)
"""What HiGHS says where it lost its way numerically: a second try goes through its presolve."""


@dataclass(frozen=True)
class Limits:
    """Limits of one solve; all always set. `gap_abs` is in the unit of the objective.

    `nodes` ends an integer program after a fixed amount of work, so that its answer does not depend on how
    fast the machine is; the time limit is the last resort and does.
    """

    time_limit_s: float
    gap_abs: float = 0.0
    nodes: int = 10_000


@dataclass(frozen=True)
class Solution:
    """What one solve gave.

    `x` has one entry per choice (constants included), `objective` is in the problem's own unit with the
    constant part. Both are None unless the values may be used. `duals` and `cap_duals` are objective units
    per unit of the scaled row; only proven LPs have them.
    """

    outcome: Outcome
    proof: Proof
    x: Floats | None = None
    objective: float | None = None
    duals: dict[str, float] = field(default_factory=dict)
    shortfalls: dict[str, float] = field(default_factory=dict)

    @property
    def is_proven(self) -> bool:
        """Return whether the values are a proven optimum (of a MIP: within the gap asked for)."""
        return self.outcome == Outcome.USABLE and self.proof in (Proof.OPTIMAL, Proof.GAP)


@cache
def solver_name() -> str:
    """Return the solver and the modelling library with their versions."""
    return f"HiGHS {version('highspy')} (PuLP {version('pulp')})"


def read_status(status: int, sol_status: int) -> tuple[Outcome, Proof]:
    """Return our two-level status of PuLP's two fields; anything not listed is a failure."""
    known = {
        (pulp.LpStatusOptimal, pulp.LpSolutionOptimal): (Outcome.USABLE, Proof.OPTIMAL),
        # Time limit, iteration limit, interrupt: PuLP says Optimal, the second field does not.
        (pulp.LpStatusOptimal, pulp.LpSolutionIntegerFeasible): (Outcome.USABLE, Proof.NOT_PROVEN),
        (pulp.LpStatusInfeasible, pulp.LpSolutionInfeasible): (Outcome.NO_PLAN, Proof.INFEASIBLE),
    }
    return known.get((status, sol_status), (Outcome.NO_PLAN, Proof.FAILED))


def run(model: Model, limits: Limits, *, accept_unproven: bool = False) -> Solution:
    """Return the solution of a model within its limits.

    Values of a run that was cut short are withheld unless `accept_unproven`; the caller must then check
    them, since an interrupted LP may even be infeasible.
    """
    outcome, proof = read_status(*_solve(model, limits))
    if outcome == Outcome.NO_PLAN or (proof == Proof.NOT_PROVEN and not accept_unproven):
        return Solution(Outcome.NO_PLAN, proof)
    if proof == Proof.OPTIMAL and model.problem.is_integer and limits.gap_abs > 0:
        proof = Proof.GAP
    x = _values(model)
    objective = total(model.problem.objective, x)
    return Solution(outcome, proof, x, objective, _duals(model), _shortfalls(model))


def _solve(model: Model, limits: Limits) -> tuple[int, int]:
    try:
        model.program.solve(_solver(model, limits))
    except KeyError as unknown_status:
        # PuLP 3.3 has no entry for a HiGHS run that reached its node limit and raises after storing the values.
        if "SolutionLimit" not in str(unknown_status):
            raise
        return pulp.LpStatusOptimal, pulp.LpSolutionIntegerFeasible
    return model.program.status, model.program.sol_status


class _AtOnce(pulp.HiGHS):  # type: ignore[misc]
    """PuLP's own adapter, except that it hands the whole program over in one call."""

    def actualSolve(self, lp: pulp.LpProblem) -> int:  # noqa: N802 - PuLP's name
        """Solve and return PuLP's status."""
        self.createAndConfigureSolver(lp)
        _hand_over(lp)
        self.callSolver(lp)
        status, sol_status = self.findSolutionValues(lp)
        lp.assignStatus(status, sol_status)
        return int(status)


def _solver(model: Model, limits: Limits) -> pulp.LpSolver:
    is_large = not model.problem.is_integer and int(model.problem.choices.is_free.sum()) > IPM_ABOVE
    return _AtOnce(
        msg=False,
        timeLimit=limits.time_limit_s,
        gapRel=0.0,
        gapAbs=limits.gap_abs / model.objective_scale,
        threads=1,
        random_seed=0,
        primal_feasibility_tolerance=FEASIBILITY,
        mip_feasibility_tolerance=FEASIBILITY,
        mip_max_nodes=limits.nodes,
        # Interior point with crossover ends at a vertex too, and is several times faster from a few thousand columns.
        solver="ipm" if is_large else "choose",
    )


def _values(model: Model) -> Floats:
    return np.array([1.0 if column is None else column.varValue for column in model.columns], dtype=np.float64)


def _shortfalls(model: Model) -> dict[str, float]:
    return {label: max(float(variable.varValue), 0.0) for label, variable in model.shortfalls.items()}


def _duals(model: Model) -> dict[str, float]:
    if model.problem.is_integer:
        return {}
    labels = [row.label for row in model.problem.requirements]
    labels += [line.label for line in model.problem.line_counts] + [row.label for row in model.problem.couplings]
    labels += [cap.label for cap in model.problem.caps]
    return {label: model.program.get_constraint_by_name(label).pi * model.objective_scale for label in labels}


@dataclass(frozen=True)
class SumsSolution:
    """A proven optimum of a program of sums: one value per column, one dual per row, in their order."""

    values: Floats
    duals: Floats


def run_sums(program: pulp.LpProblem, time_limit_s: float) -> SumsSolution | None:
    """Return the optimum of a program of sums, or None unless it is proven."""
    options = {"primal_feasibility_tolerance": FEASIBILITY, "dual_feasibility_tolerance": FEASIBILITY}
    program.solve(_AtOnce(msg=False, timeLimit=time_limit_s, threads=1, random_seed=0, **options))
    if read_status(program.status, program.sol_status) != (Outcome.USABLE, Proof.OPTIMAL):
        return None
    values = [column.varValue for column in program.variables()]
    return SumsSolution(np.array(values, dtype=np.float64), np.array([row.pi for row in program.constraints()]))


@dataclass(frozen=True)
class Sparse:
    """A program as arrays: `minimise costs @ x`, `0 <= x <= upper`, `least <= A x <= most`, `A` as entries.

    For programs that live for milliseconds: writing one of thousands of columns in PuLP takes ten times as long as
    solving it. Nobody reads them; whatever is read or published is a PuLP program.
    """

    costs: Floats
    upper: Floats
    row: Ints
    column: Ints
    value: Floats
    least: Floats
    most: Floats


def run_sparse(program: Sparse, time_limit_s: float) -> SumsSolution | None:
    """Return the optimum of a program of arrays, or None unless HiGHS proves it."""
    solver = _loaded(program, SPARSE_OPTIONS | {"time_limit": float(time_limit_s)}, highspy.HighsVarType.kContinuous)
    if solver is None:
        return None
    solver.run()
    if solver.getModelStatus() in UNDECIDED:
        solver.clearSolver()
        solver.setOptionValue("presolve", "on")
        solver.run()
    if solver.getModelStatus() != highspy.HighsModelStatus.kOptimal:
        return None
    found = solver.getSolution()
    return SumsSolution(np.array(found.col_value), np.array(found.row_dual))


def run_sparse_whole(program: Sparse, limits: Limits) -> Floats | None:
    """Return the best whole values of a program of arrays found within the limits, unproven; None without any.

    The caller counts every row again: what comes from a run that was cut short is taken on nobody's word.
    """
    bounds: dict[str, bool | int | float | str] = {
        "mip_abs_gap": limits.gap_abs, "mip_max_nodes": limits.nodes, "time_limit": float(limits.time_limit_s)
    }  # fmt: skip
    solver = _loaded(program, WHOLE_OPTIONS | bounds, highspy.HighsVarType.kInteger)
    if solver is None:
        return None
    solver.run()
    if solver.getInfo().primal_solution_status != highspy.SolutionStatus.kSolutionStatusFeasible:
        return None
    values: Floats = np.round(np.array(solver.getSolution().col_value))
    return values


def _loaded(
    program: Sparse, options: dict[str, bool | int | float | str], kind: highspy.HighsVarType
) -> highspy.Highs | None:
    """Return HiGHS with a program, handed over as arrays: a `HighsLp` copies them number by number, in Python."""
    solver = highspy.Highs()  # type: ignore[no-untyped-call]
    for option, value in options.items():
        solver.setOptionValue(option, value)
    columns, rows = len(program.costs), len(program.least)
    order = np.argsort(program.row, kind="stable")
    starts = np.concatenate(([0], np.cumsum(np.bincount(program.row, minlength=rows))))
    status = solver.passModel(
        columns, rows, len(order), int(highspy.MatrixFormat.kRowwise), int(highspy.ObjSense.kMinimize), 0.0,
        program.costs, np.zeros(columns), program.upper, program.least, program.most,
        starts[:-1].astype(np.int32), program.column[order].astype(np.int32), program.value[order],
        np.full(columns, int(kind), dtype=np.int32),
    )  # fmt: skip
    return None if status == highspy.HighsStatus.kError else solver


def _hand_over(program: Any) -> None:  # noqa: ANN401 - PuLP has no types
    """Fill `program.solverModel` with a minimising PuLP program, its columns and rows numbered as PuLP does.

    PuLP's adapter adds columns and rows one by one, which takes several times as long as solving most of our programs.
    Everything else (options, status, values, duals) stays with PuLP.
    """
    columns, rows = program.variables(), program.constraints()
    for place, column in enumerate(columns):
        column.index = place
    for place, row in enumerate(rows):
        row.index = place
    lp = highspy.HighsLp()
    lp.num_col_, lp.num_row_ = len(columns), len(rows)
    lp.col_cost_ = np.array([program.objective.get(column, 0.0) for column in columns], dtype=np.float64)
    lp.col_lower_, lp.col_upper_ = _bounds([(column.lowBound, column.upBound) for column in columns])
    lp.row_lower_, lp.row_upper_ = _bounds([(row.getLb(), row.getUb()) for row in rows])
    integer = highspy.HighsVarType.kInteger
    if program.isMIP():
        lp.integrality_ = [integer if c.cat == "Integer" else highspy.HighsVarType.kContinuous for c in columns]
    lp.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
    lp.a_matrix_.start_ = np.cumsum([0, *(len(row) for row in rows)], dtype=np.int32)
    lp.a_matrix_.index_ = np.array([column.index for row in rows for column in row], dtype=np.int32)
    lp.a_matrix_.value_ = np.array(list(chain.from_iterable(row.values() for row in rows)), dtype=np.float64)
    program.solverModel.passModel(lp)


def _bounds(pairs: list[tuple[float | None, float | None]]) -> tuple[np.typing.NDArray[np.float64], ...]:
    lower = [-INFINITY if low is None else low for low, _ in pairs]
    upper = [INFINITY if high is None else high for _, high in pairs]
    return np.array(lower, dtype=np.float64), np.array(upper, dtype=np.float64)
